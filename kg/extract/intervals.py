"""What the time expressions of a text mean: each kind as a small datum, and the days it covers seen from an anchor.

`resolve` never guesses: where the anchor is missing or the words are vague, there is no interval.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta, weekday

from kg.extract.data import load

Interval = tuple[date, date, str]
"""First day, last day (included), precision."""

# Whatever comes every year begins and has ended within so many years of any day.
_YEARS = 2
# Every eighth year may lack a 29 February (1896-1904), so this many years hold every date.
_LEAP_YEARS = 9

_SOON = 60
"""A day without a year that comes within so many days of writing is meant even of what is told as past."""

_RECENT = 180
"""One that lies back less than so many days is meant even of a plan, unless it comes again soon."""


_CLOSE = timedelta(days=21)
"""So near to writing a holiday is meant that goes by the same name elsewhere."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day, month, season, holiday or year, with as much of it as the text names.

    `which` is "last", "this", "next" or "", or "gone" where the text tells it as past; `shift` counts years from the
    anchor's ("of last year": -1); `part` is early, mid, late, earlier or later; `last_day` ends a stretch within one
    month ("March 6-8"); `ambiguous` says that day and month might be the other way round.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    last_day: int | None = None
    weekday: int | None = None
    season: str | None = None
    holiday: str | None = None
    part: str = ""
    which: str = ""
    shift: int | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week; `which` as in `Calendar`, `week` counts weeks from the anchor's ("of last week": -1)."""

    day: int
    which: str = ""
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """A day, week, weekend, month or year counted from the anchor's: yesterday is (day, -1); None: vague."""

    unit: str
    offset: int | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of `number` units that ends at the anchor ("for two weeks"), or begins there where `ahead`.

    `length` says that the words themselves tell only how long it is.
    """

    unit: str
    number: int
    ahead: bool = False
    length: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """From the begin of `first` to the end of `last`."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class Bound:
    """One end only: `kind` is since, until, before or after."""

    kind: str
    at: Expression


@dataclass(frozen=True, slots=True)
class Told:
    """A time counted from the one told last: "the day before" is (day, -1), "that year" (year, 0).

    `weekday` makes it that day of the week after or before ("the following Monday"); `exact` counts whole units from
    the very day ("a week later") instead of naming the next unit ("the next week"). `offset` None: vague.
    """

    unit: str
    offset: int | None
    weekday: int | None = None
    exact: bool = False


Expression = Calendar | Weekday | Relative | Stretch | Between | Bound | Told


def are_neighbours(left: Expression, right: Expression) -> bool:
    """Return whether the second of two bare months or weekdays follows on the first ("in October and November")."""
    if isinstance(left, Weekday) and isinstance(right, Weekday):
        return not (left.which or right.which) and (left.day + 1) % 7 == right.day
    if not (isinstance(left, Calendar) and isinstance(right, Calendar)) or left.month is None:
        return False
    bare = all(replace(unit, month=None, year=None) == Calendar() for unit in (left, right))
    return bare and left.month % 12 + 1 == right.month


def resolve(
    expression: Expression, anchor: date | None, *, future: bool, told: Interval | None = None
) -> Interval | None:
    """Return the days that `expression` covers, or None where they are not certain.

    `anchor` is the day of writing; `future` says that the event lies ahead, which decides between the last and the
    next such day. `told` is the time spoken of before, from which "the day after" counts; without one, `anchor` is.
    """
    try:
        if isinstance(expression, Told):
            interval = _told(expression, told, anchor)
        elif isinstance(expression, Calendar) and expression.day and expression.month is None:
            interval = _day_of_month(expression, _close_to(told, anchor), future)
        else:
            interval = _resolve(expression, anchor, future)
    except (ValueError, OverflowError):
        # No such day (30 February), or one outside the calendar that Python knows.
        return None
    return interval if interval and interval[0] <= interval[1] else None


def _resolve(expression: Expression, anchor: date | None, future: bool) -> Interval | None:
    if isinstance(expression, Calendar):
        return _calendar(expression, anchor, future)
    if isinstance(expression, Between):
        return _between(expression, anchor, future)
    if isinstance(expression, Told):
        return _told(expression, None, anchor)
    return _anchored(expression, anchor, future) if anchor else None


def _counted_from(expression: Told, told: Interval | None, anchor: date | None) -> Interval | None:
    """Return the time from which to count: "that year" and what comes later need one that was told.

    Without one, "the day before" and "the same week" count from the day of writing; so do "the same day" and "the same
    week" where only a month or a year was told.
    """
    offset, unit = expression.offset, expression.unit
    vague = told is not None and (told[1] - told[0]).days > 6 and unit in ("day", "week") and offset == 0
    if anchor is not None and (vague or (told is None and ((offset or 0) < 0 or (unit == "week" and not offset)))):
        return anchor, anchor, "day"
    return told


