"""Collects what a report says: sections of tables whose rows refer to footnotes, without any layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.conflicts import conflicts
from kg.facts import ACTIONS, ACTORS, CLASS_ORDER, Source, facts, sources
from kg.network import network
from kg.report.measures import bridges
from kg.store import Store

if TYPE_CHECKING:
    import networkx

    Network = networkx.MultiDiGraph[str]

NOTES = 3
"""Footnotes of one row at most: the table is there to be read."""

BY = ("signatory", "participant", "organizer")
ABOUT = ("concerns", "inResponseTo", "target", "opposes")
KINDS = {"Petition": "Petitions, letters", "Protest": "Protests, strikes", "UnionAction": "Union actions",
         "LegalAction": "Legal actions", "CollectiveAction": "Other actions", "Contract": "Contracts"}  # fmt: skip
NAMES = {"GovernmentBody": "government body", "CivilSocietyGroup": "civil society group", "NewsOutlet": "news outlet",
         "Collective": "group of people"}  # fmt: skip
YEARS = 8


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: a sentence, and where it stands."""

    quote: str
    title: str
    publisher: str
    date: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: texts, and the numbers (from 1) of its footnotes."""

    cells: tuple[str, ...]
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what the table under it means, and the table; `empty` is said where it has no rows."""

    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = "None."


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: title, a paragraph that sums it up, sections and footnotes."""

    title: str
    summary: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]


def report(store: Store, *, title: str = "Report", top: int = 10) -> Report:
    """Return what a graph holds: counts, what was protested, largest actions, actors, conflicts and sources.

    `top` is how many rows a ranking has. The same graph gives the same report.
    """
    material = _Material(network(store), sources(store))
    sections = (
        _protested(material),
        _by_year(material),
        _by_company(material, top),
        _largest(material, top),
        _connected(material, top),
        _unsettled(material, top * 3),
        _conflicts(material, store, top * 3),
        _sources(material, store),
    )
    return Report(title, _summary(material, store), sections, tuple(material.notes))


@dataclass
class _Material:
    """The network, the sources, and the footnotes given so far."""

    network: Network
    sources: dict[str, Source]
    notes: list[Note] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {source.id: source for source in self.sources.values()}

    def note(self, document: str, quote: str) -> int:
        """Return the number of the footnote for a quote; equal ones share it."""
        key = (document, " ".join(quote.split()))
        if key not in self._numbers:
            source = self.by_id.get(document) or Source(document, document)
            self.notes.append(Note(key[1], source.title or source.id, source.publisher, source.date, source.url))
            self._numbers[key] = len(self.notes)
        return self._numbers[key]

    def cite(self, said: Iterable[dict[str, Any]], limit: int = NOTES) -> tuple[int, ...]:
        """Return the numbers of the first different footnotes among quotes."""
        numbers: list[int] = []
        for one in said:
            if len(numbers) == limit:
                break
            number = self.note(str(one["document"]), str(one["quote"]))
            if number not in numbers:
                numbers.append(number)
        return tuple(numbers)

    def of(self, *classes: str) -> list[str]:
        """Return the nodes of the given classes, in time order, undated ones last."""
        found = [node for node in self.network if self.cls(node) in classes]
        return sorted(found, key=lambda node: (self.start(node) or "9999", self.label(node), node))

    def cls(self, node: str) -> str:
        return str(self.network.nodes[node]["cls"])

    def label(self, node: str) -> str:
        return str(self.network.nodes[node]["label"])

    def start(self, node: str) -> str:
        return str(self.network.nodes[node]["start"] or "")

    def status(self, node: str) -> str:
        return str(self.network.nodes[node]["status"] or "")

    def linked(self, node: str, *roles: str) -> list[str]:
        """Return what `node` points at by these roles, in their order, each once."""
        out = list(self.network.out_edges(node, keys=True))
        return list(dict.fromkeys(other for role in roles for _, other, key in sorted(out) if key == role))

    def linked_to(self, node: str, role: str) -> list[str]:
        """Return what points at `node` by this role, sorted."""
        return sorted(one for one, _, key in self.network.in_edges(node, keys=True) if key == role)

    def names(self, nodes: list[str]) -> str:
        shown = [self.label(node) for node in nodes[:4]]
        return "; ".join(shown) + (f"; {len(nodes) - 4} more" if len(nodes) > 4 else "")

    def said(self, node: str, *predicates: str) -> Iterator[dict[str, Any]]:
        """Yield what the sources say of a node, the given properties first, then the rest and its relations."""
        told = self.network.nodes[node]["facts"]
        wanted = [f"cag:{name}" for name in predicates]
        yield from (fact for name in wanted for fact in told if fact["predicate"] == name)
        yield from (fact for fact in told if fact["predicate"] not in wanted)
        edges = [
            *self.network.out_edges(node, keys=True, data=True),
            *self.network.in_edges(node, keys=True, data=True),
        ]
        for _, _, _, data in sorted(edges, key=lambda edge: (edge[0] != node, edge[:3])):
            yield from data["quotes"]

    def size(self, node: str) -> int:
        data = self.network.nodes[node]
        return int(data["size_min"] if data["size_min"] is not None else data["size_max"] or 0)

    def people(self, node: str) -> str:
        """Return how many took part in the sources' own words, several if they differ."""
        told = self.network.nodes[node]["facts"]
        words = [" ".join(str(fact["value"]).split()) for fact in told if fact["predicate"] == "cag:size"]
        return " / ".join(dict.fromkeys(words))

    def companies(self, node: str) -> list[str]:
        """Return the companies that an action or contract names, else those of its people, technology, contract."""
        near = sorted({*self.network.successors(node), *self.network.predecessors(node)})
        direct = [other for other in near if self.cls(other) == "Company"]
        through = [other for other in near if self.cls(other) in ("Collective", "Technology", "Contract", "Person")]
        far = {next_ for other in through for next_ in self.network.successors(other) if self.cls(next_) == "Company"}
        return direct or sorted(far)


