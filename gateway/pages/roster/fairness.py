"""How the load is spread: hours, nights, weekends and holidays of each worker, as a table and a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR
from gateway.pages.duty import worker_name
from gateway.pages.frame import blueprint, language, say
from gateway.pages.roster.desk import at_midnight, gateway, lines, planned_line, roster_page, site, today
from gateway.pages.roster.period import day_of
from gateway.pages.roster.picture import Column, picture
from gateway.store import roster_versions
from gateway.store.roster_versions import Span
from routing.fairness import Load, loads
from routing.wall_clock import instant

LONGEST = timedelta(days=400)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Both days are in it. ``faults``: what is wrong, by field."""

    first: date
    last: date
    faults: Mapping[str, str]


@blueprint.get("/roster/fairness")
@protected_by(COORDINATOR)
def fairness() -> Response:
    """Of one line, or of all that somebody plans; three months where no period is asked for."""
    line = request.args.get("line") or None
    places = [planned_line(line)] if line else [each.id for each in lines()]
    asked = _asked(request.args)
    found = [] if asked.faults else _loads(places, asked)
    rows = sorted(((worker_name(site(), each.worker), each) for each in found), key=lambda row: -row[1].time)
    return roster_page(
        "fairness.html",
        "fairness",
        line,
        400 if asked.faults else 200,
        asked=asked,
        rows=rows,
        hours=_hours,
        picture=picture([name for name, _load in rows], _columns([load for _name, load in rows]), _number),
    )


def _loads(places: list[str], asked: Asked) -> list[Load]:
    span = Span(at_midnight(asked.first), at_midnight(asked.last + ONE_DAY))
    zone = site().zone
    with gateway().store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        shifts = list(roster_versions.shifts_at(connection, version, lines=places, overlapping=span))
    return loads(shifts, zone, instant(span.start, zone), instant(span.end, zone))


def _columns(found: list[Load]) -> list[Column]:
    return [
        Column(say("Timer"), [each.time.total_seconds() / 3600 for each in found]),
        Column(say("Nætter"), [each.nights for each in found]),
        Column(say("Weekender"), [each.weekends for each in found]),
        Column(say("Helligdage"), [each.holidays for each in found]),
    ]


def _asked(given: Mapping[str, str]) -> Asked:
    faults: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in ("from", "to"):
        if given.get(name):
            day = day_of(given[name])
            if day is None:
                faults[name] = say("Skriv datoen som 2026-11-24.")
            else:
                days[name] = day
    first = days.get("from", today().replace(day=1))
    last = days.get("to", first + timedelta(days=90))
    if not faults and last < first:
        faults["to"] = say("Den sidste dag ligger før den første.")
    if not faults and last - first >= LONGEST:
        faults["to"] = say("Højst {days} dage ad gangen.", days=LONGEST.days)
    return Asked(first, last, faults)


def _hours(spent: timedelta) -> str:
    return _number(spent.total_seconds() / 3600)


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language() == "da" else text
