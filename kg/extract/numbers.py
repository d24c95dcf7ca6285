"""Number words and figures, vague quantities, and the phrases that qualify them: shared by counts, money and times.

All patterns work on *folded* text (`fold`), whose offsets equal those of the original. The words are data:
`schema/counts.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from kg.extract.data import load

GAP = r"[\s-]{1,2}"
"""What may stand between two words of one number."""

GROUPS = (
    r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,4})?"
    r"|[1-9][0-9]{0,2}(?:[\u00a0\u2009\u202f][0-9]{3}){1,4}"
    r"|[1-9][0-9]{0,2}(?: [0-9]{3}){2,4}"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,4}"
    r"|[1-9][0-9]{0,2}\.000(?!\s?(?:million|billion))"
)
FIGURE = rf"(?:{GROUPS}|[0-9]{{1,15}}(?:\.[0-9]{{1,4}})?)(?![0-9]|[.,:/][0-9])"
"""A figure with or without separators of thousands ("1,700", "6 400" with a no-break space, "1.250.000", "2.5")."""

_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}\.000")
_QUOTES = "\u2019\u02bc\u2018"
# The longest qualifying phrase is shorter than this many characters.
_WINDOW = 32


def fold(text: str) -> str:
    """Return `text` in lower case with straight apostrophes, of exactly the same length."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    for quote in _QUOTES if not lowered.isascii() else ():
        lowered = lowered.replace(quote, "'")
    return lowered


