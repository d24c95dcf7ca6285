"""The half of `make test-llm` that runs in the project's environment: builds with the served model and measures."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kg.evaluate.compare import compare, side_by_side
from kg.extract import Options
from kg.extract.llm.answer import AnswerError, parse
from kg.extract.llm.options import LlmOptions
from kg.formats import write
from kg.pipeline import build

LENGTH = 1500
"""Tokens of an answer: a small model that runs on stops here."""
EXTRACTORS = ("llm", "rules+llm")


def main() -> int:
    """Compare the extractors, build with those that ask the model; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--gold")
    parser.add_argument("--texts")
    parser.add_argument("--limit", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), given)


def _run(folder: Path, given: argparse.Namespace) -> int:
    entries = _entries(given)
    gold, texts = _measured(folder, entries, given)
    options = LlmOptions(
        model="gemma-3-270m", url=given.url, length=LENGTH, concurrency=1, answers=folder / "answers.sqlite",
        timeout=3600, price="0/0",
    )  # fmt: skip
    started = time.perf_counter()
    told = compare(gold, texts, ["rules", *EXTRACTORS], Options(llm=options))
    print(write(side_by_side(told), "markdown"))
    print(f"{len(entries)} texts in {time.perf_counter() - started:.0f} s")
    well_formed, whole = _check_answers(options)
    print(f"{whole} answers came to their end, {well_formed} of them fit the schema")
    _write(folder / "texts", entries)
    held = [_build(extractor, folder, options) for extractor in EXTRACTORS]
    return 0 if all(held) and well_formed == whole > 0 else 1


def _build(extractor: str, folder: Path, options: LlmOptions) -> bool:
    """Build twice from the answers that are known; return whether this asked nothing and gave one graph with proofs.

    A text whose answer never came to an end is a problem that is told, and leaves no graph where it is the only one.
    """
    out = folder / extractor
    graphs, asked = set(), False
    for _ in range(2):
        done = build([folder / "texts"], out=out, extractor=extractor, llm=options, rebuild=True)
        if not (out / "graph.ttl").exists():
            print(f"\n== {extractor}: no text could be read", *map(str, done.problems), sep="\n")
            return bool(done.problems)
        graphs.add((out / "graph.ttl").read_bytes())
        asked = asked or not any(": 0 requests" in note for note in done.notes)
    print(f"\n== {extractor}", *done.notes, *map(str, done.problems), sep="\n")
    wrong = _misquoted(folder / "texts", out)
    print(f"two builds: {'asked again' if asked else 'asked nothing'}, {len(graphs)} different graphs; "
          f"{done.counts.get('assertions', 0)} assertions, {wrong} whose quotation is not in the text")  # fmt: skip
    return not asked and len(graphs) == 1 and wrong == 0


def _misquoted(texts: Path, out: Path) -> int:
    """Return how many quotations of a graph stand in none of the texts."""
    from kg.store import open_graph

    whole = "\n".join(path.read_text(encoding="utf-8") for path in texts.iterdir())
    quads = open_graph(out).quads()
    quotes = {q.object.value for q in quads if q.predicate.value == "http://www.w3.org/ns/oa#exact"}
    return sum(quote not in whole for quote in quotes)


def _entries(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the texts to read, short ones of those given; else that of the tests."""
    from reports import WALKOUT

    if not given.texts:
        return [{"id": WALKOUT.id, "published": "2022-03-04", "text": WALKOUT.text}]
    entries = sorted(json.loads(Path(given.texts).read_text(encoding="utf-8")), key=lambda e: len(e["text"]))
    return entries[len(entries) // 4 :][: given.limit]


def _measured(folder: Path, entries: list[dict[str, Any]], given: argparse.Namespace) -> tuple[Path, Path]:
    """Write the texts and their annotations as the scorer takes them."""
    from reports import ANNOTATION

    ids, gold, texts = {e["id"] for e in entries}, folder / "gold.jsonl", folder / "texts.json"
    lines = Path(given.gold).read_text(encoding="utf-8").splitlines() if given.gold else [json.dumps(ANNOTATION)]
    gold.write_text("".join(f"{line}\n" for line in lines if json.loads(line)["id"] in ids), encoding="utf-8")
    texts.write_text(json.dumps(entries), encoding="utf-8")
    return gold, texts


def _write(folder: Path, entries: list[dict[str, Any]]) -> None:
    folder.mkdir()
    for entry in entries:
        date = f"date: {entry['published']}\n" if entry.get("published") else ""
        text = f"---\nid: {entry['id']}\n{date}---\n{entry['text']}\n"
        (folder / f"{entry['id']}.md").write_text(text, encoding="utf-8")


def _check_answers(options: LlmOptions) -> tuple[int, int]:
    """Return how many answers fit the schema, of those that came to their end."""
    import sqlite3

    replies = [json.loads(r) for (r,) in sqlite3.connect(options.answers or "").execute("SELECT reply FROM answer")]
    whole = [reply for reply in replies if reply["finish"] == "stop"]
    well_formed = 0
    for reply in whole:
        try:
            parse(reply["content"])
            well_formed += 1
        except AnswerError as error:
            print(f"does not fit: {error}")
    return well_formed, len(whole)


if __name__ == "__main__":
    sys.exit(main())
