"""The words and the grammar of time expressions: one pattern for all of them, made from `schema/times.yaml`."""

from __future__ import annotations

import re
from functools import cache

from kg.extract import intervals, numbers
from kg.extract.data import load

_YEAR = r"(?:19|20)[0-9]{2}(?![0-9]|,[0-9]|s\b|\.[0-9])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![0-9a-z]|,[0-9]{3}|[.:/%][0-9])"
UNIT = r"(?:day|week|month|year)"
# A second day number is a date only where it counts nothing: "May 4 and 5 in Paris", not "May 4 and 12 workers".
UNCOUNTED = (
    r"(?!\s(?!(?:in|at|on|as|and|but|to|with|outside|when|by|for|the|after|before|over|against|during|near|from|across"
    r"|of|a|an|it|they|that|which|who|where|while|until|about)\b)[a-z])(?!\s?%)"
)


@cache
def calendar_names(kind: str) -> dict[str, int]:
    """Return folded name or abbreviation (with and without its full stop) -> number, of months or weekdays."""
    table = {name: number for number, names in load("times")[kind].items() for name in names}
    return table | {name.rstrip("."): number for name, number in table.items()}


@cache
def part_names() -> dict[str, str]:
    """Return folded phrase before a month, season or year -> the part of it that is meant ("start of": early)."""
    return {phrase: part for part, phrases in load("times")["parts"].items() for phrase in phrases}


@cache
def gate() -> re.Pattern[str]:
    """Return a cheap pattern of which some part stands in every folded text with a time expression."""
    data = load("times")
    words = {name for kind in ("months", "weekdays") for name in calendar_names(kind)}
    words |= {*data["seasons"], *data["signs"], *data["moments"]}
    words |= {name for name in intervals.holiday_names() if " " not in name}
    return re.compile(
        rf"\b(?:[0-9]{{1,2}}(?:/[0-9]|(?:st|nd|rd|th)\b)|[12][09][0-9]{{2}}(?![0-9])|{numbers.either(words)}s?\b)"
    )


@cache
def crowd() -> re.Pattern[str]:
    """Return the pattern of a noun after a figure that counts those who act ("2000 workers")."""
    return re.compile(rf"\s{numbers.either(load('times')['crowd'])}\b")


@cache
def grammar() -> re.Pattern[str]:
    """Return the one pattern of all expressions; each alternative is a group named as its reader."""
    data, either = load("times"), numbers.either
    month, wday = rf"{either(calendar_names('months'))}(?![\w])", either(calendar_names("weekdays"))
    full = either(name for name in calendar_names("weekdays") if name.endswith("day"))
    dotted = either(name for name in calendar_names("weekdays") if name.endswith("."))
    part = rf"(?:{either(part_names())}(?:(?<=-)|\s|-))"
    which = r"(?:(?:this\s)?(?:last|this|next|past|coming)\s)"
    suffix = rf"(?:,?\s(?:of\s|in\s)?(?:{_YEAR}|(?:last|this|next)\syear\b))"
    join = rf"(?:\s?[-–—]\s?(?:{_DAY})|\s(?:to|through|and|&)\s(?:{_DAY}){UNCOUNTED})"
    days = rf"{_DAY}(?:\s?[-–—]\s?{_DAY}|\s(?:to|through|and|&)\s{_DAY})?"
    some = rf"(?:[0-9]{{1,3}}|{numbers.words_pattern()}|an?|{either(data['vague'])})"
    over = r"(?:for|over|in|during|within|throughout)"
    moments = either(data["moments"])
    units = rf"(?:{UNIT}|{moments}|{full})"
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
        "ago": rf"{some}\s{UNIT}s?\s(?:ago\b|from\snow\b)",
        "told": rf"(?:(?:the|that)\s(?:very\s)?same|that)\s{units}{alone}"
        rf"|the\s(?:next|following|previous|preceding)\s{units}\b(?!')|the\s{units}\s(?:before|after){alone}"
        rf"|{some}\s{UNIT}s?\s(?:earlier\b(?!\sthan)|(?:later|before|after|afterwards?|beforehand){alone})",
        "past": rf"(?:{over}\s(?:the\s)?|the\s)(?:past|last|previous)\s{some}\s{UNIT}s?\b"
        rf"|{over}\sthe\s(?:past|last)\s{UNIT}\b|(?:in|over|during)\srecent\s{UNIT}s\b",
        "duration": rf"for\s(?:(?:more\sthan|over|nearly|almost|about|at\sleast)\s)?{some}\s(?:{UNIT}|night|hour)s?\b"
        r"(?!\s(?:of\b|in\sprison|a\s(?:day|week)))",
        "nth": rf"(?:for\s(?:the|an?)|its|their)\s{ordinal}\s"
        r"(?:(?:consecutive|straight|successive)\s)?(?:day|night)\b(?!\s(?:of|in)\b(?!\sa\srow))",
        "within": rf"within\s{some}\s{UNIT}(?:s'?|'s)?(?:\stime)?\b",
        "unit": rf"(?:{part}(?:the\s)?)?(?:this|last|next)\s(?:week(?:end)?|month|year)\b"
        rf"|{part}the\s(?:week|month|year)\b|(?:at|over|on|during)\sthe\sweekend\b",
        "year": rf"(?:{part}|(?<![\w.,$£€/#:-])){_YEAR}(?![\w/]|[-–][0-9])",
    }
    return re.compile(r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{body})" for name, body in alternatives.items()) + ")")
