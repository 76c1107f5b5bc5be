"""Shifts out of other calendars' files."""

from __future__ import annotations

import pytest

from gateway.rosters import feed
from gateway.rosters.calendar_file import CalendarFileError, read_calendar
from gateway.store.roster_versions import PublishedShift
from tests.gateway.rosters.example import SITE, shift

DAY = "DTSTART:20261124T070000Z\r\nDTEND:20261124T150000Z\r\n"


def file(*events: str) -> bytes:
    inside = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{text}END:VEVENT\r\n" for n, text in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//\r\n{inside}END:VCALENDAR\r\n".encode()


@pytest.mark.parametrize(
    "whose",
    [
        "SUMMARY:w1\r\n",
        "SUMMARY:Vagt 1\r\n",
        "SUMMARY:VAGT 1\r\n",
        "ATTENDEE;CN=Vagt 1:mailto:x@example.dk\r\n",
        "ORGANIZER:tel:+4520000001\r\nSUMMARY:Nat\r\n",
        "ATTENDEE:mailto:y@example.dk\r\nATTENDEE;CN=w1:mailto:x@example.dk\r\n",
    ],
)
def test_whose_it_is(whose):
    assert read_calendar(file(DAY + whose), SITE, "foenix") == (
        shift("foenix", 1, "w1", "24 08:00", "24 16:00"),
    )


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        ("DTSTART;TZID=Europe/Copenhagen:20261124T080000\r\nDTEND;TZID=Europe/Copenhagen:20261124T160000\r\n",
         "24 08:00", "24 16:00"),
        ("DTSTART:20261124T080000\r\nDTEND:20261124T160000\r\n", "24 08:00", "24 16:00"),
        ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125\r\n", "24 00:00", "25 00:00"),
        ("DTSTART:20261124T080000Z\r\nDURATION:PT8H\r\n", None, None),
    ],
)  # fmt: skip
def test_when_it_is(times, start, end):
    text = file(times + "SUMMARY:w1\r\n")
    if start is None:
        with pytest.raises(CalendarFileError, match="has no DTEND"):
            read_calendar(text, SITE, "foenix", 2)
    else:
        assert read_calendar(text, SITE, "foenix", 2) == (shift("foenix", 2, "w1", start, end),)


def test_what_the_feed_gives_out_comes_in_again_when_it_says_whose():
    made = shift("foenix", 1, "w1", "2026-10-24 23:00", "2026-10-25 07:00")
    text = feed.calendar([PublishedShift(1, made)], SITE, {"foenix": "w1"})
    assert read_calendar(text, SITE, "foenix") == (made,)


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", ["the file is no iCalendar (.ics)"]),
        (b"line,tier,worker\n", ["the file is no iCalendar (.ics)"]),
        (file(), ["the file holds no event"]),
        (file(DAY + "SUMMARY:Somebody\r\n"), ['event 1: names no worker of the site ("Somebody")']),
        (file(DAY), ['event 1: names no worker of the site ("nobody")']),
        (file("SUMMARY:w1\r\n"), ["event 1: has no DTSTART that can be read"]),
        (
            file(DAY + "RRULE:FREQ=DAILY\r\nSUMMARY:w1\r\n"),
            ["event 1: repeats; export the calendar with single events"],
        ),
        (file(DAY + "STATUS:CANCELLED\r\nSUMMARY:w1\r\n"), ["the file holds no event"]),
    ],
)  # fmt: skip
def test_files_that_can_not_be_used(content, problems):
    with pytest.raises(CalendarFileError) as error:
        read_calendar(content, SITE, "foenix")
    assert list(error.value.problems) == problems


def test_every_problem_at_once():
    backwards = "DTSTART:20261124T070000Z\r\nDTEND:20261124T060000Z\r\nSUMMARY:w1\r\n"
    good = DAY + "SUMMARY:w1\r\n"
    with pytest.raises(CalendarFileError) as error:
        read_calendar(file(good, backwards, good, DAY + "SUMMARY:w9\r\n"), SITE, "foenix")
    assert [problem.split(":")[0] for problem in error.value.problems] == ["event 2", "event 3", "event 4"]
    with pytest.raises(CalendarFileError, match='does not serve "toften"'):
        read_calendar(file(good), SITE, "toften")
