"""Proposes what the rules passed over and doubts what they found: a linear model weighs phrases and names near events.

The rules come first. A proposal only adds, and only where it is sure enough; its confidence is the model's probability.
What the rules found is dropped where the model finds it improbable. The weights stand in `schema/scorer.yaml`;
`kg evaluate --fit` computes them from annotated texts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from kg.extract import data, features
from kg.extract.candidates import Candidate, Phrase, Span
from kg.extract.discourse import ACTORS, Referent
from kg.extract.events import Event
from kg.extract.features import Standing
from kg.extract.outline import Outline, Passage, Word
from kg.extract.parts import Part
from kg.extract.scorer import Scorer, Vector
from kg.extract.situations import PARTIES, ROLES, WORDED, Rivals, Situation

NAME_ROLES = ("target", "addressee", "concerns", "organizer", "participant", "signatory")
ONLY = {"Technology": "concerns", "Place": "place"}
"""Classes that fill one role alone."""

REACH = 3
"""A phrase more sentences away from an event than this is not weighed for it."""

PROPOSED = "proposed"
"""The last part of the name of the rule that a proposal goes under."""

DOUBTED = (*WORDED, "organizer", "participant", "signatory", "target")
"""Roles in which the rules' own findings are weighed."""

SHOWN = 0.3
"""A proposal that is not taken is kept with its reason where it is at least this probable."""

BATCH = 1000
"""So many pairs are weighed together."""


class Proposal(NamedTuple):
    """A phrase or somebody named that could fill a role of an event; `parts` are what speaks for and against it.

    All but the last of them were known before the grammar between the two was looked at.
    """

    event: Event
    filler: Phrase | Referent
    sentence: int
    parts: Sequence[Part]

    def roles(self) -> tuple[tuple[str, str], ...]:
        """Return the roles that it is weighed for, each with the key of its weights."""
        return roles_for(self.filler.cls if isinstance(self.filler, Referent) else None, self.event.cls)


class Finding(NamedTuple):
    """A phrase or somebody named that the rules found for a role of an event, and what speaks for and against it."""

    event: Event
    role: str
    candidates: Sequence[Candidate]
    parts: Sequence[Part]

    @property
    def key(self) -> str:
        """Return the key of the weights for it."""
        return f"{'phrase' if isinstance(self.candidates[0].filler, Phrase) else 'name'}.{self.role}"


@lru_cache(1024)
def roles_for(filler: str | None, event: str) -> tuple[tuple[str, str], ...]:
    """Return the roles that a filler of a class, or a phrase (None), is weighed for, each with the key of its weights.

    `event` is the class of the event.
    """
    if filler is None:
        return tuple((role, f"phrase.{role}") for role in WORDED)
    if (only := ONLY.get(filler)) is not None:
        return ((only, f"name.{only}"),)
    roles = NAME_ROLES if filler in ACTORS else ()
    return tuple((role, f"name.{role}") for role in roles if event == "Petition" or role != "signatory")


