"""When a found name, fact, event or contract counts as the gold one; `docs/evaluation.md` gives the rules in prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from kg.evaluate.annotations import Amount, Entity, Fact, Interval, Names, Tie, Told

A = TypeVar("A")
Pairs = list[tuple[int, int]]

SAME_NAME = 0.6
SAME_ENTITY = 0.75
SAME_WORDS = 0.5
"""Least overlap of two names, of two entities' names, and of two phrases, as token F1."""

_PHRASES = frozenset({"concerns", "demands", "subject"})
_ARTICLES_AND_THE_LIKE = """
the a an of at in for to and on by s its their his her us u
inc corp llc co ltd lp llp company corporation group
some more than over about around nearly approximately least hundreds thousands dozens several
"""
_SAY_LITTLE = frozenset(_ARTICLES_AND_THE_LIKE.split())
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("s", ""))


# ---- words ------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words that names are compared by: no articles, no numbers (unless nothing is left), no plurals."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("'s", " ").replace(".", "")
    words = re.findall(r"[\w&]+", plain)
    telling = [word for word in words if word not in _SAY_LITTLE and not re.fullmatch(r"\d[\d,]*", word)]
    return tuple(_singular(word) for word in telling or words)


def _singular(word: str) -> str:
    if word.endswith("ss"):
        return word
    fitting = ((end, new) for end, new in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2)
    end, new = next(fitting, ("", ""))
    return word.removesuffix(end) + new


def overlap(left: str, right: str) -> float:
    """Return how much two texts share: the F1 of their words."""
    a, b = Counter(tokens(left)), Counter(tokens(right))
    shared = (a & b).total()
    return 2 * shared / (a.total() + b.total()) if shared else 0.0


def same_names(gold: Names, found: Names, least: float = SAME_NAME) -> bool:
    """Tell whether one of the gold forms is one of the forms found.

    Forms agree by overlap, or where a gold form of one word begins a found form of at most two ("Bezos").
    """
    return any(_same_form(g, f, least) for g in gold.forms for f in found.forms)


def _same_form(gold: str, found: str, least: float) -> bool:
    if overlap(gold, found) >= least:
        return True
    short, long = tokens(gold), tokens(found)
    return len(short) == 1 and len(long) <= 2 and short == long[:1]


# ---- facts ------------------------------------------------------------------------------


def same_fact(gold: Fact, found: Fact) -> bool:
    """Tell whether a found fact is the gold one: the same role, and a value that agrees."""
    if gold.role != found.role:
        return False
    left, right = gold.value, found.value
    if isinstance(left, Names) and isinstance(right, Names):
        if gold.role == "identifier":
            return not _squeezed(left).isdisjoint(_squeezed(right))
        return same_names(left, right, SAME_WORDS if gold.role in _PHRASES else SAME_NAME)
    if isinstance(left, Amount) and isinstance(right, Amount):
        return _same_money(left, right) if gold.role == "value" else _same_count(left, right)
    return isinstance(left, Interval) and left == right


def _squeezed(names: Names) -> set[str]:
    return {re.sub(r"[^a-z0-9]", "", form.lower()) for form in names.forms}


def _same_count(gold: Amount, found: Amount) -> bool:
    """Both ends agree: both open, or within 5 %, one person at least."""

    def close(a: float | None, b: float | None) -> bool:
        if a is None or b is None:
            return a is b
        return a == b or abs(a - b) <= max(1, 0.05 * max(a, b))

    return close(gold.minimum, found.minimum) and close(gold.maximum, found.maximum)


def _same_money(gold: Amount, found: Amount) -> bool:
    """The currency is the same (dollars where none is given), and known ends agree within 1 %."""

    def close(a: float | None, b: float | None) -> bool:
        return a is None or b is None or abs(a - b) <= 0.01 * max(abs(a), abs(b), 1)

    return (
        (gold.currency or "USD") == (found.currency or "USD")
        and close(gold.minimum, found.minimum)
        and close(gold.maximum, found.maximum)
        and not (not found.minimum and found.maximum is None)
    )


def same_entity(gold: Entity, found: Entity) -> bool:
    """Tell whether two entities go by the same name; their types are compared apart."""
    return same_names(gold.names, found.names, SAME_ENTITY)


def same_tie(gold: Tie, found: Tie) -> bool:
    """Tell whether two affiliations name the same person and organization."""
    return same_names(gold.person, found.person) and same_names(gold.organization, found.organization)


# ---- pairs ------------------------------------------------------------------------------


def pair_up(gold: Sequence[A], found: Sequence[A], same: Callable[[A, A], bool]) -> Pairs:
    """Pair each gold item with the first found one that matches and is still free, as (gold index, found index)."""
    pairs: Pairs = []
    free = list(range(len(found)))
    for i, item in enumerate(gold):
        j = next((j for j in free if same(item, found[j])), None)
        if j is not None:
            pairs.append((i, j))
            free.remove(j)
    return pairs


def align(gold: Sequence[Told], found: Sequence[Told]) -> Pairs:
    """Pair events (or contracts) of the same class, those first that share most; those that share nothing stay alone.

    What they share is a fact each, half a point for the same passage, a quarter for the same form.
    """
    ranked = []
    for i, g in enumerate(gold):
        for j, f in enumerate(found):
            if g.cls != f.cls:
                continue
            facts, passage = len(pair_up(g.facts, f.facts, same_fact)), same_passage(g, f)
            if facts or passage:
                ranked.append((facts + 0.5 * passage + 0.25 * (g.form == f.form), i, j))
    pairs: Pairs = []
    for _, i, j in sorted(ranked, key=lambda item: (-item[0], item[1], item[2])):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def same_passage(gold: Told, found: Told) -> bool:
    """Tell whether the gold evidence and a quote are one in the other, or share most of their words."""
    return any(overlap(e, q) > 0.5 or q in e or e in q for e in gold.quotes for q in found.quotes)
