"""Learns from annotated texts what the rules cannot know: how often each is right, and when to add to them.

The result are two files of `schema/`: `confidence.yaml` and `scorer.yaml`. What is learnt is judged on documents that
were left out of the learning, fold by fold.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from kg.evaluate import matching
from kg.evaluate.annotations import Amount, Annotation, Fact, Interval, Names, Told, read_gold
from kg.evaluate.logistic import Example, fit
from kg.evaluate.texts import read_texts
from kg.extract import proposals, rules
from kg.extract.candidates import Candidate, Filler, Phrase
from kg.extract.discourse import Referent
from kg.extract.events import Event
from kg.extract.nlp import DEFAULT_MODEL
from kg.extract.proposals import Filled, Finding, Proposal
from kg.extract.reading import Reading
from kg.extract.scorer import Scorer, Vector
from kg.model import Count, Document, Money, TimeSpan

FOLDS = 5
THRESHOLD = 0.38
"""A proposal is taken from this probability on: about where a fact more, right or wrong, leaves F1 as it is."""

DOUBT = 0.25
"""What a rule found is dropped below this probability: where a fact less, right or wrong, raises F1."""

PASSED_OVER = 0.02
"""So few of the proposals that would be taken weigh so little before the grammar is looked at that none is worth it."""

_SHRINK = 4
"""A rule's own record weighs as much as this many cases of its role or class."""


@dataclass(frozen=True, slots=True)
class Held:
    """How proposals for a role did on documents that were left out: examples, right ones, taken, rightly taken."""

    key: str
    examples: int
    right: int
    taken: int
    rightly: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """The content of `confidence.yaml` and of `scorer.yaml`, and how the scorer did on documents left out."""

    confidence: Mapping[str, Mapping[str, float]]
    scorer: Mapping[str, Mapping[str, Any]]
    held: tuple[Held, ...]

    def write(self, folder: Path) -> None:
        """Write both files into `folder`."""
        for name, comment, content in (
            ("confidence", _CONFIDENCE, self.confidence),
            ("scorer", _SCORER, self.scorer),
        ):
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=200)
            (folder / f"{name}.yaml").write_text(comment + text, encoding="utf-8")


_CONFIDENCE = """\
# How often each rule is right, measured on annotated texts: the confidence of what it finds.
# A rule that is not listed has the confidence of its role, or of its class; rare rules lean towards that.
# Written by `kg evaluate --fit`.
"""
_SCORER = """\
# Weights of what speaks for a phrase or a name that the rules passed over, and from which probability on it is taken.
# Written by `kg evaluate --fit`.
"""


def learn(gold: Path, texts: Path, *, model: str | None = None, frames: Path | None = None) -> Learnt:
    """Learn from the annotations in `gold` of `texts`. Raises UsageError where either is malformed."""
    annotations = {annotation.id: annotation for annotation in read_gold(gold)}
    documents = [document for document in read_texts(texts) if document.id in annotations]
    records, examples, found = _Records(), defaultdict[str, list[Example]](list), defaultdict[str, list[Example]](list)
    for document, reading in rules.read(documents, model=model or DEFAULT_MODEL, more=frames, propose=False):
        _learn_from(document, reading, annotations[document.id], records, examples, found)
    weights = {key: _rounded(fit(examples[key])) for key in sorted(examples)}
    return Learnt(
        records.table(),
        {
            "thresholds": dict.fromkeys(sorted(weights), THRESHOLD),
            "floors": {key: _floor(key, weights[key], examples[key]) for key in sorted(weights)},
            "weights": weights,
            "doubts": {
                "thresholds": dict.fromkeys(sorted(found), DOUBT),
                "weights": {key: _rounded(fit(found[key])) for key in sorted(found)},
            },
        },
        tuple(_held(key, examples[key]) for key in sorted(examples)),
    )


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= 0.05}


