"""How fast extraction is: against the bare parser on the same texts, and on a long text against short ones.

    python benchmarks/extraction.py [--texts FILE] [--rounds N] [--words N]

All sides run in this process, turn by turn, so that what else the machine does hits all alike; the figures are medians.
Targets: at most 1.4 times what `nlp.pipe` takes as it comes; a long text at most 1.3 times as long per word as short
ones.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kg.extract import nlp, rules
from kg.model import Document

ROOT = Path(__file__).resolve().parent.parent
MAX_RATIO, MAX_GROWTH = 1.4, 1.3
LONG, SHORT = 1_000_000, 10_000
"""Lengths of the texts whose times per word are compared, in code points."""


def seed_texts() -> list[str]:
    """Return the bodies of the seeds."""
    files = sorted((ROOT / "seeds").glob("*.md"))
    return [path.read_text(encoding="utf-8").split("---\n", 2)[2].strip() for path in files]


def listed_texts(path: Path) -> list[str]:
    """Return the texts of a JSON list of objects with `description` or `text`."""
    items = json.loads(path.read_text(encoding="utf-8"))
    return [text for item in items if (text := item.get("text") or item.get("description"))]


def shuffled(texts: list[str], words: int) -> list[str]:
    """Return texts of about `words` words in all, made of the paragraphs of `texts` in a random but fixed order."""
    dice, made, count = random.Random(7), [], 0
    paragraphs = [p for text in texts for p in text.split("\n\n") if p.strip()]
    while count < words:
        made.append("\n\n".join(dice.sample(paragraphs, k=min(3, len(paragraphs)))))
        count += len(made[-1].split())
    return made


def documents(texts: Iterable[str]) -> list[Document]:
    return [Document(id=f"text-{n}", text=text, date=date(2020, 6, 10)) for n, text in enumerate(texts)]


def parse(texts: list[str], **settings: Any) -> None:
    """Let the pipeline do what extraction lets it do, and nothing else; `settings` are those of `nlp.pipe`."""
    pipeline = nlp.load()
    needed = {*nlp.NEEDED, "tok2vec", "transformer"}
    disable = [name for name in pipeline.pipe_names if name not in needed]
    for _ in pipeline.pipe(texts, disable=disable, **settings):
        pass


def extract(docs: list[Document]) -> None:
    for _ in rules.extract(docs):
        pass


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(texts: list[str], rounds: int) -> float:
    """Print the median seconds of each side; return extraction's against `nlp.pipe` as it comes, median over rounds.

    In the batches that extraction chose the pipeline is faster; the ratio to that is printed as well.
    """
    docs = documents(texts)
    words = sum(len(text.split()) for text in texts)
    sides: dict[str, Callable[[], None]] = {
        "nlp.pipe": lambda: parse(texts),
        "  our batches": lambda: parse(texts, batch_size=nlp.BATCH),
        "extraction": lambda: extract(docs),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds):
        for name in list(sides) if turn % 2 == 0 else reversed(sides):
            times[name].append(seconds(sides[name]))
    bare, batched, full = times.values()
    print(f"{len(texts)} texts, {words:,} words, {rounds} rounds")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"  {name:14s}{middle:7.2f} s  {words / middle:8,.0f} words/s")
    ratio, strict = (statistics.median(f / b for f, b in zip(full, side, strict=True)) for side in (bare, batched))
    print(f"  ratio         {ratio:7.2f}    (target: at most {MAX_RATIO}); to the same batches {strict:.2f}")
    return ratio


def of_length(texts: list[str], length: int, seed: int) -> str:
    """Return a text of about `length` code points, made of the paragraphs of `texts`."""
    paragraphs = [p for text in texts for p in text.split("\n\n") if p.strip()]
    dice, parts, size = random.Random(seed), [], 0
    while size < length:
        parts.append(dice.choice(paragraphs))
        size += len(parts[-1]) + 2
    return "\n\n".join(parts)[:length]


def growth(texts: list[str], rounds: int) -> float:
    """Print seconds per word of a long text and of short ones of the same size in all, and return their ratio."""
    whole = of_length(texts, LONG, 1)
    pieces = [whole[start : start + SHORT] for start in range(0, LONG, SHORT)]
    long, short = documents([whole]), documents(pieces)
    words = len(whole.split())
    ratios, times = [], []
    for _ in range(rounds):
        pair = seconds(lambda: extract(short)), seconds(lambda: extract(long))
        times.append(pair)
        ratios.append(pair[1] / pair[0])
    ratio = statistics.median(ratios)
    few, many = (statistics.median(side) / words * 1e6 for side in zip(*times, strict=True))
    print(f"one text of {LONG:,} code points against {len(pieces)} of {SHORT:,}: {words:,} words, {rounds} rounds")
    print(f"  short {few:.0f} µs/word, long {many:.0f} µs/word")
    print(f"  ratio       {ratio:7.2f}    (target: at most {MAX_GROWTH})")
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help='JSON list of objects with "description" or "text"')
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=20_000, help="size of the texts made from seeds/")
    parser.add_argument("--no-growth", action="store_true", help="leave out the long text")
    options = parser.parse_args()
    texts = listed_texts(options.texts) if options.texts else shuffled(seed_texts(), options.words)
    extract(documents(texts[:5]))
    good = compare(texts, options.rounds) <= MAX_RATIO
    if not options.no_growth:
        good &= growth(texts, min(options.rounds, 3)) <= MAX_GROWTH
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
