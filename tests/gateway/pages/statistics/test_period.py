from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from gateway.pages.statistics.chosen import chosen_of
from gateway.pages.statistics.period import BY_NAME, DEFAULT, NAMES, Period

TODAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("name", "first", "last_day"),
    [
        ("twelve_months", "2025-02-01", "2026-01-31"),
        ("this_month", "2026-01-01", "2026-01-31"),
        ("last_month", "2025-12-01", "2025-12-31"),
        ("this_quarter", "2026-01-01", "2026-03-31"),
        ("last_quarter", "2025-10-01", "2025-12-31"),
        ("this_year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_periods_by_name_on_the_last_day_of_january(name, first, last_day):
    period = BY_NAME[name](TODAY)
    assert (str(period.first), str(period.last_day)) == (first, last_day)
    assert set(NAMES) == set(BY_NAME)


def chosen(*given):
    return chosen_of(MultiDict(given), ("foenix", "toften"), TODAY)


def test_what_stands_in_the_address_comes_back_from_it():
    found = chosen(("period", "last_quarter"), ("line", "toften"), ("line", "toften"))
    assert found.query == "period=last_quarter&line=toften"
    assert found.days() == "from=2025-10-01&to=2025-12-31&line=toften"
    own = chosen(("from", "2025-10-01"), ("to", "2025-10-31"))
    assert own.period == Period(date(2025, 10, 1), date(2025, 11, 1))
    assert own.query == "period=own&from=2025-10-01&to=2025-10-31"
    assert own.asked(("a", "b"), TODAY).lines == ("a", "b")


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ([("period", "x")], {"period"}),
        ([("from", "2026-13-01"), ("to", "2026-01-01")], {"from"}),
        ([("from", "2026-01-02"), ("to", "2026-01-01")], {"to"}),
        ([("from", "1970-01-01"), ("to", "2026-01-01")], {"to"}),
        ([("period", "own")], {"from", "to"}),
        ([("line", "nowhere")], {"line"}),
    ],
)
def test_what_makes_no_sense_is_named_and_the_usual_shown(given, faults):
    found = chosen(*given)
    assert found.faults == faults
    assert (found.name, found.lines) == (DEFAULT, ())
