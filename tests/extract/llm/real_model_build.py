"""The half of `make test-llm` that runs in the project's environment: builds with the served model and measures."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from kg.extract.llm.answer import AnswerError, parse
from kg.extract.llm.options import LlmOptions
from kg.pipeline import build

LENGTH = 500
"""Tokens of an answer: a small model that runs on stops here."""


def main() -> int:
    """Build twice, report; exit status 1 where something that must hold does not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--gold")
    parser.add_argument("--texts")
    parser.add_argument("--limit", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), given)


def _run(folder: Path, given: argparse.Namespace) -> int:
    ids = _write(folder / "texts", given)
    results = [_build(extractor, folder, ids, given) for extractor in ("llm", "rules+llm")]
    return 0 if all(results) else 1


def _build(extractor: str, folder: Path, ids: list[str], given: argparse.Namespace) -> bool:
    """Build with an extractor, print what happened; return whether all that must hold does."""
    print(f"\n== {extractor}")
    out = folder / extractor
    options = LlmOptions(
        model="gemma-3-270m", url=given.url, length=LENGTH, concurrency=1, answers=out / "answers.sqlite", timeout=900
    )
    started = time.perf_counter()
    first = build([folder / "texts"], out=out, extractor=extractor, llm=options)
    seconds = time.perf_counter() - started
    for line in (*first.notes, *map(str, first.problems)):
        print(line)
    well_formed, whole = _check_answers(options)
    print(f"{whole} answers came to their end, {well_formed} of them fit the schema; {seconds / len(ids):.1f} s a text")
    if not first.counts.get("documents"):
        print("no answer came to its end")
        return False
    graph = (out / "graph.ttl").read_bytes()
    again = build([folder / "texts"], out=out, extractor=extractor, llm=options, rebuild=True)
    asked = not any(": 0 requests" in note for note in again.notes)
    same = (out / "graph.ttl").read_bytes() == graph
    print(f"second build: {'asked again' if asked else 'asked nothing'}, {'the same' if same else 'another'} graph")
    if given.gold:
        _score(folder, out, given, ids)
    return well_formed == whole > 0 and same and not asked


def _write(texts: Path, given: argparse.Namespace) -> list[str]:
    """Write the texts to read as files, the shortest of those given; else those of the tests."""
    from reports import WALKOUT

    texts.mkdir()
    entries: list[dict[str, Any]] = [{"id": WALKOUT.id, "published": "2022-03-04", "text": WALKOUT.text}]
    if given.texts:
        entries = sorted(json.loads(Path(given.texts).read_text(encoding="utf-8")), key=lambda e: len(e["text"]))
        entries = entries[len(entries) // 4 :][: given.limit]
    for entry in entries:
        head = f"---\nid: {entry['id']}\ndate: {entry.get('published') or date.today()}\n---\n"
        (texts / f"{entry['id']}.md").write_text(head + entry["text"] + "\n", encoding="utf-8")
    return [entry["id"] for entry in entries]


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


def _score(folder: Path, out: Path, given: argparse.Namespace, ids: list[str]) -> None:
    """Print the figures of the texts that were read, with the project's own scorer."""
    gold = [line for line in Path(given.gold).read_text(encoding="utf-8").splitlines() if json.loads(line)["id"] in ids]
    (folder / "gold.jsonl").write_text("\n".join(gold) + "\n", encoding="utf-8")
    command = [
        "-m",
        "kg",
        "evaluate",
        "--gold",
        str(folder / "gold.jsonl"),
        "--texts",
        given.texts,
        "--graph",
        str(out),
    ]
    subprocess.run([sys.executable, *command], check=False)


if __name__ == "__main__":
    sys.exit(main())
