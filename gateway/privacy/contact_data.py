"""What stays of contacts when numbers and words are gone: when, where, how it went, and who had it."""

from __future__ import annotations

from gateway.privacy.kind import Kind, held
from gateway.store.tables import audit_entries, contact_events, contacts, legs


def contact_kinds() -> tuple[Kind, ...]:
    """Of every contact, on any channel."""
    return (
        Kind(
            "contacts",
            "contacts, line, municipality, times, the carrier's id; workers' ids",
            "statistics, and what became of each",
            "as long as the service",
            *held(contacts.c.id, contacts.c.waiting_since),
            None,
        ),
        Kind(
            "what happened in contacts",
            "contact_events, times, and workers' ids",
            "afterwards it can be asked why it rang where it rang",
            "as long as the service",
            *held(contact_events.c.id, contact_events.c.at),
            None,
        ),
        Kind(
            "phones that rang",
            "legs, workers' ids, the carrier's ids",
            "the same",
            "as long as the service",
            *held(legs.c.id, legs.c.due_at),
            None,
        ),
        Kind(
            "the audit log",
            "audit_entries, workers' ids, ids of contacts",
            "who read or changed what about a citizen",
            "as long as the service: nothing is ever taken out",
            *held(audit_entries.c.number, audit_entries.c.at),
            None,
        ),
    )
