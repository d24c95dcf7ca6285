"""Finds amounts of money in a text, with currency and what qualifies them, as exact decimals.

Currencies and phrases are data: `schema/currencies.yaml`, and the shared `schema/counts.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.extract import numbers
from kg.extract.data import load
from kg.model import Money

# "1.500.000,50" and "10,5 million": a comma before one or two decimals.
_EUROPEAN = r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,3}),[0-9]{1,2}(?![0-9,.])"
_JOIN = r"\s?[-–—]\s?|\s(?:to|or|and)\s"


@dataclass(frozen=True, slots=True)
class MoneyMatch:
    """An amount of money at `text[start:end]`."""

    start: int
    end: int
    money: Money


@cache
def _currencies() -> dict[str, str]:
    """Return folded sign, word or code -> ISO code."""
    data = load("currencies")
    names: dict[str, str] = data["symbols"] | data["words"] | {code.lower(): code for code in data["codes"]}
    return names


@cache
def _scales() -> dict[str, int]:
    scales: dict[str, int] = load("currencies")["scales"]
    return scales


@cache
def _gate() -> re.Pattern[str]:
    signs = "".join(sorted(re.escape(name) for name in _currencies() if len(name) == 1))
    last_words = {name.split()[-1] for name in _currencies() if name[-1].isalpha() or name[-1] == "."}
    return re.compile(rf"[{signs}]|\b{numbers.either(last_words)}")


@cache
def _amount() -> str:
    """Return the pattern of an amount without its currency; it has no groups."""
    data = load("counts")
    scale = (
        rf"(?:\s?-?\s?{numbers.either([*data['magnitudes'], *_scales()])}\b|\s?{numbers.either(data['suffixes'])}\b)"
    )
    return rf"(?:(?:{_EUROPEAN}|{numbers.FIGURE}){scale}?|{numbers.words_pattern()})"


@cache
def _codes() -> str:
    return numbers.either(code.lower() for code in load("currencies")["codes"])


@cache
def _sign_first() -> re.Pattern[str]:
    signs = numbers.either(load("currencies")["symbols"])
    return re.compile(
        rf"(?<![\w$])(?:(?P<sign>{signs})|(?P<code>{_codes()}))\s?(?P<low>{_amount()})"
        rf"(?:(?P<join>{_JOIN})(?P<again>{signs})?\s?(?P<high>{_amount()}))?"
    )


@cache
def _sign_last() -> re.Pattern[str]:
    words = numbers.either(load("currencies")["words"])
    return re.compile(
        rf"(?<![\w.,$£€¥₹/:-])(?:(?P<vague>{numbers.vague_pattern()})(?:\sof)?"
        rf"|(?P<low>{_amount()})(?:(?P<join>{_JOIN})(?P<high>{_amount()}))?)"
        rf"(?:[\s-]{{1,2}}(?:(?P<word>{words})(?P<plural>s?)|(?P<code>{_codes()}))\b|\s?(?P<sign>[€£₽])(?![0-9]))"
    )


@cache
def _weights() -> re.Pattern[str]:
    return re.compile(rf"\b{numbers.either(load('currencies')['weights'])}\b")


@cache
def _phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(phrases)) for name, phrases in load("currencies")["before"].items())


def find(text: str) -> list[MoneyMatch]:
    """Return the amounts of money in `text`, in order, without overlaps; offsets are code points of `text`.

    Bounds are as for counts, but of a continuous amount: "more than $5 million" has the minimum 5000000.
    """
    folded = numbers.fold(text)
    if not _gate().search(folded):
        return []
    found = [*_scan(text, folded, _sign_first()), *_scan(text, folded, _sign_last())]
    kept: list[MoneyMatch] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _scan(text: str, folded: str, pattern: re.Pattern[str]) -> Iterator[MoneyMatch]:
    position = 0
    while found := pattern.search(folded, position):
        position = found.end()
        if not _is_money(text, folded, found):
            position = found.start() + 1
            continue
        if found.groupdict().get("vague"):
            yield _vague(text, folded, found)
        elif found.group("high") and _is_range(folded, found):
            yield _range(text, folded, found)
        elif found.group("high") and pattern is _sign_last():
            # "50 and 60 euros": the currency belongs to both, but only the second is next to it.
            position = found.start("high")
            yield _single(text, folded, found, found.span("low"))
        else:
            position = found.end("low") if pattern is _sign_first() else found.end()
            yield _single(text, folded, found, (found.start(), position))


def _is_money(text: str, folded: str, found: re.Match[str]) -> bool:
    if found.group("code"):
        return text[slice(*found.span("code"))].isupper()
    if found.groupdict().get("word") == "pound":
        # Weights: "a 50-pound box", "lift 50 pounds".
        before = _weights().search(folded, max(0, found.start() - 40), found.start())
        return bool(found.group("plural")) and not before
    return True


def _currency(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return _currencies()[" ".join((groups.get("sign") or groups.get("word") or groups["code"]).split())]


def _value(piece: str) -> tuple[Decimal, int]:
    """Return the value of a folded amount and the magnitude that it ends in (else 1)."""
    european = re.match(_EUROPEAN, piece)
    suffix = re.sub(r"^[0-9.,]+[\s-]*", "", piece)
    if european or suffix in _scales():
        digits = piece[: len(piece) - len(suffix)].strip(" -")
        plain = digits.replace(".", "").replace(",", ".") if european else digits.replace(",", "")
        scale = _scales().get(suffix) or (numbers.parse(f"1 {suffix}")[1] if suffix else 1)
        return numbers.whole(Decimal(plain) * scale), scale
    return numbers.parse(piece)


def _ends(found: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Return both ends of a range; "$5-10 million" lends its magnitude to the first."""
    (low, low_scale), (high, scale) = _value(found.group("low")), _value(found.group("high"))
    return (numbers.whole(low * scale) if low_scale == 1 and scale > 1 and low < high / scale else low), high


