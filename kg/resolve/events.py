"""Which reports of actions and contracts are of one: pairs that share a party and a time, scored, then clustered.

Clusters do not chain: a report joins only where it contradicts none of the others and is like them on average.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from math import exp

from kg.model import Decision
from kg.resolve import features
from kg.resolve.partition import Partition
from kg.resolve.profiles import Event

SAME = 0.8
"""Score from which on two reports are of one event."""

POSSIBLE = 0.5
"""Score from which on a pair is recorded as possibly the same."""

AVERAGE = 0.6
"""Mean score between the reports of two clusters from which on they may become one."""

MARGIN = 0.08
"""Difference in score below which two candidates that exclude each other are a toss-up."""

BIAS = -4.0
"""Log odds of two reports that share a block and nothing else."""

CONTRACT_BIAS = -3.4
BLOCK = 60
"""Members of a block that are all compared; in larger ones each meets its neighbours in time."""


class _Scores:
    """The scores of pairs, computed once."""

    def __init__(self, events: dict[str, Event]) -> None:
        self._events = events
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, left: str, right: str) -> float:
        """Return the probability that two reports are of one event; 0 where they contradict each other."""
        pair = (left, right) if left < right else (right, left)
        if pair not in self._known:
            self._known[pair] = self._score(*pair)
        return self._known[pair]

    def _score(self, left: str, right: str) -> float:
        a, b = self._events[left], self._events[right]
        if any(check(a, b) for check in _contradictions(a)):
            return 0.0
        bias = CONTRACT_BIAS if a.cls == "cag:Contract" else BIAS
        return 1 / (1 + exp(-(bias + sum(feature(a, b) for feature in _features(a)))))

    def reasons(self, left: str, right: str) -> tuple[str, ...]:
        """Return what speaks for the pair and, after "but", what against."""
        a, b = self._events[left], self._events[right]
        weighed = [(feature(a, b), feature) for feature in _features(a)]
        pro = [features.reason(f) for weight, f in sorted(weighed, key=lambda w: -w[0]) if weight > 0]
        con = [
            f"but {'' if f in features.AGAINST else 'not: '}{features.reason(f)}" for weight, f in weighed if weight < 0
        ]
        return (*pro, *con, *(f"but {features.reason(check)}" for check in _contradictions(a) if check(a, b)))


def _features(event: Event) -> tuple[features.Feature, ...]:
    return features.CONTRACT_FEATURES if event.cls == "cag:Contract" else features.ACTION_FEATURES


def _contradictions(event: Event) -> tuple[features.Contradiction, ...]:
    return features.CONTRACT_CONTRADICTIONS if event.cls == "cag:Contract" else features.ACTION_CONTRADICTIONS


def resolve(events: Iterable[Event], partition: Partition) -> list[Decision]:
    """Join the reports in `partition`, which holds what people decided; return why, and what was nearly joined.

    The roles of the events hold canonical ids.
    """
    known = {event.id: event for event in sorted(events, key=lambda e: e.id)}
    scores = _Scores(known)
    pairs = sorted(
        ((scores(a, b), a, b) for a, b in candidates(known.values())), key=lambda pair: (-pair[0], pair[1], pair[2])
    )
    pairs = [pair for pair in pairs if pair[0] >= POSSIBLE]
    unsure = _toss_ups(pairs, scores)
    decisions = []
    for score, left, right in pairs:
        sure = score >= SAME and (left, right) not in unsure
        joined = sure and _clusters_fit(left, right, partition, scores) and partition.join(left, right)
        reasons = scores.reasons(left, right)
        if not joined and not partition.allowed(left, right):
            continue
        if (left, right) in unsure:
            reasons = (*reasons, "but another report fits as well")
        elif sure and not joined:
            reasons = (*reasons, "but the other reports of one do not fit those of the other")
        verdict = "same" if joined else "possible"
        decisions.append(Decision((left,), (right,), verdict, round(score, 3), reasons, "rules/event"))  # type: ignore[arg-type]
    return [d for d in decisions if d.verdict == "same" or partition.find(d.left[0]) != partition.find(d.right[0])]


def _clusters_fit(left: str, right: str, partition: Partition, scores: _Scores) -> bool:
    """Tell whether no two reports of the clusters contradict each other, and all are alike on average."""
    if partition.find(left) == partition.find(right):
        return True
    found = [scores(a, b) for a in partition.members(left) for b in partition.members(right)]
    return min(found) > 0 and sum(found) / len(found) >= AVERAGE


def _toss_ups(pairs: list[tuple[float, str, str]], scores: _Scores) -> set[tuple[str, str]]:
    """Return the pairs of a report that fits two others about equally well, which exclude each other."""
    partners: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for score, left, right in pairs:
        if score >= SAME:
            partners[left].append((score, right))
            partners[right].append((score, left))
    unsure = set()
    for report, found in partners.items():
        best = found[0][0]
        close = [other for score, other in found[:8] if best - score <= MARGIN]
        for one, other in combinations(close, 2):
            if scores(one, other) == 0.0:
                unsure |= {tuple(sorted((report, one))), tuple(sorted((report, other)))}
    return unsure  # type: ignore[return-value]


# ---- blocking ----


def candidates(events: Iterable[Event]) -> set[tuple[str, str]]:
    """Return the pairs worth comparing, each in order: those that share a party (or a place) and a stretch of time."""
    blocks: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for event in events:
        for key in set(_keys(event)):
            blocks[key].append(event)
    pairs: set[tuple[str, str]] = set()
    # Reports that share a party share most of the months and other parties, too.
    for members in {tuple(e.id for e in members): members for members in blocks.values() if len(members) > 1}.values():
        for a, b in _neighbours(members):
            if a.document != b.document:
                pairs.add((a.id, b.id) if a.id < b.id else (b.id, a.id))
    return pairs


def _neighbours(members: list[Event]) -> Iterator[tuple[Event, Event]]:
    if len(members) <= BLOCK:
        yield from combinations(members, 2)
        return
    ordered = sorted(members, key=lambda event: (_first_day(event), event.id))
    for position, event in enumerate(ordered):
        for other in ordered[position + 1 : position + BLOCK // 2]:
            yield event, other


def _first_day(event: Event) -> date:
    return min((s.earliest for s in event.spans), default=event.published or date.min)


def _keys(event: Event) -> Iterator[tuple[str, ...]]:
    if event.cls == "cag:Contract":
        for number in event.identifiers:
            yield ("number", number)
        for supplier in event.suppliers:
            for buyer in event.buyers:
                yield ("parties", supplier, buyer)
        for party in event.suppliers | event.buyers:
            yield ("party", party)
        return
    months = sorted(_months(event))
    for party in event.actors | event.targets | event.addressees:
        for month in months:
            yield (event.cls, party, month)
    matters = {matter for matter in event.concerns if matter.startswith("technology/")}
    scenes = {f"{form} {place}" for form in event.forms for place in event.places}
    for shared in (*sorted(matters), *sorted(scenes)):
        for month in months:
            yield (event.cls, shared, month)


def _months(event: Event) -> set[str]:
    """Return the months in which an event may have been; without a date, that of the report and the one before."""
    found = set()
    for span in event.spans:
        year, month = span.earliest.year, span.earliest.month
        for _ in range(14):
            found.add(f"{year}-{month}")
            if (year, month) >= (span.latest.year, span.latest.month):
                break
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if not found and event.published is not None:
        year, month = event.published.year, event.published.month
        before = (year, month - 1) if month > 1 else (year - 1, 12)
        after = (year, month + 1) if month < 12 else (year + 1, 1)
        found = {f"{y}-{m}" for y, m in ((year, month), before, after)}
    return found or {"undated"}
