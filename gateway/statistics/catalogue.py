"""Every table of statistics by its name, for a period and lines, whole or with small cells hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.forms import Words
from config.site import Site
from gateway.statistics import evaluation_tables as evaluation
from gateway.statistics import time_tables
from gateway.statistics.answering import answering
from gateway.statistics.by_hour import by_hour
from gateway.statistics.counts import Counts
from gateway.statistics.crisis_plans import PLANS, before_and_after
from gateway.statistics.first_word import first_word
from gateway.statistics.months import counted
from gateway.statistics.outside import ANY_QUARTER, Outside
from gateway.statistics.parts import COUNT, FUNCTIONS, PERCENT, Parts, function_label, labels, shares
from gateway.statistics.staffing import Staffed, staffing, staffing_of
from gateway.statistics.table import (
    Asked,
    Column,
    Figure,
    Key,
    Row,
    Shown,
    Sum,
    Table,
    figures_of,
    key_of,
    shown,
)
from gateway.statistics.waits import Waits, waits
from gateway.store.tables import contacts, registration_facts


def _by_group(name: str, question: str, title: Words) -> Callable[[Counts], Table]:
    def make(counts: Counts) -> Table:
        parts = Parts(counts)
        counter = {
            "sex": counts.function_sex,
            "crisis_level": counts.function_level,
            "further": counts.function_further,
        }[question]

        def cell(word: str, function: str) -> Figure:
            return Figure(
                key_of(**{question: word, "group": "yes"}, function=function), counter[function, word]
            )

        columns: list[Column] = []
        rows: list[list[Figure]] = []
        words = labels(question)
        columns += [Column(each, function_label(each), "count") for each in FUNCTIONS]
        rows = [[cell(word, each) for each in FUNCTIONS] for word in words]
        totals = [
            Figure(key_of(**{question: word, "group": "yes"}), sum(figure.count for figure in row))
            for word, row in zip(words, rows, strict=True)
        ]
        sums = [Sum(total, tuple(row)) for total, row in zip(totals, rows, strict=True)]
        sums += [Sum(parts.group(each), tuple(cell(word, each) for word in words)) for each in FUNCTIONS]
        sums.append(Sum(parts.group(), tuple(totals)))
        shared = shares(list(zip(words, words.values(), totals, strict=True)), parts.group())
        whole = [*rows, [parts.group(each) for each in FUNCTIONS]]
        return Table(
            name,
            title,
            (*columns, COUNT, PERCENT),
            tuple(
                Row(row.key, row.label, (*cells, *row.cells))
                for row, cells in zip(shared, whole, strict=True)
            ),
            sums=(*sums, *parts.splits()),
        )

    return make


def _persons(counts: Counts) -> Table:
    """Different persons among those who gave their CPR number: a keyed hash tells who is the same."""
    rows = [
        Row(each, function_label(each), (Figure(key_of(persons=each), counts.persons[each]),))
        for each in FUNCTIONS
    ]
    everywhere = Figure(key_of(persons="all"), counts.persons[""])
    rows.append(Row("total", Words("I alt", "In all"), (everywhere,)))
    title = Words(
        "Forskellige borgere, der har oplyst CPR-nummer", "Different citizens who gave a CPR number"
    )
    return Table("persons", title, (COUNT,), tuple(rows))


LINES, STAFFING = "lines", "staffing"
ANSWERING, FIRST_WORD, BY_HOUR = "answering", "first-word", "answering-hours"
_FROM_COUNTS: Mapping[str, Callable[[Counts], Table]] = {
    "4-1": evaluation.table_4_1,
    "4-2": evaluation.table_4_2,
    "5-3": evaluation.table_5_3,
    "9-2": evaluation.table_9_2,
    "9-3": evaluation.table_9_3,
    "9-4": evaluation.table_9_4,
    "9-5": evaluation.table_9_5,
    "9-6": evaluation.table_9_6,
    "9-13": evaluation.table_9_13,
    "9-14": evaluation.table_9_14,
    "9-15": evaluation.table_9_15,
    "9-16": time_tables.table_9_16,
    "quarters": time_tables.quarters,
    "day-parts": time_tables.day_parts,
    "sex": _by_group("sex", "sex", Words("Køn, primær målgruppe", "Sex, primary target group")),
    "crisis-levels": _by_group(
        "crisis-levels",
        "crisis_level",
        Words("Krisens sværhed, primær målgruppe", "Crisis level, primary group"),
    ),
    "further-contact": _by_group(
        "further-contact", "further", Words("Yderligere kontakt aftalt", "Further contact agreed")
    ),
    "persons": _persons,
}
_FROM_WAITS: Mapping[str, Callable[[Waits], Table]] = {
    ANSWERING: answering,
    FIRST_WORD: first_word,
    BY_HOUR: by_hour,
}
NAMES = (*_FROM_COUNTS, LINES, *_FROM_WAITS, STAFFING)


def tables(connection: Connection, site: Site, asked: Asked, names: tuple[str, ...] = NAMES) -> list[Table]:
    """These tables, in this order. Raises KeyError for a name that there is not."""
    counts = counted(connection, asked) if set(names) - {*_FROM_WAITS, PLANS} else None
    waited = waits(connection, asked, site.zone) if set(names) & _FROM_WAITS.keys() else None
    return [_table(connection, site, asked, name, counts, waited) for name in names]


def hidden_outside(
    connection: Connection, site: Site, asked: Asked, found: Iterable[Table], own: frozenset[str]
) -> frozenset[Key]:
    """The figures of these tables that a reader from outside the lines does not see. ``own``: the lines that
    are the reader's all the same. The period must be whole quarters."""

    def block(lines: tuple[str, ...], first: date, last: date) -> list[Table]:
        return _block(connection, site, Asked(first, last, lines))

    keys = {figure.key for table in found for figure in figures_of(table)}
    return Outside(lines_known(connection, site), own, block).hides(asked, sorted(keys))