def _floor(key: str, weights: Mapping[str, float], examples: Sequence[Example]) -> float:
    """Return which weight of all parts but the last almost all examples have that are taken: less is passed over."""
    known = Scorer({key: weights}, {}).weigh([example.parts[:-1] for example in examples])[:, 0]
    taken = known[_probabilities(key, weights, examples) >= THRESHOLD]
    return math.floor(100 * float(np.quantile(taken, PASSED_OVER))) / 100 if len(taken) else 0.0


def _probabilities(key: str, weights: Mapping[str, float], examples: Sequence[Example]) -> Vector:
    """Return how probable each example is."""
    scorer = Scorer({key: weights}, {})
    found: Vector = scorer.probabilities(scorer.weigh([example.parts for example in examples]))[:, 0]
    return found


def _held(key: str, examples: Sequence[Example]) -> Held:
    """Judge each document by weights learnt without its fold."""
    taken = rightly = 0
    for fold in range(FOLDS):
        weights = fit([example for example in examples if _fold(example.document) != fold])
        left_out = [example for example in examples if _fold(example.document) == fold]
        chosen = _probabilities(key, weights, left_out) >= THRESHOLD if left_out else ()
        taken += sum(bool(taken) for taken in chosen)
        rightly += sum(example.right for example, taken in zip(left_out, chosen, strict=True) if taken)
    return Held(key, len(examples), sum(example.right for example in examples), taken, rightly)


