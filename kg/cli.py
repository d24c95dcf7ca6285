"""The command line: parses, calls and prints; the only place that writes to the terminal or exits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import KgError, QueryError, UsageError

if TYPE_CHECKING:
    from kg.query import Result, SavedQuery, Table
    from kg.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])

QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown", "turtle", "jsonld")
EXPORT_FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "csv")
EXTRACTORS = ("rules",)
TABLE_OR_JSON = ("table", "json")
FINDINGS = 1


class _Program(click.Group):
    """A group that turns every error of the program into its message and exit status, here and nowhere else."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"{click.style('error:', fg='red')} {error}", err=True)
            ctx.exit(error.exit_status)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Keep the commands in the order in which people need them."""
        return list(self.commands)


def _set_verbosity(ctx: click.Context, _: click.Parameter, value: int) -> int:
    import logging

    level = logging.ERROR if value < 0 else (logging.WARNING, logging.INFO, logging.DEBUG)[min(value, 2)]
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", stream=sys.stderr, force=True)
    ctx.meta["quiet"] = ctx.meta.get("quiet", False) or value < 0
    return value


def common(command: Command) -> Command:
    """Add -v and -q."""

    def quiet(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
        if value:
            _set_verbosity(ctx, parameter, -1)
        return value

    def verbose(ctx: click.Context, parameter: click.Parameter, value: int) -> int:
        return _set_verbosity(ctx, parameter, value) if value else value

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
        help="Graph folder or RDF file; default $KG_GRAPH, else the one folder under ./graphs.",
    )(command)  # fmt: skip


def format_option(*choices: str, default: str | None = None) -> Callable[[Command], Command]:
    """Add --format with these choices, the first (or `default`) being what is used without it."""
    return click.option(
        "--format", "format_", type=click.Choice(choices), default=default or choices[0], show_default=True
    )


def output_option(default: str | None, help_: str) -> Callable[[Command], Command]:
    """Add -o/--output."""
    path = click.Path(path_type=Path)
    return click.option("-o", "--output", type=path, default=default, show_default=default is not None, help=help_)


def _open(graph: str | None) -> Store:
    from kg.store import find_graph, open_graph

    return open_graph(find_graph(graph))


def _note(text: str) -> None:
    """Say something on stderr, unless -q."""
    if not click.get_current_context().meta.get("quiet"):
        click.echo(text, err=True)


def _print_result(result: Result, format_: str) -> None:
    import os
    import shutil

    from kg.formats import write

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 120
    click.echo(write(result, format_, width=width, color=terminal and "NO_COLOR" not in os.environ), nl=False)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_counts(counts: dict[str, int], format_: str, extra: dict[str, Any] | None = None) -> None:
    if format_ == "json":
        _print_json({**counts, **(extra or {})})
    else:
        _print_result(_table(("", "number"), list(counts.items())), "table")


def _table(columns: tuple[str, ...], rows: list[Any]) -> Table:
    from kg.formats import table_of

    return table_of(columns, rows)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kg", message="%(version)s")
def main() -> None:
    """Turn texts about collective action and contracts into a knowledge graph, and ask it.

    \b
    Example:
      kg build articles/ --out graphs/articles
      kg query --saved petitions
    """


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Graph folder; default graphs/NAME.")
@click.option("--model", metavar="NAME", help="spaCy pipeline to analyse English with.")
@click.option("--extractor", type=click.Choice(EXTRACTORS), default="rules", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that analyse texts.")
@click.option("--rebuild", is_flag=True, help="Analyse every text again.")
@click.option("--base", metavar="IRI", help="Base of the identifiers, ending in / or #.")
@format_option(*TABLE_OR_JSON)
@common
def build(paths: tuple[str, ...], out: Path | None, format_: str, **options: Any) -> None:
    """Build a graph folder from files and folders of texts (- reads one text from stdin).

    \b
    Example:
      kg build seeds/ --out graphs/seeds
    """
    from kg.pipeline import build as build_folder

    folder = out or Path("graphs") / ("stdin" if paths[0] == "-" else Path(paths[0]).resolve().stem)
    given = {name: value for name, value in options.items() if value is not None}
    with _Progress() as progress:
        result = build_folder(paths, out=folder, progress=progress, **given)
    for problem in result.problems:
        click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
    extra = {"seconds": round(result.seconds, 1), "folder": str(result.folder),
             "problems": [str(problem) for problem in result.problems]}  # fmt: skip
    _print_counts(result.counts, format_, extra)
    if result.counts["documents"]:
        _note(f"{result.folder} in {result.seconds:.1f} s. Next: kg query -g {result.folder} --saved petitions")
    else:
        click.echo(f"No text could be read; {result.folder} is as it was before.", err=True)
    if result.problems:
        sys.exit(FINDINGS)


class _Progress:
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


def queries_option(command: Command) -> Command:
    """Add --queries, folders of saved queries besides the program's own."""
    return click.option(
        "--queries",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="More saved queries.",
    )(command)


