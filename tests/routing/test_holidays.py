from __future__ import annotations

from datetime import date

import pytest

from routing.holidays import is_holiday


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01", "2026-04-02", "2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14", "2026-05-24",
        "2026-05-25", "2026-12-25", "2026-12-26",
    ],
)  # fmt: skip
def test_the_holidays_of_2026(day: str) -> None:
    assert is_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-04-04", "2026-05-01", "2026-06-05", "2026-12-24", "2026-12-31"])
def test_days_off_for_some_only(day: str) -> None:
    assert not is_holiday(date.fromisoformat(day))


def test_the_great_prayer_day_was_abolished_from_2024() -> None:
    assert is_holiday(date.fromisoformat("2023-05-05"))
    assert not is_holiday(date.fromisoformat("2024-04-26"))


def test_every_year_has_as_many_as_the_law_says() -> None:
    def count(year: int) -> int:
        return sum(is_holiday(date.fromordinal(date(year, 1, 1).toordinal() + n)) for n in range(365))

    assert {count(year) for year in range(2024, 2036)} == {10}
