"""Writes a reading down as statements, each with the sentence that proves it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from kg.extract import data
from kg.extract.affiliations import Affiliation
from kg.extract.candidates import Candidate, EventMention, Filler, Phrase, Span
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.frames import ROLE_KEYS
from kg.extract.proposals import PROPOSED
from kg.extract.reading import Reading
from kg.model import Count, Document, Evidence, Factuality, Literal, Money, Statement, Term, TimeSpan, content_hash

PREDICATES = {
    **{role: f"cag:{role}" for role in sorted(ROLE_KEYS | {"size", "when"})},
    "value": "cag:contractValue",
    "identifier": "schema:identifier",
}
"""Role of a candidate -> predicate."""

KINDS = {
    "Petition": "petition",
    "Protest": "protest",
    "UnionAction": "union-action",
    "LegalAction": "legal-action",
    "Contract": "contract",
    "Person": "person",
    "Collective": "group",
    "Technology": "technology",
    "Place": "place",
}
"""Class -> first part of an instance id; organizations are `org`."""

NOT_SUPPLYING = frozenset({"bidding", "withdrawn", "cancelled", "proposed"})
"""Contract statuses from which no `cag:supplies` follows."""

MAX_QUOTE = 1_000
"""A longer sentence is quoted only around what it proves, in code points."""

_BREAKS = re.compile(r"[^a-z0-9]+")

_FORMS = {"open-letter": "letter", "online-protest": "online protest", "sit-in": "sit-in", "other": "protest"}


def write(document: Document, reading: Reading) -> list[Statement]:
    """Return the statements of a reading, in text order."""
    writer = _Writer(document, reading)
    for event in reading.events:
        writer.event(event)
    for tie in reading.affiliations:
        writer.affiliation(tie)
    shown = {referent for scene, _ in reading.scenes for referent in scene.shown}
    for referent in reading.discourse:
        sure = writer.knows(referent) or referent in shown or not _is_doubtful(referent)
        if referent.cls not in ("Collective", "Place") and sure:
            writer.referent(referent)
    return writer.statements


def slug(text: str, limit: int = 48) -> str:
    """Return `text` as a short ASCII part of an IRI ("Amazon employees" -> amazon-employees)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _BREAKS.sub("-", text.lower()).strip("-")[:limit].strip("-")


class Proof(NamedTuple):
    """Why something may be said: the sentence's span, the rule that read it, how sure it is, and who claims it."""

    span: Span
    rule: str
    score: float
    factuality: Factuality = "certain"
    source: Referent | None = None


