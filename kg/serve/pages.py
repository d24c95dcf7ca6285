"""The pages: each takes the site and a request and gives a response; HTML is in `templates/`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from anyio import to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from kg.errors import KgError
from kg.query import Triples
from kg.serve import protocol
from kg.serve.answers import shown, without_parameters
from kg.serve.catalog import DOCUMENT, SECTIONS, Entry
from kg.serve.negotiate import HTML, SHORT, TABLE_TYPES, TRIPLE_TYPES, choose, content_type
from kg.serve.protocol import RequestError
from kg.serve.wording import day, kind
from kg.serve.workers import Answer, Job, encode

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.serve.site import Site

PER_PAGE = 100
DRAWN = 400
"""Most nodes of the explorer, unless an address asks for more."""


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("kg.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["kind"] = kind
    made.filters["day"] = day
    made.filters["number"] = lambda value: f"{value:,}"
    made.globals["sections"] = list(SECTIONS)
    return made


def _html(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    text = _templates().get_template(template).render(**values)
    return HTMLResponse(text.encode("utf-8", "replace"), status)


async def _kept(site: Site, request: Request, key: str, make: Callable[[], tuple[bytes, str]]) -> Response:
    """Answer with a page that is made once, and with 304 where the client has it."""
    found = site.pages.get(key)
    if found is None:
        content, kind = await to_thread.run_sync(make)
        found = site.pages.put(key, content, kind)
    content, kind, tag = found
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def _page(template: str, **values: Any) -> tuple[bytes, str]:
    return bytes(_html(template, **values).body), f"{HTML}; charset=utf-8"


async def home(site: Site, request: Request) -> Response:
    """The graph at a glance."""

    def make() -> tuple[bytes, str]:
        actions = SECTIONS["actions"] | SECTIONS["contracts"]
        recent = sorted(
            (e for e in site.catalog.entries.values() if e.cls in actions and e.date),
            key=lambda entry: (entry.date, entry.weight, entry.iri), reverse=True,
        )[:10]  # fmt: skip
        actors = site.catalog.heaviest(SECTIONS["actors"], 10)
        return _page("home.html", counts=site.catalog.counts(), picture=site.picture, recent=recent, actors=actors)

    return await _kept(site, request, "/", make)


async def search(site: Site, request: Request) -> Response:
    """Find something by its name, also a misspelt one."""
    text, section = request.query_params.get("q", "")[:200], request.query_params.get("in", "")
    hits = await to_thread.run_sync(lambda: site.catalog.search(text, section=section))
    if request.query_params.get("format") == "json":
        found = [{"label": h.entry.label, "class": h.entry.cls, "href": h.entry.href, "iri": h.entry.iri} for h in hits]
        return Response(json.dumps(found, ensure_ascii=False), media_type="application/json")
    return _html("search.html", q=text, section=section, hits=hits)


async def show(site: Site, request: Request) -> Response:
    """Go to what a name means; 300 with the candidates where that is not one thing."""
    name = request.query_params.get("name", "")[:200]
    hits = site.catalog.search(name)
    folded = {hit.entry.label.casefold(): hit for hit in reversed(hits)}
    exact = [hit for hit in hits if name.casefold() in (hit.entry.label.casefold(), hit.name.casefold())]
    if len(exact) == 1 or (not exact and len(folded) == 1):
        return RedirectResponse((exact or hits)[0].entry.href, 303)
    status = 404 if not hits else 300
    return _html("search.html", status=status, q=name, section="", hits=exact or hits)


async def browse(site: Site, request: Request) -> Response:
    """Leaf through everything of one kind."""
    section = request.path_params["section"]
    if section not in SECTIONS:
        raise RequestError(404, f"{section[:60]}: no such list; there are {', '.join(SECTIONS)}")
    found = site.catalog.section(section)
    pages = max(1, ceil(len(found) / PER_PAGE))
    number = _number(request.query_params.get("page"), 1, 1, pages)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return _html("browse.html", section=section, entries=shown, total=len(found), page=number, pages=pages)


def _number(text: str | None, default: int, low: int, high: int) -> int:
    return min(high, max(low, int(text))) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


async def thing(site: Site, request: Request) -> Response:
    """Show an entity, event, contract or document by its path."""
    return await _resource(site, request, site.catalog.base + request.path_params["rest"])


async def resource(site: Site, request: Request) -> Response:
    """Show one by its IRI."""
    return await _resource(site, request, request.query_params.get("iri", ""))


async def _resource(site: Site, request: Request, iri: str) -> Response:
    entry = site.catalog.get(iri)
    if entry is None:
        raise RequestError(404, f"{iri[:300]}: the graph has no page for this; look for it by name")
    format_ = _rdf_format(request)
    if format_:

        def write() -> tuple[bytes, str]:
            return encode(site.viewer.description(iri), format_), content_type(format_)

        return await _kept(site, request, f"{format_} {iri}", write)
    return await _kept(site, request, f"html {iri}", lambda: _thing_page(site, entry))


def _rdf_format(request: Request) -> str:
    """Return the RDF format that a request wants instead of the page, "" for the page."""
    named = request.query_params.get("format", "").lower()
    named = SHORT.get(named, named)
    if named in TRIPLE_TYPES.values():
        return named
    if named not in ("", "html"):
        raise RequestError(400, f"format={named[:40]}: no such format; use html, turtle, jsonld, ntriples or rdfxml")
    accept = request.headers.get("accept", "*/*")
    kind = HTML if named == "html" else choose(accept, (HTML, *TRIPLE_TYPES))
    if kind is None:
        raise RequestError(406, f"no page can be sent as {accept[:200]}; choose from {HTML}, {', '.join(TRIPLE_TYPES)}")
    return "" if kind == HTML else TRIPLE_TYPES[kind]


def _thing_page(site: Site, entry: Entry) -> tuple[bytes, str]:
    if entry.cls == DOCUMENT:
        return _page("document.html", entry=entry, page=site.viewer.document(entry.iri))
    return _page("thing.html", entry=entry, thing=site.viewer.thing(entry.iri))


async def queries(site: Site, request: Request) -> Response:  # noqa: ARG001 - every page takes both
    """List the questions that are ready to be asked."""
    return _html("queries.html", saved=list(site.saved.values()))


async def saved(site: Site, request: Request) -> Response:
    """Ask a saved query: a form, and under it the answer where all values are given."""
    found = site.saved.get(request.path_params["name"])
    if found is None:
        raise RequestError(404, f"{request.path_params['name'][:60]}: no saved query has this name; see /queries")
    given = {p.name: v for p in found.parameters if (v := request.query_params.get(p.name, "").strip())}
    asked = "run" in request.query_params or bool(given) or not found.parameters
    format_ = request.query_params.get("format", "").lower()
    result, problem, cut = None, "", False
    if asked:
        try:
            answer = await site.workers.ask(Job(found.text, site.settings.limit, bindings=found.terms(given)))
            result, cut = without_parameters(answer.result, found), answer.cut
        except KgError as error:
            if format_:
                raise
            problem = str(error)
    if format_ and result is not None:
        format_ = SHORT.get(format_, format_)
        if format_ not in (TRIPLE_TYPES if isinstance(result, Triples) else TABLE_TYPES).values():
            raise RequestError(400, f"format={format_[:40]}: does not fit this query; use csv or json")
        return Response(encode(result, format_), media_type=content_type(format_))
    link = f"{request.url.path}?{urlencode({**given, 'run': '1'})}"
    return _html("saved.html", saved=found, given=given, link=link, problem=problem,
                 **shown(site.catalog, result, cut=cut, names=True))  # fmt: skip


async def sparql(site: Site, request: Request) -> Response:
    """The SPARQL endpoint for programs, and for people the editor at the same address."""
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": "GET, POST, OPTIONS", "Access-Control-Allow-Headers": "*",
                   "Access-Control-Max-Age": "86400", "Allow": "GET, HEAD, POST, OPTIONS"}  # fmt: skip
        return Response(status_code=204, headers=allowed)
    asked = await protocol.read(request)
    accept = request.headers.get("accept", "*/*")
    kinds = (*TABLE_TYPES, *TRIPLE_TYPES, HTML) if asked.query is not None else (HTML, *TRIPLE_TYPES, *TABLE_TYPES)
    people = asked.format == "html" or (not asked.format and choose(accept, kinds) == HTML)
    if people:
        return await _editor(site, request, asked)
    if asked.query is None:
        if choose(accept, tuple(TRIPLE_TYPES)) and request.method == "GET" and not request.url.query:
            return Response(protocol.service_description(str(request.url)), media_type=content_type("turtle"))
        raise RequestError(400, "no query was sent; put it into the parameter query")
    return await protocol.respond(site, request, asked)


async def _editor(site: Site, request: Request, asked: protocol.Asked) -> Response:
    result, problem, cut, status = None, "", False, 200
    if asked.query and "edit" not in request.query_params:
        try:
            job = Job(asked.query, site.settings.limit, default=asked.default, named=asked.named)
            answer: Answer = await site.workers.ask(job)
            result, cut = answer.result, answer.cut
        except KgError as error:
            problem, status = str(error), protocol.status_of(error)
    link = f"/sparql?{urlencode({'query': asked.query or ''})}"
    return _html(
        "sparql.html", status=status, query=asked.query, link=link, problem=problem, examples=list(site.saved.values()),
        prefixes=protocol.declared(), limit=site.settings.limit, timeout=site.settings.timeout,
        **shown(site.catalog, result, cut=cut),
    )  # fmt: skip


async def vocabulary(site: Site, request: Request) -> Response:  # noqa: ARG001
    """The classes and properties, with what they mean; the editor offers them."""
    from kg.serve.terms import terms

    found = terms()
    if request.query_params.get("format") == "json":
        return Response(
            json.dumps([vars_of(term) for term in found], ensure_ascii=False), media_type="application/json"
        )
    return _html("vocabulary.html", terms=found, prefixes=protocol.declared())


def vars_of(term: Any) -> dict[str, str]:
    """Return a term for programs."""
    return {"name": term.name, "kind": term.kind, "comment": term.comment}


async def explore(site: Site, request: Request) -> Response:
    """The explorer inside a page."""
    focus = request.query_params.get("focus", "")[:300]
    entry = site.catalog.get(focus)
    return _html("explore.html", address=f"/explore/page?{urlencode({'focus': focus})}" if focus else "/explore/page",
                 focus=entry)  # fmt: skip


async def explorer(site: Site, request: Request) -> Response:
    """The explorer itself: one page that brings its own scripts, and a policy that allows just them."""
    focus = request.query_params.get("focus", "")[:300]
    # One at a time: the layout takes all of a processor, and most visitors want the same picture.
    content, policy = await to_thread.run_sync(lambda: _drawn(site, focus), limiter=site.drawing)
    return Response(content, media_type=f"{HTML}; charset=utf-8", headers={"Content-Security-Policy": policy})


def _drawn(site: Site, focus: str) -> tuple[bytes, str]:
    import re
    import tempfile
    from html import unescape
    from pathlib import Path

    from kg.draw import Selection, draw

    key = f"explorer {focus}"
    if (kept := site.pages.get(key)) is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph.html"
            draw(site.network, path, Selection(focus=focus or None, max_nodes=DRAWN))
            content = path.read_bytes()
        kept = site.pages.put(key, content, HTML)
    found = re.search(rb'http-equiv="Content-Security-Policy" content="([^"]*)"', kept[0][:4000])
    policy = unescape(found[1].decode()) if found else "default-src 'none'"
    return kept[0], f"{policy}; frame-ancestors 'self'"


async def about(site: Site, request: Request) -> Response:
    """How to read the pages, and how programs get at the data."""
    address = str(request.base_url)
    return _html(
        "about.html", address=address, settings=site.settings, base=site.catalog.base, total=len(site.catalog.entries)
    )


PAGES: dict[str, Callable[[Site, Request], Awaitable[Response]]] = {
    "/": home,
    "/search": search,
    "/show": show,
    "/browse/{section}": browse,
    "/id/{rest:path}": thing,
    "/resource": resource,
    "/queries": queries,
    "/queries/{name}": saved,
    "/explore": explore,
    "/explore/page": explorer,
    "/vocabulary": vocabulary,
    "/about": about,
}
"""Path -> page, for all that is only read; /sparql also takes POST."""


def handlers() -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """Return what turns errors into answers: a page for people, text for programs."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestError)
        return _problem(request, error.status, str(error), error.headers)

    async def failed(request: Request, error: Exception) -> Response:
        assert isinstance(error, KgError)
        status = protocol.status_of(error)
        headers = {"Retry-After": "5"} if status == 503 else {}
        return _problem(request, status, str(error), headers)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = {404: "there is no such page", 405: "this address does not take that method"}
        return _problem(
            request, error.status_code, said.get(error.status_code, error.detail), dict(error.headers or {})
        )

    return {RequestError: refused, KgError: failed, HTTPException: http}


def _problem(request: Request, status: int, message: str, headers: Mapping[str, str]) -> Response:
    accept = request.headers.get("accept", "")
    if HTML in accept and choose(accept, ("text/plain", HTML)) == HTML:
        response: Response = _html("problem.html", status=status, code=status, message=message)
    else:
        response = PlainTextResponse(f"{message}\n", status)
    for name, value in headers.items():
        response.headers[name] = value
    return response
