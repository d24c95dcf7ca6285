"""Reads who a noun phrase stands for: a named actor, an unnamed group of people, or what a pronoun points back to."""

from __future__ import annotations

from functools import cache

from kg.extract import data
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import children, conjuncts, prepositional
from kg.extract.mentions import Scene
from kg.extract.nlp import Token


def group(scene: Scene, head: Token) -> Referent | None:
    """Return the unnamed group whose phrase `head` heads ("more than 450 Amazon employees" -> Amazon employees)."""
    if head.i in scene.groups:
        return scene.groups[head.i]
    scene.groups[head.i] = None
    inner = _unbundle(head)
    if inner != head and inner.i in scene.groups and scene.groups[inner.i] is not None:
        scene.groups[head.i] = scene.groups[inner.i]
        return scene.groups[inner.i]
    referent = _read_group(scene, inner, head)
    scene.groups[head.i] = scene.groups[inner.i] = referent
    return referent


def _unbundle(head: Token) -> Token:
    """Descend from a counting noun to what it counts ("hundreds of workers" -> workers)."""
    bundles = data.words("collectives", "bundles")
    for _ in range(4):
        if head.lemma_ not in bundles and head.pos_ != "NUM":
            return head
        inner = prepositional(head, "of", "among")
        if (
            not inner
            or (head.lemma_ == "member" and inner[0].lemma_ != "staff")
            or (head.lemma_ in BODIES and _is_named(inner[0]))
        ):
            return head
        head = inner[0]
    return head


BODIES = frozenset({"alliance", "network", "coalition"})
"""Nouns that only bundle people where `of` leads to people, not to the name of what they belong to."""


def _is_named(token: Token) -> bool:
    return token.pos_ == "PROPN" and token.text[:1].isupper()


def is_group_head(token: Token) -> bool:
    """Return whether `token` can head the name of a group of people."""
    if token.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return False
    lemma = head_lemma(token)
    return lemma in data.words("collectives", "heads") or (
        token.pos_ == "NOUN" and lemma.endswith(("worker", "driver", "employee"))
    )


def head_lemma(token: Token) -> str:
    """Return the singular of a noun, also where the tagger took a plural at the head of a sentence for a name."""
    lemma = token.lemma_
    return lemma.removesuffix("s") if token.pos_ == "PROPN" else lemma


def _read_group(scene: Scene, head: Token, bundle: Token) -> Referent | None:
    """Read the phrase under `head`; complements may hang on the `bundle` ("a small number of workers from Acme")."""
    if not is_group_head(head) or head.i in scene.named:
        return None
    if _is_one(head):
        return None
    return _collect(scene, head, bundle)


WHOLES = frozenset({"staff", "workforce", "crew", "faculty", "personnel", "community", "group", "team", "crowd"})
"""Nouns that stand for several people in the singular."""


def _is_one(head: Token) -> bool:
    return head.tag_ in ("NN", "NNP") and not head.lower_.endswith("s") and head.lemma_ not in WHOLES


def one_person(scene: Scene, head: Token) -> Referent | None:
    """Return somebody told without a name, as a group of one: "a former driver at Acme"."""
    told = any(child.dep_ == "det" and child.lower_ in ("a", "an", "one", "another") for child in head.children)
    if not told or not is_group_head(head) or head.i in scene.named:
        return None
    scene.groups[head.i] = _collect(scene, head, head)
    return scene.groups[head.i]


def _collect(scene: Scene, head: Token, bundle: Token) -> Referent:
    listed = _listed(scene, head, bundle)
    heads = [head, *listed]
    complements = [r for h in heads for r in h.rights]
    complements += [c for c in bundle.rights if bundle != head and c.i > head.i]
    first, last = _group_span(scene, head, heads[-1], complements)
    surface = scene.surface(first, last)
    ties = _ties(scene, head, complements, (first, last))
    for other in listed:
        scene.groups[other.i] = None
    return scene.discourse.collective(
        surface, scene.chars(first, last), head=head_lemma(head), affiliations=ties, plural=not _is_one(head)
    )


