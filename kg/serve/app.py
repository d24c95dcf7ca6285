"""The web application: routes, limits and headers around the pages and the SPARQL protocol."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kg.query import SavedQuery, saved_queries
from kg.serve.catalog import Catalog
from kg.serve.things import Viewer
from kg.serve.workers import Workers
from kg.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATIC = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
KEPT = 64 << 20
"""Bytes of finished pages that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits: seconds and rows of a query, processes that answer; `cors` is the origin that may call /sparql."""

    timeout: float = 20.0
    limit: int = 10_000
    workers: int = 2
    cors: str = "*"
    folders: tuple[Path, ...] = ()


class Site:
    """What all requests share."""

    def __init__(self, store: Store, settings: Settings, hosts: frozenset[str] = frozenset()) -> None:
        self.store, self.settings, self.hosts = store, settings, hosts
        self.catalog = Catalog(store)
        self.viewer = Viewer(store, self.catalog)
        self.saved: dict[str, SavedQuery] = saved_queries(settings.folders)
        self.workers = Workers(store, settings.workers, timeout=settings.timeout)
        self.pages = _Pages()
        self.static = _static_files()
        self.lock = Lock()

    @cached_property
    def network(self) -> Any:
        """The network that the explorer draws; made when it is first asked for."""
        from kg.network import network

        return network(self.store)

    @cached_property
    def picture(self) -> Any:
        """The picture of the home page."""
        from kg.serve.picture import picture

        return picture(self.store, self.catalog)

    def close(self) -> None:
        """End the processes."""
        self.workers.close()


class _Pages:
    """Finished pages, the last used ones of them; the graph does not change while it is served."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, str, str]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: str) -> tuple[bytes, str, str] | None:
        """Return content, type and tag."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, content: bytes, kind: str) -> tuple[bytes, str, str]:
        """Keep a page and return it."""
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (content, kind, tag)
                self._size += len(content)
            while self._size > KEPT and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1][0])
        return content, kind, tag


def _static_files() -> dict[str, tuple[bytes, str]]:
    """Read the few files once: no path of a request ever reaches the disk."""
    folder = files("kg.serve") / "static"
    return {
        item.name: (item.read_bytes(), STATIC[Path(item.name).suffix])
        for item in folder.iterdir()
        if Path(item.name).suffix in STATIC
    }


def make_app(store: Store, settings: Settings | None = None, *, hosts: frozenset[str] = frozenset()) -> Starlette:
    """Return the application that shows `store`; `hosts` are the names it may be called by, empty for any.

    Close it (its lifespan does) to end its processes. Raises SchemaError and QueryError for faulty saved queries.
    """
    from kg.serve import pages

    site = Site(store, settings or Settings(), hosts)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    def at(path: str, page: Callable[[Site, Request], Awaitable[Response]], *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            return await page(site, request)

        return Route(path, endpoint, methods=list(methods or ("GET",)), name=path)

    routes = [
        at("/", pages.home),
        at("/search", pages.search),
        at("/show", pages.show),
        at("/browse/{section}", pages.browse),
        at("/id/{rest:path}", pages.thing),
        at("/resource", pages.resource),
        at("/queries", pages.queries),
        at("/queries/{name}", pages.saved),
        at("/sparql", pages.sparql, "GET", "POST", "OPTIONS"),
        at("/explore", pages.explore),
        at("/explore/page", pages.explorer),
        at("/vocabulary", pages.vocabulary),
        at("/about", pages.about),
        at("/static/{name}", _static),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=pages.handlers())
    app.state.site = site
    app.add_middleware(_Guard, site=site)
    return app


async def _static(site: Site, request: Request) -> Response:
    found = site.static.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("no such file\n", 404)
    return Response(found[0], media_type=found[1], headers={"Cache-Control": "max-age=3600"})


class _Guard:
    """Adds the headers that keep pages safe, and refuses names that are not this server's.

    A page from elsewhere can make its own host name point to this machine (DNS rebinding); with the wrong name in the
    request it gets nothing.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", POLICY)
                if path == "/sparql" and self._site.settings.cors != "none":
                    headers["Access-Control-Allow-Origin"] = self._site.settings.cors
                    headers["Access-Control-Expose-Headers"] = "X-SPARQL-MaxRows, X-SPARQL-Truncated"
            await send(message)

        if self._site.hosts and _host(scope) not in self._site.hosts:
            response = PlainTextResponse("this server does not answer to that name\n", 421)
            await response(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _host(scope: Scope) -> str:
    value = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return value.rpartition("]")[0].lstrip("[") if value.startswith("[") else value.partition(":")[0]
