"""Finds how far the name of a group reaches: "[more than 450] Amazon warehouse workers in Lyon [walked out]"."""

from __future__ import annotations

from kg.extract import data
from kg.extract.discourse import ORGANIZATIONS
from kg.extract.grammar import children, conjuncts, prepositional
from kg.extract.heads import as_business, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Token


def group_span(scene: Scene, head: Token, end: Token, complements: list[Token]) -> tuple[int, int]:
    """Return the token range of a group's name: its modifiers without number and article, and what it belongs to.

    `end` is the last of the nouns that name it together.
    """
    doc = scene.doc
    first = _shared_start(head)
    while first > head.sent.start and _belongs_left(scene, doc[first - 1], head):
        if doc[first].dep_ == "nummod" and doc[first].head == head and doc[first - 1].tag_ != "POS":
            break  # "In Bergen 70 drivers"
        first -= 1
    trim = data.words("collectives", "trim")
    while first < head.i and (
        doc[first].lower_ in trim or doc[first].like_num or doc[first].pos_ == "PUNCT" or doc[first].tag_ == "POS"
    ):
        first += 1
    return listed_names(scene, first, head.i), _group_end(scene, first, end, complements)


def listed_names(scene: Scene, first: int, head: int) -> int:
    """Return where a list of names begins whose last one opens a group's name: "Acme, Foodly and Parcelo couriers"."""
    start, links = first, LINKS | {","} if not LINKS.isdisjoint(scene.lower[first:head]) else LINKS
    while start >= 2 and start in scene.named and scene.named[start].cls in ORGANIZATIONS:
        mark = start - 1
        if scene.lower[mark] not in links:
            break
        mark -= scene.lower[mark] != "," and scene.lower[mark - 1] == ","
        before = scene.named.get(mark - 1)
        if before is None or before.cls not in ORGANIZATIONS:
            break
        start, links = scene.spans[mark - 1][0], LINKS | {","}
    return start


LINKS = frozenset({"and", "or", "&"})
"""What stands before the last name of a list."""


def _shared_start(head: Token) -> int:
    """Return where a group's name begins that lists several fields of work: "office and warehouse staff"."""
    fields, first = data.words("collectives", "fields"), head
    while first.dep_ == "conj" and first.head.i < first.i and first.head.lower_ in fields:
        first = first.head
    return first.left_edge.i if first != head else head.i


OUTSIDE = frozenset({"det", "predet", "relcl", "acl", "appos", "prep", "mark", "advcl"})
"""What hangs on a noun by one of these labels is no part of the words before it that name a group."""


def _belongs_left(scene: Scene, token: Token, head: Token) -> bool:
    if token.is_space or (
        token.pos_ in ("VERB", "AUX", "SCONJ", "PRON") and token.dep_ not in ("amod", "poss", "compound")
    ):
        return False
    if not head.is_ancestor(token):
        return False
    own = scene.named.get(token.i)
    while token != head:
        if token.dep_ in OUTSIDE and not (own is not None and scene.named.get(token.head.i) is own):
            return own is not None and token.dep_ == "appos"
        token = token.head
    return True


def _group_end(scene: Scene, first: int, head: Token, complements: list[Token]) -> int:
    """Return the last token of a group's name: with whom its people work for, without where, if whom is told."""
    last = head.i
    verbs = data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and is_affiliating(child) and child.i <= last + 2:
            if not (_leads_to_region(scene, child) and any(i in scene.named for i in range(first, last + 1))):
                last = _phrase_end(scene, child, last)
        elif child.lemma_ in verbs and _tells_work(child, last):
            for prep in (c for c in child.children if c.dep_ in ("prep", "agent")):
                last = _phrase_end(scene, prep, last)
        elif child.tag_ == "VBP" and child.lemma_ in data.words("collectives", "trades") and _tells_work(child, last):
            last = _work_end(scene, child, last)
    return last


LONGEST = 24
"""A full name has at most so many tokens behind the shorter one."""

WHERE = frozenset({"in", "at", "from", "across", "of", "near", "on", "for"})
"""Prepositions that lead to where people are or to whom they belong."""


WHEREABOUTS = ORGANIZATIONS | {"Place"}
"""Classes of where people are and of whom they belong to."""


