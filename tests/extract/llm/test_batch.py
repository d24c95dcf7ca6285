"""Requests out, answers in: a build from a batch's answers asks nobody; the command line and the graph folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from endpoint_server import Say, Served, refusal
from reports import ANNOTATION, GOOD, WALKOUT, answer, said

from kg.cli import main
from kg.extract.llm.options import LlmOptions
from kg.pipeline import build, refresh

NOWHERE = "http://127.0.0.1:9/v1"
Run = Callable[..., Result]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with one text."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "walkout.md").write_text(f"---\ndate: 2022-03-04\n---\n{WALKOUT.text}\n", encoding="utf-8")
    return folder


@pytest.fixture
def run() -> Run:
    """Run a command."""

    def command(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments], **options)

    return command


def replies(requests: Path, content: str = "") -> list[dict[str, Any]]:
    """Answer a file of requests as a batch service would."""
    lines = [json.loads(line) for line in requests.read_text(encoding="utf-8").splitlines()]
    return [
        {
            "id": f"batch-{i}", "custom_id": line["custom_id"], "error": None,
            "response": {"status_code": 200, "request_id": "r", "body": {
                "object": "chat.completion", "model": "served",
                "choices": [{"index": 0, "finish_reason": "stop",
                             "message": {"role": "assistant", "content": content or said(GOOD)}}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}}},
        }
        for i, line in enumerate(lines)
    ]  # fmt: skip


def write(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_build_from_a_batch_needs_no_endpoint(texts: Path, tmp_path: Path, run: Run) -> None:
    requests, out = tmp_path / "requests.jsonl", tmp_path / "graph"
    assert run("llm", "export", texts, "--llm-model", "m", "-o", requests).exit_code == 0
    (line,) = [json.loads(line) for line in requests.read_text(encoding="utf-8").splitlines()]
    assert (line["method"], line["url"], line["body"]["model"]) == ("POST", "/v1/chat/completions", "m")
    responses = write(tmp_path / "responses.jsonl", replies(requests))
    assert run("llm", "import", responses, "--out", out).exit_code == 0
    built = run("build", texts, "--out", out, "--extractor", "llm", "--llm-model", "m", "--llm-url", NOWHERE)
    assert built.exit_code == 0, built.output
    assert "0 requests" in built.output
    graph = (out / "graph.ttl").read_text(encoding="utf-8")
    assert '"llm/protest.target"' in graph
    assert "Road Workers Guild" in graph
    again = run("llm", "export", texts, "--llm-model", "m", "-o", requests, "--out", out)
    assert "1 are answered already" in again.output
    assert requests.read_text(encoding="utf-8") == ""


def test_lines_that_hold_no_answer_are_named(texts: Path, tmp_path: Path, run: Run) -> None:
    requests = tmp_path / "requests.jsonl"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    (good,) = replies(requests)
    failed = {**good, "response": {"status_code": 500, "body": {"error": "x"}}}
    expired = {**good, "response": None, "error": {"code": "batch_expired"}}
    foreign = {**good, "custom_id": "request-1"}
    bodiless = {**good, "response": {"status_code": 200, "body": {"choices": []}}}
    responses = write(tmp_path / "responses.jsonl", [failed, expired, foreign, bodiless, [], None, good])
    with responses.open("a", encoding="utf-8") as file:
        file.write("{not json\n\n")
    done = run("llm", "import", responses, "--out", tmp_path / "graph")
    assert done.exit_code == 1
    assert "took in 1 answers, refused 7 lines" in done.output
    for number in (1, 2, 3, 4, 5, 6, 8):
        assert f"responses.jsonl:{number}:" in done.output


def test_a_second_answer_to_a_request_does_not_replace_the_first(texts: Path, tmp_path: Path, run: Run) -> None:
    requests, out = tmp_path / "requests.jsonl", tmp_path / "graph"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    lines = [*replies(requests), *replies(requests, said(answer(events=[])))]
    done = run("llm", "import", write(tmp_path / "responses.jsonl", lines), "--out", out)
    assert done.exit_code == 1
    assert "took in 1 answers, refused 1 lines" in done.output
    assert "responses.jsonl:2:" in done.output
    assert "line 1" in done.output
    run("build", texts, "--out", out, "--extractor", "llm", "--llm-model", "m", "--llm-url", NOWHERE)
    assert "cag:Protest" in (out / "graph.ttl").read_text(encoding="utf-8")


def test_a_service_says_why_it_did_not_answer(texts: Path, tmp_path: Path, run: Run) -> None:
    requests = tmp_path / "requests.jsonl"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    (good,) = replies(requests)
    told = {"message": "Unsupported parameter: 'max_tokens'", "code": "unsupported_parameter"}
    lines = [
        {**good, "response": {"status_code": 400, "body": {"error": told}}},
        {**good, "response": None, "error": {"code": "batch_expired", "message": "The batch expired."}},
        {**good, "response": {"status_code": 200, "body": "nothing"}},
        {**good, "response": "nothing"},
        {**good, "custom_id": 7},
    ]
    done = run("llm", "import", write(tmp_path / "r.jsonl", lines), "--out", tmp_path / "graph")
    assert "status 400: Unsupported parameter" in " ".join(done.output.split())
    assert "The batch expired." in done.output
    assert "took in 0 answers, refused 5 lines" in done.output


def test_answers_to_other_instructions_are_told(texts: Path, tmp_path: Path, run: Run) -> None:
    from kg.extract.llm.prompt import version

    requests, out = tmp_path / "requests.jsonl", tmp_path / "graph"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    (good,) = replies(requests)
    prefix, prompt, key = good["custom_id"].split("-")
    assert (prefix, prompt) == ("kg", version())
    assert len(good["custom_id"]) <= 64, "the longest name that batch services take"
    old = {**good, "custom_id": f"kg-{'0' * 12}-{key[::-1]}"}
    done = run("llm", "import", write(tmp_path / "r.jsonl", [old, good]), "--out", out)
    assert "took in 2 answers, refused 0 lines" in done.output
    assert "1 of the answers are to other instructions" in " ".join(done.output.split())


def test_what_a_batch_left_out_is_exported_again(texts: Path, tmp_path: Path, run: Run) -> None:
    (texts / "other.txt").write_text("A quiet day in Oakville.", encoding="utf-8")
    requests, out = tmp_path / "requests.jsonl", tmp_path / "graph"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    first, second = replies(requests)
    run("llm", "import", write(tmp_path / "r.jsonl", [first]), "--out", out)
    built = run("build", texts, "--out", out, "--extractor", "llm", "--llm-model", "m", env={"KG_LLM_URL": ""})
    assert built.exit_code == 3
    assert "kg llm export" in built.output
    again = run("llm", "export", texts, "--llm-model", "m", "-o", requests, "--out", out)
    assert "wrote 1 requests; 1 are answered already" in again.output
    assert [r["custom_id"] for r in replies(requests)] == [second["custom_id"]]
    run("llm", "import", write(tmp_path / "r.jsonl", [second]), "--out", out)
    built = run("build", texts, "--out", out, "--extractor", "llm", "--llm-model", "m")
    assert built.exit_code == 0, built.output


def test_a_batch_is_not_asked_for_what_some_models_refuse(texts: Path, tmp_path: Path, run: Run) -> None:
    requests = tmp_path / "requests.jsonl"
    run("llm", "export", texts, "--llm-model", "m", "-o", requests)
    (line,) = [json.loads(line) for line in requests.read_text(encoding="utf-8").splitlines()]
    assert "logprobs" not in line["body"]


def test_a_missing_file_is_told(tmp_path: Path, run: Run) -> None:
    done = run("llm", "import", tmp_path / "none.jsonl", "--out", tmp_path / "graph")
    assert done.exit_code == 2
    assert "none.jsonl" in done.output


def test_stdin_and_stdout_serve_as_files(texts: Path, tmp_path: Path, run: Run) -> None:
    exported = run("llm", "export", texts, "--llm-model", "m")
    requests = tmp_path / "requests.jsonl"
    requests.write_text(exported.stdout, encoding="utf-8")
    lines = "".join(json.dumps(r) + "\n" for r in replies(requests))
    done = run("llm", "import", "-", "--out", tmp_path / "graph", input=lines)
    assert "took in 1 answers" in done.output


def test_a_build_asks_once_and_its_graph_is_the_same_again(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD))
    out = tmp_path / "graph"
    llm = LlmOptions(model="m", url=endpoint.url)
    first = build([texts], out=out, extractor="llm", llm=llm)
    graph = (out / "graph.ttl").read_bytes()
    assert (first.counts["protests"], first.counts["contracts"]) == (1, 1)
    build([texts], out=out, extractor="llm", llm=llm, rebuild=True)
    refresh(out)
    assert (out / "graph.ttl").read_bytes() == graph
    assert len(endpoint.requests) == 1
    assert (out / "answers.sqlite").is_file()


def test_provenance_of_the_graph_names_model_and_prompt(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    from kg import vocab
    from kg.store import open_graph

    endpoint.otherwise = lambda _: Say(said(GOOD))
    build([texts], out=tmp_path / "graph", extractor="llm", llm=LlmOptions(model="model-7", url=endpoint.url))
    quads = open_graph(tmp_path / "graph").quads()
    told = " ".join(str(q.object) for q in quads if str(q.graph_name) == f"<{vocab.PROVENANCE_GRAPH}>")
    assert "model-7" in told
    assert "temperature 0" in told


def test_rules_and_model_go_together(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD))
    out = tmp_path / "graph"
    build([texts], out=out, extractor="rules+llm", llm=LlmOptions(model="m", url=endpoint.url))
    (request,) = endpoint.requests
    asked = request["messages"][-1]["content"]
    assert '"trigger":"walked out"' in asked
    assert asked.index("The text to read") < asked.index('"trigger":"walked out"')
    *_, opening, hints, closing = asked.splitlines()
    assert opening == closing
    assert opening.startswith("=== text ")
    assert json.loads(hints)["events"]
    both = (out / "graph.ttl").read_text(encoding="utf-8")
    assert '"rules+llm/protest.target"' in both
    assert '"rules/' not in both


def test_what_the_rules_confirm_is_surer(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    from kg.extract import Options, extractor
    from kg.extract.nlp import DEFAULT_MODEL

    endpoint.otherwise = lambda _: Say(said(GOOD))
    llm = LlmOptions(model="m", url=endpoint.url, answers=tmp_path / "a.sqlite")
    found = {}
    for name in ("llm", "rules+llm"):
        ((_, statements),) = extractor(name, Options(DEFAULT_MODEL, 1, llm)).extract([WALKOUT])
        found[name] = {
            (s.subject, s.predicate, str(s.object), s.evidence.start): s.evidence.confidence for s in statements
        }
    alone, both = found["llm"], found["rules+llm"]
    assert alone.keys() == both.keys()
    assert all(both[key] >= alone[key] for key in alone)
    assert any(both[key] > alone[key] for key in alone)


def test_a_text_without_a_usable_answer_is_a_problem_and_the_rest_is_built(
    texts: Path, tmp_path: Path, endpoint: Served
) -> None:
    (texts / "other.txt").write_text("A quiet day in Oakville.", encoding="utf-8")
    endpoint.otherwise = lambda r: Say("nonsense" if "quiet day" in str(r["messages"]) else said(GOOD))
    llm = LlmOptions(model="m", url=endpoint.url)
    done = build([texts], out=tmp_path / "graph", extractor="llm", llm=llm)
    assert done.counts["documents"] == 1
    (problem,) = done.problems
    assert "other.txt" in str(problem)
    again = build([texts], out=tmp_path / "graph", extractor="llm", llm=llm)
    assert "other.txt" in str(again.problems)


def test_an_empty_budget_leaves_the_graph_as_it_was(texts: Path, tmp_path: Path, endpoint: Served, run: Run) -> None:
    out = tmp_path / "graph"
    options = ("--out", out, "--extractor", "llm", "--llm-model", "m", "--llm-url", endpoint.url)
    stopped = run("build", texts, *options, "--llm-budget", "100")
    assert stopped.exit_code == 3
    assert "larger --llm-budget" in stopped.output
    assert not (out / "graph.ttl").exists()
    assert run("build", texts, *options, "--llm-budget", "1M").exit_code == 0


def test_the_model_is_asked_for_before_texts_are_read(texts: Path, tmp_path: Path, run: Run) -> None:
    done = run("build", texts, "--out", tmp_path / "graph", "--extractor", "llm")
    assert done.exit_code == 2
    assert "--llm-model" in done.output


def test_without_the_optional_package_the_error_names_the_extra(texts: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "blocked"
    blocker.mkdir()
    (blocker / "openai.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{blocker}{os.pathsep}{root}"}
    command = [sys.executable, "-m", "kg", "build", str(texts), "--out", str(tmp_path / "g"), "--extractor", "llm",
               "--llm-model", "m", "--llm-url", NOWHERE]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "kg[llm]" in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_in_the_middle_nothing_is_asked_twice(tmp_path: Path, endpoint: Served) -> None:
    texts = tmp_path / "many"
    texts.mkdir()
    for i in range(8):
        (texts / f"t{i}.txt").write_text(f"Report {i}: a quiet day in Oakville.", encoding="utf-8")
    endpoint.otherwise = lambda _: Say(after=0.15)
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "kg", "build", str(texts), "--out", str(tmp_path / "g"), "--extractor", "llm",
               "--llm-model", "m", "--llm-url", endpoint.url, "--llm-concurrency", "1"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(endpoint.requests) < 4 and process.poll() is None:
        process.poll()
    process.kill()
    process.wait()
    asked = len(endpoint.requests)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert asked < 8
    assert len(endpoint.requests) <= 8 + 1, "at most the request under way is asked again"


def test_the_key_is_in_nothing_that_is_written(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    key = "sk-very-secret-9876543210"
    (texts / "other.txt").write_text("A quiet day in Oakville.", encoding="utf-8")
    endpoint.script = [
        refusal(429, f"slow down, {key}", retry_after="0"), refusal(500, f"failed for {key}"), Say(drop=True),
        refusal(400, f"logprobs? {key}"), Say("no JSON"),
    ]  # fmt: skip
    endpoint.otherwise = lambda r: Say("no JSON") if "quiet day" in str(r["messages"]) else Say(said(GOOD))
    home, out = tmp_path / "home", tmp_path / "graph"
    home.mkdir()
    environment = {
        **os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "KG_LLM_API_KEY": key, "HOME": str(home),
        "XDG_CACHE_HOME": str(home), "TMPDIR": str(home), "OPENAI_LOG": "debug",
    }  # fmt: skip
    told = b""
    for words in ("", f"no room for {key}"):
        command = [sys.executable, "-m", "kg", "build", str(texts), "--out", str(out), "--extractor", "llm",
                   "--llm-model", "m", "--llm-url", endpoint.url, "--rebuild", "-v", "-v"]  # fmt: skip
        if words:
            command[command.index("m")] = "another"
            endpoint.otherwise = lambda _: refusal(401, f"no room for {key}")
        done = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=tmp_path)
        told += done.stdout + done.stderr
        assert done.returncode == (3 if words else 1), done.stderr.decode()
    assert {h["authorization"] for h in endpoint.headers} == {f"Bearer {key}"}
    assert b"next attempt in" in told
    stored = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "answers.sqlite" for path in stored)
    assert any("store" in path.parts for path in stored)
    assert key.encode() not in told
    assert [path for path, content in stored.items() if key.encode() in content] == []


def test_the_answer_of_another_text_is_not_taken(texts: Path, tmp_path: Path, endpoint: Served) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD))
    llm = LlmOptions(model="m", url=endpoint.url)
    build([texts], out=tmp_path / "graph", extractor="llm", llm=llm)
    (texts / "walkout.md").write_text(f"---\ndate: 2022-03-05\n---\n{WALKOUT.text}\n", encoding="utf-8")
    endpoint.otherwise = lambda _: Say(said(answer(events=[])))
    done = build([texts], out=tmp_path / "graph", extractor="llm", llm=llm)
    assert len(endpoint.requests) == 2
    assert done.counts["protests"] == 0


def test_extractors_are_compared_side_by_side(tmp_path: Path, endpoint: Served, run: Run) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD))
    text = {"id": "walkout", "published": "2022-03-04", "text": WALKOUT.text}
    (tmp_path / "gold.jsonl").write_text(json.dumps(ANNOTATION) + "\n", encoding="utf-8")
    (tmp_path / "texts.json").write_text(json.dumps([text]), encoding="utf-8")
    arguments = ["evaluate", "--gold", tmp_path / "gold.jsonl", "--texts", tmp_path / "texts.json", "--format", "json",
                 "--extractor", "rules", "--extractor", "llm", "--llm-model", "m", "--llm-url", endpoint.url,
                 "--llm-price", "2/10", "--answers-in", tmp_path / "g"]  # fmt: skip
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    rules, llm = json.loads(done.stdout)
    assert (rules["extractor"], llm["extractor"]) == ("rules", "llm")
    assert llm["figures"]["events"]["f1"] == 1
    assert llm["figures"]["facts"]["recall"] == 1
    assert llm["unread"] == 0
    assert (llm["tokens_read"], llm["tokens_written"]) == (100, 50)
    assert llm["dollars"] == pytest.approx(100 * 2e-6 + 50 * 10e-6)
    assert rules["dollars"] is None
    again = json.loads(run(*arguments).stdout)[1]
    assert (again["tokens_read"], again["dollars"]) == (0, None)
    assert again["figures"] == llm["figures"]
