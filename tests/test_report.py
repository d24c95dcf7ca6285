"""Reports and notebooks: what they say is what the graph says, and a text from a source stays a text."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from sample import LETTER, contract_statements, letter_statements, said

import kg
from kg.cli import main
from kg.graph import Graph
from kg.model import Linker, Literal
from kg.notebook import value
from kg.query import Table, Triples
from kg.rdf import quads
from kg.report import Report, Section, report, to_html, to_markdown
from kg.report.measures import EXACT, bridges
from kg.store import Store

HOSTILE = "</td><script>alert(1)</script> | [x](javascript:alert(1)) `code` *bold* $m$ &lt;"


def section(found: Report, title: str) -> Section:
    return next(part for part in found.sections if part.title.startswith(title))


def test_it_tells_what_was_protested_with_footnotes(store: Store) -> None:
    found = report(store)
    rows = section(found, "What was protested").rows
    names = [row.cells[0] for row in rows]
    assert any("Rekognition" in name for name in names)
    letter = next(row for row in rows if row.cells[0] == "letter to Jeff Bezos")
    assert "Amazon employees" in letter.cells[1]
    assert letter.cells[2:] == ("More than 100 / 450", "2018-06", "occurred")
    quotes = [found.notes[number - 1] for number in letter.notes]
    assert quotes and all(note.quote in " ".join(LETTER.text.split()) for note in quotes if note.title == LETTER.title)


def test_every_footnote_is_a_quote_of_a_source(store: Store, sample: list[ox.Quad]) -> None:
    found = report(store)
    exact = {quad.object.value for quad in sample if quad.predicate.value.endswith("#exact")}
    flat = {" ".join(text.split()) for text in exact}
    assert found.notes and {note.quote for note in found.notes} <= flat
    cited = {number for part in found.sections for row in part.rows for number in row.notes}
    assert cited == set(range(1, len(found.notes) + 1)), "every footnote is used and every mark has one"


def test_counts_are_those_of_the_graph(store: Store) -> None:
    rows = {row.cells[0]: row.cells for row in section(report(store), "Actions and contracts by kind").rows}
    counts = {
        cls: sum(1 for _, c in Graph(store).networkx().nodes(data="cls") if c == cls)
        for cls in ("Petition", "Contract")
    }
    assert rows["Petitions, letters"][1] == str(counts["Petition"])
    assert rows["Contracts"][1] == str(counts["Contract"])
    assert sum(int(cell or 0) for cell in rows["Petitions, letters"][2:]) == counts["Petition"]


def test_the_largest_come_first_and_rankings_end(store: Store) -> None:
    assert [row.cells[0] for row in section(report(store, top=1), "Largest").rows] == ["letter to Jeff Bezos"]
    assert len(section(report(store, top=1), "Most connected").rows) == 1


def test_the_sources_are_all_there(store: Store) -> None:
    rows = section(report(store), "Sources").rows
    assert [row.cells[2] for row in rows] == ["2018-06-22", "2019-07-12"]
    assert rows[0].cells[4] == "https://news.example/letter" and int(rows[0].cells[3]) > 10


def test_markdown_and_html_hold_every_text_as_text() -> None:
    words = "letter to chief executive Jeff Bezos"
    hostile = said(LETTER, words, "petition/letter", "rdfs:label", Literal(HOSTILE))
    statements = [one for one in letter_statements() if one.predicate != "rdfs:label" or one.subject != hostile.subject]
    found = report(Store.of(quads(LETTER, [*statements, hostile], Linker())), title=HOSTILE)
    page, text = to_html(found), to_markdown(found)
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'" in page and not re.search(r"(?:src|href)=\"(?:javascript|//)", page)
    assert "<script" not in text.replace(r"\<script", "") and r"\[x\](javascript" in text
    table = [line for line in text.splitlines() if line.startswith("|") and "alert" in line]
    assert table and all(
        len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"(?<!\\)\|", table[0])) for line in table[:1]
    )


def test_an_empty_graph_has_a_report(tmp_path: Path) -> None:
    found = report(Store.of([]))
    assert "0 documents" in found.summary and not found.notes
    assert "No contradiction was found." in to_markdown(found) and to_html(found).endswith("</html>\n")


def test_the_command_writes_either_format(folder: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["report", "-g", str(folder), "--title", "My report"])
    assert run.exit_code == 0 and run.stdout.startswith("# My report\n")
    assert (
        CliRunner().invoke(main, ["report", "-g", str(folder)]).stdout
        == CliRunner().invoke(main, ["report", "-g", str(folder)]).stdout
    )
    out = tmp_path / "new" / "r.html"
    assert CliRunner().invoke(main, ["report", "-g", str(folder), "-o", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bridges_are_who_joins_groups() -> None:
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    network.add_edges_from([("a", "b"), ("b", "c"), ("b", "c"), ("c", "b"), ("d", "c")])
    found = bridges(network)
    assert found["a"] == found["d"] == 0 and found["b"] == pytest.approx(2 / 3) == found["c"]
    large = networkx.MultiDiGraph(networkx.path_graph(EXACT + 2))
    assert bridges(networkx.relabel_nodes(large, str)) == bridges(networkx.relabel_nodes(large, str))


def test_notebooks_show_results_as_tables(store: Store) -> None:
    table = Table(["name", "n"], [(ox.Literal(HOSTILE), ox.Literal(3)), (None, None)])
    shown = table._repr_html_()
    assert "<script" not in shown and "2 rows" in shown and ">3</td>" in shown
    many = Table(["n"], [(ox.Literal(index),) for index in range(80)])
    assert "80 rows, the first 50 shown" in many._repr_html_() and many._repr_html_().count("<tr>") == 51
    node = ox.NamedNode("https://w3id.org/cag/ns#Petition")
    triples = Triples([ox.Triple(node, node, ox.Literal("x"))])
    assert 'href="https://w3id.org/cag/ns#Petition">cag:Petition</a>' in triples._repr_html_()
    graph = Graph(store)._repr_html_()
    assert "<td" in graph and ">documents</td>" in graph and ">2</td>" in graph


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [("12", "integer", 12), ("1.5", "decimal", 1.5), ("1e3", "double", 1e3), ("2019-07-12", "date", date(2019, 7, 12)),
     ("true", "boolean", True), ("0", "boolean", False), ("2019-07", "gYearMonth", "2019-07"), ("x", "integer", "x")],
)  # fmt: skip
def test_terms_become_python_values(text: str, kind: str, expected: object) -> None:
    found = value(ox.Literal(text, datatype=ox.NamedNode(XSD + kind)))
    assert found == expected and type(found) is type(expected)


def test_tables_become_pandas(folder: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    graph = kg.open(folder)
    result = graph.query("SELECT ?a ?n { ?a cag:size/schema:minValue ?n } ORDER BY ?n")
    assert isinstance(result, Table)
    assert list(result.to_pandas().columns) == ["a", "n"] and result.to_pandas()["n"].max() == 450
    triples = graph.query("CONSTRUCT { ?a a cag:Petition } { ?a a cag:Petition }")
    assert isinstance(triples, Triples)
    assert list(triples.to_pandas().columns) == ["subject", "predicate", "object"] and len(triples.to_pandas()) == 1
    tables = graph.to_pandas()
    assert {"actors", "actions", "contracts", "things", "relations", "facts"} == set(tables)
    assert len(tables["relations"]) == graph.networkx().number_of_edges()
    assert tables["facts"]["quote"].str.len().min() > 0


def test_without_pandas_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(kg.KgError, match="pip install pandas"):
        Table(["a"], []).to_pandas()


def test_python_draws_and_reports(folder: Path, tmp_path: Path) -> None:
    graph = kg.open(folder)
    assert graph.draw(tmp_path / "p.svg").read_text(encoding="utf-8").startswith("<svg")
    drawn = graph.draw(tmp_path / "g.html", query="SELECT ?a ?b { ?a cag:addressee ?b }")
    assert "Jeff Bezos" in drawn.read_text(encoding="utf-8")
    assert graph.report(tmp_path / "r.html").startswith("<!doctype") and graph.report().startswith("# Report")


def test_the_draw_command_takes_queries_and_makes_pictures(folder: Path, tmp_path: Path) -> None:
    query = tmp_path / "letters.rq"
    query.write_text("CONSTRUCT { ?a cag:addressee ?b } { ?a cag:addressee ?b }", encoding="utf-8")
    page = tmp_path / "g.html"
    run = CliRunner().invoke(main, ["draw", "-g", str(folder), "-o", str(page), "--query", str(query)])
    assert run.exit_code == 0 and "2 nodes, 1 relations" in run.stderr
    run = CliRunner().invoke(
        main, ["draw", "-g", str(folder), "--static", str(tmp_path / "p.svg"), "--focus", "Amazon"]
    )
    assert run.exit_code == 0 and (tmp_path / "p.svg").is_file() and not (tmp_path / "graph.html").exists()
    run = CliRunner().invoke(main, ["draw", "-g", str(folder), "-o", str(page), "--query", str(tmp_path / "none.rq")])
    assert run.exit_code == 2 and "--query" in run.stderr
    run = CliRunner().invoke(main, ["draw", "-g", str(folder), "-o", str(page), "--query", "ASK { ?a ?b ?c }"])
    assert run.exit_code == 2 and "SELECT" in run.stderr


def test_statements_of_the_sample_are_what_is_reported(store: Store) -> None:
    count = len(letter_statements()) + len(contract_statements())
    assert f"They make {count:,} statements" in report(store).summary
