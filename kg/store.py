"""Opens and publishes datasets: the only module that knows the triple store and its files on disk."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from time import sleep

import pyoxigraph as ox

from kg import folder as files
from kg import vocab
from kg.errors import GraphError, UsageError
from kg.folder import GRAPH_FILE, STORE_DIR
from kg.turtle import turtle

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Node = ox.NamedNode | ox.BlankNode
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

SYSTEM_GRAPHS = frozenset({vocab.IDENTITY_GRAPH, vocab.PROVENANCE_GRAPH, vocab.ONTOLOGY_GRAPH})
"""Graphs that hold no knowledge of the texts; `graph.ttl` and the exports of triples leave them out."""

FILE_GRAPH = vocab.iri("cag:file")
"""Named graph of what an RDF file says outside any named graph."""

_DEFAULT = ox.DefaultGraph()

FILE_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
}
"""RDF syntaxes that can be opened, by file name suffix."""


class Store:
    """A dataset that is read: a graph folder opened read-only, an RDF file in memory, or quads in memory.

    Every quad is in a named graph. The default graph, which queries see, is made of them: each triple once, however
    many documents state it (the engine's own union of graphs would count it once for each).
    Any number of processes may read one folder while another publishes a new version of it; a reader keeps the
    version that it opened. `location` is what was opened (None for quads that live in memory only).
    """

    def __init__(self, inner: ox.Store, *, location: Path | None = None) -> None:
        self._inner = inner
        self.location = location

    def __len__(self) -> int:
        """Return the number of quads in named graphs."""
        return sum(1 for _ in self.quads())

    def query(self, sparql: str, *, substitutions: Mapping[ox.Variable, Object] | None = None) -> Answer:
        """Run `sparql` over all graphs with every project prefix declared.

        Raises SyntaxError as the engine words it; `kg.query.run` is the door for users.
        """
        return self._inner.query(
            sparql,
            prefixes=vocab.prefixes(),
            substitutions=None if substitutions is None else dict(substitutions),
        )

    def quads(
        self,
        subject: Node | None = None,
        predicate: ox.NamedNode | None = None,
        object_: Object | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Iterate over the quads of named graphs that match the pattern (None matches anything)."""
        for quad in self._inner.quads_for_pattern(subject, predicate, object_, graph):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                yield quad

    def knowledge(self) -> Iterator[ox.Quad]:
        """Iterate over all quads but those of the system graphs."""
        return (quad for quad in self.quads() if graph_name(quad) not in SYSTEM_GRAPHS)

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs that hold knowledge, sorted."""
        names = {name.value for name in self._inner.named_graphs()}
        return sorted(names - SYSTEM_GRAPHS)

    def dump(self, format_: ox.RdfFormat) -> bytes:
        """Serialise all named graphs in a format that keeps them."""
        return ox.serialize(self.quads(), format=format_, prefixes=vocab.prefixes()) or b""

    def triple_lines(self) -> list[bytes]:
        """Return the knowledge of all graphs as sorted N-Triples lines without duplicates."""
        return _triple_lines(self._inner)

    def turtle(self) -> bytes:
        """Return the knowledge of all graphs as sorted Turtle, the content of `graph.ttl`."""
        return turtle(self.triple_lines())

    @property
    def engine(self) -> ox.Store:
        """The engine's own object, for adapters such as oxrdflib; keep this Store alive while it is in use."""
        return self._inner

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Store:
        """Return a store in memory that holds `quads` and the ontology."""
        inner = ox.Store()
        inner.extend(_with_union(chain(quads, _ontology_quads())))
        return cls(inner)


def graph_name(quad: ox.Quad) -> str:
    """Return the name of the quad's graph, "" for the default graph."""
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _with_union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Put each quad into a named graph, and its triple into the default graph."""
    file = ox.NamedNode(FILE_GRAPH)
    for quad in quads:
        subject, predicate, object_, graph = quad
        yield ox.Quad(subject, predicate, object_, file) if graph == _DEFAULT else quad
        yield ox.Quad(subject, predicate, object_, _DEFAULT)


def locked(folder: Path) -> AbstractContextManager[None]:
    """Hold the build lock of a graph folder; see `kg.folder.locked`."""
    return files.locked(folder)


def is_graph_folder(path: Path) -> bool:
    """Tell whether `path` is a folder that `kg build` wrote (or began to replace)."""
    return (path / STORE_DIR).is_dir() or files.has_journal(path)


def find_graph(given: str | None = None, *, root: Path | None = None) -> str:
    """Return the graph to open: `given`, else `$KG_GRAPH`, else the one graph folder under `root`/graphs.

    Raises UsageError, listing the choices, where there are none or several.
    """
    if chosen := given or os.environ.get("KG_GRAPH"):
        return chosen
    parent = (root or Path.cwd()) / "graphs"
    folders = sorted(f for f in parent.iterdir() if f.is_dir() and is_graph_folder(f)) if parent.is_dir() else []
    if len(folders) == 1:
        return str(folders[0])
    if not folders:
        raise UsageError(
            "No graph given and none found under ./graphs; name one with --graph, or make one: kg build TEXTS --out DIR"
        )
    raise UsageError(f"Which graph? Choose with --graph: {', '.join(str(f) for f in folders)}")


def open_graph(where: str | Path) -> Store:
    """Open a graph folder or an RDF file for reading.

    Raises UsageError for a path that is neither, GraphError for one that is damaged.
    """
    if str(where).startswith(("http://", "https://")):
        raise UsageError(
            f"{where}: SPARQL endpoints cannot be opened yet; export its data to a file and open that with --graph"
        )
    path = Path(where)
    if path.is_dir():
        return _open_folder(path)
    if not path.exists():
        raise UsageError(f"{path}: no such graph; make it with: kg build TEXTS --out {path}")
    return _open_file(path)


def _open_file(path: Path) -> Store:
    format_ = FILE_FORMATS.get(path.suffix.lower())
    if format_ is None:
        known = " ".join(FILE_FORMATS)
        raise UsageError(f"{path}: not an RDF file by its name; give a graph folder or a file ending in {known}")
    inner = ox.Store()
    try:
        found = ox.parse(path=str(path), format=format_, base_iri=path.resolve().as_uri())
        inner.bulk_extend(_with_union(chain(found, _ontology_quads())))
    except (SyntaxError, ValueError) as error:
        raise GraphError(f"{path}: not valid {format_.name}: {error}; correct the file or export it again") from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be read: {error}; check the path and its permissions") from error
    return Store(inner, location=path)


def _open_folder(folder: Path) -> Store:
    if not is_graph_folder(folder):
        raise UsageError(
            f"{folder}: not a graph folder (it has no {STORE_DIR}/); make one: kg build TEXTS --out {folder}"
        )
    files.recover_if_free(folder)
    failure: OSError | RuntimeError | None = None
    for attempt in range(10):
        sleep(0.02 * attempt)
        try:
            return _open_version(folder)
        except (OSError, RuntimeError) as error:
            failure = error
    raise GraphError(
        f"{folder / STORE_DIR}: cannot be opened: {failure}; build the graph again, or open {folder / GRAPH_FILE}"
    ) from failure


def _open_version(folder: Path) -> Store:
    """Open the current version; where the system allows it through a handle that survives its replacement."""
    path = files.current_store(folder)
    handle = files.hold(path)
    if handle is None:
        return Store(ox.Store.read_only(str(path)), location=folder)
    try:
        inner = ox.Store.read_only(f"/proc/self/fd/{handle}")
    except (OSError, RuntimeError):
        os.close(handle)
        raise
    store = Store(inner, location=folder)
    weakref.finalize(store, os.close, handle)
    _drop_old_logs(path)
    return store


def _drop_old_logs(path: Path) -> None:
    """The engine keeps the log of every earlier reader."""
    with suppress(OSError):
        for log in path.glob("LOG.old.*"):
            log.unlink(missing_ok=True)


def publish(folder: Path, quads: Iterable[ox.Quad]) -> None:
    """Make `folder` a graph folder that holds `quads` (iterated once) and the ontology, replacing what it held.

    All or nothing, also when the process is killed: see `kg.folder.replace`, which raises GraphError. Other files
    of the folder stay as they are.
    """

    def write(workspace: Path) -> None:
        store = ox.Store(str(workspace / STORE_DIR))
        store.bulk_extend(_with_union(chain(quads, _ontology_quads())))
        store.flush()
        (workspace / GRAPH_FILE).write_bytes(turtle(_triple_lines(store)))

    files.replace(folder, write)


def _triple_lines(store: ox.Store) -> list[bytes]:
    """Take the default graph, where each triple is once, without what only the system graphs say."""
    system = [quad for name in SYSTEM_GRAPHS for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
    foreign = {quad.triple for quad in system if not _is_told(store, quad)}
    whole = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=_DEFAULT) or b""
    left_out = ox.serialize(foreign, format=ox.RdfFormat.N_TRIPLES) or b""
    return sorted(set(whole.splitlines()) - set(left_out.splitlines()))


def _is_told(store: ox.Store, quad: ox.Quad) -> bool:
    same = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return any(graph_name(other) not in {*SYSTEM_GRAPHS, ""} for other in same)


@cache
def _ontology() -> tuple[ox.Triple, ...]:
    path = vocab.schema_dir() / "ontology.ttl"
    if not path.is_file():
        return ()
    return tuple(quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def _ontology_quads() -> list[ox.Quad]:
    graph = ox.NamedNode(vocab.ONTOLOGY_GRAPH)
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in _ontology()]