def _told(expression: Told, told: Interval | None, anchor: date | None) -> Interval | None:
    """Count from the time told last; no day follows from a month."""
    offset, unit = expression.offset, expression.unit
    told = _counted_from(expression, told, anchor)
    if told is None or offset is None:
        return None
    base = told[1] if offset > 0 else told[0]
    if unit in ("month", "year"):
        return *_unit(unit, offset, base), unit
    if (told[1] - told[0]).days > 6:
        return None
    if expression.weekday is not None:
        day = base + relativedelta(days=offset, weekday=weekday(expression.weekday, offset))
        return day, day, "day"
    if unit == "week" and not expression.exact:
        return *_unit(unit, offset, base), unit
    day = base + relativedelta(**{f"{unit}s": offset})  # type: ignore[arg-type]
    return day, day, "day"


def _anchored(expression: Weekday | Relative | Stretch | Bound, anchor: date, future: bool) -> Interval | None:
    if isinstance(expression, Weekday):
        day = _weekday(expression, anchor, future)
        return day, day, "day"
    if isinstance(expression, Relative):
        return _relative(expression, anchor, future)
    if isinstance(expression, Stretch):
        return _stretch(expression, anchor, future)
    return _bound(expression, anchor, future)


def _calendar(unit: Calendar, anchor: date | None, future: bool) -> Interval | None:
    if unit.year is not None:
        return _part(_of_year(unit, unit.year), unit.part, anchor)
    if unit.day and unit.month is None:
        return _day_of_month(unit, anchor, future)
    if anchor is None or (unit.holiday and not _holidays().get(unit.holiday)):
        return None
    unit = _here(unit, anchor)
    if unit.shift is not None:
        return _part(_of_year(unit, anchor.year + unit.shift), unit.part, anchor)
    if unit.which == "this" and unit.season != "winter":
        first, last, precision = _of_year(unit, anchor.year)
        until = anchor if unit.season and not (future or unit.part) and first <= anchor else last
        return _part((first, min(last, until), precision), unit.part, anchor)  # "this summer" has lasted till now
    chosen = _nearest(_years(unit, anchor), anchor, unit.which or ("next or now" if future else "last or now"))
    return _part(chosen, unit.part, anchor) if chosen else None


def _close_to(told: Interval | None, anchor: date | None) -> date | None:
    """Return the end of the month that was told last where writing follows soon after it, else the day of writing."""
    if told is None or anchor is None or not 0 <= (anchor - told[0]).days < _SOON or (told[1] - told[0]).days > 30:
        return anchor
    return min(anchor, told[1] + relativedelta(day=31))


def _day_of_month(unit: Calendar, anchor: date | None, future: bool) -> Interval | None:
    """Return the last day of that number ("on the 24th"), the next of one to come; its weekday must agree."""
    if anchor is None or unit.day is None:
        return None
    for months in range(3):
        first = anchor.replace(day=1) + relativedelta(months=months if future else -months)
        day = first + timedelta(days=unit.day - 1)
        fits = day.month == first.month and (day >= anchor if future else day <= anchor)
        if fits and unit.weekday in (None, day.weekday()):
            return day, day, "day"
    return None


def _here(unit: Calendar, anchor: date) -> Calendar:
    """Return the holiday that is kept under the same name elsewhere, where its day lies close to the anchor."""
    other = _holidays()[unit.holiday].get("elsewhere") if unit.holiday else None
    if other is None or abs(_holiday(_holidays()[other], anchor.year) - anchor) > _CLOSE:
        return unit
    return replace(unit, holiday=other)


def _years(unit: Calendar, anchor: date) -> list[Interval]:
    """Return the unit in the years around the anchor, in order; a named weekday leaves the years that agree."""
    found = []
    reach = _LEAP_YEARS if unit.month == 2 and 29 in (unit.day, unit.last_day) else _YEARS
    for year in range(max(1, anchor.year - reach), min(9998, anchor.year + reach) + 1):
        try:
            found.append(_of_year(unit, year))
        except ValueError:
            continue
    if unit.weekday is None:
        return found
    close = [days for days in found if abs((days[0] - anchor).days) < 400]
    return [days for days in close if days[0].weekday() == unit.weekday] or found


def _nearest(intervals: list[Interval], anchor: date, which: str) -> Interval | None:
    if which == "last":
        return max((days for days in intervals if days[1] < anchor), default=None)
    if which == "next":
        return min((days for days in intervals if days[0] > anchor), default=None)
    past = max((days for days in intervals if days[0] <= anchor), default=None)
    ahead = min((days for days in intervals if days[1] >= anchor), default=None)
    if past is None or ahead is None:
        return past or ahead
    behind, until = (anchor - past[1]).days, (ahead[0] - anchor).days
    if which == "gone":
        return past
    if which == "next or now":
        return past if behind < _RECENT and until > _RECENT else ahead
    return ahead if until < _SOON and behind > _SOON else past


def _of_year(unit: Calendar, year: int) -> Interval:
    if unit.holiday:
        day = _holiday(_holidays()[unit.holiday], year)
        return day, day, "day"
    if unit.season:
        first = date(year, load("times")["seasons"][unit.season], 1)
        return first, first + relativedelta(months=3, days=-1), "season"
    if unit.month is None:
        return date(year, 1, 1), date(year, 12, 31), "year"
    first = date(year, unit.month, unit.day or 1)
    if unit.day is None:
        return first, first.replace(day=monthrange(year, unit.month)[1]), "month"
    return first, date(year, unit.month, unit.last_day or unit.day), "day"


