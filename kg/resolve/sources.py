"""How many independent publishers report a thing: copies of one text and one publisher's several reports count once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import combinations
from urllib.parse import urlsplit
from zlib import crc32

from kg.model import Document

COPY = 0.5
"""Share of the shorter text's five-word runs that the longer one repeats, from which on the two are copies."""

_RUN = 5


def publisher(document: Document) -> str:
    """Return who published a document: its publisher, else the host of its address, else "" (unknown)."""
    if document.publisher:
        return " ".join(document.publisher.casefold().split()).removeprefix("the ")
    return (urlsplit(document.url).hostname or "").removeprefix("www.") if document.url else ""


def runs(text: str) -> frozenset[int]:
    """Return the hashes of all runs of five words of a text."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(crc32(" ".join(words[i : i + _RUN]).encode()) for i in range(max(1, len(words) - _RUN + 1)))


def copies(left: frozenset[int], right: frozenset[int]) -> bool:
    """Tell whether two texts, given as runs, repeat each other."""
    return bool(left and right) and len(left & right) >= COPY * min(len(left), len(right))


def corroboration(documents: Mapping[str, Document], reports: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return node -> number of independent publishers among the documents (ids) that report it.

    Documents whose publisher is unknown count as one publisher together, so that the number is never too high.
    """
    known = cache(lambda name: runs(documents[name].text))
    return {node: _independent(sorted(set(names)), documents, known) for node, names in reports.items()}


def _independent(names: list[str], documents: Mapping[str, Document], known: Callable[[str], frozenset[int]]) -> int:
    group: dict[str, str] = {}
    for name in names:
        group[name] = publisher(documents[name]) if name in documents else ""
    if len(set(group.values())) < 2:
        return 1
    for left, right in combinations((n for n in names if n in documents), 2):
        if group[left] != group[right] and copies(known(left), known(right)):
            old, new = sorted((group[left], group[right]), reverse=True)
            group = {name: new if value == old else value for name, value in group.items()}
    return len(set(group.values()))