@main.command()
@click.argument("words", nargs=-1, metavar="[SPARQL | - | KEY=VALUE...]")
@click.option("--file", "file", type=click.Path(path_type=Path), help="File that holds the query.")
@click.option("--saved", metavar="NAME", help="Saved query; its parameters follow as KEY=VALUE.")
@click.option("--limit", type=click.IntRange(0), help="Most rows or triples to print.")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Stop the query after this."
)
@queries_option
@graph_option
@format_option(*QUERY_FORMATS)
@common
def query(
    words: tuple[str, ...],
    file: Path | None,
    saved: str | None,
    folders: tuple[Path, ...],
    graph: str | None,
    format_: str,
    **limits: Any,
) -> None:
    """Ask the graph in SPARQL; prefixes need no declaration. With -q, ASK answers by exit status 0 or 1 alone.

    \b
    Example:
      kg query 'SELECT ?name { ?p a cag:Petition ; rdfs:label ?name }'
      kg query --saved contracts-of name=Palantir --format csv
    """
    from kg.query import run, run_saved, saved_query

    if saved is not None:
        found = saved_query(saved, folders)
        result = run_saved(_open(graph), found, _pairs(found, words), **limits)
    else:
        sparql = _query_text(words, file)
        result = run(_open(graph), sparql, **limits)
    if isinstance(result, bool) and click.get_current_context().meta.get("quiet"):
        sys.exit(0 if result else FINDINGS)
    _print_result(result, format_)
    if not isinstance(result, bool) and result.cut:
        _note(f"only the first {limits['limit']} shown; raise --limit for more")


def _query_text(words: tuple[str, ...], file: Path | None) -> str:
    if file is not None and not words:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(f"{file}: cannot be read as UTF-8 text ({error}); correct --file") from error
    if len(words) != 1 or file is not None:
        raise UsageError("query: give one query in quotation marks, or - for stdin, or --file, or --saved NAME")
    return sys.stdin.read() if words[0] == "-" else words[0]


