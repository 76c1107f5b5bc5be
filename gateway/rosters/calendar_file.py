"""Shifts out of an iCalendar file, as another calendar exports it.

Each event becomes a shift on the line that whoever imports it names. Whose it is stands in the event: a
worker's id, name or mobile in its attendee, its organizer or its summary. Events that repeat are refused:
export them as single ones, for what a rule means over a change of the clock differs between calendars.
Either the whole file is good, or nothing of it is taken and every problem is told at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from icalendar import Calendar
from icalendar.cal import Component

from config.phone_numbers import e164
from config.site import Site, Worker
from gateway.rosters import duties
from gateway.rosters.duties import Wanted, WantedError
from routing.roster import Shift
from routing.wall_clock import wall

MOST_EVENTS = 20_000
_REPEATING = ("RRULE", "RDATE", "RECURRENCE-ID")


class CalendarFileError(Exception):
    """A calendar that can't be used. ``problems``: all of them, in the order of the file."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_calendar(content: bytes, site: Site, line: str, tier: int = 1) -> tuple[Shift, ...]:
    """The shifts of a file, by their start. Cancelled events are passed over. Raises CalendarFileError.

    Times with an offset or a time zone are what the site's clocks show at that instant; times without are
    the site's own; a whole day is from midnight to midnight.
    """
    try:
        calendar = Calendar.from_ical(content)
        events = calendar.walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise CalendarFileError(["the file is no iCalendar (.ics)"]) from error
    if len(events) > MOST_EVENTS:
        raise CalendarFileError([f"the file holds {len(events)} events; at most {MOST_EVENTS} at once"])
    problems: list[str] = []
    found: list[Shift] = []
    named = _names(site)
    for number, event in enumerate(events, 1):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            found.append(_shift(event, site, named, line, tier, found))
        except WantedError as error:
            problems += [f"event {number}: {words}" for words in error.problems.values()]
    if not problems and not found:
        problems.append("the file holds no event")
    if problems:
        raise CalendarFileError(problems)
    return tuple(sorted(found, key=lambda shift: (shift.start, shift.worker)))


def _shift(
    event: Component, site: Site, named: dict[str, Worker], line: str, tier: int, others: Iterable[Shift]
) -> Shift:
    if any(name in event for name in _REPEATING):
        raise WantedError({"": "repeats; export the calendar with single events"})
    start, end = _wall(event, "DTSTART", site), _wall(event, "DTEND", site)
    worker = _worker(event, named)
    wanted = Wanted(line, tier, worker.id, start, end)
    duties.check(site, wanted, (other for other in others if other.worker == worker.id))
    return wanted.as_shift()


def _wall(event: Component, name: str, site: Site) -> datetime:
    try:
        value = event.decoded(name)
    except (KeyError, ValueError) as error:
        raise WantedError({name: f"has no {name} that can be read"}) from error
    if isinstance(value, datetime):
        at = value if value.tzinfo is None else wall(value, site.zone)
        return at.replace(second=0, microsecond=0)
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise WantedError({name: f"has no {name} that can be read"})


def _names(site: Site) -> dict[str, Worker]:
    """Workers by id, mobile, and by name where only one has it."""
    found: dict[str, Worker] = {}
    names = [worker.name.casefold() for worker in site.workers.values()]
    for worker in site.workers.values():
        if names.count(worker.name.casefold()) == 1:
            found[worker.name.casefold()] = worker
    for worker in site.workers.values():
        found[worker.mobile] = worker
        found[worker.id.casefold()] = worker
    return found


def _worker(event: Component, named: dict[str, Worker]) -> Worker:
    said: list[str] = []
    for name in ("ATTENDEE", "ORGANIZER", "SUMMARY"):
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            common = getattr(value, "params", {}).get("CN") if name != "SUMMARY" else None
            said += [str(each).strip() for each in (common, value) if each]
    for text in said:
        plain = text.removeprefix("mailto:").removeprefix("tel:")
        worker = named.get(plain.casefold()) or named.get(e164(plain) or "")
        if worker is not None:
            return worker
    told = next((text for text in said if "@" not in text), "nobody")
    raise WantedError({"worker": f'names no worker of the site ("{told[:60]}")'})
