"""Known names: loads the lists under `schema/names` and finds their names in a text, in time linear in the text."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kg.errors import SchemaError
from kg.vocab import schema_dir

TYPES = frozenset(
    {
        "Person",
        "Organization",
        "Company",
        "GovernmentBody",
        "CivilSocietyGroup",
        "Union",
        "NewsOutlet",
        "University",
        "Technology",
        "Place",
    }
)
"""The classes that a listed name may have (local names of the vocabulary)."""

COLUMNS = ("name", "type", "aliases", "wikidata", "flags")
"""The header of every list of names."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """One listed name: its class, its other forms and, where it is certain, its Wikidata id (`Q312556`).

    `ambiguous` says that at least one form is also an ordinary word or another name; `ambiguous_forms` are those.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    wikidata: str | None = None
    ambiguous: bool = False
    ambiguous_forms: frozenset[str] = frozenset()

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the name and its aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A listed name in a text, at the half-open code points `start` to `end`; `alias` is the listed form.

    `opening` says that it opens a sentence, where any word has a capital, and is told nowhere else in the text.
    """

    start: int
    end: int
    entry: KnownName
    alias: str
    opening: bool = False

    @property
    def ambiguous(self) -> bool:
        """Return whether this very form needs support from its context ("Target", but not "Target Corporation")."""
        return self.alias in self.entry.ambiguous_forms


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a name: `text` as it is looked for, `alias` as it is listed."""

    text: str
    alias: str
    entry: KnownName


