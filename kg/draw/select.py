"""Which part of a network is drawn: by name, class and date, and at most so many nodes."""

from __future__ import annotations

import calendar
import difflib
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx

    Network = networkx.MultiDiGraph[str]

ACTIONS = frozenset({"CollectiveAction", "Petition", "Protest", "UnionAction", "LegalAction"})
DATED = ACTIONS | {"PublicStatement", "Contract"}
"""Classes whose members happen: they have dates, forms and statuses."""

ORGANIZATIONS = frozenset(
    {"Organization", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet", "University"}
)
WIDER = {
    "CollectiveAction": ACTIONS,
    "Organization": ORGANIZATIONS,
    "Actor": ORGANIZATIONS | {"Actor", "Person", "Collective"},
}

HELD = 5000
"""Nodes that a page holds at most, drawn or folded, unless more are to be drawn: what a browser opens in seconds."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a network is drawn; the values that are given at the start take all of it.

    `focus` (a name or an IRI) with what is at most `hops` links away; nodes of the classes `types`; actions and
    contracts that may fall between the days `start` and `end`, both included, with what they are linked to. Of more
    than `max_nodes` nodes (None: as many as fit) those nearest to the focus and with most links.
    """

    focus: str | None = None
    hops: int = 2
    types: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    max_nodes: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What is drawn of `network`, and what is too much for it.

    `folded` nodes are in the page, hidden behind the drawn node that is nearest to them ("" where none is linked to
    them); of those that are not in the page at all, `absent` counts how many belong to each drawn node.
    """

    network: Network
    drawn: frozenset[str]
    folded: Mapping[str, str]
    absent: Mapping[str, int]

    @property
    def edges(self) -> int:
        """Return the number of relations between drawn nodes."""
        return int(self.network.subgraph(self.drawn).number_of_edges())


def choose(network: Network, selection: Selection, most: int) -> Part:
    """Return the part of `network` to draw, of `most` nodes unless the selection says how many.

    Raises UsageError for a name, class, date or number that does not fit.
    """
    limit = most if selection.max_nodes is None else selection.max_nodes
    if limit < 1 or selection.hops < 0:
        raise UsageError("--max-nodes must be at least 1 and --hops at least 0")
    centre = find(network, selection.focus) if selection.focus is not None else None
    part = by_type(network, selection.types) if selection.types else network
    if selection.start or selection.end:
        part = by_date(part, selection.start, selection.end)
    if centre is None:
        return fold(part, limit, {})
    if centre not in part:
        raise UsageError(f"--focus {selection.focus}: is left out by --type, --from or --to; widen or drop them")
    distance = around(part, centre, selection.hops)
    return fold(part.subgraph(distance), limit, distance)


def fold(network: Network, limit: int, distance: dict[str, int]) -> Part:
    """Return the `limit` most important nodes to draw, and behind which of them the others are."""
    ranked = most_important(network, len(network), distance)
    held = max(HELD, limit)
    nearest = _nearest(network, ranked[:limit])
    folded = {node: nearest.get(node, "") for node in ranked[limit:held]}
    absent = Counter(nearest.get(node, "") for node in ranked[held:])
    return Part(network, frozenset(ranked[:limit]), folded, absent)


def _nearest(network: Network, sources: list[str]) -> dict[str, str]:
    """Return the source with the fewest links to each node, the first one of several; not for nodes without any."""
    found = {node: node for node in sources}
    queue = deque(sources)
    while queue:
        node = queue.popleft()
        for other in sorted(_neighbours(network, node)):
            if other not in found:
                found[other] = found[node]
                queue.append(other)
    return found


def by_type(network: Network, types: Sequence[str]) -> Network:
    """Keep the nodes of the named classes; where only actions or contracts are named, also those linked to them.

    `CollectiveAction`, `Organization` and `Actor` stand for all their kinds. Raises UsageError for a class that the
    network does not have.
    """
    present = {str(cls) for _, cls in network.nodes(data="cls")}
    wanted: set[str] = set()
    for name in types:
        local = name.rpartition(":")[2].casefold()
        found = {cls for cls in present if cls.casefold() == local}
        found |= {kind for wide, kinds in WIDER.items() if wide.casefold() == local for kind in kinds & present}
        if not found:
            raise UsageError(f"--type {name}: no node is of this class; choose from {', '.join(sorted(present))}")
        wanted |= found
    kept = {node for node in network if _class(network, node) in wanted}
    if wanted <= DATED:
        kept |= {other for node in kept for other in _neighbours(network, node) if _class(network, other) not in DATED}
    return network.subgraph(kept)


def by_date(network: Network, start: date | None, end: date | None) -> Network:
    """Keep actions and contracts that may fall between the days `start` and `end` inclusive, and what they link to.

    What has no date is left out: nobody knows whether it falls there. Raises UsageError if `start` is after `end`.
    """
    if start and end and start > end:
        raise UsageError(f"--from {start} is later than --to {end}; swap them")
    kept: set[str] = set()
    for node, data in network.nodes(data=True):
        if data.get("cls") in DATED and (span := date_span(data.get("start"))):
            first, last = span
            if (start is None or last >= start) and (end is None or first <= end):
                kept.add(node)
    kept |= {other for node in kept for other in _neighbours(network, node) if _class(network, other) not in DATED}
    return network.subgraph(kept)


def date_span(text: str | None) -> tuple[date, date] | None:
    """Return first and last day of an ISO day, month or year; None for no or another text."""
    try:
        numbers = [int(part) for part in str(text or "").split("T")[0].split("-")]
        if len(numbers) == 1:
            return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
        if len(numbers) == 2:
            year, month = numbers
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        day = date(numbers[0], numbers[1], numbers[2])
        return day, day
    except (ValueError, calendar.IllegalMonthError):
        return None


def find(network: Network, name: str) -> str:
    """Return the node that `name` means: an IRI, its last part, a label, or a part of one (the best linked of several).

    Raises UsageError with similar names where nothing fits.
    """
    if name in network:
        return name
    text = name.casefold().strip()
    labels = {node: str(label or "").casefold() for node, label in network.nodes(data="label")}
    for test in (
        lambda node: labels[node] == text,
        lambda node: node.rpartition("/")[2].casefold() == text,
        lambda node: labels[node].startswith(text),
        lambda node: text in labels[node],
    ):
        found = [node for node in network if text and test(node)]
        if found:
            return min(found, key=lambda node: (-network.degree(node), node))
    near = difflib.get_close_matches(text, sorted(set(labels.values())), n=5, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "look the name up with `kg show` or in the table of the page"
    raise UsageError(f"--focus {name}: no node has this name; {hint}")


def around(network: Network, node: str, hops: int) -> dict[str, int]:
    """Return the nodes at most `hops` links from `node`, whatever the direction, each with its distance."""
    distance, front = {node: 0}, [node]
    for step in range(1, hops + 1):
        front = [other for near in front for other in _neighbours(network, near) if other not in distance]
        distance.update(dict.fromkeys(front, step))
        front = sorted(set(front))
    return distance


def most_important(network: Network, limit: int, distance: dict[str, int]) -> list[str]:
    """Return at most `limit` nodes: nearest to the focus first, then most links, then most facts, then by IRI."""

    def rank(node: str) -> tuple[int, int, int, str]:
        facts = network.nodes[node].get("facts") or ()
        return distance.get(node, 0), -network.degree(node), -len(facts), node

    return sorted(network, key=rank)[:limit]


def _neighbours(network: Network, node: str) -> set[str]:
    return set(network.successors(node)) | set(network.predecessors(node))


def _class(network: Network, node: str) -> str:
    return str(network.nodes[node].get("cls"))
