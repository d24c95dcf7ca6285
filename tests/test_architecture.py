"""Who imports whom: the layers of the program point one way, and heavy libraries stay behind their doors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"

LAYERS = [
    {"errors"},
    {"model"},
    {"vocab"},
    {"turtle", "rdfxml", "documents", "extract", "resolve", "cache", "decisions"},
    {"rdf", "identity"},
    {"folder", "endpoint"},
    {"store"},
    {"facts", "notebook", "sparql"},
    {"network", "query", "stats", "show"},
    {"formats", "export", "draw", "validate", "diff", "conflicts", "identities"},
    {"pipeline", "llm", "serve", "push", "evaluate", "explain", "report"},
    {"graph", "importing"},
    {"commands"},
    {"cli"},
]
"""From the innermost to the outermost: a module imports from the layers before its own only."""

LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
STAGES = ("documents", "extract", "resolve")

DOORS = {
    "spacy": {"extract"},
    "openai": {"extract"},
    "rdflib": {"graph", "validate"},
    "oxrdflib": {"graph"},
    "pyshacl": {"validate"},
    "pyvis": {"draw"},
    "trafilatura": {"documents"},
    "click": {"cli", "commands"},
    "rich": {"commands", "formats"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "jinja2": {"serve"},
}
"""Library -> the modules that may import it."""


def _top(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = [path for path in FILES if path not in (PACKAGE / "__init__.py", PACKAGE / "__main__.py")]
STAGE_MODULES = [path for path in MODULES if _top(path) in STAGES]


def _inner(path: Path) -> set[str]:
    """Return the modules directly under `kg` that a file imports."""
    known = {_top(other) for other in MODULES}
    return {name.split(".")[1] for name in _imports(path) if name.startswith("kg.") and name.split(".")[1] in known}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_inwards(path: Path) -> None:
    own = _top(path)
    assert own in LEVEL, f"{own}: give the new module a layer in this test"
    outward = {name for name in _inner(path) - {own} if LEVEL[name] >= LEVEL[own]}
    assert not outward, f"{path.relative_to(PACKAGE)} must not import {sorted(outward)}"


@pytest.mark.parametrize("path", STAGE_MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_stages_know_nothing_of_each_other_or_of_the_graph(path: Path) -> None:
    assert _inner(path) <= {_top(path), "vocab", "model", "errors"}


@pytest.mark.parametrize("library", DOORS)
def test_libraries_stay_behind_their_doors(library: str) -> None:
    users = {_top(path) for path in MODULES if any(name.split(".")[0] == library for name in _imports(path))}
    assert users <= DOORS[library]


def test_only_the_store_opens_the_engine() -> None:
    users = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("ox.Store", "pyoxigraph.Store"):
                users.add(_top(path))
            if isinstance(node, ast.ImportFrom) and node.module == "pyoxigraph":
                users |= {_top(path) for alias in node.names if alias.name == "Store"}
    assert users == {"store"}


def test_only_the_command_line_prints_and_exits() -> None:
    for path in MODULES:
        if _top(path) in ("cli", "commands"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("print", "sys.exit", "exit", "quit", "os._exit"), (
                    f"{path}:{node.lineno} calls {called}"
                )


def test_files_stay_short_enough_to_read() -> None:
    long = {str(path): n for path in FILES if (n := len(path.read_text(encoding="utf-8").splitlines())) > 550}
    assert not long
