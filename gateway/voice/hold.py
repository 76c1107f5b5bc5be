"""One turn of the hold loop as a document: what is said, the quiet tone, and the keys that are heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.store.contacts import Contact
from gateway.voice import twiml
from gateway.voice.addresses import Addresses
from gateway.voice.twiml import Spoken
from gateway.voice.words import Words
from gateway.wiring import Gateway

LONG_WAIT = timedelta(seconds=60)
# Words in every third turn: somebody who cries should not be talked over all the time.
WORDS_EVERY = 3
# Once a call, and only in a call that is not answered at once: nobody's greeting is longer for it.
HINT_TURN = 2
# Four seconds of speech: with five seconds of tone and one to press a key, a turn is ten.
SHORT_CHARACTERS = 60


def hold(gateway: Gateway, contact: Contact, words: list[Spoken]) -> str:
    """Words and tone together stay under the ten seconds that a turn may take: long words stand alone."""
    to = Addresses(gateway.settings.public_url)
    short = sum(len(spoken.text) for spoken in words) <= SHORT_CHARACTERS
    return twiml.turn(
        words,
        tone=to.hold_tone() if short else None,
        key_url=to.citizen(contact.id, "key"),
        next_url=to.citizen(contact.id, "hold"),
    )


def hold_words(gateway: Gateway, contact: Contact, now: datetime) -> list[Spoken]:
    """What is said in this turn, if anything. Nobody is told that a phone rings when none does."""
    words = Words(gateway)
    if contact.turns == 1 and words.is_closed(contact) and (more := words.closed_and_then(contact)):
        return more
    if contact.turns == HINT_TURN and contact.plan is not None and contact.plan["steps"]:
        return [words.citizen(contact, "ticket_hint")]
    if not speaks(contact):
        return []
    if contact.plan is not None and not contact.plan["steps"]:
        return [words.nobody_took_it(contact)]
    if now - contact.waiting_since >= LONG_WAIT:
        return [words.citizen(contact, "hold_long")]
    return [words.citizen(contact, "hold")]


def speaks(contact: Contact) -> bool:
    """Whether this is a turn with words."""
    return contact.turns % WORDS_EVERY == 1
