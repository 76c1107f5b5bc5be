"""Finding entries, and writing them. What changed is in the audit log, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from gateway.audit.log import Action, AuditLog
from gateway.directory.draft import Draft
from gateway.directory.entry import REFERRAL, Kind, Shown, Standing, shown
from gateway.store import directory as store
from gateway.store.directory import DirectoryRow
from gateway.store.ids import new_id

_ORDER = {kind: place for place, kind in enumerate(Kind)}
_OPEN_FIRST = {Standing.OPEN: 0, Standing.UNKNOWN: 1, Standing.CLOSED: 2}


def look_up(
    connection: Connection, municipality: str, at: datetime, zone: ZoneInfo, *, words: str = ""
) -> list[Shown]:
    """By kind, what is open first, what is out of date last. ``words``: each must stand somewhere in it."""
    wanted = words.casefold().split()
    found = [
        shown(row, at, zone)
        for row in store.of_municipality(connection, municipality)
        if all(word in _all_of(row) for word in wanted)
    ]
    return sorted(found, key=lambda each: (_ORDER[each.kind], each.is_outdated, _OPEN_FIRST[each.standing]))


def _all_of(row: DirectoryRow) -> str:
    parts = (row.name, row.phone, row.address, row.note)
    return " ".join(part for part in parts if part).casefold()


def names_by_referral(connection: Connection, municipality: str) -> dict[str, list[str]]:
    """For the registration form: value of "referred to" -> what there is of it in the municipality."""
    names: dict[str, list[str]] = defaultdict(list)
    for row in store.of_municipality(connection, municipality):
        names[REFERRAL[Kind(row.kind)]].append(row.name)
    return dict(names)


def add(
    connection: Connection, audit: AuditLog, municipality: str, draft: Draft, now: datetime, *, by: str
) -> str:
    """The new entry's id."""
    row = DirectoryRow(
        id=new_id(), municipality=municipality, changed_at=now, changed_by=by, **_values(draft)
    )
    store.insert(connection, row)
    _record(connection, audit, row.id, municipality, now, by)
    return row.id


def change(
    connection: Connection, audit: AuditLog, row: DirectoryRow, draft: Draft, now: datetime, *, by: str
) -> None:
    store.change(connection, row.id, changed_at=now, changed_by=by, **_values(draft))
    _record(connection, audit, row.id, row.municipality, now, by)


def remove(connection: Connection, audit: AuditLog, row: DirectoryRow, now: datetime, *, by: str) -> None:
    store.change(connection, row.id, removed_at=now, changed_at=now, changed_by=by)
    _record(connection, audit, row.id, row.municipality, now, by)


def bring_back(connection: Connection, audit: AuditLog, row: DirectoryRow, now: datetime, *, by: str) -> None:
    store.change(connection, row.id, removed_at=None, changed_at=now, changed_by=by)
    _record(connection, audit, row.id, row.municipality, now, by)


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "kind": str(draft.kind),
        "name": draft.name,
        "phone": draft.phone,
        "address": draft.address,
        "hours": list(draft.hours),
        "note": draft.note,
        "valid_until": draft.valid_until,
    }


def _record(
    connection: Connection, audit: AuditLog, entry: str, municipality: str, now: datetime, by: str
) -> None:
    audit.record(
        connection, at=now, actor=by, action=Action.DIRECTORY_CHANGED, entry=entry, municipality=municipality
    )
