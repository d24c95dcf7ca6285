"""What is in the graph, held in memory for lists, links and search."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from kg import vocab
from kg.facts import ACTIONS, ACTORS, CLASS_ORDER, Source, sources
from kg.store import SYSTEM_GRAPHS, Store, graph_name

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_RANK = {name: rank for rank, name in enumerate(CLASS_ORDER)}
DOCUMENT = "Document"
SECTIONS = {
    "actions": ACTIONS,
    "contracts": frozenset({"Contract"}),
    "actors": ACTORS,
    "statements": frozenset({"PublicStatement"}),
    "technologies": frozenset({"Technology"}),
    "demands": frozenset({"Demand"}),
    "causes": frozenset({"Cause"}),
    "places": frozenset({"Place"}),
    "documents": frozenset({DOCUMENT}),
}
"""Lists that people can leaf through -> the classes in each."""

FUZZY = 74.0
"""Least similarity (0..100, rapidfuzz WRatio) of a name that a misspelt one may mean."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a page of its own; `weight` is the number of statements about it, `date` ISO or ""."""

    iri: str
    cls: str
    label: str
    href: str
    date: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result; `name` is the name that matched where it is not the label."""

    entry: Entry
    name: str


class Catalog:
    """Everything that has a page, by IRI."""

    def __init__(self, store: Store) -> None:
        self.sources: dict[str, Source] = sources(store)
        self.base = _base(self.sources)
        names = _texts(store, "rdfs:label", "skos:altLabel")
        dates = _texts(store, "schema:startDate")
        weights = _weights(store)
        self.entries: dict[str, Entry] = {}
        for iri, cls in _classes(store).items():
            label = (names.get(iri) or [iri.rstrip("/#").rpartition("/")[2] or iri])[0]
            date = min(dates.get(iri, []), default="")
            self.entries[iri] = Entry(iri, cls, label, self._path(iri), date, weights[iri])
        for iri, source in self.sources.items():
            label = source.title or source.id
            self.entries[iri] = Entry(iri, DOCUMENT, label, self._path(iri), source.date, weights[iri])
        counted = Counter(entry.label for entry in self.entries.values())
        self._labels = {entry.label: entry for entry in self.entries.values() if counted[entry.label] == 1}
        self._names = [(fold(name), name, iri) for iri in self.entries for name in names.get(iri, [])]
        self._names += [(fold(name), name, iri) for iri, s in self.sources.items() for name in (s.title, s.id) if name]
        self._names += [(fold(name), name, iri) for iri, name in _contract_names(store, names)]

    def _path(self, iri: str) -> str:
        rest = iri.removeprefix(self.base)
        if rest != iri and _PLAIN_PATH.fullmatch(rest):
            return f"/id/{rest}"
        return f"/resource?iri={quote(iri, safe='')}"

    def get(self, iri: str) -> Entry | None:
        """Return what has this IRI, None for what has no page."""
        return self.entries.get(iri)

    def named(self, label: str) -> Entry | None:
        """Return the one thing with this label, None where there is none or several."""
        return self._labels.get(label)

    def section(self, name: str) -> list[Entry]:
        """Return the entries of one of SECTIONS: what has a date by date, the latest first, then by name."""
        found = [entry for entry in self.entries.values() if entry.cls in SECTIONS[name]]
        found.sort(key=lambda entry: (fold(entry.label), entry.iri))
        found.sort(key=lambda entry: entry.date, reverse=True)
        return found

    def counts(self) -> dict[str, int]:
        """Return how many entries each of SECTIONS has."""
        by_class = Counter(entry.cls for entry in self.entries.values())
        return {name: sum(by_class[cls] for cls in classes) for name, classes in SECTIONS.items()}

    def summary(self) -> str:
        """Return the counts in words, for the terminal."""
        return ", ".join(f"{count} {name}" for name, count in self.counts().items() if count) or "an empty graph"

    def heaviest(self, classes: Iterable[str], count: int) -> list[Entry]:
        """Return the entries of some classes that most statements are about."""
        wanted = frozenset(classes)
        found = [entry for entry in self.entries.values() if entry.cls in wanted]
        return sorted(found, key=lambda entry: (-entry.weight, entry.iri))[:count]

    def search(self, text: str, *, section: str = "", limit: int = 50) -> list[Hit]:
        """Return what a name, a part of one or a misspelt one may mean, the likeliest first."""
        wanted = fold(text)
        if not wanted:
            return []
        classes = SECTIONS.get(section)
        found: dict[str, tuple[float, int, str]] = {}
        for score, name, iri in self._scored(wanted):
            entry = self.entries[iri]
            if classes is not None and entry.cls not in classes:
                continue
            best = found.get(iri)
            if best is None or score > best[0]:
                found[iri] = (score, entry.weight, name)
        ranked = sorted(found.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))[:limit]
        return [Hit(self.entries[iri], name if name != self.entries[iri].label else "") for iri, (_, _, name) in ranked]

    def _scored(self, wanted: str) -> Iterable[tuple[float, str, str]]:
        from rapidfuzz import fuzz, process

        words = wanted.split()
        found = False
        for folded, name, iri in self._names:
            if score := _literal_score(wanted, words, folded):
                found = True
                yield score, name, iri
        texts = [folded for folded, _, _ in self._names]
        cutoff = FUZZY + 12 if found else FUZZY
        for _, score, index in process.extract(wanted, texts, scorer=fuzz.WRatio, limit=60, score_cutoff=cutoff):
            yield min(score, 99.0) * 0.8, self._names[index][1], self._names[index][2]


def _literal_score(wanted: str, words: list[str], folded: str) -> float:
    if folded == wanted:
        return 200.0
    if folded.startswith(wanted):
        return 150.0
    own = folded.split()
    if all(any(word.startswith(part) for word in own) for part in words):
        return 120.0 - min(20.0, len(own) / 5)
    return 90.0 if wanted in folded else 0.0


def fold(text: str) -> str:
    """Return a text as search compares it: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def _base(known: dict[str, Source]) -> str:
    """Return the base of instance IRIs, which the documents' show."""
    for iri in sorted(known):
        head, found, _ = iri.rpartition("/doc/")
        if found:
            return f"{head}/"
    return vocab.ID_BASE


