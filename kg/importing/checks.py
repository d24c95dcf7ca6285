"""Refuses RDF whose values cannot be what the vocabulary says; each message names the file, the node and the fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.errors import UsageError

TEXT = 10_000_000
"""Letters that a text may have: offsets beyond it cannot be meant."""

Facts = Mapping[str, Mapping[str, list[Any]]]


def check_values(path: Path, facts: Facts) -> None:
    """Raise UsageError for the first node with a value of the wrong kind or without one that it needs."""
    for node, about in facts.items():
        for predicate, values in about.items():
            if any(isinstance(term, ox.Triple) for term in values):
                raise UsageError(f"{path}: {_short(node)} has a triple as a value (RDF 1.2); import the base form")
            if test := _TESTS.get(predicate):
                for term in values:
                    _check(path, node, predicate, term, test)
        kinds = {term.value for term in about.get(_TYPE, ()) if isinstance(term, ox.NamedNode)}
        for kind in sorted(kinds & _NEEDS.keys()):
            for need in _NEEDS[kind]:
                _require(path, node, about, need)
        for kind in sorted(kinds & _NUMBERS.keys()):
            _check_amounts(path, node, about, _NUMBERS[kind])
        if _ASSERTION in kinds:
            _check_evidence(path, node, facts)


def _check(path: Path, node: str, predicate: str, term: Any, test: Callable[[str], bool]) -> None:
    if not isinstance(term, ox.Literal) or not test(term.value):
        name = vocab.curie(predicate)
        raise UsageError(f"{path}: {_short(node)} has the {name} {_shown(term)}, which cannot be; correct it")


def _check_amounts(path: Path, node: str, about: Mapping[str, list[Any]], test: Callable[[str], bool]) -> None:
    for predicate in _AMOUNTS:
        for term in about.get(predicate, ()):
            _check(path, node, predicate, term, test)


def _check_evidence(path: Path, node: str, facts: Facts) -> None:
    for span in _nodes(facts[node], "prov:wasDerivedFrom"):
        about = facts.get(span, {})
        _require(path, span, about, vocab.iri("oa:hasSource"))
        for source in _nodes(about, "oa:hasSource"):
            _require(path, source, facts.get(source, {}), vocab.iri("schema:identifier"))
        selectors = [facts.get(name, {}) for name in _nodes(about, "oa:hasSelector")]
        for need in ("oa:exact", "oa:start", "oa:end"):
            if not any(vocab.iri(need) in selector for selector in selectors):
                raise UsageError(
                    f"{path}: {_short(span)} has no selector with {need}; add it, or leave out the evidence"
                )


def _require(path: Path, node: str, about: Mapping[str, list[Any]], predicate: str) -> None:
    if not about.get(predicate):
        raise UsageError(f"{path}: {_short(node)} has no {vocab.curie(predicate)}; add it, or leave out the node")


def _nodes(about: Mapping[str, list[Any]], name: str) -> list[str]:
    return [term.value for term in about.get(vocab.iri(name), ()) if isinstance(term, ox.NamedNode)]


def _short(node: str) -> str:
    return vocab.curie(node)[:200]


def _shown(term: Any) -> str:
    return f"“{term.value[:60]}”" if isinstance(term, ox.Literal) else str(term)[:200]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    try:
        return len(text) <= 40 and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_integer(text: str) -> bool:
    return _is_number(text) and text.removeprefix("-").isdigit()


def _is_share(text: str) -> bool:
    return _is_number(text) and 0 <= Decimal(text) <= 1


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= TEXT


def _is_factuality(text: str) -> bool:
    return text in ("certain", "probable", "possible", "negated")


def _iris(*names: str) -> tuple[str, ...]:
    return tuple(vocab.iri(name) for name in names)


_TYPE, _ASSERTION = _iris("rdf:type", "cag:Assertion")
_TESTS: dict[str, Callable[[str], bool]] = {
    vocab.iri(name): test
    for names, test in (
        (("oa:start", "oa:end"), _is_place),
        (("cag:confidence",), _is_share),
        (("cag:factuality",), _is_factuality),
        (("cag:earliest", "cag:latest", "schema:datePublished"), _is_day),
    )
    for name in names
}
"""Property -> test of the literals that are its values."""

_NUMBERS = {vocab.iri("cag:Count"): _is_integer, vocab.iri("schema:MonetaryAmount"): _is_number}
_AMOUNTS = _iris("schema:value", "schema:minValue", "schema:maxValue")

_NEEDS = {
    _ASSERTION: _iris("rdf:subject", "rdf:predicate", "rdf:object", "cag:factuality", "cag:confidence",
                      "prov:wasDerivedFrom"),
    vocab.iri("cag:TimeSpan"): _iris("cag:earliest", "cag:latest"),
}  # fmt: skip
"""Class -> properties without which a node of it says nothing."""
