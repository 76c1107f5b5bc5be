"""The periods that are asked for by a name: this month, last quarter, the last twelve months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
OWN = "own"


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` up to and without ``last``."""

    first: date
    last: date

    @property
    def last_day(self) -> date:
        return self.last - ONE_DAY


def month(day: date, back: int = 0) -> Period:
    """The month that the day is in, or the one so many months before it."""
    first = _months_on(day.replace(day=1), -back)
    return Period(first, _months_on(first, 1))


def quarter(day: date, back: int = 0) -> Period:
    first = _months_on(date(day.year, day.month - (day.month - 1) % 3, 1), -3 * back)
    return Period(first, _months_on(first, 3))


def year(day: date, back: int = 0) -> Period:
    return Period(date(day.year - back, 1, 1), date(day.year - back + 1, 1, 1))


def twelve_months(day: date) -> Period:
    """The month that the day is in and the eleven before it."""
    return Period(month(day, 11).first, month(day).last)


BY_NAME: Mapping[str, Callable[[date], Period]] = {
    "twelve_months": twelve_months,
    "this_month": month,
    "last_month": lambda day: month(day, 1),
    "this_quarter": quarter,
    "last_quarter": lambda day: quarter(day, 1),
    "this_year": year,
    "last_year": lambda day: year(day, 1),
}
DEFAULT = "twelve_months"
# words: the periods' names, which the page says in its language
NAMES = {
    "twelve_months": "De seneste 12 måneder",
    "this_month": "Denne måned",
    "last_month": "Sidste måned",
    "this_quarter": "Dette kvartal",
    "last_quarter": "Sidste kvartal",
    "this_year": "I år",
    "last_year": "Sidste år",
}


def _months_on(first: date, months: int) -> date:
    """``first``: a first of a month."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