def full_end(scene: Scene, last: int, complements: list[Token]) -> int:
    """Return the last token of a group's fullest name, with where its people are: "Acme cooks in Lyon and Metz"."""
    end, work = last, data.words("collectives", "trades") | data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and child.lower_ in WHERE and child.i <= end + 2:
            edge = max(t.i for t in child.subtree)
            if edge > end and (_tells_where(scene, max(child.i, end), edge) or _is_branch(child)):
                end = _unbroken(scene, max(child.i, end), min(edge, last + LONGEST))
        elif child.dep_ == "relcl" and child.lemma_ in work and child.left_edge.i == end + 1 and child.tag_ == "VBP":
            edge = min(max(t.i for t in child.subtree), last + LONGEST)
            if _tells_where(scene, child.i, edge):
                end = _unbroken(scene, child.i, edge)
    return end


def _is_branch(prep: Token) -> bool:
    """Return whether a preposition leads to the kind of business that people work in ("in the game industry")."""
    kinds = data.words("collectives", "branches")
    return any(site.lemma_ in kinds for site in children(prep, "pobj"))


def _tells_where(scene: Scene, start: int, edge: int) -> bool:
    """Return whether a place or an organization is named between two tokens."""
    return any(i in scene.named and scene.named[i].cls in WHEREABOUTS for i in range(start, edge + 1))


def _unbroken(scene: Scene, start: int, edge: int) -> int:
    """Return up to where, at most `edge`, words go on from `start` without an aside ("in Lyon, a city of depots")."""
    doc, end = scene.doc, start
    while end < edge and not (doc[end + 1].pos_ == "PUNCT" and not _lists_place(scene, end + 1)):
        if doc[end + 1].dep_ in ("relcl", "acl", "advcl") or doc[end + 1].is_space:
            break
        end += 1
    while end > start and doc[end].pos_ in ("CCONJ", "ADP", "DET", "PUNCT", "PRON", "ADV"):
        end -= 1
    return end


def _lists_place(scene: Scene, mark: int) -> bool:
    """Return whether a mark stands within a name or before a place ("in Lyon, France")."""
    if scene.doc[mark].text != "," or mark + 1 not in scene.spans:
        return scene.doc[mark].text in ("-", "'", "&", "/") or mark in scene.named
    return scene.named[mark + 1].cls == "Place" or mark in scene.named


def _work_end(scene: Scene, verb: Token, last: int) -> int:
    """Return the end of a clause that tells whose work people do ("who clean the halls of Acme"), `last` without.

    Of those who do something to one organization's things for another ("who sort Acme letters for Foodly") it does not.
    """
    things = children(verb, "dobj")
    owners = (c for thing in things for c in children(thing, "compound", "poss", "nmod") if c.i in scene.named)
    if any(owners) and any(t.i in scene.named for holder in (verb, *things) for t in prepositional(holder, "for")):
        return last
    end = max([last, *(scene.spans[thing.i][1] for thing in things if thing.i in scene.named)])
    for prep in (prep for holder in (verb, *things) for prep in children(holder, "prep")):
        end = _phrase_end(scene, prep, end)
    return end


def _tells_work(clause: Token, last: int) -> bool:
    """Return whether a clause follows the token `last` at once: "employed by X", "who drive for X"."""
    edge = clause.left_edge
    return edge.i == last + 1 and (clause.dep_ == "acl" or (clause.dep_ == "relcl" and edge.tag_ == "WP"))


def _leads_to_region(scene: Scene, prep: Token) -> bool:
    """Return whether a preposition leads to places alone: "in Lyon and Paris", "at two depots in Lyon"."""
    heads = children(prep, "pobj")
    if any(named_after(scene, head) is not None for head in heads):
        return False
    named = {scene.named[t.i].cls for head in heads for t in head.subtree if t.i in scene.named}
    return named == {"Place"}


def is_affiliating(prep: Token) -> bool:
    """Return whether a preposition leads to whom a group belongs to; "with the help of" leads to somebody else."""
    if prep.lower_ == "on":  # "sellers on the marketplace Acme", "women on the design team of Acme"
        return any(c.lemma_ in data.words("collectives", "platforms") for c in prep.children)
    if prep.lower_ not in data.words("collectives", "affiliating"):
        return False
    return prep.lower_ != "with" or not any(c.lemma_ in data.words("collectives", "help") for c in prep.children)


