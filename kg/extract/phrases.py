"""Cuts out the words of a phrase: short noun phrases for what an action is about, clauses for what it asks for."""

from __future__ import annotations

from kg.extract.candidates import Phrase
from kg.extract.grammar import INDEFINITE
from kg.extract.mentions import Scene
from kg.extract.nlp import Token

MAX_TOKENS = 45
_LOOSE = frozenset({"relcl", "advcl", "acl", "appos", "parataxis", "cc", "conj", "punct", "dep", "ccomp"})
_LEADING = frozenset(
    {
        "the",
        "a",
        "an",
        "its",
        "their",
        "his",
        "her",
        "our",
        "this",
        "that",
        "these",
        "those",
        "to",
        "for",
        "‘",
        "“",
        '"',
        "'",
        ",",
    }
)
_STOPS = frozenset({";", ":", "—", "–", "(", ")"})


def noun_phrase(
    scene: Scene,
    head: Token,
    *,
    full: bool = False,
    without: frozenset[str] = frozenset(),
    within: tuple[int, int] | None = None,
) -> Phrase | None:
    """Return the phrase under a noun: modifiers, complements ("plans to close", "lack of pay"), no coordination.

    A possessor is left out ("the company's plans" -> plans). With `full` other clauses and a bare coordinated noun stay
    in, as in the wording of a demand ("better pay and benefits"). Words of `without` are cut off its beginning, and
    nothing stands outside the tokens `within`, the first and the last.
    """
    first, last = extent(head, full=full)
    if within is not None:
        first, last = max(first, within[0]), min(last, within[1])
    while first < head.i and (scene.doc[first].tag_ == "POS" or scene.doc[first].lower_ in without):
        first += 1
    return cut(scene, first, last if full else _short(head, last))


def _short(head: Token, last: int) -> int:
    """Return where a short phrase ends: before a comma, circumstances, and what is joined to it with a preposition."""
    last = next((c.i - 1 for c in head.children if head.i + 1 < c.i <= last and _is_around(c)), last)
    for token in head.doc[head.i + 1 : last]:
        if token.text == "," or (token.lower_ in ("and", "or") and token.doc[token.i + 1].pos_ == "ADP"):
            return token.i - 1
    return last


_AROUND = frozenset({"in", "at", "from", "with", "to", "by", "through", "under"})
"""Prepositions that tell circumstances where something else stands between them and their noun."""


def _is_around(prep: Token) -> bool:
    return prep.dep_ == "prep" and prep.lower_ in _AROUND


def extent(head: Token, *, full: bool = False) -> tuple[int, int]:
    """Return the first and the last token of the phrase under a noun, as `noun_phrase` takes it."""
    found = [head]
    for token in found:
        for child in token.children:
            if child.is_space or (child.dep_ in _CONDITIONAL and not _belongs(child, token, head, full=full)):
                continue
            found.append(child)
    places = [token.i for token in found]
    return min(places), max(places)


_CONDITIONAL = _LOOSE | {"poss", "prep"}
"""Labels of what belongs to a phrase only under conditions."""

_LATER = frozenset(
    {"after", "before", "during", "since", "until", "despite", "as", "outside", "throughout", "following"}
)


def _belongs(child: Token, token: Token, head: Token, *, full: bool) -> bool:
    """Return whether a dependent that may be left out belongs to the phrase under a noun."""
    if token == head and child.dep_ == "poss":
        return False
    if child.dep_ == "prep" and (child.lower_ in _LATER if child.i > head.i else child.lower_ == "among"):
        return False
    if child.dep_ in ("acl", "relcl") and any(c.lower_ == "to" and c.dep_ == "aux" for c in child.children):
        return True
    if child.dep_ in ("acl", "relcl") and (full or (token == head and _is_plain(head))):
        return not _after_comma(child)
    if child.dep_ in ("conj", "cc") and token == head:
        return full and is_bare(child)
    return child.dep_ not in _LOOSE or _binds(child, head, full=full)


def _stands_alone(noun: Token) -> bool:
    """Return whether a coordinated noun has an article that the one before it lacks ("fines and a contract")."""
    if not any(c.lower_ in INDEFINITE for c in noun.children):
        return False
    return not any(c.dep_ in ("det", "poss", "nummod") for c in noun.head.children)


def _is_plain(noun: Token) -> bool:
    """Return whether a noun says little without the clause that defines it ("cameras that count steps")."""
    return not any(c.dep_ in ("amod", "compound", "prep", "poss") for c in noun.children)


def _after_comma(part: Token) -> bool:
    first = part.left_edge.i
    return first > 0 and part.doc[first - 1].text == ","


def is_bare(token: Token) -> bool:
    """Return whether a coordinated noun shares its first conjunct's modifiers ("better pay and benefits")."""
    if token.dep_ == "cc":
        return any(c.dep_ == "conj" and c.i > token.i and is_bare(c) for c in token.head.children)
    modified = any(c.dep_ in ("amod", "compound") for c in token.head.children)
    single = any(c.lower_ in ("a", "an") for c in token.head.children)
    return (
        token.dep_ == "conj"
        and modified
        and not single
        and not any(c.dep_ != "punct" for c in token.children)
        and token.i - token.head.i <= 3
    )


