"""Opens and publishes datasets: the only module that knows the triple store and its files on disk."""

from __future__ import annotations

import hashlib
import os
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import folder as files
from kg import vocab
from kg.errors import GraphError, UsageError
from kg.folder import GRAPH_FILE, STORE_DIR
from kg.rdfxml import check_entities
from kg.turtle import patched, turtle

if TYPE_CHECKING:
    from kg.endpoint import Endpoint

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Triple]
Node = ox.NamedNode | ox.BlankNode
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

SYSTEM_GRAPHS = frozenset({vocab.IDENTITY_GRAPH, vocab.PROVENANCE_GRAPH, vocab.ONTOLOGY_GRAPH})
"""Graphs that hold no knowledge of the texts; `graph.ttl` and the exports of triples leave them out."""

FILE_GRAPH = vocab.iri("cag:file")
"""Named graph of what an RDF file says outside any named graph."""

_DEFAULT = ox.DefaultGraph()

RECORD = "KG-RECORD"
"""File inside the store's folder with what its builder wants to remember; it is replaced together with the store."""

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
        self._dataset: dict[str, Any] = {}

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
            **self._dataset,
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

    def mentions(self, iri: str) -> bool:
        """Tell whether any triple or graph has this IRI."""
        node = ox.NamedNode(iri)
        patterns = ((node,), (None, node), (None, None, node), (None, None, None, node))
        return any(next(self.quads(*pattern), None) for pattern in patterns)

    def names(self) -> Store:
        """Return a store with at least the types and names of everything."""
        return self

    def around(self, iri: str) -> Store:  # noqa: ARG002 - what is embedded has all at hand
        """Return a store with at least all that is said of a node, and its evidence."""
        return self

    def view(self, default: Sequence[str], named: Sequence[str]) -> Store:
        """Return the dataset that a query asks for: a default graph merged of some graphs, and some named graphs."""
        if len(default) > 1:
            # The engine would count a triple once for each graph that has it.
            inner = ox.Store()
            for name in default:
                found = self.quads(graph=ox.NamedNode(name))
                inner.extend(ox.Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in found)
            for name in named:
                inner.extend(self.quads(graph=ox.NamedNode(name)))
            return Store(inner)
        found_view = Store(self._inner, location=self.location)
        graphs = [[ox.NamedNode(name) for name in names] for names in (default, named)]
        found_view._dataset = {"default_graph": graphs[0], "named_graphs": graphs[1]}
        weakref.finalize(found_view, id, self)  # the files stay open as long as the view lives
        return found_view

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


