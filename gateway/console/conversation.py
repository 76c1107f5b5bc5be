"""What the duty phone shows of one contact: what was written, by whom, and to whom it can be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.phrases import phrases
from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.contacts.plans import plan_now
from gateway.conversations import deliveries, desk, handing_over, transcript
from gateway.conversations.handing_over import Note
from gateway.conversations.transcript import Message
from gateway.store import conversations as store
from gateway.store import joined_workers
from gateway.store.contacts import Contact
from gateway.voice import calling_citizen
from gateway.wiring import Gateway


@dataclass(frozen=True, slots=True)
class Shown:
    """``earlier``: what was written before this contact, where the citizen came back. ``deliveries``: how the
    SMS among the messages fared, by number. ``colleagues``: ids of whom it can be given to; ``pool``: whether
    one of the night line is among them. ``joined``: who is in it beside the one who has it.
    ``others``: which colleague wrote it, by the number of each message that was not this worker's own.
    """

    contact: Contact
    earlier: tuple[Message, ...]
    messages: tuple[Message, ...]
    deliveries: Mapping[int, str]
    last_seq: int
    notes: tuple[Note, ...]
    colleagues: tuple[str, ...]
    pool: bool
    joined: tuple[str, ...]
    others: Mapping[int, str]
    phrases: tuple[str, ...]
    may_call: bool
    is_open: bool
    is_written: bool


def look(connection: Connection, gateway: Gateway, contact: Contact, worker: str, now: datetime) -> Shown:
    """``contact`` is the worker's own, now or before, or one that they joined."""
    site, _roster = gateway.book.current()
    line = site.lines.get(contact.line or "")
    written = messages_after(connection, gateway, contact, 0)
    colleagues, pool = _colleagues(connection, gateway, contact, worker, now)
    return Shown(
        contact=contact,
        earlier=tuple(each for each in written if each.at < contact.waiting_since),
        messages=tuple(each for each in written if each.at >= contact.waiting_since),
        deliveries=deliveries_of(connection, contact),
        last_seq=written[-1].seq if written else 0,
        notes=tuple(handing_over.notes(connection, gateway, contact.conversation or "")),
        colleagues=colleagues,
        pool=pool,
        joined=_joined(connection, contact),
        others=written_by_others(connection, contact, worker, 0),
        phrases=phrases(contact.language, line.phrases if line is not None else {}),
        may_call=calling_citizen.may_call(gateway, contact, worker),
        is_open=contact.state == ContactState.ANSWERED,
        is_written=contact.channel != Channel.VOICE,
    )


def is_in(connection: Connection, contact: Contact, worker: str) -> bool:
    """Whether the worker has or had it, or is in it beside the one who has it: then they may read it."""
    return contact.answered_by == worker or worker in _joined(connection, contact)


def _joined(connection: Connection, contact: Contact) -> tuple[str, ...]:
    if contact.state != ContactState.ANSWERED:
        return ()
    return tuple(joined_workers.present(connection, contact.id))


def messages_after(connection: Connection, gateway: Gateway, contact: Contact, after: int) -> list[Message]:
    """What was written after a number, in order."""
    found = store.find(connection, contact.conversation) if contact.conversation is not None else None
    return transcript.read(connection, gateway.vault, found, after) if found is not None else []


def written_by_others(connection: Connection, contact: Contact, worker: str, after: int) -> dict[int, str]:
    """Which colleague wrote it, by the number of each message that was not this worker's own."""
    found = store.writers_of(connection, contact.conversation or "", after)
    return {seq: who for seq, who in found.items() if who != worker}


def deliveries_of(connection: Connection, contact: Contact) -> dict[int, str]:
    """How what was sent as SMS fared, by the message's number: a ``DeliveryState`` each."""
    if contact.channel != Channel.SMS or contact.conversation is None:
        return {}
    found = deliveries.shown(connection, [contact.conversation])
    return {each.seq: each.state for each in found.get(contact.conversation, [])}


def _colleagues(
    connection: Connection, gateway: Gateway, contact: Contact, worker: str, now: datetime
) -> tuple[tuple[str, ...], bool]:
    """For one in writing, who has the console open; for a call, whose phone can be rung into it."""
    if contact.state != ContactState.ANSWERED:
        return (), False
    if contact.channel == Channel.VOICE:
        rings = [ring for step in plan_now(connection, gateway, contact, now).steps for ring in step.ring]
        found = [(ring.worker, ring.via) for ring in rings if ring.worker is not None]
    else:
        found = [(each.worker, each.via) for each in desk.colleagues(connection, gateway, contact, now)]
    others = [(who, via) for who, via in found if who != worker]
    return tuple(who for who, _via in others), any(via.startswith("night_line:") for _who, via in others)
