"""Writing the audit log, and proving that nobody has rewritten it."""

from __future__ import annotations

import enum
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.audit.chain import BEFORE_THE_FIRST, Entry, Head, chain_key, chained
from gateway.store import audit_entries
from gateway.store.contacts import Contact
from gateway.store.engine import Store

SYSTEM = "system"
COMMAND_LINE = "command-line"


class Action(enum.StrEnum):
    """What is audited (issue of roles and audit): everything read, changed or taken out about a citizen,
    and everything about who may do so."""

    CONTACT_READ = "contact_read"
    CONTACT_CLAIMED = "contact_claimed"
    CONTACT_TRANSFERRED = "contact_transferred"
    COLLEAGUE_ADDED = "colleague_added"
    COLLEAGUE_LEFT = "colleague_left"
    CITIZEN_CALLED = "citizen_called"
    CONTACT_CLOSED = "contact_closed"
    CONTACT_ERASED = "contact_erased"
    NUMBER_LIFTED = "number_lifted"
    NUMBER_HIDDEN = "number_hidden"
    REGISTRATION_READ = "registration_read"
    REGISTERED = "registered"
    REGISTRATION_CORRECTED = "registration_corrected"
    REPORT_WRITTEN = "report_written"
    REPORT_READ = "report_read"
    REPORT_TAKEN = "report_taken"
    FOLLOW_UP_TAKEN = "follow_up_taken"
    FOLLOW_UP_DONE = "follow_up_done"
    CONSENT_RECORDED = "consent_recorded"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CPR_SHOWN = "cpr_shown"
    REGISTRATION_BEGUN = "registration_begun"
    CONTACT_REOPENED = "contact_reopened"
    CRISIS_PLAN_READ = "crisis_plan_read"
    CRISIS_PLAN_BEGUN = "crisis_plan_begun"
    CRISIS_PLAN_CHANGED = "crisis_plan_changed"
    CRISIS_PLAN_WITHDRAWN = "crisis_plan_withdrawn"
    EXPORTED = "exported"
    AUDIT_READ = "audit_read"
    PURGED = "purged"
    KEYS_ROTATED = "keys_rotated"
    ROSTER_CHANGED = "roster_changed"
    DIRECTORY_CHANGED = "directory_changed"
    SITE_CHANGED = "site_changed"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an event
    SIGNED_IN = "signed_in"
    SIGN_IN_LINK_SENT = "sign_in_link_sent"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    AWAY_SET = "away_set"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


@dataclass(frozen=True, slots=True)
class Verified:
    """``faults``: what is wrong, one sentence each, naming the entry; none when the log is whole."""

    count: int
    head: Head
    faults: tuple[str, ...]


class AuditLog:
    """``secret_key``: the settings' own, from which the chain's key follows."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = chain_key(secret_key)

    def record(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: Action,
        contact: Contact | None = None,
        line: str | None = None,
        night_line: str | None = None,
        **details: object,
    ) -> None:
        """Add an entry in the caller's transaction: what was done and its trace are kept or lost together.

        ``actor``: a worker's id, ``SYSTEM`` or ``COMMAND_LINE``. ``details``: ids, counts and words of ours;
        never a number, a name or a text. The lock lasts until the transaction ends: record last.
        """
        before = audit_entries.lock_last(connection)
        number, previous = (before[0] + 1, before[1]) if before else (1, BEFORE_THE_FIRST)
        entry = Entry(
            number=number,
            at=at,
            actor=actor,
            action=action,
            line=contact.line if contact is not None else line,
            night_line=contact.night_line if contact is not None else night_line,
            contact=contact.id if contact is not None else None,
            details=details,
        )
        audit_entries.append(
            connection,
            {
                "number": entry.number,
                "at": entry.at,
                "actor": entry.actor,
                "action": str(entry.action),
                "line": entry.line,
                "night_line": entry.night_line,
                "contact": entry.contact,
                "details": entry.details,
                "previous": previous,
                "hash": chained(self._key, previous, entry),
            },
        )

    def verify(self, store: Store, *, known_head: Head | None = None) -> Verified:
        """Go through the whole log. ``known_head``: one that was noted before; it must still be in it."""
        faults: list[str] = []
        previous, count, seen_head = BEFORE_THE_FIRST, 0, known_head is None
        with store.read() as connection:
            for row in audit_entries.rows(connection):
                count += 1
                if row.number != count and not faults:
                    faults.append(f"entry {count} is missing: after {count - 1} comes {row.number}")
                    count = row.number
                entry = Entry(
                    row.number,
                    row.at,
                    row.actor,
                    row.action,
                    row.line,
                    row.night_line,
                    row.contact,
                    row.details,
                )
                if row.previous != previous:
                    faults.append(f"entry {row.number} does not follow the one before it")
                if not hmac.compare_digest(row.hash, chained(self._key, row.previous, entry)):
                    faults.append(f"entry {row.number} was changed")
                if known_head is not None and row.number == known_head.number:
                    seen_head = row.hash == known_head.hash
                previous = row.hash
        if not seen_head and known_head is not None:
            faults.append(f"entry {known_head.number} is not the one that was noted: entries were taken off")
        return Verified(count, Head(count, previous), tuple(faults))
