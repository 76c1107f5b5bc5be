"""What the tables are made of, as counters by words: counted from rows, and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.forms import Function, newest
from gateway.store.tables import registration_facts

MASKS = ("themes", "life_situation", "referred_to")
_F = registration_facts.c
_BETWEEN = "|"

Tally = dict[str, Counter[str]]
"""Counters by name; what is counted stands as words joined by a bar, so that they add up quickly and can be
kept as JSON. No word of ours has a bar in it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters by tuples of words, in the order of the names; an empty word: not known.

    ``hours``: weekday (0 is Monday), hour, function; ``quarters``: as 2026-Q4, function, of those with an
    hour alone. ``minutes``: function and "sum" or "count". ``persons``: different ones by
    function and in all ("").
    """

    function_who_first: Counter[tuple[str, ...]]
    function_channel: Counter[tuple[str, ...]]
    function_age: Counter[tuple[str, ...]]
    function_sex: Counter[tuple[str, ...]]
    function_level: Counter[tuple[str, ...]]
    function_further: Counter[tuple[str, ...]]
    function_background: Counter[tuple[str, ...]]
    line_function: Counter[tuple[str, ...]]
    nights: Counter[int | None]
    masks: Mapping[str, Counter[tuple[str, ...]]]
    hours: Counter[tuple[str, ...]]
    quarters: Counter[tuple[str, ...]]
    minutes: Counter[tuple[str, ...]]
    persons: Counter[str]

    def contacts(self, function: str) -> int:
        return sum(count for key, count in self.function_who_first.items() if key[0] == function)


def counts_of(tally: Tally, persons: Counter[str]) -> Counts:
    split = {
        name: Counter({tuple(key.split(_BETWEEN)): count for key, count in counter.items()})
        for name, counter in tally.items()
    }
    nights = Counter({int(key[0]) if key[0] else None: count for key, count in split["nights"].items()})
    return Counts(
        function_who_first=split["who"],
        function_channel=split["channel"],
        function_age=split["age"],
        function_sex=split["sex"],
        function_level=split["crisis_level"],
        function_further=split["further"],
        function_background=split["background"],
        line_function=split["line"],
        nights=nights,
        masks={mask: split[mask] for mask in MASKS},
        hours=split["hours"],
        quarters=split["quarters"],
        minutes=split["minutes"],
        persons=persons,
    )


def tallied(connection: Connection, here: sa.ColumnElement[bool]) -> Tally:
    """Of the rows of ``registration_facts`` that meet a condition: a handful of grouped queries."""
    group = sa.and_(here, _F.in_target_group == 1)
    first = sa.and_(group, _F.first_contact == "first")
    stays = sa.and_(here, _F.function == str(Function.OVERNIGHT))
    found = {
        "who": _grouped(connection, here, _F.function, _F.who, _F.first_contact),
        "channel": _grouped(connection, here, _F.function, _F.channel),
        "age": _grouped(connection, group, _F.function, _F.age),
        "sex": _grouped(connection, group, _F.function, _F.sex),
        "crisis_level": _grouped(connection, group, _F.function, _F.crisis_level),
        "further": _grouped(connection, group, _F.function, _F.further),
        "background": _grouped(connection, first, _F.function, _F.background),
        "line": _grouped(connection, here, _F.line, _F.function),
        "nights": _grouped(connection, stays, _F.nights),
        "minutes": _minutes(connection, here),
    }
    return found | _times(connection, here) | _masks(connection, group)


def empty() -> Tally:
    names = ("who", "channel", "age", "sex", "crisis_level", "further", "background", "line", "nights")
    return {name: Counter() for name in (*names, "hours", "quarters", "minutes", *MASKS)}


def add(total: Tally, another: Mapping[str, Mapping[str, int]]) -> None:
    """A name that ``total`` does not have is left out: an older release counted something else."""
    for name, counter in total.items():
        counter.update(another.get(name, {}))


def persons(connection: Connection, here: sa.ColumnElement[bool]) -> Counter[str]:
    """Different persons by function and in all (""), as far as they gave their CPR number.

    They don't add up over months: whoever comes in two of them is one.
    """
    given = sa.and_(here, _F.person.is_not(None))
    # Read once; and not COUNT(DISTINCT), for which PostgreSQL sorts where it could hash.
    pairs = sa.select(_F.function, _F.person).where(given).distinct().cte("pairs")
    people = sa.select(pairs.c.person).distinct().subquery()
    by_function = sa.select(pairs.c.function, sa.func.count()).group_by(pairs.c.function)
    in_all = sa.select(sa.literal(""), sa.func.count()).select_from(people)
    return Counter({row[0]: row[1] for row in connection.execute(sa.union_all(by_function, in_all))})


def _grouped(connection: Connection, where: sa.ColumnElement[bool], *columns: sa.Column[Any]) -> Counter[str]:
    query = sa.select(*columns, sa.func.count()).where(where).group_by(*columns)
    return Counter({_joined(*row[:-1]): row[-1] for row in connection.execute(query)})


def _times(connection: Connection, where: sa.ColumnElement[bool]) -> Tally:
    columns = (_F.day, _F.hour, _F.function)
    hours: Counter[str] = Counter()
    quarters: Counter[str] = Counter()
    query = sa.select(*columns, sa.func.count()).where(where).group_by(*columns)
    for day, hour, function, count in connection.execute(query):
        hours[_joined(day.weekday(), hour, function)] += count
        if hour is not None:
            quarters[_joined(f"{day.year}-Q{(day.month + 2) // 3}", function)] += count
    return {"hours": hours, "quarters": quarters}


def _minutes(connection: Connection, where: sa.ColumnElement[bool]) -> Counter[str]:
    query = sa.select(_F.function, sa.func.sum(_F.minutes), sa.func.count(_F.minutes)).where(where)
    found: Counter[str] = Counter()
    for function, total, count in connection.execute(query.group_by(_F.function)):
        found[_joined(function, "sum")], found[_joined(function, "count")] = int(total or 0), count
    return found


def _masks(connection: Connection, where: sa.ColumnElement[bool]) -> Tally:
    bits = [
        (mask, word, option.bit or 0)
        for mask in MASKS
        for word, option in (newest(Function.TELEPHONE).questions[mask].options or {}).items()
    ]
    sums = [sa.func.sum(sa.case((_F[mask].bitwise_and(1 << bit) != 0, 1), else_=0)) for mask, _, bit in bits]
    found: Tally = {mask: Counter() for mask in MASKS}
    for row in connection.execute(sa.select(_F.function, *sums).where(where).group_by(_F.function)):
        for (mask, word, _), count in zip(bits, row[1:], strict=True):
            found[mask][_joined(row[0], word)] = int(count or 0)
    return found


def _joined(*words: object) -> str:
    return _BETWEEN.join("" if word is None else str(word) for word in words)
