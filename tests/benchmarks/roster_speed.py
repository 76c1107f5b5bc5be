"""Benchmark (a): asking and compiling the roster of a national site.

`python -m tests.benchmarks.roster_speed` prints one table, medians all, and exits 1 when something falls
short. It takes about a minute. `recurring-ical-events` is asked the same of the same line's roster: that is
what the ratios asked for are to. For comparison it is asked of a quarter of it too, one year of one tier.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

from config.site import Channel, Site
from routing.plan import Question, plan
from routing.roster import Roster, Shift
from tests.benchmarks.roster_calendar import RosterCalendar
from tests.benchmarks.roster_site import DAYS, FIRST_DAY, line_shifts, national_shifts, national_site

INSTANTS = 2_000
ABOUT_CHANGES = 800
BATCHES = 15
COMPILES = 3
QUARTER_QUESTIONS = 300

# Both changes of the clock in each of the two years.
CHANGES = (
    "2026-03-29 01:00+00:00",
    "2026-10-25 01:00+00:00",
    "2027-03-28 01:00+00:00",
    "2027-10-31 01:00+00:00",
)


class Row(NamedTuple):
    what: str
    asked: str
    measured: str
    ratio: str
    good: bool


def main() -> int:
    site = national_site()
    shifts = national_shifts(site)
    roster = Roster.compile(shifts, site.zone, version=1)
    line = next(iter(site.lines))
    rows = [*_questions(site, roster, line), *_compiling(), _replacing(roster, line)]
    lines, nights = len(site.lines), len(site.night_lines)
    print(f"{lines} lines, {nights} night lines, {DAYS} days, {len(shifts):,} shifts; medians\n")
    _print_table(rows)
    return 0 if all(row.good for row in rows) else 1


def random_instants() -> list[datetime]:
    """Instants of the two years in UTC, the same every time: anywhere, and within hours of each change of the
    clock, its very instant and the seconds about it included."""
    chosen = random.Random(2026)
    start = FIRST_DAY.replace(tzinfo=UTC)
    changes = [datetime.fromisoformat(change) for change in CHANGES]
    instants = [change + timedelta(seconds=n) for change in changes for n in (-1, 0, 1)]
    while len(instants) < ABOUT_CHANGES:
        instants.append(chosen.choice(changes) + timedelta(seconds=chosen.randint(-12 * 3600, 12 * 3600)))
    while len(instants) < INSTANTS:
        instants.append(start + timedelta(seconds=chosen.randrange(DAYS * 86_400)))
    return instants


def _questions(site: Site, roster: Roster, line: str) -> list[Row]:
    instants = random_instants()
    own = line_shifts(line)
    calendar = RosterCalendar(own, site.zone)
    same = 0
    calendar_seconds = []
    for at in instants:
        began = time.perf_counter()
        expected = calendar.on_duty(at)
        calendar_seconds.append(time.perf_counter() - began)
        same += expected == _on_duty(roster, line, at) == _rung(site, roster, line, at)
    quarter = RosterCalendar(line_shifts(line, days=365, tiers=1), site.zone)
    quarter_seconds = [_seconds(quarter.on_duty, at) for at in instants[-QUARTER_QUESTIONS:]]
    on_duty = _seconds_each(lambda at: roster.on_duty(line, at), instants)
    voice, chat = (
        _seconds_each(
            lambda question: plan(site, roster, question), [Question(line, channel, at) for at in instants]
        )
        for channel in (Channel.VOICE, Channel.CHAT)
    )
    rows = [Row("same answers as the calendar", f"{INSTANTS:,}", f"{same:,}", "", same == INSTANTS)]
    for name, seconds, required in (
        ("same roster", median(calendar_seconds), True),
        ("1 year, 1 tier", median(quarter_seconds), False),
    ):
        rows += [
            Row(f"calendar: who is on duty ({name})", "", f"{seconds * 1e3:.2f} ms", "1", True),
            _ratio("who is on duty", on_duty, seconds, 1_000 if required else None),
            _ratio("plan with reasons, voice", voice, seconds, 200 if required else None),
            _ratio("plan with reasons, chat", chat, seconds, 200 if required else None),
        ]
    return rows


def _compiling() -> list[Row]:
    command = [sys.executable, "-m", "tests.benchmarks.roster_compile"]
    runs = [json.loads(subprocess.check_output(command)) for _ in range(COMPILES)]
    seconds = median(run["seconds"] for run in runs)
    resident_mb = median(run["resident_mb"] for run in runs)
    return [
        Row("compiling the national roster", "< 5 s", f"{seconds:.2f} s", "", seconds < 5),
        Row("its process, at its largest", "< 600 MB", f"{resident_mb:.0f} MB", "", resident_mb < 600),
    ]


def _replacing(roster: Roster, line: str) -> Row:
    def edited(number: int) -> list[Shift]:
        shifts = line_shifts(line)
        shifts[number] = Shift(line, 1, "substitute", shifts[number].start, shifts[number].end)
        return shifts

    rosters = [edited(number) for number in range(BATCHES)]
    seconds = median(_seconds(lambda own: roster.replaced(line, own, version=2), own) for own in rosters)
    return Row("one shift edited", "< 50 ms", f"{seconds * 1e3:.1f} ms", "", seconds < 0.050)


def _on_duty(roster: Roster, line: str, at: datetime) -> list[tuple[int, str]]:
    return sorted((duty.tier, duty.worker) for duty in roster.on_duty(line, at))


def _rung(site: Site, roster: Roster, line: str, at: datetime) -> list[tuple[int, str]]:
    """Whom the plan rings of the line's own."""
    steps = plan(site, roster, Question(line, Channel.VOICE, at)).steps
    rings = [ring for step in steps for ring in step.ring if ring.via == f"line:{line}"]
    return sorted((ring.tier or 0, ring.worker or "") for ring in rings)


def _ratio(what: str, seconds: float, calendar_seconds: float, required: int | None) -> Row:
    ratio = calendar_seconds / seconds
    asked = f">= {required:,} times as fast" if required else "(for comparison)"
    return Row(f"  {what}", asked, f"{seconds * 1e6:.2f} us", f"{ratio:,.0f}", ratio >= (required or 0))


def _seconds(ask: Callable[..., object], value: object) -> float:
    began = time.perf_counter()
    ask(value)
    return time.perf_counter() - began


def _seconds_each(ask: Callable[..., object], questions: Sequence[object]) -> float:
    """Of one question, the clock's own overhead spread over a batch of them."""

    def batch(_number: int) -> None:
        for question in questions:
            ask(question)

    return median(_seconds(batch, number) for number in range(BATCHES)) / len(questions)


def _print_table(rows: Sequence[Row]) -> None:
    titles = ("", "asked", "measured", "ratio")
    width = [max(len(titles[n]), *(len(row[n]) for row in rows)) for n in range(len(titles))]
    for cells in (titles, *rows):
        good = "" if cells is titles or cells[-1] else "  FALLS SHORT"
        print("  ".join(f"{cells[n]:<{width[n]}}" for n in range(len(titles))).rstrip() + good)


if __name__ == "__main__":
    sys.exit(main())
