"""A picture of numbers by worker: bars side by side with their numbers, and a mark where the average lies.

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
    x: float
    y: float
    width: float
    number: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One column as it is drawn; ``average``: where its line stands, None where there is nothing."""

    title: str
    x: float
    bars: tuple[Bar, ...]
    average: float | None


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    names: tuple[tuple[str, float], ...]
    columns: tuple[Shape, ...]


def picture(names: Sequence[str], columns: Sequence[Column], number: Callable[[float], str]) -> Picture:
    """``number``: how a value is written. The longest bar of a column fills it."""
    return Picture(
        NAME_WIDTH + COLUMN_WIDTH * len(columns),
        HEAD + ROW * len(names),
        tuple((name, _y(place)) for place, name in enumerate(names)),
        tuple(_shape(place, column, number) for place, column in enumerate(columns)),
    )


def _shape(place: int, column: Column, number: Callable[[float], str]) -> Shape:
    x = NAME_WIDTH + COLUMN_WIDTH * place
    longest = max(column.values, default=0)
    scale = (COLUMN_WIDTH - NUMBER_WIDTH) / longest if longest else 0
    bars = tuple(
        Bar(x, _y(row), round(value * scale, 1), number(value)) for row, value in enumerate(column.values)
    )
    average = x + scale * sum(column.values) / len(column.values) if longest else None
    return Shape(column.title, x, bars, average)


def _y(row: int) -> float:
    return HEAD + ROW * row
