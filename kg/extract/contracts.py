"""Completes contract mentions: who supplies whom, the amount, what is delivered, and by which number or name."""

from __future__ import annotations

import re

from kg.extract import agreements, clients, data, lending
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
    prepositional,
)
from kg.extract.groups import actor_at, is_business, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.phrases import clause, noun_phrase
from kg.extract.quantities import Quantities, within
from kg.extract.suppliers import identified
from kg.model import Money

STAFFING, STAFF, SUPPLIER = ("contract.staffing", "contract.paying"), "contract.staff", "contract.supplier"
"""The frames of people who work at one company and are paid by another, and of nouns such as "contractor"."""

USING, WORKING, WINNING = "contract.using", "contract.working", "contract.winning"
"""The frames of a buyer who uses what is supplied, of business with an untold object, of "won a contract"."""

AGREED = frozenset({"contract.contract", "contract.agreement"})
"""The frames of nouns that name a contract itself."""

ENDING = frozenset({"expire", "lapse", "run"})
"""Verbs whose time is not that of the contract ("let the contract expire in March")."""

DEFINITE = frozenset({"the", "this", "that"})
"""Words before "contract" that make it one told before."""

OF_GOODS = frozenset({"contract.sale", "contract.outsourcing"})
"""The frames of nouns after which "of" tells what is delivered ("the sale of maps")."""

PROGRAMME_FRAME = "contract.programme"
"""The frame of named programmes that stand for their contracts."""

CLAUSE = 10
"""At most this many tokens lie between a verb of delivery and the amount that is paid."""

LARGE = 100_000
"""An amount of money from which a contract that was won is taken for one of supply; in units of its currency."""

NAMING = frozenset({"know", "call", "name", "dub", "brand"})
"""Verbs after which the name of a product stands ("software known as Rekognition")."""

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
    token = _noun(scene, mention)
    _from_clause(scene, mention, token)
    _parties(scene, mention, token)
    _settle(mention)
    if mention.frame.id in AGREED:
        _point_back(scene, mention, token)
    verbal = token.pos_ in ("VERB", "AUX")
    if verbal and mention.frame.id not in STAFFING:
        _verbal_subject(scene, mention, token)
        _value(scene, sentence, mention, found, reach=CLAUSE)
        _verbal_status(mention, token)
    elif not verbal and mention.frame.id not in (STAFF, SUPPLIER):
        _subject(scene, mention, token)
        _identifiers(scene, mention, token)
        _status(mention, token)
        _value(scene, sentence, mention, found)
    elif mention.frame.id == SUPPLIER and token.lemma_ in data.words("frames/contract", "tradesmen"):
        _subject_before(scene, mention, token)
    mention.status = OTHERWISE.get(mention.status or "", mention.status)
    _judge(scene, mention, token)
    if mention.kept and (parties := (mention.fillers("supplier"), mention.fillers("buyer"))) != ([], []):
        scene.discourse.contracts.append(parties)


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
    both = bool(mention.fillers("supplier") and mention.fillers("buyer"))
    if (token.pos_ in ("VERB", "AUX") or mention.frame.needs == "both") and not both:
        mention.kept, mention.reason = False, "needs both supplier and buyer"
    elif not mention.fillers("supplier", "buyer") or (mention.frame.needs == "parties" and not _enough(mention, token)):
        mention.kept, mention.reason = False, "no supplier and buyer found"
    elif token.pos_ == "VERB" and mention.frame.id not in (*STAFFING, WORKING):
        goods = {o.lemma_ for o in objects(token) if o.i not in mention.tokens}
        if goods & data.words("frames/contract", "no_goods"):
            mention.kept, mention.reason = False, "nothing that is bought"
        elif any(c.dep_ == "aux" and c.lower_ in ("must", "should") for c in token.children):
            mention.kept, mention.reason = False, "somebody's duty"


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
    for candidate in mention.candidates:
        unnamed = isinstance(candidate.filler, Referent) and candidate.filler.cls == "Collective"
        if candidate.kept and candidate.role in ("supplier", "buyer") and unnamed and not _may_buy(candidate):
            candidate.drop("people are no party to a contract")


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
    if mention.fillers("supplier"):
        return
    buyers = [c for c in mention.candidates if c.kept and c.role == "buyer" and isinstance(c.filler, Referent)]
    if any(isinstance(c.filler, Referent) and c.filler.cls in ("GovernmentBody", "Collective") for c in buyers):
        for candidate in buyers:
            if isinstance(candidate.filler, Referent) and candidate.filler.cls == "Company":
                candidate.role, candidate.path = "supplier", "supplier.with"


