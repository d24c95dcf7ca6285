"""A parsed text as plain objects: its words with what the pipeline says of each, its sentences and its names.

The attributes have the names and meanings of spaCy's, whose own objects are views made anew at every access; rules
look at each word hundreds of times.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Literal

__all__ = ["Doc", "Span", "Token"]

_INDEX = attrgetter("i")


class Token:
    """A word or mark: its form, place, word class, dependency, and part in a name.

    `text` is the form as written, `lower_` and `lemma_` are in lower case; a blank follows if `whitespace_` is one.
    `i` is its index in `doc`, `idx` the code point where it starts there; `head` governs it as `dep_` says (a root
    governs itself), `children` are what it governs, in text order. `ent_type_` is the label of the name it is part
    of, "" for none, `ent_iob_` B where that begins, I within, O outside. Only `attach` may change the tree.
    """

    __slots__ = (
        "children",
        "dep_",
        "doc",
        "ent_iob_",
        "ent_type_",
        "head",
        "i",
        "idx",
        "is_punct",
        "is_sent_start",
        "is_space",
        "is_stop",
        "is_title",
        "lemma_",
        "like_num",
        "lower_",
        "pos_",
        "sent",
        "tag_",
        "text",
        "whitespace_",
    )

    doc: Doc
    sent: Span
    head: Token
    children: list[Token]
    i: int
    idx: int
    text: str
    lower_: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    ent_type_: str
    ent_iob_: str
    whitespace_: str
    is_punct: bool
    is_sent_start: bool
    is_space: bool
    is_stop: bool
    is_title: bool
    like_num: bool

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"<{self.i} {self.text!r} {self.tag_} {self.dep_} of {self.head.text!r}>"

    @property
    def lefts(self) -> list[Token]:
        """Return the dependents that stand before it, in text order."""
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Token]:
        """Return the dependents that stand after it, in text order."""
        return [child for child in self.children if child.i > self.i]

    @property
    def left_edge(self) -> Token:
        """Return the first word of all that it governs, itself included; not always a left one's: trees may cross."""
        return min(self._governed(), key=_INDEX)

    def _governed(self) -> list[Token]:
        found = [self]
        for token in found:
            found += token.children
        return found

    @property
    def subtree(self) -> list[Token]:
        """Return the word and all that it governs, directly or not, in text order."""
        return sorted(self._governed(), key=_INDEX)

    @property
    def ancestors(self) -> Iterator[Token]:
        """Yield what governs it, and what governs that, up to the root of the sentence."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    def is_ancestor(self, descendant: Token) -> bool:
        """Return whether it governs `descendant`, directly or not."""
        while descendant.head is not descendant:
            descendant = descendant.head
            if descendant is self:
                return True
        return False

    def beside(self, by: int) -> str:
        """Return the word `by` places further on (before it, if negative) in lower case; "" where the text ends."""
        at = self.i + by
        return self.doc[at].lower_ if 0 <= at < len(self.doc) else ""

    def attach(self, head: Token, dep: str) -> None:
        """Let `head` govern the word as `dep`; the word itself, to make it a root."""
        if self.head is not self:
            self.head.children.remove(self)
        self.head, self.dep_ = head, dep
        if head is not self:
            insort(head.children, self, key=_INDEX)


class Span:
    """The words `start`..`end` (half-open) of a document; `label_` says what a name is taken for, "" for sentences."""

    __slots__ = ("doc", "end", "label_", "start")

    def __init__(self, doc: Doc, start: int, end: int, label: str = "") -> None:
        self.doc, self.start, self.end, self.label_ = doc, start, end, label

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc[self.start : self.end])

    def __getitem__(self, at: int) -> Token:
        return self.doc[self.start + at if at >= 0 else self.end + at]

    @property
    def start_char(self) -> int:
        """Return the code point of the document where the words start."""
        return self.doc[self.start].idx

    @property
    def end_char(self) -> int:
        """Return the code point of the document after the words."""
        last = self.doc[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Return the words as they stand in the document."""
        return self.doc.text[self.start_char : self.end_char]

    @property
    def root(self) -> Token:
        """Return the word that is nearest to the root of the sentence, the first of several; no mark beside words."""
        tokens = self.doc[self.start : self.end]
        for token in tokens:
            if token.head is token:
                return token
        tops = [token for token in tokens if not self.start <= token.head.i < self.end]
        return min(tops, key=_depth) if tops else tokens[0]


def _depth(token: Token) -> float:
    """Return how many words are above one; a mark that governs nothing is deeper than all words."""
    is_mark = (token.is_punct or token.is_space) and not token.children
    return math.inf if is_mark else sum(1 for _ in token.ancestors)


class Doc(list[Token]):
    """A parsed text: its words in order; `sents` are its sentences, `ents` the names that the model recognised."""

    __slots__ = ("_starts", "ents", "sents", "text")

    def __init__(self, text: str, tokens: Iterable[Token], starts: list[int], heads: Sequence[int]) -> None:
        """Tie `tokens` into trees and sentences: `starts` are where they begin in `text`, `heads` what governs them."""
        super().__init__(tokens)
        self.text, self._starts, self.ents = text, starts, list[Span]()
        for index, (token, start) in enumerate(zip(self, starts, strict=True)):
            token.doc, token.i, token.idx, token.children = self, index, start, []
        for token, at in zip(self, heads, strict=True):
            token.head = head = self[at]
            if head is not token:
                head.children.append(token)
        bounds = [token.i for token in self if token.is_sent_start or token.i == 0]
        self.sents = [Span(self, start, end) for start, end in pairwise([*bounds, len(self)])]
        for sentence in self.sents:
            for token in self[sentence.start : sentence.end]:
                token.sent = sentence

    def span(self, first: int, last: int) -> Span:
        """Return the words `first`..`last`, both inclusive."""
        return Span(self, first, last + 1)

    def char_span(self, start: int, end: int, alignment_mode: Literal["expand", "contract"]) -> Span | None:
        """Return the words that hold (expand) or lie within (contract) half-open code points; None for none."""
        if alignment_mode == "expand":
            first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end) - 1
            if first >= 0 and start >= self[first].idx + len(self[first].text):
                first += 1
        else:
            first, last = bisect_left(self._starts, start), bisect_right(self._starts, end) - 1
            while last >= first and self[last].idx + len(self[last].text) > end:
                last -= 1
        return self.span(first, last) if 0 <= first <= last else None