class RemoteStore(Store):
    """A SPARQL 1.1 endpoint: the server answers queries; what needs every triple fetches them all, once."""

    def __init__(self, endpoint: Endpoint, *, timeout: float | None = None) -> None:
        self.endpoint = endpoint
        self.location = None
        self._timeout = timeout
        self._fetched: ox.Store | None = None
        self._merged: list[str] | None = None

    def within(self, timeout: float) -> RemoteStore:
        """Return the same endpoint with a time limit in seconds for each query."""
        return RemoteStore(self.endpoint, timeout=timeout)

    def query(self, sparql: str, *, substitutions: Mapping[ox.Variable, Object] | None = None) -> Answer:
        """Let the server answer; where its default graph is empty, over the union of its named graphs.

        Raises SyntaxError as the embedded engine words it, before anything is sent.
        """
        given = dict(substitutions or {})
        _nothing().query(sparql, prefixes=vocab.prefixes(), substitutions=given)
        bindings = {variable.value: term for variable, term in given.items()}
        return self.endpoint.query(sparql, bindings=bindings, graphs=self._default_graphs(), timeout=self._timeout)

    def mentions(self, iri: str) -> bool:
        """Ask the server."""
        node = f"<{iri}>"
        parts = (f"{node} ?p ?o", f"?s {node} ?o", f"?s ?p {node}")
        union = " UNION ".join(f"{{ {part} }} UNION {{ GRAPH ?g {{ {part} }} }}" for part in parts)
        return bool(self.endpoint.query(f"ASK {{ {union} }}", timeout=self._timeout))

    def names(self) -> Store:
        """Fetch types and names only."""
        if self._fetched is not None:
            return self
        return self._part(
            "?x a|rdfs:label|skos:altLabel ?o . ?x ?p ?o FILTER(?p IN (rdf:type, rdfs:label, skos:altLabel))"
        )

    def around(self, iri: str) -> Store:
        """Fetch what the assertions about one node need."""
        if self._fetched is not None:
            return self
        about = f"?a rdf:subject|rdf:object <{iri}>"
        ways = (f"{{ {about} . ?a {path} ?x }}" for path in _EVIDENCE)
        return self._part(
            f"{{ BIND(<{iri}> AS ?x) }} UNION {{ {about} BIND(?a AS ?x) }} UNION {' UNION '.join(ways)} ?x ?p ?o"
        )

    def _part(self, pattern: str) -> Store:
        found = self.query(f"CONSTRUCT {{ ?x ?p ?o }} WHERE {{ {pattern} }}")
        file = ox.NamedNode(FILE_GRAPH)
        declared = {triple.subject for triple in _ontology()}
        triples = [t for t in _triples(found) if t.subject not in declared]
        return Store.of(ox.Quad(t.subject, t.predicate, t.object, file) for t in triples)

    def _default_graphs(self) -> list[str]:
        if self._merged is None:
            filled = bool(self.endpoint.query("ASK { ?s ?p ?o }", timeout=self._timeout))
            self._merged = [] if filled else self.endpoint.graph_names()
        return self._merged

    @property
    def _inner(self) -> ox.Store:  # type: ignore[override]
        if self._fetched is None:
            inner = ox.Store()
            names = self.endpoint.graph_names()
            own = () if vocab.ONTOLOGY_GRAPH in names else _ontology_quads()
            inner.extend(_with_union(chain(self._everything(names), own)))
            self._fetched = inner
        return self._fetched

    def _everything(self, names: Sequence[str]) -> Iterator[ox.Quad]:
        for name in names:
            yield from self._graph(f"GRAPH <{name}> {{ ?s ?p ?o }}", ox.NamedNode(name))
        rest = self._graph("?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }", ox.NamedNode(FILE_GRAPH))
        # In a union of the named graphs, only the copies of blank nodes seem to be in no other graph.
        copied = bool(names) and all(ox.BlankNode in (type(q.subject), type(q.object)) for q in rest)
        yield from () if copied else rest

    def _graph(self, pattern: str, name: ox.NamedNode) -> list[ox.Quad]:
        counted = self.endpoint.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        [row] = counted if isinstance(counted, ox.QuerySolutions) else []
        found = self.endpoint.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")
        quads = {ox.Quad(t.subject, t.predicate, t.object, name) for t in _triples(found)}
        if len(quads) < int(row["n"].value):
            raise GraphError(
                f"{self.endpoint.address}: gave only {len(quads)} of {row['n'].value} triples of {name}; "
                "raise the server's limit of results, or get a dump of its data and open that"
            )
        return list(quads)


def _triples(answer: Answer) -> list[ox.Triple]:
    return answer if isinstance(answer, list) else []


_EVIDENCE = (
    "prov:wasDerivedFrom", "prov:wasDerivedFrom/oa:hasSelector", "prov:wasDerivedFrom/oa:hasSource",
    "prov:wasAttributedTo", "rdf:subject", "rdf:object", "rdf:subject/org:organization",
)  # fmt: skip
"""Paths from an assertion to the nodes that a dossier of its subject or object needs."""


@cache
def _nothing() -> ox.Store:
    return ox.Store()


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
    """Open a graph folder, an RDF file or (by its http address) a SPARQL endpoint for reading.

    Raises UsageError for a path that is none of these, GraphError for one that is damaged. An endpoint is asked
    when the first query is.
    """
    if str(where).startswith(("http://", "https://")):
        from kg.endpoint import Endpoint

        return RemoteStore(Endpoint(str(where)))
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
    check_entities(path)
    inner = ox.Store()
    try:
        _load(inner, path, format_)
        inner.extend(_with_union(_ontology_quads()))
    except (SyntaxError, ValueError) as error:
        raise GraphError(f"{path}: not valid {format_.name}: {error}; correct the file or export it again") from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be read: {error}; check the path and its permissions") from error
    return Store(inner, location=path)


def _load(inner: ox.Store, path: Path, format_: ox.RdfFormat) -> None:
    """Fill an empty store with a file; all in the engine, which is faster than quad by quad."""
    base = path.resolve().as_uri()
    if format_.supports_datasets:
        inner.load(path=str(path), format=format_, base_iri=base)
        inner.update(f"INSERT {{ GRAPH <{FILE_GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}")
    else:
        inner.load(path=str(path), format=format_, base_iri=base, to_graph=ox.NamedNode(FILE_GRAPH))
    inner.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")


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


def publish(folder: Path, quads: Iterable[ox.Quad], *, record: Callable[[], str] | None = None) -> None:
    """Make `folder` a graph folder that holds `quads` (iterated once) and the ontology, replacing what it held.

    All or nothing, also when the process is killed: see `kg.folder.replace`, which raises GraphError. Other files
    of the folder stay as they are. `record` is called last; what it returns is kept with this version of the store.
    """

    def write(workspace: Path) -> None:
        store = ox.Store(str(workspace / STORE_DIR))
        store.bulk_extend(_with_union(chain(quads, _ontology_quads())))
        store.flush()
        lines = _triple_lines(store)
        _finish(workspace, turtle(lines), record)
        files.note_added(workspace, triples=len(lines))

    files.replace(folder, write)


