"""Shows a graph in a browser and answers SPARQL over HTTP; it only reads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.store import Store

if TYPE_CHECKING:
    from kg.serve.site import Settings

__all__ = ["run"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def run(
    store: Store,
    host: str,
    port: int,
    *,
    settings: Settings,
    check: bool = False,
    say: Callable[[str], None],
) -> None:
    """Serve `store` until the process is asked to stop; `say` gets the address. `check`: get ready and stop.

    Raises UsageError where the address is taken or is not this machine's.
    """
    import uvicorn

    from kg.serve.app import make_app

    with _listen(host, port) as listener:
        at = f"[{host}]" if ":" in host else host
        address = f"http://{at}:{listener.getsockname()[1]}/"
        names = LOOPBACK | {host.lower()} if host in LOOPBACK else frozenset()
        app = make_app(store, settings, hosts=names, say=say)
        say(f"{address} — {app.state.live.site.catalog.summary()}; SPARQL at {address}sparql")
        if check:
            app.state.live.close()
            return
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        [family, kind, number, _, where], *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listener = socket.socket(family, kind, number)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
    except OSError as error:
        raise UsageError(
            f"{host}:{port}: cannot listen there ({error.strerror}); choose another --port (0: any that is free)"
        ) from error
    return listener
