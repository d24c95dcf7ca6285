"""Completes contract mentions: who supplies whom, the amount, what is delivered, and by which number or name."""

from __future__ import annotations

import re

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import Referent
from kg.extract.grammar import (
    SUBJECTS,
    children,
    conjuncts,
    governor,
    is_infinitive,
    modifiers,
    objects,
    own_subjects,
    prepositional,
)
from kg.extract.groups import actor_at, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.phrases import noun_phrase
from kg.extract.quantities import Quantities, within

STAFFING = "contract.staffing"
"""The frame of people who work at one company and are paid by another."""

OTHERWISE = {
    "": "ongoing",
    "occurred": "ongoing",
    "planned": "proposed",
    "threatened": "proposed",
    "prevented": "cancelled",
}
"""What the status of an action means for a contract."""

DELIVERING = frozenset(
    {
        "provide",
        "supply",
        "build",
        "develop",
        "deliver",
        "produce",
        "host",
        "sell",
        "make",
        "create",
        "run",
        "operate",
        "manage",
        "design",
        "process",
        "support",
    }
)
PROGRAMME = re.compile(r"^(?:Project|Operation|Program(?:me)?)\s+[A-Z]\w+|^[A-Z]{3,}$")


def complete(scene: Scene, sentence: Span, mention: EventMention, found: Quantities) -> None:
    """Add value, subject, identifiers and status to a contract mention, and settle who supplies and who buys."""
    token = scene.doc[mention.token]
    _from_clause(scene, mention, token)
    _settle(mention)
    if mention.frame.id == STAFFING:
        _staffed(scene, mention, token)
    elif token.pos_ in ("VERB", "AUX"):
        _verbal_subject(scene, mention, token)
    else:
        _subject(scene, mention, token)
        _identifiers(scene, mention, token)
        _status(mention, token)
        _value(scene, sentence, mention, found)
    mention.status = OTHERWISE.get(mention.status or "", mention.status)
    if token.pos_ in ("VERB", "AUX") and not (mention.fillers("supplier") and mention.fillers("buyer")):
        mention.kept, mention.reason = False, "a verb of delivery needs both supplier and buyer"
    if not mention.fillers("supplier", "buyer") or (mention.frame.needs == "parties" and not _enough(mention)):
        mention.kept, mention.reason = False, "no supplier and buyer found"


