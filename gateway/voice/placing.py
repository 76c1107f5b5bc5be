"""The errand that rings one phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.contacts import alarms, ringing, rounds
from gateway.contacts.legs import end_leg, is_still_due, phone_of
from gateway.contacts.lifecycle import CLAIMABLE, ContactState, LegOutcome, LegPurpose, LegState
from gateway.outbox.dispatcher import Retry
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.store.outbox import OutboxRow
from gateway.voice import call_back, calling_back, notebook, worker_leg
from gateway.voice.addresses import Addresses
from gateway.voice.caller import own_number
from gateway.wiring import Gateway

TRIES = 2
PAUSE_SECONDS = 1.0
# The carrier's answer to a number that it can't or won't call; any other refusal is about us.
BAD_REQUEST = 400

log = logs.get("voice")


@dataclass(frozen=True, slots=True, repr=False)
class _Call:
    to: str
    from_: str
    url: str
    status_url: str
    ring_seconds: int


class Placing:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._to = Addresses(gateway.settings.public_url)

    def prepare(self, connection: Connection, row: OutboxRow, now: datetime) -> _Call | None:
        contact, leg = contact_and_leg(connection, row)
        if contact is None or leg is None or leg.state not in {LegState.PLANNED, LegState.PLACING}:
            return None
        if leg.call_sid is not None:  # placed by a process that died before it could write so
            return None
        reason = self._why_not(connection, contact, leg, now)
        number = None if reason is not None else self._number(contact, leg)
        if number is None:
            reason = reason or LegOutcome.REFUSED
            end_leg(connection, leg, reason, now)
            store.add_event(connection, contact.id, now, "not_rung", target=leg.target, because=reason)
            rounds.bring_forward(connection, contact, now)
            return None
        store.change_leg(connection, leg, state=LegState.PLACING, placed_at=now)
        site, _roster = self._gateway.book.current()
        return _Call(
            number,
            own_number(site, contact),
            self._to.leg(leg.id, "whisper"),
            self._to.leg(leg.id, "status"),
            leg.ring_seconds,
        )

    def ring(self, call: _Call) -> str:
        return self._gateway.carrier.place_call(
            to=call.to,
            from_=call.from_,
            url=call.url,
            fallback_url=call.url,
            status_url=call.status_url,
            ring_seconds=call.ring_seconds,
        )

    def record(
        self, connection: Connection, row: OutboxRow, _job: _Call, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        contact, leg = contact_and_leg(connection, row)
        if contact is None or leg is None:
            return "moot"
        if isinstance(came, CarrierError):
            return self._not_rung(connection, contact, leg, row, came, now)
        if leg.state == LegState.ENDED or leg.call_sid not in {None, came}:
            outbox.add(connection, ringing.HANG_UP, now=now, contact=contact.id, leg=leg.id, sid=came)
            return "too late"
        if leg.call_sid is None:
            leg = store.change_leg(connection, leg, call_sid=came)
        if leg.state == LegState.PLACING:
            store.change_leg(connection, leg, state=LegState.RINGING)
        worker_leg.offered(connection, contact, now)
        store.add_event(connection, contact.id, now, "ringing", target=leg.target, via=leg.via, tier=leg.tier)
        return "ringing"

    def _not_rung(
        self,
        connection: Connection,
        contact: Contact,
        leg: Leg,
        row: OutboxRow,
        error: CarrierError,
        now: datetime,
    ) -> str | Retry:
        log.event(
            "ring_failed",
            contact=contact.id,
            leg=leg.id,
            status=error.status or 0,
            carrier_code=error.code or 0,
        )
        if leg.state != LegState.PLACING or leg.call_sid is not None:
            return "moot"  # it is ringing all the same, and has said so itself; or nobody wants it any more
        refused = isinstance(error, CarrierRefusedError)
        if not refused and row.attempts < TRIES:
            return Retry(PAUSE_SECONDS)
        if refused:
            alarms.ring_failed(connection, self._gateway, contact, now)
        if leg.purpose == LegPurpose.CITIZEN:
            calling_back.citizen_leg_over(connection, self._gateway, contact, leg, now)
            return "failed"
        # What the API did not take can still be dialled from the citizen's own leg; a bad number can't.
        bad_number = refused and error.status == BAD_REQUEST
        outcome = LegOutcome.REFUSED if bad_number else LegOutcome.UNPLACED
        end_leg(connection, leg, outcome, now)
        store.add_event(connection, contact.id, now, "ring_failed", target=leg.target, outcome=outcome)
        rounds.bring_forward(connection, contact, now)
        return "failed"

    def _number(self, contact: Contact, leg: Leg) -> str | None:
        if leg.purpose == LegPurpose.CITIZEN:
            return call_back.known_number(self._gateway, contact)
        site, _roster = self._gateway.book.current()
        return phone_of(site, leg)

    def _why_not(
        self, connection: Connection, contact: Contact, leg: Leg, now: datetime
    ) -> LegOutcome | None:
        if leg.purpose == LegPurpose.CITIZEN:
            return None if contact.state == ContactState.ANSWERED else LegOutcome.CANCELLED
        wanted = {ContactState.ANSWERED} if leg.purpose == LegPurpose.HAND_OVER else CLAIMABLE
        if contact.state not in wanted or notebook.was_taken(self._gateway, contact.id, contact.carrier_key):
            return LegOutcome.CANCELLED
        if not is_still_due(self._gateway, leg, now):
            return LegOutcome.OFF_DUTY
        if leg.target in store.unavailable(connection, apart_from=contact.id):
            return LegOutcome.ENGAGED
        if ringing.rings_elsewhere(connection, leg, now):
            return LegOutcome.BUSY
        return None


def contact_and_leg(connection: Connection, row: OutboxRow) -> tuple[Contact | None, Leg | None]:
    return store.find_contact(connection, row.contact or ""), store.find_leg(connection, row.leg or "")
