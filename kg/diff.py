"""What changed between two graphs: things added, removed, merged, split and changed, field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

import pyoxigraph as ox

from kg import vocab
from kg.facts import ACTIONS, CLASS_ORDER
from kg.store import SYSTEM_GRAPHS, Store, graph_name

KINDS = {**dict.fromkeys(sorted(ACTIONS), "event"), "PublicStatement": "event", "Contract": "contract"}
"""Class -> what the report calls it; all others are entities. Demands and causes are fields, not things."""

_THINGS = tuple(name for name in CLASS_ORDER if name not in ("Demand", "Cause", "Actor"))


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of a graph: its IRI, class and name, its values by property, and the passages that introduce it.

    `elsewhere` tells that graphs which are not compared speak of it, too: there it stays what it is.
    """

    iri: str
    cls: str
    name: str
    fields: Mapping[str, frozenset[str]]
    passages: frozenset[str]
    elsewhere: bool = False

    @property
    def kind(self) -> str:
        """Return event, contract or entity."""
        return KINDS.get(self.cls, "entity")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `before` and `after` are the IRIs concerned, `fields` property -> (values gone, values new)."""

    what: str
    kind: str
    cls: str
    name: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    fields: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences, events first, and how many documents came and went."""

    changes: tuple[Change, ...]
    documents_added: tuple[str, ...] = ()
    documents_removed: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return one line: how many things of each kind were added, removed, merged, split and changed."""
        counts = Counter((c.what, c.kind) for c in self.changes)
        parts = [f"{n} {kind}{'s' * (n != 1)} {what}".replace("entitys", "entities") for what in _ORDER for kind in
                 ("event", "contract", "entity") if (n := counts[what, kind])]  # fmt: skip
        for what, names in (("added", self.documents_added), ("removed", self.documents_removed)):
            if names:
                parts.insert(0, f"{len(names)} document{'s' * (len(names) != 1)} {what}")
        return ", ".join(parts) or "nothing changed"

    def text(self) -> str:
        """Return the differences for people, one line each and one for each field that changed."""
        lines = [self.summary()]
        lines += [f"+ document {name}" for name in self.documents_added]
        lines += [f"- document {name}" for name in self.documents_removed]
        for c in self.changes:
            lines.append(f"{_SIGNS[c.what]} {c.cls} {c.name!r} {c.what}{_across(c)}")
            for name, (gone, new) in c.fields.items():
                lines += [f"    {name}: - {value}" for value in gone] + [f"    {name}: + {value}" for value in new]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """Return the differences as JSON-ready data with the same names as the attributes."""
        return {"summary": self.summary(), **asdict(self)}


_FEW = 20
"""Graphs up to which the passages about a thing are looked for in each of them, instead of in all there are."""

_ORDER = ("added", "removed", "merged", "split", "changed")
_SIGNS = {"added": "+", "removed": "-", "merged": ">", "split": "<", "changed": "~"}


def _across(change: Change) -> str:
    if change.what == "merged":
        return f" from {len(change.before)}: " + ", ".join(change.before)
    return f" into {len(change.after)}: " + ", ".join(change.after) if change.what == "split" else ""


def diff(old: Store, new: Store, *, graphs: Iterable[str] | None = None) -> Diff:
    """Return what changed from `old` to `new`; with `graphs` (IRIs) only things that these named graphs speak of."""
    chosen = None if graphs is None else frozenset(graphs)
    before, after = (_things(store, chosen) for store in (old, new))
    for ours, theirs, store in ((before, after, old), (after, before, new)):
        _complete(ours, theirs.keys() - ours.keys(), store, chosen)
    changes = sorted(_changes(before, after), key=lambda c: (c.kind == "entity", _ORDER.index(c.what), c.kind, c.name))
    sources = [_documents(store) for store in (old, new)]
    return Diff(tuple(changes), tuple(sorted(sources[1] - sources[0])), tuple(sorted(sources[0] - sources[1])))


def _things(store: Store, graphs: frozenset[str] | None) -> dict[str, Thing]:
    """Return the things of a store, or those that some of its graphs speak of, by IRI."""
    type_ = ox.NamedNode(vocab.iri("rdf:type"))
    places = [None] if graphs is None else [ox.NamedNode(name) for name in graphs]
    found: set[str] = set()
    for name in _THINGS:
        cls = ox.NamedNode(vocab.iri(f"cag:{name}"))
        found |= {_text(q.subject) for place in places for q in store.quads(None, type_, cls, place)}
    things: dict[str, Thing] = {}
    _complete(things, found, store, graphs)
    return things


def _complete(things: dict[str, Thing], wanted: Iterable[str], store: Store, graphs: frozenset[str] | None) -> None:
    for iri in wanted:
        if thing := _thing(store, iri, graphs):
            things[iri] = thing


def _thing(store: Store, iri: str, graphs: frozenset[str] | None) -> Thing | None:
    fields: dict[str, set[str]] = defaultdict(set)
    elsewhere = False
    for quad in store.quads(ox.NamedNode(iri)):
        graph = graph_name(quad)
        if graph not in SYSTEM_GRAPHS:
            fields[vocab.curie(quad.predicate.value)].add(_text(quad.object))
            elsewhere |= graphs is not None and graph not in graphs
    types = {vocab.curie(value).removeprefix("cag:") for value in fields.pop("rdf:type", ())}
    cls = next((name for name in _THINGS if name in types), None)
    if cls is None:
        return None
    name = min(fields.get("rdfs:label", ()), default=iri)
    readable = {p: frozenset(_readable(store, value) for value in values) for p, values in fields.items()}
    return Thing(iri, cls, name, readable, _passages(store, iri, graphs), elsewhere)


def _readable(store: Store, value: str) -> str:
    """Return what to show for a value: the name or wording of a node."""
    if not value.startswith(("http://", "https://")):
        return value
    for predicate in ("rdfs:label", "cag:rawText"):
        names = {_text(q.object) for q in store.quads(ox.NamedNode(value), ox.NamedNode(vocab.iri(predicate)))}
        if names:
            return min(names)
    return vocab.curie(value)


def _passages(store: Store, iri: str, graphs: frozenset[str] | None) -> frozenset[str]:
    """Return what stays the same of a thing under any name: the passages that say what it is, with the local words."""
    few = graphs is not None and len(graphs) <= _FEW
    places = [ox.NamedNode(name) for name in graphs or ()] if few else [None]
    subject, predicate, source = (
        ox.NamedNode(vocab.iri(p)) for p in ("rdf:subject", "rdf:predicate", "prov:wasDerivedFrom")
    )
    naming = {vocab.iri("rdfs:label"), vocab.iri("skos:altLabel")}
    object_ = ox.NamedNode(vocab.iri("rdf:object"))
    found = set()
    for quad in (q for place in places for q in store.quads(None, subject, ox.NamedNode(iri), place)):
        node = quad.subject
        if isinstance(node, ox.NamedNode) and any(_text(q.object) in naming for q in store.quads(node, predicate)):
            spans = (_text(q.object) for q in store.quads(node, source))
            names = sorted(_text(q.object) for q in store.quads(node, object_))
            found |= {f"{span} {name}" for span in spans for name in names}
    return frozenset(found)


def _changes(before: Mapping[str, Thing], after: Mapping[str, Thing]) -> Iterator[Change]:
    sources, targets = _traced(after, before), _traced(before, after)
    regrouped: set[str] = set()
    for what, things, others, traced in (("merged", after, before, sources), ("split", before, after, targets)):
        for iri, thing in things.items():
            ends = tuple(sorted(traced[iri]))
            if len(ends) < 2 or (what == "merged" and all(end in after for end in ends)):
                continue
            regrouped |= {iri, *ends}
            fields = _fields(before[iri], after[iri]) if iri in others else {}
            old, new = (ends, (iri,)) if what == "merged" else ((iri,), ends)
            yield Change(what, thing.kind, thing.cls, thing.name, old, new, fields)
    for iri, thing in before.items():
        now = iri if iri in after else next(iter(targets[iri]), None)
        if iri in regrouped:
            continue
        if now is None:
            yield Change("removed", thing.kind, thing.cls, thing.name, (iri,))
        elif fields := _fields(thing, after[now]):
            yield Change("changed", thing.kind, thing.cls, after[now].name, (iri,), (now,), fields)
        regrouped |= {now} if now else set()
    for iri, thing in after.items():
        if iri not in before and iri not in regrouped:
            yield Change("added", thing.kind, thing.cls, thing.name, (), (iri,))


def _traced(things: Mapping[str, Thing], others: Mapping[str, Thing]) -> dict[str, set[str]]:
    """Return for each thing those of the other graph, of the same kind, that the same passages introduce."""
    owners = _owners(others)
    found = {iri: {owners[p] for p in thing.passages if p in owners} for iri, thing in things.items()}
    for iri, ends in found.items():
        if things[iri].elsewhere and iri in others and others[iri].elsewhere:
            ends.add(iri)
    return {iri: {o for o in ends if others[o].kind == things[iri].kind} for iri, ends in found.items()}


def _owners(things: Mapping[str, Thing]) -> dict[str, str]:
    return {passage: iri for iri, thing in things.items() for passage in thing.passages}


def _fields(old: Thing, new: Thing) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    changed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    if old.cls != new.cls:
        changed["class"] = ((old.cls,), (new.cls,))
    for name in sorted(old.fields.keys() | new.fields.keys()):
        was, now = old.fields.get(name, frozenset()), new.fields.get(name, frozenset())
        if was != now:
            changed[name] = (tuple(sorted(was - now)), tuple(sorted(now - was)))
    return changed


def _documents(store: Store) -> set[str]:
    """Return the identifiers of the documents of a store."""
    type_, cls, name = (ox.NamedNode(vocab.iri(p)) for p in ("rdf:type", "cag:Document", "schema:identifier"))
    nodes = {q.subject for q in store.quads(None, type_, cls) if isinstance(q.subject, ox.NamedNode)}
    return {_text(q.object) for node in nodes for q in store.quads(node, name)}


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value
