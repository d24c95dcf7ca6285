"""Reads the annotated reports as documents, statements and the truth, and measures what resolution makes of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from kg.model import Count, Document, Evidence, Linker, Literal, Money, Statement, Term, TimeSpan, content_hash

FILE = Path(__file__).parent.parent / "data" / "identity" / "reports.yaml"
_MENTION = re.compile(r"\{([^|{}]+)\|(\w+)=([\w-]+)(?:@([^!{}]+))?(?:!(\w+))?\}")
_KINDS = {"Person": "person", "Technology": "technology", "Place": "place"}
_EVENTS = {"Petition": "petition", "Protest": "protest", "UnionAction": "union-action", "LegalAction": "legal-action",
           "Contract": "contract"}  # fmt: skip
_ROLES = {"actors": "cag:participant", "target": "cag:target", "addressee": "cag:addressee", "place": "cag:place",
          "concerns": "cag:concerns", "supplier": "cag:supplier", "buyer": "cag:buyer"}  # fmt: skip


@dataclass
class Corpus:
    """Documents, their statements, and the truth: local node id -> key, of entities and of events.

    `spans` has the places in the text that tell of each node, half-open.
    """

    documents: list[Document] = field(default_factory=list)
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def all_statements(self) -> list[Statement]:
        """Return the statements of all documents."""
        return [s for document in self.documents for s in self.statements[document.id]]


@dataclass
class _Entity:
    name: str
    aliases: tuple[str, ...]
    cls: str
    key: str
    employer: str | None
    wikidata: str | None
    start: int
    end: int


def load(path: Path = FILE) -> Corpus:
    """Read the annotated reports."""
    corpus = Corpus()
    for report in yaml.safe_load(path.read_text(encoding="utf-8")):
        _Report(corpus, report).read()
    return corpus


class _Report:
    def __init__(self, corpus: Corpus, report: Mapping[str, Any]) -> None:
        self._corpus, self._report = corpus, report
        self._found: list[_Entity] = []
        text = self._read(report["text"])
        self._document = Document(report["id"], text, date=report["date"], publisher=report["publisher"])
        self._said: list[Statement] = []
        self._nodes: dict[str, str] = {}

    def _read(self, marked: str) -> str:
        """Return the text without its marks, and keep what they say."""
        plain, done = "", 0
        for match in _MENTION.finditer(marked):
            plain += marked[done : match.start()]
            name, *aliases = match[1].split("~")
            words = f"{name} ({aliases[0]})" if aliases else name
            place = len(plain), len(plain) + len(words)
            self._found.append(_Entity(name, tuple(aliases), match[2], match[3], match[4], match[5], *place))
            plain, done = plain + words, match.end()
        return plain + marked[done:]

    def read(self) -> None:
        by_key: dict[str, list[_Entity]] = defaultdict(list)
        for entity in self._found:
            by_key[entity.key].append(entity)
        for key, found in by_key.items():
            best = max(found, key=lambda e: len(e.name))
            kind = _KINDS.get(best.cls, "org")
            node = f"{kind}/{content_hash(self._document.id, key, length=8)}"
            for entity in found:
                self._nodes[entity.name] = node
                self._corpus.spans[node].append((entity.start, entity.end))
                for alias in (*entity.aliases, *([entity.name] if entity.name != best.name else [])):
                    self._nodes[alias] = node
                    self._say(node, "skos:altLabel", Literal(alias), entity.name)
            extractor = "entity.names" if best.wikidata else "entity.model"
            self._say(node, "rdf:type", f"cag:{best.cls}", best.name, extractor)
            self._say(node, "rdfs:label", Literal(best.name), best.name, extractor)
            if best.wikidata:
                self._say(node, "owl:sameAs", f"wd:{best.wikidata}", best.name)
            self._corpus.entities[node] = key
        for entity in self._found:
            if entity.employer:
                self._say(self._nodes[entity.name], "org:memberOf", self._nodes[entity.employer], entity.name)
        for number, event in enumerate(self._report.get("events", ())):
            self._event(number, event)
        self._corpus.documents.append(self._document)
        self._corpus.statements[self._document.id] = self._said

    def _say(self, subject: str, predicate: str, term: Term, quote: str, extractor: str = "hand") -> None:
        start = self._document.text.index(quote)
        place = Evidence(self._document.id, start, start + len(quote), quote, f"test/{extractor}", 0.9)
        self._said.append(Statement(subject, predicate, term, place))

    def _sentence(self, quote: str) -> str:
        """Return the sentence that holds the words, as the extractor would quote it."""
        text = self._document.text
        position = text.index(quote)
        start = max((m.end() for m in re.finditer(r"[.!?:] ", text[:position])), default=0)
        end = re.search(r"[.!?](?: |$)", text[position:])
        return text[start : position + end.start() + 1] if end else text[start:]

    def _event(self, number: int, event: Mapping[str, Any]) -> None:
        quote = self._sentence(event["quote"])
        node = f"{_EVENTS[event['cls']]}/{content_hash(self._document.id, number, length=8)}"
        self._corpus.events[node] = event["is"]
        start = self._document.text.index(event["quote"])
        self._corpus.spans[node].append((start, start + len(event["quote"])))
        said: list[tuple[str, Term]] = [
            ("rdf:type", f"cag:{event['cls']}"),
            ("cag:status", f"status:{event['status']}"),
        ]
        said.append(("rdfs:label", Literal(f"{event.get('form', 'contract')} {event['is'].partition('-')[0]}")))
        if "form" in event:
            said.append(("cag:form", f"form:{event['form']}"))
        said += [(predicate, self._nodes[event[role]]) for role, predicate in _ROLES.items() if role in event]
        if "staff" in event:
            said.append(("cag:participant", self._staff(self._nodes[event["staff"]], quote)))
        said += _values(event)
        if "demands" in event:
            demand = f"demand/{content_hash(event['demands'], length=6)}"
            self._say(demand, "rdfs:label", Literal(event["demands"]), quote)
            said.append(("cag:demands", demand))
        for predicate, term in said:
            self._say(node, predicate, term, quote)

    def _staff(self, employer: str, quote: str) -> str:
        node = f"group/{content_hash(self._document.id, employer, length=8)}"
        self._say(node, "rdf:type", "cag:Collective", quote)
        self._say(node, "rdfs:label", Literal("employees"), quote)
        self._say(node, "cag:memberAffiliation", employer, quote)
        return node


def _values(event: Mapping[str, Any]) -> Iterable[tuple[str, Term]]:
    if when := event.get("when"):
        first, last, precision = (when, when, "day") if isinstance(when, date) else when
        yield "cag:when", TimeSpan(str(first), first, last, precision)
    if "count" in event:
        about = "about" in event
        low, high = (int(event["count"] * f) if about else event["count"] for f in (0.8, 1.2))
        yield "cag:size", Count(str(event["count"]), "about" if about else "exact", event["count"], low, high)
    if "more" in event:
        yield "cag:size", Count(f"more than {event['more']}", "moreThan", event["more"], event["more"] + 1, None)
    if "range" in event:
        yield "cag:size", Count("some", "range", None, *event["range"])
    for key, currency in (("value", "USD"), ("euros", "EUR")):
        if key in event:
            amount = Decimal(event[key])
            yield "cag:contractValue", Money(str(amount), "exact", currency, amount, amount, amount)
    if "subject" in event:
        yield "cag:subject", Literal(event["subject"])
    if "number" in event:
        yield "schema:identifier", Literal(event["number"])


# ---- measures ----


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1 of pairs and of B³ (mention by mention), and the pairs that are wrong."""

    pair_precision: float
    pair_recall: float
    b3_precision: float
    b3_recall: float
    wrong: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]

    @property
    def pair_f1(self) -> float:
        """Harmonic mean of pairwise precision and recall."""
        return _mean(self.pair_precision, self.pair_recall)

    @property
    def b3_f1(self) -> float:
        """Harmonic mean of B³ precision and recall."""
        return _mean(self.b3_precision, self.b3_recall)


def _mean(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0


def score(truth: Mapping[str, str], linker: Linker) -> Scores:
    """Compare the clusters of a linker with the truth."""
    found = {node: linker(node) for node in truth}
    ours, theirs = _pairs(found), _pairs(truth)
    precision, recall = [], []
    for node in truth:
        same = {n for n in truth if found[n] == found[node]}
        right = {n for n in truth if truth[n] == truth[node]}
        precision.append(len(same & right) / len(same))
        recall.append(len(same & right) / len(right))
    return Scores(
        len(ours & theirs) / len(ours) if ours else 1.0,
        len(ours & theirs) / len(theirs) if theirs else 1.0,
        sum(precision) / len(precision),
        sum(recall) / len(recall),
        tuple(sorted(ours - theirs)),
        tuple(sorted(theirs - ours)),
    )


def _pairs(clusters: Mapping[str, Hashable]) -> set[tuple[str, str]]:
    members: dict[Hashable, list[str]] = defaultdict(list)
    for node, cluster in clusters.items():
        members[cluster].append(node)
    return {pair for nodes in members.values() for pair in combinations(sorted(nodes), 2)}
