"""A national site, made the same every time: 98 lines, 5 night lines, two years of three-shift rosters.

Each line has two tiers around the clock, each night line three workers and a second tier at night, which
makes about 440,000 shifts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.site import Channel, Line, Municipality, NightLine, Site, Worker
from config.windows import Window, WindowKind
from routing.roster import Shift

ZONE = ZoneInfo("Europe/Copenhagen")
FIRST_DAY = datetime.fromisoformat("2026-01-01 00:00")
DAYS = 2 * 365
DAY = timedelta(days=1)
# (begins, lasts) in hours of the wall clock: day, evening, night.
THREE_SHIFTS = ((7, 8), (15, 8), (23, 8))
NIGHT_SHIFT = ((23, 8),)
FIRST_TIER_ROTATION = 9
SECOND_TIER_ROTATION = 4
NIGHT_POOL = 12

MUNICIPALITIES = Path(__file__).parents[3] / "shared" / "reference" / "municipalities.csv"
LINES = 98
REGIONS = ("Hovedstaden", "Midtjylland", "Nordjylland", "Sjælland", "Syddanmark")

ALWAYS = Window(WindowKind.ALWAYS)
WEEKDAYS = Window(WindowKind.DAYS, frozenset(range(5)), False, 15 * 60, 23 * 60)
WEEKENDS = Window(WindowKind.DAYS, frozenset({5, 6}), True, 12 * 60, 24 * 60)
NIGHTS = Window(WindowKind.DAYS, frozenset(range(7)), False, 23 * 60, 31 * 60)


def municipalities() -> list[tuple[str, str, str]]:
    """Code, name and region: the real ones where they are at hand, made-up ones elsewhere."""
    if not MUNICIPALITIES.exists():
        return [(f"{n:04}", f"Kommune {n}", REGIONS[n % len(REGIONS)]) for n in range(1, LINES + 1)]
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name"], row["region"]) for row in csv.DictReader(file)][:LINES]


def national_site() -> Site:
    rows = municipalities()
    night_of = {
        region: f"night-{number}" for number, region in enumerate(sorted({row[2] for row in rows}), 1)
    }
    hours = {Channel.VOICE: (ALWAYS,), Channel.SMS: (ALWAYS,), Channel.CHAT: (WEEKDAYS, WEEKENDS)}
    lines = {
        f"line-{code}": Line(
            id=f"line-{code}",
            name=f"Akuttilbuddet {name}",
            municipalities=(code,),
            phone=f"+457000{code}",
            night_line=night_of[region],
            hours=hours,
        )
        for code, name, region in rows
    }
    night_lines = {
        night: NightLine(night, f"Natlinjen {region}", (NIGHTS,), backup_phone=f"+45700099{night[-1:]}9")
        for region, night in night_of.items()
    }
    return Site(
        id="national",
        name="Akutlinjen",
        zone=ZONE,
        languages=("da", "en"),
        municipalities={code: Municipality(code, name, frozenset({code})) for code, name, _region in rows},
        lines=lines,
        night_lines=night_lines,
        shared_numbers=(),
        workers={worker.id: worker for worker in _workers(lines, night_lines)},
    )


def national_shifts(site: Site) -> list[Shift]:
    shifts: list[Shift] = []
    for line in site.lines:
        shifts += line_shifts(line)
    for night in site.night_lines:
        for place in range(3):
            shifts += _turns(night, 1, NIGHT_SHIFT, NIGHT_POOL, first=place)
        shifts += _turns(night, 2, NIGHT_SHIFT, NIGHT_POOL, first=5)
    return shifts


def line_shifts(line: str, *, days: int = DAYS, tiers: int = 2) -> list[Shift]:
    rotations = (FIRST_TIER_ROTATION, SECOND_TIER_ROTATION)[:tiers]
    return [
        shift
        for tier, rotation in enumerate(rotations, 1)
        for shift in _turns(line, tier, THREE_SHIFTS, rotation, days=days)
    ]


def _turns(
    line: str,
    tier: int,
    hours: tuple[tuple[int, int], ...],
    workers: int,
    *,
    first: int = 0,
    days: int = DAYS,
) -> Iterator[Shift]:
    turn = first
    for number in range(days):
        for begins, lasts in hours:
            start = FIRST_DAY + number * DAY + timedelta(hours=begins)
            yield Shift(
                line, tier, worker_id(line, tier, turn % workers), start, start + timedelta(hours=lasts)
            )
            turn += 1


def worker_id(line: str, tier: int, number: int) -> str:
    return f"{line}.{tier}.{number}"


def _workers(lines: dict[str, Line], night_lines: dict[str, NightLine]) -> Iterator[Worker]:
    for line in lines:
        for tier, rotation in ((1, FIRST_TIER_ROTATION), (2, SECOND_TIER_ROTATION)):
            for number in range(rotation):
                yield _worker(worker_id(line, tier, number), lines=(line,))
    for night in night_lines:
        near = [line.id for line in lines.values() if line.night_line == night]
        for tier in (1, 2):
            for number in range(NIGHT_POOL):
                own = near[number % len(near)]
                yield _worker(worker_id(night, tier, number), lines=(own,), night_lines=(night,))


def _worker(id_: str, lines: tuple[str, ...], night_lines: tuple[str, ...] = ()) -> Worker:
    return Worker(id_, f"Vagt {id_}", "+4520000000", lines, night_lines)
