"""The errands that silence a phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import Carrier, CarrierError, CarrierRefusedError
from gateway.contacts import rounds
from gateway.contacts.legs import end_leg
from gateway.contacts.lifecycle import LIVE_LEGS, LegOutcome
from gateway.outbox.dispatcher import Retry
from gateway.store import contacts as store
from gateway.store.outbox import OutboxRow

# A phone that should be silent is worth asking for until its ringing would end by itself.
TRIES = 8
LONGEST_PAUSE_SECONDS = 8.0

log = logs.get("voice")


class Silencing:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def prepare(self, connection: Connection, row: OutboxRow, _now: datetime) -> str | None:
        if "sid" in row.details:
            return str(row.details["sid"])
        leg = store.find_leg(connection, row.leg or "")
        return leg.call_sid if leg is not None else None

    def prepare_engaged(self, connection: Connection, row: OutboxRow, now: datetime) -> str | None:
        """The worker is in another contact by now: this one's next phones need not wait for them."""
        contact = store.find_contact(connection, row.contact or "")
        leg = store.find_leg(connection, row.leg or "")
        if contact is None or leg is None:
            return None
        if leg.state in LIVE_LEGS:
            end_leg(connection, leg, LegOutcome.ENGAGED, now)
            store.add_event(
                connection, contact.id, now, "ring_ended", target=leg.target, outcome=LegOutcome.ENGAGED
            )
            rounds.bring_forward(connection, contact, now)
        return leg.call_sid if leg.outcome in {None, LegOutcome.ENGAGED} else None

    def hang_up(self, sid: str) -> str:
        self._carrier.end_call(sid)
        return "silent"

    def record(
        self, _connection: Connection, row: OutboxRow, _job: str, came: str | CarrierError, _now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "silent"
        if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
            log.event(
                "hang_up_failed",
                contact=row.contact or "",
                status=came.status or 0,
                carrier_code=came.code or 0,
            )
            return "failed"
        return Retry(min(2.0 ** (row.attempts - 1), LONGEST_PAUSE_SECONDS))
