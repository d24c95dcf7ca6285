"""Finds the time expressions of a text (dates, weekdays, "last week", "since May", holidays) and dates them.

The words and holidays are data (`schema/times.yaml`), the grammar is in `timewords`, what each kind says in
`timereaders`, the meaning in `intervals`; here the pieces are told from what only looks like a date, and joined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from kg.extract import intervals, numbers, timewords
from kg.extract.data import load
from kg.extract.intervals import Between, Bound, Calendar, Expression, Interval, Weekday
from kg.extract.timereaders import READERS, Atom
from kg.model import TimeSpan

# A bare figure this many years after the anchor is no year.
_HORIZON = 30


@dataclass(frozen=True, slots=True)
class TimeMatch:
    """A time expression at `text[start:end]`, its preposition included; `raw` is that text."""

    start: int
    end: int
    expression: Expression
    raw: str


def find(text: str, anchor: date | None = None) -> list[TimeMatch]:
    """Return the time expressions of `text`, in order, without overlaps; offsets are code points of `text`.

    Durations ("a two-year deal"), decades and fiscal years are left out. With `anchor`, the day of writing, a bare
    figure far ahead of it is not taken for a year.
    """
    folded = numbers.fold(text)
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


def _atoms(text: str, folded: str, anchor: date | None) -> list[Atom]:
    """Return what the grammar matches, in order, as far as the readers accept it."""
    atoms: list[Atom] = []
    position = 0
    while found := numbers.search(timewords.grammar(), timewords.gate(), folded, position):
        kind = found.lastgroup or ""
        atom = READERS[kind](text, folded, found.span()) if kind in READERS else None
        if atom and not (kind == "year" and anchor and _far(atom, anchor)):
            atoms.append(atom)
        position = found.end() if atom or kind == "skip" else found.start() + 1
    return atoms


def _far(atom: Atom, anchor: date) -> bool:
    return isinstance(atom.expression, Calendar) and (atom.expression.year or 0) > anchor.year + _HORIZON


_GAP = re.compile(r"\s?[-–—]\s?|\s(?:to|through|thru|until|till|and|or)\s(?:in\s|on\s)?")


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


_UNCOUNTED_AFTER = re.compile(timewords.UNCOUNTED)
_NOUN = re.compile(r"\s[a-z]")
_NAME = re.compile(r"\s[A-Z][a-z]")


def _in_context(text: str, folded: str, atom: Atom) -> bool:
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
    if unit.year and timewords.crowd().match(folded, atom.end):
        return False
    if the or not weak:
        return determiner and bool(_NOUN.match(text, atom.end)) and (unit.month != 3 or not the)
    return bool(_UNCOUNTED_AFTER.match(folded, atom.end)) if unit.year else not _NAME.match(text, atom.end)


def _certain(text: str, folded: str, atoms: list[Atom]) -> list[Atom]:
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


def _same_kind(left: Atom, right: Atom) -> bool:
    return _grain(left.expression) == _grain(right.expression) != ""


def _joins(folded: str, left: Atom, right: Atom) -> bool:
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


def _match(text: str, folded: str, first: Atom, last: Atom) -> TimeMatch:
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
