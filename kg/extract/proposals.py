"""Proposes what the rules passed over and doubts what they found: a linear model weighs phrases and names near events.

The rules come first. A proposal only adds, and only where it is sure enough; its confidence is the model's probability.
What the rules found is dropped where the model finds it improbable. The weights stand in `schema/scorer.yaml`;
`kg evaluate --fit` computes them from annotated texts.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate, chain, compress, islice

import numpy as np
import numpy.typing as npt

from kg.extract import data, features
from kg.extract.candidates import Candidate, Phrase
from kg.extract.discourse import ACTORS, Referent
from kg.extract.events import Event
from kg.extract.features import Part, Rivals, Situation, Standing
from kg.extract.outline import Outline, Passage, Word

NAME_ROLES = ("target", "addressee", "concerns", "organizer", "participant", "signatory")
ONLY = {"Technology": "concerns", "Place": "place"}
"""Classes that fill one role alone."""

REACH = 4
"""A phrase more sentences away from an event than this is not weighed for it."""

BIAS = "bias"
PROPOSED = "proposed"
"""The last part of the name of the rule that a proposal goes under."""

DOUBTED = (*features.WORDED, "organizer", "participant", "signatory", "target")
"""Roles in which the rules' own findings are weighed."""

SHOWN = 0.2
"""A proposal that is not taken is kept with its reason where it is at least this probable."""

EXACT = 2**20
"""Weights are added as whole numbers of this part of one: the sum is the same in whichever order a set gives them."""

BATCH = 1000
"""So many proposals are weighed together."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase or somebody named that could fill a role of an event; `parts` are what speaks for and against it.

    The first part of a phrase is what it shows by itself.
    """

    event: Event
    filler: Phrase | Referent
    sentence: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase or somebody named that the rules found for a role of an event, and what speaks for and against it."""

    event: Event
    role: str
    candidates: Sequence[Candidate]
    parts: Sequence[Part]

    @property
    def key(self) -> str:
        """Return the key of the weights for it."""
        return f"{'phrase' if isinstance(self.candidates[0].filler, Phrase) else 'name'}.{self.role}"


class Scorer:
    """Weighs proposals: `weights` by key (`phrase.demands`, `name.target`) and feature, the bias under `bias`.

    `thresholds` say by key from which probability on a proposal is taken. `floors` say from which weight of a phrase
    by itself it is looked at beside an event at all; without one, every phrase is. `doubts` weighs what the rules
    found, which is dropped where it is less probable than its threshold there.
    """

    def __init__(
        self,
        weights: Mapping[str, Mapping[str, float]],
        thresholds: Mapping[str, float],
        floors: Mapping[str, float] | None = None,
        doubts: Scorer | None = None,
    ) -> None:
        self.thresholds, self.doubts = thresholds, doubts
        self.keys = sorted(weights)
        self.column = {key: column for column, key in enumerate(self.keys)}
        features = sorted({feature for known in weights.values() for feature in known} - {BIAS})
        self._row = {feature: row for row, feature in enumerate(features, start=1)}
        self._table = np.zeros((len(features) + 1, len(self.keys)))  # the first row is that of no feature
        for key, known in weights.items():
            for feature in known.keys() - {BIAS}:
                self._table[self._row[feature], self.column[key]] = round(known[feature] * EXACT)
        self._bias = np.array([weights[key][BIAS] for key in self.keys])
        self._worded = [column for column, key in enumerate(self.keys) if key.startswith("phrase.")]
        self._floor = np.array([(floors or {}).get(key, -math.inf) for key in self.keys])

    def weigh(self, shown: Sequence[Sequence[Part]]) -> Vector:
        """Return for each one shown, by one part or more, the sums of the weights, one column for each of `keys`.

        A part that several share is summed up once.
        """
        parts = {id(part): part for one in shown for part in one}
        at = {key: number for number, key in enumerate(parts)}
        known = [[0, *filter(None, map(self._row.get, part))] for part in parts.values()]
        sums = _sums(self._table, known)
        found: Vector = _sums(sums, [[at[id(part)] for part in one] for one in shown]) / EXACT
        return found

    def probabilities(self, weights: Vector) -> Vector:
        """Return how probable fillers of those total weights are, in 0..1, one column for each of `keys`."""
        found: Vector = 1 / (1 + np.exp(-np.clip(weights + self._bias, -30.0, 30.0)))
        return found

    def looks_at(self, weights: Vector) -> list[bool]:
        """Return for each phrase, by what it weighs by itself, whether it may be worth weighing beside an event."""
        enough: list[bool] = np.any((weights >= self._floor)[:, self._worded], axis=1).tolist()
        return enough


def _sums(table: Vector, rows: Sequence[Sequence[int]]) -> Vector:
    """Return for each group of `rows`, none of them empty, the sum of those rows of a table."""
    starts = list(accumulate(map(len, rows), initial=0))[:-1]
    sums: Vector = np.add.reduceat(table.take(list(chain.from_iterable(rows)), axis=0), starts, axis=0)
    return sums


@cache
def load() -> Scorer:
    """Return the scorer of `schema/scorer.yaml`. Raises SchemaError where the file is malformed."""
    content = data.load("scorer")
    doubts = content.get("doubts")
    return Scorer(
        content["weights"],
        content["thresholds"],
        content.get("floors"),
        Scorer(doubts["weights"], doubts["thresholds"]) if doubts else None,
    )


def keys(proposal: Proposal) -> list[tuple[str, str]]:
    """Return the roles that a proposal is weighed for, each with the key of its weights."""
    if isinstance(proposal.filler, Phrase):
        return [(role, f"phrase.{role}") for role in features.WORDED]
    if (only := ONLY.get(proposal.filler.cls)) is not None:
        return [(only, f"name.{only}")]
    if proposal.filler.cls not in ACTORS:
        return []
    signed = proposal.event.cls == "Petition"
    return [(role, f"name.{role}") for role in NAME_ROLES if signed or role != "signatory"]


# ---- what could be proposed -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """The actions of a document that its `outline` tells, each with those that compete with it, and who is named.

    `shown` and `own` keep what has been found out about somebody named beside an action, and about a passage.
    """

    outline: Outline
    situations: Sequence[Situation]
    rivals: Sequence[Rivals]
    standings: Mapping[Referent, Standing]
    shown: dict[tuple[Event, Referent], Sequence[Part]] = field(default_factory=dict)
    own: dict[Passage, Part] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Event], outline: Outline) -> Setting:
        """Look at a document's `events`."""
        situations = [Situation.of(event, outline, events) for event in events]
        situations = [situation for situation in situations if situation.sentences]
        telling: dict[int, list[Situation]] = {}
        for situation in situations:
            for number in situation.sentences:
                telling.setdefault(number, []).append(situation)
        rivals = [Rivals.of(_others(situation, telling)) for situation in situations]
        return cls(outline, situations, rivals, _standings(outline.named))


