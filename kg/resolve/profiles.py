"""What the statements of a build say of each local node: the material that identity is decided on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kg.model import Count, Literal, Money, Statement, TimeSpan
from kg.resolve import names

ENTITIES = names.words("person org company governmentbody civilsocietygroup union technology place")
GROUPS = frozenset({"group", "collective"})
EVENTS = frozenset({"petition", "protest", "union-action", "legal-action", "contract"})
"""First parts of the ids of nodes that several documents may share."""

_ROLES = {
    "cag:organizer": "actors",
    "cag:participant": "actors",
    "cag:signatory": "actors",
    "cag:target": "targets",
    "cag:addressee": "addressees",
    "cag:place": "places",
    "cag:concerns": "concerns",
    "cag:covers": "concerns",
    "cag:demands": "demands",
    "cag:supplier": "suppliers",
    "cag:buyer": "buyers",
    "cag:form": "forms",
    "cag:status": "statuses",
}
_TEXTS = {"cag:subject": "subjects", "schema:identifier": "identifiers"}


def family_of(node: str) -> str:
    """Return person, technology, place or org for the id of a named thing."""
    kind = node.partition("/")[0]
    return kind if kind in ("person", "technology", "place") else "org"


@dataclass(slots=True)
class Entity:
    """A named thing or a group as one document mentions it.

    `sure` tells that more than the guess of a tagger says what it is; `family` is person, technology, place or org
    (mentions of different families are never one), by the id unless resolution knows better; `best` keeps the label
    once it is asked for, when all statements are known.
    """

    id: str
    document: str
    classes: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    aliases: set[str] = field(default_factory=set)
    listed: bool = False
    wikidata: set[str] = field(default_factory=set)
    ties: set[str] = field(default_factory=set)
    sure: bool = False
    family: str = ""
    best: str = field(default="", repr=False)

    @property
    def cls(self) -> str:
        """The class that most statements give it; "" where a tagger only guessed that it is some company."""
        found = max(self.classes, key=lambda c: (self.classes[c], c), default="")
        return found if self.sure or found != "cag:Company" else ""

    @property
    def label(self) -> str:
        """The name that most statements give it."""
        if not self.best:
            self.best = max(self.labels, key=lambda name: (self.labels[name], len(name), name), default="")
        return self.best


@dataclass(slots=True)
class Event:
    """An action or contract as one document reports it; roles hold node ids, local ones until they are settled.

    `words` and `names` are the content words and the folded proper names (then: the things they name) of the passages
    that tell of it, `settings` the places among them, `origins` proper names in the descriptions of unnamed groups.
    """

    id: str
    document: str
    cls: str = ""
    label: str = ""
    published: date | None = None
    forms: set[str] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    addressees: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    concerns: set[str] = field(default_factory=set)
    demands: set[str] = field(default_factory=set)
    suppliers: set[str] = field(default_factory=set)
    buyers: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)
    spans: set[TimeSpan] = field(default_factory=set)
    counts: set[Count] = field(default_factory=set)
    values: set[Money] = field(default_factory=set)
    quotes: set[str] = field(default_factory=set)
    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    settings: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)


@dataclass(slots=True)
class World:
    """All mentions of a build: entities (groups among them), events, names of demands and causes, memberships."""

    entities: dict[str, Entity] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    memberships: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    documents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def collect(statements: Iterable[Statement]) -> World:
    """Return the mentions that the statements tell of; what is only negated says nothing of identity."""
    world = World()
    for s in statements:
        kind = s.subject.partition("/")[0]
        if kind in ENTITIES or kind in GROUPS:
            _entity(world, s)
        elif kind in EVENTS:
            if s.evidence.factuality != "negated":
                _event(world, s)
        elif kind == "membership":
            value = s.object.value if isinstance(s.object, Literal) else str(s.object)
            world.memberships[s.subject][s.predicate] = value
        elif s.predicate == "rdfs:label" and isinstance(s.object, Literal):
            world.names[s.subject] = max(world.names.get(s.subject, ""), s.object.value)
    for event in world.events.values():
        event.demands = {world.names.get(node, node) for node in event.demands}
        event.words = _content(event.quotes)
        event.names = frozenset(name for quote in event.quotes for name in names.proper(quote))
        event.quotes = set()
    return world


def _entity(world: World, s: Statement) -> None:
    entity = world.entities.get(s.subject)
    if entity is None:
        entity = world.entities[s.subject] = Entity(s.subject, s.evidence.document, family=family_of(s.subject))
        world.documents[s.evidence.document].add(s.subject)
    if isinstance(s.object, Literal):
        if s.predicate == "rdfs:label":
            entity.labels[s.object.value] += 1
            entity.listed |= s.evidence.extractor.endswith("entity.names")
        elif s.predicate == "skos:altLabel":
            entity.aliases.add(s.object.value)
    elif isinstance(s.object, str) and s.evidence.factuality != "negated":
        if s.predicate == "rdf:type":
            entity.classes[s.object] += 1
            entity.sure |= not s.evidence.extractor.endswith("entity.model")
        elif s.predicate == "owl:sameAs":
            entity.wikidata.add(s.object)
        elif s.predicate in ("cag:memberAffiliation", "org:memberOf"):
            entity.ties.add(s.object)


def _event(world: World, s: Statement) -> None:
    event = world.events.get(s.subject)
    if event is None:
        event = world.events[s.subject] = Event(s.subject, s.evidence.document)
    term = s.object
    if isinstance(term, str):
        if s.predicate == "rdf:type":
            event.cls = max(event.cls, term)
            event.quotes.add(s.evidence.quote)
        elif s.predicate in _ROLES:
            getattr(event, _ROLES[s.predicate]).add(term)
    elif isinstance(term, Literal):
        if s.predicate == "rdfs:label":
            event.label = max(event.label, term.value)
        elif s.predicate in _TEXTS:
            getattr(event, _TEXTS[s.predicate]).add(term.value.casefold())
    elif isinstance(term, TimeSpan):
        event.spans.add(term)
    elif isinstance(term, Count):
        event.counts.add(term)
    else:
        event.values.add(term)


_STOP = names.words(
    """about after against also among and are been before being but company did for from had has have her his into its
    more most not on one only other over said says she than that the their them they this those told two under was were
    what when which while who will with would year years employees workers people letter strike protest contract
    """
)


def _content(quotes: Iterable[str]) -> frozenset[str]:
    words = {word for quote in quotes for word in re.findall(r"[^\W\d_]{4,}", quote.casefold())}
    return frozenset(words - _STOP)
