"""The roster file: CSV ``line,tier,worker,start,end`` in local wall-clock time (contract, "Roster file").

Either the whole file is good, or nothing of it is loaded and every problem is told at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from config.site import Site
from config.site_table import Problem
from gateway.rosters.csv_text import CsvRow, CsvTextError, csv_rows
from gateway.rosters.duties import problem_with_duty, problem_with_span
from gateway.store.roster_versions import WALL_FORMAT
from routing.roster import Shift

COLUMNS = ("line", "tier", "worker", "start", "end")
HEADER = ",".join(COLUMNS)
# A year outside is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2000, 2199

_TIER = re.compile(r"[1-9]")
_WALL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)
_MIDNIGHT_24 = re.compile(r"(\d{4}-\d\d-\d\d) 24:00", re.ASCII)


class RosterFileError(Exception):
    """A roster file that can't be used. ``problems``: all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def read_roster(content: bytes, site: Site) -> tuple[Shift, ...]:
    """The shifts of a roster file, in its order. Raises RosterFileError with every problem of it."""
    reading = _Reading(site)
    try:
        reading.read(csv_rows(content))
    except CsvTextError as error:
        reading.problems.append(error.problem)
    if not reading.problems and not reading.shifts:
        reading.problems.append(Problem(1, "the file holds no shift"))
    reading.find_double_shifts()
    if reading.problems:
        raise RosterFileError(sorted(reading.problems, key=lambda problem: problem.line))
    return tuple(shift for _line, shift in reading.shifts)


def write_roster(shifts: Iterable[Shift]) -> str:
    """The shifts as a roster file, which ``read_roster`` reads back as they were."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for shift in shifts:
        start, end = shift.start.strftime(WALL_FORMAT), shift.end.strftime(WALL_FORMAT)
        writer.writerow((shift.line, shift.tier, shift.worker, start, end))
    return text.getvalue()


class _Reading:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._walls: dict[str, datetime | str] = {}
        self._served: dict[tuple[str, str], str | None] = {}
        self.problems: list[Problem] = []
        self.shifts: list[tuple[int, Shift]] = []

    def read(self, rows: Iterator[CsvRow]) -> None:
        header = next(rows, None)
        if header is None or tuple(cell.lower() for cell in header.cells) != COLUMNS:
            found = f'; it is "{",".join(header.cells)[:80]}"' if header else ", but the file is empty"
            line = header.line if header else 1
            self.problems.append(Problem(line, f"the first row must be the header {HEADER}{found}"))
            if header is None or len(header.cells) != len(COLUMNS) or not _TIER.fullmatch(header.cells[1]):
                return  # columns that nobody named mean nothing
            self._read_row(header)
        for row in rows:
            self._read_row(row)

    def _read_row(self, row: CsvRow) -> None:
        if len(row.cells) != len(COLUMNS):
            words = f"has {len(row.cells)} columns, not the {len(COLUMNS)} of {HEADER}"
            self.problems.append(Problem(row.line, words))
            return
        line, tier, worker, start_text, end_text = row.cells
        start, end = self._wall(start_text), self._wall(end_text)
        wrong = [
            self._problem_with_duty(line, worker),
            None if _TIER.fullmatch(tier) else f'tier "{tier}" is not one of 1 to 9; 1 rings first',
            f"start {start}" if isinstance(start, str) else None,
            f"end {end}" if isinstance(end, str) else None,
        ]
        if isinstance(start, datetime) and isinstance(end, datetime):
            wrong.append(problem_with_span(start, end, self._site.zone))
            if not any(wrong):
                self.shifts.append((row.line, Shift(line, int(tier), worker, start, end)))
        self.problems.extend(Problem(row.line, words) for words in wrong if words)

    def _problem_with_duty(self, line: str, worker: str) -> str | None:
        duty = (line, worker)
        if duty not in self._served:
            self._served[duty] = problem_with_duty(self._site, line, worker)
        return self._served[duty]

    def _wall(self, text: str) -> datetime | str:
        """The time, or what is wrong with it."""
        known = self._walls.get(text)
        if known is None:
            known = self._walls[text] = _read_wall(text)
        return known

    def find_double_shifts(self) -> None:
        """One worker can't be on one line twice at once, in whatever tiers."""
        by_duty: dict[tuple[str, str], list[tuple[int, Shift]]] = {}
        for line, shift in self.shifts:
            by_duty.setdefault((shift.line, shift.worker), []).append((line, shift))
        for rows in by_duty.values():
            rows.sort(key=lambda row: row[1].start)
            latest_line, latest = rows[0]
            for line, shift in rows[1:]:
                if shift.start < latest.end:
                    self._double(*sorted(((latest_line, latest), (line, shift)), key=lambda row: row[0]))
                if shift.end > latest.end:
                    latest_line, latest = line, shift

    def _double(self, first: tuple[int, Shift], second: tuple[int, Shift]) -> None:
        if first[1] == second[1]:
            words = f"is the same as line {first[0]}; take one of them out"
        else:
            words = (
                f'"{second[1].worker}" is on "{second[1].line}" already, from {first[1].start:{WALL_FORMAT}} '
                f"to {first[1].end:{WALL_FORMAT}} (line {first[0]})"
            )
        self.problems.append(Problem(second[0], words))


def _read_wall(text: str) -> datetime | str:
    wrong = f'"{text}" is no time; write it as 2026-11-22 23:30'
    end_of_day = _MIDNIGHT_24.fullmatch(text)
    try:
        if end_of_day:
            next_day = datetime.fromisoformat(end_of_day[1]) + timedelta(days=1)
            return f'"{text}": write {next_day:{WALL_FORMAT}}, the midnight of the next day'
        wall = datetime.fromisoformat(text) if _WALL.fullmatch(text) else None
    except (ValueError, OverflowError):
        return f'"{text}" is no day or time that exists'
    if wall is None:
        return wrong
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        return f'"{text}" lies outside of the years {FIRST_YEAR} to {LAST_YEAR}'
    return wall
