"""Decides which mentions of a whole build are one thing, in order: people's judgements, entities, groups, events."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from kg.model import Decision, Document, Judgement, Linker, Statement, content_hash
from kg.resolve import entities, events, sources
from kg.resolve.judge import constrain
from kg.resolve.names import fold, is_acronym, proper
from kg.resolve.partition import Partition
from kg.resolve.profiles import GROUPS, Entity, Event, World, collect, family_of


def link(
    statements: Iterable[Statement], *, documents: Iterable[Document] = (), judgements: Iterable[Judgement] = ()
) -> Linker:
    """Return the linker for all statements of a build; the result depends on the order of `judgements` only.

    `documents` give dates, publishers and texts; without them, reports count as of one unknown publisher.
    """
    world = collect(statements)
    return _Linking(world, {d.id: d for d in documents}, list(judgements)).linker()


class _Linking:
    def __init__(self, world: World, documents: Mapping[str, Document], judgements: list[Judgement]) -> None:
        self._world, self._documents = world, documents
        self._partition = Partition()
        self._human, self._unused = constrain(world, judgements, self._partition)
        self._canonical: dict[str, str] = {}
        self._labels: dict[str, str] = {}

    def linker(self) -> Linker:
        named = [e for e in self._world.entities.values() if not _is_group(e)]
        groups = [e for e in self._world.entities.values() if _is_group(e)]
        texts = {name: document.text for name, document in self._documents.items()}
        found = entities.resolve(named, self._partition, texts)
        self._name_entities(named)
        self._join_groups(groups)
        self._name_entities(groups)
        for event in self._world.events.values():
            self._settle(event)
        found += events.resolve(self._world.events.values(), self._partition)
        self._name_events()
        self._name_memberships()
        self._labels.update(self._world.names)
        return Linker(
            self._canonical, self._labels, self._named(self._human + found), self._corroboration(), tuple(self._unused)
        )

    # ---- entities ----

    def _name_entities(self, mentions: list[Entity]) -> None:
        """Give each set of mentions a label and an identifier: the plain name for the one that most texts mean."""
        by_name: dict[str, list[tuple[list[Entity], str]]] = defaultdict(list)
        for nodes in self._partition.sets(e.id for e in mentions):
            members = [self._world.entities[node] for node in nodes]
            label = _preferred(members)
            ties = {self._canonical.get(tie, tie) for e in members if _is_group(e) for tie in e.ties}
            by_name[_identifier(members, label, sorted(ties))].append((members, label))
        for name, homonyms in by_name.items():
            homonyms.sort(key=lambda h: (-len({e.document for e in h[0]}), h[0][0].document, h[0][0].id))
            for rank, (members, label) in enumerate(homonyms):
                lonely = _is_group(members[0]) and not members[0].ties
                plain = rank == 0 and not lonely
                own = members[0].id if lonely else name
                canonical = own if plain or lonely else f"{name}-{content_hash(name, members[0].id, length=6)}"
                self._labels[canonical] = label
                self._canonical.update((e.id, canonical) for e in members)

    def _join_groups(self, groups: list[Entity]) -> None:
        """Join groups with equal names and ties; those without a tie could be anybody."""
        first: dict[tuple[object, ...], str] = {}
        for group in sorted(groups, key=lambda e: e.id):
            if group.ties:
                ties = sorted(self._canonical.get(tie, tie) for tie in group.ties)
                self._partition.join(first.setdefault((group.cls, fold(group.label), *ties), group.id), group.id)

    # ---- events ----

    def _settle(self, event: Event) -> None:
        """Replace the local ids in the roles of an event by canonical ones, and groups by what they belong to."""
        document = self._documents.get(event.document)
        event.published = document.date if document else None
        event.origins = {origin for node in event.actors for origin in self._origins(node)}
        for role in ("actors", "targets", "addressees", "places", "concerns", "suppliers", "buyers"):
            setattr(event, role, {known for node in getattr(event, role) for known in self._standing(node)})
        for node in list(event.addressees):
            event.targets |= self._employers.get(node, set())
        event.names = frozenset(self._known[name] for name in event.names if name in self._known)
        event.settings = {name for name in event.names if name.startswith("place/")}

    def _origins(self, node: str) -> set[str]:
        """Return the proper names in the description of a group ("German Amazon workers"), but what it belongs to."""
        entity = self._world.entities.get(node)
        if entity is None or not _is_group(entity):
            return set()
        owners = (self._canonical.get(tie, tie) for tie in entity.ties)
        own = {word for owner in owners for word in fold(self._labels.get(owner, "")).split()}
        words = {word for word in proper(entity.label) if " " not in word}
        first = fold(entity.label.split()[0]) if entity.label else ""
        return words - own - ({first} if first not in self._known else set())

    @cached_property
    def _known(self) -> Mapping[str, str]:
        """Return folded name -> the one thing that it means, without names that too many documents share."""
        found: dict[str, set[str]] = defaultdict(set)
        documents: dict[str, set[str]] = defaultdict(set)
        for entity in self._world.entities.values():
            if not _is_group(entity):
                node = self._canonical[entity.id]
                documents[node].add(entity.document)
                for name in (*entity.labels, *entity.aliases):
                    found[fold(name)].add(node)
        limit = max(12, len(self._world.documents) // 8)
        return {
            name: next(iter(nodes)) for name, nodes in found.items()
            if len(nodes) == 1 and all(len(documents[n]) <= limit or n.startswith("place/") for n in nodes)
        }  # fmt: skip

    @cached_property
    def _employers(self) -> Mapping[str, set[str]]:
        known: dict[str, set[str]] = defaultdict(set)
        for entity in self._world.entities.values():
            if entity.family == "person":
                known[self._canonical[entity.id]] |= {self._canonical.get(tie, tie) for tie in entity.ties}
        return known

    def _standing(self, node: str) -> set[str]:
        entity = self._world.entities.get(node)
        if entity is None or not _is_group(entity):
            return {self._canonical.get(node, node)}
        return {self._canonical.get(tie, tie) for tie in entity.ties}

    def _name_events(self) -> None:
        """Name each set of reports after its earliest one."""
        for nodes in self._partition.sets(self._world.events):
            reports = [self._world.events[node] for node in nodes]
            first = min(reports, key=lambda e: (e.published or date.max, e.document, e.id))
            counted = Counter(e.label for e in reports if e.label)
            if counted:
                self._labels[first.id] = max(counted, key=lambda text: (counted[text], len(text), text))
            self._canonical.update((node, first.id) for node in nodes)

    def _name_memberships(self) -> None:
        for node, facts in self._world.memberships.items():
            person, organization = (facts.get(f"org:{key}", "") for key in ("member", "organization"))
            ends = (self._canonical.get(end, end) for end in (person, organization))
            self._canonical[node] = f"membership/{content_hash(*ends, facts.get('org:role'))}"

    # ---- what is said about it ----

    def _corroboration(self) -> dict[str, int]:
        reports: dict[str, set[str]] = defaultdict(set)
        for event in self._world.events.values():
            reports[self._canonical[event.id]].add(event.document)
        return sources.corroboration(self._documents, reports)

    def _named(self, decisions: list[Decision]) -> tuple[Decision, ...]:
        """Return the decisions with the canonical ids of both sides, in a fixed order."""
        from dataclasses import replace

        named = []
        for d in decisions:
            node, other = (self._canonical.get(side[0], side[0]) for side in (d.left, d.right))
            if d.verdict != "possible" or node != other:
                named.append(replace(d, node=node, other="" if node == other else other))
        return tuple(sorted(set(named), key=lambda d: (d.node, d.other, d.verdict, d.by, d.left, d.right)))


def _is_group(entity: Entity) -> bool:
    return entity.id.partition("/")[0] in GROUPS


def _preferred(mentions: Iterable[Entity]) -> str:
    counted: Counter[tuple[bool, bool, str]] = Counter()
    for mention in mentions:
        person = mention.family == "person"
        for label, number in mention.labels.items():
            full = " " in label if person else not is_acronym(label)
            counted[mention.listed, full, label] += number
    if not counted:
        return ""
    return max(counted, key=lambda item: (*item[:2], counted[item], len(item[2]), item[2]))[2]


def _identifier(members: list[Entity], label: str, ties: list[str]) -> str:
    """Return the kind and name as an id; a hash is added where the name alone would not tell all that matters."""
    kind = min(e.id.partition("/")[0] if family_of(e.id) == e.family else e.family for e in members)
    ascii_ = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:60].strip("-")
    lossless = slug.replace("-", " ") == re.sub(r"[^\w]+", " ", label.casefold()).strip() and not ties
    digest = content_hash(next((e.cls for e in members if e.cls), ""), fold(label), *ties, length=6)
    return f"{kind}/{slug}" if lossless else f"{kind}/{slug}-{digest}".replace("/-", "/")
