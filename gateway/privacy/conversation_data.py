"""What is kept of conversations in writing: what was said, and what opens it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gateway.privacy.kind import AFTER_THE_END, Kind, held
from gateway.store import conversations as writing
from gateway.store import staff_presence
from gateway.store import tickets as ticket_rows
from gateway.store.tables import (
    citizen_tokens,
    conversations,
    hand_over_notes,
    joined_workers,
    messages,
    tickets,
)
from gateway.store.tables import staff_presence as presence_table

WITH_A_CODE = timedelta(days=30)
PRESENCE = timedelta(minutes=10)


def conversation_kinds() -> tuple[Kind, ...]:
    """Of a chat, and of SMS as far as they are one."""
    return (
        Kind(
            "conversations' own keys",
            "conversations.wrapped_key, encrypted",
            "they open what was written in one conversation",
            "24 hours after the conversation ended; 30 days where the citizen asked for a code",
            *held(conversations.c.wrapped_key, conversations.c.began_at),
            lambda connection, now: writing.forget_keys(connection, now - AFTER_THE_END, now - WITH_A_CODE),
        ),
        Kind(
            "written messages",
            "messages.body, encrypted",
            "the conversation itself",
            "as long as the conversation's own key",
            *held(messages.c.body, messages.c.at),
            lambda connection, _now: writing.forget_orphans(connection, messages),
        ),
        Kind(
            "notes at a hand-over",
            "hand_over_notes.body, encrypted",
            "the colleague who goes on knows what it is about",
            "as long as the conversation's own key",
            *held(hand_over_notes.c.body, hand_over_notes.c.at),
            lambda connection, _now: writing.forget_orphans(connection, hand_over_notes),
        ),
        Kind(
            "citizens' tokens",
            "citizen_tokens, hashes",
            "a browser goes on after a lost connection",
            "as long as the conversation's own key",
            *held(citizen_tokens.c.token_hash, citizen_tokens.c.made_at),
            lambda connection, _now: writing.forget_orphans(connection, citizen_tokens),
        ),
        Kind(
            "tickets",
            "tickets, six digits and the hash of a code",
            "the citizen goes on later, from any device",
            "as long as the conversation's own key; 30 days where one was only tried",
            *held(tickets.c.ticket, tickets.c.expires_at),
            _forget_tickets,
        ),
        Kind(
            "presence",
            "staff_presence, workers' ids",
            "nobody who is absent is asked to take a chat",
            "10 minutes after the console was last open",
            *held(presence_table.c.worker, presence_table.c.seen_at),
            lambda connection, now: staff_presence.forget_old(connection, now - PRESENCE),
        ),
        Kind(
            "colleagues in a conversation",
            "joined_workers, workers' ids",
            "who read along and may read it again; the citizen was told",
            "as long as the contact's own row",
            *held(joined_workers.c.worker, joined_workers.c.joined_at),
            None,
        ),
    )


def _forget_tickets(connection: Connection, now: datetime) -> int:
    tried = ticket_rows.forget(connection, now, (now - WITH_A_CODE).date().isoformat())
    return tried + writing.forget_orphans(connection, tickets)
