"""A worker's own calendar as iCalendar: for Google, Outlook and Apple, which fetch it from a secret address.

Times are instants in UTC: with a time zone's name, some readers give a shift over the autumn change the
length of any other. A shift keeps its UID over changes, and its SEQUENCE rises with them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy.engine import Connection

from config.site import Site
from gateway.store import calendar_feeds, roster_history, roster_versions
from gateway.store.roster_versions import WALL_FORMAT, PublishedShift
from routing.wall_clock import instant, wall

PREFIX = "/calendar/"
SUFFIX = ".ics"
SECRET_BYTES = 32
BEHIND, AHEAD = timedelta(days=92), timedelta(days=800)
# How often readers are asked to look again; most of them decide that for themselves.
REFRESH = timedelta(minutes=30)


def make(connection: Connection, worker: str, at: datetime) -> str:
    """A new secret for the worker's address, in place of any before. It is stored nowhere."""
    calendar_feeds.revoke(connection, worker, at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    calendar_feeds.add(connection, worker, hashed(secret), at)
    return secret


def path(secret: str) -> str:
    return f"{PREFIX}{secret}{SUFFIX}"


def worker_of(connection: Connection, secret: str) -> str | None:
    """Whose calendar the secret opens; None for any other text."""
    return calendar_feeds.worker_of(connection, hashed(secret))


def hashed(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_of(connection: Connection, site: Site, worker: str, now: datetime) -> bytes:
    """The worker's published shifts, from three months back to as far as rosters go."""
    version = roster_versions.newest(connection).roster.version
    clock = wall(now, site.zone)
    bounds = ((clock + AHEAD).strftime(WALL_FORMAT), (clock - BEHIND).strftime(WALL_FORMAT))
    rows = roster_history.of_workers(connection, version, [worker], *bounds)
    names = {line.id: line.name for line in site.lines.values()}
    names |= {line.id: line.name for line in site.night_lines.values()}
    return calendar(rows, site, names)


def calendar(rows: Iterable[PublishedShift], site: Site, names: Mapping[str, str]) -> bytes:
    """``names``: what each line is called. A shift that lies in an hour that the clocks skip is left out."""
    found = Calendar()
    found.add("prodid", "-//Akutlinjen//Rosters//DA")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", site.name)
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT30M")
    for row in rows:
        starts, ends = instant(row.shift.start, site.zone), instant(row.shift.end, site.zone)
        if starts < ends:
            found.add_component(_event(row, site, names.get(row.shift.line, row.shift.line), starts, ends))
    return bytes(found.to_ical())


def _event(row: PublishedShift, site: Site, name: str, starts: datetime, ends: datetime) -> Event:
    event = Event()
    event.add("uid", f"shift-{row.key}@{site.id}")
    event.add("sequence", row.since)
    # The same for the same shift: a reader that compares texts sees no change where there is none.
    event.add("dtstamp", datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=row.since))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", name if row.shift.tier == 1 else f"{name} ({row.shift.tier})")
    event.add("categories", [row.shift.line])
    event.add("priority", row.shift.tier)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "BUSY")
    return event
