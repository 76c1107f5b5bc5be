"""Danish public holidays, on which ``holidays`` windows replace the weekday ones."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from holidays import country_holidays


def is_holiday(day: date) -> bool:
    """Whether ``day`` is a public holiday (helligdag) in Denmark.

    Not among them: 1 May, Constitution Day, 24 and 31 December, which no law makes holidays for all.
    """
    return day in _of_year(day.year)


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DK", years=year))
