"""`kg diff`, and what `kg validate --conflicts` prints."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kg.commands.common import FINDINGS, common, format_option, print_json

if TYPE_CHECKING:
    from kg.store import Store


@click.command()
@click.argument("old")
@click.argument("new")
@format_option("text", "json")
@common
def diff(old: str, new: str, format_: str) -> None:
    """Tell what changed from the graph OLD to the graph NEW.

    Both are graph folders or RDF files. The exit status is 1 if anything changed.

    \b
    Example:
      kg diff graphs/seeds.ttl graphs/seeds
    """
    from kg.diff import diff as compare
    from kg.store import open_graph

    found = compare(open_graph(old), open_graph(new))
    if format_ == "json":
        print_json(found.as_dict())
    else:
        click.echo(found.text())
    if found.changes or found.documents_added or found.documents_removed:
        sys.exit(FINDINGS)


def print_conflicts(store: Store, format_: str) -> None:
    """Print the statements of a graph that contradict each other; exit status 1 if there are any."""
    from dataclasses import asdict

    from kg.conflicts import conflicts

    found = conflicts(store)
    if format_ == "json":
        print_json([asdict(conflict) for conflict in found])
    else:
        click.echo("\n\n".join(conflict.text() for conflict in found) or "no conflicts found")
    if found:
        sys.exit(FINDINGS)
