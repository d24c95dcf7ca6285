"""Finds what is told as a list: lines with bullets or numbers after a lead-in, and items numbered within a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.candidates import Span

_MARK = r"(?:[-*•‣◦·–]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)])"
_ITEM = re.compile(rf"^[ \t]*{_MARK}[ \t]+(\S.*?)[ \t]*$")
_NUMBERED = re.compile(r"\((?:\d{1,2}|[a-e])\)\s*")
_ENDS = " \t\n,;.:\"'“”‘’"
_JOINTS = (" and", " or", ", and", ", or")


@dataclass(frozen=True, slots=True)
class Listing:
    """A lead-in and its items, as half-open code points; `lead` ends where the first item begins."""

    lead: Span
    items: tuple[Span, ...]


def read(text: str) -> Iterator[Listing]:
    """Yield the lists of a text: those that take a line for each item, then those within a line."""
    yield from _by_line(text)
    yield from _within_line(text)


def _by_line(text: str) -> Iterator[Listing]:
    lead: Span | None = None
    items: list[Span] = []
    start = 0
    for line in [*text.splitlines(keepends=True), "\n", "end"]:
        match = _ITEM.match(line.rstrip("\n")) if lead is not None else None
        if match:
            items.append(_trimmed(text, start + match.start(1), start + match.end(1)))
        elif line.strip():
            if lead is not None and items:
                yield _listing(lead[0], items)
            lead = (start, start + len(line)) if line.rstrip().endswith(":") else None
            items = []
        start += len(line)


def _within_line(text: str) -> Iterator[Listing]:
    if "(" not in text:
        return
    for start, end in _lines(text):
        marks = list(_NUMBERED.finditer(text, start, end))
        if len(marks) < 2:
            continue
        ends = [mark.start() for mark in marks[1:]]
        last = re.compile(r"[.!?](?=\s|$)").search(text, marks[-1].end(), end)
        ends.append(last.start() if last else end)
        items = tuple(_trimmed(text, mark.end(), stop) for mark, stop in zip(marks, ends, strict=True))
        yield _listing(_sentence_start(text, start, marks[0].start()), items)


def _listing(start: int, items: Sequence[Span]) -> Listing:
    return Listing((start, items[0][0]), tuple(item for item in items if item[0] < item[1]))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _sentence_start(text: str, start: int, before: int) -> int:
    found = [match.end() for match in re.compile(r"[.!?]\s+").finditer(text, start, before)]
    return found[-1] if found else start


def _trimmed(text: str, start: int, end: int) -> Span:
    """Cut marks, quotes and a final conjunction off the ends of an item."""
    while start < end and text[start] in _ENDS:
        start += 1
    for _ in range(2):
        while end > start and text[end - 1] in _ENDS:
            end -= 1
        joint = next((joint for joint in _JOINTS if text[start:end].endswith(joint)), "")
        end -= len(joint)
    return start, end
