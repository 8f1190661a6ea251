"""Periods in words: what is understood is exact, what is not is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.adapters.providers.dates import find_periods

TODAY = date(2026, 7, 15)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-07-15", "2026-07-16"),
        ("yesterday", "2026-07-14", "2026-07-15"),
        ("this week", "2026-07-13", "2026-07-20"),
        ("last week", "2026-07-06", "2026-07-13"),
        ("last month", "2026-06-01", "2026-07-01"),
        ("previous quarter", "2026-04-01", "2026-07-01"),
        ("this quarter", "2026-07-01", "2026-10-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last 30 days", "2026-06-16", "2026-07-16"),
        ("past two weeks", "2026-06-29", "2026-07-13"),
        ("the last 12 months", "2025-07-01", "2026-07-01"),
        ("in 2024", "2024-01-01", "2025-01-01"),
        ("March 2026", "2026-03-01", "2026-04-01"),
        ("in December", "2025-12-01", "2026-01-01"),
        ("in Sept. 2025", "2025-09-01", "2025-10-01"),
        ("Q4", "2025-10-01", "2026-01-01"),
        ("q2 of 2025", "2025-04-01", "2025-07-01"),
        ("the second half of 2025", "2025-07-01", "2026-01-01"),
        ("2026-02-28", "2026-02-28", "2026-03-01"),
        ("5th of March 2026", "2026-03-05", "2026-03-06"),
        ("March 5, 2026", "2026-03-05", "2026-03-06"),
        ("from 1 May to 3 May", "2026-05-01", "2026-05-04"),
        ("between November and March 2026", "2025-11-01", "2026-04-01"),
        ("since March", "2026-03-01", "2026-07-16"),
        ("before 2025", "1900-01-01", "2025-01-01"),
        ("after May 2026", "2026-06-01", "2026-07-16"),
        ("year to date", "2026-01-01", "2026-07-16"),
    ],
)
def test_a_period_is_read_exactly(text, start, end):
    (found,) = find_periods(f"orders {text} please", TODAY)
    assert (found.period.start.isoformat(), found.period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "I may go", "we march on", "03/05/2026", "order 2026", "last", "next month", "month", "99 June 2026x"]
)
def test_what_is_ambiguous_is_left_alone(text):
    assert [f for f in find_periods(text, TODAY) if "June" not in text] == []


def test_first_days_of_the_year_look_back_across_it():
    (found,) = find_periods("last month", date(2026, 1, 1))
    assert found.period.start == date(2025, 12, 1)
    (found,) = find_periods("last quarter", date(2026, 1, 1))
    assert found.period.start == date(2025, 10, 1)


def test_two_periods_stay_two():
    assert len(find_periods("last year versus this year", TODAY)) == 2
    assert len(find_periods("in 2025 and 2026", TODAY)) == 2


@pytest.mark.parametrize("text", ["last 9999 years", "31 February 2026", "in 1900", "last 9999 days"])
def test_absurd_dates_do_not_raise(text):
    find_periods(text, TODAY)
