"""Proposes what the rules passed over: a linear model weighs every phrase and name near an event.

The rules come first; a proposal only adds, and only where it is sure enough. Its confidence is the model's probability.
The weights stand in `schema/scorer.yaml`; `kg evaluate --fit` computes them from annotated texts.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from kg.extract import data, features
from kg.extract.candidates import Candidate, Phrase
from kg.extract.discourse import ACTORS, Referent
from kg.extract.events import Event
from kg.extract.features import Situation, Standing
from kg.extract.outline import Outline, Passage, Word

NAME_ROLES = ("target", "addressee", "concerns")
REACH = 6
"""A phrase more sentences away from an event than this is not weighed for it."""

BIAS = "bias"
PROPOSED = "proposed"
"""The last part of the name of the rule that a proposal goes under."""

SHOWN = 0.2
"""A proposal that is not taken is kept with its reason where it is at least this probable."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase or somebody named that could fill a role of an event, with what speaks for and against it.

    `own` are the features of a phrase by itself, the same object for every event; `features` those beside the event.
    """

    event: Event
    filler: Phrase | Referent
    sentence: int
    own: Set[str]
    features: Set[str]


class Scorer:
    """Weighs proposals: `weights` by key (`phrase.demands`, `name.target`) and feature, the bias under `bias`.

    `thresholds` say by key from which probability on a proposal is taken.
    """

    def __init__(self, weights: Mapping[str, Mapping[str, float]], thresholds: Mapping[str, float]) -> None:
        self.thresholds = thresholds
        self._weights = weights

    def weigh(self, key: str, found: Iterable[str]) -> float:
        """Return the sum of the weights of some features."""
        weight = self._weights[key].get
        return sum([weight(feature, 0.0) for feature in found])

    def probability(self, key: str, weight: float) -> float:
        """Return how probable a filler of that total weight is, in 0..1."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, weight + self._weights[key][BIAS]))))


@cache
def load() -> Scorer:
    """Return the scorer of `schema/scorer.yaml`. Raises SchemaError where the file is malformed."""
    content = data.load("scorer")
    return Scorer(content["weights"], content["thresholds"])


def keys(filler: Phrase | Referent) -> list[tuple[str, str]]:
    """Return the roles that a filler is weighed for, each with the key of its weights."""
    if isinstance(filler, Phrase):
        return [(role, f"phrase.{role}") for role in features.WORDED]
    fitting = NAME_ROLES if filler.cls in ACTORS else ("concerns",) if filler.cls == "Technology" else ()
    return [(role, f"name.{role}") for role in fitting]


# ---- what could be proposed -------------------------------------------------------------


def proposals(events: Sequence[Event], outline: Outline) -> Iterator[Proposal]:
    """Yield every filler that is near enough to an action to be weighed for it, with its features."""
    situations = [Situation.of(event, outline, events) for event in events]
    situations = [situation for situation in situations if situation.sentences]
    described: dict[Passage, set[str]] = {}
    standings = _standings(outline.named)
    telling: dict[int, list[Situation]] = {}
    for situation in situations:
        for number in situation.sentences:
            telling.setdefault(number, []).append(situation)
    for situation in situations:
        others = _others(situation, telling)
        words = {id(anchor.word) for anchor in situation.anchors}
        for passage in outline.passages(situation.sentences, REACH):
            if id(passage.word) not in words:
                if passage not in described:
                    described[passage] = features.of_passage(passage, outline)
                yield _phrase(passage, described[passage], situation, others)
        for referent, near in outline.people(situation.sentences, REACH).items():
            yield _name(referent, near, standings[referent], situation, others)


def _others(situation: Situation, telling: Mapping[int, Sequence[Situation]]) -> list[Situation]:
    """Return the other events that are told near enough to compete for the same phrases."""
    numbers = {n for s in situation.sentences for n in range(s - 2 * REACH, s + 2 * REACH + 1)}
    found = {id(other): other for n in sorted(numbers) for other in telling.get(n, ()) if other is not situation}
    return list(found.values())


