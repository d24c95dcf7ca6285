"""Reads the pieces that the grammar of `timewords` matches into what they mean, each kind by its own reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from kg.extract import intervals, numbers
from kg.extract.data import load
from kg.extract.intervals import Between, Calendar, Expression, Relative, Stretch, Told, Weekday
from kg.extract.timewords import UNIT, calendar_names, crowd, part_names


@dataclass(frozen=True, slots=True)
class Atom:
    """One expression before prepositions and ranges are read; `certain` is False for a bare month, season or year."""

    start: int
    end: int
    expression: Expression
    certain: bool = True


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile(r",?\s(?:of\s|in\s)?(?:(?P<year>(?:19|20)[0-9]{2})|(?P<shift>last|this|next)\syear)\Z")


@cache
def _prefix() -> re.Pattern[str]:
    parts = numbers.either(part_names())
    return re.compile(rf"(?:(?P<part>{parts})[\s-]?)?(?:(?:this\s)?(?P<which>last|this|next|past|coming)\s)?")


_SHIFTS = {"last": -1, "this": 0, "next": 1}
_WHICH = {"past": "last", "coming": "next"}


def _unit_of(piece: str) -> tuple[Calendar, str]:
    """Return year, part and "last"/"next" of a folded calendar expression, and what remains between them."""
    behind, before = _suffix().search(piece), _prefix().match(piece)
    rest = piece[: behind.start()] if behind else piece
    unit = Calendar()
    if behind:
        year, shift = behind.group("year"), behind.group("shift")
        unit = replace(unit, year=int(year) if year else None, shift=_SHIFTS[shift] if shift else None)
    if before and before.end():
        part, which = before.group("part") or "", before.group("which") or ""
        unit = replace(unit, part=part_names().get(" ".join(part.split()), ""), which=_WHICH.get(which, which))
        rest = rest[before.end() :]
    return unit, rest


def _date(text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read a month with or without days: "Friday, early March 6-8, 2020", "the 3rd to 5th of May"."""
    unit, rest = _unit_of(folded[slice(*span)])
    names = [
        word for word in re.finditer(r"[a-z]+\.?", folded[slice(*span)]) if word.group() in calendar_names("months")
    ]
    if not names or not text[span[0] + names[-1].start()].isupper():
        return None
    days = [int(number) for number in re.findall(r"[0-9]+", rest)]
    weekdays = [
        calendar_names("weekdays")[word]
        for word in re.findall(r"[a-z]+\.?", rest)
        if word in calendar_names("weekdays")
    ]
    unit = replace(unit, month=calendar_names("months")[names[-1].group()], weekday=weekdays[0] if weekdays else None)
    if days:
        unit = replace(unit, day=days[0], last_day=days[1] if len(days) > 1 else None)
    certain = bool(days or unit.year or unit.shift is not None or unit.part or unit.which)
    return Atom(*span, unit, certain)


