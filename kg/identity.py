"""What resolution decided, as quads of two named graphs and as the text file that people read."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring

import pyoxigraph as ox

from kg import vocab
from kg.model import Decision, Judgement, Linker, content_hash

DERIVED_GRAPH = vocab.iri("cag:derived")
"""Named graph of what is computed from all documents together, such as cag:corroboration."""

REPORT = "identity.yaml"
"""Name of the text file with all decisions in a graph folder."""

_HEAD = """\
# Which mentions of different texts are one thing, and why; written by every build, so changes here are lost.
# To decide otherwise: kg identity merge | split | undo, which writes to the file of decisions.
"""


@lru_cache(maxsize=100_000)
def decision_id(decision: Decision) -> str:
    """Return the instance id of a decision: its two sides (of many mentions: the node) and its verdict, hashed."""
    d = decision
    sides = (d.node,) if len(d.right) > 1 and not d.by.startswith("human") else (d.left, d.right)
    return f"decision/{content_hash(*sides, d.verdict, d.by, length=16)}"


def times(linker: Linker, judgements: Iterable[Judgement], known: Mapping[str, str], now: str) -> dict[str, str]:
    """Return when each decision was made, by its id: as the person's file says, else as `known`, else `now`."""
    written = {f"({j.id})": j.at for j in judgements if j.at and _is_moment(j.at)}
    found = {}
    for d in linker.decisions:
        name, human = decision_id(d), d.by.startswith("human")
        at = written.get(d.reasons[-1].rpartition(" ")[2]) if human and d.reasons else None
        found[name] = at or known.get(name, now)
    return found


def _is_moment(text: str) -> bool:
    try:
        return "T" in text and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def reported_times(text: str) -> dict[str, str]:
    """Return the times in the text that `report` once made, by the id of the decision; a damaged part tells nothing."""
    found = re.findall(r'^- id: (\w+)$(?:\n(?!- ).*)*?\n  at: "([^"\n]+)"$', text, re.MULTILINE)
    return {f"decision/{name}": at for name, at in found if _is_moment(at)}


def derived_quads(linker: Linker, *, base: str = vocab.ID_BASE) -> list[ox.Quad]:
    """Return the quads that say how many independent publishers report each action and contract."""
    predicate, graph = ox.NamedNode(vocab.iri("cag:corroboration")), ox.NamedNode(DERIVED_GRAPH)
    integer = ox.NamedNode(vocab.iri("xsd:integer"))
    return [
        ox.Quad(ox.NamedNode(vocab.iri(node, base)), predicate, ox.Literal(str(number), datatype=integer), graph)
        for node, number in linker.corroboration.items()
    ]


def judgement_id(judgement: Judgement) -> str:
    """Return the instance id of a judgement of a fact."""
    return f"decision/{content_hash(judgement.id, length=16)}"


def prints(linker: Linker, judgements: Iterable[Judgement], times: Mapping[str, str]) -> dict[str, str]:
    """Return the instance id of each decision with a hash of all that the graph says of it."""
    found = {decision_id(d): content_hash(*_told(d), times[decision_id(d)]) for d in linker.decisions}
    return found | {judgement_id(j): content_hash(asdict(j)) for j in judgements if j.fact is not None}


def _told(d: Decision) -> tuple[object, ...]:
    return d.left, d.right, d.verdict, d.score, d.reasons, d.by, d.node, d.other


def decision_quads(
    linker: Linker,
    judgements: Iterable[Judgement],
    times: Mapping[str, str],
    *,
    base: str = vocab.ID_BASE,
    only: Container[str] | None = None,
) -> Iterator[ox.Quad]:
    """Yield the quads of all decisions, or only of those with some instance ids.

    `times` maps the id of a decision to when it was first made (xsd:dateTime).
    """
    writer = _Writer(base)
    for decision in linker.decisions:
        name = decision_id(decision)
        if only is None or name in only:
            yield from writer.decision(name, decision, times[name])
    for judgement in judgements:
        if judgement.fact is not None and (only is None or judgement_id(judgement) in only):
            yield from writer.judgement(judgement)


