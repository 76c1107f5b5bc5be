"""One line's roster as an iCalendar, and who is on duty by asking `recurring-ical-events`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from routing.roster import Shift

TEXT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Akutlinjen//benchmark//EN\r\n{events}END:VCALENDAR\r\n"
EVENT = (
    "BEGIN:VEVENT\r\nUID:{number}@akutlinjen\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\n"
    "SUMMARY:{worker}\r\nPRIORITY:{tier}\r\nEND:VEVENT\r\n"
)


class RosterCalendar:
    """Parsed once, so that only the questions are timed.

    Its times are in UTC. With DTSTART;TZID the library gives a night shift over the autumn change the length
    of any other night, and has nobody on duty in its last hour (seen with 3.8.2). None of the shifts begins
    or ends in an hour that is skipped or repeated, so that the time zone alone says what they are in UTC.
    """

    def __init__(self, shifts: Iterable[Shift], zone: ZoneInfo) -> None:
        events = "".join(
            EVENT.format(
                number=number,
                start=shift.start.replace(tzinfo=zone).astimezone(UTC),
                end=shift.end.replace(tzinfo=zone).astimezone(UTC),
                worker=shift.worker,
                tier=shift.tier,
            )
            for number, shift in enumerate(shifts)
        )
        self._query = recurring_ical_events.of(icalendar.Calendar.from_ical(TEXT.format(events=events)))

    def on_duty(self, at: datetime) -> list[tuple[int, str]]:
        """Tier and worker, sorted."""
        return sorted((int(event["PRIORITY"]), str(event["SUMMARY"])) for event in self._query.at(at))
