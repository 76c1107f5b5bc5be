"""Who would be rung for a contact, and why: the question that the command and the API ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.phone_numbers import e164
from config.site import Channel, Site
from config.spelling import did_you_mean
from gateway.rosters.loading import roster_around
from gateway.rosters.numbers import own_numbers
from gateway.store.contacts import unavailable
from gateway.store.engine import Store
from routing.destination import called
from routing.plan import Plan, Question, plan
from routing.roster import Roster
from routing.wall_clock import instant

# Beyond, a time is a slip of the finger, and calendars come to an end.
FIRST_YEAR, LAST_YEAR = 2000, 2199
_POSTCODE = re.compile(r"[0-9]{4}")


class InquiryError(ValueError):
    """What was asked can't be answered. The message says what to ask instead."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A line or night line, the citizen's municipality as far as it is known, and what to say beside it."""

    line: str
    municipality: str | None = None
    partner: bool = False
    notes: tuple[str, ...] = ()


def about_line(site: Site, line: str) -> Inquiry:
    """``line``: the id of a line or a night line. Raises InquiryError for any other."""
    if line in site.lines or line in site.night_lines:
        return Inquiry(line)
    known = [*site.lines, *site.night_lines]
    near = did_you_mean(line, known) or f"; known are {', '.join(known)}"
    raise InquiryError(f'line "{line}" is not in the site{near}')


def about_phone(site: Site, phone: str, postcode: str | None = None) -> Inquiry:
    """``phone``: a number that citizens or partners call, as people write it; ``postcode``: what is keyed in.

    Raises InquiryError for a number that is not the site's.
    """
    number = e164(phone)
    destination = called(site, number or phone, postcode)
    if number is None or not destination.known:
        raise InquiryError(f'nobody answers "{phone}" here; known are {", ".join(own_numbers(site))}')
    shared = any(number == each.phone for each in site.shared_numbers)
    notes: list[str] = []
    if not shared and postcode is not None:
        notes.append(f"{number} asks for no postcode; {postcode} has no say")
    elif destination.line is None and postcode is not None:
        notes.append(_why_fallback(site, postcode, destination.municipality, destination.night_line or ""))
    line = destination.line or destination.night_line or ""
    return Inquiry(line, destination.municipality, destination.partner, tuple(notes))


def lines_asked(site: Site, line: str) -> set[str]:
    """The line itself and its night line: those whose shifts ring for it."""
    asked = site.lines.get(line)
    return {line} if asked is None or asked.night_line is None else {line, asked.night_line}


def answer(
    site: Site,
    roster: Roster,
    inquiry: Inquiry,
    channel: Channel,
    at: datetime,
    busy: Mapping[str, str] | None = None,
) -> Plan:
    """The plan. ``busy``: who can't take it and why, which is only known of now."""
    question = Question(
        inquiry.line,
        channel,
        at,
        municipality=inquiry.municipality,
        partner=inquiry.partner,
        unavailable=busy or {},
    )
    return plan(site, roster, question)


def answer_from_sql(
    store: Store, site: Site, inquiry: Inquiry, channel: Channel, at: datetime, *, is_now: bool
) -> Plan:
    """The plan by the published roster, read for this one question. ``is_now``: who is busy is skipped.

    Raises StoreUnavailableError.
    """
    roster = roster_around(store, site, lines_asked(site, inquiry.line), at, at)
    busy: Mapping[str, str] = {}
    if is_now:
        with store.read() as connection:
            busy = unavailable(connection)
    return answer(site, roster, inquiry, channel, at, busy)


def parse_at(text: str, zone: ZoneInfo) -> datetime:
    """An instant as ISO 8601; without an offset it is what the site's clocks show. Raises InquiryError."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        words = "is no time; write it as 2026-11-22T23:30, or with an offset, as 2026-11-22T23:30+01:00"
        raise InquiryError(f'"{text}" {words}') from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InquiryError(f'"{text}" lies outside of the years {FIRST_YEAR} to {LAST_YEAR}')
    return instant(at, zone) if at.tzinfo is None else at


def _why_fallback(site: Site, postcode: str, municipality: str | None, night_line: str) -> str:
    if not _POSTCODE.fullmatch(postcode):
        why = f'"{postcode}" is no postcode of four digits'
    elif municipality is None:
        why = f"postcode {postcode} is in none of the site's municipalities"
    else:
        name = site.municipalities[municipality].name
        why = f"postcode {postcode} is in {name}, which no line of this number serves"
    return f"{why}; {night_line} answers"
