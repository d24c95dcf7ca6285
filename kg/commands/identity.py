"""`kg identity`: what was taken for one thing and why, and people's decisions that say otherwise."""

from __future__ import annotations

import getpass
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.common import Command, common, format_option, graph_option, note, open_store, print_json, print_result
from kg.commands.common import table as make_table
from kg.errors import UsageError
from kg.model import Judgement

if TYPE_CHECKING:
    from kg.identities import Decided


@click.group()
@common
def identity() -> None:
    """List and change what counts as one thing, and judge facts.

    Decisions are kept in a text file, replayed at every build, and win over the program's own.

    \b
    Example:
      kg identity list --verdict possible
      kg identity explain "Letter to Jeff Bezos"
    """


def deciding(command: Command) -> Command:
    """Add the options of commands that decide."""
    for option in (
        click.option("--no-build", is_flag=True, help="Only write the decision; the next kg build applies it."),
        click.option("--by", metavar="NAME", help="Who decides; default: the user's name."),
        click.option("--note", "remark", default="", metavar="TEXT", help="Why."),
        click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="File of decisions."),
        graph_option,
    ):
        command = option(command)
    return common(command)


KINDS = ("event", "contract", "person", "org", "place", "technology", "group")


@identity.command("list")
@click.argument("name", required=False)
@click.option("--verdict", type=click.Choice(("same", "possible", "different")), help="Only these.")
@click.option("--kind", type=click.Choice(KINDS), help="Only decisions about these.")
@click.option("--all", "everything", is_flag=True, help="Also the names that are merely equal, and no limit.")
@click.option("--limit", type=click.IntRange(0), default=40, show_default=True, help="Rows to print; 0: all.")
@click.option("--human", is_flag=True, help="Only decisions that people made, with the ids that undo takes.")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="File of decisions.")
@graph_option
@format_option("table", "json")
@common
def list_(  # noqa: PLR0913, PLR0917 - the options of a command
    name: str | None,
    graph: str | None,
    verdict: str | None,
    kind: str | None,
    everything: bool,
    limit: int,
    human: bool,
    decisions: Path | None,
    format_: str,
) -> None:
    """List decisions, those that deserve a look first.

    With NAME only those about things with NAME in their names.

    What may be one comes first, then what people decided, then events that were taken for one, the least certain at
    the top. JSON has all of them, with all reasons and mentions.

    \b
    Example:
      kg identity list --verdict possible --kind event
    """
    from kg.identities import decided

    if human:
        _list_human(_file(graph, decisions), format_)
        return
    found = [d for d in decided(open_store(graph)) if verdict in (None, d.verdict) and kind in (None, d.kind)]
    found = [d for d in found if name is None or name.casefold() in f"{d.name}\n{d.other_name}".casefold()]
    if format_ == "json":
        print_json([asdict(d) for d in found])
        return
    notable = found if everything or name else [d for d in found if not d.plain]
    rows = _rows(notable)
    shown = rows if everything or not limit else rows[:limit]
    print_result(make_table(("verdict", "score", "kind", "what", "why"), shown), "table")
    _note_rest(found, notable, len(rows) - len(shown))


def _rows(found: list[Decided]) -> list[tuple[str, str, str, str, str]]:
    """Return what to print; pairs that read the same become one row."""
    pairs: dict[tuple[str, str, str], list[Decided]] = {}
    for d in found:
        pairs.setdefault((d.verdict, d.kind, _both(d)), []).append(d)
    return [
        (verdict, f"{same[0].score:.2f}", kind, f"{what} ({len(same)} pairs)" if same[1:] else what,
         _why(same[0].reasons))
        for (verdict, kind, what), same in pairs.items()
    ]  # fmt: skip


