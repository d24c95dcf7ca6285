"""Speaks the SPARQL 1.1 Protocol and the Graph Store Protocol to a server; knows HTTP, and no store of its own."""

from __future__ import annotations

import base64
import http.client
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, TypeVar

import pyoxigraph as ox

from kg import vocab
from kg.errors import GraphError, QueryError, QueryTimeoutError, UsageError

TOKEN = "KG_ENDPOINT_TOKEN"
"""Environment variable with a bearer token for endpoints; name and password may also stand in the address."""

ATTEMPTS = 5
"""How often a request that may be repeated is sent before it counts as failed."""

WAIT = 600.0
"""Seconds that a server may be silent, where no time limit is given."""

Answer = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]
Bound = Mapping[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]
T = TypeVar("T")

_ACCEPT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.8, "
    "application/n-triples;q=0.9, text/turtle;q=0.7, application/rdf+xml;q=0.5"
)
_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_TOKENS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""' r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n\r]|\\.)*"' r"|'(?:[^'\\\n\r]|\\.)*'" r'|<[^<>"{}|^`\\\s]*>' r"|#[^\n\r]*"
    r"|[?$]\w+|\bBOUND\s*\(\s*[?$]\w+\s*\)|\bSELECT\b|[{}]|.",
    re.DOTALL | re.IGNORECASE,
)  # fmt: skip


class _RepeatError(Exception):
    """A fault that may pass: the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL 1.1 endpoint; `url` may hold a user name and a password, which no message repeats."""

    url: str = field(repr=False)
    attempts: int = ATTEMPTS
    pause: float = 0.5
    headers: Mapping[str, str] = field(init=False, repr=False, compare=False)
    address: str = field(init=False)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise UsageError(
                f"{self.url}: not an address ({error}); give one such as http://127.0.0.1:7878/"
            ) from error
        if parts.scheme not in ("http", "https") or not host:
            raise UsageError(f"{self.url}: not an http:// or https:// address; correct it")
        where = f"[{host}]" if ":" in host else host
        clean = parts._replace(netloc=where if port is None else f"{where}:{port}", fragment="")
        object.__setattr__(self, "address", urllib.parse.urlunsplit(clean))
        object.__setattr__(self, "headers", _authorization(parts))

    def query(
        self,
        sparql: str,
        *,
        bindings: Bound | None = None,
        graphs: Sequence[str] = (),
        timeout: float | None = None,
    ) -> Answer:
        """Send a query with the project's prefixes declared, and return its answer.

        `bindings` replaces variables by terms, as the embedded engine does; `graphs` are merged into the default
        graph; `timeout` is in seconds and includes the download. Raises QueryError with the server's own words where
        it refuses the query, QueryTimeoutError, GraphError where it cannot be reached.
        """
        fields = [("query", _prologue(sparql) + substitute(sparql, bindings or {}))]
        fields += [(name, iri) for iri in graphs for name in ("default-graph-uri", "named-graph-uri")]
        headers = {"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(fields).encode()
        kind, content = self._repeat(lambda: self._send(self.address, "POST", headers, body, timeout))
        return self._parse(kind, content)

    def graph_names(self) -> list[str]:
        """Return the names of the server's graphs, sorted."""
        found = self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        rows: Iterable[ox.QuerySolution] = found if isinstance(found, ox.QuerySolutions) else ()
        return sorted(row["g"].value for row in rows if isinstance(row["g"], ox.NamedNode))

    def put(self, graph: str, body: IO[bytes], size: int, *, replace: bool = True) -> None:
        """Replace (or extend) a named graph, "" for the default one, with N-Triples (Graph Store Protocol).

        Raises GraphError after the last attempt.
        """
        headers = {"Content-Type": "application/n-triples", "Content-Length": str(size)}

        def send() -> None:
            body.seek(0)
            self._send(self._graph(graph), "PUT" if replace else "POST", headers, body, None)

        self._repeat(send)

    def delete(self, graph: str) -> None:
        """Remove a named graph; one that is not there is fine."""
        if self.holds(graph):
            self._repeat(lambda: self._send(self._graph(graph), "DELETE", {}, None, None))

    def holds(self, graph: str) -> bool:
        """Tell whether the server has a named graph ("": anything in the default one)."""
        try:
            _, content = self._repeat(
                lambda: self._send(self._graph(graph), "GET", {"Accept": "application/n-triples"}, None, None, most=64)
            )
        except _MissingError:
            return False
        return bool(content)

    def _graph(self, graph: str) -> str:
        name = f"graph={urllib.parse.quote(graph, safe='')}" if graph else "default"
        return f"{self.address}{'&' if '?' in self.address else '?'}{name}"

    def _repeat(self, action: Callable[[], T]) -> T:
        for attempt in range(1, self.attempts + 1):
            try:
                return action()
            except _RepeatError as error:
                if attempt == self.attempts:
                    raise GraphError(
                        f"{self.address}: {error}, {attempt} times; check the address and whether the server runs"
                    ) from error
                time.sleep(min(30.0, self.pause * 2 ** (attempt - 1)))
        raise AssertionError("unreachable")

    def _send(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes | IO[bytes] | None,
        timeout: float | None,
        most: int | None = None,
    ) -> tuple[str, bytes]:
        request = urllib.request.Request(
            url, data=body, method=method, headers={"User-Agent": "kg", **self.headers, **headers}
        )
        deadline = time.monotonic() + timeout if timeout is not None else None
        try:
            with _opener().open(request, timeout=timeout or WAIT) as response:
                kind = str(response.headers.get_content_type())
                return kind, _read(response, deadline, most)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error, method) from error
        except TimeoutError as error:
            raise self._late(timeout) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError) and timeout is not None:
                raise self._late(timeout) from error
            raise _RepeatError(f"cannot be reached ({error.reason})") from error
        except (http.client.HTTPException, OSError) as error:
            raise _RepeatError(f"the connection broke ({error or type(error).__name__})") from error

    def _late(self, timeout: float | None) -> Exception:
        if timeout is None:
            return _RepeatError(f"was silent for {WAIT:g} seconds")
        return QueryTimeoutError(
            f"{self.address}: no answer within {timeout:g} seconds; make the query more specific, or raise --timeout"
        )

    def _refusal(self, error: urllib.error.HTTPError, method: str) -> Exception:
        said = _words(error.read(2000))
        if error.code in _BUSY:
            return _RepeatError(f"answered {error.code} {error.reason}{said}")
        if error.code in (401, 403):
            return GraphError(
                f"{self.address}: refuses access ({error.code}); put name and password into the address, or a token "
                f"into {TOKEN}{said}"
            )
        if error.code == 404 and method in ("GET", "DELETE"):
            return _MissingError(f"{self.address}: not found{said}; check the address")
        if error.code == 400 and method == "POST":
            return QueryError(f"{self.address}: the server refuses the query{said or ': it gives no reason'}")
        return GraphError(f"{self.address}: answered {error.code} {error.reason}{said}; check the address")

    def _parse(self, kind: str, content: bytes) -> Answer:
        try:
            if kind in _RESULTS:
                return ox.parse_query_results(content, _RESULTS[kind])
            if kind in _TRIPLES:
                return [quad.triple for quad in ox.parse(content, _TRIPLES[kind], base_iri=self.address)]
        except (SyntaxError, ValueError) as error:
            raise GraphError(f"{self.address}: its answer is not valid {kind} ({error}); ask its operator") from error
        raise GraphError(
            f"{self.address}: answered with {kind}, not with SPARQL results; give the address of its SPARQL endpoint"
        )


