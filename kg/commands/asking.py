"""What the command line says about language models: the options of `kg build`, and `kg llm`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.commands.common import FINDINGS, Command, common, note, print_json, print_result
from kg.errors import UsageError
from kg.extract import EXTRACTORS, LlmOptions, Options

_PREFIX = "llm_"


def llm_options(command: Command) -> Command:
    """Add the options that say which model to ask; `taken` collects them."""
    for option in (
        click.option("--llm-concurrency", type=click.IntRange(1), metavar="N", help="Requests under way at once."),
        click.option("--llm-price", metavar="READ/WRITTEN", help="Dollars per million tokens, as 2.5/10."),
        click.option("--llm-budget", metavar="AMOUNT", help="Stop before a run takes more: 500k (tokens), $2.50."),
        click.option("--llm-url", metavar="URL", help="Its endpoint; default $KG_LLM_URL, else OpenAI."),
        click.option("--llm-model", metavar="NAME", help="Model to ask, for --extractor llm and rules+llm."),
    ):
        command = option(command)
    return command


def taken(options: dict[str, Any]) -> LlmOptions:
    """Take the options that `llm_options` added out of a command's options."""
    given = {name: options.pop(name) for name in list(options) if name.startswith(_PREFIX)}
    return LlmOptions(**{name.removeprefix(_PREFIX): value for name, value in given.items() if value is not None})


def comparison_options(command: Command) -> Command:
    """Add the options that set extractors side by side; `compared` and `print_comparison` take them."""
    command = llm_options(command)
    command = click.option("--answers-in", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
                           help="Graph folder in which a model's answers are kept.")(command)  # fmt: skip
    return click.option("--extractor", "extractors", multiple=True, type=click.Choice(EXTRACTORS),
                        help="Extract with this one now; several are compared side by side.")(command)  # fmt: skip


def compared(options: dict[str, Any]) -> tuple[str, ...]:
    """Take the extractors to compare out of a command's options; without any, the other options of theirs as well."""
    extractors: tuple[str, ...] = options.pop("extractors")
    if not extractors:
        taken(options)
        options.pop("answers_in")
    elif options.get("graph"):
        raise UsageError("evaluate: --graph measures a graph that exists, --extractor extracts anew; give one of them")
    return extractors


def print_comparison(
    gold: Path, texts: Path, extractors: tuple[str, ...], options: dict[str, Any], format_: str
) -> None:
    """Measure extractors on the same texts and print what each finds, takes and costs."""
    from dataclasses import replace

    from kg.evaluate.compare import compare, side_by_side
    from kg.extract.llm.answers import FILE

    asked, folder = taken(options), options["answers_in"]
    how = Options(model=options.get("model"), llm=replace(asked, answers=folder / FILE) if folder else asked)
    entries = compare(gold, texts, extractors, how, only=options.get("only") or "")
    if format_ == "json":
        print_json([entry.as_dict() for entry in entries])
    else:
        print_result(side_by_side(entries), format_)


@click.group()
@common
def llm() -> None:
    """Ask a language model by files of requests and answers.

    The requests are written to a file, the answers that somebody else brings are taken in.

    \b
    Example:
      kg llm export articles/ --llm-model NAME -o requests.jsonl
      kg llm import responses.jsonl --out graphs/articles
    """


@llm.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; default stdout.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Graph folder whose answers are known.")
@click.option("--extractor", type=click.Choice([name for name in EXTRACTORS if name != "rules"]), default="llm",
              show_default=True)  # fmt: skip
@click.option("--model", metavar="NAME", help="spaCy pipeline, for rules+llm.")
@click.option("--llm-model", metavar="NAME", required=True, help="Model that shall answer.")
@common
def export(paths: tuple[str, ...], output: Path | None, out: Path | None, llm_model: str, **options: Any) -> None:
    """Write the requests of a build as JSON Lines.

    The lines are such as batch services take.

    \b
    Example:
      kg llm export articles/ --llm-model gpt-4.1 -o requests.jsonl
    """
    from dataclasses import replace

    from kg.extract.llm.answers import FILE
    from kg.llm import export_requests

    asked = LlmOptions(model=llm_model)
    done = export_requests(paths, output, llm=replace(asked, answers=out / FILE) if out else asked, **options)
    for problem in done.problems:
        click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
    known = f"; {done.answered} are answered already" if done.answered else ""
    note(f"wrote {done.requests} requests{known}. Next: have them answered, then kg llm import ANSWERS --out FOLDER")
    if done.problems:
        sys.exit(FINDINGS)


@llm.command("import")
@click.argument("answers", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Graph folder to be built.")  # fmt: skip
@common
def import_(answers: Path, out: Path) -> None:
    """Take in the answers of a batch (- reads stdin).

    A build with the same model then asks nobody for them.

    \b
    Example:
      kg llm import responses.jsonl --out graphs/articles
    """
    from kg.llm import import_answers

    done = import_answers(answers, out)
    for problem in done.problems:
        click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
    note(f"took in {done.answers} answers, refused {done.refused} lines. Next: kg build PATH... --out {out} "
         "--extractor llm --llm-model NAME")  # fmt: skip
    if done.refused:
        sys.exit(FINDINGS)
