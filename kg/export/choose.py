"""Which part of a graph is exported: by class and date, with or without evidence, with or without private names."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.errors import UsageError
from kg.export.pseudonyms import pseudonymised
from kg.facts import ACTIONS, ACTORS, CLASS_ORDER, Index
from kg.store import Store

DATED = ACTIONS | {"PublicStatement", "Contract"}
"""Classes whose members happen."""

_WIDER = {"CollectiveAction": ACTIONS, "Actor": ACTORS, "Organization": ACTORS - {"Person", "Collective", "Actor"}}
_EVIDENCE = frozenset(
    vocab.iri(name)
    for name in ("cag:Assertion", "oa:SpecificResource", "oa:TextQuoteSelector", "oa:TextPositionSelector")
)
_VALUES = frozenset(vocab.iri(name) for name in ("cag:Count", "cag:TimeSpan", "schema:MonetaryAmount"))
_TYPE, _DOCUMENT, _MEMBERSHIP = (vocab.iri(name) for name in ("rdf:type", "cag:Document", "org:Membership"))
_SUBJECT, _OBJECT, _DERIVED, _SAID_BY, _SOURCE, _SELECTOR, _MEMBER, _ORGANIZATION = (
    vocab.iri(name)
    for name in ("rdf:subject", "rdf:object", "prov:wasDerivedFrom", "prov:wasAttributedTo", "oa:hasSource",
                 "oa:hasSelector", "org:member", "org:organization")
)  # fmt: skip

Quads = list[ox.Quad]


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a graph is wanted, and how.

    `evidence`: with assertions, quotes and their places; `types`: only things of these classes (`Petition`), and where
    all of them are actions or contracts also what is directly linked to them; `start`, `end`: only actions and
    contracts that may fall between these days (inclusive), and what is linked to them; `pseudonymise`: without the
    names of private persons, see `kg.export.pseudonyms`; `collapse`: GraphML and GEXF show events as edges.
    """

    evidence: bool = True
    types: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    pseudonymise: bool = False
    collapse: bool = False


def chosen(store: Store, choice: Choice) -> Store:
    """Return the wanted part of `store`, in memory, or `store` itself where everything is wanted.

    A part has neither identity decisions nor build provenance: both tell of more than the part. Raises UsageError for
    an unknown class or days in the wrong order.
    """
    limited = bool(choice.types or choice.start or choice.end)
    if choice.evidence and not limited and not choice.pseudonymise:
        return store
    quads: Iterable[ox.Quad] = store.knowledge()
    if limited:
        quads = _described(list(quads), _wanted(store, choice))
    if choice.pseudonymise:
        quads = pseudonymised(list(quads), everything=store)
    if not choice.evidence:
        quads = _without_evidence(list(quads))
    return Store.of(quads)


def _without_evidence(quads: Quads) -> Iterator[ox.Quad]:
    gone = {q.subject for q in quads if q.predicate.value == _TYPE and _iri(q.object) in _EVIDENCE}
    return (quad for quad in quads if quad.subject not in gone)


def _wanted(store: Store, choice: Choice) -> set[str]:
    """Return the IRIs of the things that are wanted."""
    known = Index(store)
    classes = {node: known.class_of(node) for node in known.things()}
    around = _neighbours(store, classes)
    kept = set(classes)
    if choice.start or choice.end:
        if choice.start and choice.end and choice.start > choice.end:
            raise UsageError(f"--from {choice.start} is later than --to {choice.end}; swap them")
        events = {node for node in kept if classes[node] in DATED and _falls(known, node, choice)}
        kept = events | {o for node in events for o in around.get(node, ()) if classes[o] not in DATED}
    if choice.types:
        names = _classes(choice.types)
        found = {node for node in kept if classes[node] in names}
        if names <= DATED:
            found |= {o for node in found for o in around.get(node, ()) if classes[o] not in DATED} & kept
        kept = found
    return kept


def _classes(types: Iterable[str]) -> set[str]:
    """Return the class names that `types` stand for, `cag:` and case being left to the user."""
    from difflib import get_close_matches

    known = {name.casefold(): name for name in CLASS_ORDER}
    names: set[str] = set()
    for given in types:
        local = given.rpartition(":")[2].casefold()
        if local not in known:
            near = get_close_matches(local, known, n=2, cutoff=0.5)
            hint = f"did you mean {' or '.join(known[name] for name in near)}?" if near else "for example Petition"
            raise UsageError(f"--type {given}: no such class; {hint}")
        names |= _WIDER.get(known[local], frozenset()) | {known[local]}
    return names


