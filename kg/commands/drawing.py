"""`kg draw`, `kg timeline` and `kg report`: the graph for people to look at and to read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.common import Command, common, graph_option, note, open_store, output_option
from kg.errors import QueryError

if TYPE_CHECKING:
    import networkx

    from kg.draw import Selection
    from kg.store import Store


def drawing_options(command: Command) -> Command:
    """Add what limits a drawing."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--max-nodes", type=click.IntRange(1), metavar="N",
                     help="Draw the N best linked at first, the others folded; default 1500, for --static 150."),
        click.option("--query", metavar="SPARQL", help="Only what a SELECT names or a CONSTRUCT makes; or a .rq file."),
        click.option("--to", "end", type=day, metavar="DATE", help="Last day, as 2019-12-31."),
        click.option("--from", "start", type=day, metavar="DATE", help="First day, as 2018-01-01."),
        click.option("--type", "types", multiple=True, metavar="CLASS", help="Only this class, such as Petition."),
        click.option("--hops", type=click.IntRange(0), default=2, show_default=True, help="How far from the focus."),
        click.option("--focus", metavar="NAME", help="Only what is around this name."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@graph_option
@output_option("graph.html", "HTML file to write.")
@click.option(
    "--static", type=click.Path(path_type=Path), metavar="FILE", help="A picture for print instead: .svg or .png."
)
@drawing_options
@common
def draw(graph: str | None, output: Path, static: Path | None, **options: Any) -> None:
    """Draw the graph as one HTML page.

    The page needs nothing besides itself, and no network connection.

    \b
    Example:
      kg draw -o graph.html --focus Amazon --hops 2
      kg draw --static letters.svg --type Petition
      kg draw --query 'SELECT ?action ?who { ?action cag:target ?who ; cag:form form:strike }'
    """
    if static is None:
        _page(graph, output, options)
        return
    from kg.draw import picture

    network = _network(open_store(graph), options.pop("query"))
    drawn = picture(network, static, _selection(options))
    left = f", {drawn.hidden} less linked nodes left out (--max-nodes)" if drawn.hidden else ""
    note(f"wrote {drawn.path}: {drawn.nodes} nodes, {drawn.edges} relations{left}")


@click.command()
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
    _page(graph, output, options, tab="timeline")


def _page(graph: str | None, output: Path, options: dict[str, Any], tab: str = "graph") -> None:
    from kg.draw import draw as write_page

    network = _network(open_store(graph), options.pop("query"))
    drawn = write_page(network, output, _selection(options), tab=tab)
    folded = f", {drawn.hidden - drawn.absent} more folded" if drawn.hidden > drawn.absent else ""
    absent = f", {drawn.absent} left out (--focus NAME shows them, or --max-nodes)" if drawn.absent else ""
    note(f"wrote {drawn.path}: {drawn.nodes} nodes, {drawn.edges} relations{folded}{absent}")


def _selection(options: dict[str, Any]) -> Selection:
    from kg.draw import Selection

    days = {name: options[name].date() for name in ("start", "end") if isinstance(options[name], datetime)}
    return Selection(**{**options, **days})


def _network(store: Store, sparql: str | None) -> networkx.MultiDiGraph[str]:
    """Return what is to be drawn of: everything, or what a query names."""
    from kg.network import network

    if sparql is None:
        return network(store)
    from kg.draw.source import part_of
    from kg.query import run

    return part_of(network(store), run(store, _sparql(sparql)))


def _sparql(given: str) -> str:
    path = Path(given)
    if not given.endswith(".rq"):
        return given
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: cannot be read as UTF-8 text ({error}); correct --query") from error


@click.command()
@graph_option
@click.option("--format", "format_", type=click.Choice(["markdown", "html"]), help="Default: by the name after -o.")
@output_option(None, "File to write; default stdout.")
@click.option("--title", default="Report", show_default=True)
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Rows of each ranking.")
@common
def report(graph: str | None, format_: str | None, output: Path | None, title: str, top: int) -> None:
    """Report in words and tables what the graph holds.

    Each line has footnotes with quotes.

    It counts by class, year and company, tells what was protested and what came of it, the largest actions, the most
    connected actors, contradictions between sources, and the sources.

    \b
    Example:
      kg report -o report.md
      kg report -o report.html --title "Tech workers and contracts"
    """
    from kg.report import report as make
    from kg.report import to_html, to_markdown

    html = format_ == "html" or (format_ is None and output is not None and output.suffix.lower() in (".html", ".htm"))
    found = make(open_store(graph), title=title, top=top)
    text = to_html(found) if html else to_markdown(found)
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, encoding="utf-8", newline="\n")
    note(f"wrote {output}: {len(found.sections)} sections, {len(found.notes)} footnotes")
