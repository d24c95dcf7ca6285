"""Helpers of the tests of extraction: a text that has been read, and the types of the fixtures that read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from kg.extract.events import Event
from kg.extract.mentions import Scene
from kg.extract.nlp import Doc, Token
from kg.extract.reading import Reading
from kg.model import Document, Statement

DAY = date(2020, 6, 10)
"""The day of publication of every text of these tests; a Wednesday."""


class Read(NamedTuple):
    """A text with what extraction made of it."""

    document: Document
    reading: Reading
    statements: list[Statement]

    def event(self, cls: str) -> Event:
        """The one event of a class."""
        found = [event for event in self.reading.events if event.cls == cls]
        assert len(found) == 1, [(e.cls, e.form, [m.words for m in e.mentions]) for e in self.reading.events]
        return found[0]

    def forms(self) -> list[str | None]:
        """The forms of all events, in text order."""
        return [event.form for event in self.reading.events]


Parse = Callable[[str], Doc]
ReadText = Callable[..., Read]
SceneOf = Callable[[str], Scene]


def word(doc: Doc, text: str) -> Token:
    """The first token of `doc` that reads `text`."""
    return next(token for token in doc if token.text == text)
