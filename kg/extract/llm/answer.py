"""What the model must answer: the types that check an answer, and the JSON Schema that is made from them.

The names that a field admits come from the ontology, so that prompt, schema and check cannot disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import CoreSchema, core_schema

from kg.extract.llm import terms

_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.S | re.I)
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.S)
MAX_FAULTS = 5
MOST = {
    "events": 10,
    "contracts": 10,
    "evidence": 5,
    "aliases": 5,
    "member_of": 5,
    "size": 5,
    "place": 10,
    "addressee": 10,
    "target": 10,
    "demands": 20,
}
MOST_NAMES = 60
"""The most items of each list that the schema admits, because weak models repeat themselves without end; an answer with
more is read all the same."""


class AnswerError(ValueError):
    """An answer is no JSON or does not fit the schema; the message can be shown to the model."""


class _OneOf:
    """Admits one of the names that a function of the vocabulary returns."""

    def __init__(self, names: Callable[[], tuple[str, ...]]) -> None:
        self._names = names

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return core_schema.literal_schema(list(self._names()))


EntityClass = Annotated[str, _OneOf(lambda: terms.ENTITY_CLASSES)]
EventClass = Annotated[str, _OneOf(lambda: terms.EVENT_CLASSES)]
Form = Annotated[str, _OneOf(terms.form_names)]
EventStatus = Annotated[str, _OneOf(lambda: terms.status_names("CollectiveAction"))]
ContractStatus = Annotated[str, _OneOf(lambda: terms.status_names("Contract"))]
Factuality = Annotated[str, _OneOf(lambda: terms.FACTUALITIES)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entity(_Part):
    """A named actor, technology or place, or a group without a name."""

    name: str
    type: EntityClass
    aliases: list[str]
    member_of: list[str]


class Event(_Part):
    """A collective action."""

    evidence: list[str]
    trigger: str
    class_: EventClass
    form: Form | None
    status: EventStatus
    factuality: Factuality
    signatory: list[str]
    organizer: list[str]
    participant: list[str]
    addressee: list[str]
    target: list[str]
    concerns: list[str]
    demands: list[str]
    size: list[str]
    when: str | None
    place: list[str]

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=lambda name: name.rstrip("_"))


class Contract(_Part):
    """A contract."""

    evidence: list[str]
    trigger: str
    status: ContractStatus
    supplier: list[str]
    buyer: list[str]
    value: str | None
    subject: str | None
    identifier: list[str]
    when: str | None


class Affiliation(_Part):
    """A person's place in an organization."""

    person: str
    organization: str
    role: str | None
    evidence: str


class Answer(_Part):
    """All that the model read in one part of a text; sentences come first, so that it copies before it judges."""

    events: list[Event]
    contracts: list[Contract]
    affiliations: list[Affiliation]
    entities: list[Entity]


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of an answer, in the subset that endpoints with structured output accept."""
    plain: dict[str, Any] = _plain(Answer.model_json_schema(by_alias=True))
    for part in plain["$defs"].values():
        for name, field in part["properties"].items():
            if field.get("type") == "array":
                field["maxItems"] = MOST.get(name, MOST_NAMES)
    return plain


def _plain(node: Any) -> Any:
    """Drop titles and descriptions: they cost tokens in every request, and the instructions say more."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _plain(item) for name, item in value.items()} if key in ("properties", "$defs") else _plain(value)
        for key, value in node.items()
        if not (key in ("title", "description") and isinstance(value, str))
    }


def parse(content: str) -> Answer:
    """Read an answer strictly; only a code fence and a block of thoughts around it are forgiven.

    Raises AnswerError, which says what is wrong and where.
    """
    text = _THOUGHTS.sub("", content)
    if fenced := _FENCE.match(text):
        text = fenced[1]
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"It is no JSON: {error}.") from error
    try:
        return Answer.model_validate(data)
    except ValidationError as error:
        raise AnswerError(f"It does not fit the schema: {_faults(error)}.") from error


def _faults(error: ValidationError) -> str:
    faults = [f"{'.'.join(map(str, e['loc'])) or 'the object'}: {e['msg']}" for e in error.errors(include_url=False)]
    more = f"; and {len(faults) - MAX_FAULTS} more" if len(faults) > MAX_FAULTS else ""
    return "; ".join(faults[:MAX_FAULTS]) + more