def _listed(scene: Scene, head: Token, bundle: Token) -> list[Token]:
    """Return the nouns that are one group with `head`: "engineers, cooks and drivers at Acme", "40 cooks and drivers".

    They share what they belong to, or the number that stands before them.
    """
    found, last = [], head
    for other in conjuncts(head)[1:]:
        between = other.left_edge.i - last.i
        if other.i < head.i or between > 3 or not is_group_head(other) or _has_own_name(scene, other):
            break
        found.append(other)
        last = other
    later = (child for noun in (head, *found) for child in noun.rights if last.i < child.i <= last.i + 2)
    counted = bundle != head or any(child.dep_ == "nummod" for child in head.children)
    return found if counted or any(_attaches(child) for child in later) else []


def _attaches(child: Token) -> bool:
    """Return whether a phrase after a group's noun tells what the group belongs to."""
    if child.dep_ == "prep":
        return _is_affiliating(child)
    return child.dep_ == "acl" and child.lemma_ in data.words("collectives", "affiliating_verbs")


def _is_affiliating(prep: Token) -> bool:
    """Return whether a preposition leads to whom a group belongs to; "with the help of" leads to somebody else."""
    if prep.lower_ not in data.words("collectives", "affiliating"):
        return False
    return prep.lower_ != "with" or not any(c.lemma_ in data.words("collectives", "help") for c in prep.children)


def _ties(scene: Scene, head: Token, complements: list[Token], span: tuple[int, int]) -> list[Referent]:
    """Return the organizations that a group belongs to: those in its name, in its complements, or pointed back to."""
    first, last = span
    inside = [i for i in range(first, last + 1) if i in scene.named]
    verbs = data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and _is_affiliating(child) and child.i <= last + 3:
            inside += [t.i for t in child.subtree if t.i in scene.named and t.i - child.i < 14]
            inside += [end for site in children(child, "pobj") if (end := _named_after(scene, site)) is not None]
            inside += [child.i + 1] if child.i + 1 in scene.spans else []
        elif child.dep_ in ("acl", "relcl") and child.lemma_ in verbs:
            inside += [t.i for t in child.subtree if t.i in scene.named and t.i - child.i < 10]
    inside = sorted(set(inside))
    if len(inside) > 1:
        inside = [i for i in inside if not _only_introduces(scene, i)]
    found = [r for i in inside if (r := as_business(scene.named[i])).cls in ORGANIZATIONS]
    if not found:
        bodies = prepositional(head, "of") if head.lemma_ == "member" else []
        for owner in [*children(head, "poss"), *bodies]:
            back = points_back(scene, owner)
            found += [back] if back is not None and back.cls in ORGANIZATIONS else []
    return list(dict.fromkeys(found))


def _only_introduces(scene: Scene, at: int) -> bool:
    """Return whether a name only tells what another is that follows it ("Acme's subsidiary Foodly")."""
    last = scene.spans[at][1]
    kinds, end = data.words("collectives", "dependents"), scene.doc[last].sent.end
    for noun in range(last + 1, min(last + 5, end - 1)):
        if scene.lower[noun] in kinds:
            after = scene.named.get(noun + 1)
            return after is not None and after is not scene.named[at] and after.cls in ORGANIZATIONS
        if noun in scene.named or scene.doc[noun].pos_ not in ("NOUN", "ADJ", "PART"):
            return False
    return False


def as_business(referent: Referent) -> Referent:
    """Return a referent that people work for or that supplies; an unlisted thing or surname is a company there."""
    if referent.cls == "Technology":
        business = referent.known is None or is_business(referent)
    else:
        business = referent.known is None and referent.cls == "Person" and _is_one_word(referent)
    if business:
        referent.cls = "Company"
    return referent


def as_company(referent: Referent) -> Referent:
    """Return a referent, a company now where it is a service that is spoken of as one ("Twitter CEO Dana Poe")."""
    if referent.cls == "Technology" and is_business(referent):
        referent.cls = "Company"
    return referent


