"""A month of one line, and the gaps of all lines over a year: 98 lines, two years of shifts.

``python -m tests.benchmarks.roster_editor [DATABASE_URL]``; a SQLite file of its own where none is named.
Must hold (issue C): the month within 300 ms, the report within 3 s.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from gateway.rosters.coverage import report
from gateway.rosters.month import month_of
from gateway.rosters.roster_import import import_roster
from gateway.store import migrate, roster_lines, roster_versions
from gateway.store.engine import Store
from gateway.store.roster_lines import Staffing
from gateway.store.roster_versions import Span
from routing.fairness import loads
from routing.roster import Roster
from routing.wall_clock import instant
from tests.benchmarks.roster_site import FIRST_DAY, ZONE, national_shifts, national_site

MONTH_SECONDS, REPORT_SECONDS = 0.3, 3.0
TIMES = 15


def timed(what: str, work: Callable[[], object], times: int, limit: float | None = None) -> float:
    """Its own time on the processor, in which it waits for nobody; what passed on the clock is told, too."""
    took, passed = [], []
    for _ in range(times):
        began, began_on_clock = process_time(), perf_counter()
        work()
        took.append(process_time() - began)
        passed.append(perf_counter() - began_on_clock)
    worst = max(took)
    verdict = "" if limit is None else f"  (must be under {limit:g} s: {'yes' if worst < limit else 'NO'})"
    print(
        f"{what}: median {statistics.median(took):.3f} s, worst {worst:.3f} s"
        f" (on the clock {statistics.median(passed):.3f} s){verdict}"
    )
    return worst


def main(database_url: str) -> bool:
    site = national_site()
    shifts = national_shifts(site)
    store = Store(database_url)
    migrate.upgrade(store)
    began = perf_counter()
    import_roster(store, shifts, by="benchmark", source="national", at=datetime.now(UTC))
    print(f"{len(site.lines)} lines, {len(shifts)} shifts, imported in {perf_counter() - began:.1f} s")
    with store.write() as connection:
        for line in site.lines:
            roster_lines.set_staffing(connection, line, [Staffing(None, ("mon-fri 16:00-22:00",), 2)])
    roster = Roster.compile(shifts, ZONE, 1)
    line = list(site.lines)[50]
    month = Span(FIRST_DAY + timedelta(days=270), FIRST_DAY + timedelta(days=312))
    year = (instant(FIRST_DAY, ZONE), instant(FIRST_DAY + timedelta(days=365), ZONE))
    places = [*site.lines, *site.night_lines]
    with store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        one = timed(
            "a month (six weeks) of one line, with all that needs a look",
            lambda: month_of(connection, site, line, month, drafts=True),
            TIMES,
            MONTH_SECONDS,
        )
        all_gaps = timed(
            f"gaps and staffing of {len(places)} lines over a year, from memory as the web process has it",
            lambda: report(connection, site, roster, places, *year),
            3,
            REPORT_SECONDS,
        )
        span = Span(FIRST_DAY, FIRST_DAY + timedelta(days=365))

        def fairness() -> object:
            own = list(roster_versions.shifts_at(connection, version, lines=[line], overlapping=span))
            return loads(own, ZONE, *year)

        timed("fairness of one line over a year", fairness, 5)
    store.close()
    return one < MONTH_SECONDS and all_gaps < REPORT_SECONDS


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(directory, 'national.db')}"
        sys.exit(0 if main(url) else 1)
