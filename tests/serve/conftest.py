"""A real server over the sample graph and a text that means harm."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from kg.serve.app import make_app
from kg.serve.site import Settings
from kg.store import Store, open_graph, publish

from serve_sample import served_folder  # isort: skip


@contextmanager
def serving(store: Store, settings: Settings | None = None) -> Iterator[str]:
    """Serve on a free port of this machine; gives the address without a slash at its end."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = make_app(store, settings, hosts=frozenset({"127.0.0.1", "localhost"}))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph folder with texts."""
    return served_folder(tmp_path_factory.mktemp("served") / "graph", publish)


@pytest.fixture(scope="session")
def site(served: Path) -> Iterator[str]:
    """The address of a running server."""
    with serving(open_graph(served), Settings(timeout=3, limit=500)) as address:
        yield address


@pytest.fixture(scope="session")
def serve_store() -> Callable[..., object]:
    """Serve another store."""
    return serving
