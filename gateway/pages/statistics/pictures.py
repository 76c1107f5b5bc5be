"""Which pictures stand over which table, made of the table's own cells as the reader sees them."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.pages.statistics.drawing import Bar, Picture, bars, columns, heat
from gateway.pages.statistics.figures_shown import written
from gateway.pages.words import words
from gateway.statistics.catalogue import ANSWERING, BY_HOUR, FIRST_WORD, STAFFING
from gateway.statistics.parts import FUNCTIONS
from gateway.statistics.table import Column, Shown, Table
from gateway.statistics.time_tables import WEEKDAYS

# The field's service levels (shared lessons, "Service levels of the field"): percent.
WITHIN_30, WITHIN_60, ABANDONED, FIRST_WORD_WITHIN_60 = 90, 95, 5, 90
_AIMS = {
    ANSWERING: (
        ("within_30_percent", WITHIN_30), ("within_60_percent", WITHIN_60),
        ("abandoned_after_30_percent", ABANDONED),
    ),
    FIRST_WORD: (("within_60_percent", FIRST_WORD_WITHIN_60),),
}  # fmt: skip
# A table whose pictures are not of its percentages, or, where it has none, of its counts.
_PICTURED = {"4-2": ("primary_target_group", "other"), "lines": FUNCTIONS, "persons": ("count",)}
_BY_HOUR = ("contacts", "abandoned_after_30_percent", "median_wait", "wait_95")
# Rows that hold all others: beside them nothing else would be seen.
_WHOLES = ("total", "all")

Cells = Sequence[Sequence[Shown]]


def pictures_of(table: Table, cells: Cells, language: str) -> list[Picture]:
    """``cells``: as the reader sees them, row by row."""
    if not table.rows:
        return []
    if table.name == "9-16":
        return [_heat(table, cells, language)]
    if table.name in _AIMS:
        return _aimed(table, cells, language)
    if table.name == BY_HOUR:
        return _by_hour(table, cells, language)
    if table.name == STAFFING:
        return _staffing(table, cells, language)
    return [_bars(table, cells, place, table.columns[place], language) for place in _pictured_places(table)]


def _pictured_places(table: Table) -> list[int]:
    chosen = _PICTURED.get(table.name)
    if chosen is not None:
        return [place for place, column in enumerate(table.columns) if column.key in chosen]
    shares = [place for place, column in enumerate(table.columns) if column.kind == "percent"]
    return shares or [place for place, column in enumerate(table.columns) if column.kind == "count"]


def _bars(table: Table, cells: Cells, place: int, column: Column, language: str) -> Picture:
    rows = [
        Bar(row.label.of(language), _number(values[place]), written(values[place], column.kind, language))
        for row, values in zip(table.rows, cells, strict=True)
        if row.key not in _WHOLES or table.name == "9-3"
    ]
    most = max(rows, key=lambda bar: bar.value or 0, default=None)
    says = words("Tallene står i tabellen under.", language)
    if most is not None and most.value:
        says = words("Størst: {label}, {value}.", language, label=most.label, value=most.says) + " " + says
    title = table.title if column.key in ("percent", "count") else column.label
    return bars(_without_unit(title.of(language)), says, rows)


def _without_unit(title: str) -> str:
    """The unit stands beside each figure of a picture."""
    return title.removesuffix(", procent").removesuffix(", percent")


def _heat(table: Table, cells: Cells, language: str) -> Picture:
    days = [day.of(language)[:2] for day in WEEKDAYS]
    hours = [
        (row.label.of(language)[:2], [_band(value) for value in values[1::2]])
        for row, values in zip(table.rows, cells, strict=True)
    ]
    says = words("Bånd 1 har færrest, bånd 5 flest. Tallene står i tabellen under.", language)
    return heat(table.title.of(language), says, days, hours)


def _aimed(table: Table, cells: Cells, language: str) -> list[Picture]:
    places = {column.key: place for place, column in enumerate(table.columns)}
    made = []
    for key, aim in _AIMS[table.name]:
        column = table.columns[places[key]]
        shown = [
            (row.label.of(language), values[places[key]])
            for row, values in zip(table.rows, cells, strict=True)
        ]
        rows = [
            Bar(label, _number(value), written(value, "percent", language), aim) for label, value in shown
        ]
        if key.startswith("abandoned"):
            says = words("Målet er under {aim} %. Stregen viser det.", language, aim=aim)
        else:
            says = words("Målet er mindst {aim} %. Stregen viser det.", language, aim=aim)
        made.append(bars(_without_unit(column.label.of(language)), says, rows, most=100))
    return made


def _by_hour(table: Table, cells: Cells, language: str) -> list[Picture]:
    hours = [values for row, values in zip(table.rows, cells, strict=True) if row.key not in _WHOLES]
    under = words("Time for time. Tallene står i tabellen under.", language)
    aimed = words("Målet er under {aim} %. Stregen viser det.", language, aim=ABANDONED)
    made = []
    for place, column in enumerate(table.columns):
        if column.key not in _BY_HOUR:
            continue
        values = [_number(row[place]) for row in hours]
        title = _without_unit(column.label.of(language))
        if column.kind == "percent":
            most = max(2 * ABANDONED, *(value or 0 for value in values))
            made.append(columns(title, f"{aimed} {under}", values, aim=ABANDONED, most=most, unit=" %"))
        else:
            made.append(columns(title, under, values, unit=" s" if column.kind == "seconds" else ""))
    return made


def _staffing(table: Table, cells: Cells, language: str) -> list[Picture]:
    hours = [
        [_number(value) for value in values]
        for row, values in zip(table.rows, cells, strict=True)
        if row.key not in _WHOLES
    ]
    under = words("Time for time. Tallene står i tabellen under.", language)
    aimed = words("Målet er mindst {aim} %. Stregen viser det.", language, aim=WITHIN_30)
    made = []
    for place, column in enumerate(table.columns):
        if column.key == "contacts":
            continue
        values = [row[place] for row in hours]
        if all(value is None for value in values):  # no roster, so nothing to see
            continue
        title = _without_unit(column.label.of(language))
        if column.kind == "percent":
            made.append(columns(title, f"{aimed} {under}", values, aim=WITHIN_30, most=100))
        else:
            made.append(columns(title, under, values))
    return made


def _number(value: Shown) -> float | None:
    return value if isinstance(value, int | float) else None


def _band(value: Shown) -> int | None:
    return value if isinstance(value, int) else None