def _summary(material: _Material, store: Store) -> str:
    dates = sorted(source.date[:10] for source in material.sources.values() if source.date)
    publishers = {source.publisher for source in material.sources.values() if source.publisher}
    period = f", published from {dates[0]} to {dates[-1]}" if dates else ""
    by = f" by {_count(len(publishers), 'publisher')}" if publishers else ""
    actions, contracts = material.of(*ACTIONS), material.of("Contract")
    return (
        f"{_count(len(material.sources), 'document')}{period}{by}, tell of {_count(len(actions), 'action')} and "
        f"{_count(len(contracts), 'contract')} with {_count(len(material.of(*ACTORS)), 'person or organization')}. "
        f"They make {_count(len(facts(store)), 'statement')}; each rests on a sentence, and the footnotes give them. "
        "What is told twice under different names can be counted twice."
    )


def _count(number: int, noun: str) -> str:
    plural = {"person or organization": "people and organizations"}.get(noun, f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural}"


def _protested(material: _Material) -> Section:
    found: dict[str, list[str]] = {}
    for action in material.of(*ACTIONS):
        matters = (matter for thing in material.linked(action, *ABOUT) for matter in _matters(material, action, thing))
        for matter in dict.fromkeys(matters):
            found.setdefault(matter, []).append(action)
    rows = []
    for matter in sorted(found, key=lambda node: (-len(set(found[node])), material.label(node), node)):
        rows.append(Row((f"**{_matter(material, matter)}**", "", "", "", _outcome(material, matter)),
                        material.cite(material.said(matter, "status", "buyer"))))  # fmt: skip
        for action in dict.fromkeys(found[matter]):
            who = material.names(material.linked(action, *BY))
            cells = (
                material.label(action),
                who,
                material.people(action),
                material.start(action),
                material.status(action),
            )
            rows.append(Row(cells, material.cite(material.said(action, "concerns", "size", "status"))))
    text = (
        "Contracts and technologies that people acted against, those with most actions first; under each, the actions "
        "in time order, who took part, how many according to the sources, and what came of it as far as they say. An "
        "action about a public body counts for the contracts that the company in question has with it; where none is "
        "known, it stands under “work for” that body."
    )
    return Section("What was protested, by whom, and what came of it", text,
                   ("Contract or technology, and actions", "By", "How many", "When", "Outcome"), tuple(rows),
                   "No action names a contract or a technology.")  # fmt: skip


