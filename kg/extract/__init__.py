"""Text in, statements with evidence out; every way to get there stands behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kg.errors import DocumentError, UsageError
from kg.extract.llm.options import LlmOptions
from kg.model import Document, Statement

__all__ = ["EXTRACTORS", "Extractor", "LlmOptions", "Options", "extractor"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the extractors can be told: the spaCy pipeline `model` (None: the default one), a folder of more frames.

    `llm` is about the language model.
    """

    model: str | None = None
    workers: int = 1
    llm: LlmOptions = field(default_factory=LlmOptions)
    frames: Path | None = None


class Extractor(Protocol):
    """A way to read documents; `problems` grows while `extract` runs, `notes` say afterwards what it took."""

    problems: list[DocumentError]
    notes: list[str]

    def version(self) -> str:
        """Return a hash of all that the statements of a text depend on besides the text."""

    def provenance(self) -> dict[str, str]:
        """Return what the graph should say of how it was made, `extractor` first; nothing for the rules."""

    def extract(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Statement]]]:
        """Yield each document with its statements, in the order given; a document with a problem is left out."""


class _Rules:
    def __init__(self, options: Options) -> None:
        from kg.extract.nlp import DEFAULT_MODEL

        self.problems: list[DocumentError] = []
        self.notes: list[str] = []
        self._model, self._workers, self._frames = options.model or DEFAULT_MODEL, options.workers, options.frames

    def version(self) -> str:
        from kg.extract import rules

        return rules.version(self._model, self._frames)

    def provenance(self) -> dict[str, str]:
        return {}

    def extract(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Statement]]]:
        from kg.extract import rules

        return rules.extract(documents, model=self._model, workers=self._workers, more=self._frames)


def _llm(options: Options) -> Extractor:
    if options.frames is not None:
        raise UsageError("frames are read by the rules only; leave out --frames, or use --extractor rules+llm")
    from kg.extract.llm.extractor import LlmExtractor

    return LlmExtractor(options.llm)


def _both(options: Options) -> Extractor:
    from kg.extract.llm.extractor import LlmExtractor
    from kg.extract.llm.hints import RuleHints
    from kg.extract.nlp import DEFAULT_MODEL

    return LlmExtractor(options.llm, hints=RuleHints(options.model or DEFAULT_MODEL, options.frames))


_EXTRACTORS: dict[str, Callable[[Options], Extractor]] = {"rules": _Rules, "llm": _llm, "rules+llm": _both}

EXTRACTORS = tuple(_EXTRACTORS)
"""The names of the extractors."""


def extractor(name: str, options: Options | None = None) -> Extractor:
    """Return an extractor by its name. Raises UsageError for an unknown name or an option that it needs and lacks."""
    if name not in _EXTRACTORS:
        raise UsageError(f"extractor {name!r} is unknown; choose one of {', '.join(EXTRACTORS)}")
    return _EXTRACTORS[name](options or Options())
