"""The errand that asks the carrier how a contact's calls really are: their own news may have been lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.carrier import CallStatus, CarrierError, CarrierRefusedError
from gateway.contacts import endings, rounds
from gateway.contacts.legs import end_leg
from gateway.contacts.lifecycle import (
    LIVE_LEGS,
    OVER,
    TALKING_LEGS,
    UNANSWERED,
    ContactState,
    LegOutcome,
    LegPurpose,
    LegState,
)
from gateway.outbox.dispatcher import Retry
from gateway.store import contacts as store
from gateway.store import outbox
from gateway.store.contacts import Contact, Leg
from gateway.store.outbox import OutboxRow
from gateway.voice import worker_leg
from gateway.voice.moving import citizen_sid
from gateway.voice.webhook import CallWebhook
from gateway.wiring import Gateway

# Longer than any webhook of a leg that really rings would take to come.
LOST_LEG = timedelta(seconds=30)
# Longer than anybody needs to key in a number, which is the longest turn of all.
LOST_LOOP = timedelta(seconds=60)
# A caller whom the carrier gave no id can't be asked about: gone when nothing was heard for so long.
LOST_CALLER = timedelta(minutes=2)
NOT_FOUND = 404
TRIES = 3
PAUSE_SECONDS = 2.0

CITIZEN = ""  # stands for the citizen among the legs' ids

Asked = dict[str, str]
Found = dict[str, CallStatus | None]


class Checking:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._carrier = gateway.carrier

    def prepare(self, connection: Connection, row: OutboxRow, now: datetime) -> Asked | None:
        """Leg ids (and ``CITIZEN``) with the sids to ask about; "" where none is known."""
        contact = store.find_contact(connection, row.contact or "")
        if contact is None:
            return None
        asked = {
            leg.id: leg.call_sid or ""
            for leg in store.legs_of(connection, contact.id)
            if leg.state not in {LegState.ENDED, LegState.PLANNED}
        }
        if contact.state not in OVER and contact.state != ContactState.CALL_BACK:
            sid = citizen_sid(connection, contact)
            if sid is not None:
                asked[CITIZEN] = sid
            elif contact.state in UNANSWERED and now - contact.last_turn_at > LOST_CALLER:
                endings.citizen_gone(connection, contact, now)
        return asked or None

    def ask(self, asked: Asked) -> Found:
        return {key: self._status_of(sid) for key, sid in asked.items()}

    def _status_of(self, sid: str) -> CallStatus | None:
        """None: never placed, or not known for now."""
        if not sid:
            return None
        try:
            return self._carrier.call_status(sid)
        except CarrierRefusedError as error:
            # The carrier knows no such call: whatever it was, it is over. Other refusals say nothing of it.
            return CallStatus.FAILED if error.status == NOT_FOUND else None
        except CarrierError:
            return None

    def record(
        self,
        connection: Connection,
        row: OutboxRow,
        job: Asked,
        came: Found | CarrierError,
        now: datetime,
    ) -> str | Retry:
        contact = store.find_contact(connection, row.contact or "")
        if contact is None or isinstance(came, CarrierError):
            return "unknown"
        for leg_id, status in came.items():
            contact = store.find_contact(connection, contact.id) or contact
            leg = store.find_leg(connection, leg_id) if leg_id else None
            if leg is not None:
                self._leg_found(connection, contact, leg, job[leg_id], status, now)
            elif leg_id == CITIZEN:
                self._citizen_found(connection, contact, job[CITIZEN], status, now)
        unknown = any(status is None for key, status in came.items() if job[key])
        return Retry(PAUSE_SECONDS) if unknown and row.attempts < TRIES else "checked"

    def _citizen_found(
        self,
        connection: Connection,
        contact: Contact,
        sid: str,
        status: CallStatus | None,
        now: datetime,
    ) -> None:
        if status is None:
            return
        if status.is_over:
            endings.call_over(connection, contact, sid, now)
        elif status is CallStatus.IN_PROGRESS and _lost_its_loop(contact, now):
            # The citizen is on the line and has heard nothing from us for long: its turn was lost.
            outbox.add(connection, endings.MOVE_CITIZEN, now=now, contact=contact.id)

    def _leg_found(
        self,
        connection: Connection,
        contact: Contact,
        leg: Leg,
        sid: str,
        status: CallStatus | None,
        now: datetime,
    ) -> None:
        if not sid:
            if leg.state in LIVE_LEGS and leg.placed_at is not None and now - leg.placed_at > LOST_LEG:
                end_leg(connection, leg, LegOutcome.FAILED, now)
                rounds.bring_forward(connection, contact, now)
        elif status is not None:
            news = CallWebhook(sid, None, "", status, "", "", 0)
            worker_leg.leg_news(connection, self._gateway, contact, leg, news, now)
            # On its way back and not come, or left alone in a room: called on again.
            is_lost = leg.state == LegState.UNSURE or (
                leg.state in TALKING_LEGS and contact.state != ContactState.ANSWERED
            )
            if status is CallStatus.IN_PROGRESS and is_lost and leg.purpose != LegPurpose.CITIZEN:
                outbox.add(connection, endings.MOVE_LEG, now=now, contact=contact.id, leg=leg.id)


def _lost_its_loop(contact: Contact, now: datetime) -> bool:
    """On the line, in no conversation, and not asking what comes next."""
    waiting = contact.state in UNANSWERED or (
        contact.state == ContactState.ANSWERED
        and contact.in_room is None
        and (contact.connected_at is None or (contact.holder_leg is None and not contact.provisional))
    )
    return waiting and now - contact.last_turn_at > LOST_LOOP
