"""Applies what people decided: merges and splits before resolution begins, judgements of facts before anything."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from kg.model import (
    Anchor,
    Count,
    Decision,
    FactReference,
    Judgement,
    Literal,
    Money,
    Statement,
    Term,
    TimeSpan,
)
from kg.resolve.kinds import GUESSES, SETTLED
from kg.resolve.names import fold
from kg.resolve.partition import Partition
from kg.resolve.profiles import World

FACTS = frozenset({"accept", "reject", "correct"})
"""Actions that judge a fact; the others, merge and split, decide identity."""

_NAMES = ("rdfs:label", "skos:altLabel")


# ---- identity ----


def constrain(world: World, judgements: Iterable[Judgement], partition: Partition) -> tuple[list[Decision], list[str]]:
    """Put merges and splits into the empty `partition`, a later one winning over an earlier one.

    Return the decisions, and the ids of the judgements whose mentions are gone.
    """
    find = _Finder(world)
    merges: list[tuple[Judgement, list[str], list[str]]] = []
    apart: dict[tuple[str, str], None] = {}
    decisions, unused = [], []
    for judgement in judgements:
        if judgement.action in FACTS:
            continue
        left, right = find.all(judgement.left), find.all(judgement.right)
        if not left or not right:
            unused.append(judgement.id)
            continue
        pairs = {_pair(a, b) for a in left for b in right if a != b}
        if judgement.action == "merge":
            merges.append((judgement, left, right))
            apart = {pair: None for pair in apart if pair not in pairs}
        else:
            apart.update(dict.fromkeys(sorted(pairs)))
        verdict = "same" if judgement.action == "merge" else "different"
        who = f"{judgement.by or 'somebody'} decided so ({judgement.id})"
        reasons = (judgement.note, who) if judgement.note else (who,)
        by = f"human/{judgement.by}" if judgement.by else "human"
        decisions.append(Decision(tuple(left), tuple(right), verdict, 1.0, reasons, by))  # type: ignore[arg-type]
    for one, other in apart:
        partition.forbid(one, other)
    for _, left, right in reversed(merges):
        first, *others = [*left, *right]
        for other in others:
            partition.join(first, other)
    return decisions, unused


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


class _Finder:
    """Finds the mentions that anchors name."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._index: dict[tuple[str, str, str], set[str]] | None = None

    def all(self, anchors: Sequence[Anchor]) -> list[str]:
        return sorted({node for anchor in anchors for node in self._nodes(anchor)})

    def _nodes(self, anchor: Anchor) -> set[str]:
        known = self._world.entities.get(anchor.node) or self._world.events.get(anchor.node)
        if known is not None and anchor.document in ("", known.document):
            return {anchor.node}
        if self._index is None:
            self._index = self._by_name()
        return self._index.get((_kind(anchor.node), anchor.document, fold(anchor.name)), set())

    def _by_name(self) -> dict[tuple[str, str, str], set[str]]:
        index: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for entity in self._world.entities.values():
            for name in (*entity.aliases, *entity.labels):
                index[_kind(entity.id), entity.document, fold(name)].add(entity.id)
        for event in self._world.events.values():
            index[_kind(event.id), event.document, fold(event.label)].add(event.id)
        return index


def _kind(node: str) -> str:
    return node.partition("/")[0]


# ---- facts ----


def judge(statements: Iterable[Statement], judgements: Iterable[Judgement]) -> tuple[list[Statement], set[str]]:
    """Return the statements of one document after all judgements of its facts, and the ids of those that applied.

    A rejected fact is gone; with the class of a node everything about the node goes. A corrected one has the new
    object, with the same evidence.
    """
    found, applied = list(statements), set[str]()
    for judgement in judgements:
        if judgement.action not in FACTS or judgement.fact is None or not found:
            continue
        if judgement.fact.document != found[0].evidence.document:
            continue
        names = _names(found)
        hits = [s for s in found if matches(s, judgement.fact, names)]
        changed = _apply(found, hits, judgement, names) if hits else None
        if changed is not None:
            found = changed
            applied.add(judgement.id)
    return found, applied


def _names(statements: Iterable[Statement]) -> dict[str, set[str]]:
    """Return node -> its names in the document."""
    names: dict[str, set[str]] = defaultdict(set)
    for s in statements:
        if s.predicate in _NAMES and isinstance(s.object, Literal):
            names[s.subject].add(fold(s.object.value))
    return names


def matches(statement: Statement, fact: FactReference, names: dict[str, set[str]]) -> bool:
    """Tell whether a reference means a statement; `names` are the folded names of the document's nodes."""
    if statement.predicate != fact.predicate or statement.evidence.quote != fact.quote:
        # A name that is not the preferred one in the graph stands there as another name.
        labels = statement.predicate in _NAMES and fact.predicate in _NAMES
        if not labels or statement.evidence.quote != fact.quote:
            return False
    if not _called(statement.subject, fact.subject, names):
        return False
    # The graph has a kind that other texts know better than this one.
    settled = statement.predicate == "rdf:type" and fact.object in SETTLED and statement.object in GUESSES
    return settled or _is(statement.object, fact.object, names)


def _called(node: str, name: str, names: dict[str, set[str]]) -> bool:
    return node == name or fold(name) in names.get(node, ())


def _is(term: Term, text: str, names: dict[str, set[str]]) -> bool:
    if isinstance(term, str):
        return _called(term, text, names)
    return text == (term.value if isinstance(term, Literal) else term.raw)


def _apply(
    statements: list[Statement], hits: list[Statement], judgement: Judgement, names: dict[str, set[str]]
) -> list[Statement] | None:
    if judgement.action == "accept":
        return statements
    if judgement.action == "reject":
        gone = {s.subject for s in hits if s.predicate == "rdf:type"}
        return [s for s in statements if s not in hits and s.subject not in gone and s.object not in gone]
    terms = {id(s): corrected(s.object, judgement.value or "", names) for s in hits}
    if any(term is None for term in terms.values()):
        return None
    return [_with(s, terms[id(s)]) if id(s) in terms else s for s in statements]


def _with(statement: Statement, term: Term | None) -> Statement:
    evidence = replace(statement.evidence, extractor="human/correction", confidence=1.0)
    return statement if term is None else replace(statement, object=term, evidence=evidence)


def corrected(old: Term, text: str, names: dict[str, set[str]]) -> Term | None:
    """Return `text` as a term of the kind of `old`; None where it cannot be read as one."""
    if isinstance(old, Literal):
        return replace(old, value=text)
    if isinstance(old, Count):
        number = _integer(text)
        return None if number is None else Count(text, "exact", number, number, number)
    if isinstance(old, Money):
        return _money(old, text)
    if isinstance(old, TimeSpan):
        return _span(text)
    if ":" in old:
        return text if ":" in text else None
    return next((node for node in sorted(names) if _called(node, text, names)), None)


def _integer(text: str) -> int | None:
    digits = text.replace(",", "").replace(" ", "")
    return int(digits) if digits.isdecimal() else None


def _money(old: Money, text: str) -> Money | None:
    amount, _, currency = text.replace(",", "").partition(" ")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return None
    return Money(text, "exact", currency.strip().upper() or old.currency, value, value, value)


def _span(text: str) -> TimeSpan | None:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 1, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return TimeSpan(text, first, first, "day")
    if month:
        return TimeSpan(text, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), "month")
    return TimeSpan(text, first, date(first.year, 12, 31), "year")