def _matters(material: _Material, action: str, thing: str) -> list[str]:
    """Return what an action about a thing is against: a contract, a technology, or work for a public body."""
    cls = material.cls(thing)
    if cls == "Technology":
        return material.linked_to(thing, "covers") or [thing]
    if cls == "GovernmentBody" and material.network.has_edge(action, thing, "concerns"):
        companies = set(material.companies(action))
        known = [one for one in material.linked_to(thing, "buyer") if companies & set(material.linked(one, "supplier"))]
        return known or [thing]
    return [thing] if cls == "Contract" else []


def _matter(material: _Material, node: str) -> str:
    if material.cls(node) == "GovernmentBody":
        return f"Work for {material.label(node)}"
    supplier, buyer = (material.names(material.linked(node, role)) for role in ("supplier", "buyer"))
    label = material.label(node)
    known = " for ".join(name for name in (supplier, buyer) if name and "–" not in label)
    told = material.network.nodes[node]["facts"]
    worth = " / ".join(dict.fromkeys(str(fact["value"]) for fact in told if fact["predicate"] == "cag:contractValue"))
    about = ", ".join(part for part in (known, worth) if part)
    return f"{label} ({about})" if about else label


def _outcome(material: _Material, node: str) -> str:
    return f"contract {material.status(node)}" if material.status(node) else ""


def _by_year(material: _Material) -> Section:
    years = sorted({year for cls in KINDS for node in material.of(cls) if (year := material.start(node)[:4])})
    late = years[-YEARS:]
    early = [f"before {late[0]}"] if len(years) > len(late) else []
    rows = []
    for cls, name in KINDS.items():
        nodes = material.of(cls)
        count = Counter(
            year if year in late or not year else early[0] for year in (material.start(n)[:4] for n in nodes)
        )
        if nodes:
            cells = (name, f"{len(nodes):,}", *(_number(count[year]) for year in (*early, *late)), _number(count[""]))
            rows.append(Row(cells, material.cite(one for node in nodes[:NOTES] for one in _first(material, node))))
    text = (
        "Counted by the year in which they began; the footnotes give the first ones. Without a date: the text has none."
    )
    return Section(
        "Actions and contracts by kind and year", text, ("Kind", "All", *early, *late, "no date"), tuple(rows)
    )


def _first(material: _Material, node: str) -> list[dict[str, Any]]:
    said = next(material.said(node, "when"), None)
    return [] if said is None else [said]


def _number(number: int) -> str:
    return f"{number:,}" if number else ""


def _by_company(material: _Material, top: int) -> Section:
    counts: dict[str, Counter[str]] = {}
    first: dict[str, list[str]] = {}
    for cls in KINDS:
        for node in material.of(cls):
            for company in material.companies(node):
                counts.setdefault(company, Counter())[cls] += 1
                first.setdefault(company, []).append(node)
    order = sorted(counts, key=lambda node: (-counts[node].total(), material.label(node), node))[:top]
    used = [cls for cls in KINDS if any(counts[node][cls] for node in order)]
    rows = tuple(
        Row((material.label(node), f"{counts[node].total():,}", *(_number(counts[node][cls]) for cls in used)),
            material.cite(one for other in first[node][:NOTES] for one in _first(material, other)))
        for node in order
    )  # fmt: skip
    text = (
        f"The {top} companies with most actions and contracts; one counts for every company that it names, or else "
        "for the employers of those who took part."
    )
    return Section("By company", text, ("Company", "All", *(KINDS[cls] for cls in used)), rows)