def _part(interval: Interval, part: str, anchor: date | None) -> Interval:
    """Narrow a unit to its first, second or last third; earlier and later end and begin at the anchor."""
    first, last, precision = interval
    if part == "earlier" and anchor:
        return first, min(last, anchor), precision
    if part == "later" and anchor:
        return max(first, anchor), last, precision
    if part not in ("early", "mid", "late"):
        return interval
    third = ("early", "mid", "late").index(part)
    if precision == "month":
        begin = first + timedelta(days=10 * third)
        return begin, (last if part == "late" else begin + timedelta(days=9)), precision
    if precision not in ("year", "season"):
        return interval
    months = 4 if precision == "year" else 1
    begin = first + relativedelta(months=months * third)
    return begin, begin + relativedelta(months=months, days=-1), precision


@cache
def _holidays() -> dict[str, dict[str, Any]]:
    """Return name -> rule; names without a rule ("Prime Day") are never dated."""
    data = load("times")
    return {name: rule for rule in data["holidays"] for name in rule["names"]} | {name: {} for name in data["undated"]}


def holiday_names() -> Iterable[str]:
    """Return the folded names of all holidays, those that no rule dates included."""
    return _holidays()


def _holiday(rule: dict[str, Any], year: int) -> date:
    if not rule:
        raise ValueError("no rule dates this day")
    if "easter" in rule:
        day: date = easter(year) + timedelta(days=rule["easter"])
    elif "nth" in rule:
        nth: int = rule["nth"]
        day = date(year, rule["month"], 1) + relativedelta(
            day=31 if nth < 0 else 1, weekday=weekday(rule["weekday"], nth)
        )
    else:
        day = date(year, rule["month"], rule["day"])
    return day + timedelta(days=rule.get("plus", 0))


def _weekday(expression: Weekday, anchor: date, future: bool) -> date:
    monday = anchor - timedelta(days=anchor.weekday())
    if expression.week is not None or expression.which == "this":
        return monday + timedelta(days=expression.day + 7 * (expression.week or 0))
    if expression.which == "next" or (future and expression.which != "last"):
        return anchor + relativedelta(days=1, weekday=weekday(expression.day, 1))
    return anchor + relativedelta(days=-1 if expression.which == "last" else 0, weekday=weekday(expression.day, -1))


def _relative(expression: Relative, anchor: date, future: bool) -> Interval | None:
    unit, offset = expression.unit, expression.offset
    if offset is None:
        return None
    if unit == "day":
        day = anchor + timedelta(days=offset)
        return day, day, "day"
    if unit == "weekend":
        saturday = _saturday(offset, anchor, future)
        return saturday, saturday + timedelta(days=1), "week"
    first, last = _unit(unit, offset, anchor)
    if offset == 0 and not future and not expression.part:
        last = min(last, anchor)
    return _part((first, last, unit), expression.part, anchor)


def _unit(unit: str, offset: int, anchor: date) -> tuple[date, date]:
    if unit == "week":
        monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=offset)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        first = anchor.replace(day=1) + relativedelta(months=offset)
        return first, first + relativedelta(day=31)
    first = date(anchor.year + offset, 1, 1)
    return first, date(first.year, 12, 31)


def _saturday(offset: int, anchor: date, future: bool) -> date:
    this_week = anchor + timedelta(days=5 - anchor.weekday())
    if offset > 0 or anchor.weekday() >= 5:
        return this_week + timedelta(weeks=offset)
    return this_week if offset == 0 and future else this_week - timedelta(weeks=1)


def _stretch(expression: Stretch, anchor: date, future: bool) -> Interval | None:
    length = relativedelta(**{f"{expression.unit}s": expression.number})  # type: ignore[arg-type]
    if expression.ahead:
        return (anchor, anchor + length, expression.unit) if future else None
    return None if future else (anchor - length, anchor, expression.unit)


def _between(expression: Between, anchor: date | None, future: bool) -> Interval | None:
    """Resolve the end that is certain first, then the other one from it: "between March and June 2020"."""
    if _is_dated(expression.last) or not (future or _is_dated(expression.first)):
        last = _resolve(expression.last, anchor, future)
        first = _resolve(_plain(expression.first), last[0], False) if last else None
    else:
        first = _resolve(expression.first, anchor, future)
        last = _resolve(_plain(expression.last), first[1], True) if first else None
    return (first[0], last[1], first[2]) if first and last else None


def _is_dated(expression: Expression) -> bool:
    return isinstance(expression, Calendar) and expression.year is not None


def _plain(expression: Expression) -> Expression:
    return replace(expression, which="") if isinstance(expression, Calendar | Weekday) else expression


def _bound(expression: Bound, anchor: date, future: bool) -> Interval | None:
    if expression.kind == "since":
        start = _resolve(expression.at, anchor, False)
        return (start[0], anchor, start[2]) if start else None
    if expression.kind == "until" and future:
        end = _resolve(expression.at, anchor, True)
        return (anchor, end[1], end[2]) if end else None
    return None