def _block(connection: Connection, site: Site, asked: Asked) -> list[Table]:
    """What is to be hidden is found in these: all quarters in one, no table by line, no roster."""
    counts = counted(connection, asked)
    # Zeros, too: a block without contacts has the same sums as any other.
    quarters: Counter[tuple[str, ...]] = Counter({(ANY_QUARTER, each): 0 for each in FUNCTIONS})
    for (_, function), count in counts.quarters.items():
        quarters[ANY_QUARTER, function] += count
    counts = replace(counts, quarters=quarters)
    waited = waits(connection, asked, site.zone)
    return [*tables_from(counts, asked), *(make(waited) for make in _FROM_WAITS.values())]


def tables_from(counts: Counts, asked: Asked) -> list[Table]:
    """Those that are made of registrations alone, each line's own left out; nobody is on duty."""
    nobody = Staffed(asked.first, asked.last, {})
    return [*(make(counts) for make in _FROM_COUNTS.values()), staffing(counts, asked, nobody, nobody)]


def lines_known(connection: Connection, site: Site) -> tuple[str, ...]:
    """The site's lines in their order, then those of earlier sites that something is counted of."""
    found = _different(connection, registration_facts.c.line) | _different(connection, contacts.c.line)
    return (*site.lines, *sorted(found - set(site.lines)))


def _different(connection: Connection, column: sa.Column[str]) -> set[str]:
    """The values of a column, one look into its index for each: there are few, in millions of rows."""
    steps = sa.select(sa.func.min(column).label("value")).cte("steps", recursive=True)
    after = sa.select(sa.func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(sa.select(after).where(steps.c.value.is_not(None)))
    return set(connection.execute(sa.select(steps.c.value).where(steps.c.value.is_not(None))).scalars())


def shown_rows(table: Table, hide: frozenset[Key] = frozenset()) -> list[list[Shown]]:
    """The cells of each row as a reader sees them."""
    return [[shown(cell, hide) for cell in row.cells] for row in table.rows]


def _table(
    connection: Connection, site: Site, asked: Asked, name: str, counts: Counts | None, waited: Waits | None
) -> Table:
    if name == PLANS:
        return before_and_after(connection, asked, site.zone)
    if waited is not None and name in _FROM_WAITS:
        return _FROM_WAITS[name](waited)
    if counts is None:
        raise KeyError(name)
    if name == LINES:
        return time_tables.lines(counts, asked, {line.id: line.name for line in site.lines.values()})
    if name == STAFFING:
        return staffing(counts, asked, *staffing_of(connection, site, asked))
    return _FROM_COUNTS[name](counts)