# ---- what could be proposed -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """The actions of a document that its `outline` tells, each with those that compete with it, and who is named.

    `beside` and `own` keep what has been found out about somebody named beside an action, and about a passage.
    """

    outline: Outline
    situations: Sequence[Situation]
    rivals: Sequence[Rivals]
    standings: Mapping[Referent, Standing]
    beside: dict[tuple[Event, Referent], Part] = field(default_factory=dict)
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


class Pair(NamedTuple):
    """An action and a passage, or somebody whom `words` name, that stand near each other.

    `shared` is what can be told of them without a look at the grammar between them, most of it true of others too.
    """

    situation: Situation
    rivals: Rivals
    filler: Passage | Referent
    words: Sequence[Word]
    shared: Sequence[Part]

    def roles(self) -> tuple[tuple[str, str], ...]:
        """Return the roles that the filler is weighed for, each with the key of its weights."""
        return roles_for(self.filler.cls if isinstance(self.filler, Referent) else None, self.situation.event.cls)


def pairs(setting: Setting) -> Iterator[Pair]:
    """Yield every action with every filler that is near enough to be weighed for it."""
    outline = setting.outline
    for situation, rivals in zip(setting.situations, setting.rivals, strict=True):
        telling = {id(anchor.word) for anchor in situation.anchors}
        for passage in outline.passages(situation.sentences, REACH):
            if id(passage.word) not in telling:
                shared = _shared_by_phrase(passage, setting, situation)
                yield Pair(situation, rivals, passage, (passage.word,), shared)
        for referent, words in outline.people(situation.sentences, REACH).items():
            yield Pair(situation, rivals, referent, words, _shared_by_name(referent, words, setting, situation))


def proposal(pair: Pair, setting: Setting) -> Proposal | None:
    """Look at the grammar between an action and a filler; None where the passage has no words left."""
    situation, filler = pair.situation, pair.filler
    nearest = min((word.sentence for word in pair.words), key=lambda sentence: situation.place(sentence)[:2])
    if isinstance(filler, Referent):
        last = _beside(filler, pair.words, setting, situation, pair.rivals)
        return Proposal(situation.event, filler, nearest, (*pair.shared, last))
    if (phrase := filler.phrase) is None:
        return None
    last = features.beside_event(filler, phrase, pair.shared[0], situation, pair.rivals)
    return Proposal(situation.event, phrase, nearest, (*pair.shared, last))


def proposals(setting: Setting) -> Iterator[Proposal]:
    """Yield every filler that is near enough to an action to be weighed for it, with its features."""
    return filter(None, (proposal(pair, setting) for pair in pairs(setting)))


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
                rules = Part(f"rule={c.path}{cls}" for c in candidates for cls in ("", f" {situation.event.cls}"))
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
        last = _beside(filler, words, setting, situation, rivals)
        return *_shared_by_name(filler, words, setting, situation), last
    if not isinstance(filler, Phrase) or (passage := outline.passage_of(filler)) is None:
        return None
    shared = _shared_by_phrase(passage, setting, situation)
    return *shared, features.beside_event(passage, filler, shared[0], situation, rivals)


def _shared_by_phrase(passage: Passage, setting: Setting, situation: Situation) -> tuple[Part, Part, Part]:
    sentence = features.of_sentence(passage.word.sentence, situation)
    return _by_itself(passage, setting), sentence, features.of_kind(passage.kind, situation.event.cls)


def _shared_by_name(
    referent: Referent, words: Sequence[Word], setting: Setting, situation: Situation
) -> tuple[Part, Part, Part]:
    standing = features.of_standing(referent, words, setting.standings[referent], situation)
    return *features.of_class(referent, situation), standing


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


def _beside(referent: Referent, words: Sequence[Word], setting: Setting, situation: Situation, rivals: Rivals) -> Part:
    key = situation.event, referent
    if key not in setting.beside:
        setting.beside[key] = features.of_referent(referent, words, setting.standings[referent], situation, rivals)
    return setting.beside[key]


# ---- what is taken ----------------------------------------------------------------------


def propose(events: Sequence[Event], outline: Outline, scorer: Scorer) -> None:
    """Add to the events what the scorer finds probable enough and the rules have not found, the surest first.

    What the rules have found and the scorer finds improbable is dropped before.
    """
    setting = Setting.of([event for event in events if event.cls != "Contract"], outline)
    probable = sorted(_probable(setting, scorer), key=lambda w: (-w[0], w[1]))
    if scorer.doubts is not None:
        _doubt(list(findings(setting)), scorer.doubts)
    filled = {situation.event: Filled(situation.event) for situation in setting.situations}
    for probability, role, key, proposal in probable:
        if not filled[proposal.event].is_open(role, proposal.filler):
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
        else:
            filled[proposal.event].add(role, proposal.filler)
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
    near = pairs(setting)
    while batch := list(islice(near, BATCH)):
        found, weights = _looked_at(batch, setting, scorer)
        if not found:
            continue
        probabilities = scorer.probabilities(weights + scorer.weigh([one.parts[-1:] for one in found]))
        for at in np.flatnonzero(probabilities.max(axis=1) >= SHOWN).tolist():
            for role, key in found[at].roles():
                if (probability := float(probabilities[at, scorer.column[key]])) >= SHOWN:
                    yield probability, role, key, found[at]


def _looked_at(batch: Sequence[Pair], setting: Setting, scorer: Scorer) -> tuple[list[Proposal], Vector]:
    """Return the proposals worth a look at the grammar, and what all but that weighs for each."""
    weights = scorer.weigh([pair.shared for pair in batch])
    roles = [pair.roles() for pair in batch]
    masks = {one: scorer.mask(key for _, key in one) for one in set(roles)}
    kept, found = [], []
    for at in scorer.enough(weights, [masks[one] for one in roles]):
        if (one := proposal(batch[at], setting)) is not None:
            kept.append(at)
            found.append(one)
    return found, weights[kept]


class Filled:
    """What the roles of an event hold, so that nothing is proposed twice."""

    def __init__(self, event: Event) -> None:
        self._referents: dict[str, set[Referent]] = {}
        self._phrases: dict[str, list[tuple[Span, frozenset[str]]]] = {}
        self._names: list[frozenset[str]] = []
        for candidate in event.candidates():
            if isinstance(candidate.filler, Phrase | Referent):
                self.add(candidate.role, candidate.filler)

    def add(self, role: str, filler: Phrase | Referent) -> None:
        """Let a role hold a filler."""
        if isinstance(filler, Phrase):
            self._phrases.setdefault(role, []).append((filler.span, _telling(filler.text)))
        else:
            self._referents.setdefault(role, set()).add(filler)
            if role in ROLES:
                self._names += map(_telling, filler.names)

    def is_open(self, role: str, filler: Phrase | Referent) -> bool:
        """Return whether a role does not hold a filler yet, nor words of the same passage, nor the same words.

        Who acts, or is addressed or targeted, is no concern.
        """
        if isinstance(filler, Referent):
            held = (role, *PARTIES) if role == "concerns" else (role,)
            return not any(filler in self._referents.get(other, ()) for other in held)
        taken = self._phrases.get(role, ())
        start, end = filler.span
        if any(first < end and start < last for (first, last), _ in taken):
            return False
        words = _telling(filler.text)
        return not any(_alike(words, told) for told in [*(told for _, told in taken), *self._names])


@lru_cache(4096)
def _telling(text: str) -> frozenset[str]:
    stop = data.words("frames/content", "function_words")
    return frozenset(word for word in text.casefold().split() if word not in stop)


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Return whether two phrases share more than half of their words."""
    return 2 * len(left & right) > (len(left) + len(right)) / 2 + 1e-9 if left and right else False
