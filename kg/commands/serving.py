"""The commands that put a graph where others can ask it: `kg serve` and `kg push`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.commands.common import (
    TABLE_OR_JSON,
    Progress,
    common,
    format_option,
    graph_option,
    note,
    open_store,
    print_counts,
)


@click.command()
@graph_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; default: this machine only."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--queries", "folders", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
              help="More saved queries.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=20.0, show_default=True, metavar="SECONDS",
              help="Longest time for a query.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=10_000, show_default=True, help="Most rows of an answer.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Queries answered at once.")
@click.option("--cors", metavar="ORIGIN", default="*", show_default=True,
              help="Whose pages may call /sparql from a browser; none: nobody's.")  # fmt: skip
@click.option("--check", is_flag=True, help="Only get ready, say what would be served, and stop.")
@common
def serve(graph: str | None, host: str, port: int, check: bool, **options: Any) -> None:
    """Show the graph in a browser, and answer SPARQL over HTTP.

    The SPARQL endpoint is at /sparql. Nothing can be changed through it, and a later build is shown at once.

    \b
    Example:
      kg serve --port 8000 --check
    """
    from kg.serve import run
    from kg.serve.site import Settings

    run(open_store(graph), host, port, settings=Settings(**options), check=check, say=note)


@click.command()
@click.argument("url")
@graph_option
@click.option("--restart", is_flag=True, help="Send also what arrived in an earlier run.")
@click.option("--prune", is_flag=True, help="Remove graphs that an earlier run sent and that are gone here.")
@click.option("--default-graph/--no-default-graph", default=True, show_default=True,
              help="Fill the server's default graph with the union of all.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only count what there is to send; contact nobody.")
@format_option(*TABLE_OR_JSON)
@common
def push(url: str, graph: str | None, format_: str, **options: Any) -> None:
    """Load the graph into a SPARQL server.

    URL is its Graph Store Protocol address; run it again after a break to go on.
    Oxigraph listens at http://HOST:7878/store, Apache Jena Fuseki at http://HOST:3030/DATASET/data.

    \b
    Example:
      kg push http://127.0.0.1:7878/store --dry-run
    """
    from dataclasses import asdict

    from kg.push import push as send

    with Progress() as progress:
        done = send(open_store(graph), url, progress=progress, **options)
    print_counts(asdict(done), format_)
