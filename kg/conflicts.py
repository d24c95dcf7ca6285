"""Finds statements that cannot both hold: of status, time, parties and numbers, each with both quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations

from kg.facts import Fact, Index, facts
from kg.store import Store

OVER = frozenset({"status:cancelled", "status:prevented"})
HELD = frozenset({"status:occurred"})
"""What a text says of an action afterwards; all other statuses pass into these, and contradict nothing."""

_LONG = 366
"""Days from which on a time is too rough to contradict another."""

_SURE = frozenset({"certain", "probable"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of two statements: what it says, who says so, and the quote."""

    value: str
    document: str
    publisher: str
    date: str
    quote: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements on one thing (`node` is its IRI, `name` its name) that cannot both hold, and why not."""

    node: str
    name: str
    predicate: str
    why: str
    left: Side
    right: Side

    def text(self) -> str:
        """Return the conflict for people: the thing, why, and both sides with their quotes."""
        lines = [f"{self.name} ({self.predicate}): {self.why}"]
        for side in (self.left, self.right):
            source = ", ".join(part for part in (side.document, side.publisher, side.date) if part)
            lines.append(f"  {side.value}  [{source}]\n    “{' '.join(side.quote.split())}”")
        return "\n".join(lines)


def conflicts(store: Store) -> list[Conflict]:
    """Return all conflicts of a graph, ordered by name, property and values; each pair of values once.

    Two texts contradict each other only where nothing that the one says agrees with anything that the other says:
    several numbers or dates in one text are parts of one story, unless it attributes them to different voices.
    """
    known = Index(store)
    found: dict[tuple[str, str, str, str], Conflict] = {}
    told: dict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    every = facts(store)
    for fact in every:
        if fact.predicate in _CHECKS and fact.factuality in _SURE:
            told[fact.subject, fact.predicate][fact.source.id].append(fact)
    for (node, predicate), by_text in told.items():
        cls = known.class_of(node)
        voices = (pair for told_here in by_text.values() for pair in combinations(_voices(told_here), 2))
        for one, other in chain(combinations(by_text.values(), 2), voices):
            if why := _excluded(known, cls, one, other):
                ends = sorted(((_value(known, f), f) for f in (one[0], other[0])), key=lambda end: end[0])
                sides = [_side(value, fact) for value, fact in ends]
                key = (node, predicate, sides[0].value, sides[1].value)
                found.setdefault(key, Conflict(node, known.label(node), predicate, why, *sides))
    return sorted(
        [*found.values(), *_denied(every, known)],
        key=lambda c: (c.name, c.node, c.predicate, c.left.value, c.right.value),
    )


def _voices(told: Iterable[Fact]) -> list[list[Fact]]:
    """Return the statements of a text by whom it attributes them to, those in its own voice left out."""
    voices: dict[str, list[Fact]] = defaultdict(list)
    for fact in told:
        if fact.attributed_to:
            voices[fact.attributed_to].append(fact)
    return list(voices.values())


def _excluded(known: Index, cls: str, one: list[Fact], other: list[Fact]) -> str:
    """Return why no statement of one text can hold together with any of the other, "" where one can."""
    why = ""
    for left in one:
        for right in other:
            why = _CHECKS[left.predicate](known, cls, left, right)
            if not why:
                return ""
    return why


def _side(value: str, fact: Fact) -> Side:
    return Side(value, fact.source.id, fact.source.publisher, fact.source.date, fact.quote)


def _value(known: Index, fact: Fact) -> str:
    return fact.object if fact.literal else known.label(fact.object)


# ---- one check for each property; each returns why two statements cannot both hold, or "" ----


def _status(known: Index, cls: str, left: Fact, right: Fact) -> str:
    """A contract may be held and cancelled later, an action may not; nor can a text know how it went before the day."""
    by_status = {f"status:{fact.object.rpartition('/')[2]}": fact for fact in (left, right)}
    over, held = (next((by_status[s] for s in by_status if s in group), None) for group in (OVER, HELD))
    if cls == "Contract" or over is None or held is None:
        return ""
    days = [known.first(span, "cag:earliest") for span in known.all(held.subject, "cag:when")]
    if held.source.date and held.source.date < min(filter(None, days), default=""):
        return ""
    return "one says that it was called off, the other that it took place"


def _time(known: Index, cls: str, left: Fact, right: Fact) -> str:
    spans = [(known.first(f.object, "cag:earliest"), known.first(f.object, "cag:latest")) for f in (left, right)]
    if cls == "Contract" or not all(earliest and latest for earliest, latest in spans):
        return ""
    if any((date.fromisoformat(latest) - date.fromisoformat(earliest)).days >= _LONG for earliest, latest in spans):
        return ""
    apart = spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0]
    return "the dates do not overlap" if apart else ""


def _size(known: Index, cls: str, left: Fact, right: Fact) -> str:
    low = max(_number(known, f.object, "schema:minValue", 0) for f in (left, right))
    high = min(_number(known, f.object, "schema:maxValue", float("inf")) for f in (left, right))
    if low <= high or (cls == "Petition" and _later_is_larger(known, left, right)):
        return ""
    return "the numbers exclude each other"


def _later_is_larger(known: Index, left: Fact, right: Fact) -> bool:
    """Signatures are added: a later text may give more."""
    first, second = sorted((left, right), key=lambda f: (f.source.date, _number(known, f.object, "schema:minValue", 0)))
    return _number(known, first.object, "schema:minValue", 0) <= _number(known, second.object, "schema:minValue", 0)


def _money(known: Index, _: str, left: Fact, right: Fact) -> str:
    currencies = {known.first(f.object, "schema:currency") for f in (left, right)}
    sums = [_range(known, f.object) for f in (left, right)]
    if len(currencies) == 1 and (sums[0][1] < sums[1][0] or sums[1][1] < sums[0][0]):
        return "the sums exclude each other"
    return ""


def _range(known: Index, node: str) -> tuple[float, float]:
    value = _number(known, node, "schema:value", -1)
    low = _number(known, node, "schema:minValue", value if value >= 0 else 0)
    return low, _number(known, node, "schema:maxValue", value if value >= 0 else float("inf"))


def _party(known: Index, _: str, left: Fact, right: Fact) -> str:
    """Two named bodies or people can be meant; a description, a part of the other or its head says the same."""
    if left.object == right.object or any(known.label(f.object).islower() for f in (left, right)):
        return ""
    if "Collective" in (known.class_of(left.object), known.class_of(right.object)):
        return ""
    above = {up for f in (left, right) for p in _BELONGS for up in known.all(f.object, p)}
    return "" if above & {left.object, right.object} else "different texts name different parties"


_BELONGS = ("org:memberOf", "org:subOrganizationOf")


def _number(known: Index, node: str, predicate: str, default: float) -> float:
    text = known.first(node, predicate)
    return float(text) if text else default


_CHECKS: dict[str, Callable[[Index, str, Fact, Fact], str]] = {
    "cag:status": _status,
    "cag:when": _time,
    "cag:size": _size,
    "cag:contractValue": _money,
    "cag:addressee": _party,
    "cag:supplier": _party,
    "cag:buyer": _party,
}


def _denied(every: Iterable[Fact], known: Index) -> Iterator[Conflict]:
    """Yield what one voice states and another denies.

    A text that also states what it denies speaks of something else (of another time, of a rumour), unless it says
    that somebody else denies it. That no such event took place contradicts only those who say that it did.
    """
    told: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    held = set()
    for fact in every:
        told[fact.subject, fact.predicate, fact.object].append(fact)
        if fact.predicate == "cag:status" and f"status:{fact.object.rpartition('/')[2]}" in HELD:
            held.add((fact.subject, fact.source.id))
    for (node, predicate, _), found in told.items():
        yes = [f for f in found if f.factuality in _SURE]
        if predicate == "rdf:type":
            yes = [f for f in yes if (node, f.source.id) in held]
        no = [f for f in found if f.factuality == "negated"]
        if pair := next(((y, n) for y in yes for n in no if _two_voices(y, n, found)), None):
            value = _value(known, pair[0])
            sides = (_side(value, pair[0]), _side(f"not {value}", pair[1]))
            yield Conflict(node, known.label(node), predicate, "one text denies what another says", *sides)


def _two_voices(yes: Fact, no: Fact, found: Iterable[Fact]) -> bool:
    if yes.attributed_to != no.attributed_to and no.attributed_to:
        return True
    return not any(f.source.id == no.source.id and f.factuality in _SURE for f in found)
