"""A picture of numbers by worker: bars side by side with their numbers, and a mark where the average lies.

Each column is drawn for itself, with the names beside it: where there is room they stand in one row.
Everything is said by length, text and line, so that it can be read, and printed, without colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROW, HEAD, NAME_WIDTH, COLUMN_WIDTH, NUMBER_WIDTH = 34, 40, 150, 180, 62


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bar:
    y: float
    width: float
    number: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One column as it is drawn; ``average``: where its line stands, None where there is nothing."""

    title: str
    bars: tuple[Bar, ...]
    average: float | None


@dataclass(frozen=True, slots=True)
class Picture:
    name_width: int
    column_width: int
    height: int
    names: tuple[tuple[str, float], ...]
    columns: tuple[Shape, ...]


def picture(names: Sequence[str], columns: Sequence[Column], number: Callable[[float], str]) -> Picture:
    """``number``: how a value is written. The longest bar of a column fills it."""
    return Picture(
        NAME_WIDTH,
        COLUMN_WIDTH,
        HEAD + ROW * len(names),
        tuple((name, _y(place)) for place, name in enumerate(names)),
        tuple(_shape(column, number) for column in columns),
    )


def _shape(column: Column, number: Callable[[float], str]) -> Shape:
    longest = max(column.values, default=0)
    scale = (COLUMN_WIDTH - NUMBER_WIDTH) / longest if longest else 0
    bars = tuple(
        Bar(_y(row), round(value * scale, 1), number(value)) for row, value in enumerate(column.values)
    )
    average = scale * sum(column.values) / len(column.values) if longest else None
    return Shape(column.title, bars, average)


def _y(row: int) -> float:
    return HEAD + ROW * row
