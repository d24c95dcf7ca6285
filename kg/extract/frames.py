"""Loads `schema/frames/*.yaml`: which words evoke which event, and which grammatical places fill which role.

A frame file describes one class of the vocabulary (Petition, Protest, UnionAction, LegalAction, Contract); it holds
the class's support verbs and roles, and its frames. `docs/frames.md` explains the format to those who write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import SchemaError
from kg.vocab import schema_dir

ROLE_KEYS = frozenset(
    [
        "signatory",
        "organizer",
        "participant",
        "addressee",
        "target",
        "place",
        "concerns",
        "demands",
        "supplier",
        "buyer",
        "subject",
    ]
)
CLASSES = ("Petition", "Protest", "UnionAction", "LegalAction", "Contract")
_JOINING = frozenset({"to", "of", "with", "for", "by", "on"})
_FUNCTION_WORDS = frozenset({"to", "a", "the", "be", "of"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A grammatical place (`subject`, `object`, `against`, `modifier` ...) with what may stand there.

    `filter` is a kind of referent (`actor`, `group`, `employer` ...) in a role, or the admitted lemmas in a condition.
    """

    place: str
    filter: str = ""
    lemmas: frozenset[str] = field(init=False, compare=False)
    """The filter of a condition as a set of lemmas."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lemmas", frozenset(self.filter.split("|") if self.filter else ()))

    @classmethod
    def parse(cls, text: str) -> Slot:
        """Read `place` or `place:filter`."""
        place, _, wanted = text.partition(":")
        return cls(place, wanted)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that evokes a frame: its lemma, whether it is a verb or a noun, and the words that must stand by it."""

    frame: Frame
    lemma: str
    verb: bool
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    others: frozenset[str] = field(init=False, compare=False)
    """The words that must stand by it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "others", frozenset((*self.before, *self.after)))

    @property
    def words(self) -> int:
        """Return how many words the trigger names; the trigger with most words wins."""
        return 1 + len(self.before) + len(self.after)


@dataclass(frozen=True, slots=True)
class Frame:
    """One way of speaking of an event or a contract; `support` maps a verb's lemma to the role of its subject.

    `needs` says what a noun must have beside it to count: `support` (one of the support verbs, or a role),
    `verb` (one of the support verbs), `roles` (a participant or target), `told` (an event of its form told before),
    `parties` (supplier or buyer); `generic` frames yield to specific ones; `located` is the form where a place is told.
    """

    id: str
    cls: str
    actor: str
    form: str | None
    support: Mapping[str, str]
    roles: Mapping[str, tuple[Slot, ...]]
    unless: tuple[Slot, ...] = ()
    only: tuple[Slot, ...] = ()
    needs: str = ""
    generic: bool = False
    located: str | None = None
    status: str | None = None
    examples: tuple[Mapping[str, Any], ...] = field(default=(), hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class FrameSet:
    """All frames, with an index from a lemma to the triggers that it may be the head of."""

    frames: tuple[Frame, ...]
    verbs: Mapping[str, tuple[Trigger, ...]]
    nouns: Mapping[str, tuple[Trigger, ...]]

    def frame(self, name: str) -> Frame:
        """Return the frame called `name`; raises KeyError."""
        return {f.id: f for f in self.frames}[name]

    def extended(self, more: FrameSet) -> FrameSet:
        """Return both sets as one; a frame in `more` takes the place of the frame of the same id."""
        replaced = {frame.id for frame in more.frames}

        def joined(
            left: Mapping[str, tuple[Trigger, ...]], right: Mapping[str, tuple[Trigger, ...]]
        ) -> dict[str, tuple[Trigger, ...]]:
            old = {lemma: tuple(t for t in found if t.frame.id not in replaced) for lemma, found in left.items()}
            return {
                lemma: tuple(sorted((*right.get(lemma, ()), *old.get(lemma, ())), key=lambda t: -t.words))
                for lemma in {**left, **right}
            }

        kept = tuple(frame for frame in self.frames if frame.id not in replaced)
        return FrameSet((*kept, *more.frames), joined(self.verbs, more.verbs), joined(self.nouns, more.nouns))


def _slots(raw: Iterable[Any]) -> tuple[Slot, ...]:
    return tuple(Slot.parse(str(text)) for text in raw)


def _check(condition: bool, path: Path, where: str, fault: str) -> None:
    if not condition:
        raise SchemaError(f"{path.name}: {where}: {fault}; see docs/frames.md")


def _frame(path: Path, shared: Mapping[str, Any], raw: Mapping[str, Any]) -> Frame:
    known = {
        "id",
        "form",
        "nouns",
        "verbs",
        "unless",
        "only",
        "needs",
        "roles",
        "generic",
        "located",
        "status",
        "examples",
        "support",
    }
    _check("id" in raw, path, str(raw)[:60], "a frame needs an id")
    _check(not (extra := set(raw) - known), path, raw["id"], f"unknown keys {sorted(extra)}")
    roles = {**shared.get("roles", {}), **raw.get("roles", {})}
    _check(set(roles) <= ROLE_KEYS, path, raw["id"], f"unknown roles {sorted(set(roles) - ROLE_KEYS)}")
    support = {**shared.get("support", {}), **raw.get("support", {})}
    return Frame(
        id=raw["id"],
        cls=shared["class"],
        actor=shared["actor"],
        form=raw.get("form"),
        support={verb: role for role, verbs in support.items() for verb in verbs},
        roles={role: _slots(places) for role, places in roles.items()},
        unless=_slots(raw.get("unless", ())),
        only=_slots(raw.get("only", ())),
        needs=raw.get("needs", ""),
        generic=bool(raw.get("generic", False)),
        located=raw.get("located"),
        status=raw.get("status"),
        examples=tuple(raw.get("examples", ())),
    )


def _shared(path: Path, name: str) -> dict[str, Any]:
    """Return class, actor, support and roles of the file `name` beside `path`, which counts for the frames of both."""
    other = path.with_name(f"{name}.yaml")
    _check(other.is_file(), path, "like", f"there is no file {other.name} beside it")
    raw = yaml.safe_load(other.read_text(encoding="utf-8"))
    return {key: raw[key] for key in ("class", "actor", "support", "roles") if key in raw}


def _trigger(frame: Frame, text: str, *, verb: bool) -> Trigger:
    words = text.lower().replace("-", " - ").split()  # as the tokenizer cuts "sit-in"
    if verb:
        return Trigger(frame, words[0], True, after=tuple(w for w in words[1:] if w not in _FUNCTION_WORDS))
    joint = next((i for i, w in enumerate(words) if w in _JOINING and i), len(words))
    return Trigger(frame, words[joint - 1], False, before=tuple(words[: joint - 1]), after=tuple(words[joint:]))


def _index(triggers: Iterable[Trigger]) -> dict[str, tuple[Trigger, ...]]:
    index: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        index.setdefault(trigger.lemma, []).append(trigger)
    return {lemma: tuple(sorted(found, key=lambda t: -t.words)) for lemma, found in index.items()}


@cache
def load(folder: Path | None = None) -> FrameSet:
    """Read the frame files of `folder` (default: the project's). Raises SchemaError naming file, frame and fault."""
    frames: list[Frame] = []
    triggers: list[Trigger] = []
    for path in sorted((folder or schema_dir() / "frames").glob("*.yaml")):
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise SchemaError(f"{path}: {error}; mend the YAML") from error
        if "frames" not in raw:
            continue
        if "like" in raw:
            raw = _shared(path, str(raw["like"])) | raw
        _check(raw.get("class") in CLASSES, path, "class", f"must be one of {', '.join(CLASSES)}")
        for item in raw["frames"]:
            frame = _frame(path, raw, item)
            frames.append(frame)
            triggers += [_trigger(frame, text, verb=True) for text in item.get("verbs", ())]
            triggers += [_trigger(frame, text, verb=False) for text in item.get("nouns", ())]
    return FrameSet(tuple(frames), _index(t for t in triggers if t.verb), _index(t for t in triggers if not t.verb))


def known(more: Path | None = None) -> FrameSet:
    """Return the project's frames, and those of the folder `more` besides. Raises SchemaError as `load` does."""
    return load() if more is None else load().extended(load(more))
