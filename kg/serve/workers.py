"""Answers queries in processes of their own: several at once, and each can be stopped for good."""

from __future__ import annotations

import os
import pickle
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from queue import LifoQueue
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import GraphError, KgError, QueryError, QueryTimeoutError
from kg.formats import write
from kg.query import Result, Triples, run
from kg.store import Object, Store, open_graph

if TYPE_CHECKING:
    from anyio import CapacityLimiter

START = 120.0
"""Seconds that a process may take to open the graph."""

MEMORY = 6 << 30
"""Bytes that one process may allocate, the graph itself included where it lives in memory."""

_HEAD = struct.Struct("!Q")


class BusyError(KgError):
    """Too many queries wait already."""


@dataclass(frozen=True, slots=True)
class Job:
    """A query; `table` and `triples` are the formats of the answer (see `encode`), both "" for the answer itself.

    `default` and `named` are the graphs of its dataset, None for all.
    """

    sparql: str
    limit: int
    table: str = ""
    triples: str = ""
    bindings: Mapping[str, Object] = field(default_factory=dict)
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a query: in bytes of `format`, or as it is; `cut` if the limit left some of it out."""

    format: str
    content: bytes
    result: Result | None
    cut: bool


_NATIVE = {"ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML}


def encode(result: Result, format_: str) -> bytes:
    """Return an answer in a format of `kg.formats`, or triples as `ntriples` or `rdfxml`."""
    if isinstance(result, Triples) and format_ in _NATIVE:
        return ox.serialize(result.triples, format=_NATIVE[format_]) or b""
    return write(result, format_).encode("utf-8", "replace")


def answer(store: Store, job: Job) -> Answer:
    """Answer one query here and now; raises QueryError, UnacceptableError where no format was given for its answer."""
    if job.default is not None or job.named is not None:
        store = store.view(job.default or (), job.named or ())
    result = run(store, job.sparql, bindings=job.bindings, limit=job.limit)
    cut = not isinstance(result, bool) and result.cut
    format_ = job.triples if isinstance(result, Triples) else job.table
    if not job.table and not job.triples:
        return Answer("", b"", result, cut)
    if not format_:
        kind = "CONSTRUCT and DESCRIBE give RDF" if isinstance(result, Triples) else "SELECT and ASK give tables"
        raise UnacceptableError(f"{kind}; ask for a type that can hold it")
    return Answer(format_, encode(result, format_), None, cut)


class UnacceptableError(QueryError):
    """The query is fine, but its answer does not fit into any format that the client takes."""


class Workers:
    """A fixed number of processes that hold the same graph open."""

    def __init__(self, store: Store, count: int, *, timeout: float, waiting: int = 256) -> None:
        self._where: Path | bytes = store.location or store.dump(ox.RdfFormat.N_QUADS)
        self._timeout, self._most = timeout, count + waiting
        self._inside, self._count = 0, count
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for _ in range(count):
            self._idle.put(_Worker(self._where))

    async def ask(self, job: Job) -> Answer:
        """Answer a query as soon as a process is free, within the time limit of a query.

        Raises BusyError, QueryTimeoutError and what `answer` raises.
        """
        from anyio import move_on_after, to_thread

        busy = BusyError("too many queries are waiting; try again in a few seconds")
        if self._inside >= self._most:
            raise busy
        self._inside += 1
        turn = object()
        try:
            with move_on_after(self._timeout) as waiting:
                await self._turns.acquire_on_behalf_of(turn)
            if waiting.cancelled_caught:
                raise busy
            try:
                return await to_thread.run_sync(self._ask, job, limiter=self._threads)
            finally:
                self._turns.release_on_behalf_of(turn)
        finally:
            self._inside -= 1

    @cached_property
    def _turns(self) -> CapacityLimiter:
        return _limiter(self._count)

    @cached_property
    def _threads(self) -> CapacityLimiter:
        return _limiter(self._count)

    def _ask(self, job: Job) -> Answer:
        worker = self._idle.get()
        try:
            outcome = worker.ask(job, self._timeout)
        except (TimeoutError, EOFError, OSError) as error:
            worker.stop()
            problem = self._explain(error, worker)
            worker = _Worker(self._where)
            raise problem from error
        finally:
            self._idle.put(worker)
        if isinstance(outcome, KgError):
            raise outcome
        return outcome

    def _explain(self, error: Exception, worker: _Worker) -> KgError:
        if not worker.ready:
            return GraphError("query: no process could open the graph; look at what the server's terminal says")
        if isinstance(error, TimeoutError):
            return QueryTimeoutError(
                f"query: stopped after {self._timeout:g} seconds; make it more specific, or ask for fewer rows"
            )
        return QueryError("query: its process ended; it may need more memory than it is allowed; make it more specific")

    def close(self) -> None:
        """End all processes."""
        while not self._idle.empty():
            self._idle.get().stop()


def _limiter(count: int) -> CapacityLimiter:
    from anyio import CapacityLimiter

    return CapacityLimiter(count)


class _Worker:
    """One process; it answers one query at a time."""

    def __init__(self, where: Path | bytes) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        command = [sys.executable, "-P", "-c", "from kg.serve.workers import work; work()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.ready = False
        # At once: a process that opened the graph at its first query might find another version of it.
        self._send(where)

    def ask(self, job: Job, timeout: float) -> Answer | KgError:
        """Return the answer, or the error that explains why there is none; raises TimeoutError, EOFError, OSError."""
        if not self.ready:
            if isinstance(problem := self._receive(START), KgError):
                return problem
            self.ready = True
        self._send(job)
        found: Answer | KgError = self._receive(timeout)
        return found

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        _put(self._process.stdin, message)

    def _receive(self, timeout: float) -> Any:
        assert self._process.stdout is not None
        handle, deadline = self._process.stdout.fileno(), time.monotonic() + timeout
        size = _HEAD.unpack(_take(handle, _HEAD.size, deadline))[0]
        return pickle.loads(_take(handle, size, deadline))

    def stop(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()


def _take(handle: int, size: int, deadline: float) -> bytes:
    out = bytearray()
    while len(out) < size:
        if not select.select([handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        if not (block := os.read(handle, min(1 << 20, size - len(out)))):
            raise EOFError
        out += block
    return bytes(out)


def _put(pipe: IO[bytes], message: object) -> None:
    content = pickle.dumps(message)
    pipe.write(_HEAD.pack(len(content)) + content)
    pipe.flush()


def _get(pipe: IO[bytes]) -> Any:
    head = pipe.read(_HEAD.size)
    return pickle.loads(pipe.read(_HEAD.unpack(head)[0])) if len(head) == _HEAD.size else None


def work() -> None:
    """Answer queries from standard input on standard output until it ends; the body of a process."""
    _restrict()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    where = _get(source)
    try:
        store = Store.of(ox.parse(where, ox.RdfFormat.N_QUADS)) if isinstance(where, bytes) else open_graph(where)
    except KgError as error:
        _put(target, error)
        return
    _put(target, None)
    while (job := _get(source)) is not None:
        try:
            _put(target, answer(store, job))
        except KgError as error:
            _put(target, error)
        except (MemoryError, RecursionError):
            _put(target, QueryError("query: needs more memory than it is allowed; make it more specific"))


def _restrict() -> None:
    """Bound the memory, cut off the network, and end with the parent even in the middle of a query."""
    import signal

    from kg.serve.fence import fence

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    fence()
    if sys.platform != "linux":
        return
    import ctypes
    import resource

    parent_death = 1
    ctypes.CDLL(None).prctl(parent_death, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
