"""A worker's calendar: the engine and a calendar reader agree at every instant."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from gateway.rosters import feed, planning
from gateway.rosters.drafts_out import publish_drafts
from gateway.store.roster_versions import PublishedShift
from routing.roster import Roster, Shift
from routing.rotation import Rotation, Slot, turns
from tests.gateway.rosters.example import shift, wall
from tests.gateway.rosters.office import NOW, SITE, Office

ALL = frozenset(range(7))
NAMES = {"foenix": "Fønix"}
# Handovers in, at and around the hours that the clocks skip and repeat; weeks; nights; a rotation of two.
PATTERNS = {
    "at half past two": (Slot(ALL, 150, 1440),),
    "by the week": (Slot(frozenset({0}), 480, 7 * 1440),),
    "three shifts": (Slot(ALL, 420, 480), Slot(ALL, 900, 480), Slot(ALL, 1380, 480)),
    "nights from monday to friday": (Slot(frozenset(range(5)), 1200, 720),),
    "every quarter of the night": tuple(Slot(ALL, minute, 15) for minute in range(0, 300, 15)),
}


def rostered(name: str) -> list[Shift]:
    rotation = Rotation("foenix", 1, ("w1", "w2", "w3"), PATTERNS[name])
    return [
        Shift("foenix", 1, turn.worker, turn.start, turn.end)
        for first, until in (("2026-03-20", "2026-04-06"), ("2026-10-16", "2026-11-02"))
        for turn in turns(
            rotation, datetime.fromisoformat(first).date(), datetime.fromisoformat(until).date(), SITE.zone
        )
        if turn.worker
    ]


@pytest.mark.parametrize("name", PATTERNS)
def test_at_random_instants_it_says_who_the_engine_says(name):
    shifts = rostered(name)
    roster = Roster.compile(shifts, SITE.zone, 1)
    readers = {}
    for worker in ("w1", "w2", "w3"):
        rows = [PublishedShift(n, each) for n, each in enumerate(shifts, 1) if each.worker == worker]
        text = feed.calendar(rows, SITE, NAMES)
        readers[worker] = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
    randomly = random.Random(4)
    asked = [
        datetime(2026, month, day, tzinfo=UTC) + timedelta(seconds=randomly.randrange(14 * 86400))
        for month, day in ((3, 21), (10, 18))
        for _ in range(150)
    ]
    # And at the very handovers of the nights in which the clocks change, and a second before.
    for change in (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)):
        for minutes in range(-120, 121, 15):
            at = change + timedelta(minutes=minutes)
            asked += [at, at - timedelta(seconds=1)]
    for at in asked:
        expected = sorted(duty.worker for duty in roster.on_duty("foenix", at))
        found = sorted(worker for worker, reader in readers.items() if list(reader.at(at)))
        assert found == expected, at


def test_uid_stays_and_sequence_rises_when_a_shift_moves(store):
    office = Office(store)
    office.publish(
        shift("foenix", 1, "w1", "24 08:00", "24 16:00"), shift("vest", 2, "w3", "24 08:00", "24 16:00")
    )

    def events(worker):
        with store.read() as connection:
            text = feed.calendar_of(connection, SITE, worker, NOW)
        found = icalendar.Calendar.from_ical(text).walk("VEVENT")
        return [(str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt) for event in found]

    ((uid, sequence, start),) = events("w1")
    assert start == datetime(2026, 11, 24, 7, tzinfo=UTC)
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w1"), start=wall("24 09:00"))
        assert events("w1") == [(uid, sequence, start)]  # a draft shows nowhere
        publish_drafts(edit, "foenix", confirm_gaps=True)
    ((same, higher, moved),) = events("w1")
    assert (same, moved) == (uid, datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert higher > sequence
    with office.edit() as edit:
        planning.change(edit, "foenix", office.key("w1"), worker="w2")
        publish_drafts(edit, "foenix", confirm_gaps=True)
    assert events("w1") == []
    assert [event[0] for event in events("w2")] == [uid]


def test_a_calendar_says_nothing_but_where_and_when(store):
    office = Office(store)
    office.publish(shift("vest", 2, "w3", "24 08:00", "24 16:00"))
    with store.read() as connection:
        text = feed.calendar_of(connection, SITE, "w3", NOW).decode()
    assert "SUMMARY:Natlinjen Vest (2)" in text
    assert "+45" not in text
    assert "Vagt 3" not in text
    assert "TZID" not in text


def test_who_is_on_duty_is_busy_in_every_calendar(store):
    """Whoever looks for a free hour in a shared calendar finds none in a shift."""
    office = Office(store)
    office.publish(
        shift("foenix", 1, "w1", "24 08:00", "24 16:00"), shift("foenix", 2, "w1", "25 08:00", "25 16:00")
    )
    with store.read() as connection:
        text = feed.calendar_of(connection, SITE, "w1", NOW)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 2
    for event in events:
        assert str(event["TRANSP"]) == "OPAQUE"
        assert str(event["X-MICROSOFT-CDO-BUSYSTATUS"]) == "BUSY"


def test_a_shift_that_the_clocks_skip_is_no_event():
    skipped = PublishedShift(1, shift("foenix", 1, "w1", "2026-03-29 02:10", "2026-03-29 02:40"))
    assert b"VEVENT" not in feed.calendar([skipped], SITE, NAMES)
