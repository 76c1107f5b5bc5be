"""Who answers, or who was on duty then: the plan of any instant, by the roster as it stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy.engine import Connection

from config.site import Channel, Site
from gateway.accounts import access
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach
from gateway.pages.contact_rows import CHANNELS
from gateway.pages.duty import name_of
from gateway.pages.frame import blueprint, language, say
from gateway.pages.reasons_said import because
from gateway.pages.roster.desk import Choice, gateway, roster_page, site
from gateway.pages.roster.period import day_of
from gateway.pages.roster.spoken import clock, stretch_said
from gateway.rosters.loading import AROUND
from gateway.rosters.who_answers import about_line, answer, lines_asked
from gateway.store import roster_history, roster_versions
from gateway.store.contacts import unavailable
from gateway.store.roster_history import VersionNote
from gateway.store.roster_versions import Span
from routing.plan import Plan
from routing.roster import Roster, Shift
from routing.wall_clock import instant, wall

# Beside the answer stand the shifts of the day before and after.
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """``at``: what the clocks show; ``fault``: what is wrong with it as it was written."""

    line: str | None
    channel: Channel
    at: datetime
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """``note``: who published the roster that held; None before the first. ``differs``: by today's roster
    others would have been on duty then."""

    plan: Plan
    note: VersionNote | None
    shifts: tuple[tuple[str, Shift, bool], ...]
    differs: bool


@blueprint.get("/roster/who")
@protected_by(COORDINATOR)
def who_answers() -> Response:
    """Line, channel and time stand in the address; without a time, now."""
    found, known = site(), _known()
    asked = _asked(request.args, found, known)
    told = None
    if asked.line is not None and not asked.fault:
        with gateway().store.read() as connection:
            told = _told(connection, found, asked.line, asked)
    return roster_page(
        "who.html",
        "who",
        asked.line,
        400 if asked.fault else 200,
        known_lines=known,
        channels=CHANNELS,
        asked=asked,
        asked_at=clock(asked.at),
        told=told,
        said=lambda start, end: stretch_said(start, end, language()),
        because=lambda reason: because(reason, language()),
        place_of=lambda via: name_of(found, via.partition(":")[2]),
    )


def _told(connection: Connection, found: Site, line: str, asked: Asked) -> Told:
    now = gateway().now()
    at = instant(asked.at, found.zone)
    places = lines_asked(found, line)
    version = roster_history.version_at(connection, min(at, now))
    newest = roster_versions.newest(connection).roster.version
    span = Span(asked.at - AROUND, asked.at + AROUND)
    then = list(roster_versions.shifts_at(connection, version, lines=places, overlapping=span))
    busy = unavailable(connection) if abs(at - now) < timedelta(minutes=1) else {}
    plan = _plan(found, then, version, line, asked, at, busy)
    differs = False
    if version != newest:
        later = list(roster_versions.shifts_at(connection, newest, lines=places, overlapping=span))
        differs = _plan(found, later, newest, line, asked, at, busy).steps != plan.steps
    near = Span(asked.at - DAY, asked.at + DAY)
    shifts = sorted(
        (each for each in then if each.start < near.end and near.start < each.end),
        key=lambda each: (each.line != line, each.start, each.tier),
    )
    return Told(
        plan,
        roster_history.note_of(connection, version),
        tuple((name_of(found, each.line), each, each.start <= asked.at < each.end) for each in shifts),
        differs,
    )


def _plan(
    found: Site,
    shifts: Iterable[Shift],
    version: int,
    line: str,
    asked: Asked,
    at: datetime,
    busy: Mapping[str, str],
) -> Plan:
    roster = Roster.compile(shifts, found.zone, version)
    return answer(found, roster, about_line(found, line), asked.channel, at, busy)


def _known() -> list[Choice]:
    """The lines and night lines whose plan is theirs to see."""
    found = site()
    places = (*found.lines, *found.night_lines)
    return [Choice(each, name_of(found, each)) for each in places if access.knows(reach(), each)]


def _asked(given: Mapping[str, str], found: Site, known: list[Choice]) -> Asked:
    now = wall(gateway().now(), found.zone).replace(second=0, microsecond=0)
    ids = [each.id for each in known]
    line = given.get("line") if given.get("line") in ids else (ids[0] if ids else None)
    try:
        channel = Channel(given.get("channel", Channel.VOICE))
    except ValueError:
        channel = Channel.VOICE
    text = given.get("at", "")
    if not text:
        return Asked(line, channel, now)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None or day_of(at.date().isoformat()) is None:
        return Asked(line, channel, now, say("Skriv tiden som 2026-11-24 20:00."))
    return Asked(line, channel, at)
