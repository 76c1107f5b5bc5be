"""The statistics' pages: which tables stand on which, and each table as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.pages.statistics.drawing import Picture
from gateway.pages.statistics.figures_shown import days_written, written
from gateway.pages.statistics.pictures import pictures_of
from gateway.statistics.catalogue import NAMES, shown_rows
from gateway.statistics.table import SUPPRESSED, Cell, Days, Key, Table, shown

OVERVIEW, ALL = "overview", "all"
SECTIONS: Mapping[str, tuple[str, ...]] = {
    OVERVIEW: ("4-1", "lines", "quarters"),
    "when": ("9-16", "day-parts"),
    "answering": ("answering", "first-word", "answering-hours", "staffing"),
    "who": ("4-2", "9-2", "sex", "9-3", "9-4", "9-6", "9-5", "persons"),
    "what": ("9-13", "crisis-levels", "9-14"),
    "onwards": ("9-15", "further-contact", "5-3"),
    ALL: NAMES,
}
# words: the pages' names, which the page says in its language
SECTION_NAMES = {
    OVERVIEW: "Overblik",
    "when": "Hvornår",
    "answering": "Svar og bemanding",
    "who": "Hvem",
    "what": "Hvad det handler om",
    "onwards": "Hvad det førte til",
    ALL: "Alle tabeller",
}


@dataclass(frozen=True, slots=True)
class Written:
    """``hidden``: whether the reader may not see it."""

    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as the page writes it: ``rows`` of a label and cells, ``notes`` of a label and a figure."""

    name: str
    title: str
    numbered: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, bool, tuple[Written, ...]], ...]
    notes: tuple[tuple[str, str | None], ...]
    pictures: tuple[Picture, ...]


def shown_table(table: Table, hide: frozenset[Key], language: str) -> ShownTable:
    cells = shown_rows(table, hide)
    # The bands stand in the picture: beside the counts they would make the table twice as wide.
    written_ones = [not column.key.endswith("_band") for column in table.columns]
    rows = tuple(
        (
            row.label.of(language),
            row.key in ("total", "all"),
            tuple(
                Written(written(value, column.kind, language), value == SUPPRESSED)
                for column, value, stands in zip(table.columns, values, written_ones, strict=True)
                if stands
            ),
        )
        for row, values in zip(table.rows, cells, strict=True)
    )
    notes = tuple(
        (note.label.of(language), _note_written(note.value, hide, language)) for note in table.notes
    )
    return ShownTable(
        name=table.name,
        title=table.title.of(language),
        numbered=table.name[0].isdigit(),
        columns=tuple(
            column.label.of(language)
            for column, stands in zip(table.columns, written_ones, strict=True)
            if stands
        ),
        rows=rows,
        notes=notes,
        pictures=tuple(pictures_of(table, cells, language)),
    )


def _note_written(value: Cell, hide: frozenset[Key], language: str) -> str | None:
    if isinstance(value, Days):
        return days_written(value, language)
    return None if value is None else written(shown(value, hide), "number", language)
