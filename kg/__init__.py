"""Texts about collective action and contracts in, an RDF knowledge graph with evidence out.

`kg.build(paths, out=...)` makes a graph folder, `kg.open(path)` opens one; both return a `kg.Graph`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph import Graph, build, open

__all__ = ["Graph", "KgError", "build", "open"]

_HOMES = {"Graph": "kg.graph", "KgError": "kg.errors", "build": "kg.graph", "open": "kg.graph"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