def named_after(scene: Scene, site: Token) -> int | None:
    """Return the last token of the name that follows a common noun: "staff at the delivery app Foodly"."""
    first = site.i + 1
    if site.pos_ != "NOUN" or site.i in scene.named or scene.spans.get(first, (-1, -1))[0] != first:
        return None
    last = scene.spans[first][1]
    name = scene.doc[last]
    clause = name.dep_ in ("nsubj", "nsubjpass") and name.head.head == site  # "the site Acme runs"
    return last if not clause and as_business(scene.named[last]).cls in ORGANIZATIONS else None


def _phrase_end(scene: Scene, prep: Token, last: int) -> int:
    """Return the end of "at Amazon's Staten Island warehouse"; what names nobody stays outside the name."""
    if prep.i + 1 in scene.spans and not children(prep, "pobj"):  # a name read as a clause: "for Just Eat"
        return max(last, scene.spans[prep.i + 1][1])
    for pobj in prep.children:
        if pobj.dep_ != "pobj":
            continue
        if pobj.ent_type_ in ("DATE", "TIME", "EVENT") or pobj.pos_ not in ("NOUN", "PROPN", "PRON"):
            continue
        if prep.lower_ in ("in", "across") and not (
            pobj.ent_type_ in ("GPE", "LOC", "FAC") or pobj.i in scene.named or _is_theirs(scene, pobj)
        ):
            continue
        beside = named_after(scene, pobj)
        if beside is None and not any(t.i in scene.named for t in pobj.subtree):
            continue
        end = max(
            [t.i for t in conjuncts(pobj) if not is_another(scene, pobj, t)] + ([beside] if beside is not None else [])
        )
        end = max(end, scene.spans[end][1] if end in scene.spans else end)
        for inner in pobj.children:
            if inner.dep_ == "prep" and inner.lower_ in ("of", "at", "in") and inner.i == end + 1:
                objs = [
                    c
                    for c in inner.children
                    if c.dep_ == "pobj" and (c.i in scene.named or c.ent_type_ in ("GPE", "LOC"))
                ]
                end = max([end, *(scene.spans.get(o.i, (0, o.i))[1] for o in objs)])
        last = max(last, _end_of_list(scene, end))
    return last


def _end_of_list(scene: Scene, end: int) -> int:
    """Return the end of a list of names that the parse breaks off at the token `end` ("Acme, Foodly, and Parcelo")."""
    if end not in scene.named or scene.named[end].cls not in ORGANIZATIONS:
        return end
    last, closed = end, False
    while last + 2 < len(scene.doc) and scene.lower[last + 1] in LINKS | {","}:
        at = last + 2 if scene.lower[last + 1] in LINKS or scene.lower[last + 2] not in LINKS else last + 3
        closed = scene.lower[at - 1] in LINKS
        if at not in scene.spans or scene.named[at].cls not in ORGANIZATIONS:
            return end
        last = scene.spans[at][1]
        if closed:
            break
    return last if closed and scene.doc[last].dep_ not in ("compound", "poss", "nmod") else end


def is_another(scene: Scene, site: Token, other: Token) -> bool:
    """Return whether a noun listed with a name is another group's: "workers at Acme and members of the union"."""
    named = site.i in scene.named or any(c.i in scene.named for c in site.children if c.dep_ in ("poss", "compound"))
    if not named or other == site or other.i in scene.named:
        return False
    body = other.lemma_ in data.words("collectives", "bodies") and (other.i + 1 in scene.spans or other.tag_ == "NNS")
    return body or (other.tag_ == "NNS" and is_group_head(other))


def _is_theirs(scene: Scene, site: Token) -> bool:
    """Return whether a site is an organization's own: "in Acme's offices", "across the Acme stores"."""
    owners = (scene.named.get(child.i) for child in children(site, "poss", "compound", "nmod"))
    return any(owner is not None and owner.cls in ORGANIZATIONS for owner in owners)