class _Writer:
    def __init__(self, base: str) -> None:
        self._base = base
        self._graph = ox.NamedNode(vocab.IDENTITY_GRAPH)

    def decision(self, name: str, d: Decision, at: str) -> Iterator[ox.Quad]:
        node = self._node(name)
        yield self._quad(node, "rdf:type", self._node("cag:Decision"))
        yield self._quad(node, "cag:verdict", ox.Literal(d.verdict))
        yield self._quad(node, "cag:score", self._typed(str(Decimal(str(d.score)).normalize()), "xsd:decimal"))
        yield self._quad(node, "cag:decidedBy", ox.Literal(d.by))
        yield self._quad(node, "prov:generatedAtTime", self._typed(at, "xsd:dateTime"))
        yield from (self._quad(node, "cag:reason", ox.Literal(reason)) for reason in d.reasons)
        yield from (self._quad(node, "cag:left", self._node(mention)) for mention in d.left)
        yield from (self._quad(node, "cag:right", self._node(mention)) for mention in d.right)
        yield from (self._quad(node, "cag:decides", self._node(end)) for end in (d.node, d.other) if end)

    def judgement(self, j: Judgement) -> Iterator[ox.Quad]:
        node = self._node(judgement_id(j))
        yield self._quad(node, "rdf:type", self._node("cag:Decision"))
        yield self._quad(node, "cag:verdict", ox.Literal(j.action))
        yield self._quad(node, "schema:identifier", ox.Literal(j.id))
        yield self._quad(node, "cag:decidedBy", ox.Literal(f"human/{j.by}" if j.by else "human"))
        if _is_moment(j.at):
            yield self._quad(node, "prov:generatedAtTime", self._typed(j.at, "xsd:dateTime"))
        if j.fact is not None:
            fact = j.fact
            told = {"subject": fact.subject, "predicate": fact.predicate, "object": fact.object}
            yield self._quad(node, "cag:fact", ox.Literal(json.dumps(told, ensure_ascii=False)))
            yield self._quad(node, "oa:exact", ox.Literal(fact.quote))
            yield self._quad(node, "cag:inDocument", ox.Literal(fact.document))
        for predicate, text in (("cag:correction", j.value), ("rdfs:comment", j.note)):
            if text:
                yield self._quad(node, predicate, ox.Literal(text))

    def _node(self, term: str) -> ox.NamedNode:
        return ox.NamedNode(vocab.iri(term, self._base))

    def _typed(self, value: str, datatype: str) -> ox.Literal:
        return ox.Literal(value, datatype=self._node(datatype))

    def _quad(self, subject: ox.NamedNode, predicate: str, object_: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, self._node(predicate), object_, self._graph)


def report(linker: Linker, times: Mapping[str, str]) -> str:
    """Return all decisions as YAML: what people call both sides, the verdict, its score, reasons and time."""
    lines = [_HEAD]
    order = {"possible": 0, "different": 1, "same": 2}
    for d in sorted(linker.decisions, key=lambda d: order[d.verdict]):
        sides = (linker.labels.get(d.node, ""), linker.labels.get(d.other, ""))
        lines.append(f"- id: {decision_id(d).removeprefix('decision/')}")
        lines.append(f"  verdict: {d.verdict}")
        lines.append(f"  node: {_text(d.node)}")
        lines.append(f"  name: {_text(sides[0])}")
        if d.other:
            lines += [f"  other: {_text(d.other)}", f"  other name: {_text(sides[1])}"]
        lines += [f"  score: {d.score}", f"  by: {_text(d.by)}", f"  at: {_text(times[decision_id(d)])}", "  reasons:"]
        lines += [f"    - {_text(reason)}" for reason in d.reasons]
        lines += ["  mentions:", *(f"    - {_text(m)}" for m in (*d.left, *d.right))]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return encode_basestring(value)
