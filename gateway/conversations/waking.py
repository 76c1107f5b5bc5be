"""The mobile of a worker who does not come to the screen: after 20 s it gets an SMS, or a call.

A line's site file says which, or neither (``[line.ring] wake``). Push and the open console come first, see
``offers``; this is for the phone that lies in a pocket, and for when nobody at all has a console open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config import logs
from config.site import Site, Wake, Worker
from gateway.carrier import CarrierError, CarrierRefusedError
from gateway.contacts.lifecycle import UNANSWERED, ContactState
from gateway.conversations.desk import OFFERED_FOR, Desk, Waiting
from gateway.outbox.dispatcher import Errand, Retry
from gateway.store import contacts as contact_rows
from gateway.store import outbox
from gateway.store.contacts import Contact
from gateway.store.engine import Store
from gateway.store.outbox import OutboxRow
from gateway.voice.addresses import Addresses
from gateway.voice.caller import own_number
from gateway.wiring import Gateway

WAKE = "wake"
WAKE_AFTER = timedelta(seconds=20)
RING_SECONDS = 25
TRIES = 3

log = logs.get("conversations")


@dataclass(frozen=True, slots=True)
class Waken:
    """This worker's mobile is due for this contact."""

    contact: str
    worker: str

    @property
    def name(self) -> str:
        """Of the row in the outbox: once for each contact and worker."""
        return hashlib.sha256(f"wake:{self.contact}:{self.worker}".encode()).hexdigest()


def due(desk: Desk) -> list[Waken]:
    """Whose mobile is to be told by now.

    Of whom is asked: 20 s after they were. When nobody can be asked: everybody on duty who is free, one
    after the other in the order of the plan, each as much later as an offer stands.
    """
    found = []
    for each in desk.waiting:
        line = desk.site.lines.get(each.contact.line or "")
        if each.conversation is None or line is None or line.wake is Wake.NOTHING:
            continue
        found += [Waken(each.contact.id, worker) for worker in _by_now(desk, each)]
    return found


def _by_now(desk: Desk, waiting: Waiting) -> list[str]:
    conversation = waiting.conversation
    if conversation is not None and desk.stands(conversation):
        asked_at = (conversation.offered_until or desk.at) - OFFERED_FOR
        return [conversation.offered_to or ""] if desk.at - asked_at >= WAKE_AFTER else []
    late = desk.at - waiting.contact.waiting_since - WAKE_AFTER
    if late < timedelta(0):
        return []
    passed = conversation.passed if conversation is not None else []
    free = [worker for worker in waiting.takers if worker not in desk.busy and worker not in passed]
    if any(worker in desk.present for worker in free):
        return []  # is asked about another now, and about this one next
    return free[: 1 + late // OFFERED_FOR]


def write(store: Store, desk: Desk, told: set[Waken], now: datetime) -> int:
    """Have the mobiles told that are due. Returns how many. ``told``: what the caller knows was written.

    Any number of processes may do so at once: each contact and worker has one row. Raises
    StoreUnavailableError.
    """
    wanted = due(desk)
    told.intersection_update(wanted)
    new = [each for each in wanted if each not in told]
    if not new:
        return 0
    with store.write() as connection:
        written = sum(_write(connection, each, now) for each in new)
    told.update(new)
    return written


def _write(connection: Connection, waken: Waken, now: datetime) -> bool:
    contact = contact_rows.lock_contact(connection, waken.contact)
    if contact is None or contact.state not in UNANSWERED:
        return False
    added = outbox.add_once(connection, waken.name, WAKE, now=now, contact=waken.contact, worker=waken.worker)
    if added:
        contact_rows.add_event(connection, waken.contact, now, "woken", to=waken.worker)
    return added


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    to: str
    from_: str
    body: str


@dataclass(frozen=True, slots=True, repr=False)
class _Call:
    to: str
    from_: str
    url: str
    status_url: str


def wake_errand(gateway: Gateway) -> Errand:
    """Done twice only where a process died between doing it and writing so: two rings beat none."""
    addresses = Addresses(gateway.settings.public_url)

    def prepare(connection: Connection, row: OutboxRow, _now: datetime) -> _Message | _Call | None:
        site, _roster = gateway.book.current()
        worker = site.workers.get(str(row.details["worker"]))
        contact = contact_rows.find_contact(connection, row.contact or "")
        if worker is None or contact is None:
            return None
        if row.details.get("own"):
            return _own_conversation(site, contact, worker)
        if contact.state not in UNANSWERED:
            return None
        line = site.lines.get(contact.line or "")
        if line is None or contact_rows.unavailable(connection).get(worker.id) is not None:
            return None
        if line.wake is Wake.CALL:
            return _Call(
                worker.mobile,
                own_number(site, contact),
                addresses.woken(contact.id),
                addresses.woken_status(),
            )
        body = gateway.texts(site).say(
            "sms_somebody_waits",
            worker.languages[0],
            line=line.name,
            link=f"{gateway.settings.public_url}/console",
        )
        return _Message(worker.mobile, own_number(site, contact), body)

    def _own_conversation(site: Site, contact: Contact, worker: Worker) -> _Message | None:
        """Their citizen has written (``unread``): an SMS, also of a line that calls."""
        line, night_line = site.lines.get(contact.line or ""), site.night_lines.get(contact.night_line or "")
        is_theirs = contact.state == ContactState.ANSWERED and contact.answered_by == worker.id
        if not is_theirs or (line is not None and line.wake is Wake.NOTHING):
            return None
        body = gateway.texts(site).say(
            "sms_written_to",
            worker.languages[0],
            line=(line or night_line or site).name,
            link=f"{gateway.settings.public_url}/console",
        )
        return _Message(worker.mobile, own_number(site, contact), body)

    def perform(job: _Message | _Call) -> str:
        if isinstance(job, _Message):
            return gateway.carrier.send_message(to=job.to, from_=job.from_, body=job.body)
        return gateway.carrier.place_call(
            to=job.to,
            from_=job.from_,
            url=job.url,
            fallback_url=job.url,
            status_url=job.status_url,
            ring_seconds=RING_SECONDS,
        )

    def record(
        connection: Connection,
        row: OutboxRow,
        _job: _Message | _Call,
        came: str | CarrierError,
        now: datetime,
    ) -> str | Retry:
        if not isinstance(came, CarrierError):
            return "told"
        if isinstance(came, CarrierRefusedError) or row.attempts >= TRIES:
            worker = str(row.details["worker"])
            log.warning("wake_not_sent", contact=row.contact, worker=worker, carrier_code=came.code)
            contact_rows.add_event(connection, row.contact or "", now, "not_woken", to=worker)
            return "failed"
        return Retry(2.0**row.attempts)

    return Errand(prepare, perform, record)
