"""What `kg build` does with bad input and when it is killed: real processes and files, a line for each fault."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from pypdf import PdfWriter

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.md"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "KG_GRAPH": "", "NO_COLOR": "1"}


def kg(
    *arguments: str | Path, input_: bytes | None = None, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "kg", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, input=input_, env=ENVIRONMENT, check=False)
    output, errors = (stream.decode("utf-8") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in errors
    return subprocess.CompletedProcess(command, done.returncode, output, errors)


def empty_pdf(path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(path)


BAD: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "empty.txt": (lambda p: p.touch(), "is empty", "remove it"),
    "blank.md": (lambda p: p.write_text(" \n\n"), "is empty", "remove it"),
    "front.md": (lambda p: p.write_text("---\ntitle: T\n---\n\n"), "has no text", "remove it"),
    "binary.txt": (lambda p: p.write_bytes(bytes(range(256)) * 20), "binary file", "convert it"),
    "encoding.txt": (lambda p: p.write_bytes(b"\xff\xfeodd"), "is not valid UTF-16-LE", "save it as UTF-8"),
    "encoding.jsonl": (lambda p: p.write_bytes(b'{"text": "\xe9"}'), "is not valid UTF-8", "save the file as UTF-8"),
    "scan.pdf": (empty_pdf, "PDF without text", "make its text readable"),
    "damaged.pdf": (lambda p: p.write_bytes(b"%PDF-1.4 cut"), "damaged PDF", "download or export it again"),
    "damaged.docx": (lambda p: p.write_bytes(b"PK\x03\x04cut"), "damaged Word file", "save it again"),
    "disguised.txt": (
        lambda p: p.write_bytes(b"%PDF-1.4 ..."),
        "is a PDF file, not a text",
        "rename it to end in .pdf",
    ),
    "huge.txt": (
        lambda p: p.write_text("Workers signed a letter to Amazon. " * 600_000),
        "is one text of 21,000,000 characters",
        "split it into one article per file, or one per line of JSON Lines",
    ),
    "dangling.txt": (lambda p: p.symlink_to("nowhere"), "is a link that leads nowhere", "delete the link"),
    "old.doc": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0"), ".doc files are not supported", "save it as .docx"),
}
"""File -> how it is made, the fault that is named, and the remedy."""


@pytest.fixture(scope="module")
def among_bad_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The graph of a folder with one good text among all the bad files, and what the build said."""
    base = tmp_path_factory.mktemp("bad")
    (base / "texts").mkdir()
    shutil.copy(SEEDS[0], base / "texts")
    for name, (make, _, _) in BAD.items():
        make(base / "texts" / name)
    return base / "graph", kg("build", base / "texts", "--out", base / "graph")


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_gets_one_line_with_fault_and_remedy(
    name: str, among_bad_files: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    _, fault, remedy = BAD[name]
    lines = [line for line in among_bad_files[1].stderr.splitlines() if f"{os.sep}{name}" in line]
    assert len(lines) == 1
    assert fault in lines[0]
    assert remedy in lines[0]


def test_the_other_texts_are_read_and_the_status_is_1(
    among_bad_files: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    graph, done = among_bad_files
    assert done.returncode == 1
    assert done.stderr.count("problem: ") == len(BAD)
    found = kg("query", "-g", graph, "--format", "csv", "SELECT ?id { ?d a cag:Document ; schema:identifier ?id }")
    assert found.stdout.split() == ["id", SEEDS[0].stem]


def _as_anybody() -> list[str]:
    """Return the words before a command that take from root the right to read what is locked."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may read every file, and setpriv is not there to take that right away")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


def test_a_file_without_read_permission_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    shutil.copy(SEEDS[0], tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text("Workers signed a letter.")
    secret.chmod(0)
    done = kg("build", tmp_path, "--out", tmp_path / "graph", before=_as_anybody())
    assert done.returncode == 1
    assert f"{secret}: cannot be read (permission denied); check the file and its permissions" in done.stderr
    assert (tmp_path / "graph" / "graph.ttl").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.txt"], "nowhere.txt: does not exist; check the spelling"),
        ([SEEDS[0], "--model", "xx_not_there"], "model 'xx_not_there' is not installed (installed: en_"),
        ([SEEDS[0], "--extractor", "magic"], "'magic'"),
        ([SEEDS[0], "--workers", "0"], "--workers"),
        ([], "Missing argument 'PATH...'"),
    ],
    ids=["path", "model", "extractor", "workers", "nothing"],
)
def test_wrong_use_is_status_2_and_makes_no_graph(arguments: list[str | Path], words: str, tmp_path: Path) -> None:
    done = kg("build", *arguments, "--out", tmp_path / "graph")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "graph" / "graph.ttl").exists()


def test_encodings_are_detected(tmp_path: Path) -> None:
    text = "On Monday, more than 300 employees of Café Amazon in Montréal signed a letter about their pay – and waited."
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        (tmp_path / f"{encoding}.txt").write_bytes(f"{text} ({encoding})".encode(encoding))
    done = kg("build", tmp_path, "--out", tmp_path / "graph")
    assert (done.returncode, "problem" in done.stderr) == (0, False)
    with closing(sqlite3.connect(tmp_path / "graph" / "cache.sqlite")) as cache:
        texts = dict(cache.execute("SELECT id, text FROM document"))
    assert texts == {name: f"{text} ({name})" for name in ("utf-8-sig", "utf-16", "cp1252")}


def test_where_nothing_can_be_read_the_last_graph_stays(tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    assert kg("build", SEEDS[0], "--out", graph).returncode == 0
    before = (graph / "graph.ttl").read_bytes()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    done = kg("build", tmp_path / "empty.txt", tmp_path / "folder", "--out", graph)
    assert done.returncode == 1
    assert "empty.txt: is empty" in done.stderr
    assert "folder: holds no file that can be read; use .txt" in done.stderr
    assert "No text could be read" in done.stderr
    assert (graph / "graph.ttl").read_bytes() == before
    assert kg("query", "-g", graph, "-q", "ASK { ?d a cag:Document }").returncode == 0


def test_a_text_from_standard_input(tmp_path: Path) -> None:
    done = kg("build", "-", "--out", tmp_path / "graph", input_=SEEDS[0].read_bytes())
    assert done.returncode == 0
    assert kg("build", "-", "--out", tmp_path / "graph", input_=b"").returncode == 1


def _has_begun(graph: Path) -> bool:
    """Tell whether a build of the graph has analysed some texts more than the one that is there."""
    with closing(sqlite3.connect(f"file:{graph / 'cache.sqlite'}?mode=ro", uri=True)) as cache:
        return int(cache.execute("SELECT count(*) FROM extraction").fetchone()[0]) > 5


def _publishes(graph: Path) -> bool:
    return any(graph.glob(".new-*"))


@pytest.mark.slow
@pytest.mark.parametrize("moment", [_has_begun, _publishes], ids=["while texts are read", "while the graph is written"])
def test_a_killed_build_loses_nothing_of_the_last_graph(moment: Callable[[Path], bool], tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    assert kg("build", SEEDS[0], "--out", graph).returncode == 0
    before = (graph / "graph.ttl").read_bytes()
    command = [sys.executable, "-m", "kg", "build", str(ROOT / "seeds"), "--out", str(graph)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
        end = time.monotonic() + 120
        while not moment(graph):
            assert build.poll() is None and time.monotonic() < end, "the build ended before it could be killed"
            time.sleep(0.001)
        build.kill()
    counted = kg("query", "-g", graph, "--format", "csv", "SELECT (COUNT(?d) AS ?n) { ?d a cag:Document }")
    assert counted.stdout.split() in (["n", "1"], ["n", str(len(SEEDS))])
    if counted.stdout.split() == ["n", "1"]:
        assert (graph / "graph.ttl").read_bytes() == before
    assert kg("build", ROOT / "seeds", "--out", graph).returncode == 0
    assert kg("build", ROOT / "seeds", "--out", tmp_path / "whole").returncode == 0
    assert (graph / "graph.ttl").read_bytes() == (tmp_path / "whole" / "graph.ttl").read_bytes()
    assert not any(graph.glob(".new-*"))
