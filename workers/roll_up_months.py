"""Months that are over are counted once, for statistics over years."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from gateway.statistics import months, waits
from gateway.store.engine import Store
from gateway.store.kept_months import OF_REGISTRATIONS, OF_WAITS, KeptMonths, Month, month_of
from routing.wall_clock import wall
from workers.parts import gateway_parts

# Below the time that a turn may take. What is left is for the next turn, and counted from rows until then.
RUN_SECONDS = 240


def run() -> None:
    """Count what is not counted, or was changed since. Safe at any time, in any number of processes at once:
    whoever counts a month holds its row, and the second finds that it is done."""
    gateway, _dispatcher = gateway_parts()
    site, _roster = gateway.book.current()
    # A day later: whoever came in the month's last second may be written down only in the next month.
    store, before = gateway.store, month_of(wall(gateway.now() - timedelta(days=1), site.zone).date())
    until = time.monotonic() + RUN_SECONDS
    _roll_up(store, OF_REGISTRATIONS, before, until, lambda month: months.roll_up(store, month))
    _roll_up(store, OF_WAITS, before, until, lambda month: waits.roll_up(store, month, site.zone))


def _roll_up(store: Store, kept: KeptMonths, before: str, until: float, one: Callable[[Month], bool]) -> None:
    kept.add_missing(store, before)
    with store.read() as connection:
        waiting = kept.stale(connection, before)
    for month in waiting:
        if time.monotonic() > until:
            return
        one(month)
