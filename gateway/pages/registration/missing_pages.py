"""What is not registered yet: one's own, and for a coordinator everybody's; and the share by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Response

from config.site import Role, Site
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.pages.contact_rows import CHANNELS
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import blueprint, page
from gateway.pages.registration.sheet_pages import KINDS
from gateway.registration.completeness import (
    Draft,
    Missing,
    Week,
    drafts_by_hand,
    missing,
    share_registered,
)
from gateway.statistics.table import percent
from routing.wall_clock import wall

WEEKS = 6
MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """``what``: Danish words for the template to say; ``address``: where it is filled in."""

    address: str
    place: str
    what: str
    worker: str
    since: datetime
    is_draft: bool


@dataclass(frozen=True, slots=True)
class LineShare:
    """``weeks``: percent and counts by week, the newest first; None where nothing was due."""

    name: str
    weeks: tuple[Week | None, ...]


@blueprint.get("/registrations")
@protected_by(SIGNED_IN)
def list_missing() -> Response:
    gateway, who = door().gateway, reach()
    site, _roster = gateway.book.current()
    now = gateway.now()
    lines = sorted(who.lines)
    leads = Role.COORDINATOR in who.roles
    today = wall(now, site.zone).date()
    monday = today - timedelta(days=today.weekday())
    with gateway.store.read() as connection:
        every = missing(connection, access.reachable(who), limit=MOST) if leads else []
        own = missing(connection, access.reachable(who), worker=who.worker, limit=MOST)
        drafts = drafts_by_hand(connection, lines, worker=None if leads else who.worker)
        weeks = (
            share_registered(
                connection,
                lines,
                monday - (WEEKS - 1) * timedelta(days=7),
                today + timedelta(days=1),
                site.zone,
            )
            if leads
            else []
        )
    rows = [row_of_contact(site, each) for each in own]
    rows += [_row_of_draft(site, each) for each in drafts if each.worker == who.worker]
    others = [row_of_contact(site, each) for each in every if each.worker != who.worker]
    others += [_row_of_draft(site, each) for each in drafts if each.worker != who.worker]
    mondays = [monday - timedelta(days=7 * back) for back in range(WEEKS)]
    return page(
        "registration/missing.html",
        own=rows,
        others=others,
        leads=leads,
        most=MOST if len(every) == MOST else None,
        mondays=mondays,
        shares=_shares(site, lines, mondays, weeks),
        percent=percent,
        has_rooms=any(site.lines[line].overnight for line in lines if line in site.lines),
    )


def row_of_contact(site: Site, each: Missing) -> Row:
    return Row(
        address=f"/contacts/{each.contact}/registration",
        place=name_of(site, each.line or each.night_line or ""),
        what=CHANNELS.get(each.channel, each.channel),
        worker=worker_name(site, each.worker) if each.worker else "",
        since=each.waiting_since,
        is_draft=each.draft,
    )


def _row_of_draft(site: Site, each: Draft) -> Row:
    return Row(
        address=f"/registrations/{each.function}/{each.line}/{each.id}",
        place=name_of(site, each.line),
        what=KINDS.get(each.function, each.function),
        worker=worker_name(site, each.worker),
        since=each.changed_at,
        is_draft=True,
    )


def _shares(site: Site, lines: list[str], mondays: list[date], weeks: list[Week]) -> list[LineShare]:
    found = {(week.line, week.monday): week for week in weeks}
    return [
        LineShare(name_of(site, line), tuple(found.get((line, monday)) for monday in mondays))
        for line in lines
        if any((line, monday) in found for monday in mondays)
    ]
