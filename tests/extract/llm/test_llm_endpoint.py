"""The extractor against a real server that answers well, badly, late, or not at all."""

from __future__ import annotations

import json
import logging
import math
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import EMPTY, Say, Served, read_text, refusal, serve
from reports import GOOD, WALKOUT, answer, event, said

from kg.errors import UsageError
from kg.extract.llm import answer as answers_form
from kg.extract.llm.extractor import LlmExtractor
from kg.extract.llm.options import BudgetError, LlmError, LlmOptions, key_for
from kg.model import Document, Statement

Make = Callable[..., LlmExtractor]
KEY = "sk-very-secret-0123456789"


def texts(number: int) -> list[Document]:
    return [Document(id=f"t{i}", text=f"Report {i}: nothing happened in Oakville.") for i in range(number)]


def read(extractor: LlmExtractor, document: Document = WALKOUT) -> list[Statement]:
    ((_, found),) = extractor.extract([document])
    return found


def test_the_request_holds_schema_and_parameters_and_no_stream(endpoint: Served, make: Make) -> None:
    read(make())
    (request,) = endpoint.requests
    assert request["model"] == "tester"
    assert request["temperature"] == 0
    assert not request.get("stream")
    form = request["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert form["json_schema"]["schema"] == answers_form.schema()
    assert [m["role"] for m in request["messages"]][:2] == ["system", "user"]
    assert '"published":"2022-03-04"' in request["messages"][-1]["content"]


def test_answers_are_taken_from_the_file_the_second_time(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD))
    first = make()
    found = read(first)
    again = make(url="http://127.0.0.1:9/v1")
    assert read(again) == found != []
    assert len(endpoint.requests) == 1
    assert (first.endpoint.usage.requests, again.endpoint.usage.requests, again.reused) == (1, 0, 1)


@pytest.mark.parametrize(
    ("change", "asked_again"),
    [
        ({"model": "other"}, True),
        ({"length": 99}, True),
        ({"examples": 1}, True),
        ({"timeout": 4.0}, False),
        ({"concurrency": 1}, False),
    ],
)
def test_only_what_changes_the_answer_asks_again(
    endpoint: Served, make: Make, change: dict[str, Any], asked_again: bool
) -> None:
    one = make()
    read(one)
    two = make(**change)
    read(two)
    assert (len(endpoint.requests) == 2) is asked_again
    assert (one.version() != two.version()) is asked_again


def test_provenance_records_model_prompt_and_parameters(endpoint: Served, make: Make, tmp_path: Path) -> None:
    extractor = make()
    read(extractor)
    with sqlite3.connect(tmp_path / "answers.sqlite") as db:
        ((model, prompt, parameters, reply),) = db.execute("SELECT model, prompt, parameters, reply FROM answer")
    assert model == "tester"
    assert prompt == extractor.provenance()["prompt"]
    assert json.loads(parameters) == {"temperature": 0, "max_tokens": 8192, "logprobs": True}
    assert json.loads(reply)["model"] == "tester-served"


BAD = [
    ("no json at all", "no JSON"),
    ('{"entities": [', "no JSON"),
    ("[" * 100_000, "no JSON"),
    ('{"entities": []}', "events"),
    (said({**EMPTY, "remark": "done"}), "remark"),
    (said(answer(events=[event(form="riot")])), "form"),
    (said(answer(events=[event(size=60)])), "size"),
    ("", "no JSON"),
]


@pytest.mark.parametrize(("content", "fault"), BAD)
def test_an_unusable_answer_goes_back_once(endpoint: Served, make: Make, content: str, fault: str) -> None:
    endpoint.script = [Say(content), Say(said(GOOD))]
    extractor = make()
    assert read(extractor)
    first, second = endpoint.requests
    assert second["messages"][:-2] == first["messages"]
    assert second["messages"][-2] == {"role": "assistant", "content": content}
    assert fault in second["messages"][-1]["content"]
    assert extractor.repaired == 1


