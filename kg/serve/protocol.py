"""The SPARQL 1.1 Protocol over the workers: what is asked, in which dataset, in which form the answer goes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import Response

from kg import vocab
from kg.errors import KgError, QueryTimeoutError, UsageError
from kg.serve.negotiate import SHORT, TABLE_TYPES, TRIPLE_TYPES, content_type, format_for
from kg.serve.workers import BusyError, Job, UnacceptableError

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.serve.site import Site

BODY = 1 << 20
"""Bytes that a request's body may have."""

_FORM, _QUERY, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


class RequestError(Exception):
    """A request that the protocol does not allow, with its HTTP status."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers or {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the query (None: none was sent), its dataset, and a format by name ("": by Accept)."""

    query: str | None
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    format: str


async def read(request: Request) -> Asked:
    """Read the parameters of a request, wherever they stand; raises RequestError."""
    fields = _pairs(request.url.query)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (_FORM, _QUERY, _UPDATE):
            raise RequestError(415, f"{kind or 'no type'}: a POST carries {_FORM} or {_QUERY}")
        body = await _body(request)
        if kind == _UPDATE:
            raise RequestError(403, "this graph is only read: updates are refused")
        fields += _pairs(body) if kind == _FORM else [("query", body)]
    return _asked(fields)


def _asked(fields: list[tuple[str, str]]) -> Asked:
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise RequestError(403, "this graph is only read: updates are refused")
    for name in ("query", "format"):
        if len(given.get(name, [])) > 1:
            raise RequestError(400, f"{name}: given more than once; send one")
    default, named = (given.get(f"{kind}-graph-uri") for kind in ("default", "named"))
    for iri in (*(default or ()), *(named or ())):
        if not _IRI.fullmatch(iri):
            raise RequestError(400, f"{iri[:200]}: not an absolute IRI; correct the graph's name")
    either = default is not None or named is not None
    format_ = given.get("format", [""])[0].lower()
    format_ = SHORT.get(format_, format_)
    if format_ and format_ not in {"html", *TABLE_TYPES.values(), *TRIPLE_TYPES.values()}:
        raise RequestError(400, f"format={format_[:40]}: no such format; use csv, tsv, json, xml, turtle or jsonld")
    return Asked(
        given["query"][0] if "query" in given else None,
        tuple(default or ()) if either else None,
        tuple(named or ()) if either else None,
        format_,
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (ValueError, UnicodeDecodeError) as error:
        raise RequestError(400, "the parameters are not UTF-8 text in URL encoding; encode them again") from error


async def _body(request: Request) -> str:
    length = request.headers.get("content-length", "")
    too_large = RequestError(413, f"the body is larger than {BODY} bytes; send a shorter query")
    if length.isdigit() and int(length) > BODY:
        raise too_large
    found = bytearray()
    async for block in request.stream():
        found += block
        if len(found) > BODY:
            raise too_large
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, "the body is not UTF-8 text; encode it again") from error


def job(asked: Asked, accept: str, limit: int) -> Job:
    """Return the work that a request makes; raises RequestError where it takes no form of answer that there is."""
    if asked.format in TABLE_TYPES.values():
        table, triples = asked.format, ""
    elif asked.format in TRIPLE_TYPES.values():
        table, triples = "", asked.format
    else:
        table, triples = format_for(accept, TABLE_TYPES), format_for(accept, TRIPLE_TYPES)
        # A browser's */* alone must not turn JSON tables into XML ones.
        if not table and not triples:
            known = ", ".join((*TABLE_TYPES, *TRIPLE_TYPES))
            raise RequestError(406, f"no answer can be sent as {accept[:200]}; choose from {known}")
    return Job(asked.query or "", limit, table, triples, default=asked.default, named=asked.named)


def status_of(error: KgError) -> int:
    """Return the HTTP status of an error of the program."""
    if isinstance(error, UnacceptableError):
        return 406
    if isinstance(error, UsageError):
        return 400
    return 503 if isinstance(error, BusyError | QueryTimeoutError) else 500


async def respond(site: Site, request: Request, asked: Asked) -> Response:
    """Answer a query as the protocol says; raises RequestError and KgError."""
    wanted = job(asked, request.headers.get("accept", ""), site.settings.limit)
    found = await site.workers.ask(wanted)
    headers = {"X-SPARQL-MaxRows": str(site.settings.limit)}
    if found.cut:
        headers["X-SPARQL-Truncated"] = "true"
    return Response(found.content, media_type=content_type(found.format), headers=headers)


def service_description(address: str) -> str:
    """Return what the endpoint says about itself (SPARQL 1.1 Service Description), in Turtle."""
    space = "http://www.w3.org/ns/sparql-service-description#"
    formats = "http://www.w3.org/ns/formats/"
    results = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
               "JSON-LD", "N-Triples", "RDF_XML")  # fmt: skip
    listed = ", ".join(f"<{formats}{name}>" for name in results)
    return (
        f"@prefix sd: <{space}> .\n\n<{address}> a sd:Service ;\n    sd:endpoint <{address}> ;\n"
        f"    sd:supportedLanguage sd:SPARQL11Query ;\n    sd:resultFormat {listed} ;\n"
        f"    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] .\n"
    )


def declared() -> dict[str, str]:
    """Return the prefixes that need no declaration in a query."""
    return dict(sorted(vocab.prefixes().items()))