def _fold(document: str) -> int:
    return int(hashlib.md5(document.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


# ---- one document -----------------------------------------------------------------------


def _learn_from(
    document: Document,
    reading: Reading,
    gold: Annotation,
    records: _Records,
    examples: dict[str, list[Example]],
    found: dict[str, list[Example]],
) -> None:
    read = [event for event in reading.events if not all(m.factuality == "negated" for m in event.mentions)]
    truth: dict[Event, Told] = {}
    for of_contracts, golds in ((False, gold.events), (True, gold.contracts)):
        events = [event for event in read if (event.cls == "Contract") == of_contracts]
        pairs = matching.align(golds, [_told(event, document.text) for event in events])
        truth |= {events[j]: golds[i] for i, j in pairs}
    for event in read:
        records.enter(event, truth.get(event))
    actions = [event for event in reading.events if event.cls != "Contract"]
    everyone = [_names(referent) for referent in reading.discourse]
    if not actions:
        return
    setting = proposals.Setting.of(actions, reading.outline())
    for finding in proposals.findings(setting):
        right = _is_told(finding, truth.get(finding.event))
        found[finding.key].append(Example(document.id, finding.parts, right))
    filled = {event: Filled(event) for event in actions}
    for proposal in proposals.proposals(setting):
        for role, key in proposal.roles():
            if filled[proposal.event].is_open(role, proposal.filler):
                right = _is_right(proposal, role, truth.get(proposal.event), everyone, document.text)
                examples[key].append(Example(document.id, proposal.parts, right))


def _is_told(finding: Finding, truth: Told | None) -> bool:
    """Return whether a finding of the rules is a gold fact."""
    filler = finding.candidates[0].filler
    if truth is None or not isinstance(filler, Phrase | Referent):
        return False
    said = Fact(finding.role, _names(filler))
    return any(matching.same_fact(fact, said) for fact in truth.facts)


def _is_right(proposal: Proposal, role: str, truth: Told | None, everyone: Sequence[Names], text: str) -> bool:
    """Return whether the proposal fills a gold role that the rules left unfilled, and nobody's name fits better."""
    if truth is None:
        return False
    wanted = [fact for fact in truth.facts if fact.role == role]
    found = [fact for fact in _told(proposal.event, text).facts if fact.role == role]
    met = {i for i, _ in matching.pair_up(wanted, found, matching.same_fact)}
    offered = Fact(role, _names(proposal.filler))
    for i, fact in enumerate(wanted):
        if i not in met and matching.same_fact(fact, offered):
            if isinstance(proposal.filler, Phrase) or role == "concerns":
                return True
            return _likeness(fact, offered.value) >= max(_likeness(fact, other) for other in everyone)
    return False


def _likeness(fact: Fact, other: Names | Interval | Amount) -> float:
    if not isinstance(fact.value, Names) or not isinstance(other, Names):
        return 0.0
    return max(matching.overlap(g, f) for g in fact.value.forms for f in other.forms)


def _told(event: Event, text: str) -> Told:
    """Return an event as measurement sees it."""
    facts = [Fact(c.role, value) for c in _distinct(event) if (value := _value(c.filler)) is not None]
    quotes = tuple(dict.fromkeys(text[start:end] for start, end in (m.sentence for m in event.mentions)))
    return Told(event.cls, event.form, event.status, quotes, tuple(facts))


def _distinct(event: Event) -> Iterator[Candidate]:
    """Yield the candidates of an event, each filler of a role once."""
    seen: set[tuple[str, object]] = set()
    for candidate in event.candidates():
        filler = candidate.filler
        key = candidate.role, filler.text if isinstance(filler, Phrase) else filler
        if key not in seen:
            seen.add(key)
            yield candidate


def _value(filler: Filler) -> Names | Interval | Amount | None:
    if isinstance(filler, Referent | Phrase):
        return _names(filler)
    if isinstance(filler, TimeSpan):
        return Interval(filler.earliest.isoformat(), filler.latest.isoformat())
    if isinstance(filler, Count):
        return Amount(filler.minimum, filler.maximum)
    return _money(filler)


def _money(money: Money) -> Amount:
    low, high = (money.value if end is None else end for end in (money.minimum, money.maximum))
    return Amount(None if low is None else float(low), None if high is None else float(high), money.currency)


def _names(filler: Referent | Phrase) -> Names:
    if isinstance(filler, Phrase):
        return Names((" ".join(filler.text.split()),))
    listed = (filler.known.name,) if filler.known else ()
    return Names((*listed, *sorted(filler.names)))


# ---- how often a rule is right ----------------------------------------------------------


@dataclass(slots=True)
class _Records:
    """Counts by frame and by path how often they fired, and how often rightly."""

    fired: Counter[tuple[str, str]] = field(default_factory=Counter)
    rightly: Counter[tuple[str, str]] = field(default_factory=Counter)

    def enter(self, event: Event, truth: Told | None) -> None:
        """Count an event's frame, and the paths by which its roles were filled."""
        self._count("events", event.mentions[0].frame.id, right=truth is not None)
        for candidate in _distinct(event):
            if (value := _value(candidate.filler)) is not None:
                said = Fact(candidate.role, value)
                right = truth is not None and any(matching.same_fact(fact, said) for fact in truth.facts)
                self._count("roles", candidate.path, right=right)

    def _count(self, kind: str, rule: str, *, right: bool) -> None:
        self.fired[kind, rule] += 1
        self.rightly[kind, rule] += right

    def table(self) -> dict[str, dict[str, float]]:
        """Return the share of right cases per rule, rare rules leaning towards their role or class."""
        groups: Counter[tuple[str, str]] = Counter()
        right: Counter[tuple[str, str]] = Counter()
        for (kind, rule), number in self.fired.items():
            groups[kind, rule.partition(".")[0]] += number
            right[kind, rule.partition(".")[0]] += self.rightly[kind, rule]
        shares = {key: (right[key] + 2) / (number + 4) for key, number in groups.items()}
        found: dict[str, dict[str, float]] = {"events": {}, "roles": {}}
        for (kind, group), share in shares.items():
            found[kind][group] = round(share, 2)
        for (kind, rule), number in self.fired.items():
            share = shares[kind, rule.partition(".")[0]]
            found[kind][rule] = round((self.rightly[kind, rule] + _SHRINK * share) / (number + _SHRINK), 2)
        return {kind: dict(sorted(rates.items())) for kind, rates in found.items()}
