"""Resolution against annotated reports; decisions of people; the order of the documents does not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from annotated import Corpus, load, score
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Anchor, Document, FactReference, Judgement, Linker, Literal, TimeSpan
from kg.resolve import judge, link
from kg.resolve.events import candidates
from kg.resolve.names import fold, initials, is_acronym, person_parts, squeezed
from kg.resolve.partition import Partition
from kg.resolve.profiles import Event, collect
from kg.resolve.sources import copies, corroboration, runs


@cache
def corpus() -> Corpus:
    return load()


@cache
def linked() -> Linker:
    return link(corpus().all_statements(), documents=corpus().documents)


def events_of(key: str) -> list[str]:
    return sorted(node for node, is_ in corpus().events.items() if is_ == key)


def entity(document: str, key: str) -> str:
    own = {s.subject for s in corpus().statements[document]}
    return next(node for node, is_ in corpus().entities.items() if is_ == key and node in own)


# ---- quality ----


def test_the_corpus_is_large_enough_to_say_something() -> None:
    contracts = {key for node, key in corpus().events.items() if node.startswith("contract/")}
    assert len(corpus().documents) >= 40
    assert len(set(corpus().events.values()) - contracts) >= 15
    assert len(contracts) >= 5


def test_entities_of_different_texts_are_found_to_be_one() -> None:
    found = score(corpus().entities, linked())
    assert found.pair_precision >= 0.95, found.wrong
    assert found.pair_f1 >= 0.90, found.missed
    assert found.b3_f1 >= 0.90


def test_events_of_different_texts_are_found_to_be_one() -> None:
    found = score(corpus().events, linked())
    assert found.pair_precision >= 0.95, found.wrong
    assert found.pair_f1 >= 0.80, found.missed
    assert found.b3_f1 >= 0.80


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("r13", "orbit-robotics"), ("r15", "orbit-games")),
        (("r34", "park-senator"), ("r36", "park-professor")),
        (("r07", "voss"), ("r51", "voss-student")),
        (("r26", "ortiz-quito"), ("r28", "ortiz-oslo")),
        (("r26", "labour-quito"), ("r28", "labour-oslo")),
        (("r25", "lind"), ("r25", "jonas-lind")),
    ],
)
def test_namesakes_stay_apart(left: tuple[str, str], right: tuple[str, str]) -> None:
    assert linked()(entity(*left)) != linked()(entity(*right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("foodly-march", "foodly-april"),
        ("brightmart-letter", "brightmart-bonus"),
        ("brightmart-letter", "nordlake-letter"),
        ("halden-oslo", "halden-bergen"),
        ("argus-towers", "argus-kiosks"),
        ("kestrel-wages", "kestrel-parking"),
    ],
)
def test_near_misses_stay_apart(left: str, right: str) -> None:
    assert not {linked()(n) for n in events_of(left)} & {linked()(n) for n in events_of(right)}


def test_every_verdict_has_a_score_and_reasons() -> None:
    assert {d.verdict for d in linked().decisions} == {"same", "possible"}
    for decision in linked().decisions:
        assert 0 < decision.score <= 1
        assert decision.reasons
        assert decision.node


def test_doubtful_pairs_are_recorded_and_not_joined() -> None:
    doubtful = [d for d in linked().decisions if d.verdict == "possible"]
    assert doubtful
    assert all(linked()(d.left[0]) != linked()(d.right[0]) for d in doubtful)


# ---- order ----


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_any_order_of_documents_gives_the_same_identity(seed: int) -> None:
    documents = list(corpus().documents)
    random.Random(seed).shuffle(documents)
    statements = [s for d in documents for s in corpus().statements[d.id]]
    assert link(statements, documents=documents) == linked()


# ---- corroboration ----


def test_copies_of_one_text_count_once() -> None:
    march = linked()(events_of("foodly-march")[0])
    assert len(events_of("foodly-march")) == 4
    assert linked().corroboration[march] == 3


def test_one_publisher_counts_once_and_unknown_ones_together() -> None:
    documents = {
        d.id: d
        for d in (
            Document("a", "one two three four five six", publisher="The Post"),
            Document("b", "seven eight nine ten eleven twelve", publisher="the post"),
            Document("c", "words of quite another sort are here", url="https://www.daily.example/x"),
            Document("d", "and more of them that nobody copied"),
            Document("e", "these last ones are nobody's either, too"),
        )
    }
    assert corroboration(documents, {"x": ["a", "b"]}) == {"x": 1}
    assert corroboration(documents, {"x": ["a", "c"]}) == {"x": 2}
    assert corroboration(documents, {"x": ["a", "b", "c", "d", "e"]}) == {"x": 3}


def test_a_shortened_copy_is_a_copy_and_a_retelling_is_not() -> None:
    text = corpus().documents[0].text
    assert copies(runs(text), runs(text[: len(text) // 2]))
    assert not copies(runs(text), runs(corpus().documents[1].text))


# ---- decisions of people ----


def anchors(*nodes: str) -> tuple[Anchor, ...]:
    return tuple(Anchor(node) for node in nodes)


def test_a_merge_by_hand_wins_over_every_contradiction() -> None:
    left, right = events_of("halden-oslo"), events_of("halden-bergen")
    found = relink(Judgement("m", "merge", anchors(*left), anchors(*right), by="ada"))
    assert len({found(node) for node in (*left, *right)}) == 1
    assert [d.by for d in found.decisions if d.score == 1.0 and d.by.startswith("human")] == ["human/ada"]


def test_a_split_by_hand_wins_over_every_agreement() -> None:
    first, *others = events_of("foodly-march")
    found = relink(Judgement("s", "split", anchors(first), anchors(*others)))
    assert found(first) not in {found(node) for node in others}
    assert len({found(node) for node in others}) == 1


def test_a_later_decision_wins_over_an_earlier_one() -> None:
    first, *others = events_of("foodly-march")
    split = Judgement("s", "split", anchors(first), anchors(*others))
    merge = Judgement("m", "merge", anchors(first), anchors(*others))
    assert relink(split, merge)(first) == relink(split, merge)(others[0])
    assert relink(merge, split)(first) != relink(merge, split)(others[0])


def test_a_listed_name_can_be_split() -> None:
    one, other = entity("r05", "foodly"), entity("r06", "foodly")
    found = relink(Judgement("s", "split", anchors(one), anchors(other)))
    assert found(one) != found(other)


def test_a_decision_finds_its_mention_by_document_and_name() -> None:
    anchor = Anchor("person/gone", "r25", "Jonas Lind")
    found = relink(Judgement("m", "merge", (anchor,), anchors(entity("r23", "lind"))))
    assert found(entity("r25", "jonas-lind")) == found(entity("r23", "lind"))
    assert found.unused == ()


def test_a_decision_about_nothing_is_reported() -> None:
    found = relink(Judgement("m", "merge", (Anchor("person/gone", "r99", "Nobody"),), anchors(entity("r23", "lind"))))
    assert found.unused == ("m",)
    assert replace(found, unused=()) == linked()


def relink(*judgements: Judgement) -> Linker:
    return link(corpus().all_statements(), documents=corpus().documents, judgements=judgements)


def test_a_rejected_fact_is_gone_and_the_others_stay() -> None:
    said = corpus().statements["r07"]
    fact = next(s for s in said if s.predicate == "cag:size")
    found, applied = judge(said, [Judgement("x", "reject", fact=reference(fact, "120"))])
    assert applied == {"x"}
    assert found == [s for s in said if s != fact]


def test_rejecting_what_a_thing_is_removes_all_that_is_said_of_it() -> None:
    said = corpus().statements["r07"]
    node = events_of("brightmart-letter")
    fact = next(s for s in said if s.subject in node and s.predicate == "rdf:type")
    found, _ = judge(said, [Judgement("x", "reject", fact=reference(fact, "cag:Petition"))])
    assert not [s for s in found if s.subject in node or s.object in node]


def test_a_corrected_fact_keeps_its_evidence() -> None:
    said = corpus().statements["r05"]
    fact = next(s for s in said if s.predicate == "cag:when")
    found, applied = judge(said, [Judgement("x", "correct", fact=reference(fact), value="2021-04")])
    changed = next(s for s in found if s.predicate == "cag:when")
    assert applied == {"x"}
    assert isinstance(changed.object, TimeSpan)
    assert (str(changed.object.earliest), str(changed.object.latest)) == ("2021-04-01", "2021-04-30")
    assert changed.evidence.quote == fact.evidence.quote
    assert changed.evidence.extractor == "human/correction"


def test_a_correction_that_makes_no_sense_applies_to_nothing() -> None:
    said = corpus().statements["r05"]
    fact = next(s for s in said if s.predicate == "cag:size")
    assert judge(said, [Judgement("x", "correct", fact=reference(fact), value="many")]) == (said, set())


def reference(statement: object, _: str = "") -> FactReference:
    """Name a fact as the command line does: by the names of its ends."""
    s = statement
    names = {n.subject: n.object.value for n in corpus().all_statements() if isinstance(n.object, Literal)
             and n.predicate == "rdfs:label"}  # fmt: skip
    object_ = s.object  # type: ignore[attr-defined]
    text = names.get(object_, object_) if isinstance(object_, str) else getattr(object_, "raw", None) or object_.value
    return FactReference(s.evidence.document, names[s.subject], s.predicate, text, s.evidence.quote)  # type: ignore[attr-defined]


# ---- the parts ----


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Foodly GmbH", "Foodly"),
        ("The Labour Centre", "labor center"),
        ("Pilots' Guild", "Pilots Guild"),
        ("Société Générale S.A.", "Societe Generale"),
        ("Smith & Sons Co.", "Smith and Sons"),
    ],
)
def test_spellings_of_one_name_meet(left: str, right: str) -> None:
    assert squeezed(left) == squeezed(right)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_acronyms() -> None:
    assert "dwu" in initials("Dock Workers Union")
    assert "cwa" in initials("Communications Workers of America")
    assert initials("Dock Workers") == frozenset()
    assert is_acronym("U.A.W.")
    assert not is_acronym("Iran")


def test_titles_and_middle_initials_are_no_part_of_a_name() -> None:
    assert person_parts("Dr. Ada M. Reyes") == person_parts("Ada Reyes") == ("ada", "reyes")


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans())))
def test_forbidden_pairs_never_meet(steps: list[tuple[int, int, bool]]) -> None:
    partition, apart = Partition(), []
    for left, right, join in steps:
        one, other = str(left), str(right)
        if join:
            partition.join(one, other)
        elif partition.find(one) != partition.find(other):
            partition.forbid(one, other)
            apart.append((one, other))
    assert all(partition.find(one) != partition.find(other) for one, other in apart)


def test_blocking_compares_a_small_share_of_all_pairs() -> None:
    world = collect(corpus().all_statements())
    events = list(world.events.values())
    published = {d.id: d.date for d in corpus().documents}
    for event in events:
        event.published = published[event.document]
        for role in ("actors", "targets", "addressees", "suppliers", "buyers", "concerns"):
            setattr(event, role, {linked()(node) for node in getattr(event, role)})
    pairs = candidates(events)
    right = {tuple(sorted((a, b))) for key in set(corpus().events.values()) for a in events_of(key)
             for b in events_of(key) if a < b}  # fmt: skip
    assert right <= pairs
    assert len(pairs) < len(events) ** 2 / 20


def test_a_crowded_block_is_not_compared_pair_by_pair() -> None:
    crowd = [Event(f"protest/{n}", f"d{n}", "cag:Protest", targets={"org/a"}) for n in range(400)]
    assert len(candidates(crowd)) < 400 * 31
