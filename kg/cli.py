"""The command line: parses, calls and prints; the only place that writes to the terminal or exits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.asking import llm, llm_options, taken
from kg.commands.changes import diff, print_conflicts
from kg.commands.common import FINDINGS, TABLE_OR_JSON, Command, common, format_option, frames_option, graph_option
from kg.commands.common import Progress as _Progress
from kg.commands.common import note as _note
from kg.commands.common import open_store as _open
from kg.commands.common import print_counts as _print_counts
from kg.commands.common import print_json as _print_json
from kg.commands.common import print_result as _print_result
from kg.commands.common import table as _table
from kg.commands.drawing import draw, report, timeline
from kg.commands.exchange import EXPORT_FORMATS, export, import_  # noqa: F401 - the formats are looked up here
from kg.commands.identity import identity
from kg.commands.measuring import evaluate, explain
from kg.commands.serving import push, serve
from kg.errors import KgError, QueryError, UsageError
from kg.extract import EXTRACTORS

if TYPE_CHECKING:
    from kg.query import SavedQuery

QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown", "turtle", "jsonld")


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
@llm_options
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that analyse texts.")
@frames_option
@click.option("--rebuild", is_flag=True, help="Analyse every text again.")
@click.option("--base", metavar="IRI", help="Base of the identifiers, ending in / or #.")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE",
              help="File of human decisions; default decisions.yaml in the graph folder.")  # fmt: skip
@click.option("--prune", is_flag=True, help="Retract documents of earlier builds that lie outside PATH, too.")
@format_option(*TABLE_OR_JSON)
@common
def build(paths: tuple[str, ...], out: Path | None, format_: str, **options: Any) -> None:
    """Build a graph folder from files and folders of texts.

    The path - reads one text from stdin.

    \b
    Example:
      kg build seeds/ --out graphs/seeds
    """
    from kg.pipeline import build as build_folder

    folder = out or Path("graphs") / ("stdin" if paths[0] == "-" else Path(paths[0]).resolve().stem)
    asked = taken(options)
    given = {name: value for name, value in options.items() if value is not None}
    with _Progress() as progress:
        result = build_folder(paths, out=folder, progress=progress, llm=asked, **given)
    for problem in result.problems:
        click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
    extra = {"seconds": round(result.seconds, 1), "folder": str(result.folder),
             "problems": [str(problem) for problem in result.problems], "kept": result.kept,
             "unused_decisions": list(result.unused),
             "changes": result.changes.summary() if result.changes else None}  # fmt: skip
    _print_counts(result.counts, format_, extra)
    for decision in result.unused:
        click.echo(f"{click.style('decision:', fg='yellow')} {decision} applies to nothing in these texts", err=True)
    for said in result.notes:
        _note(said)
    if result.kept:
        _note(f"{result.kept} documents of earlier builds from elsewhere stay; --prune retracts them")
    if result.changes:
        _note(f"changes: {result.changes.summary()}. All of them: kg diff OLD NEW")
    if result.counts["documents"]:
        _note(f"{result.folder} in {result.seconds:.1f} s. Next: kg query -g {result.folder} --saved petitions")
    else:
        click.echo(f"No text could be read; {result.folder} is as it was before.", err=True)
    if result.problems:
        sys.exit(FINDINGS)


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
    """Ask the graph in SPARQL; prefixes need no declaration.

    With -q, ASK answers by exit status 0 or 1 alone.

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
@format_option("text", "markdown", "json", "html")
@common
def show(name: str, graph: str | None, format_: str) -> None:
    """Show who or what NAME is, with sources and quotes.

    Its roles, and its facts in time order, each with its source and the words that prove it.

    \b
    Example:
      kg show "Jeff Bezos"
    """
    from kg.show import dossier, html, markdown, text

    found = dossier(_open(graph), name)
    if format_ == "json":
        _print_json(found.as_dict())
    else:
        click.echo({"text": text, "markdown": markdown, "html": html}[format_](found), nl=False)


main.add_command(export)
main.add_command(import_)


main.add_command(draw)
main.add_command(timeline)
main.add_command(report)


@main.command()
@graph_option
@click.option("--shapes", type=click.Path(path_type=Path), help="SHACL file; default: the program's own shapes.")
@click.option("--conflicts", is_flag=True, help="List statements that contradict each other instead.")
@format_option("text", "json")
@common
def validate(graph: str | None, shapes: Path | None, conflicts: bool, format_: str) -> None:
    """Check the graph against SHACL shapes.

    The exit status is 1 if it does not conform (or has conflicts).

    \b
    Example:
      kg validate
      kg validate --conflicts
    """
    if conflicts:
        print_conflicts(_open(graph), format_)
        return
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


for _command in (explain, evaluate, identity, diff, serve, push, llm):
    main.add_command(_command)
