"""Asks kindly for registrations that are missing: when a shift is over, and in the morning.

An SMS to whoever had the conversation. It holds a number of registrations, and nothing about anybody; whether
there are any left is asked when it is sent.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config import logs
from config.site import Site
from gateway.accounts.link_errand import number_for
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.contacts.lifecycle import ContactState
from gateway.outbox.dispatcher import Errand, Retry
from gateway.rosters.notices import after_quiet_hours
from gateway.store import outbox, roster_versions, worker_notices
from gateway.store.outbox import OutboxRow
from gateway.store.roster_versions import Span
from gateway.store.tables import contacts
from gateway.wiring import Gateway
from routing.roster import Roster
from routing.wall_clock import instant, wall

REGISTRATION_SMS = "registration_sms"
TRIES = 5
# After the end of a shift there is time to finish the last form; later than this nobody is at it any more.
AFTER_A_SHIFT = timedelta(minutes=10)
NO_LATER = timedelta(hours=2)
MORNING, MORNING_UNTIL = time(9), time(12)
# Whoever ended a night shift is asked the morning after the next night, not out of their sleep.
RESTED = timedelta(hours=8)

log = logs.get("registration")


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    to: str
    from_: str
    body: str


def remind(gateway: Gateway) -> int:
    """Write what is to be sent now; each is written once, however often this runs. Returns how many.

    Raises StoreUnavailableError and NoSiteError."""
    now = gateway.now()
    site, roster = gateway.book.current()
    with gateway.store.write() as connection:
        told = _after_shifts(connection, site, roster, now) + _in_the_morning(connection, site, now)
    if told:
        gateway.wake()
    return told


def missing_of(connection: Connection, worker: str | None, ended_before: datetime) -> Counter[str]:
    """How many registrations each worker misses, or this one."""
    query = (
        sa.select(contacts.c.answered_by, sa.func.count())
        .where(
            contacts.c.state == ContactState.ENDED,
            contacts.c.closed_because.is_(None),
            contacts.c.answered_by.is_not(None),
            contacts.c.ended_at <= ended_before,
        )
        .group_by(contacts.c.answered_by)
    )
    if worker is not None:
        query = query.where(contacts.c.answered_by == worker)
    return Counter({row[0]: row[1] for row in connection.execute(query)})


def _after_shifts(connection: Connection, site: Site, roster: Roster, now: datetime) -> int:
    told = 0
    lacking = missing_of(connection, None, now)
    if not lacking:
        return 0
    version = roster_versions.newest(connection).roster.version
    span = Span(wall(now - NO_LATER, site.zone) - timedelta(hours=1), wall(now, site.zone))
    for row in roster_versions.published_at(connection, version, overlapping=span):
        shift = row.shift
        ended = instant(shift.end, site.zone)
        if not ended + AFTER_A_SHIFT <= now < ended + NO_LATER or not lacking[shift.worker]:
            continue
        if not _is_on_duty(site, roster, shift.worker, now):
            told += _tell(connection, shift.worker, f"shift:{row.id}", now, now)
    return told


def _in_the_morning(connection: Connection, site: Site, now: datetime) -> int:
    clock = wall(now, site.zone)
    if not MORNING <= clock.time() < MORNING_UNTIL:
        return 0
    told = 0
    for worker in missing_of(connection, None, now - RESTED):
        quiet = worker_notices.of_worker(connection, worker)
        due_at = after_quiet_hours(quiet, now, site)
        told += _tell(connection, worker, f"morning:{clock.date()}", now, due_at)
    return told


def _is_on_duty(site: Site, roster: Roster, worker: str, now: datetime) -> bool:
    """A shift that goes on in another one is not over."""
    places = [*site.lines, *site.night_lines]
    return any(duty.worker == worker for place in places for duty in roster.on_duty(place, now))


def _tell(connection: Connection, worker: str, once: str, now: datetime, due_at: datetime) -> bool:
    name = hashlib.sha256(f"{REGISTRATION_SMS}:{worker}:{once}".encode()).hexdigest()
    return outbox.add_once(connection, name, REGISTRATION_SMS, now=now, due_at=due_at, worker=worker)


def reminder_errand(gateway: Gateway) -> Errand:
    """Sent twice only where a process died between sending and writing so: the same words twice."""

    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> _Message | None:
        site, _roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        if worker is None:
            return None
        count = missing_of(connection, worker.id, now)[worker.id]
        if not count:
            return None
        body = gateway.texts(site).say("sms_registrations_missing", worker.languages[0], count=str(count))
        return _Message(worker.mobile, number_for(site, worker), body)

    def perform(message: _Message) -> str:
        return gateway.carrier.send_message(to=message.to, from_=message.from_, body=message.body)

    def record(
        _connection: Connection, row: OutboxRow, _job: _Message, came: str | CarrierError, _now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "sent"
        if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
            log.warning("reminder_not_sent", worker=str(row.details["worker"]))
            return "failed"
        return Retry(2.0**row.attempts)

    return Errand(prepare, perform, record)
