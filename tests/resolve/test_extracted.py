"""Resolution of what the program itself reads in the annotated reports, and the traits of extracted statements."""

from __future__ import annotations

import random
from datetime import date
from functools import cache

import pytest
from aligned import Aligned, extract
from annotated import Corpus, load, score

from kg.model import Document, Evidence, FactReference, Judgement, Linker, Literal, Statement, Term, TimeSpan
from kg.resolve import judge, link, settled
from kg.resolve.features import (
    only_series,
    other_origin,
    same_count,
    same_form,
    same_goods,
    same_names,
    same_place,
    same_time,
)
from kg.resolve.names import proper, singular
from kg.resolve.profiles import Event


@cache
def corpus() -> Corpus:
    return load()


@cache
def aligned() -> Aligned:
    return extract(corpus())


@cache
def linked() -> Linker:
    return link(aligned().statements, documents=corpus().documents)


# ---- quality ----


def test_most_of_what_is_annotated_is_found() -> None:
    assert len(aligned().entities) >= 0.7 * len(corpus().entities)
    assert len(aligned().events) + len(aligned().missed) == len(corpus().events)
    assert len(aligned().events) >= 27


def test_extracted_entities_of_different_texts_are_found_to_be_one() -> None:
    found = score(aligned().entities, linked())
    assert found.pair_precision >= 0.95, found.wrong
    assert found.pair_f1 >= 0.90, found.missed


def test_extracted_events_of_different_texts_are_found_to_be_one() -> None:
    found = score(aligned().events, linked())
    assert found.pair_precision >= 0.92, found.wrong
    assert found.pair_f1 >= 0.80, found.missed


def test_events_that_extraction_made_up_join_no_true_one() -> None:
    true = {linked()(node) for node in aligned().events}
    assert not true & {linked()(node) for node in aligned().extra}


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_documents_gives_the_same_identity(seed: int) -> None:
    documents = list(corpus().documents)
    random.Random(seed).shuffle(documents)
    rank = {document.id: n for n, document in enumerate(documents)}
    shuffled = sorted(aligned().statements, key=lambda s: rank[s.evidence.document])
    assert link(shuffled, documents=documents) == linked()


# ---- kinds ----


def told(document: str, node: str, cls: str, name: str, extractor: str = "rules/entity.model") -> list[Statement]:
    place = Evidence(document, 0, len(name), name, extractor, 0.8)
    said: list[tuple[str, Term]] = [("rdf:type", f"cag:{cls}"), ("rdfs:label", Literal(name))]
    return [Statement(node, predicate, term, place) for predicate, term in said]


def kinds_of(*said: list[Statement]) -> tuple[Linker, list[Statement]]:
    statements = [s for part in said for s in part]
    linker = link(statements, documents=[Document(s.evidence.document, "") for s in statements])
    return linker, list(settled(statements, linker))


def test_a_name_that_a_tagger_took_for_a_person_once_is_what_the_other_texts_say() -> None:
    body = told("a", "org/v", "Union", "Velda Brace", "rules/entity.names")
    linker, found = kinds_of(body, told("b", "person/v", "Person", "Velda Brace"))
    assert linker("org/v") == linker("person/v") == "org/velda-brace"
    assert {s.object for s in found if s.predicate == "rdf:type"} == {"cag:Union", "cag:Organization"}


def test_a_settled_kind_can_be_rejected_as_the_graph_shows_it() -> None:
    said = told("b", "person/v", "Person", "Velda Brace")
    fact = FactReference("b", "Velda Brace", "rdf:type", "cag:Organization", "Velda Brace")
    assert judge(said, [Judgement("x", "reject", fact=fact)]) == ([], {"x"})


def test_two_certain_kinds_of_one_name_stay_two() -> None:
    body = told("a", "org/v", "Company", "Ford", "rules/entity.names")
    person = told("b", "person/v", "Person", "Ford", "rules/entity.names")
    linker, found = kinds_of(body, person)
    assert linker("org/v") != linker("person/v")
    assert found == [*body, *person]


def test_a_surname_elsewhere_makes_a_guessed_company_a_person() -> None:
    linker, found = kinds_of(told("a", "org/v", "Company", "Velda Brace"), told("b", "person/b", "Person", "Brace"))
    assert linker("org/v").startswith("person/")
    assert {s.object for s in found if s.predicate == "rdf:type"} == {"cag:Person"}


def test_a_guessed_company_may_be_a_union_of_that_acronym() -> None:
    union = told("a", "org/u", "Union", "Pilots Guild of Maro", "rules/entity.names")
    both = [told(name, f"org/p{name}", "Company", "Aero Pass") for name in "ab"]
    linker, _ = kinds_of(union, told("b", "org/x", "Company", "PGM"), *both)
    assert linker("org/u") == linker("org/x")