def _note_rest(found: list[Decided], notable: list[Decided], hidden: int) -> None:
    """Say on stderr what the list leaves out."""
    counts = Counter(f"{d.verdict} {d.kind}" for d in found)
    note(f"{len(found)} decisions: {', '.join(f'{n} {what}' for what, n in counts.most_common()) or 'none'}")
    if hidden:
        note(f"{hidden} more rows; --limit 0 lists them, --kind, --verdict and NAME narrow the list")
    if len(notable) < len(found):
        note(f"{len(found) - len(notable)} of equal names in several texts are left out; --all lists them")


def _both(d: Decided) -> str:
    return f"{d.name} / {d.other_name}" if d.other else f"{d.name} ({len(d.left) + len(d.right)} mentions)"


def _why(reasons: tuple[str, ...]) -> str:
    """Return two reasons for and all against; `explain` gives the rest."""
    pro = [reason for reason in reasons if not reason.startswith("but ")]
    more = [f"{len(pro) - 2} more"] if len(pro) > 2 else []
    return "; ".join([*pro[:2], *more, *(reason for reason in reasons if reason.startswith("but "))])


def _list_human(path: Path, format_: str) -> None:
    from kg.decisions import read

    found = read(path)
    if format_ == "json":
        print_json([asdict(judgement) for judgement in found])
        return
    rows = [(j.id, j.action, _what(j), j.by, j.at, j.note) for j in found]
    print_result(make_table(("id", "action", "what", "by", "at", "note"), rows), "table")


def _what(judgement: Judgement) -> str:
    if judgement.fact is not None:
        fact = judgement.fact
        told = f"{fact.subject} {fact.predicate} {fact.object}"
        return f"{told} → {judgement.value}" if judgement.value is not None else told
    sides = ({a.name or a.node for a in side} for side in (judgement.left, judgement.right))
    return " / ".join(", ".join(sorted(side)) for side in sides)


@identity.command()
@click.argument("name")
@click.option("--limit", type=click.IntRange(0), default=12, show_default=True, help="Passages of each thing; 0: all.")
@graph_option
@format_option("text", "json")
@common
def explain(name: str, graph: str | None, limit: int, format_: str) -> None:
    """Explain why mentions are one thing, or two.

    NAME is a name or an id.

    \b
    Example:
      kg identity explain "Amazon"
    """
    from kg.identities import decided, find, mentions

    store = open_store(graph)
    nodes = find(store, name)
    found = [d for d in decided(store) if {d.node, d.other} & set(nodes)]
    if format_ == "json":
        print_json({"nodes": {node: [asdict(m) for m in mentions(store, node)] for node in nodes},
                    "decisions": [asdict(d) for d in found]})  # fmt: skip
        return
    for node in nodes:
        told = mentions(store, node)
        click.echo(f"{node}: {len(told)} passages in {len({m.document for m in told})} texts")
        shown = told[:limit] if limit else told
        for mention in shown:
            click.echo(f"  {mention.name}  [{mention.document}]  “{' '.join(mention.quote.split())[:160]}”")
        if len(shown) < len(told):
            click.echo(f"  … and {len(told) - len(shown)} more; --limit 0 shows them")
    for d in found:
        both = d.name if d.verdict == "same" and not d.other else f"{d.name} / {d.other_name}"
        click.echo(f"{d.verdict} ({d.score:.2f}, {d.by}, {d.at}): {both}")
        for reason in d.reasons:
            click.echo(f"  - {reason}")


@identity.command()
@click.argument("left")
@click.argument("right")
@deciding
def merge(left: str, right: str, **options: Any) -> None:
    """Decide that LEFT and RIGHT (names or ids) are one thing.

    \b
    Example:
      kg identity merge "J. Smith" "Jane Smith" --note "same byline"
    """
    from kg.identities import anchors, one

    store = open_store(options["graph"])
    sides = [anchors(store, one(store, name)) for name in (left, right)]
    _decide(Judgement("", "merge", sides[0], sides[1]), options)