class _MissingError(GraphError):
    """The server has no such graph."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects could carry a password elsewhere, and would turn a POST into a GET."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: ARG002
        """Refuse, naming the other address."""
        raise GraphError(f"{req.full_url.partition('?')[0]}: has moved to {newurl}; give that address if you trust it")


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _authorization(parts: urllib.parse.SplitResult) -> dict[str, str]:
    if parts.username is not None:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    token = os.environ.get(TOKEN, "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _read(response: IO[bytes], deadline: float | None, most: int | None) -> bytes:
    """Read an answer; a server that sends a little now and then must not outwit the deadline."""
    if most is not None:
        return response.read(most)
    out = BytesIO()
    while block := response.read(1 << 16):
        out.write(block)
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
    return out.getvalue()


def _words(body: bytes) -> str:
    """Return the server's explanation on one line, without what could steer a terminal."""
    text = re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace"))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f": {text[:300]}" if text else ""


def _prologue(sparql: str) -> str:
    """Declare the project's prefixes on the query's first line, so that line numbers stay right."""
    own = {name.lower() for name in re.findall(r"\bPREFIX\s+([\w-]*)\s*:", sparql, re.IGNORECASE)}
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in vocab.prefixes().items() if name.lower() not in own)


def substitute(sparql: str, bindings: Bound) -> str:
    """Return `sparql` with variables replaced by terms, as terms: never as pieces of syntax.

    Inside the braces each use becomes the term; a SELECT keeps its variable, which a VALUES block binds.
    """
    if not bindings:
        return sparql
    values = "".join(f" VALUES ?{name} {{ {_written(term)} }} " for name, term in bindings.items())
    terms = {name: _written(term) for name, term in bindings.items()}
    out: list[str] = []
    stack: list[bool] = []
    heading = trailing = False
    for token in _TOKENS.findall(sparql):
        if token == "{":
            stack.append(heading)
            out.append("{" + (values if heading else ""))
            heading = trailing = False
        elif token == "}":
            trailing = stack.pop() if stack else False
            out.append(token)
        elif token.upper() == "SELECT":
            heading = True
            out.append(token)
        else:
            out.append(token if heading or trailing or not stack else _replaced(token, terms))
    return "".join(out)


def _replaced(token: str, terms: Mapping[str, str]) -> str:
    if token[0] in "?$":
        return terms.get(token[1:], token)
    if token.upper().startswith("BOUND"):
        name = token.rpartition("(")[2].strip(" \t\r\n)")[1:]
        return "true" if name in terms else token
    return token


def _written(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.BlankNode | ox.Triple):
        raise QueryError(f"{term}: cannot be sent to an endpoint as a value; give an IRI, text or a number")
    return str(term)
