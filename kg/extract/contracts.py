"""Completes contract mentions: who supplies whom, the amount, what is delivered, and by which number or name."""

from __future__ import annotations

import re

from kg.extract import agreements, clients, data, goods, lending
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import Referent
from kg.extract.grammar import (
    SUBJECTS,
    children,
    governor,
    is_infinitive,
    is_negated,
    modifiers,
    objects,
    own_subjects,
)
from kg.extract.groups import actor_at, is_business
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.quantities import Quantities, within
from kg.model import Money

STAFFING, STAFF, SUPPLIER = ("contract.staffing", "contract.paying"), "contract.staff", "contract.supplier"
"""The frames of people who work at one company and are paid by another, and of nouns such as "contractor"."""

WINNING = "contract.winning"
"""The frame of "won a contract"."""

AGREED = frozenset({"contract.contract", "contract.agreement"})
"""The frames of nouns that name a contract itself."""

ENDING = frozenset({"expire", "lapse", "run"})
"""Verbs whose time is not that of the contract ("let the contract expire in March")."""

DEFINITE = frozenset({"the", "this", "that"})
"""Words before "contract" that make it one told before."""

CLAUSE = 10
"""At most this many tokens lie between a verb of delivery and the amount that is paid."""

LARGE = 100_000
"""An amount of money from which a contract that was won is taken for one of supply; in units of its currency."""

OTHERWISE = {
    "": "ongoing",
    "occurred": "ongoing",
    "planned": "proposed",
    "threatened": "proposed",
    "prevented": "cancelled",
}
"""What the status of an action means for a contract."""

PROGRAMME = re.compile(r"^(?:Project|Operation|Program(?:me)?)\s+[A-Z]\w+|^[A-Z]{3,}$")


def complete(scene: Scene, sentence: Span, mention: EventMention, found: Quantities) -> None:
    """Add value, subject, identifiers and status to a contract mention, and settle who supplies and who buys."""
    token = _noun(scene, mention)
    _from_clause(scene, mention, token)
    _parties(scene, mention, token)
    _settle(mention)
    if mention.frame.id in AGREED:
        _point_back(scene, mention, token)
    if _has_parties(mention, token):
        _details(scene, sentence, mention, token, found)
    mention.status = OTHERWISE.get(mention.status or "", mention.status)
    if mention.frame.id == SUPPLIER:
        mention.factuality = "certain"  # "the workers of the contractor Acme were not rehired"
    _judge(scene, mention, token)
    if mention.kept and (parties := (mention.fillers("supplier"), mention.fillers("buyer"))) != ([], []):
        scene.discourse.contracts.append(parties)


def _details(scene: Scene, sentence: Span, mention: EventMention, token: Token, found: Quantities) -> None:
    """Add what is told of a contract besides its parties."""
    if token.pos_ not in ("VERB", "AUX"):
        _about_noun(scene, sentence, mention, token, found)
    elif mention.frame.id not in STAFFING:
        goods.of_verb(scene, mention, token)
        _value(scene, sentence, mention, found, reach=CLAUSE)
        _verbal_status(mention, token)


def _about_noun(scene: Scene, sentence: Span, mention: EventMention, noun: Token, found: Quantities) -> None:
    """Add what a noun tells of its contract; one for those who supply or work there tells of their trade alone."""
    if mention.frame.id not in (STAFF, SUPPLIER):
        goods.of_noun(scene, mention, noun)
        _identifiers(scene, mention, noun)
        _status(mention, noun)
        _value(scene, sentence, mention, found)
    elif mention.frame.id == SUPPLIER and noun.lemma_ in data.words("frames/contract", "tradesmen"):
        goods.before(scene, mention, noun)


