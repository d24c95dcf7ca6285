"""The counts, amounts and time expressions of a chunk, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kg.extract import counts, money, times
from kg.extract.counts import CountMatch
from kg.extract.intervals import Interval
from kg.extract.money import MoneyMatch
from kg.extract.times import TimeMatch


@dataclass(slots=True)
class Quantities:
    """The counts, amounts and time expressions of a chunk, by offset in the chunk.

    `told` is the time that the sentences read so far speak of last.
    """

    counts: list[CountMatch] = field(default_factory=list)
    money: list[MoneyMatch] = field(default_factory=list)
    times: list[TimeMatch] = field(default_factory=list)
    told: Interval | None = None


def read(text: str, anchor: date | None) -> Quantities:
    """Find all quantities of a chunk once."""
    amounts = money.find(text)
    return Quantities(counts.find(text, amounts), amounts, times.find(text, anchor))


def within(matches: list, start: int, end: int) -> list:  # type: ignore[type-arg]
    """Return the matches inside the half-open offsets start..end."""
    return [m for m in matches if m.start >= start and m.end <= end]
