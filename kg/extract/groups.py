"""Reads who a noun phrase stands for: a named actor, an unnamed group of people, or what a pronoun points back to."""

from __future__ import annotations

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
        if head.lemma_.lower() not in bundles and head.pos_ != "NUM":
            return head
        inner = prepositional(head, "of", "among")
        if not inner or (
            inner[0].pos_ == "PROPN"
            and inner[0].text[:1].isupper()
            and head.lemma_ in ("member", "alliance", "network", "coalition")
        ):
            return head
        head = inner[0]
    return head


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
    lemma = token.lemma_.lower()
    return lemma.removesuffix("s") if token.pos_ == "PROPN" else lemma


def _read_group(scene: Scene, head: Token, bundle: Token) -> Referent | None:
    """Read the phrase under `head`; complements may hang on the `bundle` ("a small number of workers from Acme")."""
    if not is_group_head(head) or head.i in scene.named:
        return None
    if (
        head.tag_ in ("NN", "NNP")
        and not head.lower_.endswith("s")
        and head.lemma_
        not in (
            "staff",
            "workforce",
            "crew",
            "faculty",
            "personnel",
            "community",
            "group",
            "team",
            "crowd",
        )
    ):
        return None
    listed = _listed(scene, head)
    heads = [head, *listed]
    complements = [r for h in heads for r in h.rights]
    complements += [c for c in bundle.rights if bundle != head and c.i > head.i]
    first, last = _group_span(scene, head, heads[-1], complements)
    surface = scene.surface(first, last)
    ties = _ties(scene, head, complements, (first, last))
    for other in listed:
        scene.groups[other.i] = None
    return scene.discourse.collective(
        surface, scene.chars(first, last), head=head_lemma(head), affiliations=ties, plural=True
    )


def _listed(scene: Scene, head: Token) -> list[Token]:
    """Return the nouns that share with `head` what they belong to: "engineers, cooks and drivers at Acme" are one."""
    found, last = [], head
    for other in conjuncts(head)[1:]:
        between = other.left_edge.i - last.i
        if other.i < head.i or between > 3 or not is_group_head(other) or _has_own_name(scene, other):
            break
        found.append(other)
        last = other
    return found if any(_attaches(child) for child in last.rights) else []


def _attaches(child: Token) -> bool:
    """Return whether a phrase after a group's noun tells what the group belongs to."""
    if child.dep_ == "prep":
        return child.lower_ in data.words("collectives", "affiliating")
    return child.dep_ == "acl" and child.lemma_ in data.words("collectives", "affiliating_verbs")


def _ties(scene: Scene, head: Token, complements: list[Token], span: tuple[int, int]) -> list[Referent]:
    """Return the organizations that a group belongs to: those in its name, in its complements, or pointed back to."""
    first, last = span
    inside = [i for i in range(first, last + 1) if i in scene.named]
    affiliating, verbs = data.words("collectives", "affiliating"), data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and child.lower_ in affiliating and child.i <= last + 3:
            inside += [t.i for t in child.subtree if t.i in scene.named and t.i - child.i < 14]
        elif child.dep_ in ("acl", "relcl") and child.lemma_ in verbs:
            inside += [t.i for t in child.subtree if t.i in scene.named and t.i - child.i < 10]
    found = [scene.named[i] for i in sorted(set(inside)) if scene.named[i].cls in ORGANIZATIONS]
    if not found:
        for owner in children(head, "poss"):
            back = points_back(scene, owner)
            found += [back] if back is not None and back.cls in ORGANIZATIONS else []
    return list(dict.fromkeys(found))


def _group_span(scene: Scene, head: Token, end: Token, complements: list[Token]) -> tuple[int, int]:
    """Return the token range of a group's name: its modifiers without number and article, and what it belongs to.

    `end` is the last of the nouns that name it together.
    """
    doc = scene.doc
    first = head.i
    while first > head.sent.start and _belongs_left(scene, doc[first - 1], head):
        first -= 1
    trim = data.words("collectives", "trim")
    while first < head.i and (
        doc[first].lower_ in trim or doc[first].like_num or doc[first].pos_ == "PUNCT" or doc[first].tag_ == "POS"
    ):
        first += 1
    return first, _group_end(scene, end, complements)


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


