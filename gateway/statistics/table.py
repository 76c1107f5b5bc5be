"""A table of statistics as values: what is counted keeps what it counts, so that it can be suppressed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from config.forms import Words

SUPPRESSED = "suppressed"
"""Stands where a figure would tell of too few people, or would let such a figure be worked out."""

Key = tuple[tuple[str, str], ...]
Shown = int | float | str | None
"""A figure; ``SUPPRESSED``; another text; None where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of contacts. ``key``: the conditions they meet; the same key is the same figure anywhere."""

    key: Key
    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` in percent of ``whole``, rounded half up to a whole one; nothing of none."""

    part: Figure
    whole: Figure


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that was worked out of ``of``: suppressed with it."""

    value: Shown
    of: Figure


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another; both are in it. Read as ISO dates, but people see them as they write them."""

    first: date
    last: date


Cell = Figure | Share | Derived | Days | int | float | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """``kind``: count, percent, seconds, number or text."""

    key: str
    label: Words
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    label: Words
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A count that belongs to the table and stands below it."""

    key: str
    label: Words
    value: Cell


@dataclass(frozen=True, slots=True)
class Sum:
    """``whole`` is the sum of ``parts``: whoever knows all but one of them knows that one."""

    whole: Figure
    parts: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``sums``: also those that reach over other tables; ``sizes``: wholes where several are chosen."""

    name: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()
    sums: tuple[Sum, ...] = ()
    sizes: Mapping[Key, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """``first`` up to and without ``last``, on the wall clock; ``lines``: ids; ``today``: where the coming
    roster begins, and what has been ends (after the period, where it is left out)."""

    first: date
    last: date
    lines: tuple[str, ...]
    today: date | None = None

    @property
    def planned_from(self) -> date:
        return self.today or self.last


def key_of(**conditions: str) -> Key:
    return tuple(sorted(conditions.items()))


def percent(part: int, whole: int) -> int | None:
    """Half up, in whole numbers: nothing depends on how a computer rounds fractions."""
    return None if whole == 0 else (200 * part + whole) // (2 * whole)


def shown(cell: Cell, hidden: Collection[Key] = ()) -> Shown:
    """What a reader sees of a cell where these figures are hidden."""
    match cell:
        case Figure():
            return SUPPRESSED if cell.key in hidden else cell.count
        case Share():
            if cell.part.key in hidden or cell.whole.key in hidden:
                return SUPPRESSED
            return percent(cell.part.count, cell.whole.count)
        case Derived():
            return SUPPRESSED if cell.of.key in hidden else cell.value
        case Days():
            return f"{cell.first.isoformat()} – {cell.last.isoformat()}"
    return cell


def figures_of(table: Table) -> list[Figure]:
    """Every count that can be read or worked out of the table."""
    found: list[Figure] = []
    for cell in [*(cell for row in table.rows for cell in row.cells), *(note.value for note in table.notes)]:
        match cell:
            case Figure():
                found.append(cell)
            case Share():
                found += [cell.part, cell.whole]
            case Derived():
                found.append(cell.of)
    return found