def _point_back(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "The contract, worth $8 million" as the one told last, or told last of its supplier or buyer."""
    suppliers, buyers = mention.fillers("supplier"), mention.fillers("buyer")
    definite = noun.tag_ == "NN" and any(c.lower_ in DEFINITE for c in noun.children)
    if not definite or (suppliers and buyers):
        return
    for told in reversed(scene.discourse.contracts):
        same = all(not set(now).isdisjoint(then) for now, then in zip((suppliers, buyers), told, strict=True) if now)
        if same and all(told):
            for role, now, then in (("supplier", suppliers, told[0]), ("buyer", buyers, told[1])):
                for referent in then if not now else ():
                    mention.add(Candidate(role, referent, mention.sentence, f"{role}.same-contract", 0.55))
            return


def _parties(scene: Scene, mention: EventMention, token: Token) -> None:
    if mention.frame.id in STAFFING:
        lending.staffed(scene, mention, token)
    elif mention.frame.id == STAFF:
        lending.staff(scene, mention, token)
    else:
        agreements.parties(scene, mention, token)
        if mention.frame.id == SUPPLIER and not mention.fillers("supplier"):
            lending.staff(scene, mention, token)
    clients.settle(scene, mention, token)


def _noun(scene: Scene, mention: EventMention) -> Token:
    """Return the trigger's token; of "won a contract" that of the contract, where the parties are told."""
    token = scene.doc[mention.token]
    nouns = [i for i in mention.tokens if i > token.i and scene.doc[i].pos_ == "NOUN"]
    return scene.doc[nouns[0]] if mention.frame.id == WINNING and nouns else token


def _judge(scene: Scene, mention: EventMention, token: Token) -> None:
    """Drop the mention where too little is told, or where what is handed over is nothing that is bought."""
    if scene.spans.get(token.i, (0, token.i))[1] > token.i:
        mention.kept, mention.reason = False, "part of a longer name"
        return
    if not _has_parties(mention, token):
        needed = "no supplier and buyer found" if _may_lack_one(mention, token) else "needs both supplier and buyer"
        mention.kept, mention.reason = False, needed
    elif mention.frame.needs == "parties" and not _enough(mention, token):
        mention.kept, mention.reason = False, "no supplier and buyer found"
    elif mention.frame.id in STAFFING and any(c.lower_ == "directly" for c in token.children):
        mention.kept, mention.reason = False, "employed without anybody between"
    elif token.pos_ == "VERB" and mention.frame.id not in (*STAFFING, goods.WORKING):
        handed = {o.lemma_ for o in objects(token) if o.i not in mention.tokens}
        if handed & data.words("frames/contract", "no_goods"):
            mention.kept, mention.reason = False, "nothing that is bought"
        elif any(c.dep_ == "aux" and c.lower_ in ("must", "should") for c in token.children):
            mention.kept, mention.reason = False, "somebody's duty"


def _has_parties(mention: EventMention, token: Token) -> bool:
    """Return whether so many parties are told that there may be a contract."""
    suppliers, buyers = mention.fillers("supplier"), mention.fillers("buyer")
    return bool(suppliers or buyers) if _may_lack_one(mention, token) else bool(suppliers and buyers)


def _may_lack_one(mention: EventMention, token: Token) -> bool:
    """Return whether a supplier without a buyer, or the other way round, may be enough for a contract."""
    return token.pos_ not in ("VERB", "AUX") and mention.frame.needs != "both"


def _from_clause(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "the contract (that) Acme stopped competing for": the relative clause names the supplier and the state."""
    for verb in children(noun, "relcl"):
        inner = [verb, *children(verb, "xcomp")]
        listed = next((v for v in inner if mention.frame.support.get(v.lemma_) == "supplier"), None)
        if listed is None:
            continue
        for head in own_subjects(verb, SUBJECTS):
            for referent in actor_at(scene, head):
                mention.add(Candidate("supplier", referent, mention.sentence, "supplier.clause", 0.75))
        if verb.lemma_ in ("stop", "cease", "quit", "drop") and listed is not verb:
            mention.status = "withdrawn"


def _enough(mention: EventMention, noun: Token) -> bool:
    suppliers, buyers = mention.fillers("supplier"), mention.fillers("buyer")
    if mention.frame.id == WINNING:  # unions win contracts, too, in which the amounts are wages
        large = any(isinstance(c.filler, Money) and (c.filler.value or 0) >= LARGE for c in mention.candidates)
        return bool(suppliers) and (large or any(r.cls == "GovernmentBody" for r in buyers))
    loose = noun.lemma_ in data.words("frames/contract", "loose")
    telling = ("value", "identifier") if loose else ("value", "identifier", "subject")
    detail = any(c.role in telling and c.kept for c in mention.candidates)
    return bool(suppliers and buyers) or bool((suppliers or buyers) and detail)


def _settle(mention: EventMention) -> None:
    """Drop whoever is found on both sides from the less certain one, governments from the suppliers."""
    _demote_products(mention)
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
    _drop_short_names(mention)
    for candidate in mention.candidates:
        unnamed = isinstance(candidate.filler, Referent) and candidate.filler.cls == "Collective"
        if candidate.kept and candidate.role in ("supplier", "buyer") and unnamed and not _may_buy(candidate):
            candidate.drop("people are no party to a contract")


def _drop_short_names(mention: EventMention) -> None:
    """Drop from the buyers what is a supplier's name in short, or in full ("Spotless" beside "Spotless Group")."""
    names = [r.label for r in mention.fillers("supplier") if r.cls != "Collective"]
    for candidate in mention.candidates if names else ():
        if candidate.kept and candidate.role == "buyer" and isinstance(candidate.filler, Referent):
            label = candidate.filler.label
            if any(n != label and (n.startswith(f"{label} ") or label.startswith(f"{n} ")) for n in names):
                candidate.drop("is the supplier's own name")


def _may_buy(candidate: Candidate) -> bool:
    """Return whether an unnamed group is a body that buys: "police", "oil companies"; not "workers", "the company"."""
    head = getattr(candidate.filler, "head", "")
    if head == "office" or head in data.words("frames/contract", "clients"):
        return True
    described = isinstance(candidate.filler, Referent) and " " in candidate.filler.label
    return candidate.role == "buyer" and described and head in data.words("frames/contract", "trades")


def _demote_products(mention: EventMention) -> None:
    """Drop listed technologies from the suppliers ("the software provides"), and let them be technologies again."""
    for candidate in mention.candidates:
        referent = candidate.filler
        if candidate.role != "supplier" or not isinstance(referent, Referent) or not referent.known:
            continue
        if referent.known.type == "Technology" and not is_business(referent):
            referent.cls = referent.known.type
            candidate.drop("a product does not supply")


def _swap(mention: EventMention) -> None:
    """Let the company be the supplier where both sides were read as buyers ("the Pentagon's contract with Acme")."""
    if any(r.cls != "Collective" for r in mention.fillers("supplier")):
        return
    buyers = [c for c in mention.candidates if c.kept and c.role == "buyer" and isinstance(c.filler, Referent)]
    if any(isinstance(c.filler, Referent) and c.filler.cls in ("GovernmentBody", "Collective") for c in buyers):
        for candidate in buyers:
            if isinstance(candidate.filler, Referent) and candidate.filler.cls == "Company":
                candidate.role, candidate.path = "supplier", "supplier.with"


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
                    Phrase(text.removesuffix(" contract"), scene.chars(*scene.spans[token.i])),
                    mention.sentence,
                    "identifier.name",
                    0.7,
                )
            )


