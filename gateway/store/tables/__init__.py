"""Every table, by the room that owns it. Migrations are tested to agree with them."""

from __future__ import annotations

from gateway.store.tables.accounts import (
    sign_in_links,
    sign_in_steps,
    socket_tokens,
    staff_passkeys,
    staff_sessions,
    staff_tokens,
)
from gateway.store.tables.audit import audit_entries
from gateway.store.tables.base import metadata
from gateway.store.tables.contacts import (
    away,
    caller_keys,
    contact_events,
    contacts,
    engagements,
    legs,
    number_lifts,
)
from gateway.store.tables.conversations import (
    citizen_tokens,
    conversations,
    hand_over_notes,
    joined_workers,
    messages,
    staff_presence,
    tickets,
    wrong_codes,
)
from gateway.store.tables.courses import crisis_plans, follow_ups
from gateway.store.tables.directory import directory_entries
from gateway.store.tables.night_reports import night_reports
from gateway.store.tables.outbox import outbox
from gateway.store.tables.push import push_subscriptions
from gateway.store.tables.registrations import (
    consents,
    person_keys,
    registration_facts,
    registration_months,
    registration_versions,
    registrations,
    waiting_months,
)
from gateway.store.tables.rosters import (
    absences,
    calendar_feeds,
    draft_edits,
    draft_shifts,
    intended_gaps,
    minimum_staffing,
    open_shifts,
    roster_lines,
    roster_templates,
    roster_versions,
    shift_confirmations,
    shifts,
    site_versions,
    swap_consents,
    swaps,
    worker_notices,
)
from gateway.store.tables.texts import sms_deliveries, sms_keys, sms_received, sms_stops, sms_threads

__all__ = [
    "absences",
    "audit_entries",
    "away",
    "calendar_feeds",
    "caller_keys",
    "citizen_tokens",
    "consents",
    "contact_events",
    "contacts",
    "conversations",
    "crisis_plans",
    "directory_entries",
    "draft_edits",
    "draft_shifts",
    "engagements",
    "follow_ups",
    "hand_over_notes",
    "intended_gaps",
    "joined_workers",
    "legs",
    "messages",
    "metadata",
    "minimum_staffing",
    "night_reports",
    "number_lifts",
    "open_shifts",
    "outbox",
    "person_keys",
    "push_subscriptions",
    "registration_facts",
    "registration_months",
    "registration_versions",
    "registrations",
    "roster_lines",
    "roster_templates",
    "roster_versions",
    "shift_confirmations",
    "shifts",
    "sign_in_links",
    "sign_in_steps",
    "site_versions",
    "sms_deliveries",
    "sms_keys",
    "sms_received",
    "sms_stops",
    "sms_threads",
    "socket_tokens",
    "staff_passkeys",
    "staff_presence",
    "staff_sessions",
    "staff_tokens",
    "swap_consents",
    "swaps",
    "tickets",
    "waiting_months",
    "worker_notices",
    "wrong_codes",
]
