"""Who and what a document talks about: its referents, the names they go by, and what pronouns point back to."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

from kg.extract import data
from kg.extract.names import KnownName
from kg.vocab import legal_forms

ORGANIZATIONS = frozenset(
    {"Organization", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet", "University"}
)
"""Classes of named organizations."""

ACTORS = ORGANIZATIONS | {"Person", "Collective"}
"""Classes of referents that act."""

_FORMS = "|".join(r"\.?".join(form) if len(form) < 4 else form for form in sorted(legal_forms()))
_LEGAL = re.compile(rf"[,\s]+(?:{_FORMS})\.?$", re.I)
WINDOW = 500
"""So many mentions back a pronoun or a definite noun may reach."""

GROUP_REACH = 2000
"""So many code points back a group may be named again by its head alone."""

_NOT_WORD = re.compile(r"[^\w&@#+.]+")


@dataclass(slots=True, eq=False)
class Referent:
    """One actor, technology or place of a document: its class, the forms it is named by (with their spans), its ties.

    `names` maps each surface form to its half-open spans in the document; `affiliations` are the organizations that a
    collective belongs to; `head` is the lemma of a collective's head noun; `known` is its entry in the lists of names.
    """

    cls: str
    order: int
    known: KnownName | None = None
    names: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    affiliations: list[Referent] = field(default_factory=list)
    head: str = ""
    plural: bool = False
    last: int = 0

    @property
    def label(self) -> str:
        """Return the fullest form that the document uses; a listed name's own where that is used."""
        if self.known and self.known.name in self.names:
            return self.known.name
        return max(self.names, key=lambda n: (not n.isupper(), len(n), n), default="")

    def first_span(self) -> tuple[int, int]:
        """Return where the document names it first."""
        return min(spans[0] for spans in self.names.values())


@lru_cache(4096)
def normal(name: str) -> str:
    """Return the form under which equal names meet: casefolded, without legal suffix, article or punctuation."""
    name = _LEGAL.sub("", name.replace("’", "'").removesuffix("'s"))
    text = _NOT_WORD.sub(" ", name.casefold()).replace(".", "").strip()
    return text.removeprefix("the ")


def initials(name: str) -> str:
    """Return the initials of the capitalised words of `name` ("App Drivers & Couriers Union" -> ADCU)."""
    return "".join(word[0] for word in re.findall(r"\w+", name) if word[0].isupper())


