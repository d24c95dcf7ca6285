"""Frames of one's own: a build reads with them, remembers them, and reads again when they change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

FRAME = """
class: Protest
actor: participant
frames:
  - id: protest.{name}
    form: {form}
    nouns: [noise parade]
    support: {{participant: [hold]}}
"""
TEXT = "---\ndate: 2020-06-08\n---\nSome 80 residents held a noise parade around the depot on Saturday.\n"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def forms(graph: Path) -> list[str]:
    asked = run("query", "-g", graph, "--format", "json", "SELECT ?f { ?e a cag:Protest ; cag:form ?f }")
    return [row["f"]["value"].rpartition("/")[2] for row in json.loads(asked.output)["results"]["bindings"]]


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "my-frames"
    folder.mkdir()
    (folder / "parade.yaml").write_text(FRAME.format(name="noise-parade", form="demonstration"))
    (tmp_path / "parade.md").write_text(TEXT)
    return folder


def test_a_build_reads_with_more_frames_and_again_when_they_change(frames: Path, tmp_path: Path) -> None:
    text, graph = tmp_path / "parade.md", tmp_path / "graph"
    assert run("build", text, "--out", graph).exit_code == 0
    assert forms(graph) == []
    assert run("build", text, "--out", graph, "--frames", frames).exit_code == 0
    assert [form.rpartition("#")[2] for form in forms(graph)] == ["demonstration"]
    (frames / "parade.yaml").write_text(FRAME.format(name="noise-parade", form="vigil"))
    fresh = run_in_new_process("build", text, "--out", graph, "--frames", frames)
    assert fresh == 0
    assert [form.rpartition("#")[2] for form in forms(graph)] == ["vigil"]


def run_in_new_process(*words: str | Path) -> int:
    """Run a command as a user does: what a process has read once it keeps."""
    import subprocess
    import sys

    return subprocess.run([sys.executable, "-m", "kg", *map(str, words)], check=False, capture_output=True).returncode


def test_a_folder_that_is_not_there_and_a_faulty_frame_are_refused(frames: Path, tmp_path: Path) -> None:
    text, graph = tmp_path / "parade.md", tmp_path / "graph"
    absent = run("build", text, "--out", graph, "--frames", tmp_path / "nowhere")
    assert absent.exit_code == 2
    assert "nowhere" in absent.output
    (frames / "parade.yaml").write_text(FRAME.format(name="noise-parade", form="vigil").replace("nouns", "nuns"))
    faulty = run("build", text, "--out", graph, "--frames", frames)
    assert faulty.exit_code == 3
    assert "nuns" in faulty.output
    assert not (graph / "graph.ttl").exists()


def test_a_language_model_reads_no_frames(frames: Path, tmp_path: Path) -> None:
    result = run("build", tmp_path / "parade.md", "--out", tmp_path / "g", "--frames", frames, "--extractor", "llm",
                 "--llm-model", "m", "--llm-url", "http://127.0.0.1:9/v1")  # fmt: skip
    assert result.exit_code == 2
    assert "rules+llm" in result.output
