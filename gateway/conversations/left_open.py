"""A conversation in writing that its worker left open: it goes on with somebody else, or it ends.

Nobody is told on the phone of a shift that is over. And none is kept for ever, and keeps its worker's phone
from ringing, because nobody pressed "Afslut".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import ending, joining, opening
from gateway.conversations.transcript import Sender
from gateway.store import contacts as contact_rows
from gateway.store import joined_workers
from gateway.store.contacts import Contact
from gateway.store.tables import contacts, conversations, messages
from gateway.wiring import Gateway

SILENT_FOR = timedelta(hours=3)
# The citizen had the last word: perhaps goodbye, perhaps not. Its worker and the coordinators were told.
UNANSWERED_FOR = timedelta(hours=12)


def passed_on(
    connection: Connection,
    gateway: Gateway,
    contact: Contact,
    on_duty: Collection[str],
    since: datetime,
    now: datetime,
) -> bool:
    """Its citizen wrote, ``since``, to a worker who has gone home: whoever is on duty now is to have it.

    ``contact`` is locked; ``on_duty``: everybody who is on duty for it. It ends, and the conversation goes on
    as the next contact; the citizen is told. False, and nothing done, when its worker, or a colleague in it,
    is among them, or nobody is.
    """
    inside = {contact.answered_by, *joined_workers.present(connection, contact.id)}
    if contact.conversation is None or not on_duty or not inside.isdisjoint(on_duty):
        return False
    joining.say(connection, gateway, contact, "next_worker", now)
    ending.end_by_itself(connection, contact, now)
    new = replace(
        opening.after(contact, now),
        waiting_since=since,
        # The number, under the same key: each row is purged by itself.
        wrapped_key=contact.wrapped_key,
        caller_number=contact.caller_number,
        caller_hash=contact.caller_hash,
    )
    opening.go_on(connection, opening.planned(gateway, new, now), contact, contact.conversation, now)
    return True


def end_silent(gateway: Gateway, now: datetime) -> int:
    """End those in which nobody has written for hours. Returns how many. Raises StoreUnavailableError.

    Without a word to the citizen, who may be asleep: whoever writes again begins the next contact.
    """
    with gateway.store.read() as connection:
        found = list(connection.execute(_silent(now)).scalars())
    ended = 0
    for name in found:
        with gateway.store.write() as connection:
            contact = contact_rows.lock_contact(connection, name)
            still = connection.execute(_silent(now).where(contacts.c.id == name)).first()
            if contact is not None and still is not None:
                ending.end_by_itself(connection, contact, now)
                ended += 1
    return ended


def _silent(now: datetime) -> sa.Select[Any]:
    by_citizen, by_worker = _last_at(Sender.CITIZEN), _last_at(Sender.WORKER)
    by_either = sa.func.coalesce(_last_at(Sender.CITIZEN, Sender.WORKER), contacts.c.answered_at)
    return (
        sa.select(contacts.c.id)
        .join(conversations, conversations.c.contact == contacts.c.id)
        .where(
            contacts.c.state == ContactState.ANSWERED,
            contacts.c.channel.in_([Channel.CHAT, Channel.SMS]),
            contacts.c.answered_at <= now - SILENT_FOR,
            by_either <= now - SILENT_FOR,
            sa.or_(by_worker >= by_citizen, by_citizen.is_(None), by_either <= now - UNANSWERED_FOR),
        )
    )


def _last_at(*senders: Sender) -> sa.ScalarSelect[datetime]:
    """When one of these wrote last in the conversation of the row; NULL if none did."""
    query = sa.select(sa.func.max(messages.c.at))
    return query.where(
        messages.c.conversation == conversations.c.id, messages.c.sender.in_(senders)
    ).scalar_subquery()
