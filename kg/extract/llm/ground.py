"""Turns what a model answered into a reading of the document: words become places in the text, or are dropped.

Counts, amounts, dates and names go through the same normalisers as the rules' findings, and the result is the same kind
of reading, which the same module writes down as statements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from kg.extract import counts, money, times
from kg.extract.affiliations import Affiliation as Tie
from kg.extract.candidates import Candidate, EventMention, Filler, Phrase, Span
from kg.extract.discourse import ACTORS, ORGANIZATIONS, Referent
from kg.extract.events import Event as Told
from kg.extract.frames import Frame
from kg.extract.llm import terms
from kg.extract.llm.align import Aligner, Found, fold
from kg.extract.llm.answer import Affiliation, Answer, Contract, Entity, Event
from kg.extract.llm.parts import Part
from kg.extract.names import KnownName, NameList
from kg.extract.reading import Reading
from kg.model import Document, Factuality

ROLE_SCORE, OUTSIDE, GUESSED = 0.9, 0.85, 0.8
"""Confidence in a role that the model fills; factors where the filler is named elsewhere only, or is no entity."""

OWN = "llm:"
"""Marks the model's findings in a reading, so that no confidence that was measured for a rule applies to them."""

_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_DETERMINER = re.compile(r"(?:the|an?|these|those|its|their|his|her|our)\s+", re.I)
_AHEAD = re.compile(r"\s+(?:of\s+)?")
_SITES = frozenset({"University", "Organization"})
"""Classes of bodies whose name also says where something happens: a campus, a museum."""
_FUTURE = frozenset({"planned", "threatened", "proposed", "bidding"})
_ACTING = ("signatory", "participant", "organizer", "target", "supplier", "buyer")