def either(words: Iterable[str], *, space: str = r"\s{1,2}") -> str:
    """Return a pattern for any of `words`, longest first, where every blank may be any white space.

    Those of one first letter stand together, so that one look passes them all over.
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_letter.setdefault(word[0], []).append(re.escape(word).replace(r"\ ", space))
    return "(?:" + "|".join(f"(?:{'|'.join(same)})" for same in by_letter.values()) + ")"


@cache
def _small() -> dict[str, int]:
    data = load("counts")
    small: dict[str, int] = {"a": 1, "an": 1} | data["units"] | data["teens"] | data["tens"]
    return small


@cache
def words_pattern() -> str:
    """Return a pattern for a number in words, from "one" to "two million three hundred thousand and six"."""
    data = load("counts")
    units, big = either(data["units"]), "(?:thousand|million|billion|trillion)"
    below_100 = rf"(?:{either(data['tens'])}(?:{GAP}{units}\b)?|{either(data['teens'])}|{units})\b"
    below_1000 = rf"(?:(?:an?|{below_100}){GAP}hundred\b(?:{GAP}(?:and{GAP})?{below_100})?|{below_100})"
    return (
        rf"(?:half{GAP}an?{GAP}(?:dozen|{big})\b|(?:half{GAP}a|an?|{below_100}){GAP}dozen\b"
        rf"|(?:an?|{below_1000}){GAP}{big}\b(?:{GAP}(?:and{GAP})?{below_1000}(?:{GAP}{big}\b)?){{0,3}}"
        rf"|{below_1000})"
    )


@cache
def number_pattern(*, suffixes: bool = True) -> str:
    """Return a pattern for a number, figure with magnitude ("2.5 thousand", "10k") or words; it has no groups."""
    data = load("counts")
    letters = rf"|(?:{either(data['suffixes'])})\b" if suffixes else ""
    magnitude = rf"(?:\s?-?\s?{either(data['magnitudes'])}\b{letters})"
    return rf"(?:{FIGURE}{magnitude}?|{words_pattern()})"


@cache
def vague_pattern() -> str:
    """Return a pattern for a quantity without a number: "hundreds", "tens of thousands", "a few dozen"."""
    data = load("counts")
    several = rf"{either(data['several'])}{GAP}(?:dozen|hundred|thousand|million|billion)\b"
    return rf"(?:{several}(?:s\b)?|{either(data['plurals'])}\b)"


@cache
def gate() -> re.Pattern[str]:
    """Return the pattern that any folded text with a number or a vague quantity matches: a cheap first look."""
    data = load("counts")
    stems = {*data["units"], *data["teens"], *data["tens"], *data["magnitudes"], "scores of", "tens of", "handful"}
    stems.discard("one")
    return re.compile(rf"\b(?:[0-9]|{either(stems)})")


# Before this many characters of what a gate finds, the expression that holds it begins.
_LEAD = 48
_STARTS = re.compile(r"(?<!\w)\S")


def search(pattern: re.Pattern[str], gate: re.Pattern[str], folded: str, position: int) -> re.Match[str] | None:
    """Return what `pattern.search(folded, position)` does, in a fraction of the time.

    `gate` is a pattern of which every match of `pattern`, which begins no word in its middle, holds a match near its
    start: `pattern` is tried there alone.
    """
    hit = gate.search(folded, position)
    while hit:
        for start in _STARTS.finditer(folded, max(position, hit.start() - _LEAD), hit.start() + 1):
            if found := pattern.match(folded, start.start()):
                return found
        position = hit.start() + 1
        hit = gate.search(folded, hit.end())
    return None


@cache
def _magnitudes() -> dict[str, int]:
    data = load("counts")
    magnitudes: dict[str, int] = data["magnitudes"] | data["suffixes"]
    return magnitudes


def figure(text: str) -> Decimal:
    """Return the value of a bare figure as `FIGURE` matches it."""
    plain = re.sub(r"[,\s]", "", text)
    return Decimal(plain.replace(".", "") if _GROUPED.fullmatch(plain) else plain)


def parse(text: str) -> tuple[Decimal, int]:
    """Return the value of a folded number that `number_pattern` matched, and the magnitude that it ends in (else 1).

    "two hundred" gives (200, 100), "2.5 thousand" (2500, 1000), "450" (450, 1).
    """
    digits = re.match(FIGURE, text)
    if digits:
        suffix = text[digits.end() :].strip(" -\u00a0\t\n\r")
        scale = _magnitudes()[suffix] if suffix else 1
        return whole(figure(digits.group()) * scale), scale
    total, current, scale = Decimal(0), Decimal(0), 1
    for word in re.findall(r"[a-z]+", text):
        scale = _magnitudes().get(word, 1)
        if word == "half":
            current = Decimal("0.5")
        elif scale > 100:
            total, current = total + (current or Decimal(1)) * scale, Decimal(0)
        elif scale > 1:
            current = (current or Decimal(1)) * scale
        elif word != "and" and not (word in ("a", "an") and current):
            current += _small()[word]
    return whole(total + current), scale


def vague(text: str) -> tuple[int, int]:
    """Return the range, both ends included, of a folded phrase that `vague_pattern` matched."""
    data, phrase = load("counts"), re.sub(GAP, " ", text)
    if phrase in data["plurals"]:
        low, high = data["plurals"][phrase]
        return low, high
    several, _, unit = phrase.rpartition(" ")
    unit = unit.rstrip("s")
    multiples = data["several"] | (data["several_dozen"] if unit == "dozen" else {})
    return multiples[several] * data["magnitudes"][unit], data["plurals"][unit + "s"][1]


def whole(number: Decimal) -> Decimal:
    """Return `number` without decimals where it has none to show (Decimal("2500.0") as 2500); exact, no exponent."""
    integral = number.to_integral_value()
    return integral if integral == number else number


@cache
def _before(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    table = {phrase: name for name, phrases in load("counts")["before"].items() for phrase in phrases}
    table |= {phrase: name for name, phrases in extra for phrase in phrases}
    return re.compile(rf"(?<![\w-])({either(table)})(?:\s{{1,2}}|(?<=~))\Z"), table


@cache
def _after() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {phrase: name for name, phrases in load("counts")["after"].items() for phrase in phrases}
    return re.compile(rf"({either(table)})(?!\w)"), table


@cache
def _handing() -> tuple[str, ...]:
    """Return the words before "over" that it belongs to ("handed over 300 signatures")."""
    return tuple(f"{verb} " for verb in load("counts")["handing"])


def qualify(
    folded: str, start: int, end: int, *, extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> tuple[int, int, str]:
    """Return the span widened by the phrase that qualifies the number at `folded[start:end]`, and its qualifier.

    `extra` adds phrases before the number, as (qualifier, phrases). Without a phrase the qualifier is "exact".
    """
    pattern, table = _before(extra)
    found = pattern.search(folded, max(0, start - _WINDOW), start)
    trailing, names = _after()
    behind = trailing.match(folded, end)
    if behind:
        end = behind.end()
    if found and not (found.group(1) == "over" and folded.endswith(_handing(), 0, found.start())):
        return found.start(), end, table[" ".join(found.group(1).split())]
    return start, end, names[" ".join(behind.group(1).split(" "))] if behind else "exact"


def fifth(number: Decimal, share: int) -> Decimal:
    """Return `share` tenths of `number`, rounded half up to a whole number where `number` is whole."""
    part = number * share / 10
    return part.quantize(Decimal(1), rounding=ROUND_HALF_UP) if number == number.to_integral_value() else part


def bounds(qualifier: str, low: Decimal, high: Decimal, *, step: int = 1) -> tuple[Decimal | None, Decimal | None]:
    """Return the minimum and maximum that `qualifier` makes of the range `low`..`high`.

    `step` is 1 where things are counted ("more than 100" begins at 101), 0 for amounts; "about" and "nearly" mean
    20 % to either side.
    """
    if qualifier == "moreThan":
        return low + step, None
    if qualifier == "atLeast":
        return low, None
    if qualifier == "lessThan":
        return None, high - step
    if qualifier == "atMost":
        return None, high
    if qualifier in ("about", "nearly") and low == high:
        return fifth(low, 8), fifth(high, 12)
    return low, high
