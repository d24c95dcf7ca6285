"""Writes sorted N-Triples lines as readable Turtle 1.1, the same bytes for the same triples."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import overload

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


def patched(old: bytes, subjects: Mapping[str, Sequence[bytes]], *, base: str = vocab.ID_BASE) -> bytes:
    """Return `old`, which `turtle` made, with all that is said of some subjects replaced.

    `subjects` maps a subject (an IRI in angle brackets) to its N-Triples lines; none, and the subject is gone.
    """
    head, *blocks = old.removesuffix(b" .\n").split(b" .\n\n")
    keys = _Keys(blocks, base)
    shorten = _shortener(base)
    parts, done = [], 0
    for subject in sorted(subjects, key=lambda name: f"{name} ".encode()):
        position = bisect_left(keys, f"{subject} ".encode(), lo=done)
        parts += blocks[done:position]
        done = position + (position < len(blocks) and keys[position] == f"{subject} ".encode())
        if lines := subjects[subject]:
            pairs = [(p, o) for _, p, o in (_split(line.decode("utf-8")) for line in lines)]
            parts.append(_block(subject, pairs, shorten).removesuffix(" .\n").encode())
    parts += blocks[done:]
    return b" .\n\n".join([head, *parts]) + b" .\n"


class _Keys(Sequence[bytes]):
    """What blocks are sorted by: their subjects as N-Triples, made only where looked at."""

    def __init__(self, blocks: Sequence[bytes], base: str) -> None:
        self._blocks, self._base = blocks, base

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return f"{self._full(self._blocks[index].partition(_NEWLINE)[0].decode())} ".encode()

    def _full(self, short: str) -> str:
        if short.startswith("<"):
            return f"<{self._base}{short[1:]}" if _RELATIVE.fullmatch(short[1:-1]) else short
        prefix, _, local = short.partition(":")
        return f"<{vocab.prefixes()[prefix]}{local}>"


_NEWLINE = b"\n"


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
