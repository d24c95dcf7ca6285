"""Lays out a read document for those who weigh its candidates: its words, who is named where, and its phrases."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import EllipsisType

from kg.extract import grammar
from kg.extract.candidates import EventMention, Phrase, Span
from kg.extract.discourse import Referent
from kg.extract.groups import group, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import clause, noun_phrase

_COMPLEMENTS = frozenset({"xcomp", "ccomp", "advcl", "acl", "pcomp"})
_NUMERIC = frozenset({"DATE", "TIME", "MONEY", "CARDINAL", "PERCENT"})


class Word:
    """A word of the document: its scene and index there, the number of its sentence from 0, and what governs it.

    A root governs itself. `relation` is the dependency; a preposition's object stands under its name (`p:about`).
    """

    __slots__ = ("_above", "dep", "head", "index", "lemma", "pos", "relation", "scene", "sentence", "token")

    def __init__(self, scene: Scene, token: Token, sentence: int) -> None:
        self.scene, self.token, self.sentence = scene, token, sentence
        self.index, self.lemma, self.pos = token.i, token.lemma_, token.pos_
        self.dep = self.relation = token.dep_
        self.head = self
        self._above: list[Word] | None = None

    @property
    def offset(self) -> int:
        """Return where it begins in the document."""
        return self.scene.chunk.offset + self.token.idx

    def hang(self, head: Word) -> None:
        """Let `head` govern the word."""
        self.head = head
        if self.dep in ("pobj", "pcomp"):
            self.relation = f"p:{head.lemma}"

    def above(self) -> Sequence[Word]:
        """Return the word and those above it, up to the root of its sentence."""
        if self._above is None:
            found = self._above = [self]
            while found[-1].head is not found[-1]:
                found.append(found[-1].head)
        return self._above


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word by which the text speaks of an event; `trigger` tells it from the verb that supports it."""

    word: Word
    trigger: bool


class Passage:
    """Words that could be a demand or a concern: a noun phrase (`kind` noun), or a clause named by its construction."""

    __slots__ = ("_phrase", "kind", "word")

    def __init__(self, word: Word, kind: str) -> None:
        self.word, self.kind = word, kind
        self._phrase: Phrase | EllipsisType | None = ...

    @property
    def phrase(self) -> Phrase | None:
        """Return the words, None where nothing is left of them; only found out when asked, for it takes time."""
        if self._phrase is ...:
            phrase = noun_phrase if self.kind == "noun" else clause
            self._phrase = phrase(self.word.scene, self.word.token)
        return self._phrase


