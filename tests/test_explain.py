"""Explaining: which frame fired on which words, who was offered for which role, and why something was dropped."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from click.testing import CliRunner

from kg.cli import main
from kg.explain import Explanation, explain, text
from kg.model import Document

STORY = (
    "Google employees went on strike in Dublin on Monday. Ann Lee was struck by lightning. "
    "Google might sign a contract soon. Google engineer Maria Gonzalez joined the strike."
)
SOLEMN = """
class: Protest
actor: participant
support: {participant: [keep]}
frames:
  - id: protest.silence
    form: vigil
    nouns: [silent minute]
    examples:
      - {text: Porters kept a silent minute., expect: {participant: Porters}}
"""


def story() -> Explanation:
    return explain(Document("story", STORY, date=date(2020, 6, 10)))


def test_every_sentence_is_there_with_its_place() -> None:
    explanation = story()
    assert len(explanation.sentences) == 4
    assert all(STORY[s.start : s.end] == s.text for s in explanation.sentences)
    assert ("Google", "Company") in explanation.sentences[0].names


def test_what_fired_says_frame_words_offers_and_event() -> None:
    explanation = story()
    firing = next(f for f in explanation.sentences[0].firings if f.event is not None)
    assert (firing.frame, STORY[firing.start : firing.end].rsplit(maxsplit=1)[-1]) == ("protest.strike", "strike")
    offers = {offer.role: offer for offer in firing.offers if offer.kept}
    assert offers["participant"].words == "Google employees (Collective)"
    assert "2020-06-08" in offers["when"].words
    assert all(0 < offer.score <= 1 and offer.rule for offer in firing.offers)
    event = explanation.events[firing.event - 1] if firing.event else None
    assert event is not None
    assert (event.cls, event.form, event.status) == ("Protest", "strike", "occurred")


def test_what_did_not_fire_says_which_condition_kept_it() -> None:
    blocked = {b.frame: b.reason for b in story().sentences[1].blocked}
    assert blocked["protest.striking"] == "unless passive"


def test_what_was_dropped_says_why() -> None:
    dropped = {f.frame: f.reason for s in story().sentences for f in s.firings if f.event is None}
    assert dropped["contract.contract"] == "no supplier and buyer found"


def test_the_text_form_says_it_all() -> None:
    said = text(story())
    for words in (
        "story, 2020-06-10", "protest.strike, occurred, event 1", "protest.striking is blocked (unless passive)",
        "contract.contract, dropped", "event 1: Protest, strike", "inferred target: Google", "Maria Gonzalez – Google",
    ):  # fmt: skip
        assert words in said, said


def test_frames_of_a_folder_are_used_besides_the_programs_own(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SOLEMN, encoding="utf-8")
    document = Document("d", "Porters kept a silent minute. Cooks went on strike.")
    assert [e.form for e in explain(document).events] == ["strike"]
    assert [e.form for e in explain(document, frames=tmp_path).events] == ["vigil", "strike"]


def test_a_frame_of_a_folder_replaces_the_programs_own_of_the_same_id(tmp_path: Path) -> None:
    own = SOLEMN.replace("protest.silence", "protest.strike")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    document = Document("d", "Porters kept a silent minute. Cooks went on strike.")
    assert "strike" not in [e.form for e in explain(document, frames=tmp_path).events]


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "article.md"
    file.write_text(f"---\nid: story\n---\n{STORY}\n", encoding="utf-8")
    runner = CliRunner()
    plain = runner.invoke(main, ["explain", str(file), "--date", "2020-06-10"])
    assert plain.exit_code == 0, plain.output
    assert plain.stdout == text(story())
    data = json.loads(runner.invoke(main, ["explain", "-", "--format", "json"], input=STORY).stdout)
    assert [len(item["sentences"]) for item in data] == [4]
    assert runner.invoke(main, ["explain", str(tmp_path / "missing.md")]).exit_code == 2
    empty = tmp_path / "empty.txt"
    empty.write_text(" ", encoding="utf-8")
    done = runner.invoke(main, ["explain", str(empty)])
    assert done.exit_code == 2
    assert "is empty" in done.stderr
