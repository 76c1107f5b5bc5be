"""Pictures as shapes with places and sizes, for a template to write as SVG.

All are 290 units wide, less than a phone's width: on a desk several stand beside each other. Nothing is told
by colour alone: each shape has its value written beside it, or its band in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 290
_ROW, _BAR_TOP, _BAR, _BAR_ROOM = 38, 18, 13, 220
_LONGEST_LABEL = 44
_HOUR_LABEL, _CELL, _CELL_HEIGHT, _HEAD = 30, 37, 20, 22
_COLUMN, _COLUMN_LEFT, _COLUMN_ROOM, _COLUMN_TOP = 10.5, 32, 96, 18


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    css: str


@dataclass(frozen=True, slots=True)
class Label:
    """``anchor``: start, middle or end."""

    x: float
    y: float
    text: str
    css: str = "label"
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Picture:
    """``title`` and ``describes`` are read aloud in its place; ``kind``: a class for its style."""

    kind: str
    title: str
    describes: str
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Bar:
    """``value``: None for what is hidden or not known; ``says``: what stands beside the bar; ``aim``: where
    on the same scale a mark stands."""

    label: str
    value: float | None
    says: str
    aim: float | None = None


def bars(title: str, describes: str, rows: Sequence[Bar], *, most: float | None = None) -> Picture:
    """A bar below each label. ``most``: the value of a full bar; the largest, where it is left out."""
    full = most or max([bar.value or 0 for bar in rows], default=0) or 1
    boxes: list[Box] = []
    labels: list[Label] = []
    for place, bar in enumerate(rows):
        top = place * _ROW
        length = round(_BAR_ROOM * min(bar.value or 0, full) / full, 1)
        labels.append(Label(0, top + 13, _short(bar.label)))
        boxes.append(Box(0, top + _BAR_TOP, _BAR_ROOM, _BAR, "room"))
        boxes.append(Box(0, top + _BAR_TOP, length, _BAR, "bar"))
        if bar.aim is not None:
            at = round(_BAR_ROOM * bar.aim / full, 1)
            boxes.append(Box(at - 1, top + _BAR_TOP - 3, 2, _BAR + 6, "aim"))
        labels.append(Label(_BAR_ROOM + 8, top + _BAR_TOP + 11, bar.says, "value"))
    return Picture("bars", title, describes, len(rows) * _ROW, tuple(boxes), tuple(labels))


def heat(
    title: str, describes: str, days: Sequence[str], hours: Sequence[tuple[str, Sequence[int | None]]]
) -> Picture:
    """A row for each hour, a cell for each day with its band in it; None for what is hidden."""
    boxes: list[Box] = []
    labels = [Label(_HOUR_LABEL + (n + 0.5) * _CELL, 14, day, "head", "middle") for n, day in enumerate(days)]
    for place, (hour, bands) in enumerate(hours):
        top = _HEAD + place * _CELL_HEIGHT
        labels.append(Label(_HOUR_LABEL - 6, top + 14, hour, "head", "end"))
        for number, band in enumerate(bands):
            left, css = _HOUR_LABEL + number * _CELL, f"band-{band or 'hidden'}"
            boxes.append(Box(left, top, _CELL - 1, _CELL_HEIGHT - 1, css))
            middle = left + _CELL / 2
            labels.append(Label(middle, top + 14, str(band or "·"), f"in-{css}", "middle"))
    height = _HEAD + len(hours) * _CELL_HEIGHT
    return Picture("heat", title, describes, height, tuple(boxes), tuple(labels))


def columns(
    title: str, describes: str, values: Sequence[float | None], *, aim: float | None = None,
    most: float | None = None, unit: str = "",
) -> Picture:  # fmt: skip
    """A column for each hour of the day, with a scale and, where there is one, the aim as a line across."""
    full = most or max([value or 0 for value in values], default=0) or 1
    bottom = _COLUMN_TOP + _COLUMN_ROOM
    boxes = [Box(_COLUMN_LEFT, bottom, _COLUMN * len(values), 1, "axis")]
    labels = [
        Label(_COLUMN_LEFT - 4, _COLUMN_TOP + 4, f"{full:g}{unit}".replace(".", ","), "head", "end"),
        Label(_COLUMN_LEFT - 4, bottom + 4, "0", "head", "end"),
    ]
    for hour, value in enumerate(values):
        left = _COLUMN_LEFT + hour * _COLUMN
        if hour % 3 == 0:
            labels.append(Label(left + _COLUMN / 2, bottom + 16, f"{hour:02}", "head", "middle"))
        if value is None:
            labels.append(Label(left + _COLUMN / 2, bottom - 4, "·", "head", "middle"))
            continue
        height = round(_COLUMN_ROOM * min(value, full) / full, 1)
        boxes.append(Box(left + 1, bottom - height, _COLUMN - 2, height, "bar"))
    if aim is not None:
        at = bottom - _COLUMN_ROOM * aim / full
        boxes.append(Box(_COLUMN_LEFT, at - 1, _COLUMN * len(values), 2, "aim"))
        labels.append(Label(_COLUMN_LEFT - 4, at + 4, f"{aim:g}", "head", "end"))
    return Picture("columns", title, describes, bottom + 22, tuple(boxes), tuple(labels))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
