"""What a line's rows of a month come to, kept so that nobody has to count them again.

A month's row is fresh, or else it is not looked at. Whoever writes or corrects what is counted marks its
month in the same transaction; whoever counts a month anew holds its row meanwhile, so that nobody writes past
them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gateway.store.engine import Store
from gateway.store.tables import contacts, registration_facts, registration_months, waiting_months

_DIALECTS: Mapping[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
Counted = Mapping[str, Mapping[str, int]]


class Month(NamedTuple):
    """``month``: as 2026-11."""

    line: str
    month: str


class KeptMonths:
    """Months of one kind: in ``table``, counted from rows of ``line`` and ``begun``, a day or an instant.
    ``parts``: what each has; one that an earlier release kept, without all of them, is as good as none."""

    def __init__(
        self,
        table: sa.Table,
        line: sa.Column[Any],
        begun: sa.Column[Any],
        parts: Collection[str] = (),
    ) -> None:
        self._table, self._line, self._begun, self._parts = table, line, begun, frozenset(parts)
        self._marking = {
            name: dialect.insert(table).on_conflict_do_update(
                index_elements=["line", "month"], set_={"is_fresh": False}
            )
            for name, dialect in _DIALECTS.items()
        }
        self._fresh = sa.select(table.c.line, table.c.month, table.c.counted).where(table.c.is_fresh)

    def mark(self, connection: Connection, months: Iterable[Month]) -> None:
        """These are to be counted anew; always in the same order, so that no two wait for each other."""
        for line, month in sorted(set(months)):
            row = {"line": line, "month": month, "is_fresh": False}
            connection.execute(self._marking[connection.dialect.name], row)

    def fresh(
        self, connection: Connection, lines: Collection[str], first: str, last: str
    ) -> list[tuple[Month, Counted]]:
        """Those of the lines from the month ``first`` up to and without ``last`` that can be relied on."""
        mine = self._table.c
        query = self._fresh.where(mine.line.in_(lines), mine.month >= first, mine.month < last)
        return [
            (Month(line, month), counted)
            for line, month, counted in connection.execute(query)
            if self._parts <= counted.keys()
        ]

    def stale(self, connection: Connection, before: str) -> list[Month]:
        """Those before a month that are to be counted."""
        mine = self._table.c
        query = sa.select(mine.line, mine.month).where(mine.month < before, sa.not_(mine.is_fresh))
        return [Month(*row) for row in connection.execute(query.order_by(mine.month, mine.line))]

    def hold(self, connection: Connection, month: Month) -> bool:
        """Keep others from marking it until this transaction ends. Whether it is not fresh."""
        query = sa.select(self._table.c.is_fresh).where(self._is(month))
        return connection.execute(query.with_for_update()).scalar_one_or_none() is False

    def keep(self, connection: Connection, month: Month, counted: Counted) -> None:
        """What it comes to. Call ``hold`` first."""
        values = {"is_fresh": True, "counted": counted}
        connection.execute(sa.update(self._table).where(self._is(month)), values)

    def add_missing(self, store: Store, before: str) -> None:
        """Rows for months that were written by an earlier release, or at once by the thousand.

        What is missing is read first, and nothing is held meanwhile: nobody who writes waits for it. That is
        safe, for a row that is added says only that its month is to be counted, which holds at any time; one
        that somebody else has added since is left as it is, fresh or not; and what comes into a month for the
        first time after we looked is found an hour later, and counted from its rows until then.
        """
        with store.read() as connection:
            missing = self._missing(connection, before)
        if not missing:
            return
        rows = [{"line": line, "month": month, "is_fresh": False} for line, month in missing]
        with store.write() as connection:
            insert = _DIALECTS[connection.dialect.name].insert(self._table)
            connection.execute(insert.on_conflict_do_nothing(), rows)

    def _missing(self, connection: Connection, before: str) -> list[Month]:
        """Two looks into an index for each line: there are few, in millions of rows."""
        mine = self._table.c
        there = {Month(*row) for row in connection.execute(sa.select(mine.line, mine.month))}
        found = []
        next_line = sa.select(sa.func.min(self._line))
        line = connection.execute(next_line).scalar_one()
        while line is not None:
            first, last = (
                connection.execute(sa.select(edge(self._begun)).where(self._line == line)).scalar_one()
                for edge in (sa.func.min, sa.func.max)
            )
            months = months_between(month_of(first), min(before, following(month_of(last))))
            found += [Month(line, month) for month in months]
            line = connection.execute(next_line.where(self._line > line)).scalar_one()
        return [month for month in found if month not in there]

    def _is(self, month: Month) -> sa.ColumnElement[bool]:
        return sa.and_(self._table.c.line == month.line, self._table.c.month == month.month)


OF_REGISTRATIONS = KeptMonths(registration_months, registration_facts.c.line, registration_facts.c.day)
WAITS, HOURS, FIRST_WORDS = "waits", "hours", "first_words"
OF_WAITS = KeptMonths(waiting_months, contacts.c.line, contacts.c.waiting_since, (WAITS, HOURS, FIRST_WORDS))
"""Their months begin on the wall clock, an hour or two from where they do in UTC: whoever marks one marks
both."""


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def months_between(first: str, last: str) -> list[str]:
    """From ``first`` up to and without ``last``."""
    found = []
    while first < last:
        found.append(first)
        first = following(first)
    return found


def following(month: str) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04}-{number + 1:02}"


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
