"""Which files a list of paths stands for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DocumentError, UsageError

SUPPORTED = (
    *(".txt", ".text", ".md", ".markdown"),
    *(".html", ".htm", ".xhtml"),
    *(".pdf", ".docx", ".jsonl", ".ndjson"),
)
"""Suffixes of the files that can be read."""

CONVERTIBLE = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".odt", ".rtf", ".pages", ".wpd", ".epub"), ".docx or .txt"),
    **dict.fromkeys((".mht", ".mhtml", ".webarchive"), ".html"),
    **dict.fromkeys((".eml", ".msg"), ".txt"),
}
"""Suffixes of texts that cannot be read as they are -> what to save them as; reported in folders too, never ignored."""


@dataclass(frozen=True, slots=True)
class File:
    """One file to read."""

    path: Path


STDIN = File(Path("-"))


def printable(name: str | Path) -> str:
    """Return `name` on one line, with control, direction and undecodable characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(name))


def find(paths: Iterable[str | Path]) -> list[File | DocumentError]:
    """Return the files of `paths`, folders walked, sorted by path and without repetition, standard input last.

    Raises UsageError that lists the paths that do not exist.
    """
    given = [Path(path) if str(path) else None for path in paths]
    missing = [printable(p or "''") for p in given if p is None or (p != STDIN.path and not os.path.lexists(p))]
    if missing:
        verb = "does" if len(missing) == 1 else "do"
        raise UsageError(f"{', '.join(missing)}: {verb} not exist; check the spelling, or use `-` for standard input")
    named = [path for path in given if path is not None]
    found: dict[str, tuple[tuple[str, ...], File | DocumentError]] = {}
    for path in sorted(p for p in named if p != STDIN.path):
        for entry, item in _expand(path):
            found.setdefault(os.path.abspath(entry), (entry.parts, item))  # noqa: PTH100 (keeps links apart)
    ordered = [item for _, item in sorted(found.values(), key=lambda pair: pair[0])]
    return [*ordered, STDIN] if STDIN.path in named else ordered


def _expand(path: Path) -> Iterator[tuple[Path, File | DocumentError]]:
    """Yield one named path, or what a named folder holds."""
    if not path.is_dir():
        yield path, _checked(path)
        return
    empty = True
    for entry, item in _walk(path):
        empty = False
        yield entry, item
    if empty:
        yield path, DocumentError(printable(path), "holds no file that can be read", f"use {' '.join(SUPPORTED)}")


def _checked(path: Path) -> File | DocumentError:
    if path.is_symlink() and not path.exists():
        return DocumentError(printable(path), "is a link that leads nowhere", "restore its target or delete the link")
    return File(path)


def _walk(top: Path) -> Iterator[tuple[Path, File | DocumentError]]:
    """Yield the files below `top` that count; a folder that links lead to again is read once, so loops end."""
    visited: set[tuple[int, int]] = set()
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            status = folder.stat()
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            reason = f"cannot be opened ({(error.strerror or str(error)).lower()})"
            yield folder, DocumentError(printable(folder), reason, "check the permissions of the folder")
            continue
        if (status.st_dev, status.st_ino) in visited:
            continue
        visited.add((status.st_dev, status.st_ino))
        entries = [folder / name for name in names if not name.startswith((".", "~$"))]
        folders = [entry for entry in entries if entry.is_dir()]
        stack.extend(reversed(folders))
        for entry in entries:
            if (entry.suffix.lower() in SUPPORTED or entry.suffix.lower() in CONVERTIBLE) and entry not in folders:
                yield entry, _checked(entry)
