"""Cells of a CSV that somebody will open in a spreadsheet: none of them is taken for a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# What begins a formula in the usual spreadsheets; a tab or a carriage return is passed over before one.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """The value as text; one that would begin a formula stands behind an apostrophe. None is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV (RFC 4180: commas, quotation marks where needed, CR LF)."""
    written = io.StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