def _season(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    unit, rest = _unit_of(folded[slice(*span)])
    certain = bool(unit.year or unit.shift is not None or unit.which)
    return Atom(*span, replace(unit, season=rest.strip()), certain)


def _holiday(text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    unit, rest = _unit_of(folded[slice(*span)])
    name = " ".join(rest.removesuffix("weekend").split())
    offset = folded.index(rest, *span)
    return None if text[offset].islower() else Atom(*span, replace(unit, holiday=name))


def _year(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    piece = folded[slice(*span)]
    before = _prefix().match(piece)
    part = part_names().get(" ".join((before.group("part") or "").split()), "") if before else ""
    return Atom(*span, Calendar(year=int(piece[-4:]), part=part), bool(part))


def _years(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    first, last = (int(number) for number in re.findall(r"[0-9]+", folded[slice(*span)]))
    if last < 100:
        # "2001-07" is a month rather than a stretch of years.
        last = first // 100 * 100 + last if last > 12 else 0
    if last <= first or crowd().match(folded, span[1]):
        return None
    return Atom(*span, Between(Calendar(year=first), Calendar(year=last)))


def _iso(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    year, month, day = (int(number) for number in re.findall(r"[0-9]+", folded[slice(*span)]))
    return _numeric(span, Calendar(year=year, month=month, day=day))


def _slashed(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read 11/23/2021 in the American order, unless only the other one is possible; dots mean day first."""
    piece = folded[slice(*span)]
    first, second, year = (int(number) for number in re.findall(r"[0-9]+", piece))
    day_first = "." in piece or first > 12
    month, day = (second, first) if day_first else (first, second)
    ambiguous = "/" in piece and first <= 12 and second <= 12 and first != second
    year += 2000 if year < 100 else 0
    return _numeric(span, Calendar(year=year, month=month, day=day, ambiguous=ambiguous))


def _numeric(span: tuple[int, int], unit: Calendar) -> Atom | None:
    return Atom(*span, unit) if intervals.resolve(unit, None, future=False) else None


def _weekday(text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    piece = folded[slice(*span)]
    words = re.findall(r"[a-z]+\.?", piece)
    name = next(word for word in words if word in calendar_names("weekdays"))
    before = re.match(r"(?:(?:early|late)\s)?(?:(?:this\s)?(last|this|next|past|coming)\s)?", piece)
    which = (before.group(1) if before else "") or ""
    week = re.search(r"(last|this|next)\sweek\Z", piece)
    if name.endswith(".") and not text[span[0] + piece.index(name)].isupper():
        return None
    if re.search(r"\b(?:every|each|most|usual)\s\Z", folded[max(0, span[0] - 8) : span[0]]):
        return None
    expression = Weekday(
        calendar_names("weekdays")[name], _WHICH.get(which, which), _SHIFTS[week.group(1)] if week else None
    )
    return Atom(*span, expression, not name.endswith(".") or bool(which))


def _day(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    piece = folded[slice(*span)]
    offset = -1 if piece.startswith(("yesterday", "last")) else 1 if piece.startswith("tomorrow") else 0
    return Atom(*span, Relative("day", offset))


def _relative_unit(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    words = folded[slice(*span)].split()
    part = part_names().get(" ".join(words[:-2]), "") or part_names().get(" ".join(words[:-2]).removesuffix(" the"), "")
    return Atom(*span, Relative(words[-1], _SHIFTS.get(words[-2], 0), part))


@cache
def _quantity() -> re.Pattern[str]:
    vague = numbers.either(load("times")["vague"])
    return re.compile(
        rf"(?<!\w)(?:(?P<vague>{vague})|(?P<number>[0-9]{{1,3}}|{numbers.words_pattern()})|an?)\s(?={UNIT})"
    )


def _amount(piece: str) -> tuple[str, int, bool]:
    """Return unit, number and whether the number is only vague, of a folded phrase such as "the past few days"."""
    unit = re.findall(UNIT, piece)[-1]
    found = _quantity().search(piece)
    if not found:
        return unit, 1, False
    if found.group("vague"):
        return unit, load("times")["vague"][" ".join(found.group("vague").split())], True
    return unit, int(numbers.parse(found.group("number"))[0]) if found.group("number") else 1, False


def _ago(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    piece = folded[slice(*span)]
    unit, number, vague = _amount(piece)
    sign = 1 if piece.endswith("now") else -1
    return Atom(*span, Relative(unit, None if vague else sign * number))


def _stretch(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    piece = folded[slice(*span)]
    unit, number, _ = _amount(piece)
    return Atom(*span, Stretch(unit, number, ahead=piece.startswith("within") and "the" not in piece.split()))


def _duration(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read "for two days"; hours and nights count as days, and "for a day" tells no date."""
    piece = re.sub("night", "day", folded[slice(*span)])
    hours = "hour" in piece
    unit, number, _ = _amount(piece.replace("hour", "day"))
    number = number // 24 if hours else number
    if number < 2 and unit == "day":
        return Atom(*span, Stretch(unit, 0)) if hours and number else None
    return Atom(*span, Stretch(unit, number, length=True))


def _nth(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read "for the third day": it began so many days less one before."""
    at = _ordinal(folded[slice(*span)].split())
    return Atom(*span, Stretch("day", at)) if at is not None else None


def _ordinal(words: list[str]) -> int | None:
    """Return the place of the first ordinal of `words`, from 0, or None for "latest"."""
    ordinals = load("times")["ordinals"]
    at = next(ordinals.index(word) for word in words if word in ordinals)
    return at % 10 if ordinals[at] != "latest" else None


def _weeks_of(text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read "the second week of March" as its days 8 to 14, "the weekend of July 16" as two days."""
    words = folded[slice(*span)].split()
    atom = _date(text, folded, (span[0] + folded[slice(*span)].index(" of ") + 4, span[1]))
    if atom is None or not isinstance(unit := atom.expression, Calendar):
        return None
    nth = None if "weekend" in words else _ordinal(words)
    if (nth is None) != (unit.day is not None):
        return None
    first = unit.day or 7 * (nth or 0) + 1
    last = first + (6 if unit.day is None else 1)
    return Atom(*span, replace(unit, day=first, last_day=last)) if last <= 28 else None


def _monthless(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read "on the 24th", "Sunday the 12th"."""
    words = re.findall(r"[a-z]+|[0-9]+", folded[slice(*span)])
    day = next(int(word) for word in words if word.isdecimal())
    return Atom(*span, Calendar(day=day, weekday=calendar_names("weekdays").get(words[0]))) if day else None


_BACK = frozenset({"before", "beforehand", "earlier", "previous", "preceding"})


def _told(_text: str, folded: str, span: tuple[int, int]) -> Atom | None:
    """Read what is counted from the time told before: "the day after", "that same year", "two weeks later"."""
    words = folded[slice(*span)].split()
    if words[0] in ("the", "that"):
        unit = next(word for word in reversed(words) if word not in ("before", "after"))
        weekday = calendar_names("weekdays").get(unit)
        step = 0 if words[0] == "that" or "same" in words else -1 if _BACK & set(words) else 1
        return Atom(*span, Told(unit if re.fullmatch(UNIT, unit) else "day", step, weekday if step else None))
    unit, number, vague = _amount(" ".join(words))
    return Atom(*span, Told(unit, None if vague else number * (-1 if _BACK & set(words) else 1), exact=True))


READERS: dict[str, Callable[[str, str, tuple[int, int]], Atom | None]] = {
    "iso": _iso,
    "slashed": _slashed,
    "years": _years,
    "holiday": _holiday,
    "weeks_of": _weeks_of,
    "month_day": _date,
    "day_month": _date,
    "month": _date,
    "season": _season,
    "monthless": _monthless,
    "weekday": _weekday,
    "day": _day,
    "ago": _ago,
    "told": _told,
    "past": _stretch,
    "duration": _duration,
    "nth": _nth,
    "within": _stretch,
    "unit": _relative_unit,
    "year": _year,
}