def _group_end(scene: Scene, head: Token, complements: list[Token]) -> int:
    last = head.i
    affiliating = data.words("collectives", "affiliating")
    verbs = data.words("collectives", "affiliating_verbs")
    for child in complements:
        if child.dep_ == "prep" and child.lower_ in affiliating and child.i <= last + 2:
            last = _phrase_end(scene, child, last)
        elif child.dep_ == "acl" and child.lemma_ in verbs and child.i == last + 1:
            for prep in (c for c in child.children if c.dep_ in ("prep", "agent")):
                last = _phrase_end(scene, prep, last)
    return last


def _has_own_name(scene: Scene, head: Token) -> bool:
    return any(c.i in scene.named or c.dep_ in ("nummod", "det") for c in head.children)


def _phrase_end(scene: Scene, prep: Token, last: int) -> int:
    """Return the end of "at Amazon's Staten Island warehouse"; what names nobody stays outside the name."""
    for pobj in prep.children:
        if pobj.dep_ != "pobj":
            continue
        if pobj.ent_type_ in ("DATE", "TIME", "EVENT") or pobj.pos_ not in ("NOUN", "PROPN", "PRON"):
            continue
        if prep.lower_ in ("in", "across") and not (pobj.ent_type_ in ("GPE", "LOC", "FAC") or pobj.i in scene.named):
            continue
        if not any(t.i in scene.named for t in pobj.subtree):
            continue
        end = max(t.i for t in conjuncts(pobj))
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


def actor_at(scene: Scene, head: Token) -> list[Referent]:
    """Return the actors that the noun phrase under `head` names: named ones, a group, or what a pronoun points to."""
    if (named := scene.named.get(head.i)) is not None:
        beside = [scene.named[c.i] for c in children(head, "appos") if c.i in scene.named]
        return [named, *(r for r in beside if r is not named and r.cls == named.cls == "Company")]
    if found := group(scene, head):
        return [found]
    if head.tag_ == "NN" and (named_beside := _named_beside(scene, head)):
        return named_beside
    inner = _unbundle(head)
    if inner != head:
        return [r for t in conjuncts(inner) for r in actor_at(scene, t)]
    return []


def _named_beside(scene: Scene, head: Token) -> list[Referent]:
    """Return who an office is held by, where the name follows it ("to chief executive Dana Poe")."""
    found = [scene.named[child.i] for child in children(head, "appos") if child.i in scene.named]
    return [referent for referent in found if referent.cls == "Person"]


def points_back(scene: Scene, head: Token, kinds: frozenset[str] | None = None) -> Referent | None:
    """Return what a pronoun or a definite noun ("the company") points back to; None rather than a guess.

    `kinds` are the classes that the place in the sentence admits.
    """
    lower, before = head.lower_, scene.chunk.offset + head.idx
    pronouns = data.load("coreference")["pronouns"]
    if head.pos_ in ("PRON", "DET") or head.tag_ in ("PRP", "PRP$"):
        if lower in pronouns["group"]:
            return scene.discourse.latest(frozenset({"Collective"}), before) or scene.discourse.latest(
                frozenset({"Union", "CivilSocietyGroup"}), before
            )
        if lower in pronouns["person"]:
            return scene.discourse.latest(frozenset({"Person"}), before)
        if lower in pronouns["organization"]:
            return scene.discourse.latest(ORGANIZATIONS & kinds if kinds else ORGANIZATIONS, before)
        return None
    determined = any(
        c.dep_ in ("det", "poss") and c.lower_ in data.words("coreference", "determiners") for c in head.children
    )
    if determined:
        for cls, nouns in data.load("coreference")["definite"].items():
            if head.lemma_.lower() in nouns:
                wider = {cls, "Organization"} if cls == "CivilSocietyGroup" else {cls}
                return scene.discourse.latest(frozenset(wider), before)
    return None
