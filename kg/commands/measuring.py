"""`kg explain` and `kg evaluate`: how a text is read, and how well."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kg.commands.asking import compared, comparison_options, print_comparison
from kg.commands.common import common, format_option, frames_option, note, print_json, print_result
from kg.errors import UsageError


@click.command()
@click.argument("path", metavar="TEXTFILE|-")
@frames_option
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Date of a text that states none."
)
@click.option("--model", metavar="NAME", help="spaCy pipeline to analyse English with.")
@format_option("text", "json")
@common
def explain(path: str, frames: Path | None, day: datetime | None, model: str | None, format_: str) -> None:
    """Tell how a text is read, and what was dropped why.

    Which frame fires on which words, and who may fill which role.

    \b
    Example:
      kg explain article.md
    """
    from dataclasses import replace

    from kg.documents import read
    from kg.errors import DocumentError
    from kg.explain import explain as explained
    from kg.explain import text

    found = []
    for item in read([path], stdin=sys.stdin.buffer if path == "-" else None):
        if isinstance(item, DocumentError):
            raise UsageError(str(item))
        document = replace(item, date=day.date()) if day and item.date is None else item
        found.append(explained(document, model=model, frames=frames))
    if format_ == "json":
        print_json([explanation.as_dict() for explanation in found])
    else:
        click.echo("\n".join(map(text, found)), nl=False)


@click.command()
@click.option("--gold", type=click.Path(path_type=Path), required=True, help="Annotations, one JSON object a line.")
@click.option("--texts", type=click.Path(path_type=Path), required=True, help="The texts: a JSON list, or a folder.")
@click.option("-g", "--graph", metavar="GRAPH", help="Graph to measure; without it the texts are extracted now.")
@comparison_options
@click.option("--only", default="", metavar="PREFIX", help="Only the documents whose id begins so.")
@click.option("--errors", type=click.IntRange(0), default=0, metavar="N", help="Print the first N differences, too.")
@click.option("--calibration", is_flag=True, help="Print how precise the facts of each confidence are, instead.")
@click.option(
    "--fit",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Learn confidences and weights from the annotations, and write them into DIR.",
)
@frames_option
@click.option("--model", metavar="NAME", help="spaCy pipeline to analyse English with.")
@format_option("table", "json", "markdown")
@common
def evaluate(
    gold: Path, texts: Path, errors: int, calibration: bool, fit: Path | None, format_: str, **options: Any
) -> None:
    """Measure extraction against annotations of your own.

    The measures are precision, recall and F1.

    \b
    Example:
      kg evaluate --gold gold.jsonl --texts texts.json
      kg evaluate --gold gold.jsonl --texts texts.json --extractor rules --extractor llm --llm-model NAME
    """
    if fit is not None:
        _fit(gold, texts, fit, options, format_)
        return
    if extractors := compared(options):
        print_comparison(gold, texts, extractors, options, format_)
        return
    from kg.evaluate import evaluate as measured
    from kg.evaluate import tables

    report = measured(gold, texts, **options)
    if format_ == "json":
        print_json(report.as_dict(most=errors))
        return
    if errors:
        print_result(tables.misses(report, errors), format_)
    print_result(tables.calibration(report) if calibration else tables.figures(report), format_)
    note(f"{report.documents} documents, {report.answered} of them with statements")


def _fit(gold: Path, texts: Path, folder: Path, options: dict[str, Any], format_: str) -> None:
    """Learn from the annotations, write what was learnt, and print how it did on documents left out."""
    from kg.evaluate import tables
    from kg.evaluate.fitting import learn

    learnt = learn(gold, texts, model=options["model"], frames=options["frames"])
    learnt.write(folder)
    print_result(tables.learnt(learnt.held), format_)
    note(f"wrote confidence.yaml and scorer.yaml into {folder}")
