"""Follow-ups that are due and that nobody has taken: whoever is on duty is told, then the coordinators."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.push import telling
from gateway.rosters import notices
from gateway.store import follow_ups as store
from gateway.store.follow_ups import FollowUp
from gateway.wiring import Gateway
from routing.roster import Roster

PATH = "/follow-ups"
# So long before it is due, whoever is on duty is told; so long after, the coordinators too.
AHEAD = timedelta(minutes=10)
LATE = timedelta(minutes=15)
# What has been open for longer stands on the lists, and rings nobody any more.
GIVEN_UP = timedelta(days=2)
MOST_AT_ONCE = 1000


def watch(gateway: Gateway) -> int:
    """Write what is to be told now; each thing is told once, however often this runs. Returns how many.

    Raises StoreUnavailableError and NoSiteError."""
    now = gateway.now()
    site, roster = gateway.book.current()
    told = 0
    with gateway.store.write() as connection:
        for each in store.open_of(connection, site.lines, due_before=now + AHEAD, limit=MOST_AT_ONCE):
            if each.taken_by is None and each.due_at > now - GIVEN_UP:
                told += _tell(connection, site, roster, each, now)
    if told:
        gateway.wake()
    return told


def _tell(connection: Connection, site: Site, roster: Roster, due: FollowUp, now: datetime) -> int:
    told = sum(
        _tell_one(connection, site, worker, due, now) for worker in on_duty(site, roster, due.line, now)
    )
    if due.due_at + LATE <= now:
        for coordinator in notices.coordinators_of(site, due.line):
            told += _tell_one(connection, site, coordinator.id, due, now, late=True)
    return told


def on_duty(site: Site, roster: Roster, line: str, now: datetime) -> list[str]:
    """The line's own people on duty, of any tier; where it has none, its night line's."""
    own = roster.on_duty(line, now)
    night = site.lines[line].night_line
    found = own or (roster.on_duty(night, now) if night else ())
    return [duty.worker for duty in found if duty.worker in site.workers]


def _tell_one(
    connection: Connection, site: Site, worker: str, due: FollowUp, now: datetime, *, late: bool = False
) -> bool:
    """By SMS, and on the phones that asked for it. Moved to another time, it is told of anew."""
    once = f"follow_up:{due.id}:{due.due_at.isoformat()}{':late' if late else ''}"
    first = notices.tell(
        connection, site, worker, "sms_follow_up_due", line=due.line, about=due.due_at, now=now,
        once=once, due_at=now,
    )  # fmt: skip
    if first:
        telling.tell(
            connection, worker, "push_follow_up_due", now=now, tag=f"follow-up-{due.id}"[:64], path=PATH
        )
    return first