def _subject(scene: Scene, mention: EventMention, noun: Token) -> None:
    if mention.frame.id in OF_GOODS:
        for head in prepositional(noun, "of"):
            goods = prepositional(head, "in") if head.ent_type_ == "MONEY" else [head]
            _phrase(mention, noun_phrase(scene, goods[0]) if goods else None, "of")
    for holder in _holders(scene, mention, noun):
        _means(scene, mention, holder)
        for head in prepositional(holder, "for"):
            told = all(r.cls == "Technology" for r in actor_at(scene, head))
            if told and not head.like_num and head.ent_type_ not in ("MONEY", "DATE", "PERCENT"):
                _phrase(mention, noun_phrase(scene, head), "for")
        for verb in children(holder, "advcl", "acl", "relcl", "xcomp"):
            _delivered(scene, mention, verb)
    if not any(c.role == "subject" for c in mention.candidates):
        _subject_before(scene, mention, noun)


def _subject_before(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Take what stands before the noun for what is delivered ("a cloud contract", "the catering contractor")."""
    words = [
        m
        for m in modifiers(noun)
        if m.i not in scene.named
        and m.pos_ in ("NOUN", "ADJ", "VERB")
        and m.ent_type_ not in ("MONEY", "DATE", "CARDINAL")
        and not m.like_num
    ]
    empty = data.words("frames/contract", "empty_modifiers")
    words = [m for m in words if m.lemma_ not in empty and m.lower_ not in empty]
    if words:
        first, last = min(w.left_edge.i for w in words), max(w.i for w in words)
        _phrase(mention, Phrase(scene.surface(first, last), scene.chars(first, last)), "modifier")


def _holders(scene: Scene, mention: EventMention, noun: Token) -> list[Token]:
    """Return under which words it may stand what is delivered: the noun, its verb, what a programme is said to be."""
    governing = governor(noun)
    if mention.frame.id == PROGRAMME_FRAME:
        attributes = children(governing[0], "attr") if governing and governing[0].lemma_ == "be" else []
        return [noun, *(head for head in identified(scene, noun) if head.i != noun.i), *attributes]
    bearing = governing is not None and governing[0].lemma_ in mention.frame.support
    return [noun, *([governing[0]] if governing and bearing else [])]


def _delivered(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read what is delivered, and to whom, from "to build a cloud for the CIA" and "to recruit officers"."""
    if verb.lemma_ in DELIVERING:
        for head in [*prepositional(verb, "with"), *children(verb, "dobj", "obj")]:
            for client in prepositional(head, "for"):
                _client(scene, mention, client)
            if head.pos_ != "PRON":
                _phrase(mention, noun_phrase(scene, head), "delivering")
    elif verb.dep_ == "acl" and is_infinitive(verb):
        for client in (t for h in (verb, *objects(verb)) for t in prepositional(h, "for")):
            _client(scene, mention, client)
        _phrase(mention, clause(scene, verb), "purpose")


def _means(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read what a programme is for from "a program that uses machine learning to sort pictures"."""
    if mention.frame.id != PROGRAMME_FRAME:
        return
    for verb in children(noun, "relcl", "acl"):
        for goods in children(verb, "dobj", "obj") if verb.lemma_ in ("use", "employ", "apply") else ():
            aims = [v for v in (*children(verb, "xcomp", "advcl"), *children(goods, "acl")) if is_infinitive(v)]
            own = noun_phrase(scene, goods)
            aim = clause(scene, aims[0]) if aims else None
            if own is not None and aim is not None and own.span[0] < aim.span[1]:
                own = Phrase(scene.text[own.span[0] : aim.span[1]], (own.span[0], aim.span[1]))
            _phrase(mention, own, "means")


def _client(scene: Scene, mention: EventMention, head: Token) -> None:
    """Read the buyer from what is delivered ("to build a cloud for the CIA")."""
    for referent in actor_at(scene, head):
        if referent.cls == "GovernmentBody":
            mention.add(Candidate("buyer", referent, mention.sentence, "buyer.delivering", 0.7))


def _verbal_subject(scene: Scene, mention: EventMention, verb: Token) -> None:
    if mention.frame.id == WORKING:
        return
    heads = [*prepositional(verb, "with"), *(n for n in objects(verb) if n.ent_type_ != "MONEY" and not n.like_num)]
    for head in heads:
        if any(r.cls not in ("Technology", "Collective") for r in actor_at(scene, head)):
            continue
        if product := _product(scene, head):
            mention.add(Candidate("subject", product, mention.sentence, "subject.product", 0.7))
        elif head.pos_ != "PRON":
            inner = prepositional(head, "of") if head.lemma_ == "worth" else []
            _phrase(mention, noun_phrase(scene, inner[0] if inner else head), "object")
    for head in prepositional(verb, "for") if mention.frame.id == USING else ():
        _phrase(mention, noun_phrase(scene, head), "for")


def _product(scene: Scene, head: Token) -> Referent | None:
    """Return the technology that "it" or "the software" points back to, or that a name beside the noun tells."""
    before = scene.chunk.offset + head.idx
    if head.lower_ in ("it", "they"):
        return scene.discourse.latest(frozenset({"Technology"}), before)
    called = [t for v in children(head, "acl") if v.lemma_ in NAMING for t in _names_given(v)]
    for token in [*called, *children(head, "appos")]:
        if token.i in scene.named and scene.named[token.i].cls == "Technology":
            return scene.named[token.i]
    bare = all(c.dep_ == "det" and c.lower_ in ("the", "this", "that") for c in head.children if c.i < head.i)
    if head.tag_ == "NN" and bare and (back := points_back(scene, head)) and back.cls == "Technology":
        return back
    return None


def _names_given(verb: Token) -> list[Token]:
    return [*prepositional(verb, "as"), *children(verb, "oprd", "dobj")]


def _phrase(mention: EventMention, phrase: Phrase | None, path: str) -> None:
    torn = phrase is not None and phrase.text.count("(") != phrase.text.count(")")
    if (
        phrase
        and not torn
        and phrase.text[0] != "$"
        and not any(c.role == "subject" and c.kept for c in mention.candidates)
    ):
        mention.add(Candidate("subject", _without_parties(mention, phrase), mention.sentence, f"subject.{path}", 0.7))


_BEFORE_PARTY = re.compile(r"\s+(?:for|to|with|by|from|at)(?:\s+(?:the|its|their))?\s*$")


def _without_parties(mention: EventMention, phrase: Phrase) -> Phrase:
    """Return the phrase without a party at its end ("drones for the army" -> drones)."""
    start, end = phrase.span
    spans = (span for r in mention.fillers("buyer", "supplier") for spans in r.names.values() for span in spans)
    inside = min((s for s, _ in spans if start < s < end), default=end)
    cut = _BEFORE_PARTY.search(phrase.text[: inside - start]) if inside < end else None
    return Phrase(phrase.text[: cut.start()], (start, start + cut.start())) if cut and cut.start() else phrase


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