def test_two_bodies_of_one_name_that_other_things_keep_apart_are_not_joined_by_their_names() -> None:
    text = {"a": "Orbit in Turin", "b": "Orbit in Malmö"}
    said = [s for d in text for s in told(d, f"org/{d}", "Company", "Orbit")]
    said += told("c", "place/t", "Place", "Turin") + told("d", "place/m", "Place", "Malmö")
    documents = [Document(name, words) for name, words in text.items()]
    linker = link(said, documents=documents)
    assert linker("org/a") != linker("org/b")


# ---- features ----


def span(first: str, last: str = "", precision: str = "day") -> TimeSpan:
    return TimeSpan(first, date.fromisoformat(first), date.fromisoformat(last or first), precision)


def event(name: str, **given: object) -> Event:
    return Event(f"protest/{name}", name, "cag:Protest", **given)  # type: ignore[arg-type]


def test_since_when_something_goes_on_is_not_when_it_was() -> None:
    autumn = event("a", spans={span("2013-05-01", "2013-09-19", "month")}, published=date(2013, 9, 19))
    winter = event("b", spans={span("2013-05-01", "2013-05-31", "month")}, published=date(2013, 12, 16))
    assert same_time(autumn, winter) < 0.5
    assert only_series(autumn, winter) <= -2
    winter.published = date(2013, 9, 20)
    assert only_series(autumn, winter) == 0


def test_the_longer_time_decides_what_an_agreement_is_worth() -> None:
    day, week = event("a", spans={span("2021-03-02")}), event("b", spans={span("2021-03-01", "2021-03-07", "week")})
    month = event("c", spans={span("2021-03-01", "2021-03-31", "month")})
    assert same_time(day, day) > same_time(day, week) > same_time(day, month) > 0


def test_rare_forms_tell_more() -> None:
    assert same_form(event("a", forms={"form:sit-in"}), event("b", forms={"form:sit-in"})) > same_form(
        event("a", forms={"form:strike"}), event("b", forms={"form:strike"})
    )


def test_a_place_in_the_passage_counts_where_none_is_stated() -> None:
    assert same_place(event("a", places={"place/oslo"}), event("b", settings={"place/oslo"})) > 0
    assert same_place(event("a", places={"place/oslo"}), event("b", settings={"place/bergen"})) == 0


def test_names_in_the_passages_count_once() -> None:
    left, right = event("a", names=frozenset({"org/x", "org/y"})), event("b", names=frozenset({"org/x", "org/y"}))
    assert same_names(left, right) == pytest.approx(1.2)
    left.targets = right.targets = {"org/x", "org/y"}
    assert same_names(left, right) == 0


def test_groups_of_different_origin_are_less_alike() -> None:
    assert other_origin(event("a", origins={"british"}), event("b", origins={"california"})) < 0
    assert other_origin(event("a", origins={"british"}), event("b")) == 0


def test_goods_in_other_words_do_not_count_against_a_contract_with_the_same_parties_and_sum() -> None:
    from decimal import Decimal

    from kg.model import Money

    sum_ = Money("$9", "exact", "USD", Decimal(9), Decimal(9), Decimal(9))
    left = Event("contract/a", "a", "cag:Contract", suppliers={"org/x"}, subjects={"towers"}, values={sum_})
    right = Event("contract/b", "b", "cag:Contract", suppliers={"org/x"}, subjects={"masts and poles"}, values={sum_})
    assert same_goods(left, right) == 0
    right.values = set()
    assert same_goods(left, right) < 0


def test_numbers_far_apart_count_against_a_pair() -> None:
    from kg.model import Count

    counts = {n: Count(str(n), "exact", n, n, n) for n in (70, 100, 200, 900)}
    assert same_count(event("a", counts={counts[70]}), event("b", counts={counts[100]})) == 0
    assert same_count(event("a", counts={counts[70]}), event("b", counts={counts[200]})) < 0
    assert same_count(event("a", counts={counts[70]}), event("b", counts={counts[900]})) < same_count(
        event("a", counts={counts[70]}), event("b", counts={counts[200]})
    )


def test_proper_names_of_a_passage() -> None:
    found = proper("In Bergen 70 workers of Halden Steel struck, says the Ministry of Labour.")
    assert {"bergen", "halden steel", "ministry of labor"} <= found
    assert "workers" not in found


def test_singular_and_plural_names_meet() -> None:
    assert singular("Consumers' League") == singular("Consumer League")
    assert singular("Press") == "press"
