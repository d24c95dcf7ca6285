"""Spots names by the noun before them that says what they are, one or several ("the unions FNV Metaal and CNV")."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from kg.extract import data, kinds
from kg.extract.kinds import HINT, WORDS
from kg.extract.nlp import Doc
from kg.extract.spotting import Found, Words, is_title

_LONGEST = 7
"""At most so many tokens follow the first one of a name."""

_MOST = 8
"""At most so many names stand behind one noun."""

_SMALL = frozenset({"for", "of", "and", "the", "against", "without", "to"})
NUMBERED = frozenset({"local", "lodge", "chapter", "branch"})
"""Words of a name after which a number belongs to it ("Porters Local 17")."""

_TIMES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "ORDINAL"})
_OPENING = frozenset('"“‘«')
_CLOSING = frozenset('"”’»')
_JOINTS = frozenset({",", "and", "&"})


def rosters(doc: Doc, lower: Words, listed: Collection[tuple[int, int]]) -> Iterator[Found]:
    """Yield the names after nouns that introduce them; those that are `listed` (first and last token) are left out.

    After a noun in the singular stands one name, which is yielded where it has more than one word: a name that is known
    may be but a part of it ("the group Montana Tech Allies").
    """
    plurals = _plurals()
    for i in lower.where(_nouns()):
        if i < len(doc) - 1 and doc[i].text == lower[i]:
            found = _after_comma(doc, i) if doc[i + 1].text == "," else _behind(doc, i, plurals.get(lower[i], ""))
            yield from (name for name in found if not any(a <= name.first and name.last <= b for a, b in listed))


def chapters(doc: Doc, lower: Words, unions: Mapping[int, int]) -> Iterator[Found]:
    """Yield the numbered parts of unions: "Porters Local 17", "Lodge 4 of the Coopers".

    `unions` maps the last tokens of the listed names of unions to their first ones.
    """
    for i in [i for i in lower.where(NUMBERED) if i < len(doc) - 1]:
        number = i + 2 if lower[i + 1] == "union" else i + 1
        if doc[i].text == lower[i] or number >= len(doc) or not doc[number].text[:1].isdigit():
            continue
        if any(start <= i <= end for end, start in unions.items()):
            continue
        before = i - 2 if i > 1 and lower[i - 1] in (",", "-", "district") else i - 1
        first, last = unions[before] if before in unions else _first_capital(doc, i), number
        after = number + (3 if lower[number + 1 : number + 3] == ["of", "the"] else 2)
        if lower[number + 1 : number + 2] == ["of"]:
            last = next((end for end, start in unions.items() if start == after), last)
        yield Found(first, last, "Union", None, WORDS)


def _first_capital(doc: Doc, at: int) -> int:
    """Return where the run of proper nouns that ends at the token `at` begins."""
    while at > 0 and doc[at - 1].pos_ == "PROPN" and doc[at - 1].text[:1].isupper():
        at -= 1
    return at


def _behind(doc: Doc, at: int, singular: str) -> Iterator[Found]:
    """Yield the names right behind the noun `at`: of a plural, whose `singular` is given, all of them."""
    if doc[at + 1].text in _OPENING and not singular:
        yield from _quoted(doc, at)
        return
    if not _begins(doc, at + 1):
        return
    told, hint = kinds.beside(doc, at + 1, at + 1)
    hint = hint or kinds.by_noun(singular or doc[at].lower_)
    for first, last in _names(doc, at + 1, most=_MOST if singular else 1):
        if singular or last > first:
            yield _found(doc, first, last, told, hint)


def _quoted(doc: Doc, at: int) -> Iterator[Found]:
    """Yield the name in quotation marks right behind the noun `at` (the group "Trams Without Fares")."""
    first = last = at + 2
    if first >= len(doc) or not doc[first].text[:1].isupper():
        return
    while last + 1 < len(doc) and last - first < _LONGEST and doc[last + 1].text not in _CLOSING:
        last += 1
    hint = kinds.by_noun(doc[at].lower_)
    if last + 1 < len(doc) and doc[last + 1].text in _CLOSING and doc[last].text[:1].isupper() and hint:
        yield _found(doc, first, last, "", hint)


def _after_comma(doc: Doc, at: int) -> Iterator[Found]:
    """Yield the name that stands between commas, or before a stop, after a noun ("their union, Acme United, …")."""
    noun = doc[at].lower_
    told = "" if noun in data.words("types", "hinting") or noun == "agency" else kinds.by_noun(noun)
    if not told or at + 3 >= len(doc) or not _begins(doc, at + 2):
        return
    for first, last in _names(doc, at + 2, most=1):
        ends = last + 1 < len(doc) and doc[last + 1].text in (",", ".", ";", "(")
        if ends and not kinds.is_personal(doc, first, last, doc[first].ent_type_):
            yield _found(doc, first, last, told, "")


@cache
def _nouns() -> frozenset[str]:
    """Return the nouns that introduce a name, in the singular and the plural."""
    return kinds.introducing_nouns().union(_plurals())


@cache
def _plurals() -> dict[str, str]:
    """Return the plurals of the nouns that introduce a name, each with its singular."""
    return {_plural(noun): noun for noun in kinds.introducing() if not noun.endswith("s")}


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


def _found(doc: Doc, first: int, last: int, told: str, hint: str) -> Found:
    """Return the name with the class that the noun tells, else the one that its own words show or the noun hints at."""
    if told:
        return Found(first, last, told, None, WORDS)
    return Found(first, last, kinds.by_words([doc[i].lower_ for i in range(first, last + 1)]) or hint, None, HINT)


def _begins(doc: Doc, at: int) -> bool:
    """Return whether a name begins at a token: it has a capital, and tells no day and no title."""
    word = doc[at]
    if not word.text[:1].isupper() or word.is_sent_start or word.ent_type_ in _TIMES:
        return False
    return not is_title(doc, at) and word.pos_ in ("PROPN", "NOUN", "ADJ", "X", "VERB")


def _names(doc: Doc, first: int, *, most: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last token of each of at most `most` names in a row."""
    for _ in range(most):
        last = first
        while last + 1 < len(doc) and last - first < _LONGEST and _goes_on(doc, last, many=most > 1):
            last += 1
        if doc[last].lower_ not in data.words("types", "titles"):
            yield first, last
        after = last + 1
        while after < len(doc) - 1 and doc[after].lower_ in _JOINTS:
            after += 1
        if after == last + 1 or after >= len(doc) or not _begins(doc, after):
            return
        first = after


def _goes_on(doc: Doc, last: int, *, many: bool) -> bool:
    """Return whether a name goes on behind the token `last`."""
    after = doc[last + 1]
    if after.text.isdigit():
        return doc[last].lower_ in NUMBERED
    if after.text == "-" and doc[last + 2 : last + 3]:
        return doc[last + 2].text[:1].isupper() and after.idx == doc[last].idx + len(doc[last])
    if after.text[:1].isupper():
        return not after.is_sent_start and after.ent_type_ not in _TIMES and not is_title(doc, after.i)
    if after.lower_ not in _SMALL or last + 2 >= len(doc):
        return False
    if after.lower_ == "and" and (many or doc[last + 2].ent_iob_ != "I"):
        return False
    at = last + 3 if doc[last + 2].lower_ in ("the", "a", "an") else last + 2
    return at < len(doc) and doc[at].text[:1].isupper()
