"""The texts in `seeds/`: complete, dated, unique and short, as a newcomer's first graph needs them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.md"))
REQUIRED = {"id", "title", "date", "publisher", "lang"}
NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-[a-z0-9]+(?:-[a-z0-9]+)*")


def read(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body.strip()


def test_as_many_as_fit_a_first_look() -> None:
    assert 15 <= len(SEEDS) <= 25


def test_ids_are_unique() -> None:
    ids = [read(path)[0]["id"] for path in SEEDS]
    assert len(set(ids)) == len(SEEDS)


def test_titles_and_texts_are_unique() -> None:
    assert len({read(path)[0]["title"] for path in SEEDS}) == len(SEEDS)
    assert len({read(path)[1] for path in SEEDS}) == len(SEEDS)


def test_at_least_five_publishers() -> None:
    assert len({read(path)[0]["publisher"] for path in SEEDS}) >= 5


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_front_matter(path: Path) -> None:
    front, _ = read(path)
    assert set(front) >= REQUIRED
    assert set(front) <= REQUIRED | {"url", "author"}
    assert front["id"] == path.stem
    assert front["lang"] == "en"
    assert all(isinstance(front[key], str) and front[key].strip() for key in REQUIRED - {"date"})
    assert str(front.get("url", "https://")).startswith("https://")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_date_is_iso_and_in_the_file_name(path: Path) -> None:
    front, _ = read(path)
    assert type(front["date"]) is date
    match = NAME.fullmatch(path.stem)
    assert match is not None
    assert match[1] == front["date"].isoformat()


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_body_is_short_prose(path: Path) -> None:
    _, body = read(path)
    assert 90 <= len(body.split()) <= 220
    assert not re.search(r"^\s*(?:[#>*|`-]|\d+\.\s)", body, re.MULTILINE), "headings, lists and tables are not prose"
    assert all(paragraph.rstrip().endswith((".", '."', ".”")) for paragraph in body.split("\n\n"))
