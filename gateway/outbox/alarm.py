"""An SMS to a coordinator: the words and the mobile are looked up when it is sent, the row holds ids only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config import logs
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.contacts.alarms import NOBODY_ANSWERED
from gateway.outbox.dispatcher import Errand, Retry
from gateway.store import contacts as store
from gateway.store.outbox import OutboxRow
from gateway.voice.caller import own_number
from gateway.wiring import Gateway
from routing.wall_clock import wall

TRIES = 5

log = logs.get("outbox")


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    to: str
    from_: str
    body: str


def alarm_errand(gateway: Gateway) -> Errand:
    """Sent twice only where a process died between sending and writing so: two alarms beat none."""

    def prepare(connection: Connection, row: OutboxRow, _now: datetime) -> _Message | None:
        site, _roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        contact = store.find_contact(connection, row.contact or "")
        if worker is None or contact is None:
            return None
        if row.details["text"] == NOBODY_ANSWERED and contact.answered_at is not None:
            return None  # taken since
        line = site.lines.get(contact.line or "")
        night_line = site.night_lines.get(contact.night_line or "")
        at = wall(datetime.fromisoformat(str(row.details["at"])), site.zone)
        body = gateway.texts(site).say(
            row.details["text"],
            worker.languages[0],
            line=(line or night_line or site).name,
            time=f"{at:%H.%M}",
        )
        from_ = own_number(site, contact)
        return _Message(worker.mobile, from_, body)

    def perform(message: _Message) -> str:
        return gateway.carrier.send_message(to=message.to, from_=message.from_, body=message.body)

    def record(
        connection: Connection, row: OutboxRow, _job: _Message, came: str | CarrierError, now: datetime
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "sent"
        if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
            worker = str(row.details["worker"])
            log.warning("alarm_not_sent", contact=row.contact, worker=worker, carrier_code=came.code)
            store.add_event(connection, row.contact or "", now, "coordinator_not_told", to=worker)
            return "failed"
        return Retry(2.0**row.attempts)

    return Errand(prepare, perform, record)
