"""Writes a reading down as statements, each with the sentence that proves it."""

from __future__ import annotations

import re
import unicodedata

from kg.extract.affiliations import Affiliation
from kg.extract.candidates import Candidate, Filler, Phrase, Span
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.reading import Reading
from kg.model import Count, Document, Evidence, Factuality, Literal, Money, Statement, Term, TimeSpan, content_hash

PREDICATES = {
    **{role: f"cag:{role}" for role in (
        "signatory", "organizer", "participant", "addressee", "target", "place", "concerns", "demands", "size", "when",
        "supplier", "buyer", "subject")},
    "value": "cag:contractValue",
    "identifier": "schema:identifier",
}
"""Role of a candidate -> predicate."""

KINDS = {"Petition": "petition", "Protest": "protest", "UnionAction": "union-action", "LegalAction": "legal-action",
         "Contract": "contract", "Person": "person", "Collective": "group", "Technology": "technology", "Place": "place"}
"""Class -> first part of an instance id; organizations are `org`."""

MAX_QUOTE = 1_000
"""A longer sentence is quoted only around what it proves, in code points."""

_FORMS = {"open-letter": "letter", "online-protest": "online protest", "sit-in": "sit-in", "other": "protest"}


def write(document: Document, reading: Reading) -> list[Statement]:
    """Return the statements of a reading, in text order."""
    writer = _Writer(document, reading)
    for event in reading.events:
        writer.event(event)
    for tie in reading.affiliations:
        writer.affiliation(tie)
    for referent in reading.discourse:
        if referent.cls not in ("Collective", "Place"):
            writer.referent(referent)
    return writer.statements


def slug(text: str, limit: int = 48) -> str:
    """Return `text` as a short ASCII part of an IRI ("Amazon employees" -> amazon-employees)."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:limit].strip("-")


class _Writer:
    def __init__(self, document: Document, reading: Reading) -> None:
        self.statements: list[Statement] = []
        self._document, self._reading = document, reading
        self._ids: dict[Referent, str] = {}

    def say(
        self, subject: str, predicate: str, term: Term, span: Span, extractor: str, confidence: float, *, factuality: Factuality = "certain"
    ) -> None:
        start, end = self._quotable(span)
        quote = self._document.text[start:end]
        evidence = Evidence(self._document.id, start, end, quote, f"rules/{extractor}", round(confidence, 3), factuality)
        self.statements.append(Statement(subject, predicate, term, evidence))

    def _quotable(self, span: Span) -> Span:
        start, end = span
        return (start, end) if end - start <= MAX_QUOTE else (start, start + MAX_QUOTE)

    # ---- referents ----

    def referent(self, referent: Referent) -> str:
        """Return the id of a referent; its own statements are written once."""
        if referent in self._ids:
            return self._ids[referent]
        kind = KINDS.get(referent.cls, "org")
        node = f"{kind}/{slug(referent.label)}-{content_hash(self._document.id, referent.cls, referent.order, referent.label, length=8)}"
        self._ids[referent] = node
        span = self._reading.sentence_of(referent.first_span()[0])
        source = "names" if referent.known else "model" if referent.cls != "Collective" else "group"
        sure = 0.97 if referent.known else 0.8
        self.say(node, "rdf:type", f"cag:{referent.cls}", span, f"entity.{source}", sure)
        label = referent.known.name if referent.known else referent.label
        self.say(node, "rdfs:label", Literal(label), span, f"entity.{source}", sure)
        for surface, spans in sorted(referent.names.items()):
            if surface != label:
                self.say(node, "skos:altLabel", Literal(surface), self._reading.sentence_of(spans[0][0]), f"entity.{source}", sure)
        if referent.known and referent.known.wikidata:
            self.say(node, "owl:sameAs", f"wd:{referent.known.wikidata}", span, "entity.names", sure)
        if referent.cls == "Collective":
            for tie in referent.affiliations:
                self.say(node, "cag:memberAffiliation", self.referent(tie), span, "group.affiliation", 0.9)
        return node

    def affiliation(self, tie: Affiliation) -> None:
        """Write a person's membership, both as the short triple and as an `org:Membership` with the role."""
        person, organization = self.referent(tie.person), self.referent(tie.organization)
        rule = f"affiliation.{tie.path}"
        self.say(person, "org:memberOf", organization, tie.evidence, rule, tie.score)
        node = f"membership/{content_hash(person, organization, tie.role)}"
        self.say(node, "rdf:type", "org:Membership", tie.evidence, rule, tie.score)
        self.say(node, "org:member", person, tie.evidence, rule, tie.score)
        self.say(node, "org:organization", organization, tie.evidence, rule, tie.score)
        if tie.role:
            self.say(node, "org:role", Literal(tie.role), tie.evidence, rule, tie.score)

    # ---- events ----

    def event(self, event: Event) -> None:
        """Write an event or contract with its roles."""
        first = event.mentions[0]
        label = _label(event)
        node = f"{KINDS[event.cls]}/{slug(label)}-{content_hash(self._document.id, event.cls, first.trigger, length=8)}"
        for mention in event.mentions:
            self.say(node, "rdf:type", f"cag:{event.cls}", mention.sentence, mention.frame.id, 0.9, factuality=mention.factuality)
        if all(m.factuality == "negated" for m in event.mentions):
            return
        self.say(node, "rdfs:label", Literal(label), first.sentence, first.frame.id, 0.9)
        if event.form:
            self.say(node, "cag:form", f"form:{event.form}", first.sentence, first.frame.id, 0.85)
        self.say(node, "cag:status", f"status:{event.status}", first.sentence, first.frame.id, 0.85)
        for candidate in event.candidates():
            self._role(node, event, candidate)
        if event.cls == "Contract" and event.status not in ("bidding", "withdrawn", "cancelled", "proposed"):
            for supplier in event.fillers("supplier"):
                for buyer in event.fillers("buyer"):
                    self.say(self.referent(supplier), "cag:supplies", self.referent(buyer), first.sentence, "contract.supplies", 0.8)

    def _role(self, node: str, event: Event, candidate: Candidate) -> None:
        rule = f"{event.cls.lower()}.{candidate.path}"
        filler, span = candidate.filler, candidate.evidence
        if candidate.role == "subject" and isinstance(filler, Referent | Phrase):
            text = filler.label if isinstance(filler, Referent) else filler.text
            self.say(node, "cag:subject", Literal(text), span, rule, candidate.score)
            return
        if candidate.role == "identifier" and isinstance(filler, Phrase):
            self.say(node, "schema:identifier", Literal(filler.text), span, rule, candidate.score)
            return
        self.say(node, PREDICATES[candidate.role], self._term(candidate.role, filler, span, rule, candidate.score), span, rule, candidate.score)
        if isinstance(filler, TimeSpan):
            self.say(node, "schema:startDate", start_date(filler), span, rule, candidate.score)

    def _term(self, role: str, filler: Filler, span: Span, rule: str, score: float) -> Term:
        if isinstance(filler, Referent):
            return self.referent(filler)
        if isinstance(filler, Count | Money | TimeSpan):
            return filler
        kind, cls = ("demand", "cag:Demand") if role == "demands" else ("cause", "cag:Cause")
        words = " ".join(filler.text.split())
        node = f"{kind}/{slug(words)}-{content_hash(words.casefold(), length=6)}"
        self.say(node, "rdf:type", cls, span, rule, score)
        self.say(node, "rdfs:label", Literal(words), span, rule, score)
        return node