def revise(
    folder: Path,
    graphs: Mapping[str, Iterable[ox.Quad]],
    *,
    patches: Mapping[str, tuple[Iterable[str], Iterable[ox.Quad]]] | None = None,
    record: Callable[[], str] | None = None,
) -> None:
    """Replace only the given named graphs (IRI -> all quads it shall hold) of a graph folder; as safe as `publish`.

    `patches` replace, in a named graph, only what is said of some subjects: IRI -> (their IRIs, all quads with them
    as subjects that it shall hold). The result is what `publish` would make of all quads. Costs grow with what
    changes, not with what there is.
    """

    def write(workspace: Path) -> None:
        current = files.current_store(folder)
        _link_copy(current, workspace / STORE_DIR)
        store = ox.Store(str(workspace / STORE_DIR))
        changes = _Changes(store)
        for name, quads in graphs.items():
            graph = ox.NamedNode(name)
            changes.exchange(graph, set(store.quads_for_pattern(None, None, None, graph)), set(quads))
        for name, (subjects, quads) in (patches or {}).items():
            graph = ox.NamedNode(name)
            nodes = (ox.NamedNode(subject) for subject in subjects)
            old = {quad for node in nodes for quad in store.quads_for_pattern(node, None, None, graph)}
            changes.exchange(graph, old, set(quads))
        store.flush()
        known = {subject: _subject_lines(store, subject) for subject in changes.subjects}
        _finish(workspace, patched((folder / GRAPH_FILE).read_bytes(), known), record)
        files.note_added(workspace, quads=changes.added)

    files.replace(folder, write)


def _finish(workspace: Path, content: bytes, record: Callable[[], str] | None) -> None:
    (workspace / GRAPH_FILE).write_bytes(content)
    if record is not None:
        (workspace / STORE_DIR / RECORD).write_text(
            f"{hashlib.sha256(content).hexdigest()}\n{record()}", encoding="utf-8"
        )


def read_record(folder: Path) -> str | None:
    """Return the record of the published version; None where there is none or `graph.ttl` is not that version's."""
    try:
        digest, _, record = (files.current_store(folder) / RECORD).read_text(encoding="utf-8").partition("\n")
        content = (folder / GRAPH_FILE).read_bytes()
    except (OSError, UnicodeDecodeError):
        return None
    return record if hashlib.sha256(content).hexdigest() == digest else None


def _link_copy(source: Path, target: Path) -> None:
    """Copy a store: its sorted tables never change and are shared, the rest is copied."""
    target.mkdir()
    for path in source.iterdir():
        if path.name == "LOCK" or path.name.startswith("LOG"):
            continue
        if path.suffix == ".sst":
            try:
                os.link(path, target / path.name)
                continue
            except OSError:
                pass
        shutil.copy2(path, target / path.name)


class _Changes:
    """Changes to a store: the subjects (as N-Triples) of the knowledge that changed, and how many quads were added."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self.subjects: set[str] = set()
        self.added = 0

    def exchange(self, graph: ox.NamedNode, old: set[ox.Quad], new: set[ox.Quad]) -> None:
        """Put `new` quads of a graph in the place of `old` ones."""
        store, gone, added = self._store, old - new, new - old
        for quad in gone:
            store.remove(quad)
        for quad in gone:
            subject, predicate, object_, _ = quad
            holders = store.quads_for_pattern(subject, predicate, object_, None)
            if all(isinstance(q.graph_name, ox.DefaultGraph) for q in holders):
                store.remove(ox.Quad(subject, predicate, object_, _DEFAULT))
        store.extend(chain.from_iterable((q, ox.Quad(q.subject, q.predicate, q.object, _DEFAULT)) for q in added))
        if gone and next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)
        elif added:
            store.add_graph(graph)
        self.added += len(added)
        if graph.value not in SYSTEM_GRAPHS:
            self.subjects |= {str(quad.subject) for quad in chain(gone, added)}


def _subject_lines(store: ox.Store, subject: str) -> list[bytes]:
    """Return the knowledge about a subject (an IRI in angle brackets) as sorted N-Triples lines."""
    found = store.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None, None)
    known = {q.triple for q in found if graph_name(q) and graph_name(q) not in SYSTEM_GRAPHS}
    return sorted((ox.serialize(known, format=ox.RdfFormat.N_TRIPLES) or b"").splitlines())


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
