"""Looks ahead, every few minutes: gaps, a night with nobody on duty, reminders, shifts nobody confirmed.

Each thing is told once, however often and in however many processes this runs: what is told has a name, and
the outbox keeps one row of a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.rosters import notices
from gateway.rosters.coverage import PlaceGap, report
from gateway.rosters.loading import AROUND
from gateway.rosters.opened_gaps import NEAR
from gateway.store import roster_lines, roster_versions, worker_notices
from gateway.store.roster_versions import PublishedShift, Span
from gateway.wiring import Gateway
from routing.wall_clock import instant, wall

SOON = timedelta(hours=12)
# The last moment at which somebody else can still be found.
UNCONFIRMED_BEFORE = timedelta(minutes=5)
# Reminders and checks are written this much before they are due, so that no turn of the watch misses one.
AHEAD = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Watched:
    """How many messages were written, by what they are about."""

    gaps: int = 0
    soon: int = 0
    reminders: int = 0
    checks: int = 0
    unconfirmed: int = 0


def watch(gateway: Gateway) -> Watched:
    """Raises StoreUnavailableError and NoSiteError."""
    now = gateway.now()
    site, roster = gateway.book.current()
    places = [*site.lines, *site.night_lines]
    with gateway.store.write() as connection:
        found = report(connection, site, roster, places, now, now + NEAR)
        gaps, soon = _tell_of_gaps(connection, site, found.gaps, now)
        checks, unconfirmed = _check(connection, site, now)
        watched = Watched(gaps, soon, _remind(connection, site, now), checks, unconfirmed)
    gateway.wake()
    return watched


def _tell_of_gaps(
    connection: Connection, site: Site, found: tuple[PlaceGap, ...], now: datetime
) -> tuple[int, int]:
    gaps = soon = 0
    for gap in found:
        is_soon = gap.starts - now < SOON
        # The start of one that is on already moves with the clock; its end does not.
        name = f"{gap.place}:{gap.ends if gap.starts <= now else gap.starts}"
        for coordinator in notices.coordinators_of(site, gap.place):
            told = notices.tell(
                connection,
                site,
                coordinator.id,
                "sms_nobody_on_duty_soon" if is_soon else "sms_gap_opens",
                line=gap.place,
                about=gap.starts,
                now=now,
                once=name if is_soon else f"{gap.place}:{gap.starts.isoformat()}",
                until=gap.ends,
            )
            soon, gaps = (soon + told, gaps) if is_soon else (soon, gaps + told)
    return gaps, soon


def _remind(connection: Connection, site: Site, now: datetime) -> int:
    wanted = worker_notices.with_reminders(connection)
    if not wanted:
        return 0
    longest = max(each.reminder_minutes or 0 for each in wanted.values())
    # Quiet hours move a reminder to before they begin, a day earlier at most.
    until = now + timedelta(minutes=longest) + timedelta(days=1)
    told = 0
    for row, starts in _beginning(connection, site, now, until):
        notice = wanted.get(row.shift.worker)
        if notice is None or notice.reminder_minutes is None:
            continue
        due_at = notices.before_quiet_hours(notice, starts - timedelta(minutes=notice.reminder_minutes), site)
        if due_at - AHEAD <= now:
            told += notices.tell(
                connection,
                site,
                row.shift.worker,
                "sms_shift_soon",
                line=row.shift.line,
                about=starts,
                now=now,
                due_at=max(due_at, now),
                once=str(row.id),
                shift=row.id,
            )
    return told


def _check(connection: Connection, site: Site, now: datetime) -> tuple[int, int]:
    """Ask for a confirmation where the line wants one; tell the coordinators when none has come."""
    minutes = roster_lines.lines_with_checks(connection)
    if not minutes:
        return 0, 0
    until = now + timedelta(minutes=max(minutes.values())) + AHEAD
    rows = [each for each in _beginning(connection, site, now, until) if each[0].shift.line in minutes]
    confirmed = worker_notices.confirmed(connection, [row.id for row, _starts in rows])
    checks = unconfirmed = 0
    for row, starts in rows:
        due_at = starts - timedelta(minutes=minutes[row.shift.line])
        if row.id in confirmed or due_at - AHEAD > now:
            continue
        checks += notices.tell(
            connection,
            site,
            row.shift.worker,
            "sms_shift_check",
            line=row.shift.line,
            about=starts,
            now=now,
            due_at=max(due_at, now),
            once=str(row.id),
            shift=row.id,
        )
        if starts - UNCONFIRMED_BEFORE <= now:
            for coordinator in notices.coordinators_of(site, row.shift.line):
                unconfirmed += notices.tell(
                    connection,
                    site,
                    coordinator.id,
                    "sms_shift_unconfirmed",
                    line=row.shift.line,
                    about=starts,
                    now=now,
                    once=str(row.id),
                )
    return checks, unconfirmed


def _beginning(
    connection: Connection, site: Site, now: datetime, until: datetime
) -> list[tuple[PublishedShift, datetime]]:
    """Published shifts that begin after ``now`` and no later than ``until``, and when."""
    version = roster_versions.newest(connection).roster.version
    span = Span(wall(now, site.zone) - AROUND, wall(until, site.zone) + timedelta(hours=3))
    rows = roster_versions.published_at(connection, version, overlapping=span)
    found = [(row, instant(row.shift.start, site.zone)) for row in rows if row.shift.start >= span.start]
    return [(row, starts) for row, starts in found if now < starts <= until]