def _largest(material: _Material, top: int) -> Section:
    sized = [node for node in material.of(*ACTIONS) if material.size(node)]
    order = sorted(sized, key=lambda node: -material.size(node))[:top]
    rows = tuple(
        Row((material.label(node), material.people(node) or f"{material.size(node):,}",
             material.names(material.linked(node, *BY)), material.start(node), material.status(node)),
            material.cite(material.said(node, "size"), 2))
        for node in order
    )  # fmt: skip
    text = (
        "By the smallest number that the words of the sources allow: “more than 100” is at least 101, “hundreds” at "
        "least 200. Several numbers mean that sources differ or that it grew."
    )
    return Section("Largest actions", text, ("Action", "How many, in the sources' words", "By", "When", "Status"), rows)


def _connected(material: _Material, top: int) -> Section:
    graph = material.network
    partners = {
        node: len({*graph.successors(node), *graph.predecessors(node)} - {node}) for node in material.of(*ACTORS)
    }
    order = sorted(partners, key=lambda node: (-partners[node], material.label(node), node))[:top]
    between = bridges(graph)
    rows = tuple(
        Row((material.label(node), _kind(material.cls(node)), f"{partners[node]:,}", _share(between.get(node, 0.0)),
             _roles(graph, node)), material.cite(material.said(node), 2))
        for node in order if partners[node]
    )  # fmt: skip
    text = (
        "Links: with how many different actions, contracts, people and places somebody is directly connected (networkx "
        "degree). Bridge: on how many of the shortest chains between two others they stand (betweenness); who has few "
        "links but a high share ties groups together that would else be apart. Both say who the sources write about, "
        "not who has power."
    )
    return Section("Most connected actors", text, ("Actor", "Kind", "Links", "Bridge", "Most often as"), rows)


def _kind(cls: str) -> str:
    return NAMES.get(cls, cls.lower())


def _share(value: float) -> str:
    return f"{value * 100:.0f} %" if value >= 0.005 else "under 1 %" if value else "0 %"


def _roles(graph: Network, node: str) -> str:
    count = Counter(role for _, _, role in graph.in_edges(node, keys=True))
    words = {"memberOf": "employer or group", "memberAffiliation": "employer", "place": "place"}
    return ", ".join(f"{words.get(role, role)} ({number})" for role, number in count.most_common(3))


def _unsettled(material: _Material, limit: int) -> Section:
    wanted = ("planned", "threatened", "cancelled", "prevented", "withdrawn", "proposed", "bidding")
    nodes = [node for node in material.of(*ACTIONS, "Contract") if material.status(node) in wanted][:limit]
    rows = tuple(
        Row((material.label(node), material.status(node), material.start(node)),
            material.cite(material.said(node, "status"), 2))
        for node in nodes
    )  # fmt: skip
    text = "Actions and contracts that, by the last that the sources say, had not taken place or were called off."
    return Section("Planned, called off, or not yet decided", text, ("What", "Status", "When"), rows)


def _conflicts(material: _Material, store: Store, limit: int) -> Section:
    rows = []
    for one in conflicts(store)[:limit]:
        notes = [material.note(side.document, side.quote) for side in (one.left, one.right)]
        property_ = one.predicate.partition(":")[2]
        cells = (one.name, property_, _told(one.left.value), _told(one.right.value), one.why)
        rows.append(Row(cells, tuple(dict.fromkeys(notes))))
    text = "Statements on one thing that cannot both hold; both are kept, the footnotes show who says which."
    columns = ("On", "Property", "One says", "The other says", "Why both cannot hold")
    return Section("Where sources contradict each other", text, columns, tuple(rows), "No contradiction was found.")


def _told(value: str) -> str:
    return value.rstrip("/").rpartition("/")[2] if value.startswith("http") else " ".join(value.split())


def _sources(material: _Material, store: Store) -> Section:
    count = Counter(fact.source.id for fact in facts(store))
    order: Callable[[Source], tuple[str, str]] = lambda source: (source.date or "9999", source.id)  # noqa: E731
    rows = tuple(
        Row((source.title or source.id, source.publisher, source.date[:10], f"{count[source.id]:,}", source.url))
        for source in sorted(material.sources.values(), key=order)
    )
    text = "In order of publication, with the number of statements taken from each."
    return Section("Sources", text, ("Title", "Publisher", "Date", "Statements", "Address"), rows)


assert set(KINDS) <= set(CLASS_ORDER)
