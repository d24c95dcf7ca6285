"""The frames: the loader and its errors, and every example in `schema/frames/` run through the extractor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from texts import DAY, Read, ReadText

from kg.errors import SchemaError
from kg.extract import frames, places, triggers
from kg.extract.candidates import Phrase
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.frames import Frame
from kg.model import Count, Money, TimeSpan
from kg.vocab import schema_dir

FRAMES = frames.load().frames
EXAMPLES = [(frame, example) for frame in FRAMES for example in frame.examples]
MINIMAL = "class: Protest\nactor: participant\nframes:\n"


# ---- every example ----------------------------------------------------------------------


def told(filler: object) -> str:
    """The words of the text that a filler stands for."""
    if isinstance(filler, Referent):
        return filler.label
    if isinstance(filler, Phrase):
        return filler.text
    assert isinstance(filler, Count | Money | TimeSpan)
    return filler.raw


def role_words(event: Event, role: str) -> list[str]:
    """What fills a role of an event, or its form or status, in words."""
    if role == "form":
        return [event.form or ""]
    if role == "status":
        return [event.status]
    return [told(c.filler) for c in event.candidates() if c.role == role]


def of_frame(read: Read, frame: Frame) -> list[Event]:
    """The events that a kept mention of the frame tells."""
    return [e for e in read.reading.events if any(m.frame.id == frame.id for m in e.mentions)]


def unmet(events: Iterable[Event], expected: Mapping[str, str]) -> dict[str, Any]:
    """What the best of the events lacks of what an example expects: role -> (expected, found)."""
    lacking = []
    for event in events:
        found = {role: role_words(event, role) for role in expected}
        lacking.append({r: (w, found[r]) for r, w in expected.items() if not any(str(w) in f for f in found[r])})
    return min(lacking, key=len)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.id)
def test_every_frame_has_an_example(frame: Frame) -> None:
    assert frame.examples, f"{frame.id}: add `examples:` with a text and what is expected of it"


@pytest.mark.parametrize(("frame", "example"), EXAMPLES, ids=[f"{f.id}-{f.examples.index(e)}" for f, e in EXAMPLES])
def test_example(frame: Frame, example: Mapping[str, Any], read_text: ReadText) -> None:
    assert set(example) <= {"text", "expect", "date"}
    read = read_text(example["text"], day=example.get("date", DAY))
    events = of_frame(read, frame)
    if example["expect"] == "nothing":
        assert not events
        return
    dropped = [(m.frame.id, m.words, m.reason) for m in read.reading.mentions if not m.kept]
    others = [(m.frame.id, m.words) for e in read.reading.events for m in e.mentions]
    assert events, f"the frame did not fire; these did: {others}; dropped: {dropped}"
    assert not unmet(events, example["expect"])


# ---- the loader -------------------------------------------------------------------------


def write(folder: Path, text: str) -> Path:
    """Make a folder of frames that holds one file."""
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def test_what_a_frame_says_outweighs_what_its_file_says(tmp_path: Path) -> None:
    found = frames.load(
        write(
            tmp_path,
            """
            class: Protest
            actor: participant
            support: {participant: [hold], none: [follow]}
            roles: {participant: [by], target: ["against:actor"]}
            frames:
              - {id: a, nouns: [sing-along], support: {organizer: [hold]}, roles: {participant: ["of:group"]}}
              - {id: b, verbs: [walk out], unless: ["modifier:air|drone", passive], generic: true, needs: roles}
            """,
        )
    )
    first, second = found.frames
    assert first.support == {"hold": "organizer", "follow": "none"}
    assert [(s.place, s.filter) for s in first.roles["participant"]] == [("of", "group")]
    assert [(s.place, s.filter) for s in first.roles["target"]] == [("against", "actor")]
    assert [s.lemmas for s in second.unless] == [{"air", "drone"}, set()]
    assert (second.generic, second.needs, first.generic, first.needs) == (True, "roles", False, "")
    assert found.frame("b") is second
    with pytest.raises(KeyError):
        found.frame("c")


def test_a_file_may_be_like_another_one(tmp_path: Path) -> None:
    write(tmp_path, f"{MINIMAL}  - {{id: a, verbs: [stand]}}")
    (tmp_path / "more.yaml").write_text("like: own\nframes:\n  - {id: b, verbs: [walk out]}", encoding="utf-8")
    first, second = frames.load(tmp_path).frames
    assert (first.cls, first.actor, first.support) == (second.cls, second.actor, second.support)
    (tmp_path / "more.yaml").write_text("like: none\nframes: []", encoding="utf-8")
    frames.load.cache_clear()
    with pytest.raises(SchemaError, match=r"more.yaml.*none.yaml"):
        frames.load(tmp_path)


def test_triggers_are_found_by_their_head_and_longer_ones_come_first(tmp_path: Path) -> None:
    nouns = "[strike, hunger strike, petition to board]"
    found = frames.load(write(tmp_path, f"{MINIMAL}  - {{id: a, nouns: {nouns}, verbs: [vote to join]}}"))
    assert [trigger.words for trigger in found.nouns["strike"]] == [2, 1]
    (petition,) = found.nouns["petition"]
    assert petition.after == ("to", "board")
    (vote,) = found.verbs["vote"]
    assert vote.after == ("join",)
    assert "vote" not in found.nouns


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class: Party\nactor: x\nframes: []", ["class", "Petition"]),
        (MINIMAL + "  - {nouns: [sit-down]}", ["id"]),
        (MINIMAL + "  - {id: a, noun: [sit-down]}", ["a", "noun"]),
        (MINIMAL + "  - {id: a, roles: {victim: [by]}}", ["a", "victim"]),
        (MINIMAL + "  - {id: a", ["mend the YAML"]),
    ],
)
def test_a_malformed_file_is_named_with_the_fault(text: str, words: list[str], tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as error:
        frames.load(write(tmp_path, text))
    for word in ["own.yaml", *words]:
        assert word in str(error.value)


def test_frame_ids_are_unique_and_begin_with_their_class() -> None:
    ids = [frame.id for frame in FRAMES]
    assert len(set(ids)) == len(ids)
    prefixes = {"Petition": "petition", "Protest": "protest", "UnionAction": "union", "LegalAction": "legal"}
    for frame in FRAMES:
        assert frame.id.partition(".")[0] == prefixes.get(frame.cls, "contract")


def test_forms_are_those_of_the_vocabulary() -> None:
    ontology = (schema_dir() / "ontology.ttl").read_text(encoding="utf-8")
    for frame in FRAMES:
        for form in (frame.form, frame.located):
            assert form is None or f"form:{form} " in ontology or f"<form/{form}>" in ontology, frame.id


# ---- the manual -------------------------------------------------------------------------

MANUAL = Path(__file__).parents[2] / "docs" / "frames.md"
WORKED = re.search(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)


def test_the_worked_example_of_the_manual_works(tmp_path: Path, read_text: ReadText) -> None:
    assert WORKED is not None
    folder = write(tmp_path, WORKED[1])
    (frame,) = frames.load(folder).frames
    assert len(frame.examples) > 2
    for example in frame.examples:
        before = read_text(example["text"])
        assert not of_frame(before, frame), "the manual's frame is not among the program's own"
        events = of_frame(read_text(example["text"], folder=folder), frame)
        if example["expect"] == "nothing":
            assert not events
        else:
            assert events, example["text"]
            assert not unmet(events, example["expect"])


def test_the_manual_lists_everything_that_a_frame_may_say() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    words = {
        *places.PLACES,
        *triggers.FLAGS,
        *triggers.KINDS,
        *frames.ROLE_KEYS,
        *frames.CLASSES,
        "subtree",
        "governor",
    }
    assert not {word for word in words if f"`{word}`" not in text and f"`{word}:" not in text}
