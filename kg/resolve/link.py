"""Decides which local nodes of different documents are one: named things by class and name, groups by name and ties.

Events and contracts stay apart here; places, technologies, people and organizations with equal names are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.model import Linker, Literal, Statement, content_hash

LINKED = frozenset({"person", "org", "technology", "place", "group"})
"""First parts of the ids of nodes that several documents may share."""

_LEGAL = re.compile(r"[,\s]+(?:inc|corp|corporation|llc|ltd|limited|plc|gmbh|co|lp|llp)\.?$", re.I)


@dataclass(slots=True)
class _Node:
    """What the statements say of one local node."""

    cls: str = ""
    labels: list[str] = field(default_factory=list)
    ties: set[str] = field(default_factory=set)
    listed: bool = False


def link(statements: Iterable[Statement]) -> Linker:
    """Return the linker for all statements of a build; the result does not depend on their order."""
    nodes = _collect(statements)
    named = {node: _key(known) for node, known in nodes.items() if not node.startswith("group/")}
    clusters: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for node, known in nodes.items():
        if not node.startswith("group/"):
            clusters[named[node]].append(node)
        elif known.ties:
            clusters[(*_key(known), *sorted(map(str, (named.get(t, t) for t in known.ties))))].append(node)
    canonical: dict[str, str] = {}
    labels: dict[str, str] = {}
    for key, members in clusters.items():
        label = _preferred(nodes[m] for m in members)
        name = _identifier(min(members).partition("/")[0], label, key)
        labels[name] = label
        canonical.update((member, name) for member in members)
    return Linker(canonical, labels)


def _collect(statements: Iterable[Statement]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = defaultdict(_Node)
    for s in statements:
        if s.subject.partition("/")[0] not in LINKED:
            continue
        node = nodes[s.subject]
        if s.predicate == "rdf:type" and isinstance(s.object, str):
            node.cls = s.object
        elif s.predicate == "rdfs:label" and isinstance(s.object, Literal):
            node.labels.append(s.object.value)
            node.listed |= s.evidence.extractor.endswith("entity.names")
        elif s.predicate == "cag:memberAffiliation" and isinstance(s.object, str):
            node.ties.add(s.object)
    return nodes


def normal(name: str) -> str:
    """Return the form under which equal names meet: casefolded, without accents, article, legal suffix, punctuation."""
    plain = unicodedata.normalize("NFKD", _LEGAL.sub("", name)).encode("ascii", "ignore").decode() or name
    return re.sub(r"[^\w&]+", " ", plain.casefold().removesuffix("'s")).strip().removeprefix("the ")


def _key(node: _Node) -> tuple[object, ...]:
    return (node.cls, normal(node.labels[0]) if node.labels else "")


def _preferred(nodes: Iterable[_Node]) -> str:
    counted = Counter((node.listed, label) for node in nodes for label in node.labels)
    return max(counted, key=lambda item: (item[0], counted[item], len(item[1]), item[1]))[1]


def _identifier(kind: str, label: str, key: tuple[object, ...]) -> str:
    ascii_ = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:60].strip("-")
    lossless = len(key) == 2 and slug.replace("-", " ") == key[1]
    return f"{kind}/{slug}" if lossless else f"{kind}/{slug}-{content_hash(*key, length=6)}".replace("/-", "/")
