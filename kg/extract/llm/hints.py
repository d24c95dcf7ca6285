"""What the rules find in a text, written as the answer that a model would give: for the model to judge."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import rules, statements
from kg.extract.candidates import Filler, Phrase
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.llm.parts import Part
from kg.extract.llm.prompt import compact
from kg.extract.llm.terms import EVENT_ROLES
from kg.extract.reading import Reading
from kg.model import Count, Document, Literal, Money, Statement, TimeSpan

_AGREED = 0.5
"""How much of the rules' confidence counts where they agree with the model: it has seen what they found."""


class RuleHints:
    """The rules' findings; `Hints` for the extractor. One document is parsed at a time, and only once."""

    def __init__(self, model: str, frames: Path | None = None) -> None:
        self._model, self._frames = model, frames
        self._lock = threading.Lock()
        self._reading = lru_cache(maxsize=64)(self._parsed)

    def version(self) -> str:
        """Return the version of the rules."""
        return rules.version(self._model, self._frames)

    def of(self, document: Document, part: Part) -> str:
        """Return what the rules found in a part, in the form of an answer without empty fields."""
        with self._lock:
            reading = self._reading(document)
        text = document.text
        inside = [e for e in reading.events if part.start <= e.mentions[0].sentence[0] < part.end]
        groups = [_entity(r) for r in reading.discourse if part.start <= r.first_span()[0] < part.end]
        found = {
            "events": [_event(e, text) for e in inside if e.cls != "Contract"],
            "contracts": [_event(e, text) for e in inside if e.cls == "Contract"],
            "affiliations": [
                {"person": t.person.label, "organization": t.organization.label, "role": t.role}
                for t in reading.affiliations
                if part.start <= t.evidence[0] < part.end
            ],
            "entities": groups,
        }
        return compact({key: value for key, value in found.items() if value})

    def confirm(self, document: Document, found: list[Statement]) -> list[Statement]:
        """Return the statements, surer where the rules read the same in overlapping words."""
        with self._lock:
            theirs = statements.write(document, self._reading(document))
        known: dict[tuple[str, str], list[Statement]] = {}
        labels = _labels(theirs)
        for statement in theirs:
            known.setdefault(_said(statement, labels), []).append(statement)
        labels = _labels(found)
        surer = []
        for statement in found:
            e = statement.evidence
            same = [
                s.evidence.confidence
                for s in known.get(_said(statement, labels), ())
                if s.evidence.start < e.end and e.start < s.evidence.end
            ]
            if same:
                e = replace(e, confidence=round(1 - (1 - e.confidence) * (1 - _AGREED * max(same)), 3))
            surer.append(replace(statement, evidence=e))
        return surer

    def _parsed(self, document: Document) -> Reading:
        return next(reading for _, reading in rules.read([document], model=self._model, more=self._frames))


def _event(event: Event, text: str) -> dict[str, Any]:
    spans = dict.fromkeys(m.sentence for m in event.mentions)
    said: dict[str, Any] = {
        "evidence": [text[start:end] for start, end in spans],
        "trigger": event.mentions[0].words,
        "class": event.cls,
        "form": event.form,
        "status": event.status,
    }
    roles = (
        ("supplier", "buyer", "subject", "value", "identifier") if event.cls == "Contract" else (*EVENT_ROLES, "size")
    )
    for candidate in event.candidates():
        if candidate.role in roles:
            words = _words(candidate.filler)
            if words not in said.setdefault(candidate.role, []):
                said[candidate.role].append(words)
    return {key: value for key, value in said.items() if value}


def _words(filler: Filler) -> str:
    if isinstance(filler, Referent):
        return filler.label
    return filler.text if isinstance(filler, Phrase) else filler.raw


def _entity(referent: Referent) -> dict[str, Any]:
    aliases = [name for name in referent.names if name != referent.label]
    ties = [tie.label for tie in referent.affiliations] if referent.cls == "Collective" else []
    said = {"name": referent.label, "type": referent.cls, "aliases": aliases, "member_of": ties}
    return {key: value for key, value in said.items() if value}


def _labels(found: list[Statement]) -> dict[str, str]:
    return {s.subject: s.object.value for s in found if s.predicate == "rdfs:label" and isinstance(s.object, Literal)}


def _said(statement: Statement, labels: dict[str, str]) -> tuple[str, str]:
    """Return predicate and value of a statement in a form that two readings of a text share."""
    value = statement.object
    if isinstance(value, str):
        text = labels.get(value, value)
    else:
        text = value.raw if isinstance(value, Count | Money | TimeSpan) else value.value
    return statement.predicate, text.casefold()
