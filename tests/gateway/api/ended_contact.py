"""A contact to register, and answers that fit it."""

from __future__ import annotations

from datetime import timedelta

from gateway.store import contacts as contact_rows
from gateway.store.contacts import Contact
from gateway.store.ids import new_id

ANSWERS = {
    "channel": "voice", "who": "person_in_acute_mental_crisis", "first_contact": "first", "sex": "unknown",
    "age": "18_29", "crisis_level": "mild", "themes": ["low_mood"], "background": "unknown",
    "further": "none", "began_at": "2026-11-24T14:00",
}  # fmt: skip


def an_ended_contact(world):
    """Anna's conversation of ten minutes on her line; a minute has passed since."""
    at = world.clock()
    contact = Contact(
        id=new_id(), channel="voice", carrier_key="CA1", entry="line:foenix", language="da", state="ended",
        waiting_since=at, last_turn_at=at, line="foenix", municipality="0561", answered_by="anna",
        answered_at=at + timedelta(seconds=5), connected_at=at + timedelta(seconds=6),
        ended_at=at + timedelta(seconds=606), wrapped_key=world.gateway.vault.new_key().wrapped,
    )  # fmt: skip
    with world.store.write() as connection:
        contact_rows.insert_contact(connection, contact)
    world.clock.set(at + timedelta(minutes=11))
    return contact
