"""Finds the numbers in a text that could count people, with what qualifies them, as honest ranges.

The words and ranges are data: `schema/counts.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.extract import money, numbers
from kg.extract.data import load
from kg.model import Count

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?(?![0-9]|,[0-9]{3})"
_DAYS = rf"{_DAY}(?:\s?(?:-|–|—|to|and|through|&)\s?{_DAY}\b(?!\s[a-z]))?"
_DATE = (
    rf"\b{_MONTH}\s{_DAYS}(?:,?\s(?:19|20)[0-9]{{2}}\b)?|\b{_MONTH},?\s(?:of\s)?(?:19|20)[0-9]{{2}}\b"
    rf"|\b{_DAYS}\s(?:of\s)?{_MONTH}(?![\w])(?:,?\s(?:19|20)[0-9]{{2}}\b)?"
)
_JOIN = r"\s?[-–—]\s?|-to-|\s(?:to|or|and)\s"
_WORDLIKE_MONTH = re.compile(r"\b(?:may|march|mar)\b")
_VOTE = re.compile(r"\b(?:vote[sd]?|voting|margin|tally|ballots?)\b[\w\s,]{0,24}\Z")


@dataclass(frozen=True, slots=True)
class CountMatch:
    """A count at `text[start:end]`; `year_like` says that the figure, bare and four-digit, may be a year instead."""

    start: int
    end: int
    count: Count
    year_like: bool = False


@cache
def _core(dates: bool) -> re.Pattern[str]:
    number = numbers.number_pattern()
    date = rf"(?P<date>{_DATE})|" if dates else ""
    small = numbers.either(load("counts")["units"])
    odds = rf"(?<![\w.,-])(?:{small}|[0-9])\s(?:in|out\sof)\s(?:every\s)?(?:{small}|ten|[0-9]|10)\b(?!,[0-9])"
    return re.compile(
        rf"{date}(?P<odds>{odds})|(?P<vague>(?<![\w-]){numbers.vague_pattern()})"
        rf"|(?P<low>(?<![\w.,:/#$£€¥₹&'–-]){number})(?:(?P<join>{_JOIN})(?P<high>{number}))?"
    )


@cache
def _not_people() -> re.Pattern[str]:
    data = load("counts")
    suffixes, measures = numbers.either(data["people"]), numbers.either(data["measures"])
    return re.compile(
        rf"\s?(?:%|°)|\s?per\s?cent|(?:\sof)?[\s-]{{1,2}}(?:more\s|full\s|long\s)?{measures}s?\b|[-–](?!{suffixes}s?\b)[a-z0-9]"
        rf"|[a-z_]|[:/][0-9]|\s?(?:a\.m|p\.m|am\b|pm\b|o'clock)|'s\b"
    )


@cache
def _label() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<![\w]){numbers.either(load('counts')['labels'])}|#)\s{{0,2}}\Z")


def find(text: str, amounts: Sequence[money.MoneyMatch] | None = None) -> list[CountMatch]:
    """Return every number of `text` that could count people, in order; offsets are code points of `text`.

    `amounts` are those of money in the text, where they are known.

    Amounts of money, percentages, dates, times, ages, ordinals, labels ("Article 22", "F-35"), measures ("two
    weeks"), votes ("43 to 28", see `tallies`) and odds ("one in five") are left out, and so is a lone "one".
    """
    folded = numbers.fold(text)
    spans = [(found.start, found.end) for found in (money.find(text) if amounts is None else amounts)]
    return [match for match in _scan(text, folded) if not _overlaps(match, spans)]


def tallies(text: str) -> list[CountMatch]:
    """Return the votes in `text` ("unionize, 43 to 28"), each with the sum of both sides as an exact count."""
    folded = numbers.fold(text)
    if not numbers.gate().search(folded):
        return []
    return [
        CountMatch(
            m.start("low"), m.end("high"), Count(text[m.start("low") : m.end("high")], "exact", None, total, total)
        )
        for m in _core(True).finditer(folded)
        if m.group("high") and _is_tally(folded, m) and (total := int(sum(_ends(m)))) > 0
    ]


def _overlaps(match: CountMatch, spans: list[tuple[int, int]]) -> bool:
    while spans and spans[0][1] <= match.start:
        del spans[0]
    return bool(spans) and spans[0][0] < match.end


def _scan(text: str, folded: str) -> Iterator[CountMatch]:
    position = 0
    while found := numbers.search(_core(True), numbers.gate(), folded, position):
        position = found.end()
        if found.lastgroup == "date":
            if _is_date(text, folded, found):
                continue
            found = _core(False).search(folded, found.start())
            if not found:
                return
            position = found.end()
        if found.lastgroup == "odds":
            continue
        if found.lastgroup == "vague":
            match = _vague(text, folded, found)
        elif found.group("high") and _is_tally(folded, found):
            continue
        elif found.group("high") and _is_range(folded, found):
            match = _range(text, folded, found)
        else:
            position = found.end("low")
            match = _single(text, folded, found.start("low"), found.end("low"))
        if match:
            position = max(position, match.end)
            yield match


def _is_date(text: str, folded: str, found: re.Match[str]) -> bool:
    word = _WORDLIKE_MONTH.search(folded, found.start(), found.end())
    return not word or text[word.start()].isupper()


def _ends(found: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Return both ends of a range; "two or three hundred" lends its magnitude to the first."""
    (low, low_scale), (high, scale) = numbers.parse(found.group("low")), numbers.parse(found.group("high"))
    return (numbers.whole(low * scale) if low_scale == 1 and scale > 1 and low < high / scale else low), high


def _is_tally(folded: str, found: re.Match[str]) -> bool:
    """Tell a vote or a ratio ("43 to 28", "166-91") from a range: it falls, or a word of voting stands before it."""
    joint = found.group("join").strip()
    if joint in ("or", "and") or _not_people().match(folded, found.end("high")):
        return False
    low, high = _ends(found)
    if joint == "to" or joint.startswith("-"):
        voted = _VOTE.search(folded, max(0, found.start() - 40), found.start())
        return low >= high or bool(voted)
    return low >= high


def _is_range(folded: str, found: re.Match[str]) -> bool:
    low, high = _ends(found)
    before = folded[max(0, found.start() - 9) : found.start()].split()[-1:]
    if found.group("join").strip() == "and":
        return low < high and before == ["between"]
    if found.group("join").strip() == "to":
        return low < high and before != ["from"]
    return low < high


def _range(text: str, folded: str, found: re.Match[str]) -> CountMatch | None:
    start, end = found.start("low"), found.end("high")
    low, high = _ends(found)
    if _excluded(text, folded, start, end) or low != int(low) or high != int(high):
        return None
    years = bool(_YEAR.fullmatch(found.group("low")))
    if found.group("join").strip() == "and":
        start = folded.rindex("between", 0, start)
    return CountMatch(start, end, Count(text[start:end], "range", None, int(low), int(high)), years)


def _vague(text: str, folded: str, found: re.Match[str]) -> CountMatch | None:
    start, end = found.span("vague")
    low, high = numbers.vague(found.group("vague"))
    if folded.endswith(" of", start, end):
        end -= len(" of")
    if _excluded(text, folded, start, end):
        return None
    start, end, qualifier = numbers.qualify(folded, start, end)
    if qualifier in ("exact", "about", "nearly"):
        return CountMatch(start, end, Count(text[start:end], "vague", None, low, high))
    return _match(text, (start, end), qualifier, None, (Decimal(low), Decimal(high)))


def _single(text: str, folded: str, start: int, end: int) -> CountMatch | None:
    piece = folded[start:end]
    if (
        piece == "one"
        or (len(piece) > 1 and piece.isdecimal() and piece[0] == "0")
        or _excluded(text, folded, start, end)
    ):
        return None
    value, _ = numbers.parse(piece)
    if value != int(value):
        return None
    first, last, qualifier = numbers.qualify(folded, start, end)
    if first == start and _label().search(folded, max(0, start - 16), start):
        return None
    year = qualifier == "exact" and bool(_YEAR.fullmatch(piece))
    return _match(text, (first, last), qualifier, int(value), (value, value), year_like=year)


def _excluded(text: str, folded: str, start: int, end: int) -> bool:
    if _not_people().match(folded, end):
        signed = folded.startswith(" times", end) and "signed" in folded[max(0, start - 24) : start]
        return not signed  # "signed more than 5,000 times": that is by so many
    if folded[max(0, start - 1) : start] == "(" and end - start <= 2 and folded.startswith(")", end):
        return True  # "(1) shorter hours, (2) ...": a list.
    # "Jane Doe, 34, a nurse": an age between commas after a name.
    return (
        folded[start:end].isdecimal()
        and end - start == 2
        and folded.startswith(",", end)
        and bool(re.search(r"\b[A-Z][\w'’.-]{1,30}, \Z", text[max(0, start - 34) : start]))
    )


def _match(
    text: str,
    span: tuple[int, int],
    qualifier: str,
    value: int | None,
    ends: tuple[Decimal, Decimal],
    *,
    year_like: bool = False,
) -> CountMatch:
    low, high = numbers.bounds(qualifier, *ends)
    minimum, maximum = (None if low is None else int(low)), (None if high is None else int(high))
    return CountMatch(*span, Count(text[slice(*span)], qualifier, value, minimum, maximum), year_like)
