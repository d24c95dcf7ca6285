"""Reads who else is told of a group that acts: "40 groups, including X and Y", "300 people, among them cooks"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract import data, grammar
from kg.extract.candidates import Candidate, EventMention
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.events import ACTING
from kg.extract.groups import group
from kg.extract.heads import is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.triggers import sentence_bounds

OPENINGS = frozenset({"including", "among", "of"})
"""Words that may begin what is told of a part of a group; the latter two before "them" or "whom"."""

THEM = frozenset({"them", "whom"})

SHARES = frozenset({"most", "many", "some"})
"""Words before "of them" that begin what is told of a part."""

NEAR = 3
"""So many tokens lie at most between a group and "including"."""

LONG = 45
"""So many tokens on the list of a group's members is read at most."""


def attach(scene: Scene, sentence: Span, mentions: Sequence[EventMention], told: Sequence[EventMention]) -> None:
    """Let those told as part of a group that acts in the sentence act as well."""
    words = scene.lower[sentence.start : sentence.end]
    if "with" in words:
        for mention in mentions:
            _beside(scene, mention)
    if not OTHERS.isdisjoint(words):
        _with_others(scene, sentence, mentions)
    if OPENINGS.isdisjoint(words) or ("including" not in words and THEM.isdisjoint(words)):
        return
    evidence = scene.chars(*sentence_bounds(sentence))
    actions = [*mentions, *(m for m in told[-1:] if not mentions and m.frame.cls != "Contract")]
    for at in range(sentence.start + 1, sentence.end - 1):
        begin = _begin(scene, at)
        if begin is None:
            continue
        for mention in actions:
            if (role := _role(scene, mention, at, begin, evidence)) is not None:
                for member in _members(scene, begin, sentence.end):
                    if _may_act(role, member, mention):
                        mention.add(Candidate(role, member, evidence, f"{role}.including", 0.65))


def _beside(scene: Scene, mention: EventMention) -> None:
    """Let the people act with whom others do: "cooks marched with guards", "walked out together with the guards"."""
    if mention.frame.cls != "Protest" or not mention.fillers("participant"):
        return
    for i in mention.tokens:
        verb = scene.doc[i]
        if verb.pos_ != "VERB" or verb.lemma_ not in data.words("counts", "joining"):
            continue
        for head in grammar.prepositional(verb, "with"):
            people = group(scene, head) if is_group_head(head) and head.tag_ == "NNS" else None
            if people is not None and people not in mention.fillers(*ACTING, "target", "addressee"):
                mention.add(Candidate("participant", people, mention.sentence, "participant.beside", 0.6))


OTHERS = frozenset({"other", "others"})
"""Words for those who act beside somebody named before: "X and 40 other groups"."""


def _with_others(scene: Scene, sentence: Span, mentions: Sequence[EventMention]) -> None:
    """Let the groups sign that are named before others who do ("Acme Watch and 30 other organizations wrote")."""
    petitions = [m for m in mentions if m.frame.cls == "Petition"]
    if not petitions:
        return
    kinds = data.words("collectives", "bodies") | data.words("collectives", "associations")
    for i in range(sentence.start, sentence.end):
        if scene.lower[i] not in OTHERS:
            continue
        word = scene.doc[i]
        head = word if word.lower_ == "others" else word.head
        if head.dep_ != "conj" or not (head is word or (head.tag_ == "NNS" and head.lemma_ in kinds)):
            continue
        listed = [t for t in grammar.conjuncts(grammar.first_conjunct(head)) if t.i < head.i]
        named = [scene.named[t.i] for t in listed if t.i in scene.named]
        for mention in petitions:
            _sign_too(mention, named)


def _sign_too(mention: EventMention, named: Sequence[Referent]) -> None:
    """Take those `named` who lead a petition by themselves, beside others, for signers of it."""
    for candidate in list(mention.candidates):
        if candidate.role == "organizer" and candidate.filler in named and candidate.path in WROTE:
            candidate.drop("signs beside others")
            filler = candidate.filler
            mention.add(Candidate("signatory", filler, candidate.evidence, "signatory.beside-others", 0.75))


WROTE = frozenset({"organizer.subject", "organizer.by", "organizer.from"})
"""Rules that take a named group that writes a letter for who leads it."""


