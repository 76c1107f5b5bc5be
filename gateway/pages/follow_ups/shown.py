"""Follow-ups as lists show them. words: in Danish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.forms import form
from config.site import Site
from gateway.accounts.access import Reach
from gateway.pages.duty import name_of, worker_name
from gateway.registration.due import AHEAD
from gateway.store import follow_ups as store
from gateway.store import registrations
from gateway.store.follow_ups import FollowUp

KINDS = {
    "call_back": "Ring tilbage",
    "visit": "Besøg",
    "crisis_plan": "Kriseplan, femte dag",
}


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    """``path``: the page that it is about; empty where there is none. ``taken_by``: a name."""

    row: FollowUp
    kind: str
    place: str
    path: str
    taken_by: str
    made_by: str
    is_due: bool


def follow_ups_shown(
    connection: Connection, site: Site, reach: Reach, now: datetime, *, due: bool = False
) -> list[FollowUpShown]:
    """The earliest due first. ``due``: only what is due now, or about to be."""
    lines = [line for line in reach.lines if line in site.lines]
    found = store.open_of(connection, lines, due_before=now + AHEAD if due else None)
    return [_shown(connection, site, each, now) for each in found]


def _shown(connection: Connection, site: Site, row: FollowUp, now: datetime) -> FollowUpShown:
    return FollowUpShown(
        row=row,
        kind=KINDS.get(row.kind, row.kind),
        place=name_of(site, row.line),
        path=_path(connection, row),
        taken_by=worker_name(site, row.taken_by) if row.taken_by else "",
        made_by=worker_name(site, row.made_by),
        is_due=row.due_at <= now,
    )


def _path(connection: Connection, row: FollowUp) -> str:
    if row.crisis_plan is not None:
        return f"/crisis-plans/{row.crisis_plan}"
    if row.contact is not None:
        return f"/contacts/{row.contact}"
    sheet = registrations.find(connection, row.registration) if row.registration is not None else None
    if sheet is None:
        return ""
    return f"/registrations/{form(sheet.form, sheet.form_version).function}/{sheet.line}/{sheet.id}"