ASKED_FOR = frozenset({"cancelled", "withdrawn", "ended"})
"""Statuses that a wish or a denial does not establish: "called on Acme to cancel its contract" leaves it in force."""


def _status(mention: EventMention, noun: Token) -> None:
    if noun.head.lemma_ in ENDING:
        mention.candidates = [c for c in mention.candidates if c.role != "when"]
    if mention.status in ("withdrawn", "proposed"):
        return
    words = data.load("frames/contract")
    if (governing := governor(noun)) is not None:
        mention.status = _said(mention, *governing) or mention.status
    if mention.status in (None, "occurred"):
        mention.status = "ongoing"
    for status, nouns in words["status_nouns"].items():
        if noun.lemma_ in nouns or (noun.head.lemma_ in nouns and noun.dep_ in ("compound", "pobj")):
            mention.status = status
    if mention.status == "planned":
        mention.status = "proposed"
    if mention.factuality == "negated" and mention.status == "modified":
        mention.status, mention.factuality = "ended", "certain"  # "will not renew its contract"
    named = mention.fillers("supplier") and any(
        c.kept and c.role in ("buyer", "identifier") for c in mention.candidates
    )
    if mention.factuality == "negated" and mention.status == "bidding" and named and noun.tag_ == "NN":
        mention.status, mention.factuality = "withdrawn", "certain"  # "will not bid for the contract"
    if any(c.lower_ in ("upcoming", "proposed", "potential", "future") for c in noun.children):
        mention.status = "bidding" if mention.status in ("awarded", "bidding") else "proposed"


