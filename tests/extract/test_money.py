"""Amounts of money: signs, words and codes, magnitudes, qualifiers and ranges."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import money

# text, raw, qualifier, currency, value, minimum, maximum
ONE = [
    ("a $10-billion contract", "$10-billion", "exact", "USD", 10_000_000_000, 10_000_000_000, 10_000_000_000),
    ("a $10 billion contract", "$10 billion", "exact", "USD", 10_000_000_000, 10_000_000_000, 10_000_000_000),
    ("US$1.5m", "US$1.5m", "exact", "USD", 1_500_000, 1_500_000, 1_500_000),
    ("£20 million", "£20 million", "exact", "GBP", 20_000_000, 20_000_000, 20_000_000),
    ("€5bn", "€5bn", "exact", "EUR", 5_000_000_000, 5_000_000_000, 5_000_000_000),
    ("€10,5 million", "€10,5 million", "exact", "EUR", 10_500_000, 10_500_000, 10_500_000),
    ("€1.500,50", "€1.500,50", "exact", "EUR", Decimal("1500.50"), Decimal("1500.50"), Decimal("1500.50")),
    ("500 € im Monat", "500 €", "exact", "EUR", 500, 500, 500),
    ("a combined $145,000,000", "$145,000,000", "exact", "USD", 145_000_000, 145_000_000, 145_000_000),
    ("a C$400 million suit", "C$400 million", "exact", "CAD", 400_000_000, 400_000_000, 400_000_000),
    ("A$5,000", "A$5,000", "exact", "AUD", 5000, 5000, 5000),
    ("₹5 crore", "₹5 crore", "exact", "INR", 50_000_000, 50_000_000, 50_000_000),
    ("¥3 trillion", "¥3 trillion", "exact", "JPY", 3 * 10**12, 3 * 10**12, 3 * 10**12),
    ("600 million dollars", "600 million dollars", "exact", "USD", 600_000_000, 600_000_000, 600_000_000),
    ("half a billion dollars", "half a billion dollars", "exact", "USD", 500_000_000, 500_000_000, 500_000_000),
    ("a million-dollar deal", "a million-dollar", "exact", "USD", 1_000_000, 1_000_000, 1_000_000),
    ("6,000 pounds less", "6,000 pounds", "exact", "GBP", 6000, 6000, 6000),
    ("10 million euros", "10 million euros", "exact", "EUR", 10_000_000, 10_000_000, 10_000_000),
    ("USD 30,719,215", "USD 30,719,215", "exact", "USD", 30_719_215, 30_719_215, 30_719_215),
    ("30 million CAD", "30 million CAD", "exact", "CAD", 30_000_000, 30_000_000, 30_000_000),
    ("pays $4.50 an order", "$4.50", "exact", "USD", Decimal("4.50"), Decimal("4.50"), Decimal("4.50")),
    ("$5-10 million", "$5-10 million", "range", "USD", None, 5_000_000, 10_000_000),
    ("$1.2-$1.5 billion", "$1.2-$1.5 billion", "range", "USD", None, 1_200_000_000, 1_500_000_000),
    ("$5 million to $10 million", "$5 million to $10 million", "range", "USD", None, 5_000_000, 10_000_000),
    ("between $5m and $10m", "between $5m and $10m", "range", "USD", None, 5_000_000, 10_000_000),
    ("more than $5 million", "more than $5 million", "moreThan", "USD", 5_000_000, 5_000_000, None),
    ("at least $25,000", "at least $25,000", "atLeast", "USD", 25_000, 25_000, None),
    ("worth up to $480 million", "worth up to $480 million", "atMost", "USD", 480_000_000, None, 480_000_000),
    ("awarded a maximum $22,278,375", "a maximum $22,278,375", "atMost", "USD", 22_278_375, None, 22_278_375),
    ("less than $7", "less than $7", "lessThan", "USD", 7, None, 7),
    ("nearly $500 million", "nearly $500 million", "nearly", "USD", 500_000_000, 400_000_000, 600_000_000),
    ("worth about $10 million", "worth about $10 million", "about", "USD", 10_000_000, 8_000_000, 12_000_000),
    ("hundreds of dollars", "hundreds of dollars", "vague", "USD", None, 200, 999),
    ("tens of millions of dollars", "tens of millions of dollars", "vague", "USD", None, 20_000_000, 99_999_999),
    ("several million dollars", "several million dollars", "vague", "USD", None, 3_000_000, 9_999_999),
    ("paid $500 to 10 workers", "$500", "exact", "USD", 500, 500, 500),
]


@pytest.mark.parametrize("case", ONE, ids=[case[0] for case in ONE])
def test_one_amount(case):
    text, raw, qualifier, currency, value, low, high = case
    (match,) = money.find(text)
    got = match.money
    assert (got.raw, got.qualifier, got.currency) == (raw, qualifier, currency)
    assert (got.value, got.minimum, got.maximum) == (value, low, high)
    assert text[match.start : match.end] == raw


def test_whole_amounts_carry_neither_decimals_nor_exponent():
    amounts = [match.money.value for match in money.find("$1.2 billion, $5bn, $2.50")]
    assert [str(value) for value in amounts] == ["1200000000", "5000000000", "2.50"]


def test_a_rise_is_two_amounts():
    found = [match.money.raw for match in money.find("raised from $5 million to $10 million; 50 and 60 euros")]
    assert found == ["$5 million", "$10 million", "50", "60 euros"]


@pytest.mark.parametrize(
    "text",
    ["lift 50 pounds", "a 50-pound box", "cad 5", "450 workers", "20%", "we try 5 times", "", "$", "euros", "won 5"],
)
def test_what_is_no_money(text):
    assert money.find(text) == []


WORDS = st.sampled_from(
    [
        "$",
        "5",
        "10",
        "million",
        "-",
        "to",
        "€",
        "1.500,5",
        "bn",
        "dollars",
        "pounds",
        "USD",
        "between",
        "and",
        "worth up to",
        "crore",
        "US$",
        "or",
        "a",
        "half",
        "hundreds of",
        "İ",
        "1,000",
        "m",
        ".",
    ]
)


@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=12).map("".join)
    )
)
def test_any_text_gives_sound_spans(text):
    previous = 0
    for match in money.find(text):
        assert previous <= match.start < match.end <= len(text)
        previous = match.end
        assert match.money.raw == text[match.start : match.end]
        low, high = match.money.minimum, match.money.maximum
        assert low is None or high is None or low <= high
        assert len(match.money.currency) == 3


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        money.find(text)
        best = min(best, time.perf_counter() - begin)
    return best


@pytest.mark.parametrize(
    "piece", ["more than $5 million and ", "$1", "$5 to ", "1,111,", "two hundred pounds ", "50 pounds "]
)
def test_time_grows_with_the_length_only(piece):
    short, long = piece * (10_000 // len(piece)), piece * (80_000 // len(piece))
    money.find(short)
    assert _seconds(long) < 8 * 3 * _seconds(short) + 0.02
