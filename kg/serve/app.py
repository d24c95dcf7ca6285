"""The web application: routes, limits and headers around the pages and the SPARQL protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kg.serve import pages
from kg.serve.live import Live
from kg.serve.site import Settings, Site
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


@cache
def _static_files() -> dict[str, tuple[bytes, str]]:
    """Read the few files once: no path of a request ever reaches the disk."""
    folder = files("kg.serve") / "static"
    return {
        item.name: (item.read_bytes(), STATIC[Path(item.name).suffix])
        for item in folder.iterdir()
        if Path(item.name).suffix in STATIC
    }


def make_app(
    store: Store,
    settings: Settings | None = None,
    *,
    hosts: frozenset[str] = frozenset(),
    say: Callable[[str], None] | None = None,
) -> Starlette:
    """Return the application that shows `store`; `hosts` are the names it may be called by, empty for any.

    While it runs it follows the graph through later builds, each of which `say` is told of. Close it (its lifespan
    does) to end its processes. Raises SchemaError and QueryError for faulty saved queries.
    """
    live = Live(store, settings or Settings(), say=say)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with live.watching():
            yield
        live.close()

    def at(path: str, page: Callable[[Site, Request], Awaitable[Response]], *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            with live.site.use() as site:
                return await page(site, request)

        return Route(path, endpoint, methods=list(methods or ("GET",)), name=path)

    routes = [at(path, page) for path, page in pages.PAGES.items()]
    routes += [at("/sparql", pages.sparql, "GET", "POST", "OPTIONS"), Route("/static/{name}", _static)]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=pages.handlers())
    app.state.live = live
    app.add_middleware(_Guard, hosts=hosts, cors=live.settings.cors)
    return app


async def _static(request: Request) -> Response:
    found = _static_files().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("no such file\n", 404)
    return Response(found[0], media_type=found[1], headers={"Cache-Control": "max-age=3600"})


class _Guard:
    """Adds the headers that keep pages safe, and refuses names that are not this server's.

    A page from elsewhere can make its own host name point to this machine (DNS rebinding); with the wrong name in the
    request it gets nothing.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], cors: str) -> None:
        self._app, self._hosts, self._cors = app, hosts, cors

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
                if path == "/sparql" and self._cors != "none":
                    headers["Access-Control-Allow-Origin"] = self._cors
                    headers["Access-Control-Expose-Headers"] = "X-SPARQL-MaxRows, X-SPARQL-Truncated"
            await send(message)

        if self._hosts and _host(scope) not in self._hosts:
            response = PlainTextResponse("this server does not answer to that name\n", 421)
            await response(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _host(scope: Scope) -> str:
    value = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return value.rpartition("]")[0].lstrip("[") if value.startswith("[") else value.partition(":")[0]
