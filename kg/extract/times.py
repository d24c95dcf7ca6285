"""Finds the time expressions of a text (dates, weekdays, "last week", "since May", holidays) and dates them.

The grammar is here, the words and holidays are data (`schema/times.yaml`), the meaning is in `intervals`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

from kg.extract import intervals, numbers
from kg.extract.data import load
from kg.extract.intervals import Between, Bound, Calendar, Expression, Interval, Relative, Stretch, Told, Weekday
from kg.model import TimeSpan

# A bare figure this many years after the anchor is no year.
_HORIZON = 30
_YEAR = r"(?:19|20)[0-9]{2}(?![0-9]|,[0-9]|s\b|\.[0-9])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![0-9a-z]|,[0-9]{3}|[.:/%][0-9])"
_UNIT = r"(?:day|week|month|year)"
# A second day number is a date only where it counts nothing: "May 4 and 5 in Paris", not "May 4 and 12 workers".
_UNCOUNTED = (
    r"(?!\s(?!(?:in|at|on|as|and|but|to|with|outside|when|by|for|the|after|before|over|against|during|near|from|across"
    r"|of|a|an|it|they|that|which|who|where|while|until|about)\b)[a-z])(?!\s?%)"
)


@dataclass(frozen=True, slots=True)
class TimeMatch:
    """A time expression at `text[start:end]`, its preposition included; `raw` is that text."""

    start: int
    end: int
    expression: Expression
    raw: str


@dataclass(frozen=True, slots=True)
class _Atom:
    """One expression before prepositions and ranges are read; `certain` is False for a bare month, season or year."""

    start: int
    end: int
    expression: Expression
    certain: bool = True


def find(text: str, anchor: date | None = None) -> list[TimeMatch]:
    """Return the time expressions of `text`, in order, without overlaps; offsets are code points of `text`.

    Durations ("a two-year deal"), decades and fiscal years are left out. With `anchor`, the day of writing, a bare
    figure far ahead of it is not taken for a year.
    """
    folded = numbers.fold(text)
    if not _gate().search(folded):
        return []
    atoms = _certain(text, folded, _atoms(text, folded, anchor))
    found: list[TimeMatch] = []
    position = 0
    while position < len(atoms):
        joined = position + 1 < len(atoms) and _joins(folded, atoms[position], atoms[position + 1])
        last = atoms[position + 1] if joined else atoms[position]
        match = _match(text, folded, atoms[position], last)
        if not found or match.start >= found[-1].end:
            found.append(match)
        position += 2 if joined else 1
    return found


def resolve(match: TimeMatch, anchor: date | None, *, future: bool, told: Interval | None = None) -> TimeSpan | None:
    """Return the days that `match` means when written on `anchor`, or None where they are not certain.

    `future` says that the event lies ahead; `told` is the time spoken of before, from which "the day after" counts.
    Without an anchor only expressions with their own year are dated.
    """
    interval = intervals.resolve(match.expression, anchor, future=future, told=told)
    return TimeSpan(match.raw, *interval) if interval else None


@cache
def _names(kind: str) -> dict[str, int]:
    """Return folded name or abbreviation (with and without its full stop) -> number, of months or weekdays."""
    table = {name: number for number, names in load("times")[kind].items() for name in names}
    return table | {name.rstrip("."): number for name, number in table.items()}


@cache
def _parts() -> dict[str, str]:
    return {phrase: part for part, phrases in load("times")["parts"].items() for phrase in phrases}


@cache
def _gate() -> re.Pattern[str]:
    data = load("times")
    words = {name for kind in ("months", "weekdays") for name in _names(kind)} | set(data["seasons"])
    words |= {
        "today",
        "yesterday",
        "tomorrow",
        "tonight",
        "last night",
        "week",
        "weekend",
        "month",
        "year",
        "day",
        "days",
        "hour",
        *data["moments"],
    }
    words |= {name for name in intervals.holiday_names() if " " not in name}
    words |= {f"this {moment}" for moment in data["moments"]}
    return re.compile(
        rf"[0-9](?:/[0-9]|(?:st|nd|rd|th)\b)|(?<![0-9])[12][09][0-9]{{2}}(?![0-9])|\b{numbers.either(words)}s?\b"
    )


@cache
def _grammar() -> re.Pattern[str]:
    """Return the one pattern of all expressions; each alternative is a group named after its reader in `_READERS`."""
    data, either = load("times"), numbers.either
    month, wday = rf"{either(_names('months'))}(?![\w])", either(_names("weekdays"))
    full = either(name for name in _names("weekdays") if name.endswith("day"))
    dotted = either(name for name in _names("weekdays") if name.endswith("."))
    part = rf"(?:{either(_parts())}(?:(?<=-)|\s|-))"
    which = r"(?:(?:this\s)?(?:last|this|next|past|coming)\s)"
    suffix = rf"(?:,?\s(?:of\s|in\s)?(?:{_YEAR}|(?:last|this|next)\syear\b))"
    join = rf"(?:\s?[-–—]\s?(?:{_DAY})|\s(?:to|through|and|&)\s(?:{_DAY}){_UNCOUNTED})"
    days = rf"{_DAY}(?:\s?[-–—]\s?{_DAY}|\s(?:to|through|and|&)\s{_DAY})?"
    some = rf"(?:[0-9]{{1,3}}|{numbers.words_pattern()}|an?|{either(data['vague'])})"
    over = r"(?:for|over|in|during|within|throughout)"
    moments = either(data["moments"])
    units = rf"(?:{_UNIT}|{moments}|{full})"
    alone = rf"(?=\s?(?:[.,;:()–—\"”]|\Z)|\s{either(data['after_time'])}\b)"
    ordinal = either(data["ordinals"])
    alternatives = {
        "skip": rf"(?<!in\s)(?<!since\s)(?<!last\s){either(data['not_dates'])}\b"
        rf"|(?:fiscal(?:\syear)?|fy)\s?{_YEAR}|{_YEAR}(?=\s(?:fiscal|model))",
        "iso": r"(?<![\w/.-])(?:19|20)[0-9]{2}(?P<dash>[-/.])[0-9]{1,2}(?P=dash)[0-9]{1,2}(?![0-9/-])",
        "slashed": r"(?<![\w/.-])[0-9]{1,2}(?P<slash>[/.])[0-9]{1,2}(?P=slash)"
        r"(?:(?:19|20)[0-9]{2}|(?<=/)[0-9]{2})(?![\w/-])",
        "years": rf"(?<![\w/.,$£€-])(?:19|20)[0-9]{{2}}\s?[-–—]\s?(?:{_YEAR}|[0-9]{{2}}(?![\w/-]))",
        "holiday": rf"(?:{which})?{either(intervals.holiday_names())}(?![\w])(?:\sweekend\b)?{suffix}?",
        "weeks_of": rf"(?:(?:on|over|at|during)\s)?(?:the\s)?(?:{ordinal}\sweek|weekend)\sof\s{month}"
        rf"(?:\s{_DAY})?{suffix}?",
        "month_day": rf"(?:{wday},?\s)?(?:{part})?{month}\s(?:the\s)?{_DAY}{join}?{suffix}?",
        "day_month": rf"(?:{wday},?\s)?(?:the\s)?(?<![\w.,$£€:/-]){days}\s(?:of\s)?{month}{suffix}?",
        "month": rf"(?:{part})?(?:{which})?{month}{suffix}?",
        "season": rf"(?:{part})?(?:{which})?{either(data['seasons'])}\b{suffix}?",
        "monthless": rf"(?:{full},?\s|(?<=\bon\s)|(?<=since\s)|(?<=until\s))the\s(?:[12]?[0-9]|3[01])(?:st|nd|rd|th)\b"
        rf"(?!\s(?!{either(data['after_day'])}\b)[a-z])",
        "weekday": rf"(?:(?:early|late)\s)?(?:{which})?(?:{full}\b|{dotted})(?:\s{moments}\b)?"
        r"(?:,?\s(?:of\s)?(?:last|this|next)\sweek\b)?",
        "day": rf"today\b|tonight\b|(?:yesterday|tomorrow)\b(?:\s{moments}\b)?|this\s{moments}\b|last\snight\b",
        "ago": rf"{some}\s{_UNIT}s?\s(?:ago\b|from\snow\b)",
        "told": rf"(?:(?:the|that)\s(?:very\s)?same|that)\s{units}{alone}"
        rf"|the\s(?:next|following|previous|preceding)\s{units}\b(?!')|the\s{units}\s(?:before|after){alone}"
        rf"|{some}\s{_UNIT}s?\s(?:earlier\b(?!\sthan)|(?:later|before|after|afterwards?|beforehand){alone})",
        "past": rf"(?:{over}\s(?:the\s)?|the\s)(?:past|last|previous)\s{some}\s{_UNIT}s?\b"
        rf"|{over}\sthe\s(?:past|last)\s{_UNIT}\b|(?:in|over|during)\srecent\s{_UNIT}s\b",
        "duration": rf"for\s(?:(?:more\sthan|over|nearly|almost|about|at\sleast)\s)?{some}\s(?:{_UNIT}|night|hour)s?\b"
        r"(?!\s(?:of\b|in\sprison|a\s(?:day|week)))",
        "nth": rf"(?:for\s(?:the|an?)|its|their)\s{ordinal}\s"
        r"(?:(?:consecutive|straight|successive)\s)?(?:day|night)\b(?!\s(?:of|in)\b(?!\sa\srow))",
        "within": rf"within\s{some}\s{_UNIT}(?:s'?|'s)?(?:\stime)?\b",
        "unit": rf"(?:{part}(?:the\s)?)?(?:this|last|next)\s(?:week(?:end)?|month|year)\b"
        rf"|{part}the\s(?:week|month|year)\b|(?:at|over|on|during)\sthe\sweekend\b",
        "year": rf"(?:{part}|(?<![\w.,$£€/#:-])){_YEAR}(?![\w/]|[-–][0-9])",
    }
    return re.compile(r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{body})" for name, body in alternatives.items()) + ")")


def _atoms(text: str, folded: str, anchor: date | None) -> list[_Atom]:
    """Return what the grammar matches, in order, as far as the readers accept it."""
    atoms: list[_Atom] = []
    position = 0
    while found := _grammar().search(folded, position):
        kind = found.lastgroup or ""
        atom = _READERS[kind](text, folded, found.span()) if kind in _READERS else None
        if atom and not (kind == "year" and anchor and _far(atom, anchor)):
            atoms.append(atom)
        position = found.end() if atom or kind == "skip" else found.start() + 1
    return atoms


def _far(atom: _Atom, anchor: date) -> bool:
    return isinstance(atom.expression, Calendar) and (atom.expression.year or 0) > anchor.year + _HORIZON


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile(r",?\s(?:of\s|in\s)?(?:(?P<year>(?:19|20)[0-9]{2})|(?P<shift>last|this|next)\syear)\Z")


@cache
def _prefix() -> re.Pattern[str]:
    parts = numbers.either(_parts())
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
        unit = replace(unit, part=_parts().get(" ".join(part.split()), ""), which=_WHICH.get(which, which))
        rest = rest[before.end() :]
    return unit, rest


def _date(text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read a month with or without days: "Friday, early March 6-8, 2020", "the 3rd to 5th of May"."""
    unit, rest = _unit_of(folded[slice(*span)])
    names = [word for word in re.finditer(r"[a-z]+\.?", folded[slice(*span)]) if word.group() in _names("months")]
    if not names or not text[span[0] + names[-1].start()].isupper():
        return None
    days = [int(number) for number in re.findall(r"[0-9]+", rest)]
    weekdays = [_names("weekdays")[word] for word in re.findall(r"[a-z]+\.?", rest) if word in _names("weekdays")]
    unit = replace(unit, month=_names("months")[names[-1].group()], weekday=weekdays[0] if weekdays else None)
    if days:
        unit = replace(unit, day=days[0], last_day=days[1] if len(days) > 1 else None)
    certain = bool(days or unit.year or unit.shift is not None or unit.part or unit.which)
    return _Atom(*span, unit, certain)


