"""Tells apart what stands in a series ("better pay, a fund for tools, and free masks"), however it was parsed."""

from __future__ import annotations

from itertools import pairwise

from kg.extract.grammar import INDEFINITE
from kg.extract.nlp import Token

LONGEST = 60
"""At most so many tokens a series has."""

_JOINTS = frozenset({"and", "or"})
_ENDS = frozenset({".", ";", ":", "—", "–", "(", ")", "?", "!"})
_LATER = frozenset({"after", "before", "during", "since", "until", "while", "because", "according", "when", "as", "if"})
_RELATIVE = frozenset({"that", "which", "who", "whose", "where", "whom", "what", "how", "why"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_OPENING = frozenset({"DET", "ADJ", "NOUN", "PROPN", "NUM", "SYM", "ADV"})
_NOUNS = frozenset({"NOUN", "PROPN"})

Member = tuple[int, int]
"""The tokens of one member of a series, the first and the last."""


def members(first: Token, carrier: Token, lead: str = "", *, orders: bool = False) -> list[Member]:
    """Return the members of the series of noun phrases, or of orders, that begins at `first`; none where none does.

    They are three or more, or two where `lead`, the preposition before it, is said again ("for masks and for gloves").
    What `carrier`, the verb or noun whose objects they are, governs besides ends the series.
    """
    marks, end = _marks(first, carrier, lead)
    if not marks or first.doc[marks[-1]].lower_ not in _JOINTS:
        return []
    if len(marks) == 1 and first.doc[marks[0]].beside(1) != lead:
        return []
    bounds = [first.i - 1, *marks, end]
    found = [_trimmed(first, before + 1, after - 1, lead) for before, after in pairwise(bounds)]
    fits = _is_order if orders else _is_phrase
    return found if all(fits(first, *member) for member in found) else []


def pair(noun: Token, last: int) -> list[Member]:
    """Return the two noun phrases that the phrase of `noun`, up to the token `last`, is made of; none where it is one.

    What the parser coordinates with a word inside the first phrase is a phrase of its own where it alone has an article
    ("a return to fixed pay and a fuel subsidy") or follows a number ("a fee of £5 and payment for waiting").
    """
    first = noun.left_edge.i
    for joint in noun.doc[noun.i + 1 : last]:
        if joint.lower_ not in _JOINTS or joint.dep_ != "cc":
            continue
        other = next((c for c in joint.head.children if c.dep_ == "conj" and c.i > joint.i), None)
        if other is not None and other.pos_ in _NOUNS and _is_apart(noun, joint, other):
            return [(first, joint.i - 1), (joint.i + 1, last)]
    return []


def _is_apart(noun: Token, joint: Token, other: Token) -> bool:
    base = joint.head
    if base is noun:
        return any(c.lower_ in INDEFINITE for c in noun.children) and noun.doc[other.i].beside(1) in ("for", "of", "in")
    if any(c.pos_ == "NUM" for c in other.children):
        return False
    told = base.pos_ == "NUM" or any(c.pos_ == "NUM" for c in base.children)
    return told or (joint.beside(1) in INDEFINITE and not any(c.dep_ in ("det", "poss") for c in base.children))


def _marks(first: Token, carrier: Token, lead: str) -> tuple[list[int], int]:
    """Return where the members of a series are parted, by its commas and its "and", and where the series ends."""
    doc, marks, relative = first.doc, list[int](), False
    for token in doc[first.i + 1 : first.i + LONGEST]:
        relative = token.text != "," and (relative or token.lower_ in _RELATIVE)
        if token.is_sent_start or token.text in _ENDS or token.is_space:
            return marks, token.i
        if _ends_it(marks, first) and (_is_beside(token, carrier, lead) or (token.lower_ in _LATER and not relative)):
            return marks, token.i
        if token.text == ",":
            if _ends_it(marks, first):
                return marks, token.i
            marks.append(token.i)
        elif token.lower_ in _JOINTS:
            if marks and marks[-1] == token.i - 1:
                marks[-1] = token.i
            elif (marks or (lead and token.beside(1) == lead)) and not _ends_it(marks, first):
                marks.append(token.i)
    return marks, min(first.i + LONGEST, len(doc))


def _ends_it(marks: list[int], first: Token) -> bool:
    """Return whether the last member of the series has begun."""
    return bool(marks) and first.doc[marks[-1]].lower_ in _JOINTS


def _is_beside(token: Token, carrier: Token, lead: str) -> bool:
    """Return whether words tell more of the verb, not of what stands in the series ("in a letter to the dean")."""
    return token.dep_ == "prep" and token.head is carrier and token.lower_ != lead


def _trimmed(first: Token, start: int, end: int, lead: str) -> Member:
    """Leave out of a member the preposition that leads all of them, and commas around it."""
    doc = first.doc
    while start < end and (doc[start].text == "," or (lead and doc[start].lower_ == lead)):
        start += 1
    while end > start and doc[end].text in (",", '"', "”"):
        end -= 1
    return start, end


def _is_phrase(first: Token, start: int, end: int) -> bool:
    """Return whether tokens are a noun phrase: they open like one, hold a noun, and tell nothing but in a clause."""
    if start > end:
        return False
    words = first.doc[start : end + 1]
    opening = words[0]
    if opening.lower_ in _RELATIVE and opening.tag_ != "DT":
        return False
    if opening.pos_ not in _OPENING and opening.tag_ not in ("PRP$", "VBN", "VBG", "VBD"):
        return False
    if not any(word.pos_ in _NOUNS for word in words):
        return False
    relative = False
    for word in words[1:]:
        relative = relative or word.lower_ in _RELATIVE
        if word.tag_ in _FINITE and not relative:
            return False
    return True


def _is_order(first: Token, start: int, end: int) -> bool:
    """Return whether tokens tell what is to be done ("share its terms")."""
    return start <= end and first.doc[start].tag_ in ("VB", "VBP")


def head(first: Token, start: int, end: int) -> Token:
    """Return the head noun of a member: the noun in it that nothing else in it governs."""
    nouns = [word for word in first.doc[start : end + 1] if word.pos_ in _NOUNS]
    return next((noun for noun in nouns if not start <= noun.head.i <= end), nouns[0])