def is_business(technology: Referent) -> bool:
    """Return whether a technology is one of the few services that are spoken of as companies."""
    name = technology.known.name if technology.known else technology.label
    return name in data.words("frames/contract", "services_as_companies")


def _is_one_word(referent: Referent) -> bool:
    return all(" " not in name for name in referent.names)


def _group_span(scene: Scene, head: Token, end: Token, complements: list[Token]) -> tuple[int, int]:
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
    return _listed_names(scene, first, head.i), _group_end(scene, first, end, complements)


def _listed_names(scene: Scene, first: int, head: int) -> int:
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
        if child.dep_ == "prep" and _is_affiliating(child) and child.i <= last + 2:
            if not (_leads_to_region(scene, child) and any(i in scene.named for i in range(first, last + 1))):
                last = _phrase_end(scene, child, last)
        elif child.lemma_ in verbs and _tells_work(child, last):
            for prep in (c for c in child.children if c.dep_ in ("prep", "agent")):
                last = _phrase_end(scene, prep, last)
    return last


def _tells_work(clause: Token, last: int) -> bool:
    """Return whether a clause follows the token `last` at once: "employed by X", "who drive for X"."""
    edge = clause.left_edge
    return edge.i == last + 1 and (clause.dep_ == "acl" or (clause.dep_ == "relcl" and edge.tag_ == "WP"))


def _leads_to_region(scene: Scene, prep: Token) -> bool:
    """Return whether a preposition leads to places alone: "in Lyon and Paris", "at two depots in Lyon"."""
    heads = children(prep, "pobj")
    if any(_named_after(scene, head) is not None for head in heads):
        return False
    named = {scene.named[t.i].cls for head in heads for t in head.subtree if t.i in scene.named}
    return named == {"Place"}


def _has_own_name(scene: Scene, head: Token) -> bool:
    return any(c.i in scene.named or c.dep_ in ("nummod", "det") for c in head.children)


def _named_after(scene: Scene, site: Token) -> int | None:
    """Return the last token of the name that follows a common noun: "staff at the delivery app Foodly"."""
    first = site.i + 1
    if site.pos_ != "NOUN" or site.i in scene.named or scene.spans.get(first, (-1, -1))[0] != first:
        return None
    last = scene.spans[first][1]
    name = scene.doc[last]
    clause = name.dep_ in ("nsubj", "nsubjpass") and name.head.head == site  # "the site Acme runs"
    return last if not clause and as_business(scene.named[last]).cls in ORGANIZATIONS else None


