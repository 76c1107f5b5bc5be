"""Times and stretches of a plan as people say them: always what the clocks of the site show."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.pages.words import DANISH
from gateway.rosters.month_plan import WEEKDAYS
from gateway.store.open_shifts import OpenShift
from routing.wall_clock import wall

_WORKER = re.compile(r"\b(?P<worker>[A-Za-z0-9][A-Za-z0-9_-]{0,39})(?=, tier )")
MIDNIGHT_24 = timedelta(days=1)


def clock(at: datetime) -> str:
    """On the wall, as a machine reads it: "2026-11-24T20:00". Never an instant."""
    return at.strftime("%Y-%m-%dT%H:%M")


def time_said(at: datetime, language: str) -> str:
    return f"{at:%H.%M}" if language == DANISH else f"{at:%H:%M}"


def day_said(at: datetime, language: str) -> str:
    return f"{WEEKDAYS[language][at.weekday()]} {at.day}/{at.month}"


def stretch_said(start: datetime, end: datetime, language: str) -> str:
    """ "tir 24/11 20.00–08.00" or, over more than a night, "tir 24/11 20.00 – tor 26/11 08.00"."""
    begins = f"{day_said(start, language)} {time_said(start, language)}"
    if end - start > MIDNIGHT_24:
        return f"{begins} – {day_said(end, language)} {time_said(end, language)}"
    return f"{begins}–{time_said(end, language)}"


def hours_said(time: timedelta, language: str) -> str:
    """ "8", "10,5": hours with at most one decimal."""
    hours = f"{time.total_seconds() / 3600:.1f}".removesuffix(".0")
    return hours.replace(".", ",") if language == DANISH else hours


def gap_said(site: Site, place: str, starts: datetime, ends: datetime, language: str) -> str:
    """``starts`` and ``ends``: instants."""
    times = stretch_said(wall(starts, site.zone), wall(ends, site.zone), language)
    return f"{name_of(site, place)}: {times}"


def open_said(site: Site, shift: OpenShift, language: str) -> str:
    """An open shift with its place, and its tier where that is not the first."""
    times = f"{name_of(site, shift.line)}: {stretch_said(shift.start, shift.end, language)}"
    if shift.tier == 1:
        return times
    return f"{times}, {'trin' if language == DANISH else 'tier'} {shift.tier}"


def changed(site: Site, what: str) -> str:
    """What a change was, as it was noted, with the worker's name for the id."""
    return _WORKER.sub(lambda found: worker_name(site, found["worker"]), what)