def _is_range(folded: str, found: re.Match[str]) -> bool:
    low, high = _ends(found)
    groups, joint = found.groupdict(), found.group("join").strip()
    before = folded[max(0, found.start() - 9) : found.start()].split()[-1:]
    if low >= high or (joint == "to" and before == ["from"]) or (joint == "and" and before != ["between"]):
        return False
    # "paid $500 to 10 workers": a bare second figure is no money.
    certain = "again" not in groups or groups["again"] or joint not in ("to", "or", "and")
    return bool(certain) or _value(found.group("high"))[1] > 1


def _range(text: str, folded: str, found: re.Match[str]) -> MoneyMatch:
    start, end = found.span()
    if found.group("join").strip() == "and":
        start = folded.rindex("between", 0, start)
    else:
        start, end, _ = numbers.qualify(folded, start, end, extra=_phrases())
    low, high = _ends(found)
    return MoneyMatch(start, end, Money(text[start:end], "range", _currency(found), None, low, high))


def _vague(text: str, folded: str, found: re.Match[str]) -> MoneyMatch:
    low, high = map(Decimal, numbers.vague(found.group("vague")))
    start, end, qualifier = numbers.qualify(folded, *found.span(), extra=_phrases())
    minimum, maximum = numbers.bounds(qualifier, low, high, step=0)
    if qualifier in ("exact", "about", "nearly"):
        qualifier, minimum, maximum = "vague", low, high
    return MoneyMatch(start, end, Money(text[start:end], qualifier, _currency(found), None, minimum, maximum))


def _single(text: str, folded: str, found: re.Match[str], span: tuple[int, int]) -> MoneyMatch:
    value, _ = _value(found.group("low"))
    start, end, qualifier = numbers.qualify(folded, *span, extra=_phrases())
    minimum, maximum = numbers.bounds(qualifier, value, value, step=0)
    return MoneyMatch(start, end, Money(text[start:end], qualifier, _currency(found), value, minimum, maximum))