class Discourse:
    """The referents of one document, found by name or by what was last mentioned."""

    def __init__(self) -> None:
        self.referents: list[Referent] = []
        self._by_name: dict[str, Referent] = {}
        self._by_first_word: dict[str, list[Referent]] = {}
        self._by_surname: dict[str, Referent] = {}
        self._by_initials: dict[str, Referent] = {}
        self._told: list[tuple[int, int, Referent]] = []
        self._groups: list[tuple[int, int, Referent]] = []
        self._absorbed: set[Referent] = set()
        self.introduced = (0, 0)
        """The chunk (by its offset) and the token there up to which the groups that are spoken of have been read."""
        self.locatives: list[tuple[int, int, Referent]] = []
        """The places told after "in" or "near": where, by offset; a number shared by places in one list; the place."""
        self.acting: list[tuple[int, Referent]] = []
        """The groups that are subjects of clauses: where, by offset, in text order."""
        self.contracts: list[tuple[list[Referent], list[Referent]]] = []
        """Who supplies and who buys in each contract told so far, in text order."""
        self.asides: set[int] = set()
        """Where names are told, by offset, without any part in what people do: on a banner, as who receives gifts."""

    def __iter__(self) -> Iterator[Referent]:
        return iter(self.referents)

    def name(self, surface: str, cls: str, span: tuple[int, int], known: KnownName | None = None) -> Referent:
        """Return the referent of a name at `span`, the earlier one where the document has introduced it."""
        found = self._lookup(surface, cls, known)
        if found is None:
            found = self._new(cls, known)
        if known and not found.known:
            found.known, found.cls = known, known.type
        self._index(found, surface, span)
        return found

    def _lookup(self, surface: str, cls: str, known: KnownName | None) -> Referent | None:
        key = normal(known.name if known else surface)
        if found := self._by_name.get(key):
            return found
        if found := self._by_name.get(normal(surface)):
            return found if not (known and found.known) else None
        return None if known else self._shortened(surface, key, cls)

    def _shortened(self, surface: str, key: str, cls: str) -> Referent | None:
        """Return the referent that a surname, an acronym or the first words of a name stand for."""
        words = key.split()
        if len(words) == 1 and (person := self._by_surname.get(key)) and cls in ("Person", "Company", "Organization"):
            return person
        if surface.isupper() and 2 <= len(surface) <= 8 and (full := self._by_initials.get(surface)):
            return full
        for other in self._by_first_word.get(words[0] if words else "", ()):
            longer = normal(other.label).split()
            if other.cls == cls and other.cls != "Place" and longer[: len(words)] == words and len(longer) > len(words):
                return other
        return None

    def _new(self, cls: str, known: KnownName | None = None) -> Referent:
        referent = Referent(cls, len(self.referents) + len(self._absorbed), known)
        self.referents.append(referent)
        return referent

    def _index(self, referent: Referent, surface: str, span: tuple[int, int]) -> None:
        self._tell(referent, surface, span)
        key = normal(surface)
        self._by_name.setdefault(key, referent)
        if referent.known:
            self._by_name.setdefault(normal(referent.known.name), referent)
        words = key.split()
        if words and referent not in self._by_first_word.setdefault(words[0], []):
            self._by_first_word[words[0]].append(referent)
        if referent.cls == "Person" and len(words) > 1:
            self._by_surname[words[-1]] = referent
        if len(words) > 1:
            self._by_initials.setdefault(initials(surface), referent)

    def grounds(self, surface: str, span: tuple[int, int]) -> Referent:
        """Return the place that an organization's name stands for ("students at Brown rallied"), told at `span`."""
        return self._stand_in("Place", surface, span)

    def government(self, surface: str, span: tuple[int, int]) -> Referent:
        """Return the government that a place's name stands for ("sold tugs to Morocco"), told at `span`."""
        return self._stand_in("GovernmentBody", surface, span)

    def _stand_in(self, cls: str, surface: str, span: tuple[int, int]) -> Referent:
        key = f"\0{cls} {normal(surface)}"
        if (found := self._by_name.get(key)) is None:
            found = self._by_name[key] = self._new(cls)
        found.names.setdefault(surface, []).append(span)
        return found

    def person(self, surname: str) -> Referent | None:
        """Return the person whose full name, told before, ends in `surname`."""
        return self._by_surname.get(normal(surname))

    def _tell(self, referent: Referent, surface: str, span: tuple[int, int]) -> None:
        """Record that a referent is spoken of at `span`; the mentions are kept in the order of the text."""
        spans = referent.names.setdefault(surface, [])
        if span in spans[-8:]:
            return
        spans.append(span)
        referent.last = max(referent.last, span[1])
        insort(self._told, (span[0], -referent.order, referent), key=itemgetter(0, 1))
        if referent.cls == "Collective":
            insort(self._groups, (referent.last, -referent.order, referent), key=itemgetter(0, 1))

    def alias(self, referent: Referent, surface: str, span: tuple[int, int]) -> None:
        """Record another form of a referent, such as the acronym that follows its name in brackets."""
        other = self._by_name.get(normal(surface))
        self._index(referent, surface, span)
        self._by_name[normal(surface)] = referent
        if other is not None and other is not referent and other in self.referents:
            self._absorb(referent, other)

    def _absorb(self, keeper: Referent, other: Referent) -> None:
        for surface, spans in other.names.items():
            for span in spans:
                self._index(keeper, surface, span)
            self._by_name[normal(surface)] = keeper
        self.referents.remove(other)
        self._absorbed.add(other)

    def collective(
        self, surface: str, span: tuple[int, int], *, head: str, affiliations: list[Referent], plural: bool
    ) -> Referent:
        """Return the referent of an unnamed group; the earlier one where the words or the head and ties agree."""
        key = "\0" + normal(surface)
        found = self._by_name.get(key) or self._same_group(surface, head, affiliations, span)
        if found is None:
            found = self._new("Collective")
            found.head, found.plural = head, plural
        for tie in affiliations:
            if tie not in found.affiliations:
                found.affiliations.append(tie)
        self._tell(found, surface, span)
        self._by_name.setdefault(key, found)
        return found

    def _same_group(self, surface: str, head: str, ties: list[Referent], span: tuple[int, int]) -> Referent | None:
        bare = len(surface.split()) == 1
        general = data.words("coreference", "general_heads")
        for last, _, other in reversed(self._groups):
            if span[0] - last > GROUP_REACH:
                break
            if last != other.last:
                continue
            same_head = other.head == head or (bare and not ties and head in general and other.head in general)
            if bare and not ties and same_head:
                return other
            if ties and same_head and other.head == head and set(ties) == set(other.affiliations):
                return other
        return None

    def latest(self, classes: frozenset[str], before: int, *, plural: bool | None = None) -> Referent | None:
        """Return the referent of one of `classes` mentioned last before the offset `before`."""
        fitting = (r for r in self.mentioned(before) if r.cls in classes and (plural is None or r.plural == plural))
        return next(fitting, None)

    def mentioned(self, before: int) -> Iterator[Referent]:
        """Yield the referents of the last mentions before an offset, the latest first; one for each mention."""
        at = bisect_left(self._told, before, key=itemgetter(0))
        for _, _, referent in reversed(self._told[max(0, at - WINDOW) : at]):
            if referent not in self._absorbed:
                yield referent

    def between(self, start: int, end: int) -> Iterator[tuple[int, Referent]]:
        """Yield where referents are mentioned from one offset to another, in the order of the text."""
        first, last = (bisect_left(self._told, at, key=itemgetter(0)) for at in (start, end))
        for at, _, referent in self._told[first:last]:
            if referent not in self._absorbed:
                yield at, referent
