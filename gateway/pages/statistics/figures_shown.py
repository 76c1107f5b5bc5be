"""Figures as they are written on the pages: 45.406, 29 %, 12 s, "skjult"."""

from __future__ import annotations

from gateway.pages.words import DANISH, words
from gateway.statistics.table import SUPPRESSED, Days, Shown

# A space that does not break the line.
_NARROW = "\u00a0"
NOTHING = "–"


def written(value: Shown, kind: str, language: str) -> str:
    """``kind``: of the column (count, percent, seconds, number, text)."""
    if value is None:
        return NOTHING
    if value == SUPPRESSED:
        return words("skjult", language)
    if isinstance(value, str):
        return value
    text = f"{value:,}"
    if language == DANISH:
        text = text.translate({ord(","): ".", ord("."): ","})
    match kind:
        case "percent":
            return f"{text}{_NARROW}%"
        case "seconds":
            return f"{text}{_NARROW}s"
    return text


def days_written(days: Days, language: str) -> str:
    """ "25.11.2026 – 22.12.2026"."""
    return " – ".join(
        f"{day:%d.%m.%Y}" if language == DANISH else day.isoformat() for day in (days.first, days.last)
    )
