"""Replaces the published files of a graph folder as one step, which a crash can neither split nor lose."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from kg.errors import GraphError

STORE_DIR = "store"
GRAPH_FILE = "graph.ttl"
JOURNAL = ".publish.json"
LOCK = ".lock"
_NEW_PREFIX = ".new-"
_ENGINE_IDENTITY = "IDENTITY"
_VERSION = "KG-VERSION"

WEAR = 100_000
"""Quads that revisions may add to a store before it is worn; to a large store, half as many as it had."""

_FRESH = "KG-FRESH"
"""File inside the store's folder: how many triples it had when it was written anew, and how many quads came since."""

_held: set[Path] = set()


def replace(folder: Path, write: Callable[[Path], None]) -> None:
    """Replace `store/` and `graph.ttl` of `folder` by what `write` puts into the empty folder that it is given.

    Until the new version is complete on disk the old one stays as it is; from then on the new one counts, even if
    the process dies, because the next open or build finishes the exchange. Takes the folder's lock unless this
    process holds it. Raises GraphError where the folder cannot be written or is locked.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraphError(f"{folder}: cannot be created: {error.strerror}; choose another --out") from error
    with locked(folder):
        try:
            _replace(folder, write)
        except OSError as error:
            raise GraphError(
                f"{folder}: cannot be written: {error}; free space or check permissions, the previous graph is intact"
            ) from error


def _replace(folder: Path, write: Callable[[Path], None]) -> None:
    workspace = Path(tempfile.mkdtemp(prefix=_NEW_PREFIX, dir=folder))
    try:
        write(workspace)
        # The engine's own identifier goes on to a revised copy of its store.
        (workspace / STORE_DIR / _VERSION).write_text(uuid4().hex, encoding="ascii")
        workspace.chmod(0o755)
        for path in (*(workspace / STORE_DIR).iterdir(), workspace / GRAPH_FILE, workspace / STORE_DIR, workspace):
            _sync(path)
    except BaseException:
        shutil.rmtree(workspace, ignore_errors=True)
        raise
    _write_journal(folder, {"workspace": workspace.name, "identity": _identity(workspace / STORE_DIR)})
    _exchange(folder)


def _exchange(folder: Path) -> None:
    """Carry out what the journal says; every step may already have been done."""
    journal = _read_journal(folder)
    workspace = folder / journal["workspace"]
    new, current = workspace / STORE_DIR, folder / STORE_DIR
    if _identity(current) != journal["identity"] and new.is_dir():
        if current.exists() and not _swap(new, current):
            current.rename(workspace / "previous")
        if not current.exists():
            new.rename(current)
    if (workspace / GRAPH_FILE).exists():
        (workspace / GRAPH_FILE).replace(folder / GRAPH_FILE)
    _sync(folder)
    (folder / JOURNAL).unlink()
    _clean(folder)


def recover(folder: Path) -> None:
    """Finish an interrupted exchange and remove what dead builds left; call with the folder's lock held."""
    if has_journal(folder):
        _exchange(folder)
    _clean(folder)


def recover_if_free(folder: Path) -> None:
    """Recover where something was interrupted, unless a build is at work or the folder is read-only."""
    if not has_journal(folder):
        return
    try:
        with locked(folder):
            pass
    except (GraphError, OSError):
        return


def current_store(folder: Path) -> Path:
    """Return the complete store of `folder`, even in the middle of an exchange."""
    current = folder / STORE_DIR
    if current.is_dir() or not has_journal(folder):
        return current
    return folder / _read_journal(folder)["workspace"] / STORE_DIR


def note_added(folder: Path, *, triples: int | None = None, quads: int = 0) -> None:
    """Write down that the store of `folder` was written anew with some triples, or that it was given more quads."""
    had, added = (triples, 0) if triples is not None else _wear(folder / STORE_DIR)
    (folder / STORE_DIR / _FRESH).write_text(f"{had} {added + quads}", encoding="ascii")


def is_worn(folder: Path) -> bool:
    """Tell whether revisions have left so much behind in a store that it should be written anew.

    The engine never forgets a string, so that a store that is only ever revised grows without end. (Its size tells
    little: the engine packs its files more or less tightly as it likes.)
    """
    had, added = _wear(current_store(folder))
    return added > max(WEAR, had // 2)


def _wear(store: Path) -> tuple[int, int]:
    try:
        had, added = (store / _FRESH).read_text(encoding="ascii").split()
        return int(had), int(added)
    except (OSError, ValueError):
        return 0, 0


def has_journal(folder: Path) -> bool:
    """Tell whether an exchange has begun and not ended."""
    return (folder / JOURNAL).is_file()


def hold(path: Path) -> int | None:
    """Return a handle that keeps the store folder `path` from being deleted; None where the system has no such thing.

    Raises OSError where the folder is being deleted at this moment.
    """
    if not Path("/proc/self/fd").is_dir():
        return None
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the build lock of `folder` (nested use in one process is fine), recovering it first.

    Raises GraphError where another process holds it.
    """
    key = folder.resolve()
    if key in _held:
        yield
        return
    try:
        file = (folder / LOCK).open("a+b")
    except OSError as error:
        raise GraphError(f"{folder}: cannot be written: {error.strerror}; check its permissions") from error
    with file:
        if not _lock(file):
            raise GraphError(f"{folder}: another build is writing this graph; wait for it or choose another --out")
        _held.add(key)
        try:
            recover(folder)
            yield
        finally:
            _held.discard(key)


def _clean(folder: Path) -> None:
    """Remove dead workspaces; a replaced version that somebody still reads is left for the next build."""
    for workspace in folder.glob(f"{_NEW_PREFIX}*"):
        with ExitStack() as stack:
            if all(_claim(path, stack) for path in (workspace / STORE_DIR, workspace / "previous")):
                shutil.rmtree(workspace, ignore_errors=True)


def _claim(store: Path, stack: ExitStack) -> bool:
    """Lock out readers of `store` until `stack` closes; False where there is one."""
    if not store.is_dir() or sys.platform == "win32":
        return True
    import fcntl

    handle = os.open(store, os.O_RDONLY)
    stack.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _identity(store: Path) -> str | None:
    """Return what tells a version of a store from all others, None where there is no store."""
    for name in (_VERSION, _ENGINE_IDENTITY):
        with suppress(OSError):
            return (store / name).read_text(encoding="ascii").strip()
    return None


def _write_journal(folder: Path, content: dict[str, str | None]) -> None:
    draft = folder / f"{JOURNAL}.tmp"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / JOURNAL)
    _sync(folder)


def _read_journal(folder: Path) -> dict[str, str]:
    try:
        journal: dict[str, str] = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except ValueError as error:
        raise GraphError(f"{folder / JOURNAL}: damaged; delete this file and build the graph again") from error
    return journal


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(left: Path, right: Path) -> bool:
    """Exchange two folders in one atomic step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    at_cwd, exchange = -100, 2
    return bool(libc.renameat2(at_cwd, os.fsencode(left), at_cwd, os.fsencode(right), exchange) == 0)


def _lock(file: IO[bytes]) -> bool:
    """Try to lock an open file until it is closed or the process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
