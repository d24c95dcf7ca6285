"""The dossier as one HTML file."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from serve_sample import IMAGE, SCRIPT, served_quads

from kg.cli import main
from kg.show import dossier, html
from kg.store import Store


def test_a_dossier_as_html_holds_facts_and_quotes(served: Path) -> None:
    run = CliRunner().invoke(main, ["show", "-g", str(served), "Jeff Bezos", "--format", "html"])
    assert run.exit_code == 0, run.output
    assert "<h1 dir='auto'>Jeff Bezos</h1>" in run.stdout
    assert "More than 100 Amazon employees signed a letter" in run.stdout
    assert '<a href="https://news.example/letter" rel=' in run.stdout
    assert "default-src 'none'" in run.stdout


def test_hostile_names_stay_text() -> None:
    store = Store.of(served_quads())
    for name in ("company/hostile", "person/hostile", "petition/hostile"):
        page = html(dossier(store, name))
        assert SCRIPT not in page
        assert IMAGE not in page
        assert 'href="javascript' not in page
        assert "{{" not in page.replace("{{ 7", "")
