"""The editor with 98 lines and two years of shifts: a line's month on the server, and in Chromium.

``/tmp`` or another quick disk holds the SQLite file. Must hold: the month within 300 ms of server time, and
open in Chromium within 1.5 s.
``python -m tests.benchmarks.roster_pages``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from playwright.sync_api import sync_playwright

from config.site import Role, Worker
from gateway.rosters.roster_import import import_roster
from routing.roster import Roster
from tests.benchmarks.roster_site import ZONE, national_shifts, national_site
from tests.flows.world import World
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.visiting import signed_in
from tests.services import CHROMIUM_FLAGS, chromium_program

SERVER_SECONDS, CHROMIUM_SECONDS = 0.3, 1.5
TIMES = 15
MONTH = "view=month&date=2026-10-15"


def nation(var_dir: Path) -> World:
    """A world in which Kirsten coordinates every line of the country."""
    world = World(f"sqlite:///{var_dir / 'national.db'}", var_dir / "var", at="2026-10-01 12:00")
    site = national_site()
    lines = tuple(site.lines)
    koord = Worker(
        "koord", "Kirsten", "+4520000009", lines, tuple(site.night_lines), frozenset({Role.COORDINATOR})
    )
    shifts = national_shifts(site)
    began = perf_counter()
    import_roster(world.store, shifts, by="benchmark", source="national", at=world.clock())
    print(f"{len(lines)} lines, {len(shifts)} shifts, imported in {perf_counter() - began:.1f} s")
    site = replace(site, workers={**site.workers, "koord": koord})
    roster = Roster.compile(shifts, ZONE, 1)
    world.book._standing = replace(world.book._standing, site=site, roster=roster)
    world.site = site
    return world


def told(what: str, took: list[float], limit: float) -> bool:
    worst = max(took)
    good = worst < limit
    print(
        f"{what}: median {statistics.median(took):.3f} s, worst {worst:.3f} s"
        f"  (must be under {limit:g} s: {'yes' if good else 'NO'})"
    )
    return good


def on_the_server(world: World, line: str) -> bool:
    visitor = signed_in(world, "koord")
    address = f"/roster?line={line}&{MONTH}"
    page = visitor.get(address)
    assert page.status_code == 200
    shifts = page.text.count('"state"')
    print(f"the page has {len(page.data) / 1024:.0f} KB, its plan {shifts} shifts")
    took, clock = [], []
    for _ in range(TIMES):
        began, began_on_clock = process_time(), perf_counter()
        visitor.get(address)
        took.append(process_time() - began)
        clock.append(perf_counter() - began_on_clock)
    print(f"  on the clock: median {statistics.median(clock):.3f} s")
    return told("a line's month, the whole page, time on the processor", took, SERVER_SECONDS)


def in_chromium(world: World, line: str) -> bool:
    good = True
    with served(world) as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*CHROMIUM_FLAGS])
        for name, screen in (("desk", DESK), ("phone", PHONE)):
            context = browser.new_context(**screen, locale="da-DK", timezone_id="Europe/Copenhagen")
            session = {"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}
            context.add_cookies([session])
            page = context.new_page()
            took = []
            for number in range(TIMES):
                began = perf_counter()
                page.goto(f"{at.url}/roster?line={line}&{MONTH}", wait_until="commit")
                page.locator("#editor[data-ready]").wait_for()
                if number:  # the first fetches style, fonts and the calendar's own script
                    took.append(perf_counter() - began)
                else:
                    print(f"  the very first time, with nothing cached: {perf_counter() - began:.3f} s")
            good = (
                told(f"a line's month in Chromium ({name}), ready to edit", took, CHROMIUM_SECONDS) and good
            )
            context.close()
        browser.close()
    return good


def main(folder: Path) -> bool:
    world = nation(folder)
    line = list(world.site.lines)[50]
    good = on_the_server(world, line)
    good = in_chromium(world, line) and good
    world.store.close()
    return good


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(0 if main(Path(directory)) else 1)
