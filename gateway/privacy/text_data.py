"""What is kept of SMS beside the conversation itself. No number stands in it but sealed."""

from __future__ import annotations

from datetime import timedelta

from gateway.privacy.kind import Kind, held
from gateway.store import conversations as writing
from gateway.store import sms as text_rows
from gateway.store.tables import sms_deliveries, sms_keys, sms_received, sms_stops, sms_threads

# The carrier has long given up sending one again.
RECEIVED = timedelta(days=7)


def text_message_kinds() -> tuple[Kind, ...]:
    """Of a phone that texts with us."""
    return (
        Kind(
            "phones in a conversation",
            "sms_threads, a keyed hash; our own number encrypted",
            "the next SMS goes on with the same conversation",
            "as long as the conversation's own key",
            *held(sms_threads.c.peer, sms_threads.c.made_at),
            lambda connection, _now: writing.forget_orphans(connection, sms_threads),
        ),
        Kind(
            "how our SMS fared",
            "sms_deliveries, ids and the carrier's codes",
            "whoever wrote it sees whether it arrived",
            "as long as the conversation's own key",
            *held(sms_deliveries.c.id, sms_deliveries.c.changed_at),
            lambda connection, _now: writing.forget_orphans(connection, sms_deliveries),
        ),
        Kind(
            "ids of SMS that came in",
            "sms_received, the carrier's own ids",
            "one that the carrier sends twice is stored once",
            "7 days",
            *held(sms_received.c.sid, sms_received.c.at),
            lambda connection, now: text_rows.forget_received(connection, now - RECEIVED),
        ),
        Kind(
            "phones that said STOP",
            "sms_stops, a keyed hash",
            "nothing is sent to whoever does not want it",
            "until they say START",
            *held(sms_stops.c.peer, sms_stops.c.at),
            None,
        ),
        Kind(
            "key of the phones' hashes",
            "sms_keys.sealed, encrypted",
            "a STOP must be recognised for as long as it holds",
            "as long as the service",
            *held(sms_keys.c.sealed, sms_keys.c.made_at),
            None,
        ),
    )
