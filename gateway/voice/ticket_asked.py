"""Asking a caller for the ticket of an earlier conversation: six digits, or nothing."""

from __future__ import annotations

from gateway.conversations.tickets import TICKET_DIGITS
from gateway.store.contacts import Contact
from gateway.voice import twiml
from gateway.voice.addresses import Addresses
from gateway.voice.words import Words
from gateway.wiring import Gateway

# People look the number up, and key it in with shaking hands.
KEY_SECONDS = 6


def ask_for_ticket(gateway: Gateway, contact: Contact) -> str:
    """Whoever keys in nothing is back in the hold loop after some seconds."""
    to = Addresses(gateway.settings.public_url)
    return twiml.ask_digits(
        [Words(gateway).citizen(contact, "ticket_ask")],
        key_url=to.citizen(contact.id, "earlier"),
        next_url=to.citizen(contact.id, "hold"),
        digits=TICKET_DIGITS,
        timeout_seconds=KEY_SECONDS,
    )
