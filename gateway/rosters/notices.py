"""Telling workers and coordinators about rosters, by SMS: rows in the outbox that hold ids and times only.

Quiet hours are kept: what would come in them waits until they end, unless it is about something that begins
sooner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Role, Site, Worker
from config.texts import TextKey
from gateway.rosters.opened_gaps import OpenedGap
from gateway.store import outbox, worker_notices
from gateway.store.ids import new_id
from gateway.store.worker_notices import Notices
from routing.roster import Shift
from routing.wall_clock import instant, wall

ROSTER_SMS = "roster_sms"
# What begins this soon is told in quiet hours, too.
URGENT = timedelta(hours=12)
# Of a change that lies further ahead, people read in their calendar.
TOLD_AHEAD = timedelta(days=60)


def tell(
    connection: Connection,
    site: Site,
    worker: str,
    text: TextKey,
    *,
    line: str,
    about: datetime,
    now: datetime,
    once: str | None = None,
    due_at: datetime | None = None,
    until: datetime | None = None,
    shift: int | None = None,
    open_shift: str | None = None,
    swap: str | None = None,
) -> bool:
    """One SMS to one worker. ``about``: the instant that it tells of.

    ``due_at``: when it is to come, where that is not as soon as may be. ``until`` (of a gap), ``shift`` (a
    row), ``open_shift`` and ``swap`` (ids): what it is about, so that it is dropped when that is no more.
    ``once``: a name under which it is told once and no more; returns whether it was not told before.
    """
    if due_at is None:
        quiet = worker_notices.of_worker(connection, worker)
        due_at = now if about - now <= URGENT else after_quiet_hours(quiet, now, site)
    name = new_id() if once is None else hashlib.sha256(f"{text}:{worker}:{once}".encode()).hexdigest()
    return outbox.add_once(
        connection,
        name,
        ROSTER_SMS,
        now=now,
        due_at=due_at,
        worker=worker,
        text=text,
        line=line,
        about=about.isoformat(),
        until=until.isoformat() if until else None,
        shift=shift,
        open_shift=open_shift,
        swap=swap,
    )


def tell_of_changes(
    connection: Connection, site: Site, first: dict[str, tuple[datetime, str]], now: datetime
) -> int:
    """``first``: for each worker concerned, the instant and line of the first change. Returns how many."""
    told = 0
    for worker, (about, line) in sorted(first.items()):
        wants = worker in site.workers and worker_notices.of_worker(connection, worker).changes
        if wants and now <= about <= now + TOLD_AHEAD:
            told += tell(connection, site, worker, "sms_roster_changed", line=line, about=about, now=now)
    return told


def tell_of_shifts(
    connection: Connection, site: Site, by: str, changed: Mapping[str, Iterable[Shift]], now: datetime
) -> int:
    """``changed``: by worker, the shifts that they get or lose. Returns how many were told.

    Of what is on now or lies ahead; whoever did it themselves (``by``) knows.
    """
    first: dict[str, tuple[datetime, str]] = {}
    for worker, shifts in changed.items():
        ahead = sorted(
            (max(instant(shift.start, site.zone), now), shift.line)
            for shift in shifts
            if instant(shift.end, site.zone) > now
        )
        if ahead and worker != by:
            first[worker] = ahead[0]
    return tell_of_changes(connection, site, first, now)


def tell_of_gaps(connection: Connection, site: Site, opened: Iterable[OpenedGap], now: datetime) -> int:
    """Every coordinator of the place, once for each gap. Returns how many were told."""
    told = 0
    for gap in opened:
        for coordinator in coordinators_of(site, gap.place):
            told += tell(
                connection,
                site,
                coordinator.id,
                "sms_gap_opens",
                line=gap.place,
                about=gap.starts,
                now=now,
                once=f"{gap.place}:{gap.starts.isoformat()}",
                until=gap.ends,
            )
    return told


def coordinators_of(site: Site, place: str) -> list[Worker]:
    """Those of the line or night line; where it has none, every coordinator of the site."""
    everyone = [worker for worker in site.workers.values() if Role.COORDINATOR in worker.roles]
    own = [worker for worker in everyone if place in (*worker.lines, *worker.night_lines)]
    return own or everyone


def after_quiet_hours(notices: Notices, at: datetime, site: Site) -> datetime:
    """``at`` itself outside of quiet hours, else the instant at which they end."""
    clock = wall(at, site.zone)
    begins, ends = notices.quiet_from, notices.quiet_until
    if begins == ends:
        return at
    over_midnight = ends < begins
    is_late, is_early = clock.time() >= begins, clock.time() < ends
    if not ((is_late or is_early) if over_midnight else (is_late and is_early)):
        return at
    day = clock.date() + timedelta(days=1 if over_midnight and is_late else 0)
    return instant(datetime.combine(day, ends), site.zone)


def before_quiet_hours(notices: Notices, at: datetime, site: Site) -> datetime:
    """``at`` itself outside of quiet hours, else shortly before they began: a reminder comes earlier."""
    if after_quiet_hours(notices, at, site) == at:
        return at
    clock = wall(at, site.zone)
    day = clock.date() - timedelta(days=1 if clock.time() < notices.quiet_from else 0)
    # A minute before they begin, so that the message has left when they do.
    begins = datetime.combine(day, notices.quiet_from) - timedelta(minutes=1)
    return instant(begins, site.zone)