def _contract_names(store: Store, names: dict[str, list[str]]) -> Iterable[tuple[str, str]]:
    """Yield contract and a name by which people look for it: number, subject, and all names of what it covers."""
    called = {name: node for node, own in names.items() for name in own}
    told = _texts(store, "schema:identifier", "cag:subject")
    covered = [(_iri(quad.subject), _iri(quad.object)) for quad in _quads(store, "cag:covers")]
    contracts = {_iri(quad.subject) for quad in _quads(store, "rdf:type") if quad.object == _CONTRACT}
    found = {(iri, name) for iri in contracts & told.keys() for name in told[iri]}
    found |= {(iri, other) for iri, name in found for other in names.get(called.get(name, ""), ())}
    found |= {(iri, name) for iri, thing in covered if iri in contracts for name in names.get(thing, ())}
    return sorted(found)


_CONTRACT = ox.NamedNode(vocab.iri("cag:Contract"))


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _quads(store: Store, predicate: str) -> Iterable[ox.Quad]:
    found = store.quads(None, ox.NamedNode(vocab.iri(predicate)))
    return (quad for quad in found if graph_name(quad) not in SYSTEM_GRAPHS)


def _classes(store: Store) -> dict[str, str]:
    narrowest: dict[str, str] = {}
    space = vocab.iri("cag:")
    for quad in _quads(store, "rdf:type"):
        name = quad.object.value.removeprefix(space) if isinstance(quad.object, ox.NamedNode) else ""
        if name in _RANK and isinstance(quad.subject, ox.NamedNode):
            known = narrowest.get(quad.subject.value)
            if known is None or _RANK[name] < _RANK[known]:
                narrowest[quad.subject.value] = name
    return dict(sorted(narrowest.items()))


def _texts(store: Store, *predicates: str) -> dict[str, list[str]]:
    """Return node -> texts, those of the first predicate first, without duplicates."""
    found: dict[str, dict[str, None]] = {}
    for predicate in predicates:
        pairs = ((q.subject.value, q.object.value) for q in _quads(store, predicate)
                 if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.Literal))  # fmt: skip
        for node, text in sorted(pairs):
            found.setdefault(node, {})[text] = None
    return {node: list(texts) for node, texts in found.items()}


def _weights(store: Store) -> Counter[str]:
    counted: Counter[str] = Counter()
    for predicate in ("rdf:subject", "rdf:object", "oa:hasSource"):
        counted.update(q.object.value for q in _quads(store, predicate) if isinstance(q.object, ox.NamedNode))
    return counted
