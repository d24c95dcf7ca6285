"""Disks that fill up and folders that may only be read: a clear error, nothing lost, and the same graph afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kg.errors import GraphError
from kg.pipeline import build

ROOT = Path(__file__).parent.parent
TEXTS = {
    "letter": "More than 100 Amazon employees signed an open letter to Jeff Bezos on Thursday. They demand that the "
    "company stop selling Rekognition to the police.",
    "walkout": "Google employees walked out on Thursday to protest against forced arbitration.",
    "contract": "Microsoft won a $10 billion cloud contract from the Pentagon on Friday.",
}

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from kg.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.md").write_text(f"---\ndate: 2018-11-02\n---\n{text}\n", encoding="utf-8")
    return folder


def kg(*words: str | Path, limit: int = 0, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, where no file may grow beyond `limit` bytes (0: no limit)."""
    start = ["-c", LIMITED, str(limit)] if limit else ["-m", "kg"]
    command = [*(before or []), sys.executable, *start, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )


def as_anybody() -> list[str]:
    """Return the words before a command that take from root the right to write what is locked."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and setpriv is not there to take that right away")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search,-fowner"]


def anew(texts: Path, tmp_path: Path) -> bytes:
    build([texts], out=tmp_path / "anew")
    return (tmp_path / "anew" / "graph.ttl").read_bytes()


def mount(folder: Path, options: str) -> None:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("needs the right to mount a file system")


# ---- full disks ----


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=4m")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("room", [0, 64, 300, 700], ids="{} kB left".format)
def test_a_full_disk_is_a_clear_error_and_loses_nothing(room: int, disk: Path, texts: Path, tmp_path: Path) -> None:
    out, filler = disk / "graph", disk / "filler"
    try:
        build([texts], out=out)
    except GraphError as error:
        pytest.skip(f"the disk is too small for a first build: {error}")
    before = (out / "graph.ttl").read_bytes()
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    os.truncate(filler, max(0, filler.stat().st_size - room * 1024))
    (texts / "walkout.md").unlink()
    with pytest.raises(GraphError, match="free space"):
        build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == before
    filler.unlink()
    build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == anew(texts, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of processes")
@pytest.mark.parametrize("limit", [4_000, 20_000])
def test_a_quota_is_a_clear_error_and_loses_nothing(limit: int, texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    before = (out / "graph.ttl").read_bytes()
    (texts / "walkout.md").unlink()
    done = kg("build", texts, "--out", out, limit=limit)
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stderr
    assert "free space" in done.stderr
    assert "Traceback" not in done.stderr
    assert (out / "graph.ttl").read_bytes() == before
    build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == anew(texts, tmp_path)


# ---- read-only folders ----


def test_a_file_in_the_place_of_the_folder_is_a_clear_error(texts: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(GraphError, match="file"):
        build([texts], out=tmp_path / "file" / "graph")


def test_a_folder_that_may_only_be_read_is_a_clear_error_and_can_be_asked(texts: Path, tmp_path: Path) -> None:
    out, anybody = tmp_path / "graph", as_anybody()
    build([texts], out=out)
    before = (out / "graph.ttl").read_bytes()
    (texts / "walkout.md").unlink()
    for path in (out, *out.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = kg("build", texts, "--out", out, before=anybody)
        assert done.returncode == 3, done.stderr
        assert str(out) in done.stderr
        assert "permissions" in done.stderr
        assert "Traceback" not in done.stderr
        asked = kg("query", "-g", out, "--format", "csv", "SELECT ?d { ?d a cag:Document }", before=anybody)
        assert asked.stdout.count("doc/") == len(TEXTS), asked.stderr
        assert kg("identity", "list", "-g", out, before=anybody).returncode == 0
        merged = kg("identity", "merge", "Google", "Microsoft", "-g", out, before=anybody)
        assert merged.returncode in (2, 3)
        assert "cannot be written" in merged.stderr
    finally:
        for path in (out, *out.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert (out / "graph.ttl").read_bytes() == before
    build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == anew(texts, tmp_path)


def test_a_read_only_file_system_is_a_clear_error_and_can_be_asked(disk: Path, texts: Path) -> None:
    out = disk / "graph"
    build([texts], out=out)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    (texts / "walkout.md").unlink()
    with pytest.raises(GraphError, match="cannot be written"):
        build([texts], out=out)
    asked = kg("query", "-g", out, "--format", "csv", "SELECT ?d { ?d a cag:Document }")
    assert asked.stdout.count("doc/") == len(TEXTS), asked.stderr
