"""Builds the request for a part of a text from what `schema/` says: terms, instructions, examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from string import Template
from typing import Any

import yaml

from kg.errors import SchemaError
from kg.extract.llm import answer, terms
from kg.extract.llm.options import LlmOptions
from kg.extract.llm.parts import Part
from kg.model import Document, content_hash
from kg.vocab import schema_dir

Message = dict[str, str]

_CONTROL = re.compile(
    r"<(?=\||/?(?:s|bos|eos|pad|unk|think|(?:start|end)_of_turn|turn|begin_of_text|eot_id|im_start|im_end)[>|])"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\])|<(?=</?SYS>>)|<(?=｜)|<(?=[a-z_]+\|>)",
    re.I,
)
"""Openings of the marks by which models tell turns apart; some servers would take them from a text at their word."""
_BREAK = "\u200b"
"""Written behind such an opening: nothing to see, and no part of a quotation when it is looked for in the text."""


def request(document: Document, part: Part, options: LlmOptions, *, hints: str = "") -> dict[str, Any]:
    """Return the body of the request that reads a part of a document; equal bodies have equal answers.

    `hints` is what the rules found in the part, as JSON ("" where they were not asked).
    """
    body: dict[str, Any] = {
        "model": options.name,
        "messages": [*_opening(options.examples), {"role": "user", "content": _question(document, part, hints)}],
        "temperature": 0,
        "max_tokens": options.length,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reading", "strict": True, "schema": answer.schema()},
        },
    }
    if options.probabilities:
        body["logprobs"] = True
    return body


def repair(body: dict[str, Any], content: str, fault: str) -> dict[str, Any]:
    """Return the request that asks for a corrected answer."""
    order = _file("repair.md").substitute(fault=fault)
    said = [{"role": "assistant", "content": content}, {"role": "user", "content": order}]
    return {**body, "messages": [*body["messages"], *said]}


def key_of(body: dict[str, Any]) -> str:
    """Return the name under which the answer to a request is kept: a hash of all that it says.

    Whether probabilities are asked for does not count: the answer is the same.
    """
    return "kg-" + content_hash({name: value for name, value in body.items() if name != "logprobs"}, length=40)


@cache
def version() -> str:
    """Return a hash of instructions, examples and schema."""
    return content_hash(_opening(None), _file("hints.md").template, _file("repair.md").template, answer.schema())


@cache
def instructions() -> str:
    """Return the system message."""
    return _file("instructions.md").substitute(
        entities=_list(terms.term(f"cag:{name}") for name in terms.ENTITY_CLASSES),
        forms="\n".join(map(_class, terms.EVENT_CLASSES)),
        roles=_list(terms.term(f"cag:{name}") for name in terms.EVENT_ROLES if name not in ("demands", "concerns")),
        statuses=_row(t for t in terms.statuses() if "CollectiveAction" in t.classes),
        contract_statuses=_row(t for t in terms.statuses() if "Contract" in t.classes),
    )


@cache
def examples() -> list[dict[str, Any]]:
    """Return the examples: title, date, text and answer. Raises SchemaError where the file is malformed."""
    path = schema_dir() / "llm" / "examples.yaml"
    try:
        found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError) as error:
        raise SchemaError(f"{path}: {error}; mend the file or reinstall the package") from error
    return found


def _opening(wanted: int | None) -> list[Message]:
    messages = [{"role": "system", "content": instructions()}]
    for example in examples()[:wanted]:
        text = example["text"]
        asked = _framed(example["title"], example["date"], "", text)
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": compact(example["answer"])}]
    return messages


def _question(document: Document, part: Part, hints: str) -> str:
    # Lone surrogates cannot be sent.
    whole = document.text.encode("utf-8", "replace").decode()
    before, text = whole[part.context : part.start], whole[part.start : part.end]
    asked = _framed(document.title, document.date.isoformat() if document.date else None, before, text)
    # The hints quote the text, so they are data as it is.
    hints = _disarmed(hints)
    mark = _mark(hints)
    return f"{asked}\n\n{_file('hints.md').template}\n{mark}\n{hints}\n{mark}" if hints else asked


def _framed(title: str | None, date: str | None, before: str, text: str) -> str:
    """Put a text between marker lines that it cannot contain, because they hold its own hash."""
    title, before, text = _disarmed(title or "") or None, _disarmed(before), _disarmed(text)
    mark = _mark(title, before, text)
    head = compact({"title": title, "published": date})
    context = (
        f"\n\nWhat stands before, to understand the text; report nothing from it:\n{mark}\n{before}\n{mark}"
        if before
        else ""
    )
    return f"{head}{context}\n\nThe text to read:\n{mark}\n{text}\n{mark}"


def _disarmed(text: str) -> str:
    """Break the marks that a chat template gives a meaning, so that no text can end its turn and begin another."""
    return _CONTROL.sub(lambda mark: mark[0] + _BREAK, text)


def _mark(*parts: str | None) -> str:
    return f"=== text {content_hash(*parts)} ==="


def compact(data: Any) -> str:
    """Return data as JSON in one line."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _class(name: str) -> str:
    """Return a class with its forms, without the one that all classes have."""
    found = (t for t in terms.forms() if name in t.classes and t.name != "other")
    return f"  - {name}: {terms.term(f'cag:{name}').meaning} Forms: {_row(found)}."


def _list(found: Iterable[terms.Term]) -> str:
    return "\n".join(f"- {t.name}: {t.meaning}" for t in found)


def _row(found: Iterable[terms.Term]) -> str:
    return "; ".join(f"{t.name} ({t.meaning[0].lower()}{t.meaning[1:].rstrip('.')})" for t in found)


@cache
def _file(name: str) -> Template:
    path = schema_dir() / "llm" / name
    try:
        return Template(path.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise SchemaError(f"{path}: {error}; mend the file or reinstall the package") from error
