"""Loads a graph into a server by the Graph Store Protocol, graph after graph, and goes on after a break."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.endpoint import Endpoint
from kg.errors import GraphError
from kg.model import content_hash
from kg.store import Store, graph_name

DEFAULT = ""
"""Stands for the server's default graph among the names of graphs."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PushResult:
    """How many graphs were sent, how many were there already from an earlier run, how many were removed."""

    sent: int
    skipped: int
    removed: int
    triples: int


def push(  # noqa: PLR0913 - one keyword for each option of the command
    store: Store,
    url: str,
    *,
    restart: bool = False,
    prune: bool = False,
    default_graph: bool = True,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> PushResult:
    """Replace each named graph of the server at `url` (its Graph Store address) by that of `store`.

    With `default_graph` the server's default graph becomes their union, so that queries without GRAPH find what they
    find here. A request that fails is repeated; what has arrived is remembered on this machine, and another call
    sends only what is missing or has changed (`restart`: everything). `prune` removes graphs that an earlier call
    sent and that `store` no longer has; `dry_run` only counts, and contacts nobody. Raises GraphError once a request
    has failed for good.
    """
    endpoint = Endpoint(url)
    journal = _Journal(endpoint.address)
    names = sorted({graph_name(quad) for quad in store.quads()})
    wanted = [*names, DEFAULT] if default_graph else names
    sent = skipped = triples = 0
    for number, name in enumerate(wanted, 1):
        if progress is not None:
            progress(number, len(wanted), name or "default graph")
        with tempfile.TemporaryFile() as body:
            digest, size, count = _write(store, name, body)
            if dry_run:
                sent, triples = sent + 1, triples + count
                continue
            if not restart and journal.done.get(name) == digest and endpoint.holds(name):
                skipped += 1
                continue
            journal.forget(name)
            endpoint.put(name, body, size)
        journal.note(name, digest)
        sent, triples = sent + 1, triples + count
    removed = _prune(endpoint, journal, set(names)) if prune and not dry_run else 0
    return PushResult(sent, skipped, removed, triples)


def _prune(endpoint: Endpoint, journal: _Journal, kept: set[str]) -> int:
    stale = sorted(set(journal.done) - kept - {DEFAULT})
    for name in stale:
        endpoint.delete(name)
        journal.forget(name)
    return len(stale)


def _write(store: Store, name: str, body: IO[bytes]) -> tuple[str, int, int]:
    """Write a graph as N-Triples; return a digest of its content, whatever the order, its size and its triples."""
    graph = None if name == DEFAULT else ox.NamedNode(name)
    seen: Iterable[ox.Triple] = {quad.triple for quad in store.quads(graph=graph)}
    total = count = 0
    for triple in seen:
        line = f"{triple} .\n".encode()
        body.write(line)
        total = (total + int.from_bytes(hashlib.sha256(line).digest(), "big")) % (1 << 256)
        count += 1
    return f"{total:064x}", body.tell(), count


class _Journal:
    """Which graphs have arrived at a server, in a file of this machine's user."""

    def __init__(self, address: str) -> None:
        self.path = _state_folder() / f"push-{content_hash(address)}.json"
        self.done: dict[str, str] = {}
        try:
            read = json.loads(self.path.read_text(encoding="utf-8"))
            self.done = {str(name): str(digest) for name, digest in read["graphs"].items()}
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            # Nothing sent yet, or a damaged note: sending all again is always right.
            self.done = {}
        self._address = address

    def note(self, name: str, digest: str) -> None:
        """Remember that a graph has arrived."""
        self.done[name] = digest
        self._save()

    def forget(self, name: str) -> None:
        """A graph is about to change."""
        if self.done.pop(name, None) is not None:
            self._save()

    def _save(self) -> None:
        draft = self.path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"endpoint": self._address, "graphs": self.done}), encoding="utf-8")
            draft.replace(self.path)
        except OSError as error:
            raise GraphError(
                f"{self.path}: cannot be written ({error.strerror}); set XDG_STATE_HOME to a folder that can"
            ) from error


def _state_folder() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "kg"