class Grounder:
    """Collects the answers on the parts of one document; `dropped` counts what the text does not bear out, by kind.

    `places` tells of each span that serves as evidence how well the model's quotation agrees with it.
    """

    def __init__(self, document: Document, names: NameList) -> None:
        self.reading = Reading(sentences=sentences(document.text))
        self.dropped: Counter[str] = Counter()
        self.places: dict[Span, Found] = {}
        self._likelihood: Callable[[str], float] = _certain
        self._document, self._names, self._aligner = document, names, Aligner(document.text)
        self._counts = [*counts.find(document.text), *counts.tallies(document.text)]
        self._money = money.find(document.text)
        self._times = times.find(document.text, document.date)
        self._known: dict[str, Referent] = {}
        self._used: set[tuple[str, Span]] = set()

    def read(self, part: Part, answer: Answer, likelihood: Callable[[str], float] | None = None) -> None:
        """Enter what the model read in one part; parts come in the order of the text.

        `likelihood` tells how sure the model was of words that it answered, as a factor in 0..1.
        """
        self._likelihood = likelihood or _certain
        self._context, self._part = (part.context, part.start), (part.start, part.end)
        self._entities(answer.entities)
        told = [*map(self._event, answer.events), *map(self._contract, answer.contracts)]
        earlier = list(self.reading.events)
        for event in filter(None, told):
            self._enter(event, earlier)
        self.reading.affiliations += filter(None, map(self._affiliation, answer.affiliations))

    # ---- places ----

    def _find(self, words: str, near: Iterable[Span] = ()) -> Found | None:
        """Return where words stand: in the spans `near`, else in the part, else in what goes before it."""
        for span in (*near, self._part, self._context):
            if span[0] < span[1] and (found := self._aligner.find(words, within=span)):
                return found
        return None

    def _drop(self, kind: str) -> None:
        self.dropped[kind] += 1

    def _evidence(self, quotes: Iterable[str], kind: str) -> list[Span]:
        """Return the places of the quotations that the text holds, and remember how well they agree with it."""
        spans: list[Span] = []
        for quote in quotes:
            found = self._find(quote)
            if found is None:
                self._drop(f"{kind} quotation")
            elif found.span not in spans:
                spans.append(found.span)
                self.places[found.span] = found
        return spans

    # ---- entities ----

    def _entities(self, entities: Iterable[Entity]) -> None:
        """Enter organizations and people first: groups and affiliations refer to them."""
        for entity in sorted(entities, key=lambda e: e.type == "Collective"):
            forms = dict.fromkeys([entity.name, *entity.aliases])
            found = {form: place for form in forms if (place := self._find(form))}
            if not found:
                self._drop("entity")
                continue
            referent = self._referent(entity, list(found.values()))
            for form in forms:
                self._known.setdefault(fold(form), referent)

    def _referent(self, entity: Entity, places: list[Found]) -> Referent:
        first, *others = places
        if entity.type == "Collective":
            ties = [t for name in entity.member_of if (t := self._known.get(fold(name))) and t.cls in ORGANIZATIONS]
            return self._group(first, ties)
        discourse = self.reading.discourse
        surface = self._words(first)
        known = self._listed([self._words(p) for p in places], entity.type)
        referent = discourse.name(surface, entity.type, first.span, known)
        for place in others:
            discourse.alias(referent, self._words(place), place.span)
        return referent

    def _group(self, place: Found, ties: list[Referent]) -> Referent:
        place = self._unquantified(place)
        surface = self._words(place)
        head = (re.findall(r"\w+", surface.split(" at ")[0].split(" of ")[0]) or [surface])[-1].lower()
        return self.reading.discourse.collective(surface, place.span, head=head, affiliations=ties, plural=True)

    def _unquantified(self, place: Found) -> Found:
        """Leave out what goes before a group's name: articles, and how many there are ("the 60 drivers" -> drivers)."""
        start = place.start
        while True:
            number = next((m.end for m in self._counts if m.start == start and m.end < place.end), start)
            ahead = _AHEAD.match(self._document.text, number, place.end) if number > start else None
            ahead = ahead or _DETERMINER.match(self._document.text, start, place.end)
            if ahead is None or ahead.end() >= place.end:
                return replace(place, start=start)
            start = ahead.end()

    def _listed(self, forms: Iterable[str], cls: str) -> KnownName | None:
        """Return the listed name that one of the forms is, where the model takes it for the same kind of thing."""
        for form in forms:
            known = self._names.get(form)
            if known and (known.type == cls or {known.type, cls} <= ORGANIZATIONS):
                return known
        return None

    def _words(self, place: Found) -> str:
        return " ".join(self._document.text[place.start : place.end].split())

    # ---- events and contracts ----

    def _event(self, event: Event) -> Told | None:
        mentions = self._mentions(event, event.class_, _fitting(event.form, event.class_))
        if not mentions:
            return None
        first = mentions[0]
        near = [m.sentence for m in mentions]
        for role in terms.EVENT_ROLES:
            for words in getattr(event, role):
                self._role(first, role, words, near)
        for words in event.size:
            self._value(first, "size", words, near)
        self._value(first, "when", event.when, near)
        return Told(mentions)

    def _contract(self, contract: Contract) -> Told | None:
        mentions = self._mentions(contract, "Contract", None)
        if not mentions:
            return None
        first = mentions[0]
        near = [m.sentence for m in mentions]
        for role in ("supplier", "buyer"):
            for words in getattr(contract, role):
                self._role(first, role, words, near)
        for role, phrases in (("subject", [contract.subject]), ("identifier", contract.identifier)):
            for words in filter(None, phrases):
                self._phrase(first, role, words, near)
        self._value(first, "value", contract.value, near)
        self._value(first, "when", contract.when, near)
        if not first.fillers("supplier", "buyer"):
            self._drop("contract")
            return None
        return Told(mentions)

    def _mentions(self, said: Event | Contract, cls: str, form: str | None) -> list[EventMention]:
        """Return a mention for each sentence that proves the event; none where the text holds no such sentence."""
        kind = "contract" if cls == "Contract" else "event"
        spans = self._evidence(said.evidence, kind)
        if not spans:
            self._drop(kind)
            return []
        frame = Frame(OWN + cls.lower(), cls, "", form, {}, {})
        trigger = self._trigger(said.trigger, cls, spans)
        factuality = _factuality(said)
        return [
            EventMention(frame, trigger, said.trigger, span, 0, status=said.status, factuality=factuality)
            for span in spans
        ]

    def _trigger(self, words: str, cls: str, spans: list[Span]) -> Span:
        """Return the place of the words that name the event; no two events of a class share one."""
        found = next((f for span in spans if (f := self._aligner.find(words, within=span))), None)
        trigger = found.span if found else spans[0]
        while (cls, trigger) in self._used:
            trigger = (trigger[0], trigger[1] + 1)
        self._used.add((cls, trigger))
        return trigger

    def _role(self, mention: EventMention, role: str, words: str, near: list[Span]) -> None:
        """Enter who or what fills a role, if the text names it and it is of a kind that can."""
        place = self._find(words, near)
        referent = self._known.get(fold(words))
        if role == "demands" or (role == "concerns" and (referent is None or referent.cls == "Place")):
            self._phrase(mention, role, words, near)
            return
        score = ROLE_SCORE
        if place is not None and role == "place" and referent is not None and referent.cls in _SITES:
            referent, score = self._site(place), score * GUESSED
        if referent is None and place is not None:
            referent, score = self._unlisted(place, role), score * GUESSED
        if referent is None or not _can(referent, role):
            self._drop(role)
            return
        self._add(mention, role, referent, self._named_in(referent, place, near), score * self._likelihood(words))

    def _unlisted(self, place: Found, role: str) -> Referent:
        """Return the referent of a filler that is no entity of the answer: a known name, a place, a group or a body."""
        surface = self._words(place)
        known = self._names.get(surface)
        if known is not None and not known.ambiguous:
            return self.reading.discourse.name(surface, known.type, place.span, known)
        if role == "place":
            return self.reading.discourse.name(surface, "Place", place.span)
        if any(word[0].islower() for word in re.findall(r"\w{4,}", surface)):
            return self._group(place, [])
        return self.reading.discourse.name(surface, "Organization", place.span)

    def _site(self, place: Found) -> Referent:
        """Return the place that goes by the name of the body that resides there."""
        referents, surface = self.reading.discourse.referents, self._words(place)
        site = next((r for r in referents if r.cls == "Place" and surface in r.names), None)
        if site is None:
            site = Referent("Place", len(referents), names={surface: [place.span]})
            referents.append(site)
        return site

    def _named_in(self, referent: Referent, place: Found | None, near: list[Span]) -> Span | None:
        """Return the sentence of the evidence that names the referent, None where none does."""
        if place is not None:
            for span in near:
                if span[0] <= place.start and place.end <= span[1]:
                    return span
        return next((span for span in near for name in referent.names if self._aligner.find(name, within=span)), None)

    def _phrase(self, mention: EventMention, role: str, words: str, near: list[Span]) -> None:
        place = self._find(words, near)
        if place is None:
            self._drop(role)
            return
        inside = next((span for span in near if span[0] <= place.start and place.end <= span[1]), None)
        if inside is None:
            inside = self.reading.sentence_of(place.start)
            inside = (min(inside[0], place.start), max(inside[1], place.end))
        self._add(
            mention,
            role,
            Phrase(self._words(place), place.span),
            inside,
            ROLE_SCORE * place.score * self._likelihood(words),
        )

    def _value(self, mention: EventMention, role: str, words: str | None, near: list[Span]) -> None:
        """Enter a size, an amount or a time as the normalisers understand the words; drop what they do not."""
        if not words:
            return
        place = self._find(words, near)
        filler = self._normalised(role, place, mention.status or "") if place else None
        if place is None or filler is None:
            self._drop(role)
            return
        inside = next((span for span in near if span[0] <= place.start and place.end <= span[1]), None)
        self._add(
            mention, role, filler, inside or self.reading.sentence_of(place.start), ROLE_SCORE * self._likelihood(words)
        )

    def _normalised(self, role: str, place: Found, status: str) -> Filler | None:
        if role == "size":
            return next((m.count for m in self._counts if _meet(m.start, m.end, place) and not m.year_like), None)
        if role == "value":
            return next((m.money for m in self._money if _meet(m.start, m.end, place)), None)
        for match in self._times:
            if _meet(match.start, match.end, place):
                return times.resolve(match, self._document.date, future=status in _FUTURE)
        return None

    def _add(self, mention: EventMention, role: str, filler: Filler, evidence: Span | None, score: float) -> None:
        if evidence is None:
            evidence, score = mention.sentence, score * OUTSIDE
        mention.add(Candidate(role, filler, evidence, OWN + role, round(score, 3)))

    # ---- the document as a whole ----

    def _enter(self, event: Told, earlier: list[Told]) -> None:
        """Add an event, or add to one that an earlier part has told."""
        same = next((e for e in earlier if _same(e, event)), None)
        if same is None:
            self.reading.events.append(event)
        else:
            same.mentions += event.mentions

    def _affiliation(self, said: Affiliation) -> Tie | None:
        person, organization = self._known.get(fold(said.person)), self._known.get(fold(said.organization))
        spans = self._evidence([said.evidence], "affiliation")
        fits = person and person.cls == "Person" and organization and organization.cls in ORGANIZATIONS
        if not spans or person is None or organization is None or not fits:
            self._drop("affiliation")
            return None
        role = self._aligner.find(said.role, within=self._part) if said.role else None
        return Tie(person, organization, self._words(role) if role else "", spans[0], "stated", ROLE_SCORE)


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text, near enough to quote: every code point but white space belongs to one."""
    bounds = [0, *(m.end() for m in _ENDS.finditer(text)), len(text)]
    found = [(a, a + len(text[a:b].rstrip())) for a, b in pairwise(bounds)]
    return [(a, b) for a, b in found if a < b] or [(0, len(text))]


def _factuality(said: Event | Contract) -> Factuality:
    doubts: tuple[Factuality, ...] = ("probable", "possible", "negated")
    return next((d for d in doubts if isinstance(said, Event) and said.factuality == d), "certain")


def _certain(_: str) -> float:
    return 1.0


def _fitting(form: str | None, cls: str) -> str | None:
    return form if form in terms.form_names(cls) else None


def _can(referent: Referent, role: str) -> bool:
    """Return whether the vocabulary admits a referent of this class in a role."""
    if role == "place":
        return referent.cls == "Place"
    return referent.cls in ACTORS or (role == "concerns" and referent.cls == "Technology")


def _meet(start: int, end: int, place: Found) -> bool:
    return start < place.end and place.start < end


def _same(event: Told, other: Told) -> bool:
    """Return whether a later part tells of the same event: like kind, somebody in common, and no other time."""
    if event.cls != other.cls or event.form != other.form:
        return False
    spans, others = event.spans(), other.spans()
    if spans and others and not any(a.earliest <= b.latest and b.earliest <= a.latest for a in spans for b in others):
        return False
    return any(set(event.fillers(role)) & set(other.fillers(role)) for role in _ACTING)