class _Writer:
    def __init__(self, document: Document, reading: Reading) -> None:
        self.statements: list[Statement] = []
        self._document, self._reading = document, reading
        self._ids: dict[Referent, str] = {}
        self._given: dict[Proof, Evidence] = {}

    def knows(self, referent: Referent) -> bool:
        """Return whether something has been said of a referent."""
        return referent in self._ids

    def say(self, subject: str, predicate: str, term: Term, proof: Proof) -> None:
        self.statements.append(Statement(subject, predicate, term, self._evidence(proof)))

    def _evidence(self, proof: Proof) -> Evidence:
        """Return the evidence that a proof gives, the same object each time."""
        if given := self._given.get(proof):
            return given
        start, end = self._quotable(proof.span)
        quote, rule = self._document.text[start:end], f"rules/{proof.rule}"
        source = self.referent(proof.source) if proof.source is not None else None
        given = Evidence(self._document.id, start, end, quote, rule, round(proof.score, 3), proof.factuality, source)
        self._given[proof] = given
        return given

    def _quotable(self, span: Span) -> Span:
        start, end = span
        return (start, end) if end - start <= MAX_QUOTE else (start, start + MAX_QUOTE)

    # ---- referents ----

    def referent(self, referent: Referent) -> str:
        """Return the id of a referent; its own statements are written once."""
        if referent in self._ids:
            return self._ids[referent]
        kind, label = KINDS.get(referent.cls, "org"), referent.label
        digest = content_hash(self._document.id, referent.cls, referent.order, label, length=8)
        node = self._ids[referent] = f"{kind}/{slug(label)}-{digest}"
        source, score = _source(referent)
        proof = Proof(self._reading.sentence_of(referent.first_span()[0]), source, score)
        preferred = referent.known.name if referent.known else label
        self.say(node, "rdf:type", f"cag:{referent.cls}", proof)
        self.say(node, "rdfs:label", Literal(preferred), proof)
        for surface, spans in sorted(referent.names.items()):
            if surface != preferred:
                self.say(
                    node, "skos:altLabel", Literal(surface), proof._replace(span=self._reading.sentence_of(spans[0][0]))
                )
        if referent.known and referent.known.wikidata:
            self.say(node, "owl:sameAs", f"wd:{referent.known.wikidata}", proof)
        for tie in referent.affiliations if referent.cls == "Collective" else ():
            self.say(node, "cag:memberAffiliation", self.referent(tie), Proof(proof.span, "group.affiliation", 0.9))
        return node

    def affiliation(self, tie: Affiliation) -> None:
        """Write a person's membership, both as the short triple and as an `org:Membership` with the role."""
        person = self.referent(tie.person)
        organization = self._government(tie) if tie.organization.cls == "Place" else self.referent(tie.organization)
        proof = Proof(tie.evidence, f"affiliation.{tie.path}", tie.score)
        self.say(person, "org:memberOf", organization, proof)
        node = f"membership/{content_hash(person, organization, tie.role)}"
        self.say(node, "rdf:type", "org:Membership", proof)
        self.say(node, "org:member", person, proof)
        self.say(node, "org:organization", organization, proof)
        if tie.role:
            self.say(node, "org:role", Literal(tie.role), proof)

    def _government(self, tie: Affiliation) -> str:
        """Return the government of a place as an organization of its own, under the place's name."""
        label = tie.organization.label
        node = f"org/{slug(label)}-{content_hash(self._document.id, 'government', label, length=8)}"
        proof = Proof(tie.evidence, "affiliation.government", tie.score)
        self.say(node, "rdf:type", "cag:GovernmentBody", proof)
        self.say(node, "rdfs:label", Literal(label), proof)
        return node

    # ---- events ----

    def event(self, event: Event) -> None:
        """Write an event or contract with its roles."""
        first = event.mentions[0]
        label = _label(event)
        digest = content_hash(self._document.id, event.cls, first.trigger, length=8)
        node = f"{KINDS[event.cls]}/{slug(label)}-{digest}"
        sure = confidence("events", first.frame.id, 0.85)
        for mention in event.mentions:
            self.say(node, "rdf:type", f"cag:{event.cls}", _proof(mention, sure))
        if all(m.factuality == "negated" for m in event.mentions):
            return
        told = next(m for m in event.mentions if m.factuality != "negated")
        self.say(node, "rdfs:label", Literal(label), Proof(told.sentence, first.frame.id, sure))
        proof = _proof(told, sure)
        if form := event.form:
            self.say(node, "cag:form", f"form:{form}", proof)
        status = event.status
        self.say(node, "cag:status", f"status:{status}", proof)
        tellers = {id(c): mention for mention in event.mentions for c in mention.candidates}
        for candidate in event.candidates():
            self._role(node, event, candidate, tellers.get(id(candidate)))
        if event.cls == "Contract" and status not in NOT_SUPPLYING:
            self._supplies(event, _proof(told, 0.8)._replace(rule="contract.supplies"))

    def _supplies(self, event: Event, proof: Proof) -> None:
        for supplier in event.fillers("supplier"):
            for buyer in event.fillers("buyer"):
                self.say(self.referent(supplier), "cag:supplies", self.referent(buyer), proof)

    def _role(self, node: str, event: Event, candidate: Candidate, teller: EventMention | None) -> None:
        proposed = candidate.path.endswith(PROPOSED)
        sure = candidate.score if proposed else confidence("roles", candidate.path, candidate.score)
        factuality = teller.factuality if teller is not None and teller.factuality != "negated" else "certain"
        source = candidate.attributed_to or (teller.attributed_to if teller is not None else None)
        proof = Proof(candidate.evidence, f"{event.cls.lower()}.{candidate.path}", sure, factuality, source)
        filler, predicate = candidate.filler, PREDICATES[candidate.role]
        if candidate.role in ("subject", "identifier") and isinstance(filler, Referent | Phrase):
            text = filler.label if isinstance(filler, Referent) else filler.text
            self.say(node, predicate, Literal(" ".join(text.split())), proof)
            return
        self.say(node, predicate, self._term(candidate.role, filler, proof), proof)
        if isinstance(filler, TimeSpan) and filler.precision not in ("week", "season"):
            self.say(node, "schema:startDate", start_date(filler), proof)

    def _term(self, role: str, filler: Filler, proof: Proof) -> Term:
        if isinstance(filler, Referent):
            return self.referent(filler)
        if isinstance(filler, Count | Money | TimeSpan):
            return filler
        kind, cls = ("demand", "cag:Demand") if role == "demands" else ("cause", "cag:Cause")
        words = " ".join(filler.text.split())
        node = f"{kind}/{slug(words)}-{content_hash(words.casefold(), length=6)}"
        self.say(node, "rdf:type", cls, proof)
        self.say(node, "rdfs:label", Literal(words), proof)
        return node


def _proof(mention: EventMention, sure: float) -> Proof:
    """Return the proof that a mention gives of its event: its sentence, and who claims it."""
    return Proof(mention.sentence, mention.frame.id, sure, mention.factuality, mention.attributed_to)


def _is_doubtful(referent: Referent) -> bool:
    """Return whether only the model takes words for an organization, once: more often wrong than right."""
    once = sum(map(len, referent.names.values())) == 1
    return referent.known is None and referent.cls in ("Company", "GovernmentBody") and once


def _source(referent: Referent) -> tuple[str, float]:
    """Return the rule that tells what a referent is, and how sure it is: a list of names, the grammar, or the model."""
    if referent.known:
        return "entity.names", 0.97
    return ("entity.group", 0.85) if referent.cls == "Collective" else ("entity.model", 0.8)


def confidence(kind: str, rule: str, default: float) -> float:
    """Return how often a rule was right on annotated texts: its own figure, else that of its role or class.

    Without a figure of its own, a rule is trusted no more than it trusts itself (`default`).
    """
    table = data.load("confidence")[kind]
    general = table.get(rule.partition(".")[0], default)
    return float(table.get(rule, min(general, default)))


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
        form = event.form or event.cls
        what = _FORMS.get(form, form.replace("-", " ")).capitalize()
        actors = event.fillers("signatory", "participant") or event.fillers("organizer")
        toward = event.fillers("addressee") if event.cls == "Petition" else []
        toward = toward or [r for r in event.fillers("target") if not any(r in a.affiliations for a in actors)]
        text = what + (f" by {actors[0].label}" if actors else "")
        if toward and toward[0] not in actors:
            text += f" {'to' if event.cls == 'Petition' else 'against'} {toward[0].label}"
    spans = event.spans()
    return text + (f", {spans[0].earliest.year}" if spans else "")
