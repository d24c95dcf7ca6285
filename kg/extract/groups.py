"""Reads who a noun phrase stands for: a named actor, an unnamed group of people, or what a pronoun points back to."""

from __future__ import annotations

from kg.extract import data
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.extents import full_end, group_span, is_affiliating, is_another, named_after
from kg.extract.grammar import children, conjuncts, first_conjunct, prepositional
from kg.extract.heads import as_business, as_company, bodies, head_lemma, is_business, is_group_head, is_one
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.pointing import all_pointed_to, definite, people_meant, points_back

__all__ = [
    "actor_at",
    "all_pointed_to",
    "as_business",
    "as_company",
    "before_name",
    "bodies",
    "group",
    "is_business",
    "is_group_head",
    "one_person",
    "points_back",
]


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


def _read_group(scene: Scene, head: Token, bundle: Token) -> Referent | None:
    """Read the phrase under `head`; complements may hang on the `bundle` ("a small number of workers from Acme")."""
    if not is_group_head(head) or head.i in scene.named:
        return None
    if is_one(head):
        return None
    return _collect(scene, head, bundle)


def one_person(scene: Scene, head: Token) -> Referent | None:
    """Return somebody told without a name, as a group of one: "a former driver at Acme"."""
    told = any(child.dep_ == "det" and child.lower_ in ("a", "an", "one", "another") for child in head.children)
    if not told or not is_group_head(head) or head.i in scene.named:
        return None
    scene.groups[head.i] = _collect(scene, head, head)
    return scene.groups[head.i]


def _collect(scene: Scene, head: Token, bundle: Token) -> Referent:
    others = _beside(head)
    listed = _listed(scene, head, bundle, others) if others else []
    heads = [head, *listed]
    complements = _complements(head, heads, bundle, others)
    first, last = group_span(scene, head, heads[-1], complements)
    surface = scene.surface(first, last)
    ties = _ties(scene, head, complements, (first, last))
    for other in listed:
        scene.groups[other.i] = None
    found = scene.discourse.collective(
        surface, scene.chars(first, last), head=head_lemma(head), affiliations=ties, plural=not is_one(head)
    )
    clause = next((c.left_edge.i for c in complements if c.dep_ == "relcl" and heads[-1].i < c.left_edge.i <= last), 0)
    if clause:  # "women who lead teams at Acme" are called "women" for short
        found.names.setdefault(scene.surface(first, clause - 1), [scene.chars(first, clause - 1)])
    full = full_end(scene, last, complements)
    if full > last:
        found.names.setdefault(scene.surface(first, full), [scene.chars(first, full)])
    return found


def _complements(head: Token, heads: list[Token], bundle: Token, others: list[Token]) -> list[Token]:
    """Return what follows the nouns of a group, `heads`, and tells whose people they are.

    What stands after a noun that is told apart belongs to that noun, wherever the parse hangs it.
    """
    found = [r for h in heads for r in h.rights]
    if len(others) >= len(heads):
        apart = next(other.left_edge.i for other in others if other not in heads)
        found = [r for r in found if r.i < apart]
    found += [c for c in bundle.rights if bundle != head and c.i > head.i]
    if head.dep_ == "conj" and not found:
        first = first_conjunct(head)
        found = [r for r in first.rights if r.i == heads[-1].i + 1 and r.dep_ == "prep"]
    return found


def _listed(scene: Scene, head: Token, bundle: Token, others: list[Token]) -> list[Token]:
    """Return those of `others` that are one group with `head`: "engineers and cooks at Acme", "40 cooks and drivers".

    They share what they belong to, or the number that stands before them.
    """
    found, last = [], head
    named = any(_is_no_place(scene, child) for child in head.children if child.i < head.i)
    for other in others:
        between = other.left_edge.i - last.i
        if other.i < head.i or between > 3 or not is_group_head(other) or _has_own_name(scene, other):
            break
        if named and _is_tied(scene, [*other.rights, *(c for c in head.rights if c.i == other.i + 1)]):
            break  # "Acme riders and members of the union"
        found.append(other)
        last = other
    later = (child for noun in (head, *found) for child in noun.rights if last.i < child.i <= last.i + 2)
    counted = bundle != head or any(child.dep_ == "nummod" for child in head.children)
    return found if counted or any(_attaches(child) for child in later) else []


def _beside(head: Token) -> list[Token]:
    """Return the nouns listed after a group's, those too that the parse takes for an apposition to the first."""
    listed = conjuncts(head)[1:]
    if listed:
        return listed
    for child in head.rights:
        if child.dep_ == "appos" and child.tag_ == "NNS" and any(children(child, "conj")):
            return conjuncts(child) if child.left_edge.lower_ != "among" else []
    return listed


