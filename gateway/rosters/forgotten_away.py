"""Who said "away" and forgot: it is over when a shift of theirs begins, or they are missed all through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from config import logs
from config.site import Site
from gateway.rosters.duties import places
from gateway.store import contacts as store
from gateway.wiring import Gateway
from routing.roster import Roster

# Whoever says it so shortly before a shift, or in it, means that shift.
MEANS_IT = timedelta(hours=1)

log = logs.get("rosters")


def end_forgotten(gateway: Gateway) -> None:
    """Safe at any time, in any number of processes at once. Raises StoreUnavailableError and NoSiteError."""
    with gateway.store.read() as connection:
        away = store.away_since(connection)
    if not away:
        return
    forgot = forgotten(*gateway.book.current(), away, gateway.now())
    if not forgot:
        return
    with gateway.store.write() as connection:
        ended = [worker for worker in forgot if store.end_away(connection, worker, away[worker])]
    for worker in ended:
        log.event("away_forgotten", worker=worker)


def forgotten(site: Site, roster: Roster, away: Mapping[str, datetime], now: datetime) -> list[str]:
    """Those on duty ``now``, on any line or night line, whose shift began more than an hour after they went.

    ``away``: since when, by worker.
    """
    on_duty = [duty for place in places(site) for duty in roster.on_duty(place, now)]
    return sorted(
        {
            duty.worker
            for duty in on_duty
            if duty.worker in away and duty.starts - away[duty.worker] > MEANS_IT
        }
    )
