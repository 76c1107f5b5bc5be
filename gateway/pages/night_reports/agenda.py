"""What waits for a line's own people: night reports, as their lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.accounts.access import Reach
from gateway.night_reports import reports
from gateway.pages.contact_rows import ContactRow, row_of
from gateway.pages.duty import worker_name


@dataclass(frozen=True, slots=True)
class ReportShown:
    contact: str
    row: ContactRow
    had_it: str
    ended_at: datetime
    is_read: bool
    has_note: bool


def reports_shown(connection: Connection, site: Site, reach: Reach, now: datetime) -> list[ReportShown]:
    """The oldest first."""
    return [
        ReportShown(
            contact=each.contact.id,
            row=row_of(site, each.contact, now),
            had_it=worker_name(site, each.contact.answered_by or ""),
            ended_at=each.contact.ended_at or each.contact.waiting_since,
            is_read=each.report.read_at is not None,
            has_note=each.report.note is not None,
        )
        for each in reports.waiting(connection, site, reach, now)
    ]