def proposals(setting: Setting, scorer: Scorer | None = None) -> Iterator[Proposal]:
    """Yield every filler that is near enough to an action to be weighed for it, with its features.

    With a `scorer`, phrases that it does not look at are left out.
    """
    outline = setting.outline
    looked_at = _looked_at(setting, scorer)
    for situation, rivals in zip(setting.situations, setting.rivals, strict=True):
        words = {id(anchor.word) for anchor in situation.anchors}
        for passage in outline.passages(situation.sentences, REACH):
            if passage in looked_at and id(passage.word) not in words and (phrase := passage.phrase) is not None:
                parts = _of_phrase(passage, phrase, setting, situation, rivals)
                yield Proposal(situation.event, phrase, passage.word.sentence, parts)
        for referent, near in outline.people(situation.sentences, REACH).items():
            yield _name(referent, near, setting, situation, rivals)


def findings(setting: Setting) -> Iterator[Finding]:
    """Yield what the rules found for the actions in the roles that are doubted, with its features."""
    for situation, rivals in zip(setting.situations, setting.rivals, strict=True):
        found: dict[tuple[str, object], list[Candidate]] = {}
        for candidate in situation.event.candidates():
            filler = candidate.filler
            if candidate.role in DOUBTED and isinstance(filler, Phrase | Referent):
                found.setdefault((candidate.role, filler.text if isinstance(filler, Phrase) else filler), []).append(
                    candidate
                )
        people = setting.outline.people(situation.sentences, REACH)
        for (role, _), candidates in found.items():
            shown = _shown(candidates[0], setting, situation, rivals, people)
            if shown is not None:
                rules = {f"rule={c.path}{cls}" for c in candidates for cls in ("", f" {situation.event.cls}")}
                yield Finding(situation.event, role, candidates, (*shown, rules))


