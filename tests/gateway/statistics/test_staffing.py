"""Staffing against demand: who is on duty hour by hour, and what Erlang's formula makes of it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from gateway.statistics.counts import counts_of, empty
from gateway.statistics.erlang_c import answered_within
from gateway.statistics.on_duty import counted
from gateway.statistics.staffing import Staffed, staffing
from gateway.statistics.table import Asked, shown
from gateway.store.roster_versions import Span
from routing.roster import Shift

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
SPAN = Span(datetime(2026, 11, 23), datetime(2026, 11, 25))  # noqa: DTZ001 - wall-clock time


def shift(worker, start, end, line="foenix"):
    return Shift(line, 1, worker, datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T08:00", "2026-11-23T10:00", [8, 9]),
        ("2026-11-23T08:30", "2026-11-23T09:31", [8, 9]),
        ("2026-11-23T08:31", "2026-11-23T09:30", []),
        ("2026-11-22T22:00", "2026-11-23T01:00", [0]),
    ],
)
def test_on_duty_at_half_past(start, end, hours):
    assert counted([shift("a", start, end)], SPAN) == {(MONDAY, hour): 1 for hour in hours}


def test_a_shift_past_midnight_is_on_the_next_day_too_and_a_worker_on_two_lines_is_one():
    shifts = [
        shift("a", "2026-11-23T23:00", "2026-11-24T01:00"),
        shift("a", "2026-11-23T23:00", "2026-11-24T00:00", "vest"),
        shift("b", "2026-11-24T00:00", "2026-11-24T01:00", "vest"),
    ]
    assert counted(shifts, SPAN) == {(MONDAY, 23): 1, (TUESDAY, 0): 2}


def table(workers, planned=None):
    """Two weeks in which each Monday from 14 to 15 had six calls of ten minutes."""
    tally = empty()
    tally["hours"] = Counter({"0|14|telephone": 12})
    tally["minutes"] = Counter({"telephone|sum": 120, "telephone|count": 12})
    tally["who"] = Counter({"telephone|unknown|unknown": 12})
    counts = counts_of(tally, Counter())
    asked = Asked(date(2026, 11, 9), MONDAY, ("foenix",), MONDAY)
    was = Staffed(date(2026, 11, 9), MONDAY, workers)
    found = staffing(counts, asked, was, Staffed(MONDAY, date(2026, 12, 21), planned or {}))
    return {
        row.key: {column.key: shown(cell) for column, cell in zip(found.columns, row.cells, strict=True)}
        for row in found.rows
    }


def test_the_forecast_is_erlangs_for_the_weekday_and_hour():
    mondays = {(date(2026, 11, day), 14): 2 for day in (9, 16)}
    hour = table(mondays)["14-15"]
    assert hour["contacts"] == 12
    assert hour["per_hour"] == round(12 / 14, 2)
    assert hour["forecast_percent"] == round(100 * answered_within(30, 6, 10, 2))
    # Two workers on two of fourteen days.
    assert hour["on_duty"] == round(4 / 14, 1)


def test_nobody_there_answers_nobody_and_an_empty_roster_says_nothing():
    found = table({(MONDAY.replace(day=10), 14): 1}, planned={(MONDAY, 14): 5, (MONDAY, 15): 1})
    assert found["14-15"]["forecast_percent"] == 0
    # Of four Mondays to come one is staffed.
    assert found["14-15"]["planned_forecast_percent"] == 25
    assert found["total"]["planned_forecast_percent"] == 25
    assert found["15-16"]["planned_forecast_percent"] is None
    assert table({})["total"]["on_duty"] is None
    assert table({})["total"]["forecast_percent"] is None
