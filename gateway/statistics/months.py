"""The counts of a period and lines: whole months as they were rolled up, everything else from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.statistics.counts import Counts, add, counts_of, empty, persons, tallied
from gateway.statistics.table import Asked
from gateway.store.engine import Store
from gateway.store.kept_months import (
    OF_REGISTRATIONS,
    Counted,
    KeptMonths,
    Month,
    first_day,
    following,
    month_of,
    months_between,
)
from gateway.store.tables import registration_facts

_F = registration_facts.c
Days = tuple[date, date]
"""``[first, last)``."""


def counted(connection: Connection, asked: Asked) -> Counts:
    """Everything of a period and lines. Raises StoreUnavailableError where the store does."""
    here = sa.and_(_F.line.in_(asked.lines), _F.day >= asked.first, _F.day < asked.last)
    total = empty()
    kept, left = kept_and_left(connection, OF_REGISTRATIONS, asked)
    for found in kept:
        add(total, found)
    if left:
        conditions = [
            sa.and_(_F.line.in_(lines), _F.day >= days[0], _F.day < days[1]) for lines, days in left
        ]
        add(total, tallied(connection, sa.or_(*conditions)))
    return counts_of(total, persons(connection, here))


def kept_and_left(
    connection: Connection, months: KeptMonths, asked: Asked
) -> tuple[list[Counted], list[tuple[tuple[str, ...], Days]]]:
    """What was kept of whole months, and what is to be counted from rows: stretches of days, with their
    lines."""
    first = month_of(asked.first) if asked.first.day == 1 else following(month_of(asked.first))
    kept = months.fresh(connection, asked.lines, first, month_of(asked.last))
    return [counted for _, counted in kept], _left(asked, {month for month, _ in kept})


def roll_up(store: Store, month: Month) -> bool:
    """Count a month anew and keep it. False where that was not needed any more. Safe to run twice, at once
    too: its row is held, and registrations that are written meanwhile wait or are counted."""
    with store.write() as connection:
        if not OF_REGISTRATIONS.hold(connection, month):
            return False
        days = sa.and_(
            _F.line == month.line,
            _F.day >= first_day(month.month),
            _F.day < first_day(following(month.month)),
        )
        found = tallied(connection, days)
        OF_REGISTRATIONS.keep(connection, month, {name: dict(counter) for name, counter in found.items()})
    return True


def _left(asked: Asked, done: set[Month]) -> list[tuple[tuple[str, ...], Days]]:
    """What is to be counted from rows: stretches of days, and the lines that they are to be counted for."""
    found: list[tuple[tuple[str, ...], Days]] = []
    for month, days in _months(asked):
        lines = tuple(line for line in asked.lines if Month(line, month) not in done)
        if not lines:
            continue
        if found and found[-1][0] == lines and found[-1][1][1] == days[0]:
            days = (found.pop()[1][0], days[1])
        found.append((lines, days))
    return found


def _months(asked: Asked) -> Iterable[tuple[str, Days]]:
    """The months of the period, each with those of its days that are in it."""
    for month in months_between(month_of(asked.first), following(month_of(asked.last))):
        first = max(asked.first, first_day(month))
        last = min(asked.last, first_day(following(month)))
        if first < last:
            yield month, (first, last)
