"""The commands: results on stdout, the rest on stderr, exit statuses, examples that run, and quick starts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import EXPORT_FORMATS, QUERY_FORMATS, main
from kg.export import FORMATS
from kg.formats import TABLE_FORMATS, TRIPLE_FORMATS

ROOT = Path(__file__).parent.parent
READING = [name for name in main.commands if name not in ("build", "diff", "evaluate", "explain", "llm", "import")]
"""Commands that need nothing but a graph."""


def kg(*arguments: str, graph: Path | None = None, input_: str | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(arguments), input=input_, env={"KG_GRAPH": str(graph or ""), "NO_COLOR": "1"})


def kg_process(*arguments: str, graph: Path | None = None, input_: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "KG_GRAPH": str(graph or ""), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, input=input_, env=env, check=False, cwd=ROOT / "tests"
    )


def _examples(name: str) -> list[str]:
    text = kg(name, "--help").stdout
    return [
        line.strip() for line in text.partition("Example:")[2].partition("Options:")[0].splitlines() if line.strip()
    ]


@pytest.mark.parametrize("name", main.commands)
def test_every_command_has_help_with_an_example_and_the_common_options(name: str) -> None:
    text = kg(name, "--help").stdout
    assert _examples(name)
    for option in ("--verbose", "--quiet"):
        assert option in text


@pytest.mark.parametrize("name", READING)
def test_the_examples_run(name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for example in _examples(name):
        words = shlex.split(example)
        assert words[0] == "kg"
        done = kg(*words[1:], graph=folder)
        assert done.exit_code == 0, (example, done.output)


def test_the_choices_are_those_of_the_modules() -> None:
    assert QUERY_FORMATS == TABLE_FORMATS + TRIPLE_FORMATS
    assert EXPORT_FORMATS == FORMATS


def test_query_takes_text_stdin_file_and_saved_names(folder: Path, tmp_path: Path) -> None:
    sparql = "SELECT ?name { ?p a cag:Person ; rdfs:label ?name }"
    file = tmp_path / "q.rq"
    file.write_text(sparql, encoding="utf-8")
    outputs = [
        kg("query", sparql, "--format", "csv", graph=folder),
        kg("query", "-", "--format", "csv", graph=folder, input_=sparql),
        kg("query", "--file", str(file), "--format", "csv", graph=folder),
        kg("query", "-g", str(folder / "graph.ttl"), sparql, "--format", "csv"),
        kg("query", "--queries", str(tmp_path), "--saved", "q", "--format", "csv", graph=folder),
    ]
    assert {done.stdout_bytes for done in outputs} == {b"name\r\nJeff Bezos\r\n"}
    done = kg("query", "--saved", "contracts-of", "name=Amazon", "--format", "json", graph=folder)
    assert json.loads(done.stdout)["results"]["bindings"][0]["amount"]["value"] == "$600 million"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["query"], "give one query"),
        (["query", "ASK {}", "ASK {}"], "give one query"),
        (["query", "SELECT * { ?s foo:x ?o }"], "did you mean form:?"),
        (["query", "--file", "missing.rq"], "missing.rq"),
        (["query", "--saved", "contracts-of", "Amazon"], "KEY=VALUE"),
        (["query", "--saved", "xqzw"], "kg queries"),
        (["query", "--format", "excel", "ASK {}"], "excel"),
        (["show", "Nobody At All"], "nothing in the graph"),
        (["show"], "NAME"),
        (["export", "--format", "csv"], "-o"),
        (["draw", "--focus", "Nobody At All", "-o", "x.html"], "Nobody At All"),
        (["nonsense"], "nonsense"),
        (["stats", "-g", "missing-folder"], "no such graph"),
    ],
)
def test_wrong_use_is_status_2_and_one_clear_message(arguments: list[str], words: str, folder: Path) -> None:
    done = kg(*arguments, graph=folder)
    assert done.exit_code == 2, done.output
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_damaged_graph_is_status_3(folder: Path) -> None:
    (folder / "store" / "CURRENT").write_text("nonsense\n", encoding="utf-8")
    done = kg("stats", graph=folder)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "build the graph again" in done.stderr


def test_a_query_that_takes_too_long_is_status_3(folder: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    done = kg_process("query", endless, "--timeout", "0.5", graph=folder)
    assert done.returncode == 3
    assert "stopped after 0.5 seconds" in done.stderr


def test_ask_answers_by_exit_status_when_quiet(folder: Path) -> None:
    for name, word, status in (("Petition", "true", 0), ("LegalAction", "false", 1)):
        sparql = f"ASK {{ ?x a cag:{name} }}"
        loud, quiet = kg("query", sparql, graph=folder), kg("query", "-q", sparql, graph=folder)
        assert (loud.exit_code, loud.stdout) == (0, f"{word}\n")
        assert (quiet.exit_code, quiet.stdout) == (status, "")


def test_a_limit_is_noted_on_stderr(folder: Path) -> None:
    done = kg("query", "SELECT * { ?s ?p ?o }", "--limit", "2", "--format", "csv", graph=folder)
    assert len(list(csv.reader(io.StringIO(done.stdout)))) == 3
    assert "first 2" in done.stderr
    assert kg("query", "-q", "SELECT * { ?s ?p ?o }", "--limit", "2", graph=folder).stderr == ""


def test_results_for_machines(folder: Path) -> None:
    for command in (["stats"], ["queries"], ["show", "Amazon"], ["validate"]):
        done = kg(*command, "--format", "json", graph=folder)
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)
    assert json.loads(kg("stats", "--format", "json", graph=folder).stdout)["petitions"] == 1


def test_validate_is_status_1_with_findings(folder: Path, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix cag: <https://w3id.org/cag/ns#> .
        [] a sh:NodeShape ; sh:targetClass cag:Petition ;
          sh:property [ sh:path cag:organizer ; sh:minCount 1 ; sh:message "who organised it?" ] .""",
        encoding="utf-8",
    )
    done = kg("validate", "--shapes", str(shapes), graph=folder)
    assert done.exit_code == 1
    assert "who organised it?" in done.stdout


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "csv"])
def test_export_writes_the_same_to_stdout_and_to_a_file(format_: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "made" / "graph.out"
    done = kg("export", "--format", format_, "-o", str(file), graph=folder)
    assert (done.exit_code, done.stdout) == (0, "")
    assert kg("export", "--format", format_, graph=folder).stdout_bytes == file.read_bytes()


def test_draw_and_timeline_write_pages(folder: Path, tmp_path: Path) -> None:
    for command in ("draw", "timeline"):
        page = tmp_path / f"{command}.html"
        done = kg(command, "-o", str(page), "--from", "2018-01-01", graph=folder)
        assert done.exit_code == 0, done.output
        assert "letter to Jeff Bezos" in page.read_text(encoding="utf-8")
        assert done.stdout == ""
        assert "nodes" in done.stderr


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{shlex.quote(sys.executable)} -m kg export -g {shlex.quote(str(folder))} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=env, check=False)
    assert done.stdout.startswith("@base")
    assert "Traceback" not in done.stderr


def test_an_error_in_a_real_process(folder: Path) -> None:
    done = kg_process("query", "SELECT nonsense", graph=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"error: query, line 1, column \d+: ", done.stderr)


def _best_seconds(*arguments: str, graph: Path | None = None) -> float:
    """The best of a few runs: what the program needs, not what else the machine does."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        assert kg_process(*arguments, graph=graph).returncode == 0
        times.append(time.perf_counter() - start)
    return min(times)


def test_help_is_quick() -> None:
    assert _best_seconds("--help") < 0.3


def test_query_is_quick(folder: Path) -> None:
    assert _best_seconds("query", "--saved", "petitions", graph=folder) < 0.7


def test_help_imports_nothing_heavy() -> None:
    heavy = ("pyoxigraph", "rdflib", "spacy", "networkx", "rich")
    code = f"import sys, kg.cli; print([name for name in {heavy} if name in sys.modules])"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == "[]"
