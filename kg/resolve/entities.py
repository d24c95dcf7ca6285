"""Which mentions of people, organizations, technologies and places are one; in doubt they stay apart.

Listed names are trusted. Other names need more than being equal: mentions join where their documents share context,
and homonyms stay apart where type, affiliation or context disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kg.model import Decision
from kg.resolve import kinds, names
from kg.resolve.partition import Partition
from kg.resolve.profiles import Entity

_WIDE = frozenset({"", "cag:Organization", "cag:Actor"})
_SPLIT_LIMIT = 60
"""Clusters of one name that a mention is compared with, the largest first."""


@dataclass(slots=True)
class Cluster:
    """Mentions that are taken for one thing so far, with all that tells it from its homonyms."""

    root: str
    cls: str
    label: str
    members: list[str] = field(default_factory=list)
    context: set[str] = field(default_factory=set)
    ties: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    wikidata: set[str] = field(default_factory=set)
    listed: bool = False


def resolve(entities: Iterable[Entity], partition: Partition, texts: Mapping[str, str] | None = None) -> list[Decision]:
    """Join the mentions in `partition`, which holds what people decided; return why, and what was nearly joined.

    `texts` has the texts of documents by id, which tell of places that no statement mentions.
    """
    found = list(entities)
    kinds.unify(found)
    return _Resolver(found, partition, texts or {}).run()


class _Resolver:
    def __init__(self, entities: list[Entity], partition: Partition, texts: Mapping[str, str]) -> None:
        self._partition, self._texts = partition, texts
        self._known_places = {names.fold(e.label) for e in entities if e.family == "place"}
        self._places: dict[str, frozenset[str]] = {}
        self._entities = {e.id: e for e in sorted(entities, key=lambda e: (not e.listed, not e.ties, e.document, e.id))}
        self._decisions: list[Decision] = []
        self._contexts: dict[str, set[str]] = {}

    def run(self) -> list[Decision]:
        """Decide on all that are no people first: who somebody works for tells namesakes apart."""
        for people in (False, True):
            self._contexts = self._document_contexts(settled=people)
            groups: dict[tuple[str, ...], list[Entity]] = defaultdict(list)
            for entity in self._entities.values():
                if (entity.family == "person") is people:
                    groups[self._key(entity)].append(entity)
            clusters = [cluster for key in sorted(groups) for cluster in self._equal_names(groups[key])]
            self._variants(clusters)
        return self._decisions

    # ---- what is known around a mention ----

    def _name_key(self, entity: Entity) -> str:
        return f"{entity.family}:{names.fold(entity.label)}"

    def _key(self, entity: Entity) -> tuple[str, ...]:
        if entity.family == "person":
            parts = names.person_parts(entity.label)
            if len(parts) < 2:
                return ("person", *parts, entity.document)
            return ("person", " ".join(parts))
        return (entity.family, names.squeezed(entity.label))

    def _document_contexts(self, *, settled: bool) -> dict[str, set[str]]:
        """Return document -> keys of the names in it, without those that too many documents share to mean much.

        A key is the name; where `settled`, that of a thing which is no person is the thing itself.
        """
        contexts: dict[str, set[str]] = defaultdict(set)
        for entity in self._entities.values():
            if entity.cls != "cag:NewsOutlet" and len(entity.label) > 2:
                if settled and entity.family != "person":
                    contexts[entity.document].add(self._partition.find(entity.id))
                elif not names.generic(entity.label):
                    contexts[entity.document].add(self._name_key(entity))
        frequency = Counter(key for keys in contexts.values() for key in keys)
        common = {key for key, count in frequency.items() if count > max(12, len(contexts) // 8)}
        return {document: keys - common for document, keys in contexts.items()}

    def _ties(self, entity: Entity) -> set[str]:
        return {self._partition.find(tie) for tie in entity.ties if tie in self._entities}

    def _context(self, entity: Entity) -> set[str]:
        """Return what is around a mention, itself apart; people around a body with a generic name prove nothing."""
        found = self._contexts.get(entity.document, set()) - {self._name_key(entity)}
        if entity.family != "person" and names.generic(entity.label):
            return {key for key in found if not key.startswith("person:")}
        return found

    # ---- equal names ----

    def _equal_names(self, mentions: list[Entity]) -> list[Cluster]:
        """Join mentions with one name, in an order that does not depend on that of the documents."""
        clusters: dict[str, Cluster] = {}
        for entity in mentions:
            root = self._partition.find(entity.id)
            cluster = clusters.get(root)
            if cluster is None:
                cluster = self._home(entity, list(clusters.values())[:_SPLIT_LIMIT])
            if cluster is None:
                clusters[root] = cluster = Cluster(entity.id, entity.cls, entity.label)
            elif root != self._partition.find(cluster.root):
                clusters.pop(self._partition.find(cluster.root), None)
                self._partition.join(cluster.root, entity.id)
                clusters[self._partition.find(cluster.root)] = cluster
            self._absorb(cluster, entity)
        found = list({id(c): c for c in clusters.values()}.values())
        for cluster in found:
            self._record_equal(cluster)
        self._record_homonyms(found)
        return found

    def _home(self, entity: Entity, clusters: list[Cluster]) -> Cluster | None:
        ranked = ((self._affinity(entity, c), len(c.members), c) for c in clusters)
        fitting = [r for r in ranked if r[0] > 0 and self._partition.allowed(r[2].root, entity.id)]
        return max(fitting, key=lambda r: (r[0], r[1], r[2].root))[2] if fitting else None

    def _absorb(self, cluster: Cluster, entity: Entity) -> None:
        cluster.members.append(entity.id)
        if cluster.cls in _WIDE:
            cluster.cls = entity.cls
        cluster.context |= self._context(entity)
        cluster.ties |= self._ties(entity)
        cluster.wikidata |= entity.wikidata
        cluster.listed |= entity.listed
        for alias in (*entity.aliases, *entity.labels):
            cluster.aliases.setdefault(alias, entity.document)

    def _affinity(self, entity: Entity, cluster: Cluster) -> float:
        """Return how well a mention fits a cluster of its name; 0 keeps it out."""
        fits = compatible(entity.cls, cluster.cls) and not _differ(entity.wikidata, cluster.wikidata)
        if not fits or (entity.listed and cluster.listed):
            return 3.0 * fits
        context = self._context(entity)
        shared, ties, person = len(context & cluster.context), self._ties(entity), entity.family == "person"
        if ties & cluster.ties:
            return 2.0 + shared / 100
        if person and ties and cluster.ties:
            return 0.0
        if entity.document in {self._entities[m].document for m in cluster.members[:50]}:
            return 1.9
        if shared:
            return 1.0 + shared / 100
        return 0.5 if not person and self._distinctive(entity, cluster) else 0.0

    def _distinctive(self, entity: Entity, cluster: Cluster) -> bool:
        """Tell whether equal names are enough where nothing else is shared: no generic name, no two places."""
        if entity.family == "place" or entity.listed or cluster.listed:
            return True
        if names.generic(entity.label):
            return False
        if len(names.fold(entity.label).split()) >= 3:
            return True
        here = self._places_in(entity.document)
        there = {place for m in cluster.members[:20] for place in self._places_in(self._entities[m].document)}
        return not here or not there or bool(here & there)

    def _places_in(self, document: str) -> frozenset[str]:
        """Return the known places that a text names."""
        if document not in self._places:
            self._places[document] = names.proper(self._texts.get(document, "")) & self._known_places
        return self._places[document]

    def _record_equal(self, cluster: Cluster) -> None:
        documents = {self._entities[m].document for m in cluster.members}
        if len(documents) < 2:
            return
        reason = f"{len(cluster.members)} mentions in {len(documents)} documents have the same name, {cluster.label!r}"
        why = "the name is a listed one" if cluster.listed else "type, affiliation and context agree"
        first, *rest = sorted(cluster.members)
        score = 0.99 if cluster.listed else 0.95
        self._decisions.append(Decision((first,), tuple(rest), "same", score, (reason, why), "rules/entity.name"))

    def _record_homonyms(self, clusters: list[Cluster]) -> None:
        for left, right in pairwise(clusters):
            if compatible(left.cls, right.cls) and self._partition.allowed(left.root, right.root):
                clash = left.ties and right.ties and not left.ties & right.ties
                why = "their affiliations differ" if clash else "their documents have nothing else in common"
                self._maybe(left, right, 0.3, (f"both are called {left.label!r}", why), "entity.homonym")

    # ---- different names ----

    def _variants(self, clusters: list[Cluster]) -> None:
        """Join clusters whose names are variants of each other, each only where a single cluster can be meant."""
        index: dict[tuple[str, str], list[tuple[str, Cluster]]] = defaultdict(list)
        for cluster in clusters:
            for way, form in self._offers(cluster):
                index[way, form].append((form, cluster))
        for cluster in sorted(clusters, key=lambda c: (c.label, c.root)):
            for way, form, reason in self._asks(cluster):
                found = {id(c): c for _, c in index.get((way, form), ()) if c is not cluster}
                if found and self._settle(cluster, list(found.values()), way, reason):
                    break

    def _offers(self, cluster: Cluster) -> Iterator[tuple[str, str]]:
        """Yield the forms under which a cluster can be found by others, with the way that leads there."""
        kind = self._entities[cluster.root].family
        if kind == "person":
            parts = names.person_parts(cluster.label)
            if len(parts) > 1:
                yield "surname", parts[-1]
                yield "initial", f"{parts[0][0]} {parts[-1]}"
            return
        for form in {names.squeezed(alias) for alias in cluster.aliases if self._is_name(alias)}:
            yield f"{kind}-alias", form
        if kind == "org":
            for form in names.initials(cluster.label):
                yield "acronym", form
            yield "stem", names.stem(cluster.label)
            yield "number", names.singular(cluster.label)

    def _is_name(self, alias: str) -> bool:
        return len(alias) > 1 and not alias.islower() and not names.generic(alias)

    def _asks(self, cluster: Cluster) -> Iterator[tuple[str, str, str]]:
        """Yield what to look a cluster up under, and the reason that a find there gives."""
        kind = self._entities[cluster.root].family
        if kind == "person":
            parts = names.person_parts(cluster.label)
            if len(parts) == 1:
                yield "surname", parts[0], "it is the surname of the other, who is introduced elsewhere"
            elif parts:
                yield "initial", f"{parts[0][0]} {parts[-1]}", "surname and given name or initial agree"
            return
        if self._is_name(cluster.label):
            yield f"{kind}-alias", names.squeezed(cluster.label), "one text gives both names to one thing"
        if kind == "org" and names.is_acronym(cluster.label):
            yield "acronym", names.squeezed(cluster.label), "it is the acronym of the other"
        if kind == "org" and not cluster.listed:
            yield "stem", names.stem(cluster.label), "the names differ only in words such as Group or Technologies"
            yield "number", names.singular(cluster.label), "the names differ only in singular and plural"

    def _settle(self, cluster: Cluster, others: list[Cluster], way: str, reason: str) -> bool:
        """Join a cluster with the one other that fits, or note that it may be; True where it was joined."""
        fitting = [o for o in others if self._fits(cluster, o, way)]
        related = [o for o in fitting if self._related(cluster, o)]
        apart = any(names.squeezed(o.label) == names.squeezed(cluster.label) for o in fitting)
        chosen = related if related or apart or not way.endswith("alias") else fitting
        roots = {self._partition.find(o.root) for o in chosen}
        if len(roots) == 1 and self._partition.find(cluster.root) not in roots:
            other = min(chosen, key=lambda o: o.root)
            if self._partition.join(cluster.root, other.root):
                context = "their documents share other names" if related else "the alias is used for nothing else"
                reasons = (f"{cluster.label!r} and {other.label!r}: {reason}", context)
                self._decisions.append(
                    Decision((cluster.root,), (other.root,), "same", 0.9, reasons, f"rules/entity.{way}")
                )
                return True
        elif fitting and self._partition.find(cluster.root) not in roots and len(fitting) <= 5:
            for other in sorted(fitting, key=lambda o: o.root):
                if names.squeezed(other.label) == names.squeezed(cluster.label):
                    continue
                why = "several could be meant" if len(roots) > 1 else "their documents have nothing else in common"
                self._maybe(
                    cluster, other, 0.4, (f"{cluster.label!r} and {other.label!r}: {reason}", why), f"entity.{way}"
                )
        return False

    def _fits(self, cluster: Cluster, other: Cluster, way: str) -> bool:
        if not compatible(cluster.cls, other.cls) or _differ(cluster.wikidata, other.wikidata):
            return False
        if (cluster.listed and other.listed) or not self._partition.allowed(cluster.root, other.root):
            return False
        if cluster.ties and other.ties and not cluster.ties & other.ties and way in ("surname", "initial"):
            return False
        if way == "initial":
            left, right = names.person_parts(cluster.label), names.person_parts(other.label)
            return names.same_given(left[0], right[0]) and left != right
        return True

    def _related(self, cluster: Cluster, other: Cluster) -> bool:
        """Tell whether two clusters share an affiliation, a name in their documents, or a document."""
        if cluster.ties & other.ties or cluster.context & other.context:
            return True
        left = {self._entities[m].document for m in cluster.members}
        return any(self._entities[m].document in left for m in other.members)

    def _maybe(self, left: Cluster, right: Cluster, score: float, reasons: tuple[str, ...], rule: str) -> None:
        one, other = sorted((left.root, right.root))
        self._decisions.append(Decision((one,), (other,), "possible", score, reasons, f"rules/{rule}"))


def compatible(left: str, right: str) -> bool:
    """Tell whether two classes can be of one thing: equal, or one of them says less."""
    return left == right or left in _WIDE or right in _WIDE


def _differ(left: set[str], right: set[str]) -> bool:
    return bool(left and right and not left & right)
