"""Statistics over ten million registrations on PostgreSQL, beside DuckDB on the same rows.

`python -m tests.benchmarks.statistics_speed [ROWS]` prints one table and exits 1 when something falls short:
all tables for a year and a line under 3 s, for everything under 10 s, adding a registration under 20 ms. It
takes some minutes, most of them for making the rows, and 8 GB of disk.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import sqlalchemy as sa

from config.forms import Function
from gateway.registration.desk import save_by_hand
from gateway.statistics import catalogue, months, waits
from gateway.statistics.counts import counts_of, persons, tallied
from gateway.statistics.table import Asked
from gateway.store.engine import Store
from gateway.store.kept_months import OF_REGISTRATIONS, OF_WAITS, KeptMonths, Month
from gateway.store.tables import registration_facts
from tests.benchmarks.statistics_rows import FIRST_YEAR, LINES, YEARS, AsPostgres, fill, to_duckdb
from tests.flows.world import World
from tests.services import running_postgres

ROWS = 10_000_000
YEAR_SECONDS, ALL_SECONDS, ADD_SECONDS = 3.0, 10.0, 0.020
TURNS, ADDED = 3, 200
# As a database of this size would be set up on two cores; commits wait for the disk.
SERVER = {
    "shared_buffers": "1GB", "max_wal_size": "16GB", "wal_level": "minimal", "max_wal_senders": "0",
    "work_mem": "64MB", "max_parallel_workers_per_gather": "2", "checkpoint_timeout": "30min",
}  # fmt: skip
_F = registration_facts.c


class Row(NamedTuple):
    what: str
    asked: str
    measured: str
    beside: str
    good: bool


def _beside_us() -> tempfile.TemporaryDirectory[str]:
    """On this tree's disk, as /tmp may be in memory. Git leaves it alone: a run may be cut short."""
    return tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-")


def main() -> int:
    registrations = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with running_postgres(SERVER) as server, _beside_us() as folder:
        name = server.create_database()
        conninfo = f"host={server.directory} user=postgres dbname={name}"
        world = World(server.url(name), Path(folder) / "var")
        try:
            made = _seconds(lambda: fill(conninfo, registrations))
            print(f"{registrations:,} registrations made in {made:.0f} s")
            duck = to_duckdb(conninfo, Path(folder))
            rows = list(_rows(world, duck))
        finally:
            world.close()
    width = max(len(row.what) for row in rows)
    print(f"{'':{width}}  asked for   measured  DuckDB on the same rows, ratio")
    for row in rows:
        verdict = "" if row.good else "  <-- falls short"
        print(f"{row.what:{width}}  {row.asked:9}  {row.measured:>9}  {row.beside}{verdict}")
    return 0 if all(row.good for row in rows) else 1


def _rows(world: World, duck: duckdb.DuckDBPyConnection) -> list[Row]:
    year = Asked(date(FIRST_YEAR + 5, 1, 1), date(FIRST_YEAR + 6, 1, 1), ("toften",))
    everything = Asked(date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + YEARS, 1, 1), LINES)
    rows = [
        _tables("a year and a line, no month rolled up", world, duck, year, YEAR_SECONDS),
        _tables("everything, no month rolled up", world, duck, everything, None),
    ]
    rolled = _seconds(lambda: _roll_up(world.store, world.site.zone))
    rows.append(Row("all months rolled up, once", "-", f"{rolled:.0f} s", "", good=True))
    rows += [
        _tables("a year and a line", world, duck, year, YEAR_SECONDS),
        _tables("everything", world, duck, everything, ALL_SECONDS),
        _adding(world),
    ]
    return rows


def _tables(
    what: str, world: World, duck: duckdb.DuckDBPyConnection, asked: Asked, most_seconds: float | None
) -> Row:
    """All tables; DuckDB counts the same from its rows, and must come to the same."""
    site, seconds = world.site, []
    for _ in range(TURNS if most_seconds else 1):
        with world.store.snapshot() as connection:
            seconds.append(_seconds(lambda: catalogue.tables(connection, site, asked)))
    here = sa.and_(_F.line.in_(asked.lines), _F.day >= asked.first, _F.day < asked.last)
    theirs: Any = AsPostgres(duck)
    began = time.perf_counter()
    tally, people = tallied(theirs, here), persons(theirs, here)
    days = (asked.first, asked.last)
    waited = waits.waits_in(theirs, waits.in_period(asked, site.zone), days, site.zone)
    beside = time.perf_counter() - began
    with world.store.snapshot() as connection:
        ours = months.counted(connection, asked)
        assert ours == counts_of(tally, people)
        assert waits.waits(connection, asked, site.zone) == waited
    took = statistics.median(seconds)
    return Row(
        what, f"{most_seconds:g} s" if most_seconds else "-", f"{took:.2f} s",
        f"{beside:.2f} s, {took / beside:.1f}", good=most_seconds is None or took < most_seconds,
    )  # fmt: skip


def _roll_up(store: Store, zone: ZoneInfo) -> None:
    """As the worker does, in its own turns: two months at once, on two cores."""
    ways: list[tuple[KeptMonths, Callable[[Month], bool]]] = [
        (OF_REGISTRATIONS, lambda month: months.roll_up(store, month)),
        (OF_WAITS, lambda month: waits.roll_up(store, month, zone)),
    ]
    before = f"{FIRST_YEAR + YEARS}-01"
    for kept, one in ways:
        kept.add_missing(store, before)
        with store.read() as connection:
            waiting = kept.stale(connection, before)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, waiting))


def _adding(world: World) -> Row:
    """A visit handed in, with its version, what is counted of it and its entry in the log, on the disk."""
    answers = {
        "who": "person_in_acute_mental_crisis", "first_contact": "first", "sex": "woman", "age": "18_29",
        "crisis_level": "mild", "themes": ["anxiety"], "background": "other", "further": "none",
        "began_at": "2026-11-24T10:00",
    }  # fmt: skip
    seconds = []
    for _ in range(ADDED):
        began = time.perf_counter()
        with world.store.write() as connection:
            save_by_hand(
                connection, world.gateway, world.site, (Function.IN_HOUSE, "foenix"), answers, by="anna",
                version=0, now=world.clock(), submit=True,
            )  # fmt: skip
        seconds.append(time.perf_counter() - began)
    half, most = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    what = f"adding a registration, 95 of 100 (half of them: {half * 1000:.1f} ms)"
    return Row(what, f"{ADD_SECONDS * 1000:.0f} ms", f"{most * 1000:.1f} ms", "", good=most < ADD_SECONDS)


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
