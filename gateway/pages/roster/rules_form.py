"""A line's rules as a form: each minimum with its days and times, and one more of each to go on in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from config.windows import MINUTES_A_DAY, WEEKDAYS, WindowKind, parse_windows
from gateway.rosters.line_rules import Rules
from gateway.store.roster_lines import LineSettings, Staffing

MOST_MINIMUMS, MOST_TIMES = 60, 20
MOST_WORKERS, MOST_TIERS = 99, 9
LEAST_CHECK_MINUTES = 10
HOLIDAYS = 7
"""Stands beside the weekdays, 0 to 6, as a day of its own."""
EVERY_DAY = frozenset(range(7))
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Times:
    """As it was written, or as it is. ``days``: 0 is Monday, 7 a holiday."""

    days: frozenset[int] = frozenset()
    start: str = ""
    end: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.start or self.end)


@dataclass(frozen=True, slots=True)
class MinimumRow:
    workers: str = ""
    tier: str = ""
    times: Sequence[Times] = ()
    removed: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.workers or self.tier) and all(each.is_empty for each in self.times)


@dataclass(frozen=True, slots=True)
class Written:
    swaps_need_consent: bool
    check_minutes: str
    minimums: Sequence[MinimumRow]


class FormError(ValueError):
    """``fields``: those that make no sense, as they are named in the form."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(self.fields))


def as_written(rules: Rules) -> Written:
    minutes = rules.settings.check_minutes
    rows = [
        MinimumRow(str(each.workers), str(each.tier or ""), times)
        for each in rules.staffing
        if (times := times_of(each.windows))
    ]
    return _spaced(Written(rules.settings.swaps_need_consent, "" if minutes is None else str(minutes), rows))


def read(given: MultiDict[str, str]) -> Written:
    """What was sent, as it was sent."""
    rows = []
    for number in range(MOST_MINIMUMS):
        if f"workers-{number}" not in given:
            break
        times = []
        for part in range(MOST_TIMES):
            name = f"{number}-{part}"
            if f"start-{name}" not in given:
                break
            days = frozenset(int(day) for day in given.getlist(f"days-{name}") if day in set("01234567"))
            times.append(Times(days, given.get(f"start-{name}", "")[:10], given.get(f"end-{name}", "")[:10]))
        rows.append(
            MinimumRow(
                given[f"workers-{number}"].strip()[:4],
                given.get(f"tier-{number}", "").strip()[:4],
                tuple(each for each in times if not each.is_empty),
                given.get(f"remove-{number}") == "yes",
            )
        )
    return _spaced(
        Written(
            given.get("swaps_need_consent") == "yes",
            given.get("check_minutes", "").strip()[:6],
            [row for row in rows if not row.is_empty],
        )
    )


def rules_of(written: Written) -> Rules:
    """Without the rows that are empty or to be removed. Raises FormError with everything that is wrong."""
    faults: list[str] = []

    def number(name: str, text: str, least: int, most: int) -> int:
        good = text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most
        if not good:
            faults.append(name)
        return int(text) if good else least

    staffing = []
    for at, row in enumerate(written.minimums):
        if row.is_empty or row.removed:
            continue
        workers = number(f"workers-{at}", row.workers, 1, MOST_WORKERS)
        tier = number(f"tier-{at}", row.tier, 1, MOST_TIERS) if row.tier else None
        windows = []
        for part, each in enumerate(row.times):
            # One that is empty is wrong where it is the only one: a minimum is of some time.
            if each.is_empty and (part or any(not other.is_empty for other in row.times)):
                continue
            if not each.days:
                faults.append(f"days-{at}-{part}")
            faults += [
                f"{name}-{at}-{part}"
                for name, text in (("start", each.start), ("end", each.end))
                if not _CLOCK.fullmatch(text)
            ]
            windows.append(_window(each))
        staffing.append(Staffing(tier, tuple(windows), workers))
    minutes = (
        number("check_minutes", written.check_minutes, LEAST_CHECK_MINUTES, MINUTES_A_DAY)
        if written.check_minutes
        else None
    )
    if faults:
        raise FormError(faults)
    return Rules(LineSettings(written.swaps_need_consent, minutes), tuple(staffing))


def times_of(windows: Iterable[str]) -> tuple[Times, ...]:
    """``always`` is every day from midnight to midnight; ``never`` is no time at all."""
    found = []
    for window in parse_windows(windows):
        if window.kind is WindowKind.ALWAYS:
            found.append(Times(EVERY_DAY, "00:00", "00:00"))
        elif window.kind is WindowKind.DAYS:
            days = window.weekdays | ({HOLIDAYS} if window.holidays else set())
            found.append(Times(days, _clock(window.start_minute), _clock(window.end_minute)))
    return tuple(found)


def _window(times: Times) -> str:
    """As the site file writes it. An end at or before the start is the next day's there, too."""
    weekdays = times.days - {HOLIDAYS}
    names = [WEEKDAYS[day] for day in sorted(weekdays)]
    days = (
        "daily" if times.days == EVERY_DAY else ",".join([*names, *["holidays"] * (HOLIDAYS in times.days)])
    )
    return f"{days} {times.start}-{'24:00' if times.end == '00:00' else times.end}"


def _clock(minute: int) -> str:
    minute %= MINUTES_A_DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def _spaced(written: Written) -> Written:
    rows = [replace(row, times=(*row.times, Times())[:MOST_TIMES]) for row in written.minimums]
    return replace(written, minimums=(*rows, MinimumRow(times=(Times(),)))[:MOST_MINIMUMS])