@dataclass(slots=True)
class Outline:
    """A document's sentences, the words that name somebody, its phrases, and the words by which events are told.

    `sentences` are the code points of each sentence, `paragraphs` the number of the paragraph of each, `lemmas` the
    lemmas of each, `counts` how often each lemma occurs; `clauses` and `cues` keep what has been found out about a verb
    and about the words of a sentence.
    """

    sentences: list[Span] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    lemmas: list[frozenset[str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    named: dict[Referent, list[Word]] = field(default_factory=dict)
    clauses: dict[Word, tuple[str, ...]] = field(default_factory=dict)
    cues: dict[int, set[str]] = field(default_factory=dict)
    _anchors: dict[EventMention, list[Anchor]] = field(default_factory=dict)
    _passages: dict[int, list[Passage]] = field(default_factory=dict)
    _naming: dict[int, dict[Referent, list[Word]]] = field(default_factory=dict)

    def anchors(self, mentions: Sequence[EventMention]) -> list[Anchor]:
        """Return the words by which an event is told, over all its mentions."""
        return [anchor for mention in mentions for anchor in self._anchors.get(mention, ())]

    def passages(self, sentences: frozenset[int], reach: int) -> Iterator[Passage]:
        """Yield the passages at most `reach` sentences away from one of `sentences`, in text order."""
        for number in _around(sentences, reach):
            yield from self._passages.get(number, ())

    def passage_of(self, phrase: Phrase) -> Passage | None:
        """Return the passage whose word is the head of a phrase, None where no passage lies within the phrase."""
        start, end = phrase.span
        number = bisect_right(self.sentences, (start, sys.maxsize)) - 1
        within = [p for p in self._passages.get(number, ()) if start <= p.word.offset < end]
        return next((p for p in within if not start <= p.word.head.offset < end), next(iter(within), None))

    def people(self, sentences: frozenset[int], reach: int) -> dict[Referent, list[Word]]:
        """Return whoever is named at most `reach` sentences away from one of `sentences`, with the words there."""
        found: dict[Referent, list[Word]] = {}
        for number in _around(sentences, reach):
            for referent, words in self._naming.get(number, {}).items():
                found.setdefault(referent, []).extend(words)
        return found

    def enter(self, scene: Scene, mentions: Sequence[EventMention]) -> None:
        """Add a scene that has been read, and the mentions found in it."""
        words = self._words(scene)
        for mention in mentions:
            if mention.frame.cls != "Contract":
                told = sorted(mention.tokens | {mention.token})
                self._anchors[mention] = [Anchor(words[i], i == mention.token) for i in told]
        self._enter_names(scene, words)
        for word in words:
            if (passage := _passage(word)) is not None:
                self._passages.setdefault(word.sentence, []).append(passage)

    def _words(self, scene: Scene) -> list[Word]:
        doc = scene.doc
        words: list[Word] = []
        paragraph = self.paragraphs[-1] + 1 if self.paragraphs else 0
        for sentence in doc.sents:
            number = len(self.sentences)
            self.paragraphs.append(paragraph)
            self.sentences.append(scene.chars(sentence.start, sentence.end - 1))
            told = [Word(scene, token, number) for token in sentence]
            paragraph += told[-1].pos == "SPACE" and "\n" in doc[sentence.end - 1].text
            words += told
            self.lemmas.append(frozenset([word.lemma for word in told]))
            self.counts.update([word.lemma for word in told])
        for word in words:
            word.hang(words[word.token.head.i])
        return words

    def _enter_names(self, scene: Scene, words: list[Word]) -> None:
        for first, last in sorted(set(scene.spans.values())):
            self._name(scene.named[first], words[scene.doc.span(first, last).root.i])
        for word in words:
            if word.pos in ("NOUN", "PROPN", "ADJ") and word.index not in scene.named and is_group_head(word.token):
                group(scene, word.token)
        for index, referent in sorted(scene.groups.items()):
            if referent is not None:
                self._name(referent, words[index])

    def _name(self, referent: Referent, word: Word) -> None:
        self.named.setdefault(referent, []).append(word)
        self._naming.setdefault(word.sentence, {}).setdefault(referent, []).append(word)


def _around(sentences: frozenset[int], reach: int) -> list[int]:
    return sorted({n for s in sentences for n in range(s - reach, s + reach + 1)})


def _passage(word: Word) -> Passage | None:
    if word.pos not in ("NOUN", "PROPN", "VERB"):
        return None
    if word.index in word.scene.named or word.dep == "compound":
        return None
    token = word.token
    if word.pos != "VERB":
        return None if token.ent_type_ in _NUMERIC or is_group_head(token) else Passage(word, "noun")
    if grammar.first_conjunct(token).dep_ not in _COMPLEMENTS or (word.dep == "acl" and token.tag_ == "VBN"):
        return Passage(word, "bare") if _is_bare(token) else None
    infinitive = "to-" if grammar.is_infinitive(token) else ""
    return Passage(word, f"{infinitive}{word.dep}")


def _is_bare(verb: Token) -> bool:
    """Return whether a verb stands in its base form without a subject: an order, or one more thing to be done."""
    if verb.tag_ != "VB":
        return False
    return not any(c.dep_ in ("nsubj", "nsubjpass") or (c.dep_ == "aux" and c.tag_ != "TO") for c in verb.children)
