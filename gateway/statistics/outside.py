"""What readers outside the lines see, so that no table of one period gives away what another hides.

They get whole calendar quarters and years, of one line or of several; figures of two such periods, or of a
line and of all lines, may be subtracted from each other, and still no hidden figure follows. There are four
kinds of blocks in a year, and what is hidden is the same in all blocks of a kind:

    all lines, the year  <=  all lines, a quarter  <=  one line, a quarter
                         <=  one line, the year    <=

Whatever a kind hides, the finer kinds hide, too. Then a change of hidden figures that no table of a kind
shows can be made in one block and taken back in another (the same line's next quarter, the next line's same
quarter), and no coarser table shows it either: so what is hidden does not follow. Longer periods, and some of
the lines, hide what any of their blocks hides: they are sums of what is seen.

What the reader's own lines come to is known to the reader; it is taken out of everything first. Not covered:
asking again later, and comparing; two readers who put together what each of them knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from gateway.statistics.suppression import Block, hidden_alike
from gateway.statistics.table import Asked, Key

TablesOf = Callable[[tuple[str, ...], date, date], Block]
"""The tables of lines and days, each quarter in them called ``ANY_QUARTER``, without those by line."""

ANY_QUARTER = "any"
_Hidden = frozenset[Key]


class Quarter(NamedTuple):
    year: int
    number: int  # from 1

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def whole_quarters(asked: Asked) -> Asked:
    """The period, as much longer as it takes to begin and end with a quarter."""
    last = quarter_of(asked.last)
    end = asked.last if asked.last == last.first else last.following.first
    return replace(asked, first=quarter_of(asked.first).first, last=end)


class Year:
    """What is hidden in one calendar year. ``lines``: all there are, without the reader's own."""

    def __init__(self, year: int, lines: tuple[str, ...], tables: TablesOf) -> None:
        self._quarters = [Quarter(year, number) for number in range(1, 5)]
        self._lines = lines
        self._tables = tables

    def hidden(self, *, by_line: bool, by_quarter: bool) -> _Hidden:
        if not self._lines:
            return frozenset()
        if len(self._lines) == 1:  # all lines are that line
            by_line = True
        if by_line:
            return self.line_quarter if by_quarter else self.line_year
        return self.all_quarter if by_quarter else self.all_year

    @cached_property
    def all_year(self) -> _Hidden:
        return hidden_alike([self._year(self._lines)])

    @cached_property
    def all_quarter(self) -> _Hidden:
        return hidden_alike([self._quarter(self._lines, each) for each in self._quarters], self.all_year)

    @cached_property
    def line_year(self) -> _Hidden:
        return hidden_alike([self._year((line,)) for line in self._lines], self.all_year)

    @cached_property
    def line_quarter(self) -> _Hidden:
        blocks = [self._quarter((line,), each) for line in self._lines for each in self._quarters]
        return hidden_alike(blocks, self.all_quarter | self.line_year)

    def _quarter(self, lines: tuple[str, ...], quarter: Quarter) -> Block:
        return self._tables(lines, quarter.first, quarter.following.first)

    def _year(self, lines: tuple[str, ...]) -> Block:
        return self._tables(lines, self._quarters[0].first, self._quarters[-1].following.first)


class Outside:
    """What one reader from outside doesn't see. ``every``: all lines; ``own``: the reader's."""

    def __init__(self, every: tuple[str, ...], own: frozenset[str], tables: TablesOf) -> None:
        self._lines = tuple(line for line in every if line not in own)
        self._tables = tables
        self._years: dict[int, Year] = {}

    def hides(self, asked: Asked, keys: Sequence[Key]) -> frozenset[Key]:
        """Of these figures of the period, which must be whole quarters."""
        others = tuple(line for line in asked.lines if line in self._lines)
        by_line = len(others) < len(self._lines)
        blocks = _blocks(asked)
        # Figures of one line or one quarter in a larger table are those of the smaller block.
        found = set()
        for key in keys:
            conditions = dict(key)
            line, quarter = conditions.pop("line", None), conditions.get("quarter")
            if line is not None and line not in self._lines:
                continue
            if quarter is not None:
                conditions["quarter"] = ANY_QUARTER
            bare = tuple(sorted(conditions.items()))
            for year, is_whole in blocks:
                if quarter is not None and not quarter.startswith(str(year)):
                    continue
                hidden = self._hidden(
                    year, by_line=by_line or line is not None, by_quarter=not is_whole or quarter is not None
                )
                if bare in hidden:
                    found.add(key)
        return frozenset(found)

    def _hidden(self, year: int, *, by_line: bool, by_quarter: bool) -> _Hidden:
        if year not in self._years:
            self._years[year] = Year(year, self._lines, self._tables)
        return self._years[year].hidden(by_line=by_line, by_quarter=by_quarter)


def _blocks(asked: Asked) -> list[tuple[int, bool]]:
    """The calendar years of the period, and whether all of each is in it."""
    last = asked.last.year if asked.last.month > 1 else asked.last.year - 1
    return [
        (year, asked.first <= date(year, 1, 1) and date(year + 1, 1, 1) <= asked.last)
        for year in range(asked.first.year, last + 1)
    ]
