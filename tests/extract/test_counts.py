"""How many: figures, words, qualifiers and ranges, and the numbers that count no people."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import counts, numbers

# text, raw, qualifier, value, minimum, maximum
ONE = [
    ("Some 450 signed it", "Some 450", "about", 450, 360, 540),
    ("450 engineers signed", "450", "exact", 450, 450, 450),
    ("1,700 nurses", "1,700", "exact", 1700, 1700, 1700),
    ("6\u00a0400 grévistes", "6\u00a0400", "exact", 6400, 6400, 6400),
    ("about 10.000 marched", "about 10.000", "about", 10000, 8000, 12000),
    ("1.250.000 names", "1.250.000", "exact", 1250000, 1250000, 1250000),
    ("2.5 thousand backers", "2.5 thousand", "exact", 2500, 2500, 2500),
    ("the firm's 140 thousand workers", "140 thousand", "exact", 140000, 140000, 140000),
    ("1.2 million people", "1.2 million", "exact", 1200000, 1200000, 1200000),
    ("10k drivers", "10k", "exact", 10000, 10000, 10000),
    ("six baristas", "six", "exact", 6, 6, 6),
    ("Eighty-nine employees", "Eighty-nine", "exact", 89, 89, 89),
    ("two hundred and fifty guards", "two hundred and fifty", "exact", 250, 250, 250),
    ("two thousand three hundred staff", "two thousand three hundred", "exact", 2300, 2300, 2300),
    ("a hundred people", "a hundred", "exact", 100, 100, 100),
    ("a dozen cooks", "a dozen", "exact", 12, 12, 12),
    ("half a dozen cooks", "half a dozen", "exact", 6, 6, 6),
    ("two dozen cooks", "two dozen", "exact", 24, 24, 24),
    ("roughly a dozen moderators", "roughly a dozen", "about", 12, 10, 14),
    ("a few dozen couriers", "a few dozen", "vague", None, 36, 99),
    ("several dozen couriers", "several dozen", "vague", None, 36, 99),
    ("Dozens walked out", "Dozens", "vague", None, 24, 99),
    ("scores of pickets", "scores", "vague", None, 40, 99),
    ("a handful stayed", "a handful", "vague", None, 3, 9),
    ("hundreds of them", "hundreds", "vague", None, 200, 999),
    ("A few hundred came", "A few hundred", "vague", None, 200, 999),
    ("Several hundred came", "Several hundred", "vague", None, 300, 999),
    ("thousands of staffers", "thousands", "vague", None, 2000, 9999),
    ("tens of thousands marched", "tens of thousands", "vague", None, 20000, 99999),
    ("Hundreds of thousands of writers", "Hundreds of thousands", "vague", None, 200000, 999999),
    ("more than 100 researchers", "more than 100", "moreThan", 100, 101, None),
    ("Over 2000 students", "Over 2000", "moreThan", 2000, 2001, None),
    ("upwards of 300 testers", "upwards of 300", "moreThan", 300, 301, None),
    ("a little over 100 testers", "a little over 100", "moreThan", 100, 101, None),
    ("more than a dozen testers", "more than a dozen", "moreThan", 12, 13, None),
    ("more than several dozen", "more than several dozen", "moreThan", None, 37, None),
    ("at least 100 testers", "at least 100", "atLeast", 100, 100, None),
    ("no fewer than 100 testers", "no fewer than 100", "atLeast", 100, 100, None),
    ("the 450-plus signers", "450-plus", "atLeast", 450, 450, None),
    ("450+ signers", "450+", "atLeast", 450, 450, None),
    ("100 or more signers", "100 or more", "atLeast", 100, 100, None),
    ("up to 1000 protesters", "up to 1000", "atMost", 1000, None, 1000),
    ("as many as 100 protesters", "as many as 100", "atMost", 100, None, 100),
    ("fewer than 15 joined", "fewer than 15", "lessThan", 15, None, 14),
    ("just under 100 joined", "just under 100", "lessThan", 100, None, 99),
    ("an estimated 35,000 drivers", "an estimated 35,000", "about", 35000, 28000, 42000),
    ("approximately 200 workers", "approximately 200", "about", 200, 160, 240),
    ("nearly 500 workers", "nearly 500", "nearly", 500, 400, 600),
    ("it was closer to 500.", "closer to 500", "nearly", 500, 400, 600),
    ("between 100 and 250 people", "between 100 and 250", "range", None, 100, 250),
    ("100 to 200 people", "100 to 200", "range", None, 100, 200),
    ("100-200 people", "100-200", "range", None, 100, 200),
    ("100–200 people", "100–200", "range", None, 100, 200),
    ("50 or 60 people", "50 or 60", "range", None, 50, 60),
    ("two or three hundred people", "two or three hundred", "range", None, 200, 300),
    ("10 to 15 thousand people", "10 to 15 thousand", "range", None, 10000, 15000),
    ("a 30-person team", "30", "exact", 30, 30, 30),
    ("In May 12,000 workers struck", "12,000", "exact", 12000, 12000, 12000),
    ("on May 15 400 workers struck", "400", "exact", 400, 400, 400),
]


@pytest.mark.parametrize(("text", "raw", "qualifier", "value", "low", "high"), ONE, ids=[case[0] for case in ONE])
def test_one_count(text, raw, qualifier, value, low, high):
    found = counts.find(text)
    assert len(found) == 1
    count = found[0].count
    assert (count.raw, count.qualifier, count.value, count.minimum, count.maximum) == (raw, qualifier, value, low, high)
    assert text[found[0].start : found[0].end] == raw


NONE = [
    "they may 15 times",
    "a $500 fine",
    "US$1.5m and 600 million dollars",
    "20% or 20 percent or 20 per cent",
    "One hundred percent agreed",
    "a man aged 34",
    "a 34-year-old",
    "Jane Doe, 34, a nurse",
    "the 20th floor",
    "at 11:30 or 2 p.m. or 11:30 am",
    "on July 15, on 15 July, on Sept. 20 and 21, on March 6-8, 2019",
    "in May 2019",
    "11/23/2021 and 24/7",
    "Article 22, Section 8, Prop. 22, No. 5, #12",
    "AB5, COVID-19, F-35, H1N1, N00024-20-C-5203",
    "a 166-to-91 vote",
    "voted to unionize, 43 to 28",
    "2,654 to 2,131",
    "a ratio of 2.5",
    "one of a kind, a lone one",
    "two weeks, 8 minutes, 14 days, 20 more years, a two-day walkout",
    "one in five, nine out of ten",
    "version 3.11.2",
    "demands: (1) pay, (2) rest",
    "test scores went up",
    "hundreds of hours",
    "",
]


@pytest.mark.parametrize("text", NONE)
def test_what_counts_no_people_is_left_out(text):
    assert counts.find(text) == []


def test_bare_years_are_marked_not_dropped():
    found = counts.find("In 2014 some 2,014 workers and over 2014 others, 2019-2021")
    assert [(match.count.raw, match.year_like) for match in found] == [
        ("2014", True),
        ("some 2,014", False),
        ("over 2014", False),
        ("2019-2021", True),
    ]


def test_growth_is_two_counts_and_not_a_range():
    assert [match.count.value for match in counts.find("It grew from 100 to 450 signers")] == [100, 450]
    assert [match.count.value for match in counts.find("100 nurses and 20 doctors")] == [100, 20]


def test_tallies_sum_both_sides_of_a_vote():
    text = "Drivers voted on Wednesday to unionize, 43 to 28; the other site 2,654 to 2,131; 100 to 200 watched"
    found = counts.tallies(text)
    assert [(match.count.raw, match.count.minimum, match.count.maximum) for match in found] == [
        ("43 to 28", 71, 71),
        ("2,654 to 2,131", 4785, 4785),
    ]
    assert all(text[match.start : match.end] == match.count.raw for match in found)


WORDS = st.sampled_from(
    [
        "more than",
        "a",
        "few",
        "hundred",
        "two",
        "1,200",
        "-",
        "to",
        "between",
        "and",
        "dozen",
        "of",
        "thousands",
        "May",
        "15",
        "2019",
        "$",
        "%",
        "or",
        "million",
        "2.5",
        "half",
        "voted",
        "twenty",
        "-plus",
        "one",
        "İ",
        "scores of",
        ",",
    ]
)


@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=12).map("".join)
    )
)
def test_any_text_gives_sound_spans(text):
    previous = 0
    for match in counts.find(text):
        assert previous <= match.start < match.end <= len(text)
        previous = match.end
        assert match.count.raw == text[match.start : match.end]
        low, high = match.count.minimum, match.count.maximum
        assert low is not None or high is not None
        assert low is None or high is None or low <= high
    for match in counts.tallies(text):
        assert match.count.raw == text[match.start : match.end]


@given(st.text())
def test_folding_keeps_every_offset(text):
    assert len(numbers.fold(text)) == len(text)


@given(st.integers(min_value=2, max_value=999_999_999))
def test_figures_round_trip(number):
    for text in (f"{number:,} people", f"{number:,}"):
        assert [match.count.value for match in counts.find(text)] == [number]


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        counts.find(text)
        best = min(best, time.perf_counter() - begin)
    return best


@pytest.mark.parametrize(
    "piece", ["more than 100 workers and ", "1", "two hundred and ", "1,111,", "   ", "a few ", "$5 to "]
)
def test_time_grows_with_the_length_only(piece):
    short, long = piece * (10_000 // len(piece)), piece * (80_000 // len(piece))
    counts.find(short)
    assert _seconds(long) < 8 * 3 * _seconds(short) + 0.02


def test_a_sentence_without_numbers_costs_little():
    sentence = "The group said that the company argued that the government should determine what is acceptable use."
    counts.find(sentence)
    assert _seconds(sentence * 100) / 100 < 50e-6
