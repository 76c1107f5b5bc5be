"""Messages that leave the house as SMS: queued with the message itself, and what is shown of each.

A message is in the conversation once it is written. Whether it reached the citizen's phone is another thing,
and whoever reads the conversation sees which: undelivered is not sent.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.store import outbox, sms
from gateway.store.ids import new_id
from gateway.store.sms import Delivery

SEND = "send_sms"
# The carrier takes 1600 characters; a little less leaves a place to cut between words.
MOST_CHARACTERS = 1_530
# A word longer than this is cut: it is an address or a keyboard held down.
LONGEST_WORD = 200


class DeliveryState(enum.StrEnum):
    """``sent``: the carrier has taken it. ``undelivered``: it did, and the phone did not."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset({DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.FAILED})
# Of a message in several parts the worst is shown.
_WORST_FIRST = (
    DeliveryState.FAILED,
    DeliveryState.UNDELIVERED,
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How one message fared. ``error_code``: the carrier's own number for why not."""

    seq: int
    state: str
    error_code: int | None
    at: datetime


def parts(text: str) -> list[str]:
    """A text as one SMS or several, cut between words. Phones put the segments of each together again."""
    found = []
    while len(text) > MOST_CHARACTERS:
        cut = max(text.rfind(" ", 0, MOST_CHARACTERS + 1), text.rfind("\n", 0, MOST_CHARACTERS + 1))
        if cut < MOST_CHARACTERS - LONGEST_WORD:
            cut = MOST_CHARACTERS
        found.append(text[:cut].strip())
        text = text[cut:].strip()
    return [each for each in [*found, text] if each]


def queue(
    connection: Connection, conversation: str, contact: str, seq: int, text: str, now: datetime
) -> None:
    """In the transaction that writes the message: a row for each part, and an errand for each."""
    for part in range(len(parts(text))):
        delivery = Delivery(new_id(), conversation, seq, part, contact, DeliveryState.QUEUED, now, tries=1)
        sms.add_delivery(connection, delivery)
        outbox.add(connection, SEND, now=now, contact=contact, delivery=delivery.id)


def shown(connection: Connection, conversations: Collection[str]) -> dict[str, list[Shown]]:
    """How the messages of these conversations fared, by conversation, in the order of their numbers."""
    by_message: dict[tuple[str, int], list[Delivery]] = {}
    for delivery in sms.deliveries_of(connection, conversations):
        by_message.setdefault((delivery.conversation, delivery.seq), []).append(delivery)
    found: dict[str, list[Shown]] = {}
    for (conversation, seq), of_it in by_message.items():
        worst = min(of_it, key=lambda each: _WORST_FIRST.index(DeliveryState(each.state)))
        last = max(each.changed_at for each in of_it)
        found.setdefault(conversation, []).append(Shown(seq, worst.state, worst.error_code, last))
    return found