def _season(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    unit, rest = _unit_of(folded[slice(*span)])
    certain = bool(unit.year or unit.shift is not None or unit.which)
    return _Atom(*span, replace(unit, season=rest.strip()), certain)


def _holiday(text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    unit, rest = _unit_of(folded[slice(*span)])
    name = " ".join(rest.removesuffix("weekend").split())
    offset = folded.index(rest, *span)
    return None if text[offset].islower() else _Atom(*span, replace(unit, holiday=name))


def _year(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    piece = folded[slice(*span)]
    before = _prefix().match(piece)
    part = _parts().get(" ".join((before.group("part") or "").split()), "") if before else ""
    return _Atom(*span, Calendar(year=int(piece[-4:]), part=part), bool(part))


def _years(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    first, last = (int(number) for number in re.findall(r"[0-9]+", folded[slice(*span)]))
    if last < 100:
        # "2001-07" is a month rather than a stretch of years.
        last = first // 100 * 100 + last if last > 12 else 0
    if last <= first or _crowd().match(folded, span[1]):
        return None
    return _Atom(*span, Between(Calendar(year=first), Calendar(year=last)))


def _iso(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    year, month, day = (int(number) for number in re.findall(r"[0-9]+", folded[slice(*span)]))
    return _numeric(span, Calendar(year=year, month=month, day=day))


def _slashed(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read 11/23/2021 in the American order, unless only the other one is possible; dots mean day first."""
    piece = folded[slice(*span)]
    first, second, year = (int(number) for number in re.findall(r"[0-9]+", piece))
    day_first = "." in piece or first > 12
    month, day = (second, first) if day_first else (first, second)
    ambiguous = "/" in piece and first <= 12 and second <= 12 and first != second
    year += 2000 if year < 100 else 0
    return _numeric(span, Calendar(year=year, month=month, day=day, ambiguous=ambiguous))


def _numeric(span: tuple[int, int], unit: Calendar) -> _Atom | None:
    return _Atom(*span, unit) if intervals.resolve(unit, None, future=False) else None


def _weekday(text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    piece = folded[slice(*span)]
    words = re.findall(r"[a-z]+\.?", piece)
    name = next(word for word in words if word in _names("weekdays"))
    before = re.match(r"(?:(?:early|late)\s)?(?:(?:this\s)?(last|this|next|past|coming)\s)?", piece)
    which = (before.group(1) if before else "") or ""
    week = re.search(r"(last|this|next)\sweek\Z", piece)
    if name.endswith(".") and not text[span[0] + piece.index(name)].isupper():
        return None
    if re.search(r"\b(?:every|each|most|usual)\s\Z", folded[max(0, span[0] - 8) : span[0]]):
        return None
    expression = Weekday(_names("weekdays")[name], _WHICH.get(which, which), _SHIFTS[week.group(1)] if week else None)
    return _Atom(*span, expression, not name.endswith(".") or bool(which))


def _day(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    piece = folded[slice(*span)]
    offset = -1 if piece.startswith(("yesterday", "last")) else 1 if piece.startswith("tomorrow") else 0
    return _Atom(*span, Relative("day", offset))


def _relative_unit(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    words = folded[slice(*span)].split()
    part = _parts().get(" ".join(words[:-2]), "") or _parts().get(" ".join(words[:-2]).removesuffix(" the"), "")
    return _Atom(*span, Relative(words[-1], _SHIFTS.get(words[-2], 0), part))


@cache
def _quantity() -> re.Pattern[str]:
    vague = numbers.either(load("times")["vague"])
    return re.compile(
        rf"(?<!\w)(?:(?P<vague>{vague})|(?P<number>[0-9]{{1,3}}|{numbers.words_pattern()})|an?)\s(?={_UNIT})"
    )


def _amount(piece: str) -> tuple[str, int, bool]:
    """Return unit, number and whether the number is only vague, of a folded phrase such as "the past few days"."""
    unit = re.findall(_UNIT, piece)[-1]
    found = _quantity().search(piece)
    if not found:
        return unit, 1, False
    if found.group("vague"):
        return unit, load("times")["vague"][" ".join(found.group("vague").split())], True
    return unit, int(numbers.parse(found.group("number"))[0]) if found.group("number") else 1, False


def _ago(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    piece = folded[slice(*span)]
    unit, number, vague = _amount(piece)
    sign = 1 if piece.endswith("now") else -1
    return _Atom(*span, Relative(unit, None if vague else sign * number))


def _stretch(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    piece = folded[slice(*span)]
    unit, number, _ = _amount(piece)
    return _Atom(*span, Stretch(unit, number, ahead=piece.startswith("within") and "the" not in piece.split()))


def _duration(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read "for two days"; hours and nights count as days, and "for a day" tells no date."""
    piece = re.sub("night", "day", folded[slice(*span)])
    hours = "hour" in piece
    unit, number, _ = _amount(piece.replace("hour", "day"))
    number = number // 24 if hours else number
    if number < 2 and unit == "day":
        return _Atom(*span, Stretch(unit, 0)) if hours and number else None
    return _Atom(*span, Stretch(unit, number, length=True))


def _nth(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read "for the third day": it began so many days less one before."""
    at = _ordinal(folded[slice(*span)].split())
    return _Atom(*span, Stretch("day", at)) if at is not None else None


def _ordinal(words: list[str]) -> int | None:
    """Return the place of the first ordinal of `words`, from 0, or None for "latest"."""
    ordinals = load("times")["ordinals"]
    at = next(ordinals.index(word) for word in words if word in ordinals)
    return at % 10 if ordinals[at] != "latest" else None


def _weeks_of(text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
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
    return _Atom(*span, replace(unit, day=first, last_day=last)) if last <= 28 else None


def _monthless(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read "on the 24th", "Sunday the 12th"."""
    words = re.findall(r"[a-z]+|[0-9]+", folded[slice(*span)])
    day = next(int(word) for word in words if word.isdecimal())
    return _Atom(*span, Calendar(day=day, weekday=_names("weekdays").get(words[0]))) if day else None


_BACK = frozenset({"before", "beforehand", "earlier", "previous", "preceding"})


def _told(_text: str, folded: str, span: tuple[int, int]) -> _Atom | None:
    """Read what is counted from the time told before: "the day after", "that same year", "two weeks later"."""
    words = folded[slice(*span)].split()
    if words[0] in ("the", "that"):
        unit = next(word for word in reversed(words) if word not in ("before", "after"))
        weekday = _names("weekdays").get(unit)
        step = 0 if words[0] == "that" or "same" in words else -1 if _BACK & set(words) else 1
        return _Atom(*span, Told(unit if re.fullmatch(_UNIT, unit) else "day", step, weekday if step else None))
    unit, number, vague = _amount(" ".join(words))
    return _Atom(*span, Told(unit, None if vague else number * (-1 if _BACK & set(words) else 1), exact=True))


_READERS: dict[str, Callable[[str, str, tuple[int, int]], _Atom | None]] = {
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


_GAP = re.compile(r"\s?[-–—]\s?|\s(?:to|through|thru|until|till|and|or)\s(?:in\s|on\s)?")


@cache
def _crowd() -> re.Pattern[str]:
    return re.compile(rf"\s{numbers.either(load('times')['crowd'])}\b")


@cache
def _contexts() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of strong and weak prepositions and of determiners, each up to the end of a window."""
    data = load("times")
    strong = [word for word in data["context"] if word not in data["weak_context"]]
    the = r"\s(?:the\s)?\Z"
    return (
        re.compile(rf"(?<!\w){numbers.either(strong)}{the}"),
        re.compile(rf"(?<!\w){numbers.either(data['weak_context'])}{the}"),
        re.compile(rf"(?<![\w]){numbers.either(w for w in data['determiners'] if w[0].isalpha())}\s\Z|\w(?:'s|s')\s\Z"),
    )


_UNCOUNTED_AFTER = re.compile(_UNCOUNTED)
_NOUN = re.compile(r"\s[a-z]")
_NAME = re.compile(r"\s[A-Z][a-z]")


def _in_context(text: str, folded: str, atom: _Atom) -> bool:
    """Tell whether the words around a bare month, season, year or "Fri." make it a date."""
    unit, begin = atom.expression, max(0, atom.start - 16)
    strong, weak, determiner = (bool(p.search(folded, begin, atom.start)) for p in _contexts())
    the = folded[begin : atom.start].endswith("the ")
    if not isinstance(unit, Calendar):
        return strong or weak
    if unit.season:
        return strong and not folded.startswith(" of ", atom.end)
    if strong and not the:
        return True
    if unit.year and _crowd().match(folded, atom.end):
        return False
    if the or not weak:
        return determiner and bool(_NOUN.match(text, atom.end)) and (unit.month != 3 or not the)
    return bool(_UNCOUNTED_AFTER.match(folded, atom.end)) if unit.year else not _NAME.match(text, atom.end)


def _certain(text: str, folded: str, atoms: list[_Atom]) -> list[_Atom]:
    """Drop the bare months, seasons and years that neither context nor a neighbour shows to be dates."""
    sure = [atom.certain or _in_context(text, folded, atom) for atom in atoms]
    linked = [bool(_GAP.fullmatch(folded, left.end, right.start)) for left, right in pairwise(atoms)]
    for index, link in enumerate(linked):
        sure[index + 1] |= link and sure[index] and _same_kind(atoms[index], atoms[index + 1])
    for index in reversed(range(len(linked))):
        sure[index] |= linked[index] and sure[index + 1] and _same_kind(atoms[index], atoms[index + 1])
    return [atom for atom, kept in zip(atoms, sure, strict=True) if kept]


def _grain(expression: Expression) -> str:
    if isinstance(expression, Weekday):
        return "weekday"
    if not isinstance(expression, Calendar):
        return ""
    if expression.day or expression.holiday:
        return "day"
    return "season" if expression.season else "month" if expression.month else "year"


def _same_kind(left: _Atom, right: _Atom) -> bool:
    return _grain(left.expression) == _grain(right.expression) != ""


def _joins(folded: str, left: _Atom, right: _Atom) -> bool:
    """Tell whether two neighbours are the ends of one stretch: "from May 2013 to June", "May 30 - June 2"."""
    gap = folded[left.end : right.start]
    if not _GAP.fullmatch(gap) or not (_grain(left.expression) and _grain(right.expression)):
        return False
    before = folded[max(0, left.start - 9) : left.start].split()[-1:]
    word = gap.split()[0] if gap.strip().isalpha() or " " in gap.strip() else gap.strip()
    if word in ("and", "or"):
        return word == "and" and (before == ["between"] or intervals.are_neighbours(left.expression, right.expression))
    if word == "—" or before == ["between"]:
        return False
    return before == ["from"] or (_same_kind(left, right) and (word.isalpha() or gap == word or len(gap) == 3))


_LEAD = re.compile(
    r"(?<!\w)(?:(?:early|late|later|earlier)\s)?(?P<word>back\sin|sometime\sin|as\searly\sas|as\sof|on|in|at|during"
    r"|throughout|over|since|from|between|until|till|through|by|before|after|starting|beginning)\s"
    r"(?P<the>the\s(?:(?:early\s|late\s|wee\s)?(?:morning|afternoon|evening|night|hours)\sof\s)?)?"
    r"(?P<clock>(?:noon|midnight|[0-9]{1,2}(?:[:.][0-9]{2})?(?:\s?[ap]\.?m\.?)?)\s(?:on\s)?)?\Z"
)
_KINDS = {"since": "since", "until": "until", "till": "until", "through": "until", "by": "until"} | {
    word: word for word in ("before", "after")
}


def _match(text: str, folded: str, first: _Atom, last: _Atom) -> TimeMatch:
    """Join the ends of a stretch, take in the preposition, and read what it bounds ("since May")."""
    expression = first.expression if first is last else Between(first.expression, last.expression)
    start = first.start
    lead = _LEAD.search(folded, max(0, start - 48), start)
    if lead and lead.group("clock") and lead.group("word") in ("after", "before"):
        lead = None  # "after midnight on Monday" is Monday
    if lead and (not lead.group("the") or _takes_the(first.expression, lead)):
        word = lead.group("word")
        if word not in ("from", "between") or first is not last or _is_stretch(first.expression):
            start = lead.start()
        if word in _KINDS and first is last:
            expression = Bound(_KINDS[word], expression)
    return TimeMatch(start, last.end, expression, text[start : last.end])


def _is_stretch(expression: Expression) -> bool:
    return isinstance(expression, Between) or (isinstance(expression, Calendar) and expression.last_day is not None)


def _takes_the(expression: Expression, lead: re.Match[str]) -> bool:
    named = isinstance(expression, Calendar) and bool(expression.season or expression.holiday)
    return named or len(lead.group("the").split()) > 1
