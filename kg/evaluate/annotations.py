"""What a reader finds in a text, as measurement sees it, and how gold annotations are read from JSON Lines.

`docs/evaluation.md` describes the format. Gold and found annotations have the same shape, so that they can be matched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import UsageError

ENTITY_CLASSES = (
    "Person", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet", "University", "Organization",
    "Technology",
)  # fmt: skip
EVENT_CLASSES = ("Petition", "Protest", "UnionAction", "LegalAction")
NAME_ROLES = ("signatory", "organizer", "participant", "addressee", "target", "place")
TEXT_ROLES = ("concerns", "demands")
PARTY_ROLES = ("supplier", "buyer", "identifier")
HELP = "see docs/evaluation.md"


@dataclass(frozen=True, slots=True)
class Names:
    """One filler by all the names that it goes by; a demand or concern by its words."""

    forms: tuple[str, ...]

    def __str__(self) -> str:
        return " | ".join(self.forms)


@dataclass(frozen=True, slots=True)
class Interval:
    """A time: the first and the last day, in ISO form."""

    earliest: str
    latest: str

    def __str__(self) -> str:
        return f"{self.earliest} to {self.latest}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of people, or of `currency` units; None leaves an end open."""

    minimum: float | None
    maximum: float | None
    currency: str = ""

    def __str__(self) -> str:
        ends = ("" if end is None else f"{end:,.15g}" for end in (self.minimum, self.maximum))
        return f"{'…'.join(ends)} {self.currency}".rstrip()


@dataclass(frozen=True, slots=True)
class Fact:
    """One filled slot of an event or a contract, with the confidence in 0..1 that a graph states for it."""

    role: str
    value: Names | Interval | Amount
    confidence: float = 1.0

    def __str__(self) -> str:
        return f"{self.role}: {self.value}"


@dataclass(frozen=True, slots=True)
class Told:
    """An event or a contract (`cls` Contract): its facts, and the sentences that prove it."""

    cls: str
    form: str | None
    status: str | None
    quotes: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A named actor or technology."""

    names: Names
    cls: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A person's affiliation with an organization."""

    person: Names
    organization: Names
    confidence: float = 1.0

    def __str__(self) -> str:
        return f"{self.person} – {self.organization}"


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that a graph quotes, with its half-open code points in the document."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """All that was found in one text."""

    id: str
    entities: tuple[Entity, ...] = ()
    events: tuple[Told, ...] = ()
    contracts: tuple[Told, ...] = ()
    affiliations: tuple[Tie, ...] = ()
    quotes: tuple[Quote, ...] = ()


# ---- gold annotations -------------------------------------------------------------------


class _MalformedError(Exception):
    """What is wrong with a line, in words; the caller adds where."""


def read_gold(path: Path) -> list[Annotation]:
    """Read the gold annotations of a JSON Lines file. Raises UsageError naming file, line and fault."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); give a JSON Lines file in UTF-8, {HELP}") from error
    found: dict[str, Annotation] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            annotation = _annotation(json.loads(line))
            if annotation.id in found:
                raise _MalformedError(f"a second annotation of {annotation.id!r}")
        except (_MalformedError, json.JSONDecodeError) as error:
            raise UsageError(f"{path}:{number}: {error}; correct the line, {HELP}") from error
        found[annotation.id] = annotation
    if not found:
        raise UsageError(f"{path}: holds no annotation; write one JSON object a line, {HELP}")
    return list(found.values())


def _annotation(raw: Any) -> Annotation:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise _MalformedError('not an object with an "id" in quotes')
    return Annotation(
        id=raw["id"],
        entities=tuple(_entity(item) for item in _objects(raw, "entities")),
        events=tuple(_event(item) for item in _objects(raw, "events")),
        contracts=tuple(_contract(item) for item in _objects(raw, "contracts")),
        affiliations=tuple(
            Tie(_names(_text(item, "person")), _names(_text(item, "organization")))
            for item in _objects(raw, "affiliations")
        ),
    )


def _entity(raw: Mapping[str, Any]) -> Entity:
    forms = [form for text in [_text(raw, "name"), *_texts(raw, "aliases")] for form in _names(text).forms]
    return Entity(Names(tuple(forms)), _choice(raw, "type", ENTITY_CLASSES))


def _event(raw: Mapping[str, Any]) -> Told:
    facts = [Fact(role, _names(text)) for role in (*NAME_ROLES, *TEXT_ROLES) for text in _texts(raw, role)]
    sizes = [Amount(_number(size, "min"), _number(size, "max")) for size in _objects(raw, "size")]
    facts += [Fact("size", size) for size in sizes if size.minimum is not None or size.maximum is not None]
    if raw.get("when"):
        facts.append(Fact("when", _interval(raw["when"])))
    return _told(_choice(raw, "class", EVENT_CLASSES), raw, facts)


def _contract(raw: Mapping[str, Any]) -> Told:
    facts = [Fact(role, _names(text)) for role in PARTY_ROLES for text in _texts(raw, role)]
    value = raw.get("value")
    if value is not None:
        if not isinstance(value, dict):
            raise _MalformedError('"value" is no object with "min", "max" and "currency"')
        amount = Amount(_number(value, "min"), _number(value, "max"), value.get("currency") or "")
        if amount.minimum or amount.maximum:
            facts.append(Fact("value", amount))
    if raw.get("subject"):
        facts.append(Fact("subject", _names(_text(raw, "subject"))))
    return _told("Contract", raw, facts)


def _told(cls: str, raw: Mapping[str, Any], facts: Iterable[Fact]) -> Told:
    evidence = raw.get("evidence")
    return Told(cls, raw.get("form"), raw.get("status"), (evidence,) if evidence else (), tuple(facts))


def _names(text: str) -> Names:
    return Names(tuple(form.strip() for form in text.split("|")))


def _interval(raw: Any) -> Interval:
    if not isinstance(raw, dict):
        raise _MalformedError('"when" is no object with "earliest" and "latest"')
    return Interval(_text(raw, "earliest"), _text(raw, "latest"))


def _objects(raw: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    for item in _list(raw, key):
        if not isinstance(item, dict):
            raise _MalformedError(f'"{key}" holds something else than objects')
        yield item


def _texts(raw: Mapping[str, Any], key: str) -> Iterator[str]:
    for item in _list(raw, key):
        if not isinstance(item, str):
            raise _MalformedError(f'"{key}" holds something else than texts')
        yield item


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    found = raw.get(key) or []
    if not isinstance(found, list):
        raise _MalformedError(f'"{key}" is no list')
    return found


def _text(raw: Mapping[str, Any], key: str) -> str:
    found = raw.get(key)
    if not isinstance(found, str) or not found.strip():
        raise _MalformedError(f'"{key}" is no text')
    return found


def _number(raw: Mapping[str, Any], key: str) -> float | None:
    found = raw.get(key)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise _MalformedError(f'"{key}" is no number')
    return float(found)


def _choice(raw: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    found = raw.get(key)
    if found not in choices:
        raise _MalformedError(f'"{key}" is {found!r}, not one of {", ".join(choices)}')
    return str(found)
