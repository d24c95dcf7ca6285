"""Answers outlive what happens to a file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import GraphError
from kg.extract.llm.answers import Answers, Reply


def keep(path: Path, key: str = "k", content: str = "x") -> None:
    with closing(Answers(path)) as answers:
        answers.put(key, Reply(content), model="m", prompt="p", parameters={"temperature": 0})


def test_answers_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "graph" / "answers.sqlite"
    keep(path)
    with closing(Answers(path)) as answers:
        assert answers.get("k") == Reply("x")
        assert answers.get("other") is None
        assert len(answers) == 1


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"no database at all" * 100)
    keep(path)
    assert path.with_suffix(".damaged").read_bytes().startswith(b"no database")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(GraphError, match="file"):
        Answers(tmp_path / "file" / "answers.sqlite")


REPLIES = st.builds(
    Reply, st.text(), st.sampled_from(["stop", "length"]), st.text(), st.integers(0, 9), st.integers(0, 9),
    st.lists(st.tuples(st.text(), st.floats(-9, 0))).map(tuple),
)  # fmt: skip


@given(REPLIES)
def test_replies_come_back_as_they_were(reply: Reply) -> None:
    with closing(Answers(None)) as answers:
        answers.put("k", reply, model="m", prompt="p", parameters={})
        assert answers.get("k") == reply


@pytest.mark.parametrize(
    "body", [None, [], {}, {"choices": []}, {"choices": [{}]}, {"choices": [{"message": None}]}, 7]
)
def test_what_is_no_completion_is_no_reply(body: object) -> None:
    assert Reply.from_body(body) is None


def test_a_refusal_to_say_anything_is_an_empty_reply() -> None:
    assert Reply.from_body({"choices": [{"message": {"content": None}, "finish_reason": None}]}) == Reply("")