def _shown(
    candidate: Candidate,
    setting: Setting,
    situation: Situation,
    rivals: Rivals,
    people: Mapping[Referent, Sequence[Word]],
) -> Sequence[Part] | None:
    """Return what a finding shows, None where it is not laid out."""
    filler, outline = candidate.filler, setting.outline
    if isinstance(filler, Referent):
        words = people.get(filler) or outline.named.get(filler)
        if not words:
            return None
        return _of_name(filler, words, setting, situation, rivals)
    if not isinstance(filler, Phrase) or (passage := outline.passage_of(filler)) is None:
        return None
    return _of_phrase(passage, filler, setting, situation, rivals)


def _looked_at(setting: Setting, scorer: Scorer | None) -> Set[Passage]:
    """Return the passages near the events, without those that a scorer does not look at."""
    near = dict.fromkeys(p for one in setting.situations for p in setting.outline.passages(one.sentences, REACH))
    if scorer is None or not near:
        return near.keys()
    enough = scorer.looks_at(scorer.weigh([(_by_itself(passage, setting),) for passage in near]))
    return set(compress(near, enough))


def _of_phrase(
    passage: Passage, phrase: Phrase, setting: Setting, situation: Situation, rivals: Rivals
) -> Sequence[Part]:
    own = _by_itself(passage, setting)
    return own, *features.beside_event(passage, phrase, own, situation, rivals)


def _by_itself(passage: Passage, setting: Setting) -> Part:
    if passage not in setting.own:
        setting.own[passage] = features.of_passage(passage, setting.outline)
    return setting.own[passage]


def _others(situation: Situation, telling: Mapping[int, Sequence[Situation]]) -> list[Situation]:
    """Return the other events that are told near enough to compete for the same phrases."""
    numbers = {n for s in situation.sentences for n in range(s - 2 * REACH, s + 2 * REACH + 1)}
    found = {id(other): other for n in sorted(numbers) for other in telling.get(n, ()) if other is not situation}
    return list(found.values())


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
    referent: Referent, words: Sequence[Word], setting: Setting, situation: Situation, rivals: Rivals
) -> Proposal:
    nearest = min(words, key=lambda word: situation.place(word.sentence)[:2])
    parts = _of_name(referent, words, setting, situation, rivals)
    return Proposal(situation.event, referent, nearest.sentence, parts)


def _of_name(
    referent: Referent, words: Sequence[Word], setting: Setting, situation: Situation, rivals: Rivals
) -> Sequence[Part]:
    key = situation.event, referent
    if key not in setting.shown:
        setting.shown[key] = features.of_referent(referent, words, setting.standings[referent], situation, rivals)
    return setting.shown[key]


# ---- what is taken ----------------------------------------------------------------------


def propose(events: Sequence[Event], outline: Outline, scorer: Scorer) -> None:
    """Add to the events what the scorer finds probable enough and the rules have not found, the surest first.

    What the rules have found and the scorer finds improbable is dropped before.
    """
    setting = Setting.of([event for event in events if event.cls != "Contract"], outline)
    probable = sorted(_probable(setting, scorer), key=lambda w: (-w[0], w[1]))
    if scorer.doubts is not None:
        _doubt(list(findings(setting)), scorer.doubts)
    for probability, role, key, proposal in probable:
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


def _doubt(found: Sequence[Finding], scorer: Scorer) -> None:
    """Drop what is not probable enough."""
    if not found:
        return
    probabilities = scorer.probabilities(scorer.weigh([finding.parts for finding in found]))
    for finding, row in zip(found, probabilities.tolist(), strict=True):
        if (column := scorer.column.get(finding.key)) is None or row[column] >= scorer.thresholds[finding.key]:
            continue
        for candidate in finding.candidates:
            candidate.drop(f"its probability is {row[column]:.2f}, less than {scorer.thresholds[finding.key]:.2f}")


def _probable(setting: Setting, scorer: Scorer) -> Iterator[tuple[float, str, str, Proposal]]:
    """Yield the proposals that are worth telling: probability, role, key of the weights, proposal."""
    found = proposals(setting, scorer)
    while batch := list(islice(found, BATCH)):
        probabilities = scorer.probabilities(scorer.weigh([proposal.parts for proposal in batch]))
        for at in np.flatnonzero(probabilities.max(axis=1) >= SHOWN).tolist():
            for role, key in keys(batch[at]):
                if (probability := float(probabilities[at, scorer.column[key]])) >= SHOWN:
                    yield probability, role, key, batch[at]


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


@lru_cache(4096)
def _telling(text: str) -> frozenset[str]:
    stop = data.words("frames/content", "function_words")
    return frozenset(word for word in text.casefold().split() if word not in stop)


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Return whether two phrases share more than half of their words."""
    return 2 * len(left & right) > (len(left) + len(right)) / 2 + 1e-9 if left and right else False
