"""What a worker hears whose phone rings because a citizen waits in writing. Nobody takes it by telephone."""

from __future__ import annotations

from gateway.contacts.lifecycle import UNANSWERED
from gateway.store import contacts as store
from gateway.voice import twiml
from gateway.voice.words import Words
from gateway.wiring import Gateway

TIMES = 2


def told(gateway: Gateway, contact_id: str) -> str:
    """Which line it is, twice; or that a colleague has it by now."""
    with gateway.store.read() as connection:
        contact = store.find_contact(connection, contact_id)
    if contact is None:
        return twiml.hang_up()
    words = Words(gateway)
    if contact.state not in UNANSWERED:
        return twiml.say_and_end([words.worker(contact, "taken_by_another")])
    site, _roster = gateway.book.current()
    line = site.lines.get(contact.line or "")
    somebody_waits = words.worker(contact, "somebody_waits", line=line.name if line else site.name)
    return twiml.say_and_end([somebody_waits] * TIMES)