class _Node:
    """A step of the word trie: the words that may follow, and the forms that end here."""

    __slots__ = ("forms", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.forms: list[_Form] = []


# Combining marks and invisible joiners belong to the word around them; an underscore, as Markdown emphasis, does not.
_MARKS = "\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u2060\u20d0-\u20ff\ufe20-\ufe2f"
_WORD = rf"[^\W_\u02bc]++(?:[{_MARKS}]++[^\W_\u02bc]*+)*+"
_WORDS = re.compile(_WORD)
_NEXT = re.compile(rf"(\s*+)({_WORD}|[^\w\s]|_|\u02bc)")
_URL = re.compile(r"(?:https?://|www\.)\S++", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060"))
_PUNCTUATION = str.maketrans("‘’‛ʼ´`＇‐‑‒–—＆", "'''''''-----&")
_NEW_SENTENCE = re.compile(r"(?:\A|[.!?…]|\n\s*\n|\n\s*[-*•>#])[\s\"'”’“‘)\]*_#>•-]*\Z|[\"“‘„«]\Z")
_CONTEXT = 60
_LONG = 5
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_COUNTRY = re.compile(r"\b(US|UK|UN|EU)\b")


def _plain(text: str) -> str:
    """Return `text` composed, without invisible joiners, with straight apostrophes, plain hyphens, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).translate(_PUNCTUATION)
    return " ".join(text.replace("`", "'").split())


def _steps(text: str) -> Iterator[str]:
    """Yield the trie keys of a form: its folded words and marks, each led by a space where one stands before it."""
    for gap, word in _NEXT.findall(text):
        yield (" " if gap else "") + _plain(word).casefold()


def _spellings(form: str) -> Iterator[str]:
    """Yield the form and its regular variants: "U.S." beside "US", "&" beside "and"."""
    seen = dict.fromkeys([form])
    for text in list(seen):
        seen[_COUNTRY.sub(lambda m: f"{m[1][0]}.{m[1][1]}.", text)] = None
    for text in list(seen):
        seen[text.replace(" & ", " and ")] = None
        seen[text.replace(" and ", " & ")] = None
    yield from seen


def _word_fits(word: str, listed: str) -> bool:
    """Return whether one word of several is the listed one; "For" may be "for", but "future" not "Future"."""
    if word == listed or (word, listed) == ("the", "The"):
        return True
    return word[:1].isupper() and (listed[:1].islower() or len(listed) >= _LONG)


def _fits(surface: str, form: str) -> bool:
    """Return whether `surface`, equal to `form` but for case and marks, is written as a name would be.

    Tolerated are headlines in capitals (of more than four letters), capitalised variants of one word of five or
    more letters ("Github"; no acronyms, since "Prism" is not PRISM), and capitalised variants of words within longer
    names. A word in lower case never fits a capitalised one.
    """
    text = _plain(surface)
    if text == form:
        return True
    long = sum(map(str.isalpha, form)) >= _LONG
    if text.isupper():
        return long
    words, listed = text.split(" "), form.split(" ")
    if len(words) == 1:
        return long and text[:1].isupper() and not form.isupper()
    return all(map(_word_fits, words, listed))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a match is no part of a user name, an e-mail address or an identifier_with_underscores."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before.endswith("@"):
        return False
    joined_left = before.endswith("_") and before[:-1].isalnum()
    joined_right = after.startswith("_") and after[1:].isalnum()
    return not (joined_left or joined_right)


def _starts_sentence(text: str, start: int) -> bool:
    """Return whether a sentence, a quotation, a paragraph or a list item begins at `start`."""
    return _NEW_SENTENCE.search(text[max(0, start - _CONTEXT) : start]) is not None


class NameList:
    """Known names, indexed for search; a form that several entries share belongs to the first of them."""

    def __init__(self, entries: Iterable[KnownName]) -> None:
        self.entries = tuple(entries)
        self._forms: dict[str, KnownName] = {}
        self._root = _Node()
        self._small = {"the"}
        """The words in small letters that forms begin with; other such words begin no name."""
        for entry in self.entries:
            for alias in entry.forms:
                self._forms.setdefault(alias, entry)
                for text in _spellings(alias):
                    self._add(_Form(_plain(text), alias, entry))

    def __len__(self) -> int:
        """Return the number of names, not counting their aliases."""
        return len(self.entries)

    def get(self, form: str) -> KnownName | None:
        """Return the name that has exactly this form among its name and aliases, or None."""
        return self._forms.get(form)

    def find(self, text: str) -> list[NameMatch]:
        """Return the names in `text` in order, the longest from the left, none overlapping.

        A possessive 's stays outside. An ambiguous word that begins a sentence, where any word has a capital, is
        left out unless the same form also stands inside a sentence of the text.
        """
        return [match for match in self.find_all(text) if not match.opening]

    def find_all(self, text: str) -> list[NameMatch]:
        """Return what `find` does and, as `opening`, the ambiguous words that it leaves out."""
        found = list(self._scan(text))
        inside = {match.alias for match in found if not (match.ambiguous and _starts_sentence(text, match.start))}
        return [
            match if match.alias in inside or not _needs_capital(match) else replace(match, opening=True)
            for match in found
        ]

    def _add(self, form: _Form) -> None:
        node = self._root
        first, *others = _steps(form.text)
        if form.text.startswith(first):
            self._small.add(first)
        for step in (first, *others):
            node = node.next.setdefault(step, _Node())
        node.forms.append(form)

    def _scan(self, text: str) -> Iterator[NameMatch]:
        """Yield the longest match at each word, going on behind it; addresses of web pages are passed over."""
        urls = _URL.finditer(text)
        url = next(urls, None)
        done, openings = 0, self._root.next
        for word in _WORDS.finditer(text):
            surface, start = word[0], word.start()
            if start < done or (surface.islower() and surface.isascii() and surface not in self._small):
                continue
            while url is not None and url.end() <= start:
                url = next(urls, None)
            if url is not None and url.start() <= start:
                done = url.end()
                continue
            node = openings.get(surface.lower() if surface.isascii() else _fold(surface))
            match = self._longest(text, start, word.end(), node) if node is not None else None
            if match is not None and not self._outdone(text, word, match):
                done = match.end
                yield match

    def _outdone(self, text: str, article: re.Match[str], match: NameMatch) -> bool:
        """Return whether a name that begins after the article is longer ("the City" in "the City University")."""
        if _fold(article.group()) != "the":
            return False
        follower = _WORDS.search(text, article.end())
        node = self._root.next.get(_fold(follower.group())) if follower is not None else None
        if follower is None or node is None:
            return False
        longer = self._longest(text, follower.start(), follower.end(), node)
        return longer is not None and longer.end > match.end

    def _longest(self, text: str, start: int, end: int, node: _Node) -> NameMatch | None:
        """Follow the trie from a first word that ends at `end`; return the longest match from `start`."""
        best: NameMatch | None = None
        while True:
            form = self._form_at(text[start:end], node) if node.forms else None
            if form and _stands_alone(text, start, end):
                best = NameMatch(start, end, form.entry, form.alias)
            step = _NEXT.match(text, end) if node.next else None
            # Across an empty line, two words are never one name.
            if step is None or step[1].count("\n") > 1:
                return best
            follower = node.next.get((" " if step[1] else "") + _fold(step[2]))
            if follower is None:
                return best
            node, end = follower, step.end()

    @staticmethod
    def _form_at(surface: str, node: _Node) -> _Form | None:
        """Return the form that ends at `node` and is written like `surface`, exactly if one is."""
        for form in node.forms:
            if form.text == surface:
                return form
        # In a headline in capitals, case says nothing about an ordinary word.
        loud = surface.isupper()
        fitting = (f for f in node.forms if not (loud and f.alias in f.entry.ambiguous_forms))
        return next((form for form in fitting if _fits(surface, form.text)), None)


def _needs_capital(match: NameMatch) -> bool:
    """Return whether only its capital tells this form from an ordinary word ("Target", "The City", not "AMT")."""
    alias = match.alias
    return match.ambiguous and not alias.isupper() and (" " not in alias or alias.startswith("The "))


def _fold(word: str) -> str:
    return word.lower() if word.isascii() and word != "`" else _plain(word).casefold()


@cache
def load_names(*folders: Path | str) -> NameList:
    """Return the names in the lists (`*.csv`) of `folders` and the shipped ones; a form goes to the last folder.

    Raises SchemaError, naming file and line, for a malformed row or a form that two names of one folder share
    without both being flagged `ambiguous`.
    """
    shipped = schema_dir() / "names"
    entries: list[KnownName] = []
    for folder in (*reversed([Path(folder) for folder in folders]), shipped):
        entries += _load_folder(folder)
    return NameList(entries)


def _load_folder(folder: Path) -> list[KnownName]:
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise SchemaError(f"{folder}: no lists of names (*.csv) there; check the path or add one")
    entries: list[KnownName] = []
    owners: dict[str, tuple[str, KnownName]] = {}
    for path in paths:
        for line, entry in _read(path):
            where = f"{path}:{line}"
            _claim(where, entry, owners)
            entries.append(entry)
    return entries


def _claim(where: str, entry: KnownName, owners: dict[str, tuple[str, KnownName]]) -> None:
    """Record whose the forms of `entry` are; raises SchemaError where one is already another name's."""
    for alias in entry.forms:
        for form in _spellings(alias):
            other_where, other = owners.setdefault(form, (where, entry))
            shared = alias in entry.ambiguous_forms and form in other.ambiguous_forms
            if other is not entry and not shared:
                raise SchemaError(
                    f"{where}: {form!r} is already a form of {other.name!r} ({other_where}); "
                    "drop it from one of them, or flag it as ambiguous in both"
                )


def _read(path: Path) -> Iterator[tuple[int, KnownName]]:
    """Yield the entries of one list with their line numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise SchemaError(f"{path}:1: the columns are {rows.fieldnames}; they must be {','.join(COLUMNS)}")
            for row in rows:
                yield rows.line_num, _entry(f"{path}:{rows.line_num}", row)
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except csv.Error as error:
        raise SchemaError(f"{path}: not a well-formed CSV file ({error}); check its quotes and commas") from error
    except OSError as error:
        raise SchemaError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error


def _entry(where: str, row: Mapping[str | None, str | None]) -> KnownName:
    """Check one row and return what it says."""
    if None in row or None in row.values():
        raise SchemaError(f"{where}: not exactly {len(COLUMNS)} columns; quote a name that holds a comma")
    name, kind, listed, wikidata, flags = ((row[column] or "").strip() for column in COLUMNS)
    aliases = tuple(alias.strip() for alias in listed.split("|")) if listed else ()
    forms = (name, *aliases)
    for form in forms:
        if not _WORDS.match(form):
            raise SchemaError(f"{where}: {form!r} is no name; a name or alias begins with a letter or digit")
    if len(set(forms)) < len(forms):
        raise SchemaError(f"{where}: a form of {name!r} is listed twice; list each once")
    if kind not in TYPES:
        raise SchemaError(f"{where}: unknown type {kind!r}; valid are {', '.join(sorted(TYPES))}")
    if wikidata and not _WIKIDATA.fullmatch(wikidata):
        raise SchemaError(f"{where}: {wikidata!r} is no Wikidata id; write it as Q42, or leave it empty")
    ambiguous = _ambiguous_forms(where, forms, flags)
    return KnownName(name, kind, aliases, wikidata or None, bool(ambiguous), ambiguous)


def _ambiguous_forms(where: str, forms: tuple[str, ...], flags: str) -> frozenset[str]:
    """Return the ambiguous forms: `ambiguous` flags the one-word forms (all, if none is), `ambiguous:Form` that one."""
    found: set[str] = set()
    for flag in flags.split("|") if flags else ():
        word, colon, form = flag.strip().partition(":")
        if word != "ambiguous" or (colon and form not in forms):
            raise SchemaError(
                f"{where}: unknown flag {flag!r}; write ambiguous, or ambiguous: and one of the forms, separated by |"
            )
        found.update([form] if colon else [f for f in forms if " " not in f] or forms)
    return frozenset(found)
