"""Finds in a text the words that a model gave back: exactly, else but for spelling, else nearly; or not at all."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Literal as OneOf

from rapidfuzz import fuzz

Status = OneOf["exact", "normalised", "fuzzy"]
Span = tuple[int, int]

FUZZY_FROM = 24
"""Shorter quotations, names above all, must be found letter by letter: near is not enough for them."""
FUZZY_SCORE = 88.0
"""The least similarity, of 100, of a quotation that is found nearly."""

_MARKS = str.maketrans("‘’‛ʼ´`＇“”„‟«»″‐‑‒–—−", "'''''''" + '"' * 7 + "------")
_ELISION = re.compile(r"\s*(?:\[\s*)?(?:…|\.\.\.)(?:\s*\])?\s*")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATIONS = re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot|\w+n't)\b")
_MAX_GAP = 400


@dataclass(frozen=True, slots=True)
class Found:
    """Where words stand in a text, and how well they agree with it: `score` is 1 for what is found exactly."""

    start: int
    end: int
    status: Status
    score: float

    @property
    def span(self) -> Span:
        """Return the half-open code points."""
        return (self.start, self.end)


def fold(text: str) -> str:
    """Return `text` casefolded, with plain quotation marks and hyphens and single spaces."""
    return " ".join("".join(map(_fold, text)).split())


def _fold(char: str) -> str:
    if char.isascii():
        return char.lower()
    if unicodedata.category(char) == "Cf":
        return ""
    return unicodedata.normalize("NFKC", char.translate(_MARKS)).casefold().translate(_MARKS)


class Aligner:
    """Finds words in one text; the folded text is made once, and only where an exact search has failed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def find(self, words: str, *, within: Span | None = None) -> Found | None:
        """Return where `words` stand in the text, or inside `within`; None where they do not."""
        words = words.strip()
        start, end = within or (0, len(self.text))
        if not words:
            return None
        if (at := _search(self.text, words, start, end)) >= 0:
            return Found(at, at + len(words), "exact", 1.0)
        wanted = fold(words)
        if not wanted:
            return None
        low, high = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        if (at := _search(self._folded, wanted, low, high)) >= 0:
            return self._found(at, at + len(wanted), "normalised", 1.0)
        return self._elided(words, low, high) or self._near(wanted, low, high)

    @cached_property
    def _mapped(self) -> tuple[str, list[int]]:
        """Return the folded text and, for each of its characters, the offset of the one that it was made from."""
        pieces: list[str] = []
        offsets: list[int] = []
        for offset, char in enumerate(self.text):
            piece = " " if char.isspace() else _fold(char)
            if piece == " " and pieces and pieces[-1] == " ":
                continue
            for part in piece:
                pieces.append(part)
                offsets.append(offset)
        return "".join(pieces), offsets

    @property
    def _folded(self) -> str:
        return self._mapped[0]

    @property
    def _offsets(self) -> list[int]:
        return self._mapped[1]

    def _found(self, low: int, high: int, status: Status, score: float) -> Found:
        """Return the place in the text of `folded[low:high]`, whole characters only."""
        start, last = self._offsets[low], self._offsets[high - 1]
        end = last + 1
        while end < len(self.text) and unicodedata.combining(self.text[end]):
            end += 1
        return Found(start, end, status, score)

    def _elided(self, words: str, low: int, high: int) -> Found | None:
        """Find a quotation that leaves something out ("they ... left"): its pieces, in order and not far apart."""
        pieces = [fold(piece) for piece in _ELISION.split(words) if fold(piece)]
        if len(pieces) < 2 or len(fold(words)) < FUZZY_FROM:
            return None
        first, last = -1, low
        for piece in pieces:
            at = _search(self._folded, piece, last, high if first < 0 else min(high, last + _MAX_GAP + len(piece)))
            if at < 0:
                return None
            first, last = (at if first < 0 else first), at + len(piece)
        if _NEGATIONS.findall(self._folded[first:last]) != _NEGATIONS.findall(" ".join(pieces)):
            return None
        return self._found(first, last, "fuzzy", len(" ".join(pieces)) / (last - first))

    def _near(self, wanted: str, low: int, high: int) -> Found | None:
        """Find the most similar place; one that has other figures, or more or fewer negations, is another statement."""
        if len(wanted) < FUZZY_FROM or len(wanted) > high - low:
            return None
        best = fuzz.partial_ratio_alignment(wanted, self._folded[low:high], score_cutoff=FUZZY_SCORE)
        if best is None or best.dest_end <= best.dest_start:
            return None
        first, last = self._to_words(low + best.dest_start, low + best.dest_end)
        there = self._folded[first:last]
        same_figures = _NUMBERS.findall(there) == _NUMBERS.findall(wanted)
        if not same_figures or _NEGATIONS.findall(there) != _NEGATIONS.findall(wanted):
            return None
        score = fuzz.ratio(wanted, there)
        return self._found(first, last, "fuzzy", score / 100) if score >= FUZZY_SCORE else None

    def _to_words(self, first: int, last: int) -> Span:
        """Widen a span of the folded text to whole words."""
        text = self._folded
        while 0 < first < len(text) and text[first].isalnum() and text[first - 1].isalnum():
            first -= 1
        while 0 < last < len(text) and text[last - 1].isalnum() and text[last].isalnum():
            last += 1
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        return first, last


def _search(text: str, words: str, start: int, end: int) -> int:
    """Return the offset of the first place where `words` stand as whole words ("ICE" is not in "police"), else -1."""
    at = text.find(words, start, end)
    while at >= 0:
        before = at > 0 and text[at - 1].isalnum() and words[0].isalnum()
        stop = at + len(words)
        after = stop < len(text) and text[stop].isalnum() and words[-1].isalnum()
        if not before and not after:
            return at
        at = text.find(words, at + 1, end)
    return -1
