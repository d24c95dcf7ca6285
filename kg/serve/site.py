"""What the pages of one version of a graph are made of: the store, its catalog, finished pages, and the processes."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kg.query import SavedQuery, saved_queries
from kg.serve.catalog import Catalog
from kg.serve.things import Viewer
from kg.serve.workers import Workers
from kg.store import Store

if TYPE_CHECKING:
    import networkx
    from anyio import CapacityLimiter

    from kg.serve.picture import Picture

KEPT = 64 << 20
"""Bytes of finished pages that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits: seconds and rows of a query, processes that answer; `cors` is the origin that may call /sparql.

    Every `watch` seconds the server looks whether the graph has been built again.
    """

    timeout: float = 20.0
    limit: int = 10_000
    workers: int = 2
    cors: str = "*"
    folders: tuple[Path, ...] = ()
    watch: float = 1.0


class Site:
    """What all requests share while one version of the graph is served."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.catalog = Catalog(store)
        self.viewer = Viewer(store, self.catalog)
        self.saved: dict[str, SavedQuery] = saved_queries(settings.folders)
        self.pages = Pages()
        self.workers = Workers(store, settings.workers, timeout=settings.timeout)
        self._users, self._retired = 0, False

    @cached_property
    def drawing(self) -> CapacityLimiter:
        """Lets one picture be laid out at a time."""
        from anyio import CapacityLimiter

        return CapacityLimiter(1)

    @cached_property
    def network(self) -> networkx.MultiDiGraph[str]:
        """The network that the explorer draws; made when it is first asked for."""
        from kg.network import network

        return network(self.store)

    @cached_property
    def picture(self) -> Picture:
        """The picture of the home page."""
        from kg.serve.picture import picture

        return picture(self.store, self.catalog)

    @contextmanager
    def use(self) -> Iterator[Site]:
        """Keep the processes alive while a request is answered; only the event loop calls this and `retire`."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._retired and not self._users:
                self.close()

    def retire(self) -> None:
        """End the processes as soon as the last request is answered."""
        self._retired = True
        if not self._users:
            self.close()

    def close(self) -> None:
        """End the processes."""
        self.workers.close()


class Pages:
    """Finished pages, the last used ones of them; a version of the graph does not change."""

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
