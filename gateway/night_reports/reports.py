"""Who reports to whom; writing, reading and taking a report. All of it leaves a trace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.accounts.access import Reach
from gateway.audit.log import Action, AuditLog
from gateway.contacts.lifecycle import ContactState
from gateway.store import contacts as contact_rows
from gateway.store import night_reports as store
from gateway.store.contacts import Contact
from gateway.store.night_reports import PURPOSE, NightReport, Waiting
from gateway.store.vault import Vault

# By then a report that nobody took helps nobody any more; its note is erased.
WAITS = timedelta(days=14)
MOST_SHOWN = 100
TALKED = (ContactState.ENDED, ContactState.REGISTERED)
NOTE_CHARACTERS = 1000


def own_workers(site: Site, line: str) -> list[str]:
    return [worker.id for worker in site.workers.values() if line in worker.lines]


def is_reported(site: Site, contact: Contact) -> bool:
    """Whether the contact is a line's, and somebody who is none of its own had the conversation."""
    line, had_it = contact.line, contact.answered_by
    return (
        line is not None
        and line in site.lines
        and had_it is not None
        and had_it not in own_workers(site, line)
    )


def waiting(connection: Connection, site: Site, reach: Reach, now: datetime) -> list[Waiting]:
    """What the reader's own lines have not taken yet, the oldest first."""
    own = {line: own_workers(site, line) for line in reach.own_lines if line in site.lines}
    return store.waiting(connection, own, TALKED, now - WAITS, MOST_SHOWN)


def may_take(site: Site, reach: Reach, contact: Contact) -> bool:
    return is_reported(site, contact) and contact.line in reach.own_lines


def write(
    connection: Connection,
    vault: Vault,
    audit: AuditLog,
    contact: Contact,
    note: str,
    now: datetime,
    *,
    by: str,
) -> None:
    """What the home line should know, in place of what was written before; an empty note takes it back."""
    contact_rows.lock_contact(connection, contact.id)
    key = vault.new_key()
    store.keep(
        connection,
        contact.id,
        note=key.seal(note, PURPOSE) if note else None,
        wrapped_key=key.wrapped if note else None,
        written_by=by,
        written_at=now,
    )
    audit.record(connection, at=now, actor=by, action=Action.REPORT_WRITTEN, contact=contact)


def read(
    connection: Connection, vault: Vault, audit: AuditLog, contact: Contact, now: datetime, *, by: Reach
) -> tuple[NightReport, str]:
    """The report and its note ("" where there is none, or none any more).

    The first of the line's own people who opens it has read it.
    """
    contact_rows.lock_contact(connection, contact.id)
    report = store.find(connection, contact.id)
    if report.read_by is None and contact.line in by.own_lines:
        store.keep(connection, contact.id, read_by=by.worker, read_at=now)
        report = store.find(connection, contact.id)
    audit.record(connection, at=now, actor=by.worker, action=Action.REPORT_READ, contact=contact)
    return report, note_of(vault, report)


def note_of(vault: Vault, report: NightReport) -> str:
    if report.note is None or report.wrapped_key is None:
        return ""
    return vault.contact_key(report.wrapped_key).unseal(report.note, PURPOSE)


def take(connection: Connection, audit: AuditLog, contact: Contact, now: datetime, *, by: str) -> bool:
    """Whoever takes it sees to what follows. False, with nothing changed, when a colleague has it."""
    contact_rows.lock_contact(connection, contact.id)
    if store.find(connection, contact.id).read_by is None:
        store.keep(connection, contact.id, read_by=by, read_at=now)
    if not store.take(connection, contact.id, by, now):
        return False
    audit.record(connection, at=now, actor=by, action=Action.REPORT_TAKEN, contact=contact)
    return True
