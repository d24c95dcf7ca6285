"""The golden graph: `graphs/seeds.ttl` is what the seeds give now, it conforms, and all its quotes are verbatim."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from kg import documents
from kg.graph import Graph
from kg.model import Document
from kg.pipeline import BuildResult, build
from kg.query import Table
from kg.store import open_graph
from kg.validate import validate

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "graphs" / "seeds.ttl"
QUOTES = """
SELECT DISTINCT ?id ?start ?end ?exact {
  ?source oa:hasSource ?document ; oa:hasSelector ?position , ?quote .
  ?document schema:identifier ?id .
  ?position oa:start ?start ; oa:end ?end .
  ?quote oa:exact ?exact .
}"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """The graph of the seeds as this version builds it."""
    return build([ROOT / "seeds"], out=tmp_path_factory.mktemp("golden") / "seeds")


def _first_changes(old: str, new: str, limit: int = 40) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "graphs/seeds.ttl", "built now", n=0, lineterm="")
    return "\n".join(line[:200] for line, _ in zip(lines, range(limit), strict=False))


def test_the_committed_graph_is_what_the_seeds_give(built: BuildResult) -> None:
    assert GOLDEN.is_file(), "graphs/seeds.ttl is missing: run `make graph` and commit it"
    old, new = GOLDEN.read_bytes(), (built.folder / "graph.ttl").read_bytes()
    if old != new:
        pytest.fail(
            "graphs/seeds.ttl is not what seeds/ gives now: run `make graph`, look at `git diff graphs/seeds.ttl`, "
            f"and commit it if every change is one for the better.\n{_first_changes(old.decode(), new.decode())}",
            pytrace=False,
        )


def test_every_seed_is_read(built: BuildResult) -> None:
    assert built.problems == []
    assert built.counts["documents"] == len(list((ROOT / "seeds").glob("*.md")))


def test_the_committed_graph_conforms() -> None:
    report = validate(Graph(open_graph(GOLDEN)).rdflib.default_graph)
    assert report.conforms, report.text()


def test_every_quote_stands_at_its_place_in_the_text() -> None:
    texts = {item.id: item.text for item in documents.read([ROOT / "seeds"]) if isinstance(item, Document)}
    found = Graph(open_graph(GOLDEN)).query(QUOTES)
    assert isinstance(found, Table)
    assert len(found) > 100
    wrong = [row for row in found if texts[row["id"]][int(row["start"]) : int(row["end"])] != row["exact"]]
    assert wrong == []
