"""What README.md and docs/ show: their commands run, and what they print is still what is shown there.

The outputs are compared loosely, by their words, so that a better extraction does not break the page. To renew what
is shown: `.venv/bin/python tests/test_readme.py`. A block that ends in a line `…` keeps its number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^<!-- (\S+) -->\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CUT = "…"
WIDTH = 118


@dataclass(frozen=True)
class Shown:
    """One command and the output that a page shows for it."""

    page: Path
    command: str
    output: str


def shown_in(page: Path) -> list[Shown]:
    found = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(page, command, output))
    return found


SHOWN = list(chain.from_iterable(shown_in(page) for page in PAGES))


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "kg", f"pages show commands of kg only: {command}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "KG_GRAPH": "", "NO_COLOR": "1"}
    line = [sys.executable, "-m", "kg", *words[1:]]
    return subprocess.run(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env=env, encoding="utf-8", check=False
    )


def run_all(folder: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run what the pages show, in order, where a reader stands after `make graph`."""
    (folder / "seeds").symlink_to(ROOT / "seeds")
    for name, text in chain.from_iterable(FILE.findall(page.read_text(encoding="utf-8")) for page in PAGES):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    made = _run("kg build seeds --out graphs/seeds", folder)
    assert made.returncode == 0, made.stdout
    return [_run(each.command, folder) for each in SHOWN]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[subprocess.CompletedProcess[str]]:
    return run_all(tmp_path_factory.mktemp("reader"))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{3,}|\d+", text))


@pytest.mark.parametrize("number", range(len(SHOWN)), ids=[each.command[:50] for each in SHOWN])
def test_commands_print_what_is_shown(number: int, done: list[subprocess.CompletedProcess[str]]) -> None:
    shown, printed = SHOWN[number], done[number]
    assert printed.returncode == 0, printed.stdout
    expected = _words(shown.output)
    kept = expected & _words(printed.stdout)
    first = {word for word in _words(shown.output.splitlines()[0]) if word.isalpha()}
    assert first <= kept, f"{sorted(first - kept)}: renew what is shown: python {Path(__file__).name}"
    assert len(kept) >= 0.6 * len(expected), (
        f"{sorted(expected - kept)}: renew what is shown: python {Path(__file__).name}"
    )


def test_the_tour_shows_the_main_commands() -> None:
    used = {shlex.split(each.command)[1] for each in shown_in(ROOT / "README.md")}
    assert used >= {"build", "show", "query", "draw", "validate", "stats", "export"}


def test_python_examples_run(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert _run(f"kg build {ROOT / 'seeds'} --out graphs/seeds", tmp_path).returncode == 0
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-c", code]
    ran = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^2018-\S+ \w+", ran.stdout, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for target in targets:
        name, _, part = target.partition("#")
        if "://" in target:
            continue
        assert not name or (page.parent / name).exists(), target
        if part:
            text = ((page.parent / name) if name else page).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert part in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}, target


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"))
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_picture_is_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert all(picture.stat().st_size < 250_000 for picture in pictures)


def _folded(output: str) -> list[str]:
    """Return the lines of an output, the long ones folded under their own beginning, as a terminal's user sees them."""
    lines = []
    for line in output.rstrip("\n").splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent) if len(line) > WIDTH + 4 else [line.rstrip()]
    return lines


def _renewed(old: Shown, new: str) -> str:
    lines, kept = _folded(new), old.output.rstrip("\n").splitlines()
    if kept and kept[-1] == CUT and len(lines) > len(kept) - 1:
        lines = [*lines[: len(kept) - 1], CUT]
    return "".join(f"{line}\n" for line in lines)


def renew() -> None:
    """Write what the commands print now into the pages."""
    with tempfile.TemporaryDirectory() as folder:
        results = run_all(Path(folder))
    for old, result in zip(SHOWN, results, strict=True):
        if result.returncode != 0:
            sys.stderr.write(f"not renewed, because it fails: {old.command}\n{result.stdout}\n")
            continue
        text = old.page.read_text(encoding="utf-8")
        before = f"$ {old.command}\n{old.output}"
        assert text.count(before) == 1, f"twice the same: {before}"
        text = text.replace(before, f"$ {old.command}\n{_renewed(old, result.stdout)}")
        old.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
