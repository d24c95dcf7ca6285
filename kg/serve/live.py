"""Follows a graph through its builds: when there is a new version, the next request is answered from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from kg.errors import KgError
from kg.folder import GRAPH_FILE
from kg.serve.site import Settings, Site
from kg.store import Store, open_graph


class Live:
    """The site of the newest version; those of older ones end with their last request."""

    def __init__(self, store: Store, settings: Settings, *, say: Callable[[str], None] | None = None) -> None:
        self.settings = settings
        self._where, self._say = store.location, say or (lambda _: None)
        self._stamp = stamp(self._where)
        self.site = Site(store, settings)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look for new versions while the context is open."""
        from anyio import create_task_group

        async with create_task_group() as tasks:
            if self._stamp:
                tasks.start_soon(self._watch)
            yield
            tasks.cancel_scope.cancel()

    async def _watch(self) -> None:
        from anyio import sleep

        while True:
            await sleep(self.settings.watch)
            await self.refresh()

    async def refresh(self) -> bool:
        """Serve the newest version and tell whether it is another; one that cannot be opened is left for the next."""
        from anyio import to_thread

        found = stamp(self._where)
        if not found or found == self._stamp:
            return False
        # Taken before the graph is opened: what changes while it is read is noticed at the next look.
        self._stamp = found
        try:
            new = await to_thread.run_sync(self._open)
        except (KgError, OSError, RuntimeError, ValueError) as error:
            self._say(f"the graph has changed, but what was open before stays: {error}")
            return False
        old, self.site = self.site, new
        old.retire()
        self._say(f"the graph was built again — {new.catalog.summary()}")
        return True

    def _open(self) -> Site:
        assert self._where is not None
        return Site(open_graph(self._where), self.settings)

    def close(self) -> None:
        """End the processes of the site."""
        self.site.close()


def stamp(where: Path | None) -> str:
    """Return what tells a version of a graph folder or an RDF file from the others, "" where there is none to watch.

    A build exchanges a folder's Turtle file last, when its store is in place already.
    """
    if where is None:
        return ""
    try:
        found = (where / GRAPH_FILE if where.is_dir() else where).stat()
    except OSError:
        return ""
    return f"{found.st_dev}-{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"
