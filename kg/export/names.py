"""Finds names of persons in texts and identifiers and puts others in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

_WORD = re.compile(r"[^\W_]+")
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"
_TITLES = ("Mr", "Mrs", "Ms", "Mx", "Dr", "Prof")
_TITLE = rf"(?:{'|'.join(_TITLES)})\.?\s+"
_AFTER_TITLE = f"(?:{'|'.join(rf'(?<={title}{dot})' for title in _TITLES for dot in (' ', '[.] '))})"
_PARTICLES = frozenset({"van", "von", "der", "den", "del", "della", "bin", "ibn", "the", "and"})
_SHORTEST_HANDLE = 6


class Names:
    """Replaces the names of persons (`names`: person -> its names) by what they are `called` instead.

    A full name is found everywhere, however it is written (`Jane Doe`, `JANE DOE`, `jane-doe`, `janedoe`); its first
    and last word alone only in the documents that tell of the person (`where`: person -> documents). `others` are names
    that stay, also where they share a word with a person's; `words` are names that are everyday words too.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[str]],
        called: Mapping[str, str],
        others: Iterable[str],
        where: Mapping[str, Iterable[str]],
        *,
        words: frozenset[str],
    ) -> None:
        self._called, self._everyday = called, words
        self._names = {
            person: sorted({form for name in found for form in _forms(name)}) for person, found in names.items()
        }
        self._where = {person: frozenset(found) for person, found in where.items()}
        self._by_word: dict[str, set[str]] = {}
        for person, found in self._names.items():
            for name in found:
                for word in (*_words(name), _handle(name)):
                    self._by_word.setdefault(word, set()).add(person)
        self._words_of: dict[str, set[str]] = {}
        for person, found in self._names.items():
            for document in self._where.get(person, ()):
                self._words_of.setdefault(document, set()).update(word for name in found for word in _words(name))
        own = {" ".join(_words(name)) for found in self._names.values() for name in found}
        self._others: dict[str, set[str]] = {}
        for name in others:
            plain = " ".join(_words(name))
            if plain and not any(f" {mine} " in f" {plain} " for mine in own):
                for word in set(_words(name)) & self._by_word.keys():
                    self._others.setdefault(word, set()).add(name)
        self._pattern = cache(self._compile)

    def removed(self, text: str, document: str) -> str:
        """Return the text of a document without the names."""
        if not (found := self._candidates(text)):
            return text
        near = frozenset(person for person in found if document in self._where.get(person, ()))
        pattern, meaning = self._pattern(frozenset(found), near)

        def replace(match: re.Match[str]) -> str:
            persons = meaning.get(" ".join(_words(match["name"])))
            if not persons:
                return match[0]
            return self._called[min(persons)] if len(persons) == 1 else "a private person"

        return pattern.sub(replace, text)

    def without_stub(self, text: str, document: str, *, at_end: bool) -> str:
        """Return a text that was cut off at one end without what the cut left of a name."""
        match = re.search(r"[^\W_]+$" if at_end else r"^[^\W_]+", text)
        if match is None:
            return text
        stub = _plain(match[0])
        names = (word for word in self._words_of.get(document, ()) if word != stub)
        if any(word.startswith(stub) if at_end else word.endswith(stub) for word in names):
            return text[: match.start()] if at_end else text[match.end() :]
        return text

    def in_identifier(self, iri: str) -> bool:
        """Tell whether an identifier has a full name in it."""
        words = f" {' '.join(_words(iri))} "
        for person in self._candidates(iri):
            for name in self._names[person]:
                if f" {' '.join(_words(name))} " in words or f" {_handle(name) or '-'} " in words:
                    return True
        return False

    def _candidates(self, text: str) -> set[str]:
        return {person for word in set(_words(text)) & self._by_word.keys() for person in self._by_word[word]}

    def _compile(self, found: frozenset[str], near: frozenset[str]) -> tuple[re.Pattern[str], dict[str, set[str]]]:
        """Return the pattern of all names that may be met, the longest first, and whom each one means."""
        meaning: dict[str, set[str]] = {}
        parts: dict[str, str] = {}
        for person in sorted(found):
            for name in self._names[person]:
                for key, part in self._parts(name, person in near):
                    parts[part] = key
                    meaning.setdefault(key, set()).add(person)
        kept = {name for person in found for form in self._names[person] for word in _words(form)
                for name in self._others.get(word, ())}  # fmt: skip
        for name in kept:
            key = " ".join(_words(name))
            if key not in meaning or len(key.split()) == 1:
                meaning.pop(key, None)
                parts[_spaced(name)] = key
        ordered = sorted(parts, key=lambda part: (-len(parts[part]), part))
        return re.compile(f"{_BEFORE}(?:{_TITLE})?(?P<name>{'|'.join(ordered)}){_AFTER}"), meaning

    def _parts(self, name: str, near: bool) -> Iterable[tuple[str, str]]:
        """Yield what stands for the person: the whole name, the handle, first and last word alone."""
        words = _WORD.findall(name)
        whole = " ".join(_words(name))
        if len(words) > 1 or near:
            yield whole, f"(?i:{_spaced(name)})" if len(words) > 1 else self._alone(words[0])
        if handle := _handle(name):
            yield handle, f"(?i:{handle})"
        if near and len(words) > 1:
            for word in {words[0], words[-1]}:
                if len(word) > 2 and word[0].isupper() and word.casefold() not in _PARTICLES:
                    yield _plain(word), self._alone(word)

    def _alone(self, word: str) -> str:
        shapes = f"(?:{re.escape(word)}|{re.escape(word.upper())})"
        return _AFTER_TITLE + shapes if word.title() in self._everyday else shapes


def _forms(name: str) -> set[str]:
    """Return the name as it is and without accents."""
    return {form for form in (name, _unaccented(name)) if _WORD.search(form)}


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _plain(word: str) -> str:
    return _unaccented(word).casefold()


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def _handle(name: str) -> str:
    """Return a name of several words written as one, as in an e-mail address; "" for a short one."""
    words = _words(name)
    joined = "".join(words)
    return joined if len(words) > 1 and len(joined) >= _SHORTEST_HANDLE else ""


def _spaced(name: str) -> str:
    return r"[\W_]+".join(re.escape(word) for word in _WORD.findall(name))
