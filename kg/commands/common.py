"""What the commands share: options, opening the graph, and printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kg.query import Result, Table
    from kg.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])

TABLE_OR_JSON = ("table", "json")
FINDINGS = 1


def set_verbosity(ctx: click.Context, _: click.Parameter, value: int) -> int:
    """Set how much the log says: -1 errors only, 0 warnings, 1 and 2 more."""
    import logging

    level = logging.ERROR if value < 0 else (logging.WARNING, logging.INFO, logging.DEBUG)[min(value, 2)]
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", stream=sys.stderr, force=True)
    ctx.meta["quiet"] = ctx.meta.get("quiet", False) or value < 0
    return value


def common(command: Command) -> Command:
    """Add -v and -q."""

    def quiet(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
        if value:
            set_verbosity(ctx, parameter, -1)
        return value

    def verbose(ctx: click.Context, parameter: click.Parameter, value: int) -> int:
        return set_verbosity(ctx, parameter, value) if value else value

    command = click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, callback=quiet, help="Only results and errors."
    )(command)
    return click.option(
        "-v", "--verbose", count=True, expose_value=False, callback=verbose, help="Say more; twice: much more."
    )(command)


def graph_option(command: Command) -> Command:
    """Add --graph, opened as a store under the name `store`."""

    def opened(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        return value

    return click.option(
        "-g", "--graph", metavar="GRAPH", callback=opened,
        help="Graph folder, RDF file or SPARQL endpoint (http://…); default $KG_GRAPH, else the one under ./graphs.",
    )(command)  # fmt: skip


def format_option(*choices: str, default: str | None = None) -> Callable[[Command], Command]:
    """Add --format with these choices, the first (or `default`) being what is used without it."""
    return click.option(
        "--format", "format_", type=click.Choice(choices), default=default or choices[0], show_default=True
    )


def frames_option(command: Command) -> Command:
    """Add --frames, a folder of frames besides the program's own."""
    return click.option(
        "--frames",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help="Frame files that the rules read besides their own.",
    )(command)


def output_option(default: str | None, help_: str) -> Callable[[Command], Command]:
    """Add -o/--output."""
    path = click.Path(path_type=Path)
    return click.option("-o", "--output", type=path, default=default, show_default=default is not None, help=help_)


def open_store(graph: str | None) -> Store:
    """Open the graph that --graph, the environment or the folder names."""
    from kg.store import find_graph, open_graph

    return open_graph(find_graph(graph))


def note(text: str) -> None:
    """Say something on stderr, unless -q."""
    if not click.get_current_context().meta.get("quiet"):
        click.echo(text, err=True)


def print_result(result: Result, format_: str) -> None:
    """Print an answer, as wide as the terminal."""
    import os
    import shutil

    from kg.formats import write

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 120
    click.echo(write(result, format_, width=width, color=terminal and "NO_COLOR" not in os.environ), nl=False)


def print_json(data: object) -> None:
    """Print data for machines."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_counts(counts: dict[str, int], format_: str, extra: dict[str, Any] | None = None) -> None:
    """Print numbers as a table; as JSON together with `extra`."""
    if format_ == "json":
        print_json({**counts, **(extra or {})})
    else:
        print_result(table(("", "number"), list(counts.items())), "table")


def table(columns: tuple[str, ...], rows: list[Any]) -> Table:
    """Make a table of plain texts and numbers."""
    from kg.formats import table_of

    return table_of(columns, rows)


class Progress:
    """A bar on stderr while documents are read; nothing where stderr is no terminal."""

    def __enter__(self) -> Callable[..., None]:
        self._bar: Any = None
        if sys.stderr.isatty() and not click.get_current_context().meta.get("quiet"):
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("reading", total=None)
            self._bar.start()
        return self._show

    def _show(self, done: int, total: int | None = None, name: str = "") -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total, description=name[-40:])

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