def _pairs(saved: SavedQuery, words: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            example = " ".join(f"{parameter.name}={parameter.example}" for parameter in saved.parameters)
            raise QueryError(
                f"{word}: parameters are given as KEY=VALUE; for example: kg query --saved {saved.name} {example}"
            )
        pairs[key] = value
    return pairs


@main.command()
@queries_option
@format_option(*TABLE_OR_JSON)
@common
def queries(folders: tuple[Path, ...], format_: str) -> None:
    """List the saved queries and their parameters.

    \b
    Example:
      kg queries
    """
    from dataclasses import asdict

    from kg.query import saved_queries

    found = saved_queries(folders).values()
    if format_ == "json":
        _print_json([asdict(saved) for saved in found])
        return
    rows = [(saved.name, _usage(saved), saved.description) for saved in found]
    _print_result(_table(("name", "parameters", "what it answers"), rows), "table")


def _usage(saved: SavedQuery) -> str:
    shown = [f"{p.name}={p.example}" if p.default is None else f"[{p.name}={p.example}]" for p in saved.parameters]
    return " ".join(shown)


@main.command()
@click.argument("name")
@graph_option
@format_option("text", "markdown", "json")
@common
def show(name: str, graph: str | None, format_: str) -> None:
    """Show who or what NAME is: its roles and its facts in time order, each with source and quote.

    \b
    Example:
      kg show "Jeff Bezos"
    """
    from kg.show import dossier, markdown, text

    found = dossier(_open(graph), name)
    if format_ == "json":
        _print_json(found.as_dict())
    else:
        click.echo(markdown(found) if format_ == "markdown" else text(found), nl=False)


@main.command()
@graph_option
@click.option(
    "--format", "format_", type=click.Choice(EXPORT_FORMATS), help="Default: what the name after -o means, else turtle."
)
@output_option(None, "File, or folder for csv; default stdout.")
@common
def export(graph: str | None, format_: str | None, output: Path | None) -> None:
    """Write the graph for another program.

    \b
    Example:
      kg export -o graph.graphml
      kg export --format csv -o tables/
    """
    from kg.export import export as write_file
    from kg.export import format_for, render

    chosen = format_ or (format_for(output) if output else "turtle")
    if output is None and chosen == "csv":
        raise UsageError("export: csv makes several tables; name a folder for them with -o")
    store = _open(graph)
    if output is None:
        click.echo(render(store, chosen), nl=False)
    else:
        write_file(store, chosen, output)
        _note(f"wrote {output}")


def drawing_options(command: Command) -> Command:
    """Add what limits a drawing."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--max-nodes", type=click.IntRange(1), default=1500, show_default=True),
        click.option("--to", "end", type=day, metavar="DATE", help="Last day, as 2019-12-31."),
        click.option("--from", "start", type=day, metavar="DATE", help="First day, as 2018-01-01."),
        click.option("--type", "types", multiple=True, metavar="CLASS", help="Only this class, such as Petition."),
        click.option("--hops", type=click.IntRange(0), default=2, show_default=True, help="How far from the focus."),
        click.option("--focus", metavar="NAME", help="Only what is around this name."),
    ):
        command = option(command)
    return command


@main.command()
@graph_option
@output_option("graph.html", "HTML file to write.")
@drawing_options
@common
def draw(graph: str | None, output: Path, **options: Any) -> None:
    """Draw the graph as one HTML page that works without a network connection.

    \b
    Example:
      kg draw -o graph.html --focus Amazon --hops 2
    """
    _draw(graph, output, options)


@main.command()
@graph_option
@output_option("timeline.html", "HTML file to write.")
@drawing_options
@common
def timeline(graph: str | None, output: Path, **options: Any) -> None:
    """Draw actions and contracts in time order as one HTML page.

    \b
    Example:
      kg timeline -o timeline.html --from 2018-01-01
    """
    _draw(graph, output, {**options, "tab": "timeline"})


def _draw(graph: str | None, output: Path, options: dict[str, Any]) -> None:
    from kg.draw import draw as write_page
    from kg.network import network

    for name in ("start", "end"):
        if isinstance(options[name], datetime):
            options[name] = options[name].date()
    drawn = write_page(network(_open(graph)), output, **options)
    hidden = f", {drawn.hidden} left out (--max-nodes)" if drawn.hidden else ""
    _note(f"wrote {drawn.path}: {drawn.nodes} nodes, {drawn.edges} relations{hidden}")


@main.command()
@graph_option
@click.option("--shapes", type=click.Path(path_type=Path), help="SHACL file; default: the program's own shapes.")
@format_option("text", "json")
@common
def validate(graph: str | None, shapes: Path | None, format_: str) -> None:
    """Check the graph against SHACL shapes; exit status 1 if it does not conform.

    \b
    Example:
      kg validate
    """
    from kg.graph import Graph
    from kg.validate import validate as check

    report = check(Graph(_open(graph)).rdflib.default_graph, shapes=shapes)
    if format_ == "json":
        _print_json(report.as_dict())
    else:
        click.echo(report.text())
    if not report.conforms:
        sys.exit(FINDINGS)


@main.command()
@graph_option
@format_option(*TABLE_OR_JSON)
@common
def stats(graph: str | None, format_: str) -> None:
    """Count documents, actors, actions, contracts and statements.

    \b
    Example:
      kg stats
    """
    from kg.stats import stats as count

    _print_counts(count(_open(graph)), format_)
