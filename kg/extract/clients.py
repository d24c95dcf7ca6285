"""Finds for whom people work whom another company lends, where the text tells the client elsewhere.

"Moderators asked Foodly for sick pay. They are employed by Spotless Corp." Who lends people by trade is data: `lending`
in `schema/frames/contract.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from kg.extract import data, parties
from kg.extract.candidates import EventMention
from kg.extract.discourse import Referent
from kg.extract.grammar import children, modifiers, objects, possessors, prepositional, subjects
from kg.extract.groups import group, is_group_head
from kg.extract.heads import as_company
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.pointing import points_back
from kg.extract.supply import most_told

HOSTS = frozenset({"Company", "University"})
"""What people who are lent work for; agencies lend their own."""

LENT_BY = frozenset({"contract.staffing", "contract.staff", "contract.supplier", "contract.paying", "contract.working"})
"""The frames of lent people."""


NEAREST = frozenset(
    {"contractor", "subcontractor", "staffing", "outsourcing", "dispatch", "temp", "temporary", "recruitment"}
)
"""Words that right before a name tell of who works for the company that is spoken of ("Contractor Spotless Corp.",
"the staffing firm Spotless Corp.")."""

NEAR_WORDS = 300
"""So many tokens back the list is looked for in which a client stands."""

NEAR = 60
"""So many mentions back an unnamed public body is looked for."""


def settle(scene: Scene, mention: EventMention, token: Token) -> None:
    """Let who lends by trade be the supplier, and find the client that the sentence itself does not name."""
    _unify(scene, mention)
    if mention.frame.id in ("contract.making", "contract.selling"):
        _reverse(scene, mention, token)
    if mention.frame.id == "contract.making":
        _whose(scene, mention, token)
    if mention.frame.id not in LENT_BY:
        return
    if mention.frame.id in ("contract.staff", "contract.working") and not parties.businesses(mention):
        heads = [*modifiers(token), *possessors(token), *prepositional(token, "at", "for", "of", "from", "with")]
        lenders = parties.companies(scene, heads)
        if not any(h.lemma_ in data.words(parties.WORDS, "tradesmen") for h in heads):
            lenders = [r for r in lenders if _lends(r)]
        parties.add(mention, "supplier", lenders, "lender", 0.5)
    if mention.frame.id == "contract.working":
        _working_for(scene, mention, token)
    if mention.frame.id == "contract.paying" and not any(map(_lends, mention.fillers("supplier"))):
        mention.candidates = [c for c in mention.candidates if c.role not in ("supplier", "buyer")]
    _swap(mention)
    if mention.frame.id == "contract.supplier" and _is_for_the_told(scene, token):
        suppliers = parties.businesses(mention)
        parties.add(mention, "buyer", _client(scene, mention, suppliers) if suppliers else [], "told-before", 0.5)
    suppliers = parties.businesses(mention)
    if suppliers and not mention.fillers("buyer") and _tells_of_lending(mention, token, suppliers):
        parties.add(mention, "buyer", _client(scene, mention, suppliers), "told-before", 0.5)


def _working_for(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme cleaners who work for Spotless": lent people, or the people of a listed company at an unlisted one."""
    if mention.fillers("supplier", "buyer"):
        return
    found = parties.companies(scene, prepositional(verb, "for"))
    for head in subjects(verb) if found else ():
        people = group(scene, head) or points_back(scene, head)
        if people is None or people.cls != "Collective":
            continue
        own = {_first_word(r) for r in found}
        hosts = [t for t in people.affiliations if t.cls in HOSTS and _first_word(t) not in own]
        lent = _words(people) & data.words(parties.WORDS, "lent")
        if hosts and not any(map(_lends, hosts)) and (lent or _is_known(hosts, found)):
            parties.add(mention, "supplier", found, "employer", 0.5)
            parties.add(mention, "buyer", hosts, "staff", 0.5)


def _is_known(hosts: list[Referent], employers: list[Referent]) -> bool:
    return all(r.known for r in hosts) and not any(r.known for r in employers)


def _unify(scene: Scene, mention: EventMention) -> None:
    """Let "police departments" be the "local police departments" told before, so that both tell one contract."""
    bodies = data.words(parties.WORDS, "clients")
    for candidate in mention.candidates:
        now = candidate.filler
        if candidate.role == "buyer" and isinstance(now, Referent) and now.cls == "Collective" and now.head in bodies:
            words = _words(now)
            for told in islice(scene.discourse.mentioned(now.first_span()[0]), NEAR):
                if told.cls == "Collective" and told.head in bodies and _is_same_body(_words(told), words):
                    candidate.filler = told
                    break


def _is_same_body(told: set[str], now: set[str]) -> bool:
    shared = told & now
    return "police" in shared or (len(shared) > 1 and shared in (told, now))


def _words(referent: Referent) -> set[str]:
    return set(referent.label.casefold().split())


def _lends(referent: Referent) -> bool:
    name = referent.known.name if referent.known else referent.label
    return name in data.words(parties.WORDS, "lending")


def _is_for_the_told(scene: Scene, noun: Token) -> bool:
    """Return whether a noun right before a name tells of a contractor, as "defense contractor" does not."""
    words = [m.lower_ for m in modifiers(noun)] or [noun.lemma_]
    named = noun.i + 1 in scene.named or (noun.beside(1) == "," and noun.i + 2 in scene.named)
    return named and len(words) == 1 and words[0] in NEAREST


