"""Runs SPARQL over a store and explains what is wrong with a query; saved queries; nothing here prints."""

from __future__ import annotations

import pickle
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import vocab
from kg.errors import KgError, QueryError, QueryTimeoutError, SchemaError
from kg.notebook import frame, html_table, value
from kg.sparql import check, explain
from kg.store import Object, RemoteStore, Store, open_graph

if TYPE_CHECKING:
    from kg.notebook import DataFrame

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_SPO = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Table:
    """Answer of a SELECT: names of the columns and rows of terms (None: unbound); `cut` if a limit left rows out."""

    columns: list[str]
    rows: list[tuple[Term | None, ...]]
    cut: bool = False

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Iterate over the rows as column -> text (IRIs in full), without the unbound ones."""
        for row in self.rows:
            cells = zip(self.columns, row, strict=True)
            yield {name: str(term) if isinstance(term, ox.Triple) else term.value for name, term in cells if term}

    def __len__(self) -> int:
        return len(self.rows)

    def to_pandas(self) -> DataFrame:
        """Return the rows as a pandas table: numbers and days as such, IRIs in full, unbound cells empty."""
        return frame(self.columns, ([value(term) for term in row] for row in self.rows))

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return html_table(self.columns, self.rows, f"{len(self)} rows{', cut by the limit' if self.cut else ''}")


@dataclass(frozen=True, slots=True)
class Triples:
    """Answer of a CONSTRUCT or DESCRIBE: triples without duplicates, sorted; `cut` if a limit left some out."""

    triples: list[ox.Triple] = field(default_factory=list)
    cut: bool = False

    def __len__(self) -> int:
        return len(self.triples)

    def to_pandas(self) -> DataFrame:
        """Return the triples as a pandas table with the columns subject, predicate and object."""
        return frame(_SPO, ([value(term) for term in row] for row in self._rows()))

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return html_table(_SPO, list(self._rows()), f"{len(self)} triples{', cut by the limit' if self.cut else ''}")

    def _rows(self) -> Iterator[tuple[Term, Term, Term]]:
        for triple in self.triples:
            yield triple.subject, triple.predicate, triple.object


Result = Table | Triples | bool

LONG, STACK = 2000, 512 << 20
"""Letters from which on a query is answered with so many bytes of stack: the engine needs some for each part of it."""


def run(
    store: Store,
    sparql: str,
    *,
    bindings: Mapping[str, object] | None = None,
    timeout: float | None = None,
    limit: int | None = None,
) -> Result:
    """Answer `sparql` over the union of all graphs; every prefix of the project is declared.

    `bindings` gives variables a value: an RDF term, or a str, int, float or bool that becomes a literal; they are
    never pasted into the text, and a SELECT must name them among its variables. `limit` cuts rows or triples;
    `timeout` is in seconds, and a query that needs longer is stopped for good. Returns a Table, Triples or, for ASK,
    a bool. Raises QueryError with line and column, QueryTimeoutError.
    """
    terms = {name.lstrip("?$"): _term(name, value) for name, value in (bindings or {}).items()}
    # The mark that some editors put at the beginning of a file.
    sparql = sparql.removeprefix("\ufeff")
    check(store, sparql)
    if timeout is not None and isinstance(store, RemoteStore):
        return _evaluate(store.within(timeout), sparql, terms, limit)
    if timeout is not None:
        return _run_apart(store, sparql, terms, timeout, limit)
    return _evaluate(store, sparql, terms, limit)


def _term(name: str, value: object) -> Object:
    if isinstance(value, Term):
        return value
    if isinstance(value, str | int | float | bool):
        return ox.Literal(value)
    raise QueryError(f"?{name}: cannot be bound to a {type(value).__name__}; give text, a number or an RDF term")


def _evaluate(store: Store, sparql: str, terms: Mapping[str, Object], limit: int | None) -> Result:
    if len(sparql) < LONG:
        return _answer(store, sparql, terms, limit)
    from concurrent.futures import ThreadPoolExecutor
    from threading import stack_size

    before = stack_size(STACK)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_answer, store, sparql, terms, limit).result()
    finally:
        stack_size(before)


def _answer(store: Store, sparql: str, terms: Mapping[str, Object], limit: int | None) -> Result:
    try:
        answer = store.query(sparql, substitutions={ox.Variable(name): term for name, term in terms.items()})
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        stop = None if limit is None else limit + 1
        if isinstance(answer, ox.QuerySolutions):
            rows = [tuple(solution) for solution in islice(answer, stop)]
            cut = limit is not None and len(rows) > limit
            return Table([variable.value for variable in answer.variables], rows[:limit], cut)
        triples = sorted(set(islice(answer, stop)), key=str)
        return Triples(triples[:limit], limit is not None and len(triples) > limit)
    except SyntaxError as error:
        raise explain(sparql, str(error)) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise explain(sparql, str(error)) from error


def _run_apart(store: Store, sparql: str, terms: Mapping[str, Object], timeout: float, limit: int | None) -> Result:
    """Evaluate in a process of its own, which can be killed: the engine cannot be interrupted from outside."""
    import os
    import subprocess

    where: Path | bytes = store.location or store.dump(ox.RdfFormat.N_QUADS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-P", "-c", "from kg.query import child; child()"]
    try:
        done = subprocess.run(
            command,
            input=pickle.dumps((where, sparql, dict(terms), limit)),
            stdout=subprocess.PIPE,
            timeout=timeout,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise QueryTimeoutError(
            f"query: stopped after {timeout:g} seconds; make it more specific, or allow more with --timeout"
        ) from None
    if done.returncode:
        raise QueryError(
            f"query: its process ended with status {done.returncode}; it may need more memory than there is"
        )
    outcome: Result | KgError = pickle.loads(done.stdout)
    if isinstance(outcome, KgError):
        raise outcome
    return outcome


def child() -> None:
    """Answer one query that standard input holds, on standard output; the body of the process of its own."""
    where, sparql, terms, limit = pickle.load(sys.stdin.buffer)
    try:
        store = Store.of(ox.parse(where, ox.RdfFormat.N_QUADS)) if isinstance(where, bytes) else open_graph(where)
        outcome: Result | KgError = _evaluate(store, sparql, terms, limit)
    except KgError as error:
        outcome = error
    sys.stdout.buffer.write(pickle.dumps(outcome))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a saved query takes; `default` None: it must be given. `type`: text, integer, date or iri."""

    name: str
    type: str
    default: str | None
    example: str

    def term(self, text: str) -> Object:
        """Return the RDF term that `text` stands for; raises QueryError with the example."""
        try:
            if self.type == "integer":
                return ox.Literal(int(text))
            if self.type == "date":
                from datetime import date

                return ox.Literal(date.fromisoformat(text).isoformat(), datatype=ox.NamedNode(vocab.iri("xsd:date")))
            if self.type == "iri":
                return ox.NamedNode(vocab.iri(text.strip("<>")))
        except (ValueError, SchemaError) as error:
            raise QueryError(
                f"{self.name}={text}: not a valid {self.type}; for example {self.name}={self.example}"
            ) from error
        return ox.Literal(text)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query in a file, with its title, description and parameters."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str

    def terms(self, given: Mapping[str, str]) -> dict[str, Object]:
        """Return variable -> term for the `given` texts and the defaults; raises QueryError naming what is wrong."""
        names = {parameter.name for parameter in self.parameters}
        for name in given:
            if name not in names:
                known = f"it takes {', '.join(sorted(names))}" if names else "it takes no parameters"
                raise QueryError(f"{self.name}: unknown parameter {name!r}; {known}")
        terms = {}
        for parameter in self.parameters:
            text = given.get(parameter.name, parameter.default)
            if text is None:
                raise QueryError(
                    f"{self.name}: needs {parameter.name}; for example {parameter.name}={parameter.example}"
                )
            terms[parameter.name] = parameter.term(text)
        return terms