def _neighbours(store: Store, things: Mapping[str, str]) -> dict[str, set[str]]:
    around: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for quad in store.knowledge():
        subject, object_ = _iri(quad.subject), _iri(quad.object)
        if subject in things and object_ in things:
            around.setdefault(subject, set()).add(object_)
            around.setdefault(object_, set()).add(subject)
        elif quad.predicate.value in (_MEMBER, _ORGANIZATION):
            members.setdefault(subject, set()).add(object_)
    for ends in members.values():
        for end in ends & things.keys():
            around.setdefault(end, set()).update((ends & things.keys()) - {end})
    return around


def _falls(known: Index, node: str, choice: Choice) -> bool:
    """Tell whether something may have happened in the window; nobody knows of what has no date, so it does not."""
    spans = [span for text in known.all(node, "schema:startDate") if (span := date_span(text))]
    for when in known.all(node, "cag:when"):
        first, last = date_span(known.first(when, "cag:earliest")), date_span(known.first(when, "cag:latest"))
        if first and last:
            spans.append((first[0], last[1]))
    return any(
        (choice.start is None or last >= choice.start) and (choice.end is None or first <= choice.end)
        for first, last in spans
    )


def date_span(text: str) -> tuple[date, date] | None:
    """Return first and last day of an ISO day, month or year; None for another text."""
    try:
        numbers = [int(part) for part in text.partition("T")[0].split("-")]
        if len(numbers) == 1:
            return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
        if len(numbers) == 2:
            year, month = numbers
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(*numbers), date(*numbers)
    except (TypeError, ValueError):
        return None


def _described(quads: Quads, wanted: set[str]) -> Iterator[ox.Quad]:
    """Keep what is said about the wanted things and between them, and the evidence for that."""
    about: dict[str, Quads] = {}
    for quad in quads:
        about.setdefault(_iri(quad.subject), []).append(quad)
    kinds = {node: {_iri(q.object) for q in found if q.predicate.value == _TYPE} for node, found in about.items()}
    things = {node for node, types in kinds.items() if types & _THINGS}
    told = _Part(about, kinds, things, wanted)
    yield from (quad for quad in quads if told.keeps(quad))


_THINGS = frozenset(vocab.iri(f"cag:{name}") for name in CLASS_ORDER)


class _Part:
    """Decides for each quad whether it belongs to a part of the graph."""

    def __init__(
        self, about: Mapping[str, Quads], kinds: Mapping[str, set[str]], things: set[str], wanted: set[str]
    ) -> None:
        self._about, self._things = about, things
        values = {node for node, types in kinds.items() if types & _VALUES}
        members = {node for node, types in kinds.items() if _MEMBERSHIP in types and self._joins(node, wanted)}
        self._told = wanted | members
        self._values = {_iri(q.object) for node in self._told for q in about.get(node, ())} & values
        assertion = vocab.iri("cag:Assertion")
        proofs = {node for node, types in kinds.items() if assertion in types and self._supports(node)}
        spans = self._follow(proofs, _DERIVED)
        self._whole = proofs | spans | self._follow(spans, _SELECTOR) | self._follow(spans, _SOURCE) | self._values
        self._whole |= self._of_files(kinds, bool(proofs))
        self._sources = self._follow(proofs, _SAID_BY) - self._told

    def _joins(self, node: str, wanted: set[str]) -> bool:
        ends = {_iri(q.object) for q in self._about[node] if q.predicate.value in (_MEMBER, _ORGANIZATION)}
        return ends <= wanted

    def _supports(self, node: str) -> bool:
        """Tell whether an assertion is about something that stays."""
        said: dict[str, Any] = {q.predicate.value: q.object for q in self._about[node]}
        if _SUBJECT not in said or _OBJECT not in said or _iri(said[_SUBJECT]) not in self._told | self._values:
            return False
        return self._stays(said[_OBJECT])

    def _stays(self, term: Any) -> bool:
        return not isinstance(term, ox.NamedNode) or term.value not in self._things or term.value in self._told

    def _follow(self, nodes: Iterable[str], predicate: str) -> set[str]:
        return {_iri(q.object) for node in nodes for q in self._about.get(node, ()) if q.predicate.value == predicate}

    def _of_files(self, kinds: Mapping[str, set[str]], proven: bool) -> set[str]:
        """Without any evidence in the graph, nothing says which document is behind what: keep them all."""
        return set() if proven else {node for node, types in kinds.items() if _DOCUMENT in types}

    def keeps(self, quad: ox.Quad) -> bool:
        subject = _iri(quad.subject)
        if subject in self._told:
            return self._stays(quad.object)
        if subject in self._sources:
            return isinstance(quad.object, ox.Literal) or quad.predicate.value == _TYPE
        return subject in self._whole


def _iri(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
