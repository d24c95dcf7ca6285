"""Says in words what the graph says in terms: dates, numbers of people, sums, and properties read either way."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.facts import Index

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:Z|[+-]\d\d:\d\d)?")
_WORDS = {
    "org:hasMembership": "positions", "schema:startDate": "date", "cag:when": "time", "org:memberOf": "member of",
    "rdf:type": "is a", "rdfs:label": "is called", "skos:altLabel": "is also called", "owl:sameAs": "is the same as",
    "cag:memberAffiliation": "belongs to", "org:subOrganizationOf": "part of", "cag:contractValue": "value",
}  # fmt: skip
_BACKWARDS = {
    "org:hasMembership": "positions", "cag:concerns": "what is about it", "cag:demands": "demanded in",
    "cag:inResponseTo": "answered by", "cag:memberAffiliation": "groups that belong to it",
    "cag:supplies": "supplied by", "cag:supports": "supported by", "cag:opposes": "opposed by",
    "cag:covers": "covered by", "cag:place": "what took place", "cag:speaker": "what was said",
    "org:subOrganizationOf": "its parts", "org:memberOf": "members", "owl:sameAs": "is the same as",
}  # fmt: skip


def words(predicate: str) -> str:
    """Return a property in words: `cag:inResponseTo` -> `in response to`."""
    if predicate in _WORDS:
        return _WORDS[predicate]
    local = predicate.partition(":")[2].rpartition("/")[2] or predicate
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in local).strip()


def backwards(predicate: str) -> str:
    """Return a property in words as its object sees it: `cag:target` -> `target of`."""
    return _BACKWARDS.get(predicate) or f"{words(predicate)} of"


def day(text: str) -> str:
    """Return an ISO day, month or year in words, anything else as it is: `2018-06` -> `June 2018`."""
    found = _DAY.fullmatch(text)
    if not found or not 1 <= int(found[2] or 1) <= 12:
        return text
    year, month, number = found.groups()
    parts = (str(int(number)) if number else "", month_name[int(month)] if month else "", str(int(year)))
    return " ".join(part for part in parts if part)


def days(first: str, last: str) -> str:
    """Return the days from `first` to `last` (ISO): a whole month or year by its name, others from and to."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return f"{first} to {last}"
    if start == end:
        return day(first)
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        begin, stop = day(first[:7]), day(last[:7])
        return stop if begin == stop else f"{_shortened(begin, stop)} to {stop}"
    if first[:7] == last[:7]:
        return f"{start.day} to {day(last)}"
    return f"{_shortened(day(first), day(last))} to {day(last)}"


def _shortened(begin: str, stop: str) -> str:
    """Leave out a year that comes again."""
    return begin.rpartition(" ")[0] if begin.rpartition(" ")[2] == stop.rpartition(" ")[2] else begin


def amount(known: Index, node: str) -> str:
    """Return a number, sum or time in the source's own words, followed by what they mean where they leave that open."""
    raw = known.first(node, "cag:rawText")
    first, last = known.first(node, "cag:earliest"), known.first(node, "cag:latest")
    if first and last:
        meaning = days(first, last)
        return raw if raw.casefold() == meaning.casefold() else f"{raw} ({meaning})"
    low, high = (known.first(node, f"schema:{kind}Value") for kind in ("min", "max"))
    meaning = _between(low, high) if low != high else number(low)
    printed = any(letter.isdigit() for letter in raw)
    if not meaning or (printed and not (low and high and low != high)):
        return raw
    currency = known.first(node, "schema:currency")
    return f"{raw} ({meaning}{f' {currency}' if currency else ''})"


def _between(low: str, high: str) -> str:
    if low and high:
        return f"{number(low)} to {number(high)}"
    return f"{number(low)} or more" if low else f"at most {number(high)}" if high else ""


def number(text: str) -> str:
    """Return a number with its thousands set apart: `10000000` -> `10,000,000`."""
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.isascii() and whole.isdigit() else text


_KIND = {
    "Petition": "Petition or open letter", "Protest": "Protest", "UnionAction": "Union action",
    "LegalAction": "Legal action", "CollectiveAction": "Collective action", "PublicStatement": "Public statement",
    "GovernmentBody": "Government body", "CivilSocietyGroup": "Civil-society group", "NewsOutlet": "News outlet",
    "Collective": "Group of people",
}  # fmt: skip
"""Classes whose names need more words than their own."""


def kind(cls: str) -> str:
    """Return a class in words: `UnionAction` -> `Union action`."""
    return _KIND.get(cls, cls)
