"""The scripts that measure: each says what it does and how, and measures a small graph without a fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from serve_sample import served_folder

from kg.store import publish

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path.name for path in (ROOT / "benchmarks").glob("*.py"))


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_explains_itself(script: str) -> None:
    done = run(script, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: {script}")


def test_load_is_measured(tmp_path: Path) -> None:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed (Debian wrk)")
    folder, figures = served_folder(tmp_path / "graph", publish), tmp_path / "figures.json"
    # Memory may grow while a server warms up, so the exit status is not asked here.
    run("serve.py", "--graph", str(folder), "--seconds", "1", "--connections", "4", "--json", str(figures))
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert set(found) == {"entity page", "simple query"}
    assert all(one["requests/s"] > 1 and not one["errors"] for one in found.values())


def test_a_graph_that_is_not_there_is_named(tmp_path: Path) -> None:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed (Debian wrk)")
    done = run("serve.py", "--graph", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "none: no such graph" in done.stderr