def is_part(head: Token) -> bool:
    """Return whether a number of people is that of a part told of a group ("300 people, among them 20 cooks")."""
    doc, before = head.doc, head.left_edge.i - 1
    if before < 1:
        return False
    return doc[before].lower_ == "including" or (doc[before].lower_ in THEM and doc[before - 1].lower_ in OPENINGS)


def _begin(scene: Scene, at: int) -> int | None:
    """Return where the list begins that is opened at the token `at`, None where nothing is opened."""
    word = scene.lower[at]
    if word == "including":
        return at + 1
    if word not in OPENINGS or scene.lower[at + 1] not in THEM:
        return None
    shared = at > 1 and scene.lower[at - 2] == "," and scene.lower[at - 1] in SHARES
    return at + 2 if word == "among" or shared else None


def _role(scene: Scene, mention: EventMention, at: int, begin: int, evidence: tuple[int, int]) -> str | None:
    """Return the role of the group told before an opening, None where it does not act or stands too far off.

    A protest's people are told already where they are no mere "people" ("75,000 nurses, including midwives").
    """
    found = _nearest(mention, evidence[0], scene.chars(at, at)[0])
    if found is None or begin == at + 2:
        return found[0] if found else None
    role, whole, end = found
    if role == "participant" and whole.head not in data.words("collectives", "anybody"):
        return None
    between = sum(scene.chars(i, i)[0] >= end for i in range(max(0, at - 2 * NEAR), at))
    return role if between <= NEAR else None


def _nearest(mention: EventMention, start: int, end: int) -> tuple[str, Referent, int] | None:
    """Return the last group told to act between two offsets, with its role and where it ends."""
    found: list[tuple[int, str, Referent]] = []
    for candidate in mention.candidates:
        filler = candidate.filler
        if candidate.role in ACTING and isinstance(filler, Referent) and filler.cls == "Collective":
            ends = (last for spans in filler.names.values() for first, last in spans if start <= first and last <= end)
            if (last := max(ends, default=-1)) >= 0:
                found.append((last, candidate.role, filler))
    last, role, whole = max(found, key=lambda f: f[0], default=(-1, "", None))
    return (role, whole, last) if whole is not None else None


def _members(scene: Scene, at: int, end: int) -> Iterator[Referent]:
    """Yield the names and groups of the list that begins at the token `at`."""
    last = min(end, at + LONG)
    while at < last:
        token = scene.doc[at]
        if token.pos_ in ("VERB", "AUX", "ADP", "SCONJ") or token.text in (")", ";", ":", ".", "-", "–", "—"):
            return
        if (named := _named(scene, at)) is not None:
            at = scene.spans[at][1] + 1
            if at < len(scene.lower) and scene.doc[at].tag_ != "POS":
                yield named
            continue
        told = group(scene, token) if token.tag_ == "NNS" and is_group_head(token) else None
        at += 1
        if told is not None:
            yield told
            here = scene.chars(token.i, token.i)
            stop = max((e for spans in told.names.values() for s, e in spans if s <= here[0] < e), default=here[1])
            while at < last and scene.chars(at, at)[0] < stop:
                at += 1


def _named(scene: Scene, at: int) -> Referent | None:
    return scene.named.get(at) if scene.spans.get(at, (-1, -1))[0] == at else None


def _may_act(role: str, member: Referent, mention: EventMention) -> bool:
    """Return whether somebody named or a group may act so: those named sign, lead or sue, but hardly march."""
    if member.cls == "Collective":
        return True
    named = member.cls in ORGANIZATIONS | {"Person"}
    return named and (role != "participant" or mention.frame.cls == "LegalAction")


def among_them(scene: Scene, sentence: Span, told: Sequence[EventMention]) -> None:
    """Let those who "were among them" have acted in what was told last."""
    verb = sentence.root
    if verb.lemma_ != "be" or not told or told[-1].frame.cls == "Contract":
        return
    if not any(noun.lower_ in THEM for noun in grammar.prepositional(verb, "among")):
        return
    mention, evidence = told[-1], scene.chars(*sentence_bounds(sentence))
    roles = [c.role for c in mention.candidates if c.role in ACTING]
    role = roles[0] if roles else mention.frame.actor
    for head in grammar.own_subjects(verb, grammar.SUBJECTS):
        member = scene.named.get(head.i) or (group(scene, head) if is_group_head(head) else None)
        if member is not None and _may_act(role, member, mention):
            mention.add(Candidate(role, member, evidence, f"{role}.including", 0.65))