def start_date(span: TimeSpan) -> Literal:
    """Return the first day, month or year of a time span at the precision that is known; never a made-up day."""
    first, last = span.earliest, span.latest
    if span.precision == "day":
        return Literal(first.isoformat(), "xsd:date")
    if (first.year, first.month) == (last.year, last.month) and span.precision in ("week", "month"):
        return Literal(f"{first.year:04d}-{first.month:02d}", "xsd:gYearMonth")
    return Literal(f"{first.year:04d}", "xsd:gYear")


def _label(event: Event) -> str:
    """Return a readable name: what, by whom, against or to whom, when ("Strike by couriers at Foodly, 2020")."""
    if event.cls == "Contract":
        suppliers, buyers = event.fillers("supplier"), event.fillers("buyer")
        parties = " – ".join(", ".join(r.label for r in side[:3]) for side in (suppliers, buyers) if side)
        names = [c.filler.text for c in event.candidates() if c.role == "identifier" and isinstance(c.filler, Phrase)]
        text = f"Contract {parties}" + (f" ({names[0]})" if names else "")
    else:
        what = _FORMS.get(event.form or "", (event.form or event.cls).replace("-", " ")).capitalize()
        actors = event.fillers("signatory", "participant") or event.fillers("organizer")
        toward = event.fillers("addressee") if event.cls == "Petition" else []
        toward = toward or [r for r in event.fillers("target") if not any(r in a.affiliations for a in actors)]
        text = what + (f" by {actors[0].label}" if actors else "")
        if toward and toward[0] not in actors:
            text += f" {'to' if event.cls == 'Petition' else 'against'} {toward[0].label}"
    spans = event.spans()
    return text + (f", {spans[0].earliest.year}" if spans else "")