def _staffed(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "cleaners at Acme, employed by Spotless Corp.": whose premises they work on buys from their employer."""
    suppliers = mention.fillers("supplier")
    for head in objects(verb):
        for referent in [*actor_at(scene, head), *([back] if (back := points_back(scene, head)) else [])]:
            for tie in referent.affiliations:
                if tie not in suppliers and tie.cls in ("Company", "GovernmentBody", "University"):
                    mention.add(Candidate("buyer", tie, mention.sentence, "buyer.staffing", 0.6))


def _from_clause(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "the contract (that) Acme stopped competing for": the relative clause names the supplier and the state."""
    for verb in children(noun, "relcl"):
        inner = [verb, *children(verb, "xcomp")]
        listed = next((v for v in inner if mention.frame.support.get(v.lemma_.lower()) == "supplier"), None)
        if listed is None:
            continue
        for head in own_subjects(verb, SUBJECTS):
            for referent in actor_at(scene, head):
                mention.add(Candidate("supplier", referent, mention.sentence, "supplier.clause", 0.75))
        if verb.lemma_ in ("stop", "cease", "quit", "drop") and listed is not verb:
            mention.status = "withdrawn"


def _enough(mention: EventMention) -> bool:
    suppliers, buyers = mention.fillers("supplier"), mention.fillers("buyer")
    detail = any(c.role in ("value", "identifier", "subject") and c.kept for c in mention.candidates)
    return bool(suppliers and buyers) or bool((suppliers or buyers) and detail)


def _settle(mention: EventMention) -> None:
    """Drop whoever is found on both sides from the less certain one, governments from the suppliers."""
    for candidate in [c for c in mention.candidates if c.kept and c.role in ("supplier", "buyer")]:
        cls = getattr(candidate.filler, "cls", "")
        if candidate.role == "supplier" and cls in ("GovernmentBody", "Person", "Union", "CivilSocietyGroup"):
            candidate.drop(f"a {cls} does not supply")
        if candidate.role == "buyer" and cls in ("Person", "Union", "CivilSocietyGroup"):
            candidate.drop(f"a {cls} does not buy")
    clear = [c for c in mention.candidates if c.kept and c.role == "buyer" and not c.path.endswith("points-back")]
    for candidate in mention.candidates:
        if clear and candidate.kept and candidate.path == "buyer.points-back":
            candidate.drop("another buyer is named")
    _swap(mention)
    for candidate in [c for c in mention.candidates if c.kept and c.role == "buyer"]:
        twin = next(
            (c for c in mention.candidates if c.kept and c.role == "supplier" and c.filler is candidate.filler), None
        )
        if twin is not None:
            (candidate if twin.score >= candidate.score else twin).drop("stands on the other side already")
    for candidate in mention.candidates:
        if (
            candidate.kept
            and candidate.role in ("supplier", "buyer")
            and getattr(candidate.filler, "cls", "") == "Collective"
        ):
            heads = data.words("collectives", "institutions")
            if getattr(candidate.filler, "head", "") not in heads:
                candidate.drop("people are no party to a contract")


def _swap(mention: EventMention) -> None:
    """Let the company be the supplier where both sides were read as buyers ("the Pentagon's contract with Acme")."""
    if mention.fillers("supplier"):
        return
    buyers = [c for c in mention.candidates if c.kept and c.role == "buyer" and isinstance(c.filler, Referent)]
    if any(isinstance(c.filler, Referent) and c.filler.cls == "GovernmentBody" for c in buyers):
        for candidate in buyers:
            if isinstance(candidate.filler, Referent) and candidate.filler.cls == "Company":
                candidate.role, candidate.path = "supplier", "supplier.with"


def _subject(scene: Scene, mention: EventMention, noun: Token) -> None:
    governing = governor(noun)
    for holder in [noun, *([governing[0]] if governing else [])]:
        for head in prepositional(holder, "for"):
            if not actor_at(scene, head) and not head.like_num and head.ent_type_ not in ("MONEY", "DATE", "PERCENT"):
                _phrase(mention, noun_phrase(scene, head), "for")
        for verb in children(holder, "advcl", "acl", "relcl", "xcomp"):
            if verb.lemma_ in DELIVERING:
                for head in [*prepositional(verb, "with"), *children(verb, "dobj", "obj")]:
                    for client in prepositional(head, "for"):
                        _client(scene, mention, client)
                    if head.pos_ != "PRON":
                        _phrase(mention, noun_phrase(scene, head), "delivering")
    if not any(c.role == "subject" for c in mention.candidates):
        words = [
            m
            for m in modifiers(noun)
            if m.i not in scene.named
            and m.pos_ in ("NOUN", "ADJ", "VERB")
            and m.ent_type_ not in ("MONEY", "DATE", "CARDINAL")
            and not m.like_num
        ]
        words = [m for m in words if m.lemma_.lower() not in data.words("frames/contract", "empty_modifiers")]
        if words:
            first, last = min(w.i for w in words), max(w.i for w in words)
            _phrase(mention, Phrase(scene.surface(first, last), scene.chars(first, last)), "modifier")


def _client(scene: Scene, mention: EventMention, head: Token) -> None:
    """Read the buyer from what is delivered ("to build a cloud for the CIA")."""
    for referent in actor_at(scene, head):
        if referent.cls == "GovernmentBody":
            mention.add(Candidate("buyer", referent, mention.sentence, "buyer.delivering", 0.7))


def _verbal_subject(scene: Scene, mention: EventMention, verb: Token) -> None:
    heads = [n for c in children(verb, "dobj", "obj") for n in conjuncts(c)]
    for head in [*prepositional(verb, "with"), *heads]:
        if head.pos_ == "PRON" or any(r.cls != "Technology" for r in actor_at(scene, head)):
            continue
        _phrase(mention, noun_phrase(scene, head), "object")


def _phrase(mention: EventMention, phrase: Phrase | None, path: str) -> None:
    if phrase and not any(c.role == "subject" and c.kept for c in mention.candidates):
        mention.add(Candidate("subject", phrase, mention.sentence, f"subject.{path}", 0.7))


def _identifiers(scene: Scene, mention: EventMention, noun: Token) -> None:
    nouns = [*modifiers(noun), *(c for c in children(noun, "appos")), *children(noun, "nmod")]
    for token in nouns:
        if token.i not in scene.spans:
            continue
        text = scene.surface(*scene.spans[token.i])
        referent = scene.named[token.i]
        if referent.cls == "Technology" or (
            PROGRAMME.match(text) and referent.cls not in ("Company", "GovernmentBody", "Place")
        ):
            mention.add(
                Candidate(
                    "identifier",
                    Phrase(text, scene.chars(*scene.spans[token.i])),
                    mention.sentence,
                    "identifier.name",
                    0.7,
                )
            )


ASKED_FOR = frozenset({"cancelled", "withdrawn", "ended"})
"""Statuses that a to-infinitive does not establish: "called on Acme to cancel its contract" leaves it in force."""


def _status(mention: EventMention, noun: Token) -> None:
    if mention.status == "withdrawn":
        return
    words = data.load("frames/contract")
    governing = governor(noun)
    if governing is not None:
        verb = governing[0]
        said = next((s for s, verbs in words["status_verbs"].items() if verb.lemma_.lower() in verbs), None)
        if is_infinitive(verb) and (said in ASKED_FOR or mention.status in ASKED_FOR):
            said = "ongoing"
        mention.status = said or mention.status
    if mention.status in (None, "occurred"):
        mention.status = "ongoing"
    for status, nouns in words["status_nouns"].items():
        if noun.lemma_.lower() in nouns or (noun.head.lemma_.lower() in nouns and noun.dep_ in ("compound", "pobj")):
            mention.status = status
    if mention.status == "planned":
        mention.status = "proposed"
    if mention.factuality == "negated" and mention.status == "modified":
        mention.status, mention.factuality = "ended", "certain"  # "will not renew its contract"
    if any(c.lower_ in ("upcoming", "proposed", "potential", "future") for c in noun.children):
        mention.status = "bidding" if mention.status in ("awarded", "bidding") else "proposed"


def _value(scene: Scene, sentence: Span, mention: EventMention, found: Quantities) -> None:
    here = within(found.money, sentence.start_char, sentence.end_char)
    doc = scene.doc
    best = None
    for match in here:
        span = doc.char_span(match.start, match.end, alignment_mode="expand")
        if span is None:
            continue
        near = min(abs(span.root.i - i) for i in mention.tokens)
        if near <= 25 and (best is None or near < best[0]):
            best = (near, match)
    if best:
        mention.add(Candidate("value", best[1].money, mention.sentence, "value.nearest", 0.8 if best[0] < 6 else 0.6))
