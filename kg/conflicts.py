"""Finds statements that cannot both hold: of status, time, parties and numbers, each with both quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from kg.facts import Fact, Index, facts
from kg.store import Store

OVER = frozenset({"status:cancelled", "status:prevented", "status:withdrawn"})
HELD = frozenset({"status:occurred", "status:ongoing"})


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
    """Return all conflicts of a graph, ordered by name, property and values; each pair of values once."""
    known = Index(store)
    told: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
    for fact in facts(store):
        if fact.predicate in _CHECKS and fact.factuality in ("certain", "probable"):
            told[fact.subject, fact.predicate].setdefault(_value(known, fact), fact)
    found = []
    for (node, predicate), values in told.items():
        cls = known.class_of(node)
        for (one, left), (other, right) in combinations(sorted(values.items()), 2):
            if why := _CHECKS[predicate](known, cls, left, right):
                sides = (_side(one, left), _side(other, right))
                found.append(Conflict(node, known.label(node), predicate, why, *sides))
    found += _denied(store, known)
    return sorted(found, key=lambda c: (c.name, c.node, c.predicate, c.left.value, c.right.value))


def _side(value: str, fact: Fact) -> Side:
    return Side(value, fact.source.id, fact.source.publisher, fact.source.date, fact.quote)


def _value(known: Index, fact: Fact) -> str:
    return fact.object if fact.literal else known.label(fact.object)


# ---- one check for each property; each returns why two statements cannot both hold, or "" ----


def _status(_: Index, __: str, left: Fact, right: Fact) -> str:
    one, other = (f"status:{fact.object.rpartition('/')[2]}" for fact in (left, right))
    if (one in OVER and other in HELD) or (other in OVER and one in HELD):
        return "one says that it was called off, the other that it took place"
    return ""


def _time(known: Index, _: str, left: Fact, right: Fact) -> str:
    spans = [(known.first(f.object, "cag:earliest"), known.first(f.object, "cag:latest")) for f in (left, right)]
    if all(earliest and latest for earliest, latest in spans) and (
        spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0]
    ):
        return "the dates do not overlap"
    return ""


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


def _addressee(known: Index, _: str, left: Fact, right: Fact) -> str:
    employers = {employer for f in (left, right) for employer in known.all(f.object, "org:memberOf")}
    if left.source.id == right.source.id or employers & {left.object, right.object}:
        return ""
    return "different texts name different addressees"


def _party(_: Index, __: str, left: Fact, right: Fact) -> str:
    return "" if left.source.id == right.source.id else "different texts name different parties"


def _number(known: Index, node: str, predicate: str, default: float) -> float:
    text = known.first(node, predicate)
    return float(text) if text else default


_CHECKS: dict[str, Callable[[Index, str, Fact, Fact], str]] = {
    "cag:status": _status,
    "cag:when": _time,
    "cag:size": _size,
    "cag:contractValue": _money,
    "cag:addressee": _addressee,
    "cag:supplier": _party,
    "cag:buyer": _party,
}


def _denied(store: Store, known: Index) -> Iterator[Conflict]:
    """Yield what one text states and another denies."""
    told: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts(store):
        told[fact.subject, fact.predicate, fact.object].append(fact)
    for (node, predicate, _), found in told.items():
        yes, no = _first(found, negated=False), _first(found, negated=True)
        if yes is not None and no is not None:
            value = _value(known, yes)
            sides = (_side(value, yes), _side(f"not {value}", no))
            yield Conflict(node, known.label(node), predicate, "one text denies what another says", *sides)


def _first(found: Iterable[Fact], *, negated: bool) -> Fact | None:
    return next((f for f in found if (f.factuality == "negated") is negated and f.factuality != "possible"), None)
