"""The data types that flow between the stages: frozen, hashable, without input or output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal as OneOf

Factuality = OneOf["certain", "probable", "possible", "negated"]


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def content_hash(*parts: object, length: int = 12) -> str:
    """Return the first `length` hex digits of the SHA-256 of `parts` as a JSON array (never of joined strings)."""
    encoded = _as_json(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(encoded).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Document:
    """A source text with its metadata; all offsets anywhere are half-open code points of `text`.

    `id` is the document's identifier (front matter `id`, else the file name without suffix), `source` where it
    was read from, `date` the day of publication that anchors relative dates (None: they stay unresolved).
    """

    id: str
    text: str
    title: str | None = None
    date: date | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    language: str | None = None
    source: str = ""

    @property
    def digest(self) -> str:
        """Return a hash of all that a build reads from the document; equal digests mean equal statements."""
        return content_hash(
            self.id, self.text, self.title, self.date, self.url, self.publisher, self.author, self.language, length=32
        )


@dataclass(frozen=True, slots=True)
class Literal:
    """An RDF literal; `datatype` is a CURIE such as `xsd:date`, `language` excludes a datatype."""

    value: str
    datatype: str = "xsd:string"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a document states something: `document.text[start:end] == quote`, always.

    `document` is the document's identifier; `extractor` names the rule (`rules/petition.addressee`);
    `confidence` is a probability in 0..1; `attributed_to` is the node that the text itself names as the claim's
    source (None: the document's own voice).
    """

    document: str
    start: int
    end: int
    quote: str
    extractor: str
    confidence: float
    factuality: Factuality = "certain"
    attributed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as an honest range: "more than 100" is moreThan, minimum 101, maximum None.

    `qualifier` is exact, moreThan, atLeast, lessThan, atMost, about, nearly, range or vague; `value` is the printed
    number, None where none is printed ("dozens").
    """

    raw: str
    qualifier: str
    value: int | None
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money; `currency` is an ISO 4217 code, the rest as in `Count` (in whole currency units)."""

    raw: str
    qualifier: str
    currency: str
    value: Decimal | None
    minimum: Decimal | None
    maximum: Decimal | None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A stretch of time, `earliest` and `latest` inclusive; `precision` is day, week, month, season or year."""

    raw: str
    earliest: date
    latest: date
    precision: str


Term = str | Literal | Count | Money | TimeSpan
"""An instance id (`person/jeff-bezos-1a2b`, relative to the instance base), a CURIE (`form:strike`), a literal, or a
structured value, which becomes a content-addressed node of its own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple that one document states, with its evidence; `predicate` is a CURIE such as `cag:target`."""

    subject: str
    predicate: str
    object: Term
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Anchor:
    """How a human judgement names a mention: by its local node id, or by kind (first part of an id), document, name."""

    node: str
    document: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class FactReference:
    """How a human judgement names a fact: by what the text says, so that it survives a new analysis.

    `subject` and `object` are names of nodes or the text of literals, `predicate` a CURIE, `quote` the evidence.
    """

    document: str
    subject: str
    predicate: str
    object: str
    quote: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided: `merge` or `split` mentions, or `accept`, `reject` or `correct` a fact.

    `left` and `right` are the two sides of a merge or split; `value` is the corrected object as text.
    """

    id: str
    action: str
    left: tuple[Anchor, ...] = ()
    right: tuple[Anchor, ...] = ()
    fact: FactReference | None = None
    value: str | None = None
    by: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict (same, possible, different) on whether the mentions `left` and `right` are one thing, and why.

    `score` is a probability in 0..1, `reasons` are sentences, `by` names the rule or `human`; `node` is the canonical
    id of `left`, and `other` that of `right` where they stayed apart.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    verdict: OneOf["same", "possible", "different"]
    score: float
    reasons: tuple[str, ...]
    by: str
    node: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Linker:
    """What identity resolution decided: local node id -> canonical id, and each canonical id's preferred label.

    A node that is absent from `canonical` stands for itself. Statements are never rewritten: the canonical id
    is looked up when quads are made, so every merge can be undone. `decisions` says why, `corroboration` how many
    independent publishers report an action or contract (by canonical id), `unused` which human judgements (by id)
    apply to nothing.
    """

    canonical: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    corroboration: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def __call__(self, node: str) -> str:
        """Return the canonical id of `node`."""
        return self.canonical.get(node, node)