def run_saved(
    store: Store, saved: SavedQuery, given: Mapping[str, str], *, timeout: float | None = None, limit: int | None = None
) -> Result:
    """Answer a saved query; the columns of its parameters, the same in every row, are left out."""
    terms = saved.terms(given)
    result = run(store, saved.text, bindings=terms, timeout=timeout, limit=limit)
    if not isinstance(result, Table):
        return result
    kept = [index for index, name in enumerate(result.columns) if name not in terms]
    rows = [tuple(row[index] for index in kept) for row in result.rows]
    return Table([result.columns[index] for index in kept], rows, result.cut)


def saved_queries(folders: Sequence[Path] = ()) -> dict[str, SavedQuery]:
    """Return the saved queries of `schema/queries` and of more `folders` (which win), by name."""
    found: dict[str, SavedQuery] = {}
    for folder in (vocab.schema_dir() / "queries", *folders):
        if folder in folders and not folder.is_dir():
            raise QueryError(f"{folder}: no such folder of saved queries; create it or correct --queries")
        for path in sorted(folder.glob("*.rq")):
            found[path.stem] = _load(path)
    return dict(sorted(found.items()))


def saved_query(name: str, folders: Sequence[Path] = ()) -> SavedQuery:
    """Return one saved query; raises QueryError with similar names."""
    from difflib import get_close_matches

    known = saved_queries(folders)
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "list them with: kg queries"
    raise QueryError(f"{name}: no saved query has this name; {hint}")


def _load(path: Path) -> SavedQuery:
    """Read a `.rq` file whose head has lines `# title:`, `# description:`, `# param: NAME TYPE DEFAULT EXAMPLE`."""
    text = path.read_text(encoding="utf-8")
    head = [line[1:].strip() for line in _comments(text.splitlines())]
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head) if key != "param"}
    parameters = tuple(_parameter(path, line.removeprefix("param:")) for line in head if line.startswith("param:"))
    return SavedQuery(path.stem, fields.get("title", path.stem), fields.get("description", ""), parameters, text)


def _comments(lines: Iterable[str]) -> list[str]:
    head = []
    for line in lines:
        if not line.startswith("#"):
            break
        head.append(line)
    return head


def _parameter(path: Path, line: str) -> Parameter:
    parts: list[Any] = shlex.split(line)
    if len(parts) != 4 or parts[1] not in {"text", "integer", "date", "iri"}:
        raise SchemaError(
            f'{path}: "# param:{line}" is malformed; write NAME, text|integer|date|iri, DEFAULT or required, EXAMPLE'
        )
    name, type_, default, example = parts
    return Parameter(name, type_, None if default == "required" else default, example)