def before_name(scene: Scene, head: Token) -> Referent | None:
    """Return the group that a name taken for a subject only belongs to: "staff of the chip maker Acme walked out"."""
    first = scene.spans[head.i][0] if head.i in scene.spans else head.i
    before = scene.doc[first - 1] if first > head.sent.start else head
    if before.pos_ == "NOUN" and before.dep_ == "pobj":
        before = before.head
    if before.dep_ not in ("prep", "agent") or before.i >= first:
        return None
    holder = before.head
    if holder.pos_ == "VERB":
        holder = next(iter(children(holder, "nsubj")), holder.head)
    return group(scene, holder) if holder.i < first and is_group_head(holder) else None


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
        beside = _named_after(scene, pobj)
        if beside is None and not any(t.i in scene.named for t in pobj.subtree):
            continue
        end = max(
            [t.i for t in conjuncts(pobj) if not _is_another(scene, pobj, t)] + ([beside] if beside is not None else [])
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
        last = max(last, end)
    return last


def _is_another(scene: Scene, site: Token, other: Token) -> bool:
    """Return whether a noun listed with a name is another group's: "workers at Acme and members of the union"."""
    named = site.i in scene.named or any(c.i in scene.named for c in site.children if c.dep_ in ("poss", "compound"))
    return named and other != site and other.i not in scene.named and other.tag_ == "NNS" and is_group_head(other)


def _is_theirs(scene: Scene, site: Token) -> bool:
    """Return whether a site is an organization's own: "in Acme's offices", "across the Acme stores"."""
    owners = (scene.named.get(child.i) for child in children(site, "poss", "compound", "nmod"))
    return any(owner is not None and owner.cls in ORGANIZATIONS for owner in owners)


def actor_at(scene: Scene, head: Token) -> list[Referent]:
    """Return the actors that the noun phrase under `head` names: named ones, a group, or what a pronoun points to."""
    if (named := scene.named.get(head.i)) is not None:
        beside = [scene.named[c.i] for c in children(head, "appos") if c.i in scene.named]
        return [named, *(r for r in beside if r is not named and r.cls == named.cls == "Company")]
    if head.tag_ == "NN" and head.lemma_ in data.words("collectives", "bodies") and (own := _body(scene, head)):
        return [own]
    if found := group(scene, head):
        return [found, *_listed_beside(scene, head)]
    if head.tag_ == "NN" and (named_beside := _named_beside(scene, head)):
        return named_beside
    inner = _unbundle(head)
    if inner != head:
        return [r for t in conjuncts(inner) for r in actor_at(scene, t)]
    return []


def _listed_beside(scene: Scene, head: Token) -> list[Referent]:
    """Return the groups of a list that the parse hangs on its first as an apposition ("Acme cooks, B guards and C")."""
    found = []
    for child in head.children:
        if child.dep_ == "appos" and child.tag_ == "NNS" and child.i > head.i and any(children(child, "conj")):
            found += [group(scene, noun) for noun in conjuncts(child)]
        elif child.dep_ == "prep" and _is_affiliating(child):
            beside = (
                noun for site in children(child, "pobj") for noun in conjuncts(site) if _is_another(scene, site, noun)
            )
            found += [group(scene, noun) for noun in beside]
    return list(dict.fromkeys(r for r in found if r is not None))


def _body(scene: Scene, head: Token) -> Referent | None:
    """Return the named body that a noun stands for: "the advocacy group Clear Skies", "the group" said of it later."""
    first, _ = scene.spans.get(head.i + 1, (-1, -1))
    if first == head.i + 1 and scene.named[first].cls in ORGANIZATIONS - {"Company"}:
        return scene.named[first]
    start = head.left_edge.i
    if start - 2 in scene.named and scene.doc[start - 1].text == "," and scene.doc[start].pos_ == "DET":
        return named if (named := scene.named[start - 2]).cls in ("CivilSocietyGroup", "Union") else None
    if any(child.dep_ in ("prep", "relcl", "acl", "appos") for child in head.children):
        return None
    return points_back(scene, head)


def _named_beside(scene: Scene, head: Token) -> list[Referent]:
    """Return who an office is held by, where the name follows it ("to chief executive Dana Poe")."""
    found = [scene.named[child.i] for child in children(head, "appos") if child.i in scene.named]
    own = _definite().get(head.lemma_, "Person")
    return [referent for referent in found if referent.cls in ("Person", own)]


def points_back(scene: Scene, head: Token, kinds: frozenset[str] | None = None) -> Referent | None:
    """Return what a pronoun or a definite noun ("the company") points back to; None rather than a guess.

    `kinds` are the classes that the place in the sentence admits.
    """
    before = scene.chunk.offset + head.idx
    if head.pos_ in ("PRON", "DET") or head.tag_ in ("PRP", "PRP$"):
        return _by_pronoun(scene, head.lower_, before, kinds)
    if not _is_determined(head):
        return None
    cls = _definite().get(head.lemma_)
    if cls == "Company" and head.tag_ == "NN":
        return _company(scene, before)
    if cls is None:
        return None
    return scene.discourse.latest(frozenset({cls, "Organization"} if cls == "CivilSocietyGroup" else {cls}), before)


def all_pointed_to(scene: Scene, head: Token, kinds: frozenset[str] | None = None) -> list[Referent]:
    """Return all that a pronoun or a definite noun points back to: "both firms" are those whose people acted."""
    cls = _definite().get(head.lemma_) if head.tag_ == "NNS" else None
    if cls in ("Company", "University") and _is_determined(head):
        before, wanted = scene.chunk.offset + head.idx, EMPLOYERS if cls == "Company" else frozenset({cls})
        for at, acting in reversed(scene.discourse.acting[-20:]):
            ties = [t for t in acting.affiliations if t.cls in wanted]
            if at < before and len(ties) > 1:
                return ties
        if len(listed := _last_list(scene, head.i, wanted)) > 1:
            return listed
    back = points_back(scene, head, kinds)
    return [back] if back is not None else []


EMPLOYERS = frozenset({"Company", "NewsOutlet"})
"""Classes of what "the company" may be."""


def _last_list(scene: Scene, end: int, classes: frozenset[str]) -> list[Referent]:
    """Return the names of `classes` in their last list before the token `end`: "Acme and Foodly"."""
    last = next(
        (i for i in range(end - 1, max(end - 120, 0), -1) if i in scene.named and scene.named[i].cls in classes), 0
    )
    first = _listed_names(scene, scene.spans[last][0], last) if last else last
    found = (scene.named[i] for i in range(first, last + 1) if i in scene.named)
    return list(dict.fromkeys(r for r in found if r.cls in classes))


def _is_determined(noun: Token) -> bool:
    wanted = data.words("coreference", "determiners")
    return any(c.dep_ in ("det", "poss") and c.lower_ in wanted for c in noun.children)


@cache
def _definite() -> dict[str, str]:
    """Return the class of what each noun may point back to; of a noun listed twice the first."""
    table: dict[str, str] = {}
    for cls, nouns in data.load("coreference")["definite"].items():
        for noun in nouns:
            table.setdefault(noun, cls)
    return table


def _by_pronoun(scene: Scene, lower: str, before: int, kinds: frozenset[str] | None) -> Referent | None:
    pronouns = data.load("coreference")["pronouns"]
    if lower in pronouns["speaker"]:
        return _publisher(scene)
    if lower in pronouns["group"]:
        return _people(scene, before) or scene.discourse.latest(frozenset({"Union", "CivilSocietyGroup"}), before)
    if lower in pronouns["person"]:
        return scene.discourse.latest(frozenset({"Person"}), before)
    if lower in pronouns["organization"]:
        return scene.discourse.latest(ORGANIZATIONS & kinds if kinds else ORGANIZATIONS, before)
    return None


HEADING = 400
"""A group that speaks of itself as "we" is named within so many code points from the head of its text."""


def _publisher(scene: Scene) -> Referent | None:
    """Return the union or group whose newsletter it is: the first one named, at the head of the text."""
    named = (r for r in scene.discourse if r.cls in ("Union", "CivilSocietyGroup") and r.names)
    first = min(named, key=lambda r: r.first_span(), default=None)
    return first if first is not None and first.first_span()[0] < HEADING else None


def _people(scene: Scene, before: int) -> Referent | None:
    """Return the people that "they" stands for: who acted last before an offset, else who was told last."""
    for at, acting in reversed(scene.discourse.acting):
        if at < before and acting.head not in bodies():
            return acting
    found = (r for r in scene.discourse.mentioned(before) if r.cls == "Collective" and r.head not in bodies())
    return next(found, None)


@cache
def bodies() -> frozenset[str]:
    """Return the nouns of institutions, which no "they" stands for."""
    return data.words("collectives", "institutions") - data.words("collectives", "heads")


def _company(scene: Scene, before: int) -> Referent | None:
    """Return the company spoken of: the employer of those who acted last, unless the sentence names another."""
    latest = scene.discourse.latest(EMPLOYERS, before)
    for at, acting in reversed(scene.discourse.acting[-20:]):
        if at < before and (ties := [t for t in acting.affiliations if t.cls in EMPLOYERS]):
            return latest if latest in ties else ties[-1]
    return latest
