"""Which stretch of a plan somebody looks at, and how: as it stands in the address."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from gateway.pages.words import DANISH
from gateway.rosters.month_plan import MONTHS
from gateway.store.roster_versions import Span

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
EARLIEST, LATEST = date(2000, 2, 1), date(2199, 11, 30)
_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class View(enum.StrEnum):
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    WORKERS = "workers"


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` to ``until`` (not in it) is what the calendar shows; ``day`` lies in the middle of it."""

    view: View
    day: date

    @property
    def first(self) -> date:
        match self.view:
            case View.MONTH:
                return _monday(self.day.replace(day=1))
            case View.DAY:
                return self.day
            case _:
                return _monday(self.day)

    @property
    def until(self) -> date:
        match self.view:
            case View.MONTH:
                last = _next_month(self.day) - ONE_DAY
                return _monday(last) + WEEK
            case View.DAY:
                return self.day + ONE_DAY
            case _:
                return self.first + WEEK

    @property
    def span(self) -> Span:
        return Span(datetime.combine(self.first, time()), datetime.combine(self.until, time()))

    def before(self) -> Period:
        match self.view:
            case View.MONTH:
                return replace(self, day=(self.day.replace(day=1) - ONE_DAY).replace(day=1))
            case View.DAY:
                return replace(self, day=self.day - ONE_DAY)
            case _:
                return replace(self, day=self.first - WEEK)

    def after(self) -> Period:
        match self.view:
            case View.MONTH:
                return replace(self, day=_next_month(self.day))
            case View.DAY:
                return replace(self, day=self.day + ONE_DAY)
            case _:
                return replace(self, day=self.first + WEEK)

    def title(self, language: str) -> str:
        """As people say it: "november 2026", "uge 48, 23.–29. november 2026"."""
        month = f"{MONTHS[language][self.day.month - 1]} {self.day.year}"
        if self.view is View.MONTH:
            return month
        if self.view is View.DAY:
            return said_day(self.day, language)
        last = self.until - ONE_DAY
        dot = "." if language == DANISH else ""
        named = f"{MONTHS[language][last.month - 1]} {last.year}"
        begins = f"{self.first.day}{dot}"
        if self.first.month != last.month:
            begins += f" {MONTHS[language][self.first.month - 1]}"
        word = "uge" if language == DANISH else "week"
        return f"{word} {self.first.isocalendar().week}, {begins}–{last.day}{dot} {named}"

    def address(self, line: str) -> str:
        query = urlencode({"line": line, "view": str(self.view), "date": self.day.isoformat()})
        return f"/roster?{query}"


def said_day(day: date, language: str) -> str:
    dot = "." if language == DANISH else ""
    return f"{_WEEKDAYS[language][day.weekday()]} {day.day}{dot} {MONTHS[language][day.month - 1]} {day.year}"


def period_of(given: Mapping[str, str], today: date) -> Period:
    """What the address asks for; where it makes no sense, the month of today."""
    try:
        view = View(given.get("view", View.MONTH))
    except ValueError:
        view = View.MONTH
    return Period(view, day_of(given.get("date", "")) or today)


def day_of(text: str) -> date | None:
    """None for what is no day, or one that no roster reaches."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
