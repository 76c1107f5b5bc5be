"""Made-up entries of the directory, so that a newcomer sees what it is for. No such place exists."""

from __future__ import annotations

from datetime import datetime

from gateway.audit.log import AuditLog
from gateway.directory import book
from gateway.directory.draft import checked
from gateway.store import directory
from gateway.store.engine import Store

ENTRIES = (
    {"kind": "psychiatric_emergency", "name": "Psykiatrisk skadestue, Eksempelby", "phone": "+4576160501",
     "hours": "altid", "note": "Ring først, så står de klar."},
    {"kind": "out_of_hours_doctor", "name": "Lægevagten, Eksempelby", "phone": "+4576160502",
     "hours": "man-fre 16-8\nlør,søn,helligdage 0-24"},
    {"kind": "caseworker", "name": "Kommunens sociale vagt", "phone": "+4576160503",
     "hours": "man-fre 8-15.30"},
    {"kind": "shelter", "name": "Herberget ved havnen", "phone": "+4576160504", "hours": "hver dag 17-9",
     "note": "Der er plads til seks. Man kan tage sin hund med."},
    {"kind": "voluntary_service", "name": "Natcaféen", "phone": "+4576160505",
     "hours": "fre,lør 20-4", "address": "Eksempelgade 1"},
)  # fmt: skip


def fill(store: Store, audit: AuditLog, municipality: str, now: datetime, *, by: str) -> None:
    """Where nobody has written anything yet."""
    with store.write() as connection:
        if directory.is_empty(connection):
            for entry in ENTRIES:
                book.add(connection, audit, municipality, checked(entry), now, by=by)
