"""Finds whose contract it is where nouns such as "contract" or "order" tell of it, beyond the slots of frames."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention
from kg.extract.discourse import Referent
from kg.extract.grammar import (
    SUBJECTS,
    children,
    conjuncts,
    governor,
    modifiers,
    objects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.parties import WORDS, add, businesses, clients, companies, governments, public, public_body, states
from kg.extract.roles import institution
from kg.extract.suppliers import identified, supplier_noun
from kg.extract.supply import (
    COUNTED,
    employers,
    general,
    intending,
    most_told,
    pointed,
    programme,
    through,
    whole,
)

BUYING = frozenset(
    {"sign", "have", "award", "enter", "renew", "approve", "name", "select", "end", "cancel", "terminate", "extend"}
)
"""Verbs with a contract as their object whose subject, where it is a public body, is the one who buys."""

PERMITS = frozenset({"license", "licence"})
"""Nouns for what a public body grants without buying ("asked the city to renew the company's license")."""


def parties(scene: Scene, mention: EventMention, token: Token) -> None:
    """Add the suppliers and buyers that the construction around the trigger shows beyond the frame's own slots."""
    READERS.get(mention.frame.id, general)(scene, mention, token)


def _contract(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Find whose contract it is where the noun's own surroundings do not say it."""
    _given_up(mention, noun)
    general(scene, mention, noun)
    _ended(mention, noun)
    _handed(scene, mention, noun)
    _in_clause(scene, mention, noun)
    _worth_with(scene, mention, noun)
    _with_company(scene, mention, noun)
    if any(c.lower_ in ("their", "our") for c in children(noun, "poss")) and not businesses(mention):
        _owned(scene, mention, noun)
    governing = governor(noun)
    if governing and governing[0].lemma_ in ("go", "beat", "defeat", "best", "outbid"):
        winners = prepositional(governing[0], "to") if governing[0].lemma_ == "go" else subjects(governing[0])
        add(mention, "supplier", companies(scene, winners), "winner", 0.8)
    permit = noun.lemma_ in PERMITS
    if not permit:
        _public_parties(scene, mention, noun)
    if governing and governing[0].lemma_ == "offer":
        _offered(scene, mention, noun, governing[0])
    widest = whole(noun)
    if widest != noun and not businesses(mention):
        heads = [*possessors(widest), *prepositional(widest, "at", "by", "with", "of")]
        add(mention, "supplier", companies(scene, heads), "whole", 0.7)
    if noun.dep_ == "appos" and not businesses(mention):
        add(mention, "supplier", companies(scene, [noun.head]), "apposition", 0.6)
    if governing and not businesses(mention):
        intending(scene, mention, governing[0])
    if governing and not businesses(mention) and noun.dep_ == "pobj":
        heads = [t for c in children(governing[0], *SUBJECTS) for t in conjuncts(c)]
        add(mention, "supplier", companies(scene, heads), "under", 0.6)
    if not permit:
        _presumed(scene, mention, noun)


def _given_up(mention: EventMention, noun: Token) -> None:
    """Read "Acme will not give up its contract with the city": who gives up a contract has it."""
    governing = governor(noun)
    if governing is None or governing[0].lemma_ != "give" or not any(c.lower_ == "up" for c in governing[0].children):
        return
    for candidate in mention.candidates:
        if candidate.role == "buyer" and candidate.path == "buyer.support":
            candidate.role, candidate.path = "supplier", "supplier.support"


def _ended(mention: EventMention, noun: Token) -> None:
    """Read "Foodly ended its contract with Acme": of two companies, the one that ends a contract is the customer."""
    governing = governor(noun)
    if governing is None or governing[1] != "object" or governing[0].tag_ not in ("VBD", "VBZ", "VBN"):
        return
    with_whom = [c for c in mention.candidates if c.path in ("buyer.with", "buyer.apposition")]
    if governing[0].lemma_ not in data.words(WORDS, "ending") or not with_whom:
        return
    if all(isinstance(c.filler, Referent) and c.filler.cls == "Company" for c in with_whom):
        for candidate in mention.candidates:
            if candidate.role in ("supplier", "buyer"):
                candidate.role = "buyer" if candidate.role == "supplier" else "supplier"


def _handed(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "the contract was awarded to Acme by the city"."""
    governing = governor(noun)
    if governing is None or governing[1] != "object" or mention.frame.support.get(governing[0].lemma_) != "buyer":
        return
    winners = companies(scene, prepositional(governing[0], "to"))
    add(mention, "supplier", winners, "recipient", 0.75)
    if winners and not mention.fillers("buyer"):
        buyers = clients(scene, prepositional(governing[0], "by"))
        add(mention, "buyer", [r for r in buyers if r not in winners], "by", 0.7)


def _in_clause(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read the other side from a clause: "the contract Acme signed with the city", "a contract awarded to Acme"."""
    for verb in children(noun, "relcl", "acl"):
        doing = mention.frame.support.get(verb.lemma_)
        if doing == "buyer":
            add(mention, "supplier", companies(scene, prepositional(verb, "to")), "clause", 0.75)
        elif doing == "supplier" and not mention.fillers("buyer"):
            others = clients(scene, prepositional(verb, "with", "from"))
            add(mention, "buyer", [r for r in others if r not in mention.fillers("supplier")], "clause", 0.7)


def _worth_with(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "a contract worth $3 million with the city", where the parser ties the city to the amount."""
    if mention.fillers("buyer") or prepositional(noun, "with"):
        return
    amounts = [t for c in children(noun, "amod", "acl", "appos") if c.lemma_ in ("worth", "value") for t in c.subtree]
    partners = [t for a in amounts if a.lower_ == "with" for t in children(a, "pobj")]
    add(mention, "buyer", clients(scene, partners), "with", 0.7)


def _with_company(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "asked the city to cancel its contract with the company": the company spoken of has it."""
    for head in prepositional(noun, "with"):
        if head.lemma_ not in ("company", "firm", "contractor") or head.i in scene.named or modifiers(head):
            continue
        mention.candidates = [c for c in mention.candidates if not _is_group_at(scene, c, head)]
        governing = governor(noun)
        doers = companies(scene, subjects(governing[0])) if governing else []
        if head.tag_ == "NNS" and (told := _counted(scene, head, doers)):
            add(mention, "supplier", told, "several", 0.6)
            for candidate in mention.candidates:
                if candidate.role == "supplier" and candidate.filler in doers:
                    candidate.role, candidate.path = "buyer", "buyer.ending"
        elif head.tag_ == "NN" and not businesses(mention):
            add(mention, "supplier", pointed(scene, [head]), "points-back", 0.6)


def _counted(scene: Scene, head: Token, but: list[Referent]) -> list[Referent]:
    """Return whom "both companies" at `head` are: those of a number that were told last, `but` some."""
    number = next((COUNTED[c.lower_] for c in head.children if c.lower_ in COUNTED), 0)
    told = (r for r in scene.discourse.mentioned(scene.chunk.offset + head.idx) if r.cls == "Company" and r not in but)
    found = list(islice(dict.fromkeys(told), number))
    return found if number and len(found) == number else []


def _is_group_at(scene: Scene, candidate: Candidate, head: Token) -> bool:
    group = scene.groups.get(head.i)
    return group is not None and candidate.role == "buyer" and candidate.filler is group


def _presumed(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Where a public body buys and no supplier is told, take the company whose people speak, or the one told last."""
    if not public(mention) or businesses(mention):
        return
    add(mention, "supplier", employers(scene, noun), "staff", 0.55)
    latest = scene.discourse.latest(frozenset({"Company"}), scene.chunk.offset + noun.idx)
    if latest is not None and not businesses(mention):
        add(mention, "supplier", [latest], "topic", 0.45)


def _work(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "their work for the military" as "their contract"."""
    general(scene, mention, noun)
    if any(c.lower_ in ("their", "our") for c in children(noun, "poss")) and not businesses(mention):
        _owned(scene, mention, noun)
    if noun.lemma_ in ("involvement", "collaboration", "participation"):
        _presumed(scene, mention, noun)
    disputed = noun.dep_ == "pobj" and noun.head.lower_ in ("over", "against", "about")
    if disputed and public(mention) and not businesses(mention):
        add(mention, "supplier", employers(scene, noun), "staff", 0.55)


def _sale(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "protested the sale of beds to the Border Ministry": the company whose people speak sells."""
    general(scene, mention, noun)
    if not mention.fillers("buyer"):  # "sales of scanners to the police", tied to the scanners
        heads = [t for goods in prepositional(noun, "of") for t in _given_to(goods)]
        add(mention, "buyer", clients(scene, heads), "goods", 0.6)
    governing = governor(noun)
    if governing and not mention.fillers("buyer") and governing[0].lemma_ in data.words(WORDS, "selling"):
        add(mention, "buyer", clients(scene, prepositional(governing[0], "to")), "selling", 0.6)
    buyers = mention.fillers("buyer")
    if governing and governing[1] == "object" and governing[0].lemma_ in data.words(WORDS, "selling"):
        add(
            mention,
            "supplier",
            [r for r in companies(scene, subjects(governing[0])) if r not in buyers],
            "selling",
            0.65,
        )
    if buyers and not businesses(mention):
        owners = [t for goods in prepositional(noun, "of") for t in possessors(goods)]
        add(mention, "supplier", companies(scene, owners) or pointed(scene, owners), "maker", 0.65)
    if (
        noun.tag_ == "NN" and not prepositional(noun, "of") and any(r.cls == "Company" for r in buyers)
    ):  # "Acme's sale to Foodly"
        for candidate in mention.candidates:
            if candidate.role == "supplier":
                candidate.drop("is sold itself")
        return
    if buyers and not businesses(mention):
        add(mention, "supplier", [r for r in employers(scene, noun) if r not in buyers], "staff", 0.55)


def _hired(scene: Scene, mention: EventMention, token: Token) -> None:
    """Read "criticised the hiring of the law firm Reed Corp.": the company whose people speak hires."""
    general(scene, mention, token)
    suppliers = businesses(mention)
    if token.pos_ == "NOUN" and suppliers and not mention.fillers("buyer"):
        told = employers(scene, token) or most_told(scene, mention.sentence[1], lambda r: r.cls == "Company")
        add(mention, "buyer", [r for r in told if r not in suppliers], "staff", 0.55)


def _outsourced(scene: Scene, mention: EventMention, token: Token) -> None:
    """Read "protested the outsourcing of the kitchen to Spotless Corp.": the company whose people speak is served."""
    general(scene, mention, token)
    if token.pos_ != "NOUN":
        return
    taken = [t for prep in token.subtree if prep.lower_ == "to" and prep.dep_ == "prep" for t in children(prep, "pobj")]
    taken += [t for goods in prepositional(token, "of") for t in _given_to(goods)]
    suppliers = companies(scene, [t for head in taken for t in conjuncts(head)])
    add(mention, "supplier", suppliers, "goods", 0.65)
    if suppliers and not mention.fillers("buyer"):
        hosts = clients(scene, possessors(token)) or employers(scene, token)
        add(mention, "buyer", [r for r in hosts if r not in suppliers], "staff", 0.6)


def _given_to(goods: Token) -> list[Token]:
    """Return who stands after "to" right behind what is sold, whatever the parser ties it to."""
    last = max(goods.subtree, key=lambda t: t.i)
    after = last.beside(1) == "to"
    found = prepositional(goods, "to")
    return found or (children(goods.doc[last.i + 1], "pobj") if after else [])


def _order(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "asked Acme to withdraw from a tender of the ministry" as Acme's."""
    general(scene, mention, noun)
    _handed(scene, mention, noun)
    if noun.lemma_ in ("tender", "procurement"):
        _presumed(scene, mention, noun)


def _public_parties(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "the city's contract with Acme" and "police signed a contract with Acme": the public body buys."""
    governing = governor(noun)
    heads = possessors(noun)
    if governing and governing[0].lemma_ in BUYING:
        heads += subjects(governing[0])
    for head in heads:
        named = governments(scene, [head]) or _universities(scene, mention, head)
        body = None if named or head.i in scene.named else public_body(scene, head)
        told = governing is None or governing[0].dep_ != "relcl"  # not "an operator from Oslo, which signed a contract"
        bodies = named or ([body] if body is not None else states(scene, [head]) if told else [])
        add(mention, "buyer", bodies, "public", 0.7)
        for candidate in mention.candidates if bodies and not businesses(mention) else ():
            partner = candidate.path in ("buyer.with", "buyer.apposition")
            if partner and getattr(candidate.filler, "cls", "") == "Company":
                candidate.role, candidate.path = "supplier", "supplier.with"
    if noun.dep_ == "pobj" and (won := noun.head.head).lemma_ in data.words(WORDS, "winners"):
        picking = governor(won)
        winners = [*identified(scene, won), *(objects(picking[0]) if picking else [])]
        winners += [t for t in won.children if t.dep_ == "nsubj"]
        add(mention, "supplier", companies(scene, winners), "winner", 0.75)
        add(mention, "buyer", governments(scene, subjects(picking[0]) if picking else []), "public", 0.7)


def _universities(scene: Scene, mention: EventMention, head: Token) -> list[Referent]:
    """Return the university at `head` where the contract is with a company: it buys, as public bodies do."""
    found = scene.named.get(head.i)
    partners = [r for r in mention.fillers("buyer") if r.cls == "Company"]
    return [found] if found is not None and found.cls == "University" and partners else []


def _offered(scene: Scene, mention: EventMention, noun: Token, verb: Token) -> None:
    """Read "offers contracts to oil companies" with a company as subject: it supplies, and they buy."""
    doers = companies(scene, subjects(verb))
    if not doers or mention.fillers("supplier"):
        return
    for candidate in mention.candidates:
        if candidate.role == "buyer" and candidate.filler in doers:
            candidate.role, candidate.path = "supplier", "supplier.offer"
    for head in [*prepositional(noun, "to"), *prepositional(verb, "to")]:
        found = clients(scene, [head]) or [r for r in [institution(scene, head)] if r is not None]
        add(mention, "buyer", found, "offer", 0.6)


def _owned(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "their contract" with a public body as that of the companies of the clause, or of the one told last."""
    if not public(mention):
        return
    governing = governor(noun)
    doers = subjects(governing[0]) if governing else []
    doers += [t for d in doers if d.lower_ in ("that", "which") for t in [d.head.head]]
    own = companies(scene, [*doers, *(objects(governing[0]) if governing else [])])
    latest = scene.discourse.latest(frozenset({"Company"}), scene.chunk.offset + noun.idx)
    add(mention, "supplier", own or ([latest] if latest is not None else []), "points-back", 0.6)


READERS: dict[str, Callable[[Scene, EventMention, Token], None]] = {
    "contract.contract": _contract,
    "contract.agreement": _contract,
    "contract.winning": _contract,
    "contract.work": _work,
    "contract.working": through,
    "contract.order": _order,
    "contract.sale": _sale,
    "contract.outsourcing": _outsourced,
    "contract.hiring": _hired,
    "contract.supplier": supplier_noun,
    "contract.programme": programme,
}
"""Frame -> how the parties of its mentions are found; the others: `general`."""
