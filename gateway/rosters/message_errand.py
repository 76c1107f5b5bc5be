"""Sends the SMS about rosters. The outbox row holds ids and times; mobile and words meet on sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config import logs
from config.site import Site
from gateway.accounts.link_errand import number_for
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.outbox.dispatcher import Errand, Retry
from gateway.rosters import notices
from gateway.store import open_shifts, roster_history, roster_versions, swaps
from gateway.store.outbox import OutboxRow
from gateway.store.swaps import SwapState
from gateway.wiring import Gateway
from routing.gaps import gaps
from routing.roster import Roster
from routing.wall_clock import instant, wall

TRIES = 5
# In which state a swap waits for what the message asks of whom it is sent to.
_ASKED_OF = {"sms_swap_offered": SwapState.OFFERED, "sms_swap_consent": SwapState.ACCEPTED}

log = logs.get("rosters")


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    to: str
    from_: str
    body: str


def message_errand(gateway: Gateway) -> Errand:
    """Sent twice only where a process died between sending and writing so: the same words twice."""

    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> _Message | None:
        site, roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        place = str(row.details["line"])
        line = site.lines.get(place) or site.night_lines.get(place)
        about = datetime.fromisoformat(str(row.details["about"]))
        if worker is None or line is None or _is_moot(connection, row, site, roster, now):
            return None
        clock = wall(about, site.zone)
        body = gateway.texts(site).say(
            row.details["text"],
            worker.languages[0],
            line=line.name,
            day=f"{clock.day}/{clock.month}",
            time=f"{clock:%H.%M}",
        )
        return _Message(worker.mobile, number_for(site, worker), body)

    def perform(message: _Message) -> str:
        return gateway.carrier.send_message(to=message.to, from_=message.from_, body=message.body)

    def record(
        connection: Connection, row: OutboxRow, _job: _Message, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "sent"
        if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
            _not_reached(connection, gateway, row, now)
            return "failed"
        return Retry(2.0**row.attempts)

    return Errand(prepare, perform, record)


def _is_moot(connection: Connection, row: OutboxRow, site: Site, roster: Roster, now: datetime) -> bool:
    """Whether what it tells of is no more: a gap that was closed, a shift that changed hands.

    An open shift that was taken or closed while the message waited for quiet hours to end, or that is over. A
    swap that has been answered meanwhile, where it asks for just that answer.
    """
    shift, until, opened, swap = (row.details.get(name) for name in ("shift", "until", "open_shift", "swap"))
    if swap is not None:
        found = swaps.find(connection, str(swap))
        return found is None or found.state != _ASKED_OF.get(str(row.details["text"]), found.state)
    if opened is not None:
        wanted = open_shifts.find(connection, str(opened))
        return wanted is None or wanted.closed_at is not None or instant(wanted.end, site.zone) <= now
    if shift is not None:
        version = roster_versions.newest(connection).roster.version
        return int(str(shift)) not in roster_history.of_rows(connection, version, [int(str(shift))])
    if until is not None:
        starts = max(datetime.fromisoformat(str(row.details["about"])), now)
        ends = datetime.fromisoformat(str(until))
        return starts >= ends or not gaps(site, roster, str(row.details["line"]), starts, ends)
    return False


def _not_reached(connection: Connection, gateway: Gateway, row: OutboxRow, now: datetime) -> None:
    """A worker whose phone the carrier won't reach before a shift: their coordinators must know."""
    log.warning("roster_message_not_sent", worker=str(row.details["worker"]))
    shift = row.details.get("shift")
    if shift is None:
        return
    site, _roster = gateway.book.current()
    line = str(row.details["line"])
    for coordinator in notices.coordinators_of(site, line):
        if coordinator.id == row.details["worker"]:
            continue
        notices.tell(
            connection,
            site,
            coordinator.id,
            "sms_phone_unreachable",
            line=line,
            about=datetime.fromisoformat(str(row.details["about"])),
            now=now,
            once=f"unreachable:{shift}",
        )
