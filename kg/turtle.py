"""Writes sorted N-Triples lines as readable Turtle 1.1, the same bytes for the same triples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby

from kg import vocab

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_RELATIVE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+(?:#[A-Za-z0-9_-]+)?")
_LITERAL = re.compile(r'("(?:[^"\\]|\\.)*")(?:\^\^<([^>]*)>|(@[A-Za-z0-9-]+))?', re.DOTALL)
_PLAIN_INTEGER = re.compile(r'"-?[0-9]+"')
_FIRST = {f"<{vocab.iri(name)}>": rank for rank, name in enumerate(("rdf:type", "rdfs:label", "skos:altLabel"))}
_TYPE, _INTEGER = f"<{vocab.iri('rdf:type')}>", vocab.iri("xsd:integer")


def turtle(lines: Iterable[bytes], *, base: str = vocab.ID_BASE) -> bytes:
    """Return Turtle for N-Triples `lines` (sorted, one triple each); IRIs under `base` are written relative to it."""
    shorten = _shortener(base)
    head = [f"@base <{base}> .\n"]
    head += [f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(vocab.prefixes().items())]
    blocks = ["".join(head)]
    triples = (_split(line.decode("utf-8")) for line in lines)
    for subject, group in groupby(triples, key=lambda triple: triple[0]):
        blocks.append(_block(subject, [(p, o) for _, p, o in group], shorten))
    return "\n".join(blocks).encode("utf-8")


def _split(line: str) -> tuple[str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[: rest.rindex(" .")]


def _block(subject: str, pairs: list[tuple[str, str]], shorten: Callable[[str], str]) -> str:
    # Lines come sorted, so only what belongs first has to move (sorting is stable).
    pairs.sort(key=lambda pair: _FIRST.get(pair[0], 9))
    rows = []
    for predicate, group in groupby(pairs, key=lambda pair: pair[0]):
        name = "a" if predicate == _TYPE else shorten(predicate)
        rows.append(f"    {name} {', '.join(_object(o, shorten) for _, o in group)}")
    return f"{shorten(subject)}\n" + " ;\n".join(rows) + " .\n"


def _object(term: str, shorten: Callable[[str], str]) -> str:
    if not term.startswith('"'):
        return shorten(term)
    if term.endswith('"'):
        return term
    match = _LITERAL.fullmatch(term)
    if match is None or not match[2]:
        return term
    if match[2] == _INTEGER and _PLAIN_INTEGER.fullmatch(match[1]):
        return match[1][1:-1]
    return f"{match[1]}^^{shorten(f'<{match[2]}>')}"


def _shortener(base: str) -> Callable[[str], str]:
    namespaces = sorted(vocab.prefixes().items(), key=lambda item: -len(item[1]))

    @lru_cache(maxsize=200_000)
    def shorten(term: str) -> str:
        iri = term[1:-1]
        if not term.startswith("<"):
            return term
        if iri.startswith(base) and _RELATIVE.fullmatch(iri[len(base) :]):
            return f"<{iri[len(base) :]}>"
        for name, namespace in namespaces:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                return f"{name}:{iri[len(namespace) :]}"
        return term

    return shorten
