"""Opening hours as a coordinator writes them, a line each: "man-fre 8-16", "lør,søn,helligdage 10.30-24".

Kept as the site file's windows. English is read, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.windows import MINUTES_A_DAY, WEEKDAYS, Window, WindowKind, parse_window

MOST_LINES = 10

_WORDS = {
    "altid": "always",
    "døgnåbent": "always",
    "lukket": "never",
    "aldrig": "never",
    "hver dag": "daily",
    "dagligt": "daily",
    "alle dage": "daily",
    "helligdage": "holidays",
    "mandag": "mon",
    "tirsdag": "tue",
    "onsdag": "wed",
    "torsdag": "thu",
    "fredag": "fri",
    "lørdag": "sat",
    "søndag": "sun",
    "man": "mon",
    "tir": "tue",
    "tirs": "tue",
    "ons": "wed",
    "tor": "thu",
    "tors": "thu",
    "fre": "fri",
    "lør": "sat",
    "søn": "sun",
    "kl": "",
    "og": ",",
    "til": "-",
}
_WORD = re.compile(r"hver dag|alle dage|[^\W\d_]+")
_TIMES = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*-\s*(\d{1,2})(?:[.:](\d{2}))?\s*$")
_DANISH_DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class HoursTextError(ValueError):
    """``line`` can't be read, or there are too many (then it is empty)."""

    def __init__(self, line: str) -> None:
        super().__init__("not opening hours")
        self.line = line


def read(text: str) -> tuple[str, ...]:
    """Windows in the site file's words. Raises HoursTextError at the first line that can't be read."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise HoursTextError("")
    return tuple(_window(line) for line in lines)


def _window(line: str) -> str:
    plain = line.lower().replace("–", "-").replace("kl.", "")
    words = _WORD.sub(lambda found: _WORDS.get(found[0], found[0]), plain)
    times = _TIMES.search(words)
    if times:
        days = re.sub(r"\s*([,-])\s*", r"\1", words[: times.start()].strip(" .:,"))
        start, end = _time(times[1], times[2]), _time(times[3], times[4])
        words = f"{days or 'daily'} {start}-{end}"
    try:
        parse_window(words)
    except ValueError:
        raise HoursTextError(line) from None
    return words.strip()


def _time(hour: str, minute: str | None) -> str:
    return f"{int(hour):02}:{minute or '00'}"


def say(windows: Sequence[Window], *, danish: bool) -> list[str]:
    """A line each, which ``read`` reads back."""
    return [_say(window, danish=danish) for window in windows]


def _say(window: Window, *, danish: bool) -> str:
    if window.kind is WindowKind.ALWAYS:
        return "altid" if danish else "always"
    if window.kind is WindowKind.NEVER:
        return "lukket" if danish else "never"
    end = window.end_minute if window.end_minute <= MINUTES_A_DAY else window.end_minute - MINUTES_A_DAY
    point = "." if danish else ":"
    times = "-".join(f"{at // 60:02}{point}{at % 60:02}" for at in (window.start_minute, end))
    return f"{_days(window, danish=danish)} {times}"


def _days(window: Window, *, danish: bool) -> str:
    names = _DANISH_DAYS if danish else _ENGLISH_DAYS
    if len(window.weekdays) == len(WEEKDAYS) and not window.holidays:
        return "hver dag" if danish else "daily"
    said: list[str] = []
    for first, last in _runs(sorted(window.weekdays)):
        said.append(names[first] if first == last else f"{names[first]}-{names[last]}")
    if window.holidays:
        said.append("helligdage" if danish else "holidays")
    return ", ".join(said)


def _runs(days: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
