"""The tables as files: CSV, XLSX and JSON, the same figures in each, written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter

from gateway.statistics.table import Asked, Key, Shown, Table, shown

Json = dict[str, Any]
FORMATS = ("csv", "xlsx", "json")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may take for a formula (OWASP, "CSV injection")."""


def neutral(value: Shown) -> Shown:
    """A text that a spreadsheet shows and never works out; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def table_json(table: Table, asked: Asked, hide: frozenset[Key], language: str) -> Json:
    """One table as the API gives it. ``to``: the day after the last."""
    return {
        "table": table.name,
        "title": table.title.of(language),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "lines": list(asked.lines),
        "columns": [
            {"key": column.key, "label": column.label.of(language), "kind": column.kind}
            for column in table.columns
        ],
        "rows": [
            {
                "key": row.key,
                "label": row.label.of(language),
                "values": [shown(cell, hide) for cell in row.cells],
            }
            for row in table.rows
        ],
        "notes": [
            {"key": note.key, "label": note.label.of(language), "value": shown(note.value, hide)}
            for note in table.notes
        ],
    }


def write(
    path: Path, tables: Iterable[Table], asked: Asked, hide: frozenset[Key], *, form: str, language: str
) -> None:
    """``form``: one of ``FORMATS``. Raises OSError where the file can't be written."""
    if form == "xlsx":
        _write_xlsx(path, tables, hide, language)
        return
    # A spreadsheet takes a CSV for UTF-8 only where it begins with a byte order mark.
    with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        if form == "csv":
            writer = csv.writer(file)
            for table in tables:
                for row in _lines(table, hide, language):
                    writer.writerow([neutral(value) for value in row])
                writer.writerow([])
        else:
            _write_json(file, tables, asked, hide, language)


def _lines(table: Table, hide: frozenset[Key], language: str) -> Iterator[list[Shown]]:
    yield [table.name, table.title.of(language)]
    yield ["", *(column.label.of(language) for column in table.columns)]
    for row in table.rows:
        yield [row.label.of(language), *(shown(cell, hide) for cell in row.cells)]
    for note in table.notes:
        yield [note.label.of(language), shown(note.value, hide)]


def _write_json(
    file: TextIO, tables: Iterable[Table], asked: Asked, hide: frozenset[Key], language: str
) -> None:
    file.write("[")
    for number, table in enumerate(tables):
        file.write(",\n" if number else "\n")
        json.dump(table_json(table, asked, hide, language), file, ensure_ascii=False)
    file.write("\n]\n")


def _write_xlsx(path: Path, tables: Iterable[Table], hide: frozenset[Key], language: str) -> None:
    """A sheet a table: header frozen, numbers as numbers, texts as texts and never as formulas."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    bold = workbook.add_format({"bold": True})
    for table in tables:
        sheet = workbook.add_worksheet(table.name)
        sheet.freeze_panes(2, 1)
        sheet.set_column(0, 0, 40)
        for place, row in enumerate(_lines(table, hide, language)):
            for column, value in enumerate(row):
                clean = neutral(value)
                if isinstance(clean, int | float):
                    sheet.write_number(place, column, clean)
                elif clean is not None:
                    sheet.write_string(place, column, clean, bold if place < 2 else None)
    workbook.close()
