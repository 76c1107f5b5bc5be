"""Registrations as rows, one each, for whoever works on with them: as many as there are, in little memory.

No text, no id and nothing of the person is in them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.engine import Connection

from config.forms import Function, Words, newest
from gateway.statistics.export import neutral
from gateway.statistics.parts import function_label, labels
from gateway.statistics.table import Asked, Shown
from gateway.store.tables import registration_facts

BATCH_ROWS = 1_000
# A sheet of a workbook ends at 1,048,576.
SHEET_ROWS = 1_000_000
_F = registration_facts.c
_CHOICES = ("channel", "who", "first_contact", "sex", "age", "crisis_level", "background", "further")
_SEVERAL = ("themes", "life_situation", "referred_to")
_PLAIN = {
    "day": Words("Dag", "Day"),
    "hour": Words("Time", "Hour"),
    "line": Words("Linje", "Line"),
    "municipality": Words("Kommune", "Municipality"),
    "function": Words("Funktion", "Function"),
    "nights": Words("Nætter", "Nights"),
    "minutes": Words("Minutter", "Minutes"),
}
COLUMNS = (
    "day", "hour", "line", "municipality", "function", *_CHOICES, "nights", "minutes", *_SEVERAL,
)  # fmt: skip

Row = list[Shown]


def header(language: str) -> list[str]:
    questions = newest(Function.TELEPHONE).questions
    return [
        (_PLAIN[name] if name in _PLAIN else questions[name].label).of(language) for name in COLUMNS
    ]  # fmt: skip


def rows(connection: Connection, asked: Asked, language: str) -> Iterator[Row]:
    """In the order of their days, a batch at a time. What was chosen stands in words; several with a
    semicolon between."""
    query = (
        sa.select(*(_F[name] for name in COLUMNS))
        .where(_F.line.in_(asked.lines), _F.day >= asked.first, _F.day < asked.last)
        .order_by(_F.day)
        .execution_options(yield_per=BATCH_ROWS)
    )
    said = [_said(name, language) for name in COLUMNS]
    for batch in connection.execute(query).partitions():
        for row in batch:
            yield [say(value) for say, value in zip(said, row, strict=True)]


def write(path: Path, header: list[str], rows: Iterator[Row], *, form: str) -> int:
    """``form``: csv, xlsx or json; how many rows were written. Raises OSError where the file can't be."""
    if form == "xlsx":
        return _write_xlsx(path, header, rows)
    with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        return _write_csv(file, header, rows) if form == "csv" else _write_json(file, rows)


def _write_csv(file: TextIO, header: list[str], rows: Iterator[Row]) -> int:
    writer, count = csv.writer(file), 0
    writer.writerow([neutral(word) for word in header])
    for row in rows:
        writer.writerow([neutral(value) for value in row])
        count += 1
    return count


def _write_json(file: TextIO, rows: Iterator[Row]) -> int:
    count = 0
    file.write("[")
    for row in rows:
        file.write(",\n" if count else "\n")
        json.dump(dict(zip(COLUMNS, row, strict=True)), file, ensure_ascii=False)
        count += 1
    file.write("\n]\n")
    return count


def _write_xlsx(path: Path, header: list[str], rows: Iterator[Row]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    bold, count = workbook.add_format({"bold": True}), 0
    sheet = _sheet(workbook, header, bold)
    for row in rows:
        if count and count % SHEET_ROWS == 0:
            sheet = _sheet(workbook, header, bold)
        for column, value in enumerate(map(neutral, row)):
            if isinstance(value, int | float):
                sheet.write_number(count % SHEET_ROWS + 1, column, value)
            elif value is not None:
                sheet.write_string(count % SHEET_ROWS + 1, column, value)
        count += 1
    workbook.close()
    return count


def _sheet(workbook: xlsxwriter.Workbook, header: list[str], bold: object) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 1)
    for column, word in enumerate(header):
        sheet.write_string(0, column, str(neutral(word)), bold)
    return sheet


def _said(name: str, language: str) -> Callable[[object], Shown]:
    """How a column's values are written."""
    if name == "function":
        functions = {str(each): function_label(str(each)).of(language) for each in Function}
        return lambda value: functions.get(str(value), str(value))
    if name in _CHOICES:
        words = {word: label.of(language) for word, label in labels(name).items()}
        return lambda value: None if value is None else words.get(str(value), str(value))
    if name in _SEVERAL:
        options = newest(Function.TELEPHONE).questions[name].options or {}
        bits = [(1 << (option.bit or 0), option.label.of(language)) for option in options.values()]
        return lambda value: _chosen(value, bits)
    return _plain


def _chosen(value: object, bits: list[tuple[int, str]]) -> str | None:
    mask = value if isinstance(value, int) else 0
    return "; ".join(label for bit, label in bits if mask & bit) or None


def _plain(value: object) -> Shown:
    return value if value is None or isinstance(value, int) else str(value)