def _binds(child: Token, head: Token, *, full: bool) -> bool:
    """Return whether a loose dependent belongs: hyphens, a name's own conjunction, a bare participle."""
    if child.dep_ == "punct":
        return child.text in ("-", "&", "’", "'", "/")
    if child.dep_ in ("conj", "cc"):
        return child.head != head and (full or not _stands_alone(child))
    return (
        child.dep_ in ("acl", "ccomp")
        and child.head.pos_ != "VERB"
        and child.head != head
        and child.i - child.head.i <= 2
    )


def clause(scene: Scene, verb: Token, *, with_subject: bool = False) -> Phrase | None:
    """Return the words of a clause from its verb (or its subject) to its end, less coordinated clauses.

    Without `with_subject` the subject stays in only where the rest says nothing without it ("the board resigns").
    """
    parts = [part for part in (_sharing(verb), _prefixed(verb)) if part is not None]
    found = [verb, *parts]
    for token in found:
        for child in token.children:
            if child.is_space or (child.dep_ in _ADDED and _is_added(child)):
                continue
            if token is verb and not _completes(child, verb, with_subject=with_subject):
                continue
            found.append(child)
    places = [token.i for token in found]
    return cut(scene, min(places), max(places))


_CAUSES = frozenset({"because", "after", "as", "while", "following", "since", "although"})
_ADDED = frozenset({"relcl", "appos", "advcl", "xcomp", "acl"})
_COMPLEMENTS = frozenset({"dobj", "xcomp", "ccomp", "attr", "dative", "oprd"})


def _completes(child: Token, verb: Token, *, with_subject: bool) -> bool:
    """Return whether what depends on the verb of a clause belongs to its words."""
    if child.dep_ in ("cc", "conj", "punct", "parataxis"):
        return False
    if not with_subject and child.dep_ in ("mark", "aux"):
        return False
    if not with_subject and child.i < verb.i:
        if child.dep_ == "advmod":
            return not any(c.dep_ == "mark" and c.i > child.i for c in verb.children)  # "shortly after it closed"
        return child.dep_ == "neg" or _is_needed(child, verb)
    late = child.dep_ == "advcl" and child.i > verb.i + 3
    return not (late and any(c.lower_ in _CAUSES for c in child.children))


def _is_needed(subject: Token, verb: Token) -> bool:
    """Return whether a clause says nothing without its subject: a passive, or a verb by itself."""
    if subject.pos_ not in ("NOUN", "PROPN"):
        return False
    if subject.dep_ == "nsubjpass":
        return True
    alone = not any(c.dep_ in _COMPLEMENTS or (c.dep_ == "aux" and c.lower_ == "to") for c in verb.children)
    return subject.dep_ == "nsubj" and alone


def _is_added(part: Token) -> bool:
    """Return whether words only come after a comma: a relative clause, an apposition, one more thing to be done."""
    if part.i < part.head.i:
        return False
    if part.dep_ not in ("relcl", "appos") and part.left_edge.lower_ != "to":
        return False
    return _after_comma(part)


def _prefixed(verb: Token) -> Token | None:
    """Return the verb proper where the parser cuts off a prefix ("re-examine the deal": examine)."""
    doc, i = verb.doc, verb.i
    cut = i + 2 < len(doc) and doc[i + 1].text == "-" and not verb.whitespace_ and not doc[i + 1].whitespace_
    return doc[i + 2] if cut and doc[i + 2].pos_ == "VERB" else None


def _sharing(verb: Token) -> Token | None:
    """Return the verb coordinated right after `verb` whose object both share ("close and sanitize the facilities")."""
    if any(c.dep_ in ("dobj", "prep", "xcomp", "ccomp", "prt") for c in verb.children):
        return None
    return next((c for c in verb.children if c.dep_ == "conj" and 0 < c.i - verb.i <= 2 and c.pos_ == "VERB"), None)


def shares(verb: Token) -> bool:
    """Return whether `verb` is the second of two that share an object."""
    return verb.dep_ == "conj" and _sharing(verb.head) == verb


def cut(scene: Scene, first: int, last: int) -> Phrase | None:
    """Return the words of tokens first..last without articles and marks at their ends; None where nothing remains."""
    doc = scene.doc
    while first < last and (doc[first].lower_ in _LEADING or doc[first].is_space):
        first += 1
    for token in doc[first + 3 : last + 1]:
        if token.text in _STOPS and not (token.text in ("(", ")") and token.i < first + 6):
            last = token.i - 1
            break
    last = min(last, first + MAX_TOKENS)
    while last > first and _ends_nothing(doc[last]):
        last -= 1
    start, end = scene.chars(first, last)
    text = scene.text[start:end]
    return Phrase(text, (start, end)) if any(map(str.isalpha, text)) else None


def _ends_nothing(token: Token) -> bool:
    """Return whether no phrase ends with a word: a mark, a conjunction, the ending of a possessor."""
    return token.is_space or token.text in ",.;:'\"”’)…-" or token.dep_ in ("cc", "mark") or token.tag_ == "POS"
