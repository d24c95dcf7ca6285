"""When: finding time expressions, and the days that they mean seen from the day of writing."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import intervals, times
from kg.model import TimeSpan

FRIDAY = date(2019, 7, 12)
_SAME = "same"

# text, raw, past interval, future interval (or None, or the same), precision; written on Friday 12 July 2019
ONE = [
    ("July 15, 2019", "July 15, 2019", "2019-07-15", _SAME, "day"),
    ("15 July 2019", "15 July 2019", "2019-07-15", _SAME, "day"),
    ("on September 20th 2019", "on September 20th 2019", "2019-09-20", _SAME, "day"),
    ("Oct. 15, 2027", "Oct. 15, 2027", "2027-10-15", _SAME, "day"),
    ("on 2019-07-12", "on 2019-07-12", "2019-07-12", _SAME, "day"),
    ("as of 11/23/2021", "as of 11/23/2021", "2021-11-23", _SAME, "day"),
    ("on 23/11/2021", "on 23/11/2021", "2021-11-23", _SAME, "day"),
    ("on 23.11.2021", "on 23.11.2021", "2021-11-23", _SAME, "day"),
    ("on July 31st", "on July 31st", "2019-07-31", _SAME, "day"),
    ("on May 4", "on May 4", "2019-05-04", _SAME, "day"),
    ("on July 12", "on July 12", "2019-07-12", "2019-07-12", "day"),
    ("the 3rd of June", "the 3rd of June", "2019-06-03", _SAME, "day"),
    ("October 12th of this year", "October 12th of this year", "2019-10-12", _SAME, "day"),
    ("Monday, June 3", "Monday, June 3", "2019-06-03", "2019-06-03", "day"),
    ("in the wee hours of December 23", "in the wee hours of December 23", "2018-12-23", "2019-12-23", "day"),
    ("in June", "in June", "2019-06-01 2019-06-30", _SAME, "month"),
    ("in July", "in July", "2019-07-01 2019-07-31", _SAME, "month"),
    ("June 2018", "June 2018", "2018-06-01 2018-06-30", _SAME, "month"),
    ("in early July 2018", "in early July 2018", "2018-07-01 2018-07-10", _SAME, "month"),
    ("in mid-July 2018", "in mid-July 2018", "2018-07-11 2018-07-20", _SAME, "month"),
    ("late February 2020", "late February 2020", "2020-02-21 2020-02-29", _SAME, "month"),
    ("last October", "last October", "2018-10-01 2018-10-31", _SAME, "month"),
    ("next May", "next May", "2020-05-01 2020-05-31", _SAME, "month"),
    ("In 2014", "In 2014", "2014-01-01 2014-12-31", _SAME, "year"),
    ("In 2019 employees met", "In 2019", "2019-01-01 2019-12-31", _SAME, "year"),
    ("the 2018 petition", "2018", "2018-01-01 2018-12-31", _SAME, "year"),
    ("back in 2016", "back in 2016", "2016-01-01 2016-12-31", _SAME, "year"),
    ("this spring", "this spring", "2019-03-01 2019-05-31", _SAME, "season"),
    ("summer 2019", "summer 2019", "2019-06-01 2019-08-31", _SAME, "season"),
    ("in the fall of 2018", "in the fall of 2018", "2018-09-01 2018-11-30", _SAME, "season"),
    ("winter 2019", "winter 2019", "2019-12-01 2020-02-29", _SAME, "season"),
    ("last winter", "last winter", "2018-12-01 2019-02-28", _SAME, "season"),
    ("on Friday", "on Friday", "2019-07-12", "2019-07-19", "day"),
    ("on Monday", "on Monday", "2019-07-08", "2019-07-15", "day"),
    ("Thursday", "Thursday", "2019-07-11", "2019-07-18", "day"),
    ("Wednesday morning", "Wednesday morning", "2019-07-10", "2019-07-17", "day"),
    ("Monday's walkout", "Monday", "2019-07-08", "2019-07-15", "day"),
    ("last Friday", "last Friday", "2019-07-05", _SAME, "day"),
    ("next Monday", "next Monday", "2019-07-15", _SAME, "day"),
    ("this Friday", "this Friday", "2019-07-12", _SAME, "day"),
    ("Tuesday of last week", "Tuesday of last week", "2019-07-02", _SAME, "day"),
    ("today", "today", "2019-07-12", _SAME, "day"),
    ("yesterday", "yesterday", "2019-07-11", _SAME, "day"),
    ("tomorrow", "tomorrow", "2019-07-13", _SAME, "day"),
    ("tonight", "tonight", "2019-07-12", _SAME, "day"),
    ("last night", "last night", "2019-07-11", _SAME, "day"),
    ("This week", "This week", "2019-07-08 2019-07-12", "2019-07-08 2019-07-14", "week"),
    ("last week's walkout", "last week", "2019-07-01 2019-07-07", _SAME, "week"),
    ("next week", "next week", "2019-07-15 2019-07-21", _SAME, "week"),
    ("at the weekend", "at the weekend", "2019-07-06 2019-07-07", "2019-07-13 2019-07-14", "week"),
    ("this month", "this month", "2019-07-01 2019-07-12", "2019-07-01 2019-07-31", "month"),
    ("last month", "last month", "2019-06-01 2019-06-30", _SAME, "month"),
    ("last year", "last year", "2018-01-01 2018-12-31", _SAME, "year"),
    ("late last month", "late last month", "2019-06-21 2019-06-30", _SAME, "month"),
    ("Earlier in the month", "Earlier in the month", "2019-07-01 2019-07-12", _SAME, "month"),
    ("earlier this year", "earlier this year", "2019-01-01 2019-07-12", _SAME, "year"),
    ("later this month", "later this month", "2019-07-12 2019-07-31", _SAME, "month"),
    ("three days ago", "three days ago", "2019-07-09", _SAME, "day"),
    ("two weeks ago", "two weeks ago", "2019-06-24 2019-06-30", _SAME, "week"),
    ("a year earlier", "a year earlier", "2018-01-01 2018-12-31", _SAME, "year"),
    ("a few months ago", "a few months ago", None, None, ""),
    ("in recent weeks", "in recent weeks", "2019-06-21 2019-07-12", None, "week"),
    ("for two weeks", "for two weeks", "2019-06-28 2019-07-12", None, "week"),
    ("for 48 hours", "for 48 hours", "2019-07-10 2019-07-12", None, "day"),
    ("for 24 hours", "for 24 hours", "2019-07-12", None, "day"),
    ("for two nights", "for two nights", "2019-07-10 2019-07-12", None, "day"),
    ("on the same day", "on the same day", None, None, ""),
    ("in the same week.", "in the same week", "2019-07-08 2019-07-14", _SAME, "week"),
    ("in May and June", "in May and June", "2019-05-01 2019-06-30", _SAME, "month"),
    ("in December and January", "in December and January", "2018-12-01 2019-01-31", "2019-12-01 2020-01-31", "month"),
    ("on Monday and Tuesday", "on Monday and Tuesday", "2019-07-08 2019-07-09", "2019-07-15 2019-07-16", "day"),
    ("for the third day", "for the third day", "2019-07-10 2019-07-12", None, "day"),
    ("for a second consecutive night", "for a second consecutive night", "2019-07-11 2019-07-12", None, "day"),
    ("now in its fifth day.", "in its fifth day", "2019-07-08 2019-07-12", None, "day"),
    ("on the 24th", "on the 24th", "2019-06-24", "2019-07-24", "day"),
    ("on Sunday the 7th, bakers", "on Sunday the 7th", "2019-07-07", None, "day"),
    ("in the second week of March", "in the second week of March", "2019-03-08 2019-03-14", _SAME, "day"),
    ("on the weekend of July 6", "on the weekend of July 6", "2019-07-06 2019-07-07", _SAME, "day"),
    ("on Labour Day", "on Labour Day", "2019-09-02", _SAME, "day"),
    ("the day before.", "the day before", "2019-07-11", _SAME, "day"),
    ("in the following year", "in the following year", None, None, ""),
    ("the week before in Rome", "the week before", "2019-07-01 2019-07-07", _SAME, "week"),
    ("a week later,", "a week later", None, None, ""),
    ("the Saturday before", "the Saturday before", "2019-07-06", _SAME, "day"),
    ("for the past seven months", "for the past seven months", "2018-12-12 2019-07-12", None, "month"),
    ("Over the past few days", "Over the past few days", "2019-07-09 2019-07-12", None, "day"),
    ("over the last year", "over the last year", "2018-07-12 2019-07-12", None, "year"),
    ("within a week's time", "within a week's time", None, "2019-07-12 2019-07-19", "week"),
    ("since May", "since May", "2019-05-01 2019-07-12", _SAME, "month"),
    ("since 1 May", "since 1 May", "2019-05-01 2019-07-12", _SAME, "day"),
    ("Since 2012", "Since 2012", "2012-01-01 2019-07-12", _SAME, "year"),
    ("until Tuesday", "until Tuesday", None, "2019-07-12 2019-07-16", "day"),
    ("before Christmas", "before Christmas", None, None, ""),
    ("from 3 to 5 May", "from 3 to 5 May", "2019-05-03 2019-05-05", _SAME, "day"),
    ("from November 13 to 14", "from November 13 to 14", "2018-11-13 2018-11-14", "2019-11-13 2019-11-14", "day"),
    ("March 6-8", "March 6-8", "2019-03-06 2019-03-08", _SAME, "day"),
    ("on Sept. 20 and 21 in Rome", "on Sept. 20 and 21", "2018-09-20 2018-09-21", "2019-09-20 2019-09-21", "day"),
    ("on May 4 and 12 workers", "on May 4", "2019-05-04", _SAME, "day"),
    ("from May 30 to June 2", "from May 30 to June 2", "2019-05-30 2019-06-02", _SAME, "day"),
    ("from December to April", "from December to April", "2018-12-01 2019-04-30", "2019-12-01 2020-04-30", "month"),
    ("between March and June 2020", "between March and June 2020", "2020-03-01 2020-06-30", _SAME, "month"),
    ("from 2014 to 2016", "from 2014 to 2016", "2014-01-01 2016-12-31", _SAME, "year"),
    ("in 2014–16", "in 2014–16", "2014-01-01 2016-12-31", _SAME, "year"),
    ("on May Day", "on May Day", "2019-05-01", _SAME, "day"),
    ("Labor Day", "Labor Day", "2019-09-02", _SAME, "day"),
    ("on Black Friday", "on Black Friday", "2018-11-23", "2019-11-29", "day"),
    ("Thanksgiving 2019", "Thanksgiving 2019", "2019-11-28", _SAME, "day"),
    ("Juneteenth", "Juneteenth", "2019-06-19", _SAME, "day"),
    ("International Women’s Day", "International Women’s Day", "2019-03-08", _SAME, "day"),
    ("Christmas Eve 2018", "Christmas Eve 2018", "2018-12-24", _SAME, "day"),
    ("on Election Day", "on Election Day", "2018-11-06", "2019-11-05", "day"),
    ("Good Friday", "Good Friday", "2019-04-19", _SAME, "day"),
    ("Memorial Day", "Memorial Day", "2019-05-27", _SAME, "day"),
    ("Prime Day", "Prime Day", None, None, ""),
    ("February 30, 2019", "February 30, 2019", None, None, ""),
]


def _days(span: TimeSpan | None) -> str | None:
    if span is None:
        return None
    return str(span.earliest) if span.earliest == span.latest else f"{span.earliest} {span.latest}"


@pytest.mark.parametrize(("text", "raw", "past", "future", "precision"), ONE, ids=[case[0] for case in ONE])
def test_one_expression(text, raw, past, future, precision):
    (match,) = times.find(text, FRIDAY)
    assert (match.raw, text[match.start : match.end]) == (raw, raw)
    behind, ahead = (times.resolve(match, FRIDAY, future=future) for future in (False, True))
    assert _days(behind) == past
    assert _days(ahead) == (past if future == _SAME else future)
    assert {span.precision for span in (behind, ahead) if span} <= {precision}
    assert {span.raw for span in (behind, ahead) if span} <= {raw}


@pytest.mark.parametrize(
    "text",
    [
        "they may 4 times",
        "workers march 15 miles",
        "Theresa May said so",
        "April Glaser reported",
        "a story by April Glaser",
        "the Women's March",
        "the March for Our Lives",
        "a two-year deal, its 25-year history",
        "8 minutes, 40 hours a week, 24 hours",
        "for the next seventeen years",
        "the 1990s",
        "fiscal 2024 and fiscal year 2024, the 2024 fiscal year",
        "the 2000 workers, a crowd of 2000 people",
        "over 2019 signatures, $2019, 12019, 2,019",
        "every Friday, Fridays for Future",
        "USA Today, the Sunday Times",
        "in the fall of the government",
        "the sun set; they sat.",
        "99/99/2019 and 2019-13-45",
        "",
    ],
)
def test_what_is_no_date(text):
    assert times.find(text, FRIDAY) == []


def test_a_figure_far_ahead_is_no_year():
    assert [match.raw for match in times.find("the 2095 petition", FRIDAY)] == []
    assert [match.raw for match in times.find("the 2095 petition")] == ["2095"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("July 15, 2019", "2019-07-15"),
        ("in early July 2018", "2018-07-01 2018-07-10"),
        ("between March and June 2020", "2020-03-01 2020-06-30"),
        ("from May 2019 to June", "2019-05-01 2019-06-30"),
        ("Labor Day 2019", "2019-09-02"),
        ("in 2014", "2014-01-01 2014-12-31"),
        ("in June", None),
        ("on Friday", None),
        ("last year", None),
        ("for two weeks", None),
        ("since 2012", None),
        ("from May to June", None),
        ("on Labor Day", None),
    ],
)
def test_without_an_anchor_only_a_printed_year_dates(text, days):
    (match,) = times.find(text)
    assert _days(times.resolve(match, None, future=False)) == days
    assert _days(times.resolve(match, None, future=True)) == days


@pytest.mark.parametrize(
    ("words", "told", "days"),
    [
        ("that night", "on July 3", "2019-07-03"),
        ("the same day", "on July 3", "2019-07-03"),
        ("the next morning,", "on July 3", "2019-07-04"),
        ("two weeks earlier", "on July 3", "2019-06-19"),
        ("a week later,", "on July 3", "2019-07-10"),
        ("in the following year", "in 2016", "2017-01-01 2017-12-31"),
        ("the following Monday", "on July 3", "2019-07-08"),
        ("that year", "in 2016", "2016-01-01 2016-12-31"),
        ("two months later.", "in March", "2019-05-01 2019-05-31"),
        ("the day after.", "in March", None),
        ("on the same day", "in March", "2019-07-12"),
        ("in the same week.", "in 2016", "2019-07-08 2019-07-14"),
    ],
)
def test_some_times_count_from_what_was_told_before(words, told, days):
    (before,), (match,) = times.find(told, FRIDAY), times.find(words, FRIDAY)
    span = times.resolve(before, FRIDAY, future=False)
    interval = (span.earliest, span.latest, span.precision)
    assert _days(times.resolve(match, FRIDAY, future=False, told=interval)) == days


@pytest.mark.parametrize(
    "text", ["the day before the vote", "two weeks after the vote", "that night shifts", "for a day"]
)
def test_these_count_from_what_they_name(text):
    assert times.find(text, FRIDAY) == []


def test_that_year_needs_a_year():
    (match,) = times.find("that year", FRIDAY)
    assert times.resolve(match, FRIDAY, future=False) is None


@pytest.mark.parametrize(
    ("text", "future", "days"),
    [
        ("on August 1", False, "2019-08-01"),
        ("on December 1", False, "2018-12-01"),
        ("in May", True, "2019-05-01 2019-05-31"),
        ("on January 5", True, "2020-01-05"),
    ],
)
def test_a_day_without_a_year_is_the_near_one(text, future, days):
    (match,) = times.find(text, FRIDAY)
    assert _days(times.resolve(match, FRIDAY, future=future)) == days


def test_the_order_of_day_and_month_is_said_to_be_open():
    ambiguous = [match.expression.ambiguous for match in times.find("4/5/2021, 11/23/2021, 5/5/2021")]
    assert ambiguous == [True, False, False]


def test_the_weekday_chooses_the_year():
    (match,) = times.find("Friday, May 4", FRIDAY)
    span = times.resolve(match, date(2018, 12, 1), future=True)
    assert span is not None and span.earliest == date(2018, 5, 4)


def test_labour_day_is_the_first_of_may_where_that_is_near():
    (match,) = times.find("on Labour Day", FRIDAY)
    span = times.resolve(match, date(2019, 5, 3), future=False)
    assert _days(span) == "2019-05-01"


@pytest.mark.parametrize("text", ["in March and May", "on Tuesday and Thursday", "in 2014 and 2015"])
def test_units_that_do_not_follow_on_each_other_stay_apart(text):
    assert len(times.find(text, FRIDAY)) == 2


def test_two_expressions_in_one_sentence_stay_apart():
    text = "On Friday workers struck, and on Monday, July 15, 2019 more will; in June and July 2018 they met."
    assert [match.raw for match in times.find(text, FRIDAY)] == [
        "On Friday",
        "on Monday, July 15, 2019",
        "in June and July 2018",
    ]


_PIECES = """May|4|2019|on|last|week|Friday|since|for|two|weeks|ago|-|to|from|between|and|early|the|Christmas|summer
of|11/12/2019|0|31|February|29|İ|,|end of|year|999|years|within|December|until|this|next|2014-16|’s|a few"""
WORDS = st.sampled_from(_PIECES.replace("\n", "|").split("|"))


@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=12).map("".join)
    ),
    st.one_of(st.none(), st.dates()),
    st.booleans(),
)
def test_any_text_gives_sound_spans(text, anchor, future):
    previous = 0
    for match in times.find(text, anchor):
        assert previous <= match.start < match.end <= len(text)
        previous = match.end
        assert match.raw == text[match.start : match.end]
        span = times.resolve(match, anchor, future=future)
        if span:
            assert span.earliest <= span.latest
            assert span.precision in {"day", "week", "month", "season", "year"}


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_full_dates_round_trip(day):
    for text in (day.isoformat(), f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}"):
        (match,) = times.find(text)
        span = times.resolve(match, None, future=False)
        assert span is not None and span.earliest == span.latest == day


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2050, 1, 1)), st.integers(0, 6))
def test_a_weekday_lies_within_a_week_of_the_anchor(anchor, number):
    expression = intervals.Weekday(number)
    past, future = (intervals.resolve(expression, anchor, future=future) for future in (False, True))
    assert past and future
    assert 0 <= (anchor - past[0]).days < 7 and past[0].weekday() == number
    assert 0 < (future[0] - anchor).days <= 7 and future[0].weekday() == number


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        times.find(text)
        best = min(best, time.perf_counter() - begin)
    return best


@pytest.mark.parametrize(
    "piece", ["on Friday, May 4 ", "May ", "2019 ", "from May to ", "2019-", "for two ", "may 4 to 5 "]
)
def test_time_grows_with_the_length_only(piece):
    short, long = piece * (5_000 // len(piece)), piece * (40_000 // len(piece))
    times.find(short)
    assert _seconds(long) < 8 * 3 * _seconds(short) + 0.02


def test_a_sentence_without_dates_costs_little():
    sentence = "The group said that the company argued that the government should determine what is acceptable use."
    times.find(sentence)
    assert _seconds(sentence * 100) / 100 < 50e-6