def _phrase(passage: Passage, own: set[str], situation: Situation, others: Sequence[Situation]) -> Proposal:
    beside = features.beside_event(passage, own, situation, others)
    return Proposal(situation.event, passage.phrase, passage.word.sentence, own, beside)


def _standings(named: Mapping[Referent, Sequence[Word]]) -> dict[Referent, Standing]:
    by_class: dict[str, list[int]] = {}
    for referent, words in named.items():
        by_class.setdefault(referent.cls, []).append(len(words))
    for times in by_class.values():
        times.sort()
    return {
        referent: Standing(
            len(words),
            len(by_class[referent.cls]) - bisect_right(by_class[referent.cls], len(words)),
            len(by_class[referent.cls]),
            words[0].sentence,
        )
        for referent, words in named.items()
    }


def _name(
    referent: Referent, words: Sequence[Word], standing: Standing, situation: Situation, others: Sequence[Situation]
) -> Proposal:
    nearest = min(words, key=lambda word: situation.distance(word.sentence))
    found = features.of_referent(referent, words, standing, situation, others)
    return Proposal(situation.event, referent, nearest.sentence, _NOTHING, found)


_NOTHING: frozenset[str] = frozenset()


# ---- what is taken ----------------------------------------------------------------------


def propose(events: Sequence[Event], outline: Outline, scorer: Scorer) -> None:
    """Add to the events what the scorer finds probable enough and the rules have not found, the surest first."""
    told = [event for event in events if event.cls != "Contract"]
    for probability, role, key, proposal in sorted(_probable(told, outline, scorer), key=lambda w: (-w[0], w[1])):
        if not is_open(proposal, role):
            continue
        found = Candidate(
            role,
            proposal.filler,
            outline.sentences[proposal.sentence],
            f"{role}.{PROPOSED}",
            round(probability, 3),
        )
        if probability < scorer.thresholds[key]:
            found.drop(f"its probability is {probability:.2f}, less than {scorer.thresholds[key]:.2f}")
        proposal.event.inferred.append(found)


def _probable(events: Sequence[Event], outline: Outline, scorer: Scorer) -> Iterator[tuple[float, str, str, Proposal]]:
    """Yield the proposals that are worth telling: probability, role, key of the weights, proposal."""
    alone: dict[tuple[int, str], float] = {}
    for proposal in proposals(events, outline):
        for role, key in keys(proposal.filler):
            at = id(proposal.own), key
            if at not in alone:
                alone[at] = scorer.weigh(key, proposal.own)
            probability = scorer.probability(key, alone[at] + scorer.weigh(key, proposal.features))
            if probability >= SHOWN:
                yield probability, role, key, proposal


def is_open(proposal: Proposal, role: str) -> bool:
    """Return whether the role does not hold the filler yet, nor words of the same passage, nor the same words."""
    event, filler = proposal.event, proposal.filler
    if isinstance(filler, Referent):
        return filler not in event.fillers(role) and not (role == "concerns" and filler in event.fillers(*_ACTORS))
    taken = event.phrases(role)
    start, end = filler.span
    if any(phrase.span[0] < end and start < phrase.span[1] for phrase in taken):
        return False
    words = _telling(filler.text)
    names = (name for referent in event.fillers(*features.ROLES) for name in referent.names)
    return not any(_alike(words, _telling(text)) for text in [*(p.text for p in taken), *names])


_ACTORS = ("signatory", "organizer", "participant", "addressee", "target")


def _telling(text: str) -> frozenset[str]:
    stop = data.words("frames/content", "function_words")
    return frozenset(word for word in text.casefold().split() if word not in stop)


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Return whether two phrases share more than half of their words."""
    return 2 * len(left & right) > (len(left) + len(right)) / 2 + 1e-9 if left and right else False