def _reverse(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "who review Acme posts for Spotless Corp." as done for Acme: Spotless lends people, or people do it."""
    buyers = mention.fillers("buyer")
    if not buyers or any(r.cls != "Company" for r in buyers):
        return
    heads = [t for goods in objects(verb) for t in (*modifiers(goods), *possessors(goods))]
    told = [scene.named[t.i] for t in heads if t.i in scene.named]
    owners = parties.companies(scene, heads) + [r for r in told if r.known is not None and r.known.type == "Company"]
    hosts = [r for r in owners if r not in buyers]
    working = all(map(_lends, buyers)) or any(is_group_head(s) for s in subjects(verb))
    if not hosts or not working or any(r not in hosts for r in parties.businesses(mention)):
        return
    for candidate in mention.candidates:
        if candidate.kept and candidate.role == "supplier" and candidate.filler in hosts:
            candidate.drop("is served itself")
        elif candidate.kept and candidate.role == "buyer":
            candidate.role = "supplier"
    parties.add(mention, "buyer", hosts, "goods", 0.55)


def _whose(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Spotless Corp. reviews Acme posts", where Spotless works for others by trade, as done for Acme."""
    if mention.fillers("buyer"):
        return
    suppliers = parties.businesses(mention)
    if not suppliers:  # "guards of Spotless Corp. who protect Acme's shops"
        people = [group(scene, s) for s in subjects(verb) if is_group_head(s)]
        suppliers = [t for p in people if p is not None for t in p.affiliations if t.cls == "Company"]
    if not suppliers or not all(map(_lends, suppliers)):
        return
    heads = [t for goods in objects(verb) for t in (*modifiers(goods), *possessors(goods), *prepositional(goods, "of"))]
    hosts = [r for r in parties.companies(scene, heads) if r not in suppliers]
    parties.add(mention, "buyer", hosts, "goods", 0.55)
    parties.add(mention, "supplier", suppliers if hosts else [], "people", 0.55)


def _swap(mention: EventMention) -> None:
    """Exchange the sides of "Spotless contract workers at Foodly" where only the one read as the buyer lends people."""
    buyers, suppliers = mention.fillers("buyer"), mention.fillers("supplier")
    if not buyers or not suppliers or not all(map(_lends, buyers)) or any(map(_lends, suppliers)):
        return
    for candidate in mention.candidates:
        if candidate.kept and candidate.role in ("supplier", "buyer"):
            candidate.role = "buyer" if candidate.role == "supplier" else "supplier"


def _tells_of_lending(mention: EventMention, token: Token, suppliers: list[Referent]) -> bool:
    """Return whether somebody else's people are spoken of: by a contractor, or employed by who lends by trade."""
    if any(map(_lends, suppliers)):
        return True
    if mention.frame.id == "contract.supplier":
        return False
    heads = [*prepositional(token, "by", "through", "via")]
    words = {w.lemma_ for h in heads for w in (h, *modifiers(h), *children(h, "appos"))}
    return bool(words & data.words(parties.WORDS, "lenders"))


def _client(scene: Scene, mention: EventMention, suppliers: Iterable[Referent]) -> list[Referent]:
    """Return the company of which the text has spoken most of late, those who lend people aside."""
    own = {_first_word(r) for r in suppliers}
    people = scene.groups.get(mention.token) if mention.frame.id == "contract.staff" else None
    if people is not None:  # "drivers at Spotless Corp. and Quillmen Inc."
        own |= {_first_word(r) for r in people.affiliations}
    before = mention.sentence[1]
    told = most_told(scene, before, lambda r: r.cls in HOSTS and _first_word(r) not in own and not _lends(r))
    return [r for r in _listed_with(scene, mention, told) if _first_word(r) not in own and not _lends(r)]


def _listed_with(scene: Scene, mention: EventMention, told: list[Referent]) -> list[Referent]:
    """Return with whom a client is listed where the text names it last ("cleaners at Acme, Foodly and Parcelo")."""
    end = scene.doc[mention.token].sent.end
    back = range(end - 1, max(end - NEAR_WORDS, -1), -1) if told else ()
    at = next((i for i in back if scene.named.get(i) in told), -1)
    if at < 0:
        return told
    first, last = scene.spans[at][0], scene.spans[at][1]
    while (after := _joined(scene, last + 1, 1)) >= 0:
        last = scene.spans[after][1]
    while (ahead := _joined(scene, first - 1, -1)) >= 0:
        first = scene.spans[ahead][0]
    return list(dict.fromkeys([*told, *(scene.named[i] for i in range(first, last + 1) if i in scene.named)]))


def _joined(scene: Scene, at: int, step: int) -> int:
    """Return the place of the host that a comma or "and" at a token joins to a list; -1 where none follows."""
    joints = 0
    while 0 <= at < len(scene.lower) and scene.lower[at] in (",", "and", "&"):
        at, joints = at + step, joints + 1
    return at if joints and at in scene.named and as_company(scene.named[at]).cls in HOSTS else -1


def _first_word(referent: Referent) -> str:
    """Return by what forms of one name agree ("Spotless" for "Spotless Corp.")."""
    return referent.label.casefold().split()[0]
