"""The file in which people's judgements are kept: plain YAML that may be edited, replayed in order at every build."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.model import Anchor, FactReference, Judgement, content_hash

FILE = "decisions.yaml"
"""Name of the file in a graph folder, unless another one is given."""

ACTIONS = ("merge", "split", "accept", "reject", "correct", "undo")

_HEAD = """\
# What people decided about this graph. Every build replays it from top to bottom; a later entry wins over an earlier
# one. Entries may be edited, deleted or added by hand:
#   action: merge | split     left and right: the mentions that are one thing, or two
#   action: accept | reject | correct     fact: a statement of a text; value: what is right
#   action: undo     of: the id of the entry that no longer counts
# A mention or fact that an entry names but no text contains any more is reported by the build, and the entry kept.
"""


def read(path: Path) -> list[Judgement]:
    """Return all judgements of a file in order, without those that were undone; none where there is no file.

    Raises UsageError that names the entry at fault.
    """
    entries = _entries(path)
    undone = {str(entry.get("of")) for entry in entries if entry.get("action") == "undo"}
    found = [_judgement(path, number, entry) for number, entry in enumerate(entries, 1)]
    return [judgement for judgement in found if judgement.action != "undo" and judgement.id not in undone]


def _entries(path: Path) -> list[dict[str, Any]]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}; correct the file") from error
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise UsageError(f"{path}: must be a list of entries, each with an `action`; correct the file")
    return content


def _judgement(path: Path, number: int, entry: dict[str, Any]) -> Judgement:
    where, action = f"{path}: entry {number}", entry.get("action")
    if action not in ACTIONS:
        raise UsageError(f"{where}: action {action!r} is not one of {', '.join(ACTIONS)}; correct it")
    plain: dict[str, Any] = {
        key: _plain(entry[key]) for key in ("by", "at", "note", "value") if entry.get(key) is not None
    }
    if action in ("merge", "split"):
        left, right = (_anchors(where, side, entry.get(side)) for side in ("left", "right"))
        found = Judgement("", action, left, right, **plain)
    elif action == "undo":
        if not entry.get("of"):
            raise UsageError(f"{where}: undo needs `of`, the id of an entry; add it")
        found = Judgement("", action, **plain)
    else:
        found = Judgement("", action, fact=_fact(where, entry.get("fact")), **plain)
        if action == "correct" and found.value is None:
            raise UsageError(f"{where}: correct needs `value`, what is right; add it")
    return replace(found, id=str(entry.get("id") or identifier(found)))


def _plain(value: Any) -> str:
    """Return a value as text; a moment that YAML has read as one (somebody left out the quotes) in ISO form, UTC."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _anchors(where: str, side: str, given: Any) -> tuple[Anchor, ...]:
    items = given if isinstance(given, list) else [given]
    try:
        anchors = tuple(Anchor(i) if isinstance(i, str) else Anchor(**{k: str(v) for k, v in i.items()}) for i in items)
    except (TypeError, AttributeError) as error:
        raise UsageError(
            f"{where}: {side} must list mentions, each with node, document and name; correct it"
        ) from error
    return anchors


def _fact(where: str, given: Any) -> FactReference:
    try:
        return FactReference(**{key: str(value) for key, value in given.items()})
    except (TypeError, AttributeError) as error:
        raise UsageError(f"{where}: fact needs document, subject, predicate, object and quote; correct it") from error


def identifier(judgement: Judgement) -> str:
    """Return the id of a judgement: what it says, hashed."""
    content = {key: value for key, value in asdict(judgement).items() if key not in ("id", "note")}
    return f"{judgement.action}-{content_hash(content, length=8)}"


def add(path: Path, judgement: Judgement) -> Judgement:
    """Append a judgement to a file (made where missing), all or nothing; return it with its id."""
    taken = {str(entry.get("id")) for entry in _entries(path)}
    judgement = replace(judgement, id=identifier(judgement))
    while judgement.id in taken:
        judgement = replace(judgement, id=f"{judgement.id}-2")
    _append(path, _entry(judgement))
    return judgement


def undo(path: Path, id_: str, *, by: str = "", at: str = "") -> None:
    """Append an entry that takes back the one called `id_`. Raises UsageError where no such entry counts."""
    known = [judgement.id for judgement in read(path)]
    if id_ not in known:
        listed = ", ".join(known) or "none"
        raise UsageError(f"{id_}: no such decision in {path}; the ones that count: {listed}")
    _append(path, {"action": "undo", "of": id_, "by": by, "at": at})


def _entry(judgement: Judgement) -> dict[str, Any]:
    entry = {key: value for key, value in asdict(judgement).items() if value not in (None, "", ())}
    for side in ("left", "right"):
        if side in entry:
            entry[side] = [{k: v for k, v in anchor.items() if v} for anchor in entry[side]]
    return {"id": entry.pop("id"), "action": entry.pop("action"), **entry}


def _append(path: Path, entry: dict[str, Any]) -> None:
    import yaml

    try:
        before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
        text = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=110)
        write_text(path, before.rstrip("\n") + "\n\n" + text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; name another file with --decisions") from error


def write_text(path: Path, text: str) -> None:
    """Replace a text file in one step, which a crash can neither split nor lose."""
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def signature(judgements: Iterable[Judgement]) -> str:
    """Return a hash of all that the judgements can change in a graph."""
    return content_hash([asdict(judgement) for judgement in judgements], length=32)
