"""The commands that bring a graph to other programs and data into a graph: `kg export` and `kg import`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kg.commands.common import (
    FINDINGS,
    TABLE_OR_JSON,
    common,
    format_option,
    graph_option,
    note,
    open_store,
    output_option,
    print_counts,
)
from kg.errors import UsageError

EXPORT_FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "turtle12", "graphml", "gexf", "csv",
                  "neo4j", "ftm")  # fmt: skip
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@graph_option
@click.option(
    "--format", "format_", type=click.Choice(EXPORT_FORMATS), help="Default: what the name after -o means, else turtle."
)
@output_option(None, "File; for csv a folder, for neo4j either; default stdout.")
@click.option("--no-evidence", is_flag=True, help="Only the facts, without quotes and their places.")
@click.option("--type", "types", multiple=True, metavar="CLASS", help="Only this class, such as Petition.")
@click.option("--from", "start", type=_DAY, metavar="DATE", help="First day, as 2018-01-01.")
@click.option("--to", "end", type=_DAY, metavar="DATE", help="Last day, as 2019-12-31.")
@click.option("--events", type=click.Choice(["nodes", "edges"]), default="nodes", show_default=True,
              help="How GraphML and GEXF show actions and contracts.")  # fmt: skip
@click.option("--pseudonymise", "--pseudonymize", is_flag=True, help="Without the names of private persons.")
@common
def export(
    graph: str | None,
    format_: str | None,
    output: Path | None,
    start: datetime | None,
    end: datetime | None,
    **how: Any,
) -> None:
    """Write the graph, or a part of it, for another program.

    \b
    Example:
      kg export -o graph.graphml
      kg export --format csv -o tables/ --type Petition --from 2018-01-01
    """
    from kg.export import Choice, format_for, render
    from kg.export import export as write_file

    chosen = format_ or (format_for(output) if output else "turtle")
    if output is None and chosen == "csv":
        raise UsageError("export: csv makes several tables; name a folder for them with -o")
    choice = Choice(
        evidence=not how["no_evidence"],
        types=how["types"],
        start=start.date() if start else None,
        end=end.date() if end else None,
        pseudonymise=how["pseudonymise"],
        collapse=how["events"] == "edges",
    )
    store = open_store(graph)
    if output is None:
        click.echo(render(store, chosen, choice=choice), nl=False)
    else:
        write_file(store, chosen, output, choice=choice)
        note(f"wrote {output}")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Graph folder to add to.")
@format_option(*TABLE_OR_JSON)
@common
def import_(files: tuple[Path, ...], out: Path, format_: str) -> None:
    """Add hand-coded data to a graph folder.

    It takes RDF in the vocabulary, and the actions.json of Collective Action in Tech.

    \b
    Example:
      kg import actions.json colleagues.ttl --out graphs/all
    """
    from kg.importing import import_files

    result = import_files(files, out=out)
    for problem in result.problems:
        click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
    extra = {"seconds": round(result.seconds, 1), "folder": str(result.folder),
             "problems": [str(problem) for problem in result.problems]}  # fmt: skip
    print_counts(result.counts, format_, extra)
    if result.problems:
        sys.exit(FINDINGS)
