"""Measures extraction against gold annotations: precision, recall and F1 by what is extracted, and its confidence.

A *fact* is one filled slot of an event, a contract or an affiliation; the row `facts` counts all of them alike.
`docs/evaluation.md` describes the format of gold annotations and the rules by which they are matched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.evaluate import matching
from kg.evaluate.annotations import EVENT_CLASSES, Annotation, Fact, Told, read_gold
from kg.evaluate.texts import extracted, read_texts, stored
from kg.model import Document

__all__ = ["Level", "Miss", "Report", "Row", "evaluate", "measure"]

HEADLINES = (
    "facts", "entities", "entity types", "events", "event form", "event status", "contracts", "affiliations",
    "quotes verbatim",
)  # fmt: skip
LEVELS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""Confidences for which the precision of what is at least as sure is reported."""


@dataclass(frozen=True, slots=True)
class Row:
    """How many were in the gold annotations, how many were found, and how many of these agree."""

    name: str
    gold: int
    found: int
    correct: int

    @property
    def precision(self) -> float:
        """Return the share of the found that is correct, 0 where nothing was found."""
        return self.correct / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the share of the gold that was found, 0 where there is none."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.gold + self.found
        return 2 * self.correct / total if total else 0.0

    def as_dict(self) -> dict[str, float]:
        """Return the counts, and the shares to three digits."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        rounded = {name: round(share, 3) for name, share in shares.items()}
        return {"gold": self.gold, "found": self.found, "correct": self.correct, **rounded}


@dataclass(frozen=True, slots=True)
class Level:
    """Of the facts with at least this confidence: how many, and how many of them are correct."""

    confidence: float
    facts: int
    correct: int
    kept: float

    @property
    def precision(self) -> float:
        """Return the share of these facts that is correct."""
        return self.correct / self.facts if self.facts else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that was missed, is too much, or differs: in which document, what kind, and what."""

    document: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one measurement; `answered` is how many of the documents have any statement at all."""

    documents: int
    answered: int
    rows: tuple[Row, ...]
    levels: tuple[Level, ...]
    misses: tuple[Miss, ...] = ()

    def __getitem__(self, name: str) -> Row:
        """Return the row called `name`; raises KeyError."""
        return {row.name: row for row in self.rows}[name]

    def as_dict(self, *, most: int | None = None) -> dict[str, Any]:
        """Return everything as plain data, at `most` that many misses."""
        return {
            "documents": self.documents,
            "answered": self.answered,
            "figures": {row.name: row.as_dict() for row in self.rows},
            "calibration": [
                {"confidence": level.confidence, "facts": level.facts, "correct": level.correct,
                 "precision": round(level.precision, 3), "kept": round(level.kept, 3)}
                for level in self.levels
            ],
            "misses": [asdict(miss) for miss in self.misses[:most]],
        }  # fmt: skip


def evaluate(
    gold: Path,
    texts: Path,
    *,
    graph: str | Path | None = None,
    only: str = "",
    model: str | None = None,
    frames: Path | None = None,
) -> Report:
    """Measure against the annotations in `gold` what `graph` says of the `texts`; without it they are extracted now.

    `only` restricts the measurement to documents whose id begins so; `frames` is a folder of more frames. Raises
    UsageError for files that cannot be read, gold annotations of texts that are not there, and whatever opening the
    graph raises.
    """
    annotations = [a for a in read_gold(gold) if a.id.startswith(only)]
    if not annotations:
        raise UsageError(f"{gold}: no document's id begins with {only!r}; change --only")
    documents = {document.id: document for document in read_texts(texts)}
    absent = [a.id for a in annotations if a.id not in documents]
    if absent:
        shown = ", ".join(absent[:3]) + (" …" if len(absent) > 3 else "")
        raise UsageError(f"{texts}: lacks {len(absent)} of the annotated texts ({shown}); give the texts of {gold}")
    wanted = [documents[a.id] for a in annotations]
    found = (
        extracted(wanted, model=model, frames=frames) if graph is None else stored(graph, {a.id for a in annotations})
    )
    return measure(annotations, found, documents)


def measure(gold: Sequence[Annotation], found: Mapping[str, Annotation], documents: Mapping[str, Document]) -> Report:
    """Match what was `found` in each document against its gold annotation and count."""
    tally = _Tally()
    for annotation in gold:
        other = found.get(annotation.id, Annotation(annotation.id))
        _entities(tally, annotation, other)
        _frames(tally, annotation.id, "event", annotation.events, other.events)
        _frames(tally, annotation.id, "contract", annotation.contracts, other.contracts)
        _ties(tally, annotation, other)
        _quotes(tally, other, documents[annotation.id].text)
    answered = sum(annotation.id in found for annotation in gold)
    return Report(len(gold), answered, tally.rows(), tally.levels(), tuple(tally.misses))


@dataclass(slots=True)
class _Tally:
    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    correct: Counter[str] = field(default_factory=Counter)
    sure: list[tuple[float, bool]] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)

    def add(self, name: str, *, gold: int, found: int, correct: int) -> None:
        self.gold[name] += gold
        self.found[name] += found
        self.correct[name] += correct

    def rows(self) -> tuple[Row, ...]:
        others = sorted((self.gold.keys() | self.found.keys()) - set(HEADLINES))
        rows = (Row(n, self.gold[n], self.found[n], self.correct[n]) for n in (*HEADLINES, *others))
        return tuple(row for row in rows if row.gold or row.found)

    def levels(self) -> tuple[Level, ...]:
        every = sum(correct for _, correct in self.sure)
        levels = []
        for least in LEVELS:
            at_least = [correct for confidence, correct in self.sure if confidence >= least]
            levels.append(Level(least, len(at_least), sum(at_least), sum(at_least) / every if every else 0.0))
        return tuple(levels)


def _entities(tally: _Tally, gold: Annotation, found: Annotation) -> None:
    pairs = matching.pair_up(gold.entities, found.entities, matching.same_entity)
    tally.add("entities", gold=len(gold.entities), found=len(found.entities), correct=len(pairs))
    typed = sum(gold.entities[i].cls == found.entities[j].cls for i, j in pairs)
    tally.add("entity types", gold=len(pairs), found=len(pairs), correct=typed)
    for i, j in pairs:
        if (left := gold.entities[i]).cls != (right := found.entities[j]).cls:
            tally.misses.append(Miss(gold.id, "type", f"{right.names} is a {left.cls}, not a {right.cls}"))
    for kind, items, used in (
        ("missed entity", gold.entities, {i for i, _ in pairs}),
        ("spurious entity", found.entities, {j for _, j in pairs}),
    ):
        tally.misses += [Miss(gold.id, kind, f"{e.names} ({e.cls})") for k, e in enumerate(items) if k not in used]


def _frames(tally: _Tally, document: str, kind: str, gold: Sequence[Told], found: Sequence[Told]) -> None:
    """Count events or contracts, and the facts of each; those without a partner count in full as missed or spurious."""
    pairs = matching.align(gold, found)
    tally.add(f"{kind}s", gold=len(gold), found=len(found), correct=len(pairs))
    partner = dict(pairs)
    matched = [(gold[i], found[j]) for i, j in pairs]
    if kind == "event":
        _classes(tally, gold, found, matched)
    for i, told in enumerate(gold):
        other = found[partner[i]] if i in partner else None
        if other is None:
            tally.misses.append(Miss(document, f"missed {kind}", _summary(told)))
        _facts(tally, document, kind, told, other)
    for j, other in enumerate(found):
        if j not in partner.values():
            tally.misses.append(Miss(document, f"spurious {kind}", _summary(other)))
            _count(tally, kind, (), other.facts, [])


def _classes(tally: _Tally, gold: Sequence[Told], found: Sequence[Told], matched: Sequence[tuple[Told, Told]]) -> None:
    for cls in EVENT_CLASSES:
        counts = [sum(told.cls == cls for told in side) for side in (gold, found, [g for g, _ in matched])]
        tally.add(f"events/{cls}", gold=counts[0], found=counts[1], correct=counts[2])
    for name in ("form", "status"):
        agreeing = sum(getattr(g, name) == getattr(f, name) for g, f in matched)
        tally.add(f"event {name}", gold=len(matched), found=len(matched), correct=agreeing)


def _facts(tally: _Tally, document: str, kind: str, gold: Told, found: Told | None) -> None:
    others = found.facts if found else ()
    pairs = matching.pair_up(gold.facts, others, matching.same_fact)
    _count(tally, kind, gold.facts, others, pairs)
    if found is None:
        return
    for title, facts, used in (
        ("missed", gold.facts, {i for i, _ in pairs}),
        ("spurious", others, {j for _, j in pairs}),
    ):
        rest = "; ".join(str(fact) for k, fact in enumerate(facts) if k not in used)
        if rest:
            tally.misses.append(Miss(document, f"{title} facts", f"{gold.form or gold.cls}: {rest}"))


def _count(tally: _Tally, kind: str, gold: Sequence[Fact], found: Sequence[Fact], pairs: matching.Pairs) -> None:
    roles = {fact.role: None for fact in (*gold, *found)}
    for role in roles:
        tally.add(
            f"{kind} {role}",
            gold=sum(fact.role == role for fact in gold),
            found=sum(fact.role == role for fact in found),
            correct=sum(gold[i].role == role for i, _ in pairs),
        )
    tally.add("facts", gold=len(gold), found=len(found), correct=len(pairs))
    correct = {j for _, j in pairs}
    tally.sure += [(fact.confidence, j in correct) for j, fact in enumerate(found)]


def _ties(tally: _Tally, gold: Annotation, found: Annotation) -> None:
    pairs = matching.pair_up(gold.affiliations, found.affiliations, matching.same_tie)
    for name in ("affiliations", "facts"):
        tally.add(name, gold=len(gold.affiliations), found=len(found.affiliations), correct=len(pairs))
    correct = {j for _, j in pairs}
    tally.sure += [(tie.confidence, j in correct) for j, tie in enumerate(found.affiliations)]
    for kind, ties, used in (
        ("missed affiliation", gold.affiliations, {i for i, _ in pairs}),
        ("spurious affiliation", found.affiliations, correct),
    ):
        tally.misses += [Miss(gold.id, kind, str(tie)) for k, tie in enumerate(ties) if k not in used]


def _quotes(tally: _Tally, found: Annotation, text: str) -> None:
    """Check that each quote stands in the text, white space aside, and is as long as its offsets say."""
    plain = _spaced(text)
    for quote in found.quotes:
        verbatim = bool(quote.text) and _spaced(quote.text) in plain and quote.end - quote.start == len(quote.text)
        tally.add("quotes verbatim", gold=1, found=1, correct=int(verbatim))
        if not verbatim:
            tally.misses.append(Miss(found.id, "quote", f"{quote.text[:80]!r} is not in the text"))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _summary(told: Told) -> str:
    facts: Iterable[str] = (str(fact) for fact in told.facts)
    return f"{told.form or told.cls}: {'; '.join(facts) or 'no facts'} — {next(iter(told.quotes), '')[:160]}"
