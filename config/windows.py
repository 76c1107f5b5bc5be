"""Opening windows as the site file writes them: ``always``, ``never`` or ``DAYS HH:MM-HH:MM``.

The grammar stands in the site file's contract. What a window means at an instant is decided in
``routing.hours``; here it is only read.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

MINUTES_A_DAY = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WindowKind(enum.Enum):
    ALWAYS = "always"
    NEVER = "never"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a list.

    ``weekdays``: 0 is Monday. ``start_minute`` and ``end_minute`` count from the wall-clock midnight
    of the day the window starts on, ``[start, end)``; ``end_minute`` is above ``start_minute`` and
    above 1440 where the window runs past midnight. Unused where ``kind`` is not ``DAYS``.
    """

    kind: WindowKind
    weekdays: frozenset[int] = frozenset()
    holidays: bool = False
    start_minute: int = 0
    end_minute: int = 0


_SHAPE = re.compile(r"(?P<days>\S.*?)\s+(?P<start>[^\s-]+)\s*-\s*(?P<end>[^\s-]+)")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_HOW = 'write "always", "never" or days and times, as in "mon-fri 15:00-23:00"'

# What people write who think of the word and not of the grammar: only ever to say what to write instead.
_MEANT = {
    **dict(zip(("man", "tir", "ons", "tor", "fre", "lør", "søn"), WEEKDAYS, strict=True)),
    **dict(zip(("ma", "ti", "on", "to", "fr", "lø", "sø"), WEEKDAYS, strict=True)),
    "weekdays": "mon-fri",
    "weekday": "mon-fri",
    "hverdage": "mon-fri",
    "weekend": "sat,sun",
    "weekends": "sat,sun",
    "holiday": "holidays",
    "helligdage": "holidays",
    "everyday": "daily",
    "dagligt": "daily",
}


def parse_window(text: str) -> Window:
    """Read one window; upper and lower case are the same. Raises ValueError, saying what to write instead."""
    words = text.strip().lower().replace("–", "-")
    if words == "always":
        return Window(WindowKind.ALWAYS)
    if words == "never":
        return Window(WindowKind.NEVER)
    if not words:
        raise ValueError(f"a window is empty; {_HOW}")
    shape = _SHAPE.fullmatch(words)
    if shape is None:
        raise ValueError(f'"{text}" is no opening window; {_HOW}')
    weekdays, holidays = _days(shape["days"])
    start, end = _minute(shape["start"]), _minute(shape["end"])
    if end <= start:
        end += MINUTES_A_DAY
    return Window(WindowKind.DAYS, weekdays, holidays, start, end)


def parse_windows(texts: Iterable[str]) -> tuple[Window, ...]:
    """Read a list of windows, in its order. Raises ValueError at the first that can't be read."""
    return tuple(parse_window(text) for text in texts)


def _days(text: str) -> tuple[frozenset[int], bool]:
    if text == "daily":
        return frozenset(range(7)), False
    weekdays: set[int] = set()
    holidays = False
    for item in text.split(","):
        day = item.strip()
        if day == "holidays":
            holidays = True
        elif day == "daily":
            raise ValueError('"daily" stands alone: it is every day of the week already')
        elif not day:
            raise ValueError(f'"{text}" has a comma too many')
        else:
            weekdays |= _range(day)
    return frozenset(weekdays), holidays


def _range(text: str) -> set[int]:
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        return {_weekday(first)}
    if "holidays" in (first, last):
        raise ValueError('"holidays" is no end of a range; join it with a comma, as in "sat,sun,holidays"')
    start, end = _weekday(first), _weekday(last)
    days_long = (end - start) % 7 + 1  # fri-mon wraps over the week's end
    return {(start + day) % 7 for day in range(days_long)}


def _weekday(text: str) -> int:
    if text in WEEKDAYS:
        return WEEKDAYS.index(text)
    meant = (
        _MEANT.get(text) or _MEANT.get(text[:3]) or next((d for d in WEEKDAYS if text.startswith(d)), None)
    )
    days = f'write "{meant}"' if meant else f"write {' '.join(WEEKDAYS)}, holidays or daily"
    raise ValueError(f'"{text}" is no day; {days}' if text else f"a day is missing; {days}")


def _minute(text: str) -> int:
    shape = _TIME.fullmatch(text)
    if shape is None:
        raise ValueError(f'"{text}" is no time of day; write it as HH:MM, as in 08:00')
    hour, minute = int(shape[1]), int(shape[2])
    if minute > 59 or hour * 60 + minute > MINUTES_A_DAY:
        raise ValueError(f"{text} is no time of day; write 00:00 to 24:00")
    written = f"{hour:02}:{minute:02}"
    if text != written:
        raise ValueError(f"{text} is not written as HH:MM; write {written}")
    return hour * 60 + minute