def test_a_second_unusable_answer_makes_a_problem_and_the_others_go_on(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda r: Say("nonsense" if "Brightline" in read_text({"messages": r["messages"][-3:]})
                                       or "Brightline" in r["messages"][-3]["content"] else said(EMPTY))  # fmt: skip
    endpoint.script = [Say("nonsense"), Say("nonsense")]
    extractor = make(concurrency=1)
    yielded = [document.id for document, _ in extractor.extract([WALKOUT, *texts(1)])]
    assert yielded == ["t0"]
    (problem,) = extractor.problems
    assert "walkout" in str(problem)
    assert "no JSON" in str(problem)


def test_a_code_fence_and_thoughts_around_the_answer_are_forgiven(endpoint: Served, make: Make) -> None:
    endpoint.script = [Say(f"<think>Hm {{}}.</think>\n```json\n{said(GOOD)}\n```\n")]
    assert read(make())
    assert len(endpoint.requests) == 1


def test_a_truncated_answer_is_asked_for_in_halves(endpoint: Served, make: Make) -> None:
    paragraphs = [f"On 3 May 2021, staff at Works {i} struck. " + "Nothing more was said. " * 12 for i in range(4)]
    document = Document(id="long", text="\n\n".join(paragraphs))

    def reply(request: dict[str, Any]) -> Say:
        text = read_text(request)
        if text.count("struck") > 1:
            return Say(said(GOOD)[:50], finish="length")
        (i,) = [i for i in range(4) if f"Works {i} struck" in text]
        strike = event(
            evidence=[f"On 3 May 2021, staff at Works {i} struck."], form="strike", trigger="struck",
            participant=[f"staff at Works {i}"], target=[], organizer=[], demands=[], size=[], when=None, place=[],
        )  # fmt: skip
        return Say(said({**EMPTY, "events": [strike]}))

    endpoint.otherwise = reply
    extractor = make()
    found = read(extractor, document)
    assert sorted(s.evidence.quote for s in found if s.predicate == "cag:form") == [
        f"On 3 May 2021, staff at Works {i} struck." for i in range(4)
    ]
    assert not extractor.problems


def test_an_answer_that_never_ends_is_a_problem(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda _: Say("{", finish="length")
    extractor = make()
    assert not list(extractor.extract([WALKOUT]))
    assert "does not come to an end" in str(extractor.problems[0])


@pytest.mark.parametrize(
    "trouble",
    [
        Say(status=500, raw="oops"),
        Say(status=503, raw="<html>busy</html>", headers={"Content-Type": "text/html"}),
        refusal(429, "slow down"),
        refusal(529, "overloaded"),
        Say(drop=True),
        Say(said(GOOD), cut=40),
        Say(raw="<html>proxy</html>"),
        Say(raw='{"choices": []}'),
        Say(raw="null"),
        Say(raw=""),
    ],
    ids=["500", "503", "429", "529", "dropped", "cut off", "html", "no choice", "null", "empty"],
)
def test_passing_trouble_is_waited_out(endpoint: Served, make: Make, trouble: Say) -> None:
    endpoint.script = [trouble, trouble, Say(said(GOOD))]
    extractor = make()
    assert read(extractor)
    assert extractor.endpoint.usage.repeated == 2


def test_lasting_trouble_ends_the_run_with_what_to_do(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda _: Say(status=500, raw="oops")
    with pytest.raises(LlmError, match=r"status 500.*3 times.*run the same command again"):
        read(make())
    assert len(endpoint.requests) == 3


def test_a_timeout_is_trouble_too(endpoint: Served, make: Make) -> None:
    endpoint.script = [Say(after=0.6), Say(said(GOOD))]
    extractor = make(timeout=0.2)
    assert read(extractor)
    assert len(endpoint.requests) == 2


def test_no_server_at_all_is_told_soon(make: Make) -> None:
    with pytest.raises(LlmError, match=r"no connection.*3 times"):
        read(make(url="http://127.0.0.1:9/v1", retries=100))


def test_a_server_that_was_there_is_waited_for_longer(endpoint: Served, make: Make) -> None:
    endpoint.script = [Say(), *[Say(drop=True)] * 6]
    assert len(list(make(retries=6, concurrency=1).extract(texts(2)))) == 2
    assert len(endpoint.requests) == 8


def test_a_day_and_hour_to_ask_again_is_kept(endpoint: Served, make: Make) -> None:
    # Whole seconds only: at least one of the two that are asked for is left.
    endpoint.script = [refusal(429, "slow down", retry_after=formatdate(time.time() + 2, usegmt=True)), Say(said(GOOD))]
    assert read(make())
    first, second = endpoint.times
    assert 0.9 <= second - first <= 4


@pytest.mark.parametrize("when", [formatdate(0, usegmt=True), "soon", "", "-5", "nan"])
def test_a_wait_that_is_none_is_not_waited(endpoint: Served, make: Make, when: str) -> None:
    endpoint.script = [refusal(503, "busy", retry_after=when), Say(said(GOOD))]
    started = time.monotonic()
    assert read(make())
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("headers", [{"retry_after": "0.4"}, {"retry_after_ms": "400"}])
def test_the_pause_that_the_endpoint_asks_for_holds_for_all(
    endpoint: Served, make: Make, headers: dict[str, str]
) -> None:
    endpoint.script = [refusal(429, "slow down", **headers)]
    list(make(concurrency=1).extract(texts(2)))
    assert len(endpoint.requests) == 3
    assert endpoint.times[1] - endpoint.times[0] >= 0.4


def test_a_wait_of_hours_is_not_waited(endpoint: Served, make: Make) -> None:
    endpoint.script = [refusal(429, "tomorrow", retry_after="86400")]
    started = time.monotonic()
    with pytest.raises(LlmError, match="429"):
        read(make())
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_texts_go_nowhere_else(endpoint: Served, make: Make, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setenv("KG_LLM_API_KEY", KEY)
    with serve() as other:
        endpoint.otherwise = lambda _: Say(status=status, raw="", headers={"Location": f"{other.url}/x?key={KEY}"})
        with pytest.raises(LlmError, match="sends elsewhere") as caught:
            list(make(concurrency=1).extract(texts(3)))
        assert not other.requests
        assert other.url in str(caught.value)
        assert KEY not in str(caught.value)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_run_at_once_and_is_not_told(
    endpoint: Served, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    monkeypatch.setenv("KG_LLM_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    endpoint.otherwise = lambda _: refusal(status, f"Incorrect API key provided: {KEY}")
    with pytest.raises(LlmError, match="refuses the key") as caught:
        list(make(concurrency=1).extract(texts(5)))
    assert len(endpoint.requests) == 1
    assert endpoint.headers[0]["authorization"] == f"Bearer {KEY}"
    assert "KG_LLM_API_KEY" in str(caught.value)
    assert KEY not in str(caught.value) + caplog.text


def test_the_key_is_neither_logged_nor_stored(
    endpoint: Served, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("KG_LLM_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    endpoint.script = [refusal(400, f"bad request with {KEY}")] * 2
    extractor = make()
    assert not list(extractor.extract([WALKOUT]))
    told = caplog.text + str(extractor.problems) + str(extractor.notes) + str(extractor.provenance()) + repr(extractor)
    assert "refuses the request" in told
    assert KEY not in told
    list(make().extract([WALKOUT]))
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert stored
    assert KEY.encode() not in stored


@pytest.mark.parametrize("key", ["sk-h\u00e4ngt", "sk-a\nb", "sk-\u2019x", "sk-\x00"])
def test_what_cannot_be_a_key_is_refused_and_not_told(make: Make, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr("os.environ", {"KG_LLM_API_KEY": key})
    with pytest.raises(UsageError, match="KG_LLM_API_KEY") as caught:
        make()
    assert key[3:] not in str(caught.value)


def test_the_general_key_goes_to_openai_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert key_for("https://api.openai.com/v1") == KEY
    assert key_for("http://127.0.0.1:8080/v1") is None
    monkeypatch.setenv("OPENAI_BASE_URL", "https://llm.example/v1/")
    assert key_for("https://llm.example/v1") == KEY
    assert key_for("https://llm.example.evil.example/v1") is None
    monkeypatch.setenv("KG_LLM_API_KEY", "own")
    assert key_for("http://127.0.0.1:8080/v1") == "own"


def test_openai_without_a_key_is_not_asked(make: Make) -> None:
    with pytest.raises(LlmError, match="needs a key"):
        read(make(url="https://api.openai.com/v1"))


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"model": None}, "--llm-model"),
        ({"url": "localhost:8080"}, "--llm-url"),
        ({"url": "ftp://x/v1"}, "--llm-url"),
        ({"budget": "lots"}, "--llm-budget"),
        ({"budget": "$2"}, "--llm-price"),
        ({"budget": "$2", "price": "cheap"}, "--llm-price"),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(make: Make, options: dict[str, Any], fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        make(**options)


def test_a_password_in_the_url_is_refused_and_not_repeated(make: Make) -> None:
    with pytest.raises(UsageError) as caught:
        make(url="http://me:hunter2@127.0.0.1/v1")
    assert "hunter2" not in str(caught.value)


REFUSALS = [
    (["response_format.type json_schema is not supported"], {"type": "json_object"}),
    (["unknown response_format", "response_format: no schema"], {"type": "json_object"}),
    (["unknown response_format", "response_format: no schema", "response_format: no json_object"], None),
]


@pytest.mark.parametrize(("refusals", "last"), REFUSALS)
def test_structured_output_is_given_up_step_by_step(
    endpoint: Served, make: Make, refusals: list[str], last: dict[str, str] | None
) -> None:
    endpoint.script = [*(refusal(400, words) for words in refusals), Say(said(GOOD))]
    extractor = make(concurrency=1)
    assert list(extractor.extract([WALKOUT, *texts(1)]))
    assert len(endpoint.requests) == len(refusals) + 2, "what was learnt holds for the run"
    sent = endpoint.requests[-1].get("response_format")
    assert (sent and sent["type"]) == (last and last["type"])


def test_limits_of_lists_are_given_up_where_they_are_refused(endpoint: Served, make: Make) -> None:
    endpoint.script = [refusal(400, "response_format: 'maxItems' is not permitted"), Say(said(GOOD))]
    assert read(make())
    first, second = endpoint.requests
    assert "maxItems" in json.dumps(first["response_format"])
    assert second["response_format"]["type"] == "json_schema"
    assert "maxItems" not in json.dumps(second["response_format"])


def test_an_answer_may_hold_more_than_the_schema_admits(endpoint: Served, make: Make) -> None:
    many = [f"Local {i}" for i in range(answers_form.MOST_NAMES + 1)]
    endpoint.script = [Say(said(answer(events=[event(organizer=many)])))]
    read(make())
    assert len(endpoint.requests) == 1


def test_other_names_for_parameters_are_learnt(endpoint: Served, make: Make) -> None:
    endpoint.script = [
        refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refusal(400, "Unsupported value: 'temperature' does not support 0."),
        Say(said(GOOD)),
    ]
    assert read(make())
    sent = endpoint.requests[-1]
    assert sent["max_completion_tokens"] == 8192
    assert not {"max_tokens", "temperature"} & set(sent)


def test_a_budget_in_tokens_stops_cleanly_and_the_next_run_goes_on(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda _: Say(usage=(5000, 1000))
    documents = texts(6)
    poor = make(budget="20k", concurrency=1, length=1000)
    yielded = []
    with pytest.raises(BudgetError, match=r"20,000 tokens.*larger --llm-budget"):
        for document, _ in poor.extract(documents):
            yielded.append(document.id)
    assert yielded == ["t0", "t1", "t2"]
    assert poor.endpoint.usage.read + poor.endpoint.usage.written == 18_000
    rich = make(concurrency=1, length=1000)
    assert [d.id for d, _ in rich.extract(documents)] == [d.id for d in documents]
    assert len(endpoint.requests) == 6
    assert rich.reused == 3


def test_the_first_request_may_be_too_much_already(endpoint: Served, make: Make) -> None:
    with pytest.raises(BudgetError):
        list(make(budget="1k").extract(texts(6)))
    assert not endpoint.requests


def test_a_budget_in_money_counts_what_was_used(endpoint: Served, make: Make) -> None:
    # 100 tokens read and 50 written at 1000 and 2000 dollars a million: 20 cents each.
    extractor = make(budget="$25", price="1000/2000", concurrency=1, length=50)
    with pytest.raises(BudgetError, match=r"\$25\.00"):
        list(extractor.extract(texts(200)))
    used = extractor.endpoint.usage
    assert used.read * 1000e-6 + used.written * 2000e-6 <= 25


def test_what_was_spent_is_told(endpoint: Served, make: Make) -> None:
    extractor = make(price="1000/2000")
    list(extractor.extract(texts(3)))
    assert "3 requests, 300 tokens read, 150 written" in extractor.notes[0]
    assert "$0.60" in extractor.notes[0]
    list(make(price="1000/2000").extract(texts(3)))
    assert len(endpoint.requests) == 3


def test_an_interrupted_run_keeps_what_was_answered(endpoint: Served, make: Make) -> None:
    documents = texts(12)
    run = make(concurrency=1).extract(documents)
    first = next(run)[0]
    run.close()
    asked = len(endpoint.requests)
    assert first.id == "t0"
    assert asked < 12
    assert len(list(make().extract(documents))) == 12
    assert len({read_text(r) for r in endpoint.requests}) == 12
    assert len(endpoint.requests) <= 12 + 2, "at most what was under way is asked again"


def test_documents_come_in_order_and_side_by_side(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda r: Say(after=0.15 if "Report 0" in read_text(r) else 0.03)
    documents = texts(8)
    assert [d.id for d, _ in make(concurrency=4).extract(documents)] == [d.id for d in documents]
    assert 2 <= endpoint.busiest <= 4


def test_a_long_text_is_read_in_parts_and_told_as_one(endpoint: Served, make: Make) -> None:
    filler = "\n\n".join("The weather was fine and the buses ran on time all day long." for _ in range(40))
    document = replace(
        WALKOUT, text=f"{WALKOUT.text}\n\n{filler}\n\nThe walkout by drivers at Brightline lasted a day."
    )

    def reply(request: dict[str, Any]) -> Say:
        text = read_text(request)
        if "About 60" in text:
            return Say(said(GOOD))
        if "lasted" not in text:
            return Say()
        later = event(
            evidence=["The walkout by drivers at Brightline lasted a day."], trigger="walkout", organizer=[],
            demands=[], size=[], when=None, place=[],
        )  # fmt: skip
        return Say(said(answer(events=[later], contracts=[], affiliations=[])))

    endpoint.otherwise = reply
    found = read(make(part=1000), document)
    assert len(endpoint.requests) >= 3
    assert len({s.subject for s in found if s.predicate == "cag:form"}) == 1
    quotes = {s.evidence.quote for s in found if s.object == "cag:Protest"}
    assert "The walkout by drivers at Brightline lasted a day." in quotes
    assert len({s.subject for s in found if s.object == "cag:Company"}) == 1


def test_token_probabilities_lower_the_confidence(endpoint: Served, make: Make) -> None:
    content = said(GOOD)
    doubtful = content.index("Oakville", content.index('"place"'))
    pieces = [content[:doubtful], content[doubtful : doubtful + 8], content[doubtful + 8 :]]
    logprobs = [{"token": t, "logprob": p} for t, p in zip(pieces, (0.0, math.log(0.5), 0.0), strict=True)]
    endpoint.script = [Say(content, logprobs=logprobs), Say(content)]
    unsure = read(make())
    assert endpoint.requests[0]["logprobs"] is True
    sure = read(make(answers=None))
    unsure_of, sure_of = ({s.predicate: s.evidence.confidence for s in found} for found in (unsure, sure))
    assert unsure_of["cag:place"] == pytest.approx(sure_of["cag:place"] / 2, abs=0.01)
    assert unsure_of["cag:target"] == sure_of["cag:target"]


@pytest.mark.parametrize(
    "told",
    [
        {"tokens": ["{"], "token_logprobs": [-0.5]},
        {"content": [{"token": "{"}]},
        {"content": [{"token": "{", "logprob": None}]},
        {"content": [{"token": "{", "logprob": -math.inf}]},
        {"content": None},
        [],
    ],
    ids=["another form", "none", "null", "infinite", "no content", "a list"],
)
def test_probabilities_in_another_form_do_no_harm(endpoint: Served, make: Make, told: Any) -> None:
    body = {"choices": [{"message": {"content": said(GOOD)}, "finish_reason": "stop", "logprobs": told}]}
    endpoint.script = [Say(raw=json.dumps(body)), Say(said(GOOD))]
    known = {(s.predicate, str(s.object)): s.evidence.confidence for s in read(make())}
    assert known == {(s.predicate, str(s.object)): s.evidence.confidence for s in read(make(answers=None))}
    assert len(endpoint.requests) == 2


def test_the_words_of_an_unsure_model_still_count_for_something(endpoint: Served, make: Make) -> None:
    content = said(GOOD)
    endpoint.script = [Say(content, logprobs=[{"token": content, "logprob": -80.0}])]
    assert min(s.evidence.confidence for s in read(make())) > 0.05


@pytest.mark.parametrize(
    "words", ["logprobs are not supported", "Logprobs is not enabled for this model", "bad request"]
)
def test_probabilities_are_given_up_where_they_are_refused(endpoint: Served, make: Make, words: str) -> None:
    endpoint.script = [refusal(400, words), Say(said(GOOD))]
    extractor = make(concurrency=1)
    assert list(extractor.extract([WALKOUT, *texts(2)]))
    first, *others = endpoint.requests
    assert first["logprobs"] is True
    assert len(others) == 3
    for request in others:
        assert "logprobs" not in request
        assert {**request, "logprobs": True, "messages": 0} == {**first, "messages": 0}


def test_a_failure_that_passes_does_not_give_up_probabilities(endpoint: Served, make: Make) -> None:
    endpoint.script = [refusal(500, "oops"), Say(said(GOOD))]
    read(make())
    assert endpoint.requests[1]["logprobs"] is True


def test_an_endpoint_that_tells_no_usage_is_estimated(endpoint: Served, make: Make) -> None:
    endpoint.otherwise = lambda _: Say(said(GOOD), usage=None)
    extractor = make()
    read(extractor)
    assert extractor.endpoint.usage.read > 1000
    assert extractor.endpoint.usage.written > 100


def test_options_read_the_url_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LlmOptions().endpoint == "https://api.openai.com/v1"
    monkeypatch.setenv("KG_LLM_URL", "http://127.0.0.1:11434/v1/")
    assert LlmOptions().endpoint == "http://127.0.0.1:11434/v1"
    assert LlmOptions(url="http://127.0.0.1:1/v1").endpoint == "http://127.0.0.1:1/v1"
