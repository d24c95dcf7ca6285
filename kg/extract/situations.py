"""An action as those see it who weigh fillers for it: the words that tell it, what it holds, and its rivals."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kg.extract.candidates import Candidate, Phrase, Span
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.outline import Anchor, Outline
from kg.extract.parts import Part

PARTIES = ("signatory", "organizer", "participant", "addressee", "target")
ROLES = (*PARTIES, "concerns", "place")
WORDED = ("concerns", "demands")


@lru_cache(4096)
def step(number: int, *limits: int) -> str:
    """Return the class of a number: the first of `limits` that it does not exceed."""
    at = bisect_left(limits, number)
    return str(limits[at]) if at < len(limits) else f">{limits[-1]}"


@dataclass(frozen=True, slots=True)
class Situation:
    """An event with what is asked of it again and again: the words and sentences that tell it, and what it holds.

    `features` are those that hold for all of its fillers, `offers` the candidates of the rules by referent, `held`
    whoever fills a role, `paragraphs` the number of the paragraph of each sentence, `places` and `parts` what has been
    found out about sentences and kinds of fillers.
    """

    event: Event
    anchors: Sequence[Anchor]
    sentences: frozenset[int]
    features: tuple[str, ...]
    fillers: Mapping[str, frozenset[Referent]]
    phrases: Mapping[str, Sequence[Phrase]]
    offers: Mapping[Referent, Sequence[Candidate]]
    held: frozenset[Referent]
    paragraphs: Sequence[int]
    places: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    parts: dict[object, Part] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event, outline: Outline, events: Sequence[Event]) -> Situation:
        """Look at one of a document's `events`."""
        anchors = outline.anchors(event.mentions)
        offers: dict[Referent, list[Candidate]] = {}
        for candidate in [c for m in event.mentions for c in m.candidates] + event.inferred:
            if isinstance(candidate.filler, Referent):
                offers.setdefault(candidate.filler, []).append(candidate)
        found: dict[str, list[Referent]] = {role: [] for role in ROLES}
        phrases: dict[str, list[Phrase]] = {role: [] for role in WORDED}
        for candidate in event.candidates():
            if isinstance(candidate.filler, Referent) and candidate.role in found:
                found[candidate.role].append(candidate.filler)
            elif isinstance(candidate.filler, Phrase) and candidate.role in phrases:
                phrases[candidate.role].append(candidate.filler)
        fillers = {role: frozenset(referents) for role, referents in found.items()}
        return cls(
            event,
            anchors,
            frozenset(anchor.word.sentence for anchor in anchors),
            tuple(_of_event(event, events)),
            fillers,
            phrases,
            offers,
            frozenset().union(*fillers.values()),
            outline.paragraphs,
        )

    def place(self, sentence: int) -> tuple[int, int, str]:
        """Return how far a sentence is from the nearest one that tells the event: unsigned, signed, in paragraphs."""
        if sentence not in self.places:
            unsigned, signed = min((abs(sentence - own), sentence - own) for own in self.sentences)
            own = self.paragraphs[sentence]
            apart = step(min(abs(own - self.paragraphs[at]) for at in self.sentences), 0, 1, 2)
            self.places[sentence] = unsigned, signed, f"paragraphs apart={apart}"
        return self.places[sentence]

    def distance(self, sentence: int) -> int:
        """Return how many sentences lie between one and the nearest that tells the event."""
        return self.place(sentence)[0]

    def filled(self, role: str) -> bool:
        """Return whether a role is filled."""
        return bool(self.fillers.get(role) or self.phrases.get(role))


@dataclass(frozen=True, slots=True)
class Rivals:
    """The other events that are told near enough to compete for the same fillers.

    `roles` are those that they give somebody, in the order of `ROLES`; `spans` are where their phrases stand, by role;
    `distances` what has been found out about sentences.
    """

    situations: Sequence[Situation]
    roles: Mapping[Referent, Sequence[str]]
    spans: Mapping[str, Sequence[Span]]
    distances: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, situations: Sequence[Situation]) -> Rivals:
        """Look at the other events."""
        roles: dict[Referent, list[str]] = {}
        for role in ROLES:
            for referent in frozenset().union(*(situation.fillers[role] for situation in situations)):
                roles.setdefault(referent, []).append(role)
        spans = {role: [phrase.span for other in situations for phrase in other.phrases[role]] for role in WORDED}
        return cls(situations, roles, spans)

    def distance(self, sentence: int) -> float:
        """Return how many sentences lie between one and the nearest that tells another event; infinity if none does."""
        if sentence not in self.distances:
            self.distances[sentence] = min((other.distance(sentence) for other in self.situations), default=math.inf)
        return self.distances[sentence]


def _of_event(event: Event, events: Sequence[Event]) -> Iterator[str]:
    yield f"event={event.cls}"
    yield f"form={event.form}"
    yield f"events={step(len(events), 1, 2, 4)}"
    if event is events[0]:
        yield "first event"
