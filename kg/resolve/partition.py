"""Sets of nodes that are one, with pairs that must never be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Partition:
    """Disjoint sets; `forbid` keeps two nodes apart for good, whatever is joined later."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)

    def find(self, node: str) -> str:
        """Return the representative of the node's set."""
        parent = self._parent.get(node)
        if parent is None:
            self._parent[node] = node
            self._members[node] = [node]
            return node
        while parent != node:
            grand = self._parent[parent]
            self._parent[node] = grand
            node, parent = grand, self._parent[grand]
        return node

    def members(self, node: str) -> list[str]:
        """Return the nodes of the set of `node`, in no particular order."""
        return self._members[self.find(node)]

    def forbid(self, left: str, right: str) -> None:
        """Keep the sets of two nodes apart from now on; nothing happens where they are one already."""
        one, other = self.find(left), self.find(right)
        if one != other:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def allowed(self, left: str, right: str) -> bool:
        """Tell whether the sets of two nodes may become one (or are)."""
        one, other = self.find(left), self.find(right)
        return one == other or other not in self._apart.get(one, ())

    def join(self, left: str, right: str) -> bool:
        """Make two sets one; False where that is forbidden."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return True
        if not self.allowed(one, other):
            return False
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        self._parent[other] = one
        self._members[one] += self._members.pop(other)
        for enemy in self._apart.pop(other, ()):
            self._apart[enemy].discard(other)
            self._apart[enemy].add(one)
            self._apart[one].add(enemy)
        return True

    def sets(self, nodes: Iterable[str]) -> Iterator[list[str]]:
        """Yield each set that the nodes are in, sorted, ordered by first member."""
        found: dict[str, list[str]] = {}
        for node in sorted(nodes):
            found.setdefault(self.find(node), []).append(node)
        yield from found.values()
