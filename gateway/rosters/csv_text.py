"""The bytes of a CSV file, as Excel and others write them, as rows with their line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from config.site_table import Problem

_DELIMITERS = ",;\t"


class CsvTextError(Exception):
    """It isn't CSV. ``problem`` says where, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class CsvRow:
    """``line``: where the row begins, from 1. Cells are without spaces around them."""

    line: int
    cells: list[str]


def csv_rows(content: bytes) -> Iterator[CsvRow]:
    """All rows that aren't blank, the header among them. Raises CsvTextError.

    UTF-8 with or without a byte order mark, else Windows-1252; commas or semicolons (as Danish Excel has
    them), whichever the first row holds more of; any line ends.
    """
    text = _decoded(content)
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    # newline="": csv itself knows line ends inside and outside of quotes.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield CsvRow(before + 1, stripped)
            before = reader.line_num
    except csv.Error as error:
        message = f"can't be read as CSV ({error}); look for a quotation mark that is never closed"
        raise CsvTextError(Problem(before + 1, message)) from error


def _decoded(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise CsvTextError(Problem(1, "is a workbook or an archive; save it as CSV"))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:1000]:
        raise CsvTextError(Problem(1, "is no text in UTF-8; save it as CSV UTF-8"))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
    raise CsvTextError(Problem(line, "is neither UTF-8 nor Windows-1252; save it as CSV UTF-8"))
