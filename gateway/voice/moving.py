"""The errands that call a leg away from what it hears: the citizen to what comes next, a worker likewise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import CALL_IS_OVER, CarrierError, CarrierRefusedError
from gateway.contacts.lifecycle import OVER, LegPurpose, LegState
from gateway.outbox.dispatcher import Retry
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.outbox import OutboxRow
from gateway.voice import conversation
from gateway.voice.addresses import Addresses
from gateway.wiring import Gateway

PAUSE_SECONDS = 1.0
# The hold loop brings a citizen along by itself in ten seconds; whoever is in a room has no such loop.
TRIES_WHILE_WAITING = 2
TRIES = 8

log = logs.get("voice")


@dataclass(frozen=True, slots=True)
class _Move:
    sid: str
    url: str


class Moving:
    def __init__(self, gateway: Gateway) -> None:
        self._carrier = gateway.carrier
        self._to = Addresses(gateway.settings.public_url)

    def prepare_citizen(self, connection: Connection, row: OutboxRow, _now: datetime) -> _Move | None:
        contact = store.find_contact(connection, row.contact or "")
        if contact is None or contact.in_room == contact.room:
            return None  # the citizen is where they should be
        if contact.last_turn_at > row.created_at or (contact.state in OVER and contact.in_room is None):
            return None  # they came by themselves meanwhile, or are gone
        sid = citizen_sid(connection, contact)
        return _Move(sid, self._to.citizen(contact.id, "hold")) if sid else None

    def move(self, job: _Move) -> str:
        self._carrier.redirect_call(job.sid, url=job.url)
        return "moved"

    def record_citizen(
        self, connection: Connection, row: OutboxRow, _job: _Move, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "moved"
        contact = store.find_contact(connection, row.contact or "")
        if isinstance(came, CarrierRefusedError):
            # The call may be over with its news lost; the carrier is asked, and the hold loop goes on anyway.
            if contact is not None:
                conversation.check_calls(connection, contact, now)
            return _given_up(row, came, "refused")
        in_a_room = contact is not None and contact.in_room is not None
        tries = TRIES if in_a_room else TRIES_WHILE_WAITING
        return Retry(PAUSE_SECONDS) if row.attempts < tries else _given_up(row, came, "failed")

    def prepare_leg(self, connection: Connection, row: OutboxRow, _now: datetime) -> _Move | None:
        leg = store.find_leg(connection, row.leg or "")
        if leg is None or leg.state == LegState.ENDED or leg.call_sid is None:
            return None
        return _Move(leg.call_sid, self._to.leg(leg.id, "back"))

    def record_leg(
        self, connection: Connection, row: OutboxRow, _job: _Move, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "moved"
        if isinstance(came, CarrierRefusedError):
            contact = store.find_contact(connection, row.contact or "")
            if contact is not None:
                conversation.check_calls(connection, contact, now)
            return _given_up(row, came, "refused")
        return Retry(PAUSE_SECONDS) if row.attempts < TRIES else _given_up(row, came, "failed")


def _given_up(row: OutboxRow, error: CarrierError, how: str) -> str:
    if error.code != CALL_IS_OVER:  # who hangs up at that moment is nobody's fault
        log.event(
            "move_failed",
            contact=row.contact or "",
            leg=row.leg,
            status=error.status or 0,
            carrier_code=error.code or 0,
        )
    return how


def citizen_sid(connection: Connection, contact: Contact) -> str | None:
    """The citizen's call as it is now: the one they made, or the last that was made to them.

    None while that is not known: the carrier told no id, or has not been asked to call yet.
    """
    made = [leg for leg in store.legs_of(connection, contact.id) if leg.purpose == LegPurpose.CITIZEN]
    if made:
        return made[-1].call_sid
    return contact.carrier_key if contact.carrier_key.startswith("CA") else None
