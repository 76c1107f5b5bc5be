"""Staffing against demand by hour, and what the roster would reach by Erlang's formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.engine import Connection

from config.forms import Function, Words
from config.site import Site
from gateway.statistics.counts import Counts
from gateway.statistics.erlang_c import answered_within
from gateway.statistics.on_duty import Hour, on_duty
from gateway.statistics.parts import IN_ALL, Parts
from gateway.statistics.table import (
    Asked,
    Column,
    Days,
    Derived,
    Figure,
    Note,
    Row,
    Shown,
    Sum,
    Table,
    key_of,
)
from gateway.statistics.time_tables import UNDATED, undated_figure

WITHIN_SECONDS = 30
PLANNED_DAYS = 28
# Longer ago nobody plans by it; a roster of twenty years would take seconds to count.
MOST_ROSTER_DAYS = 366
TELEPHONE = str(Function.TELEPHONE)


@dataclass(frozen=True, slots=True)
class Staffed:
    """A roster from ``first`` up to and without ``last``: workers on duty by hour."""

    first: date
    last: date
    workers: Mapping[Hour, int]

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days)]


def staffing_of(connection: Connection, site: Site, asked: Asked) -> tuple[Staffed, Staffed]:
    """The roster of the period (its last year, where it is longer), and the one of the coming four weeks."""

    def read(first: date, last: date) -> Staffed:
        return Staffed(first, last, on_duty(connection, site, asked.lines, first, last))

    was = read(max(asked.first, asked.last - timedelta(days=MOST_ROSTER_DAYS)), asked.last)
    return was, read(asked.planned_from, asked.planned_from + timedelta(days=PLANNED_DAYS))


def staffing(counts: Counts, asked: Asked, was: Staffed, planned: Staffed) -> Table:
    """A row for each hour of the day: contacts by telephone, workers on duty, and the share that would be
    answered within 30 s, on average over the days of the roster."""
    demand = _demand(counts)
    weekdays = _weekdays(asked)
    minutes = _minutes(counts)
    rates = {slot: count / weekdays[slot[0]] for slot, count in demand.items() if weekdays[slot[0]]}
    days = max(1, sum(weekdays.values()))
    figures = {
        hour: Figure(
            key_of(hour=f"{hour:02}", function=TELEPHONE), sum(demand[day, hour] for day in range(7))
        )
        for hour in range(24)
    }
    dated = Figure(key_of(dated="yes", function=TELEPHONE), sum(each.count for each in figures.values()))
    forecasts = [_Forecast(each, rates, minutes) for each in (was, planned)]
    rows = []
    for hour, figure in figures.items():
        label = f"{hour:02}-{hour + 1:02}"
        rows.append(_row(label, Words(label, label), figure, days, forecasts, (hour,)))
    rows.append(_row("total", IN_ALL, dated, days * 24, forecasts, tuple(range(24))))
    undated = undated_figure(counts, TELEPHONE)
    whole = Parts(counts).contacts(TELEPHONE)
    weeks = Days(planned.first, planned.last - timedelta(days=1))
    notes = (
        Note("undated", UNDATED, undated),
        Note("minutes", Words("Minutter pr. henvendelse", "Minutes per contact"),
             Derived(None if minutes is None else round(minutes, 1), whole)),
        Note("planned", Words("Den kommende vagtplan er for", "The coming roster is for"), weeks),
    )  # fmt: skip
    sums = (Sum(dated, tuple(figures.values())), Sum(whole, (dated, undated)))
    title = Words("Bemanding og henvendelser på telefon", "Staffing and contacts by telephone")
    return Table("staffing", title, _COLUMNS, tuple(rows), notes, sums)


_COLUMNS = (
    Column("contacts", Words("Henvendelser", "Contacts"), "count"),
    Column("per_hour", Words("Pr. time", "Per hour"), "number"),
    Column("on_duty", Words("På vagt", "On duty"), "number"),
    Column(
        "forecast_percent",
        Words("Beregnet inden 30 s, procent", "Forecast within 30 s, percent"),
        "percent",
    ),
    Column("planned_on_duty", Words("På vagt, kommende vagtplan", "On duty, coming roster"), "number"),
    Column(
        "planned_forecast_percent",
        Words(
            "Beregnet inden 30 s, kommende vagtplan, procent",
            "Forecast within 30 s, coming roster, percent",
        ),
        "percent",
    ),
)  # fmt: skip


class _Forecast:
    """What one roster would reach with this demand: ``rates`` by weekday and hour, ``minutes`` a contact."""

    def __init__(
        self, staffed: Staffed, rates: Mapping[tuple[int, int], float], minutes: float | None
    ) -> None:
        self._staffed, self._rates, self._minutes = staffed, rates, minutes
        self._days = Counter(
            (day.weekday(), hour, staffed.workers.get((day, hour), 0))
            for day in staffed.days
            for hour in range(24)
        )

    def workers(self, hours: tuple[int, ...]) -> float | None:
        """On average; None where the roster is empty."""
        if not self._staffed.workers:
            return None
        there = [(workers * n, n) for (_, hour, workers), n in self._days.items() if hour in hours]
        return round(sum(total for total, _ in there) / sum(n for _, n in there), 1)

    def percent(self, hours: tuple[int, ...]) -> int | None:
        """Of the contacts in these hours, by Erlang C; None where there is nothing to go by."""
        if not self._staffed.workers or self._minutes is None:
            return None
        calls = answered = 0.0
        for (weekday, hour, workers), days in self._days.items():
            rate = self._rates.get((weekday, hour), 0.0)
            if hour in hours and rate > 0:
                calls += rate * days
                answered += rate * days * answered_within(WITHIN_SECONDS, rate, self._minutes, workers)
        return None if calls == 0 else round(100 * answered / calls)


def _row(
    key: str, label: Words, figure: Figure, per: int, forecasts: list[_Forecast], hours: tuple[int, ...]
) -> Row:
    cells: list[Figure | Derived | Shown] = [figure, Derived(round(figure.count / per, 2), figure)]
    for each in forecasts:
        cells += [each.workers(hours), Derived(each.percent(hours), figure)]
    return Row(key, label, tuple(cells))


def _demand(counts: Counts) -> Counter[tuple[int, int]]:
    """Contacts by telephone by weekday and hour."""
    found: Counter[tuple[int, int]] = Counter()
    for (weekday, hour, function), count in counts.hours.items():
        if function == TELEPHONE and hour:
            found[int(weekday), int(hour)] += count
    return found


def _weekdays(asked: Asked) -> Counter[int]:
    """How many of each weekday the period has had, up to today."""
    until = min(asked.last, asked.planned_from + timedelta(days=1))
    days = max(0, (until - asked.first).days)
    whole, rest = divmod(days, 7)
    found = Counter(dict.fromkeys(range(7), whole))
    found.update((asked.first.weekday() + n) % 7 for n in range(rest))
    return found


def _minutes(counts: Counts) -> float | None:
    count = counts.minutes[TELEPHONE, "count"]
    return counts.minutes[TELEPHONE, "sum"] / count if count else None