def _is_tied(scene: Scene, complements: list[Token]) -> bool:
    """Return whether a noun of a list has its own complement that names what its people belong to."""
    preps = (c for c in complements if c.dep_ == "prep" and is_affiliating(c))
    return any(_is_no_place(scene, t) for prep in preps for site in children(prep, "pobj") for t in site.subtree)


def _is_no_place(scene: Scene, token: Token) -> bool:
    return token.i in scene.named and scene.named[token.i].cls not in ("Place", "Person")


def _attaches(child: Token) -> bool:
    """Return whether a phrase after a group's noun tells what the group belongs to."""
    if child.dep_ == "prep":
        return is_affiliating(child)
    return child.dep_ == "acl" and child.lemma_ in data.words("collectives", "affiliating_verbs")


def _ties(scene: Scene, head: Token, complements: list[Token], span: tuple[int, int]) -> list[Referent]:
    """Return the organizations that a group belongs to: those in its name, in its complements, or pointed back to."""
    first, last = span
    inside = [i for i in range(first, last + 1) if i in scene.named]
    verbs = data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and is_affiliating(child) and child.i <= last + 3:
            inside += [i for i in _names_under(scene, child) if i - child.i < 14]
            inside += [end for site in children(child, "pobj") if (end := named_after(scene, site)) is not None]
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


def _names_under(scene: Scene, prep: Token) -> list[int]:
    """Return the tokens of names under a preposition, less what is told of a name ("at Acme, which serves Foodly")."""
    found, queue = [], [prep]
    while queue:
        token = queue.pop()
        if token.i in scene.named:
            found.append(token.i)
        queue += [c for c in token.children if c.dep_ not in TELLING or not _tells(scene, token, c)]
    return found


TELLING = frozenset({"relcl", "appos"})
"""Labels of what is told of a name that stands before."""


def _tells(scene: Scene, host: Token, child: Token) -> bool:
    """Return whether a clause or an apposition tells something of a name, or of a site whose name is told before it."""
    if child.dep_ == "appos":
        return host.i in scene.named and child.i not in scene.named
    comma = child.left_edge.i - 1
    return scene.lower[comma] == "," and any(_is_no_place(scene, scene.doc[i]) for i in range(host.i, comma))


def _only_introduces(scene: Scene, at: int) -> bool:
    """Return whether a name only tells what another is that follows it ("Acme's subsidiary Foodly")."""
    last = scene.spans[at][1]
    kinds, end = data.words("collectives", "dependents"), scene.doc[last].sent.end
    for noun in range(last + 1, min(last + 5, end - 1)):
        if scene.lower[noun] in kinds:
            after = scene.named.get(noun + 1)
            return after is not None and after is not scene.named[at] and after.cls in ORGANIZATIONS
        token = scene.doc[noun]
        if noun in scene.named or (token.pos_ not in ("NOUN", "ADJ", "PART") and token.text != "-"):
            return False  # "Acme's spin-off Foodly"
    return False


def _has_own_name(scene: Scene, head: Token) -> bool:
    return any(c.i in scene.named or c.dep_ in ("nummod", "det") for c in head.children)


def before_name(scene: Scene, head: Token) -> Referent | None:
    """Return the group that a name taken for a subject only belongs to: "staff of the chip maker Acme walked out"."""
    first = scene.spans[head.i][0] if head.i in scene.spans else head.i
    before = scene.doc[first - 1] if first > head.sent.start else head
    if head.i in scene.named and before.text == "," and first - 2 in scene.named:  # "cooks in Lyon, France walked out"
        return _holder(scene, scene.doc[first - 2], first) if scene.named[head.i].cls == "Place" else None
    if before.pos_ == "VERB" and before.lower_ == "startup":  # taken for a verb in "cooks at the startup Foodly"
        return next((group(scene, c) for c in children(before, "nsubj") if is_group_head(c)), None)
    if before.pos_ == "NOUN" and before.dep_ == "pobj":
        before = before.head
    if before.dep_ not in ("prep", "agent") or before.i >= first:
        return None
    holder = before.head
    if holder.pos_ == "VERB":
        holder = next((c for c in children(holder, "nsubj") if c.tag_ != "WP"), holder.head)
    if holder.i >= first or not is_group_head(holder):
        return None
    return group(scene, holder) or group(scene, first_conjunct(holder))


