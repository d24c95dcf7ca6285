"""Explains SPARQL mistakes: where they are, and which prefix or term was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache

import pyoxigraph as ox

from kg import vocab
from kg.errors import QueryError
from kg.store import Store

_OPAQUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"""' r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'"
    r'|<(?:[^<>"{}|^`\\\s]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>' r"|#[^\n\r]*|\\.",
    re.DOTALL,
)  # fmt: skip
"""Strings, IRIs, comments, and characters that a backslash makes part of a name; all as the engine's grammar has it."""

_NAME = re.compile(r"(?<![\w?$:.%-])([A-Za-z][\w-]*|):((?:[\w-]|\.(?=\w))*)")
_DECLARED = re.compile(r"\bPREFIX\s+([\w-]*)\s*:", re.IGNORECASE)
_SERVICE = re.compile(r"[?$]\w+|:[\w%-]+|(SERVICE)", re.IGNORECASE)
"""The keyword wherever it can stand: it needs no space before or after it, so only variables and local names may hold
its letters."""

_BRACKET = re.compile(r"[()\[\]{}]")
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PROLOGUE = re.compile(r"\b(?:PREFIX\s+[\w-]*\s*:|BASE\b)", re.IGNORECASE)
_OWN = ("cag", "form", "status")

DEPTH = 200
"""Brackets within brackets that a query may have: many more would exhaust the engine's stack."""

EXCERPT = 160
"""Letters of a line that a message shows."""


def mask(sparql: str) -> str:
    """Blank out strings, IRIs and comments; every other character keeps its place."""
    return _OPAQUE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), sparql)


def check(store: Store, sparql: str) -> None:
    """Raise QueryError for calls to other servers, bottomless nesting, and project terms that nobody declares."""
    for place, name, iri in _project_terms(sparql):
        if not _is_known(store, iri):
            prefix, local = name.split(":", 1)
            near = _suggest(f"{prefix}:{local}")
            raise QueryError(_report(sparql, place, f"{name} is not in the vocabulary{near}"))


@lru_cache(256)
def _project_terms(sparql: str) -> tuple[tuple[int, str, str], ...]:
    """Return place, prefixed name and IRI of the project's terms in a query that may be asked at all."""
    text = mask(sparql)
    _check_depth(sparql, text)
    _check_calls(sparql, text)
    own = set(_OWN) - {prefix for prefix, _ in _declarations(text)}
    found = ((match.start(), match[1], match[2], match[0]) for match in _NAME.finditer(text))
    return tuple((at, name, vocab.iri(f"{prefix}:{local}")) for at, prefix, local, name in found
                 if prefix in own and local)  # fmt: skip


def _check_calls(sparql: str, text: str) -> None:
    for match in _SERVICE.finditer(text):
        if match[1]:
            raise QueryError(
                _report(sparql, match.start(), "SERVICE would send data elsewhere; query that server directly")
            )


def _check_depth(sparql: str, text: str) -> None:
    depth = 0
    if sum(map(text.count, "([{")) <= DEPTH:
        return
    for match in _BRACKET.finditer(text):
        depth += 1 if match[0] in "([{" else -1
        if depth > DEPTH:
            raise QueryError(_report(sparql, match.start(), f"nested more than {DEPTH} deep; flatten the query"))


def explain(sparql: str, message: str) -> QueryError:
    """Turn the engine's message about a malformed query into one with line, column, excerpt and remedy."""
    text = mask(sparql)
    if "Prefix not found" in message and (found := _unknown_prefix(text)):
        place, prefix = found
        near = get_close_matches(prefix, vocab.prefixes(), n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]}:?" if near else f"declare it: PREFIX {prefix}: <…>"
        return QueryError(_report(sparql, place, f"the prefix {prefix}: is not declared; {remedy}"))
    if "substitut" in message or "SELECT projection" in message:
        return QueryError(f"query: {message}; add the variable after SELECT, or do not bind it")
    if not (match := _PLACE.search(message)):
        return QueryError(f"query: {message}; change the query")
    first = re.search(r"[^\s]+", _PROLOGUE.sub(lambda found: " " * len(found[0]), text))
    if first is None or not re.match(r"(?i)(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", first[0]):
        remedy = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, and graphs are only read"
        return QueryError(_report(sparql, first.start() if first else 0, remedy))
    lines = sparql.split("\n")
    line, column = int(match[1]), int(match[2])
    place = sum(len(part) + 1 for part in lines[: line - 1]) + column - 1
    return QueryError(_report(sparql, min(place, len(sparql)), f"this cannot be understood here{_expected(match[3])}"))


def _expected(text: str) -> str:
    """Return the readable ones of the tokens that the engine would have accepted, its sentences first."""
    parts = [part.strip() for part in re.split(r",\s+(?![^\[]*\])", text)]
    sentences = [part for part in parts if re.fullmatch(r"[A-Z][a-z]*[^\[\"]* [^\[\"]*", part)]
    if sentences:
        return f": {sentences[0]}"
    tokens = [part for part in parts if re.fullmatch(r'[A-Z]{2,}|"[^"]{1,12}"', part)]
    return f"; expected {' or '.join(tokens[:6])}" if tokens else ""


def _report(sparql: str, place: int, fault: str) -> str:
    """Say where `place` is, and show the line with a mark under it."""
    before = sparql[:place]
    line, column = before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1
    text = sparql.split("\n")[line - 1].expandtabs(1)
    # Of a very long line only what is around the place.
    left = max(0, column - EXCERPT // 2) if len(text) > EXCERPT else 0
    text = f"{'…' if left else ''}{text[left : left + EXCERPT]}{'…' if len(text) > left + EXCERPT else ''}"
    return f"query, line {line}, column {column}: {fault}\n  {text}\n  {' ' * (column - 1 - left + bool(left))}^"


def _declarations(text: str) -> Iterator[tuple[str, int]]:
    for match in _DECLARED.finditer(text):
        yield match[1], match.start(1)


def _unknown_prefix(text: str) -> tuple[int, str] | None:
    declared = {prefix for prefix, _ in _declarations(text)} | set(vocab.prefixes())
    found = ((match.start(), match[1]) for match in _NAME.finditer(text) if match[1] not in declared)
    return next(found, None)


def _is_known(store: Store, iri: str) -> bool:
    return iri in _ontology_terms() or store.mentions(iri)


def _suggest(term: str) -> str:
    known = [vocab.curie(iri) for iri in _ontology_terms()]
    prefix = term.partition(":")[0]
    near = get_close_matches(term, [name for name in known if name.startswith(f"{prefix}:")], n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else "; see schema/ontology.ttl for its terms"


@cache
def _ontology_terms() -> frozenset[str]:
    path = vocab.schema_dir() / "ontology.ttl"
    if not path.is_file():
        return frozenset()
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
