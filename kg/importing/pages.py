"""Makes a document of coded data: a text in which each value stands somewhere, so that it can be quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kg.model import Document, Evidence, Statement, Term

Place = tuple[int, int]


class Page:
    """Collects the text of one document and what it says; every statement quotes a place of the text."""

    def __init__(self, extractor: str) -> None:
        self._extractor = extractor
        self._parts: list[str] = []
        self._length = 0
        self._said: list[tuple[str, str, Term, Place]] = []

    def text(self, words: str) -> Place:
        """Add a text and return its place."""
        place = (self._length, self._length + len(words))
        self._parts.append(words)
        self._length = place[1]
        return place

    def line(self, name: str, values: Sequence[str]) -> list[Place]:
        """Add a line with a name and values, and return the place of each value."""
        self.text(f"{name}: ")
        places = []
        for number, value in enumerate(values):
            if number:
                self.text(", ")
            places.append(self.text(value))
        self.text("\n")
        return places

    def say(self, subject: str, predicate: str, object_: Term, place: Place) -> None:
        """Add a statement that the words at `place` make."""
        self._said.append((subject, predicate, object_, place))

    @property
    def content(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def statements(self, document: Document) -> list[Statement]:
        """Return the statements; hand-coded data is taken at its word."""
        return [
            Statement(s, p, o, Evidence(document.id, start, end, document.text[start:end], self._extractor, 1.0))
            for s, p, o, (start, end) in self._said
        ]


def slug(text: str, limit: int = 48) -> str:
    """Return a text as a short part of an identifier."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:limit].strip("-")
