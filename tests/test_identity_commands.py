"""`kg identity`, `kg diff` and `kg validate --conflicts` as people type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sample import CONTRACT, JUNE, LATER, LETTER, LINKER, contract_statements, letter_statements, said

from kg.cli import main
from kg.conflicts import conflicts
from kg.model import Count, Document, Money, Statement, TimeSpan
from kg.pipeline import build
from kg.query import Table, run_saved, saved_query
from kg.rdf import quads
from kg.store import Store

Run = Callable[..., Result]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    texts = tmp_path / "texts"
    texts.mkdir()
    for document in (LETTER, CONTRACT):
        (texts / f"{document.title and document.title.split()[0]}.md").write_text(
            f"---\ndate: {document.date}\npublisher: {document.publisher}\n---\n{document.text}\n", encoding="utf-8"
        )
    build([texts], out=tmp_path / "graph")
    return tmp_path / "graph"


@pytest.fixture
def run(graph: Path) -> Run:
    def call(*words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(main, [*words, "-g", str(graph)])
        assert result.exit_code == status, result.output
        return result

    return call


def test_decisions_are_listed_and_explained(run: Run) -> None:
    listed = json.loads(run("identity", "list", "--format", "json").stdout)
    amazon = next(d for d in listed if d["name"] == "Amazon")
    assert amazon["verdict"] == "same"
    assert amazon["reasons"]
    told = run("identity", "explain", "Amazon").stdout
    assert "Workers" in told
    assert "the name is a listed one" in told
    assert "verdict" in run("identity", "list").stdout


def test_a_merge_is_made_listed_and_undone(run: Run, graph: Path) -> None:
    before = (graph / "graph.ttl").read_bytes()
    run("identity", "merge", "Amazon", "Central Intelligence Agency", "--by", "ada", "--note", "a test")
    assert (graph / "graph.ttl").read_bytes() != before
    [made] = json.loads(run("identity", "list", "--human", "--format", "json").stdout)
    assert (made["action"], made["by"], made["note"]) == ("merge", "ada", "a test")
    assert made["id"] in run("identity", "list", "--human").stdout
    run("identity", "undo", made["id"])
    assert (graph / "graph.ttl").read_bytes() == before
    assert json.loads(run("identity", "list", "--human", "--format", "json").stdout) == []
    assert "a test" in (graph / "decisions.yaml").read_text(encoding="utf-8")


def test_texts_can_be_split_off(run: Run, graph: Path) -> None:
    run("identity", "split", "Amazon", "--document", "Workers")
    told = json.loads(run("identity", "explain", "Amazon", "--format", "json").stdout)
    assert len(told["nodes"]) == 2
    assert "different" in {d["verdict"] for d in told["decisions"]}


def test_facts_are_accepted_and_corrected_by_the_id_of_their_assertion(run: Run, graph: Path) -> None:
    query = "SELECT ?a { ?a rdf:predicate cag:size ; rdf:object/cag:rawText ?t FILTER CONTAINS(?t, '100') }"
    answer = json.loads(run("query", query, "--format", "json").stdout)
    assertion = answer["results"]["bindings"][0]["a"]["value"]
    run("identity", "accept", assertion)
    run("identity", "correct", assertion, "120")
    assert run("query", "-q", "ASK { ?x cag:size/cag:rawText '120' }")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("merge", "Nobody at all", "Amazon"), "nothing in the graph"),
        (("split", "Amazon"), "two names"),
        (("undo", "merge-0"), "no such decision"),
        (("reject", "assertion/0"), "no such assertion"),
        (("reject", "not an id"), "not the id"),
    ],
)
def test_mistakes_are_explained(words: tuple[str, ...], message: str, run: Run) -> None:
    assert message in run("identity", *words, status=2).stderr


def test_the_difference_of_two_graphs(graph: Path) -> None:
    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["diff", str(graph), *words])

    same = call(str(graph / "graph.ttl"))
    assert (same.exit_code, same.stdout.strip()) == (0, "nothing changed")
    old = graph.parent / "old.ttl"
    old.write_bytes((graph / "graph.ttl").read_bytes())
    CliRunner().invoke(main, ["identity", "merge", "Amazon", "Central Intelligence Agency", "-g", str(graph)])
    result = CliRunner().invoke(main, ["diff", str(old), str(graph), "--format", "json"])
    assert result.exit_code == 1
    assert "1 entity merged" in json.loads(result.stdout)["summary"]


# ---- lists ----


def test_the_list_of_decisions_shows_what_deserves_a_look(run: Run, graph: Path) -> None:
    run("identity", "merge", "Amazon", "Central Intelligence Agency", "--by", "ada")
    found = json.loads(run("identity", "list", "--format", "json").stdout)
    plain = [d for d in found if d["by"] == "rules/entity.name"]
    table, whole = run("identity", "list"), run("identity", "list", "--all")
    assert plain
    assert "ada decided so" in table.stdout
    assert not any(reason.split(",")[0] in table.stdout for d in plain for reason in d["reasons"])
    assert f"{len(plain)} of equal names" in table.stderr
    assert f"{len(found)} decisions" in table.stderr
    assert len(whole.stdout.splitlines()) > len(table.stdout.splitlines())


def test_an_explanation_of_what_many_texts_name_is_short(run: Run) -> None:
    short, whole = (run("identity", "explain", "Amazon", "--limit", n).stdout for n in "10")
    assert "more; --limit 0 shows them" in short
    assert "more; --limit 0" not in whole
    assert len(whole.splitlines()) > len(short.splitlines()) - 1


def test_the_list_of_decisions_can_be_narrowed(run: Run) -> None:
    def names(*words: str) -> list[str]:
        return [d["name"] for d in json.loads(run("identity", "list", *words, "--format", "json").stdout)]

    everything = names()
    assert names("amazon") == [name for name in everything if "amazon" in name.lower()]
    assert set(names("--kind", "person")) | set(names("--kind", "technology")) < set(everything)
    assert names("no such name") == []


# ---- conflicts ----


OTHER = Document(
    id="other-report",
    date=date(2018, 9, 1),
    text="A later count. Nothing came of the letter to Bezos. No letter was sent, the company says. It was sent.",
)


def store(*statements: Statement) -> Store:
    pairs = ((LETTER, letter_statements()), (CONTRACT, contract_statements()), (OTHER, [*statements]))
    return Store.of([quad for source, found in pairs for quad in quads(source, found, LINKER)])


def claim(predicate: str, term: object, quote: str = "A later count", **given: Any) -> Statement:
    return said(OTHER, quote, "petition/bezos-letter", predicate, term, **given)  # type: ignore[arg-type]


AUGUST = TimeSpan("in August", date(2018, 8, 1), date(2018, 8, 31), "month")
FEWER = Count("fewer than 90", "lessThan", 90, 0, 89)


@pytest.mark.parametrize(
    ("predicate", "term", "why"),
    [
        ("cag:status", "status:cancelled", "called off"),
        ("cag:when", AUGUST, "overlap"),
        ("cag:size", FEWER, "exclude"),
        ("cag:addressee", "company/aws", "parties"),
    ],
)
def test_contradictions_are_found_with_both_quotes(predicate: str, term: object, why: str) -> None:
    found = [c for c in conflicts(store(claim(predicate, term))) if c.predicate == predicate]
    assert found
    assert why in found[0].why
    assert OTHER.id in {found[0].left.document, found[0].right.document}
    assert found[0].left.document != found[0].right.document
    assert all(f"“{side.quote}”" in found[0].text() for side in (found[0].left, found[0].right))


YEAR = TimeSpan("2018", date(2018, 1, 1), date(2018, 12, 31), "year")


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [claim("cag:when", YEAR)],
        [claim("cag:when", AUGUST), claim("cag:when", JUNE, "It was sent")],
        [claim("cag:size", FEWER), claim("cag:size", LATER, "It was sent")],
        [claim("cag:addressee", "company/amazon")],
        [claim("cag:status", "status:planned")],
    ],
    ids=["nothing", "a year", "two dates", "two numbers", "his company", "planned"],
)
def test_what_is_compatible_is_no_conflict(statements: list[Statement]) -> None:
    assert conflicts(store(*statements)) == []


def test_two_voices_in_one_text_may_contradict_each_other() -> None:
    few = said(OTHER, "A later count", "protest/rally", "cag:size", FEWER, attributed_to="company/amazon")
    many = said(OTHER, "It was sent", "protest/rally", "cag:size", LATER, attributed_to="civilsocietygroup/aclu")
    assert [c.predicate for c in conflicts(store(few, many))] == ["cag:size"]
    own = said(OTHER, "It was sent", "protest/rally", "cag:size", LATER)
    assert conflicts(store(few, own)) == []


def test_a_contract_may_be_cancelled_later() -> None:
    over = said(OTHER, "A later count", "contract/cia-cloud", "cag:status", "status:cancelled")
    assert conflicts(store(over)) == []


def test_who_writes_before_the_day_cannot_know_how_it_went() -> None:
    day = TimeSpan("15 July 2019", date(2019, 7, 15), date(2019, 7, 15), "day")
    early = [said(OTHER, "A later count", "protest/rally", "cag:status", "status:occurred"),
             said(OTHER, "A later count", "protest/rally", "cag:when", day)]  # fmt: skip
    over = said(CONTRACT, "A later count", "protest/rally", "cag:status", "status:cancelled")
    pairs = ((OTHER, early), (CONTRACT, [over]))
    assert conflicts(Store.of([q for source, found in pairs for q in quads(source, found, LINKER)])) == []


def test_different_sums_of_one_contract_are_a_conflict() -> None:
    other = Money("$10 million", "exact", "USD", None, None, None)
    sum_ = replace(other, value=10_000_000, minimum=10_000_000, maximum=10_000_000)  # type: ignore[arg-type]
    found = conflicts(store(said(OTHER, "A later count", "contract/cia-cloud", "cag:contractValue", sum_)))
    assert [c.predicate for c in found] == ["cag:contractValue"]


def test_what_one_text_denies_is_a_conflict() -> None:
    denied = claim("cag:target", "company/amazon", factuality="negated")
    assert [c.why for c in conflicts(store(denied))] == ["one text denies what another says"]


def test_that_it_never_happened_contradicts_who_says_that_it_did() -> None:
    denied = claim("rdf:type", "cag:Petition", "No letter was sent", factuality="negated")
    assert [c.predicate for c in conflicts(store(denied))] == ["rdf:type"]
    rally = said(OTHER, "Nothing", "protest/rally", "rdf:type", "cag:Protest", factuality="negated")
    assert conflicts(store(rally)) == []


def test_a_text_that_states_and_denies_speaks_of_two_things_or_of_two_voices() -> None:
    both = (claim("rdf:type", "cag:Petition", "It was sent"),
            claim("rdf:type", "cag:Petition", "No letter was sent", factuality="negated"))  # fmt: skip
    assert conflicts(store(*both)) == []
    theirs = claim(
        "rdf:type", "cag:Petition", "No letter was sent", factuality="negated", attributed_to="company/amazon"
    )
    assert [c.predicate for c in conflicts(store(both[0], theirs))] == ["rdf:type"]


def test_the_saved_query_finds_numbers_that_exclude_each_other() -> None:
    def rows(*sizes: Count) -> list[str]:
        few = said(LETTER, "rally in Seattle", "protest/rally", "cag:size", Count("30", "exact", 30, 30, 30))
        told = [said(OTHER, "A later count", "protest/rally", "cag:size", size) for size in sizes]
        pairs = ((LETTER, [*letter_statements(), few]), (OTHER, told))
        graph = Store.of([quad for source, found in pairs for quad in quads(source, found, LINKER)])
        found = run_saved(graph, saved_query("conflicts"), {})
        assert isinstance(found, Table)
        return [f"{row['one']} {row['other']}" for row in found]

    assert rows(Count("90", "exact", 90, 90, 90)) == ["30 90"]
    assert rows(Count("90", "exact", 90, 90, 90), Count("20 to 40", "range", None, 20, 40)) == []


def test_conflicts_are_printed(run: Run) -> None:
    assert "no conflicts found" in run("validate", "--conflicts").stdout