def _said(mention: EventMention, verb: Token, slot: str) -> str | None:
    """Return the status that the governing verb tells of a contract in one of its slots; None where it tells none."""
    verbs = data.load("frames/contract")["status_verbs"]
    said = next((status for status, listed in verbs.items() if verb.lemma_ in listed), None)
    if any(c.dep_ == "prt" and c.lower_ == "up" for c in verb.children) and verb.lemma_ == "give":
        said = "withdrawn"
    if said == "awarded" and slot not in ("object", "subject"):
        said = None  # "won a pause in its work for the ministry"
    if verb.dep_ == "acl" and verb.head.lemma_ in data.words("frames/contract", "intentions"):
        said = "proposed"
    if (said in ASKED_FOR or mention.status in ASKED_FOR) and (_is_wished(verb) or is_negated(verb)):
        said = "ongoing"
        if mention.factuality == "negated":
            mention.factuality = "certain"  # "will not give up its contract"
    if is_infinitive(verb) and said == "bidding" and mention.factuality == "negated":
        said, mention.factuality = "proposed", "certain"  # "asked Acme not to bid"
    return said


def _is_wished(verb: Token) -> bool:
    """Return whether a verb tells what ought to come ("to cancel it", "want it cancelled", "that it be cancelled")."""
    helping = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    bare = verb.dep_ in ("ccomp", "xcomp") and not helping
    wanted = bare and verb.head.lemma_ in data.words("frames/contract", "wishing")
    return is_infinitive(verb) or wanted or [c.lower_ for c in helping] == ["be"]


def _verbal_status(mention: EventMention, verb: Token) -> None:
    """Read "will no longer sell" and "stopped selling" as ended; what is only asked to stop goes on."""
    ending = (
        verb.head if verb.dep_ == "xcomp" and verb.head.lemma_ in ("stop", "cease", "halt", "quit", "end") else None
    )
    if any(c.lower_ == "longer" for c in verb.children):
        mention.status, mention.factuality = "ended", "certain"
    elif ending is not None and ending.tag_ in ("VBD", "VBN") and not is_infinitive(ending):
        mention.status = "ended"
    elif ending is not None:
        mention.status = "ongoing"


def _value(scene: Scene, sentence: Span, mention: EventMention, found: Quantities, *, reach: int = 25) -> None:
    here = within(found.money, sentence.start_char, sentence.end_char)
    doc = scene.doc
    best = None
    for match in here:
        span = doc.char_span(match.start, match.end, alignment_mode="expand")
        if span is None:
            continue
        near = min(abs(span.root.i - i) for i in mention.tokens)
        if near <= reach and (best is None or near < best[0]):
            best = (near, match)
    if best:
        mention.add(Candidate("value", best[1].money, mention.sentence, "value.nearest", 0.8 if best[0] < 6 else 0.6))