def _holder(scene: Scene, place: Token, first: int) -> Referent | None:
    """Return the group in whose name a place stands that lies in the one taken for the subject."""
    for _ in range(4):
        if place.i >= first or place.dep_ not in ("pobj", "compound", "nmod", "prep"):
            return None
        place = place.head
        if is_group_head(place):
            return group(scene, place) if place.i < first else None
    return None


def actor_at(scene: Scene, head: Token) -> list[Referent]:
    """Return the actors that the noun phrase under `head` names: named ones, a group, or what a pronoun points to."""
    if (named := scene.named.get(head.i)) is not None:
        people = before_name(scene, head) if named.cls == "Place" and head.dep_ in ("nsubj", "nsubjpass") else None
        return [people] if people is not None else [named, *_beside_name(scene, head, named)]
    if head.lemma_ in data.words("collectives", "bodies") and (bodies_named := _bodies(scene, head)):
        return bodies_named
    if found := group(scene, head):
        return [found, *_listed_beside(scene, head)]
    if head.tag_ == "NN" and (named_beside := _named_beside(scene, head)):
        return named_beside
    inner = _unbundle(head)
    if inner != head:
        return [r for t in conjuncts(inner) for r in actor_at(scene, t)]
    return []


def _beside_name(scene: Scene, head: Token, named: Referent) -> list[Referent]:
    """Return who else is told with a name: in apposition to it, or listed with a word within it.

    So "the Boston branch of Unite" with "Ohio" in "the Alliance of Ohio and the Boston branch of Unite".
    """
    beside = [scene.named[c.i] for c in children(head, "appos") if c.i in scene.named]
    found = [r for r in beside if r is not named and r.cls == named.cls == "Company"]
    for i in range(head.i + 1, scene.spans[head.i][1] + 1):
        for other in children(scene.doc[i], "conj"):
            if other.i > scene.spans[head.i][1] and other.pos_ in ("NOUN", "PROPN"):
                found += [r for noun in conjuncts(other) for r in actor_at(scene, noun)]
    return found


def _listed_beside(scene: Scene, head: Token) -> list[Referent]:
    """Return the groups of a list that the parse hangs on its first as an apposition ("Acme cooks, B guards and C")."""
    found = []
    for child in head.children:
        if child.dep_ == "appos" and child.tag_ == "NNS" and child.i > head.i and any(children(child, "conj")):
            found += [group(scene, noun) for noun in conjuncts(child)]
        elif child.dep_ == "prep" and is_affiliating(child):
            sites = [t for site in children(child, "pobj") for t in (site, *children(site, "appos"))]
            beside = (noun for site in sites for noun in conjuncts(site) if is_another(scene, site, noun))
            found += [r for noun in beside for r in actor_at(scene, noun)]
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


def _bodies(scene: Scene, head: Token) -> list[Referent]:
    """Return the named bodies that a noun stands for; those of a plural follow it: "the unions Acme and Foodly"."""
    if head.tag_ != "NNS":
        own = _body(scene, head) if head.tag_ == "NN" else None
        if own is None and head.lemma_ == "group" and head.tag_ == "NN":
            own = people_meant(scene, head)
        return [own] if own is not None else []
    at, found = head.i + 1, []
    while scene.spans.get(at, (-1, -1))[0] == at:
        referent, last = scene.named[at], scene.spans[at][1]
        if referent.known is None and referent.cls in ("Person", "Company", "Technology", "Organization"):
            referent.cls = "Union" if head.lemma_ in ("union", "guild") else "CivilSocietyGroup"
        found.append(referent)
        at = last = _end_of_name(scene, last + 1, head.sent.end)
        while at < head.sent.end and scene.lower[at] in LISTING:
            at += 1
        if at == last:
            break
    return [r for r in found if r.cls in ORGANIZATIONS] if len(found) > 1 or any(children(head, "appos")) else []


def _end_of_name(scene: Scene, at: int, end: int) -> int:
    """Return where a name ends of which only the first words are known ("Unite [Harbour]")."""
    while at < end and at not in scene.spans and scene.doc[at].pos_ == "PROPN":
        at += 1
    return at


LISTING = frozenset({",", "and", "or", "&", "as", "well", "the"})
"""What stands between the names of a list."""


def _named_beside(scene: Scene, head: Token) -> list[Referent]:
    """Return who an office is held by, where the name follows it ("to chief executive Dana Poe")."""
    found = [scene.named[child.i] for child in children(head, "appos") if child.i in scene.named]
    own = definite().get(head.lemma_, "Person")
    return [referent for referent in found if referent.cls in ("Person", own)]
