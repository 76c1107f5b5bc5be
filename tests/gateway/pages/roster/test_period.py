"""What an address shows, on both sides of weeks, months and years."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.pages.roster.period import Period, View, day_of, period_of

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("view", "day", "first", "until", "title"),
    [
        ("month", "2026-11-30", "2026-10-26", "2026-12-07", "november 2026"),
        ("month", "2026-02-01", "2026-01-26", "2026-03-02", "februar 2026"),
        ("month", "2027-02-28", "2027-02-01", "2027-03-01", "februar 2027"),  # from Monday to Sunday, exactly
        ("week", "2026-11-29", "2026-11-23", "2026-11-30", "uge 48, 23.–29. november 2026"),
        ("workers", "2026-11-30", "2026-11-30", "2026-12-07", "uge 49, 30. november–6. december 2026"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-04", "uge 53, 28. december–3. januar 2027"),
        ("day", "2026-11-24", "2026-11-24", "2026-11-25", "tirsdag 24. november 2026"),
    ],
)
def test_what_is_shown(view, day, first, until, title):
    period = period_of({"view": view, "date": day}, TODAY)
    assert (str(period.first), str(period.until), period.title("da")) == (first, until, title)


@pytest.mark.parametrize(
    ("view", "day", "before", "after"),
    [
        ("month", "2026-01-31", "2025-12-01", "2026-02-01"),
        ("week", "2026-11-24", "2026-11-16", "2026-11-30"),
        ("day", "2026-03-01", "2026-02-28", "2026-03-02"),
    ],
)
def test_one_back_and_one_on(view, day, before, after):
    period = period_of({"view": view, "date": day}, TODAY)
    assert (str(period.before().day), str(period.after().day)) == (before, after)


@pytest.mark.parametrize(
    "given", [{}, {"view": "year", "date": "24/11"}, {"date": "1999-12-31"}, {"date": "9999-12-31"}]
)
def test_what_makes_no_sense_is_the_month_of_today(given):
    assert period_of(given, TODAY) == Period(View.MONTH, TODAY)


def test_the_first_and_last_day_that_a_roster_reaches():
    assert day_of("2000-02-01")
    assert day_of("2199-11-30")
    assert day_of("2000-01-31") is None
    assert day_of("2199-12-01") is None
    assert Period(View.MONTH, date(2199, 11, 30)).after().span