@identity.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME [OTHER]")
@click.option("--document", "-d", "documents", multiple=True, metavar="ID", help="Split off what these texts say.")
@deciding
def split(names: tuple[str, ...], documents: tuple[str, ...], **options: Any) -> None:
    """Decide that two things are not one.

    Or that some texts mean another thing by NAME.

    \b
    Example:
      kg identity split "Jane Smith" --document report-7
      kg identity split "Strike at Foodly" "Walkout at Foodly"
    """
    from kg.identities import anchors, one

    store = open_store(options["graph"])
    sides = [anchors(store, one(store, name)) for name in names]
    if len(sides) == 1 and documents:
        off = tuple(a for a in sides[0] if a.document in documents)
        sides = [off, tuple(a for a in sides[0] if a.document not in documents)]
    if len(sides) != 2 or not all(sides):
        raise UsageError(
            "split: give two names, or one name and --document with some (not all) of the texts that mention it; "
            "kg identity explain NAME lists them"
        )
    _decide(Judgement("", "split", sides[0], sides[1]), options)


@identity.command()
@click.argument("decision")
@deciding
def undo(decision: str, **options: Any) -> None:
    """Take back a decision.

    DECISION is an id that `kg identity list --human` shows.

    \b
    Example:
      kg identity undo merge-1a2b3c4d
    """
    from kg.decisions import undo as take_back

    path = _file(options["graph"], options["decisions"])
    take_back(path, decision, by=options["by"] or getpass.getuser(), at=_now())
    note(f"{decision} undone in {path}")
    _apply(options)


def _judging(action: str, assertion: str, options: dict[str, Any], value: str | None = None) -> None:
    from kg.identities import reference

    fact = reference(open_store(options["graph"]), assertion)
    _decide(Judgement("", action, fact=fact, value=value), options)


@identity.command()
@click.argument("assertion")
@deciding
def accept(assertion: str, **options: Any) -> None:
    """Record that a fact is right.

    ASSERTION is its id, as `kg show NAME --format json` gives it.

    \b
    Example:
      kg identity accept assertion/0051f4c859ba0914458d
    """
    _judging("accept", assertion, options)


@identity.command()
@click.argument("assertion")
@deciding
def reject(assertion: str, **options: Any) -> None:
    """Decide that a fact is wrong.

    It vanishes from the graph; with a thing's class, all about the thing does.

    \b
    Example:
      kg identity reject assertion/0051f4c859ba0914458d --note "the text says the opposite"
    """
    _judging("reject", assertion, options)


@identity.command()
@click.argument("assertion")
@click.argument("value")
@deciding
def correct(assertion: str, value: str, **options: Any) -> None:
    """Replace the object of a fact by VALUE.

    VALUE is a number, date, sum, text, or name of a thing in the same text.

    \b
    Example:
      kg identity correct assertion/0051f4c859ba0914458d 2018-06-21
    """
    _judging("correct", assertion, options, value)


def _decide(judgement: Judgement, options: dict[str, Any]) -> None:
    from dataclasses import replace

    from kg.decisions import add

    path = _file(options["graph"], options["decisions"])
    made = replace(judgement, by=options["by"] or getpass.getuser(), at=_now(), note=options["remark"])
    note(f"{add(path, made).id} written to {path}")
    _apply(options)


def _apply(options: dict[str, Any]) -> None:
    from kg.pipeline import refresh

    if options["no_build"]:
        return
    result = refresh(_folder(options["graph"]), decisions=options["decisions"])
    for decision in result.unused:
        click.echo(f"{click.style('decision:', fg='yellow')} {decision} applies to nothing in these texts", err=True)
    note(f"changes: {result.changes.summary() if result.changes else 'nothing changed'}")


def _file(graph: str | None, given: Path | None) -> Path:
    from kg.pipeline import decisions_path

    return given or decisions_path(_folder(graph))


def _folder(graph: str | None) -> Path:
    from kg.store import find_graph, is_graph_folder

    folder = Path(find_graph(graph))
    if not is_graph_folder(folder):
        raise UsageError(f"{folder}: not a graph folder; decisions belong to a folder that kg build made")
    return folder


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
