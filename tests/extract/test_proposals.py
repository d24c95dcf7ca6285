"""What the rules pass over is proposed where the model is sure enough, with its probability and its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from texts import DAY

from kg.extract import data, features, frames, nlp, proposals, reading, scorer, situations, statements
from kg.extract.candidates import Candidate
from kg.extract.discourse import Discourse
from kg.extract.names import NameList
from kg.extract.parts import Part
from kg.extract.reading import Reading
from kg.extract.scorer import BIAS, Scorer
from kg.model import Document

TEXT = (
    "Nurses at Hollow Creek Hospital walked out on Friday. "
    "They carried spare timetables and broken lamps. "
    "The hospital has 300 beds."
)

WEIGHED = {f"phrase.{role}" for role in situations.WORDED} | {
    f"name.{role}" for role in (*proposals.NAME_ROLES, *proposals.ONLY.values())
}

Read = Callable[..., Reading]


@pytest.fixture
def read(names: NameList) -> Read:
    """Read the text with a scorer, or without one."""
    nlp.load()

    def run(weigher: Scorer | None = None, text: str = TEXT) -> Reading:
        (chunks,) = (list(found) for found in nlp.analyse([text]))
        return reading.read(text, chunks, DAY, names, frames.load(), weigher)

    return run


def scorer_for(
    key: str,
    feature: str,
    *,
    threshold: float = 0.5,
    weight: float = 6.0,
    floors: dict[str, float] | None = None,
) -> Scorer:
    """Return a scorer that takes for one role what has one feature, and nothing for the others."""
    silent = WEIGHED
    weights = {other: {BIAS: -30.0} for other in silent} | {key: {BIAS: -3.0, feature: weight}}
    return Scorer(weights, dict.fromkeys(weights, threshold), floors)


def proposed(found: Reading, role: str) -> list[Candidate]:
    return [c for event in found.events for c in event.inferred if c.path == f"{role}.{proposals.PROPOSED}"]


def test_a_passage_near_the_action_is_added_with_its_probability(read: Read) -> None:
    found = proposed(read(scorer_for("phrase.concerns", "lemma=timetable")), "concerns")
    assert [(c.filler.text, c.score, c.kept) for c in found] == [("spare timetables", 0.953, True)]
    start, end = found[0].evidence
    assert TEXT[start:end] == "They carried spare timetables and broken lamps."


def test_an_unsure_proposal_is_kept_as_a_loser_with_the_reason(read: Read) -> None:
    found = read(scorer_for("phrase.concerns", "lemma=timetable", weight=2.5, threshold=0.5))
    (loser,) = proposed(found, "concerns")
    assert not loser.kept
    assert loser.reason == "its probability is 0.38, less than 0.50"
    assert loser not in list(found.events[0].candidates())


def test_the_confidence_of_a_proposed_statement_is_its_probability(read: Read) -> None:
    found = read(scorer_for("phrase.demands", "lemma=lamp"))
    said = statements.write(Document(id="t", text=TEXT, date=DAY), found)
    (demand,) = [s for s in said if s.predicate == "cag:demands"]
    assert demand.evidence.confidence == 0.953
    assert demand.evidence.extractor == "rules/protest.demands.proposed"


def test_words_that_the_rules_found_are_not_proposed_again(read: Read) -> None:
    text = "Nurses at Hollow Creek Hospital walked out over unpaid overtime. They spoke of unpaid overtime all day."
    found = read(scorer_for("phrase.concerns", "lemma=overtime"), text)
    assert [c.filler.text for c in found.events[0].candidates() if c.role == "concerns"] == ["unpaid overtime"]


@pytest.mark.parametrize(
    ("feature", "text", "phrase"),
    [
        ("theme=hours", "They spoke of overwork and of lunch.", "overwork"),
        ("modified by harsh", "They spoke of a toxic mood and of lunch.", "toxic mood"),
        ("of lack", "They spoke of a week of delays and of lunch.", "week of delays"),
        ("told safety Protest", "They spoke of trauma and of lunch.", "trauma"),
        ("mark=because", "It began because the managers had removed a microwave.", "removed a microwave"),
        ("ending=wave", "They spoke of a microwave and of lunch.", "microwave"),
    ],
)
def test_a_passage_is_described_by_what_it_is_about(feature: str, text: str, phrase: str, read: Read) -> None:
    told = read(scorer_for("phrase.concerns", feature), f"Nurses at Hollow Creek Hospital walked out. {text}")
    assert phrase in [c.filler.text for c in proposed(told, "concerns") if c.kept]
    assert "lunch" not in [c.filler.text for c in proposed(told, "concerns") if c.kept]


def test_an_order_is_a_passage(read: Read) -> None:
    text = "Nurses at Hollow Creek Hospital walked out. They sang, and told the ward: Mend the lifts!"
    told = read(scorer_for("phrase.demands", "Protest bare"), text)
    assert [c.filler.text for c in proposed(told, "demands") if c.kept] == ["Mend the lifts"]


def test_themes_are_lists_of_lemmas_in_lower_case() -> None:
    themes = data.load("themes")
    assert themes
    assert all(isinstance(word, str) and word == word.lower() for words in themes.values() for word in words)


@pytest.mark.parametrize(("bias", "kept"), [(-2.0, False), (2.0, True)])
def test_what_the_rules_found_is_dropped_where_it_is_improbable(bias: float, kept: bool, read: Read) -> None:
    weights = {key: {BIAS: -30.0} for key in WEIGHED}
    doubts = Scorer({"phrase.concerns": {BIAS: bias, "rule=concerns.over": 0.1}}, {"phrase.concerns": 0.25})
    doubting = Scorer(weights, dict.fromkeys(weights, 0.5), None, doubts)
    told = read(doubting, "Nurses at Hollow Creek Hospital walked out over unpaid overtime.")
    (found,) = [c for m in told.mentions for c in m.candidates if c.path == "concerns.over"]
    assert found.kept is kept
    assert kept or found.reason == "its probability is 0.13, less than 0.25"
    assert [m.kept for m in told.mentions] == [True]


def test_what_the_rules_found_is_described_by_its_rules_too(read: Read) -> None:
    told = read(text="Nurses at Hollow Creek Hospital walked out over unpaid overtime.")
    found = {f.key: f for f in proposals.findings(proposals.Setting.of(told.events, told.outline()))}
    assert {"phrase.concerns", "name.participant"} <= found.keys()
    concern = found["phrase.concerns"]
    assert {"rule=concerns.over", "rule=concerns.over Protest"} <= concern.parts[-1].features
    assert "lemma=overtime" in concern.parts[0]


def test_without_an_action_nothing_is_proposed(read: Read) -> None:
    found = read(scorer_for("phrase.concerns", "lemma=overtime"), "The hospital spoke of unpaid overtime.")
    assert found.events == []


def test_the_outline_numbers_sentences_and_knows_who_is_named_where(read: Read) -> None:
    outline = read().outline()
    assert [TEXT[start:end].split(maxsplit=1)[0] for start, end in outline.sentences] == ["Nurses", "They", "The"]
    named = {referent.label: [word.sentence for word in words] for referent, words in outline.named.items()}
    assert named["Hollow Creek Hospital"][0] == 0
    assert {p.phrase.text for p in outline.passages(frozenset({1}), 0)} >= {"spare timetables"}


def test_the_way_from_the_action_to_a_word_follows_the_grammar(read: Read) -> None:
    found = read()
    outline = found.outline()
    (anchor, *_) = outline.anchors(found.events[0].mentions)
    nurses = next(w for words in outline.named.values() for w in words if w.lemma == "nurse")
    way, steps = features.path(anchor.word, nurses)
    assert (way, steps) == ("|nsubj", 1)


@pytest.mark.parametrize(("floor", "found"), [(6.5, []), (5.5, ["spare timetables"])])
def test_what_weighs_too_little_at_first_sight_is_not_looked_at_further(
    floor: float, found: list[str], read: Read
) -> None:
    told = read(
        scorer_for("phrase.concerns", "lemma=timetable", floors={"phrase.concerns": floor, "phrase.demands": 9})
    )
    assert [c.filler.text for c in proposed(told, "concerns")] == found


def test_the_order_of_features_changes_no_weight() -> None:
    weigher = Scorer({"name.target": {BIAS: 0.0, "a": 0.1, "b": 0.2, "c": 0.3, "d": -0.6}}, {})
    orders = [[Part(part) for part in parts] for parts in (["abcd"], ["dc", "ba"], ["b", "dac"])]
    assert len({float(weight) for (weight,) in weigher.weigh(orders)}) == 1


def test_only_a_petition_has_signatories(read: Read) -> None:
    (event, *_) = read().events
    person = Discourse().name("Dana Poe", "Person", (0, 8))
    roles = [role for role, _ in proposals.Proposal(event, person, 0, [Part()]).roles()]
    assert "participant" in roles
    assert "signatory" not in roles


def test_the_shipped_weights_know_every_role_that_is_weighed() -> None:
    shipped = scorer.load()
    assert set(shipped.keys) == WEIGHED
    assert all(0 < shipped.thresholds[key] < 1 for key in WEIGHED)
    assert shipped.probabilities(shipped.weigh([[Part()]])).max() < 0.2
