"""The errand that hands one SMS to the carrier, and the news of what became of it.

Done twice it is harmless: what is not queued any more is not sent again. Where the carrier's answer was lost
it may have taken the SMS all the same; it is asked again only after a while, in which its news would come,
because every SMS has an address of its own that this news comes to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import CarrierBusyError, CarrierError, CarrierRefusedError
from gateway.conversations.deliveries import SEND, DeliveryState, parts
from gateway.conversations.transcript import BODY
from gateway.outbox.dispatcher import Errand, Retry
from gateway.sms.addresses import status_url
from gateway.sms.beginning import OWN_NUMBER
from gateway.sms.pace import OPTED_OUT, UNREACHED_SECONDS, UNSURE_SECONDS, is_temporary, pause_after
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import outbox, sms
from gateway.store.outbox import OutboxRow
from gateway.store.sms import Delivery
from gateway.voice.caller import NUMBER
from gateway.wiring import Gateway

# What was written before it goes first; then it is its turn at once.
ITS_TURN_SECONDS = 1.0

log = logs.get("sms")


@dataclass(frozen=True, slots=True)
class _ItsTurn:
    """Something that was written before it is still to be sent."""


@dataclass(frozen=True, slots=True, repr=False)
class _Text:
    delivery: str
    tries: int
    to: str
    from_: str
    body: str
    status_url: str


def sending_errand(gateway: Gateway) -> Errand:
    def prepare(connection: Connection, row: OutboxRow, now: datetime) -> _Text | _ItsTurn | None:
        delivery = sms.lock_delivery(connection, str(row.details["delivery"]))
        if delivery is None or delivery.state != DeliveryState.QUEUED:
            return None
        if sms.waits_for_earlier(connection, delivery):
            return _ItsTurn()
        thread = sms.thread_in(connection, delivery.conversation)
        if thread is None:
            return None  # the phone has begun anew, or all of it is erased
        if sms.is_stopped(connection, thread.peer):
            _over(connection, delivery, DeliveryState.FAILED, OPTED_OUT, now)
            return None
        return _text(connection, gateway, delivery, thread.own_number)

    def perform(job: _Text | _ItsTurn) -> str:
        if isinstance(job, _ItsTurn):
            return ""
        return gateway.carrier.send_message(
            to=job.to, from_=job.from_, body=job.body, status_url=job.status_url
        )

    def record(
        connection: Connection,
        _row: OutboxRow,
        job: _Text | _ItsTurn,
        came: str | CarrierError,
        now: datetime,
    ) -> str | Retry:
        if isinstance(job, _ItsTurn):
            return Retry(ITS_TURN_SECONDS)
        delivery = sms.lock_delivery(connection, job.delivery)
        if delivery is None or delivery.tries != job.tries or delivery.state != DeliveryState.QUEUED:
            return "told already"
        if not isinstance(came, CarrierError):
            sms.change_delivery(connection, delivery.id, state=DeliveryState.SENT, changed_at=now)
            return "sent"
        if isinstance(came, CarrierRefusedError):
            _refused(connection, delivery, came.code, now)
            return "refused"
        unsure = 0.0 if isinstance(came, CarrierBusyError) else UNSURE_SECONDS
        pause = pause_after(delivery.tries, unsure)
        if pause is None:
            _over(connection, delivery, DeliveryState.FAILED, came.code, now)
            return "given up"
        sms.change_delivery(connection, delivery.id, tries=delivery.tries + 1, changed_at=now)
        return Retry(pause)

    return Errand(prepare, perform, record)


def _text(connection: Connection, gateway: Gateway, delivery: Delivery, own_number: bytes) -> _Text | None:
    """None when the keys are destroyed: then nobody can read it any more."""
    conversation = store.find(connection, delivery.conversation)
    contact = contact_rows.find_contact(connection, delivery.contact)
    if conversation is None or conversation.wrapped_key is None:
        return None
    if contact is None or contact.wrapped_key is None or contact.caller_number is None:
        return None
    written = store.messages_after(connection, conversation.id, delivery.seq - 1, 1)
    key = gateway.vault.contact_key(conversation.wrapped_key)
    return _Text(
        delivery=delivery.id,
        tries=delivery.tries,
        to=gateway.vault.contact_key(contact.wrapped_key).unseal(contact.caller_number, NUMBER),
        from_=key.unseal(own_number, OWN_NUMBER),
        body=parts(key.unseal(written[0].body, BODY))[delivery.part],
        status_url=status_url(gateway.settings.public_url, delivery.id, delivery.tries),
    )


def fared(
    connection: Connection, delivery_id: str, tries: int, told: str, error_code: int | None, now: datetime
) -> str | None:
    """The carrier's news of one try, in its own words. Returns the conversation where anything changed.

    It may come twice, late, or in any order: an end is never taken back, and of an earlier try than the
    last only its arrival counts.
    """
    delivery = sms.lock_delivery(connection, delivery_id)
    if delivery is None or DeliveryState(delivery.state).is_final:
        return None
    if told == DeliveryState.DELIVERED:
        _over(connection, delivery, DeliveryState.DELIVERED, None, now)
        return delivery.conversation
    if tries != delivery.tries:
        return None
    if told == DeliveryState.SENT and delivery.state == DeliveryState.QUEUED:
        sms.change_delivery(connection, delivery.id, state=DeliveryState.SENT, changed_at=now)
        return delivery.conversation
    if told in {DeliveryState.UNDELIVERED, DeliveryState.FAILED}:
        _not_arrived(connection, delivery, DeliveryState(told), error_code, now)
        return delivery.conversation
    return None


def _not_arrived(
    connection: Connection, delivery: Delivery, state: DeliveryState, code: int | None, now: datetime
) -> None:
    pause = pause_after(delivery.tries, UNREACHED_SECONDS) if is_temporary(code) else None
    if pause is None:
        if code == OPTED_OUT:
            _refused(connection, delivery, code, now)
        else:
            _over(connection, delivery, state, code, now)
        return
    again = replace(delivery, tries=delivery.tries + 1)
    sms.change_delivery(
        connection,
        delivery.id,
        state=DeliveryState.QUEUED,
        tries=again.tries,
        error_code=code,
        changed_at=now,
    )
    outbox.add_once(
        connection,
        f"sms:{delivery.id}:{again.tries}",
        SEND,
        now=now,
        contact=delivery.contact,
        due_at=now + timedelta(seconds=pause),
        delivery=delivery.id,
    )


def _refused(connection: Connection, delivery: Delivery, code: int | None, now: datetime) -> None:
    if code == OPTED_OUT and (thread := sms.thread_in(connection, delivery.conversation)) is not None:
        sms.stop(connection, thread.peer, now)  # the carrier knows of a STOP that never reached us
    _over(connection, delivery, DeliveryState.FAILED, code, now)


def _over(
    connection: Connection, delivery: Delivery, state: DeliveryState, code: int | None, now: datetime
) -> None:
    """For good. What did not arrive stands in the contact's events, too, for whoever reads it later."""
    sms.change_delivery(connection, delivery.id, state=state, error_code=code, changed_at=now)
    if state != DeliveryState.DELIVERED:
        contact_rows.add_event(
            connection, delivery.contact, now, "sms_not_delivered", seq=delivery.seq, code=code
        )
        log.event("sms_not_delivered", contact=delivery.contact, state=state, carrier_code=code or 0)
