"""Rolled-up months of waiting give what the contacts give, whatever ends, is closed or comes late."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from gateway.contacts.closing import ClosingReason, close
from gateway.statistics.table import Asked
from gateway.statistics.waits import in_period, roll_up, waits, waits_in
from gateway.store import contacts as rows
from gateway.store.kept_months import OF_WAITS, Month
from gateway.store.tables import contacts
from tests.gateway.statistics.made_up import call

ZONE = ZoneInfo("Europe/Copenhagen")
LINES = ("foenix", "toften", "viborg")
NEW_YEAR = datetime(2025, 12, 31, 23, tzinfo=UTC)  # in Denmark
MARCH = Month("foenix", "2026-03")
IN_MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PERIODS = [
    (date(2026, 1, 1), date(2027, 1, 1)),
    (date(2026, 1, 31), date(2026, 5, 2)),
    (date(2026, 2, 2), date(2026, 3, 1)),
    (date(2026, 3, 1), date(2026, 4, 1)),
    (date(2026, 3, 15), date(2026, 3, 16)),
    (date(2025, 12, 31), date(2026, 1, 1)),
]


def roll_all(store, before="2027-01"):
    OF_WAITS.add_missing(store, before)
    with store.read() as connection:
        waiting = OF_WAITS.stale(connection, before)
    return [month for month in waiting if roll_up(store, month, ZONE)]


def same(store, *lines):
    with store.read() as connection:
        for first, last in PERIODS:
            asked = Asked(first, last, lines or LINES)
            rows = waits_in(connection, in_period(asked, ZONE), (first, last), ZONE)
            assert waits(connection, asked, ZONE) == rows


def march(store):
    with store.read() as connection:
        return waits(connection, Asked(date(2026, 3, 1), date(2026, 4, 1), ("foenix",)), ZONE).total()


def stale(store):
    with store.read() as connection:
        return OF_WAITS.stale(connection, "2027-01")


def add(store, since=IN_MARCH, line="foenix", **changed):
    """A contact that is over; its id."""
    with store.write() as connection:
        call(connection, line, since, 5, **changed)
        newest = sa.select(contacts.c.id).where(contacts.c.waiting_since == since, contacts.c.line == line)
        return connection.execute(newest).scalars().first()


def change(store, contact, **values):
    with store.write() as connection:
        found = rows.lock_contact(connection, contact)
        rows.change_contact(connection, found, **values)


@pytest.fixture
def filled(store):
    chance = random.Random(3)
    with store.write() as connection:
        for _ in range(300):
            since = NEW_YEAR + timedelta(hours=chance.randrange(200 * 24))
            call(
                connection, chance.choice(LINES), since, chance.choice((0, 3, 20, 20.001, 71)),
                answered=chance.random() < 0.8, channel=chance.choice(("voice", "sms", "chat")),
            )  # fmt: skip
        return connection.execute(sa.select(contacts.c.id)).scalars().all()


def test_rolled_up_or_not_in_part_or_changed_since_the_waits_are_those_of_the_contacts(store, filled):
    same(store)
    assert len(roll_all(store)) >= 3 * 6
    same(store)
    same(store, "foenix")
    chance = random.Random(5)
    with store.write() as connection:
        for each in chance.sample(filled, 12):
            found = rows.lock_contact(connection, each)
            if chance.random() < 0.5:
                close(connection, found, ClosingReason.TEST, "bodil", NOW)
            else:
                rows.change_contact(connection, found, line="viborg", answered_at=found.ended_at)
    same(store)
    assert 0 < len(roll_all(store)) < 3 * 7
    assert roll_all(store) == []
    same(store)


def test_fresh_months_are_not_counted_again_from_contacts(store, filled):
    """What is taken away behind the gateway's back shows in rows, and not in what was kept."""
    roll_all(store)
    asked = Asked(date(2026, 1, 1), date(2026, 2, 1), LINES)
    with store.write() as connection:
        before = waits(connection, asked, ZONE)
        connection.execute(sa.delete(contacts))
        assert waits(connection, asked, ZONE) == before
        assert before.total() > 20
        assert waits(connection, replace(asked, last=date(2026, 1, 31)), ZONE).total() == 0


def test_a_month_begins_at_midnight_on_the_wall_clock(store):
    midnight = datetime(2026, 2, 28, 23, tzinfo=UTC)
    add(store, midnight)
    add(store, midnight - timedelta(seconds=1))
    add(store, datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC))  # summer time
    add(store, datetime(2026, 3, 31, 22, tzinfo=UTC))
    assert march(store) == 2
    assert MARCH in roll_all(store)
    assert march(store) == 2
    same(store)


@pytest.mark.parametrize("line", ["foenix", None])
@pytest.mark.parametrize("state", ["waiting", "offered", "answered", "call_back"])
def test_no_month_is_kept_before_the_last_of_its_contacts_is_over(store, state, line):
    """``line``: of a caller who has not said yet where they are it is not known."""
    add(store)
    with store.write() as connection:
        call(connection, line, IN_MARCH + timedelta(hours=1), 5, state=state, answered_at=None, ended_at=None)
        still = connection.execute(sa.select(contacts.c.id).where(contacts.c.state == state)).scalar_one()
    assert MARCH not in roll_all(store)
    assert (march(store), MARCH in stale(store)) == (1, True)
    change(store, still, state="abandoned", line="foenix", ended_at=IN_MARCH + timedelta(hours=2))
    assert march(store) == 2
    assert MARCH in roll_all(store)
    assert march(store) == 2


def test_a_contact_that_is_open_in_another_line_or_month_is_in_nobodys_way(store):
    add(store)
    add(store, line="toften", state="answered", ended_at=None)
    add(store, since=IN_MARCH + timedelta(days=30), state="answered", ended_at=None)
    assert MARCH in roll_all(store)


def test_closed_as_a_test_it_is_counted_no_more_and_taken_back_again(store):
    add(store)
    contact = add(store, IN_MARCH + timedelta(hours=1))
    roll_all(store)
    with store.write() as connection:
        close(connection, rows.lock_contact(connection, contact), ClosingReason.TEST, "bodil", NOW)
    assert march(store) == 1
    assert roll_all(store) == [MARCH]
    assert march(store) == 1
    change(store, contact, closed_because=None)
    assert march(store) == 2


def test_a_registration_counts_nothing_anew(store):
    contact = add(store)
    roll_all(store)
    change(store, contact, state="registered")
    assert stale(store) == []


@pytest.mark.parametrize(("provisional", "counted_anew"), [(True, True), (False, False)])
def test_a_call_that_is_written_down_long_after_it_came(store, provisional, counted_anew):
    """While SQL was gone, calls were noted on disk. Any other that begins, begins now, in no month kept."""
    contact = add(store)
    roll_all(store)
    with store.write() as connection:
        found = rows.find_contact(connection, contact)
        late = replace(
            found, id="late", carrier_key="CAlate", state="waiting", provisional=provisional,
            answered_at=None, ended_at=None,
        )  # fmt: skip
        assert rows.insert_contact(connection, late)
        assert not rows.insert_contact(connection, late)
    assert (MARCH in stale(store)) is counted_anew


def test_a_contact_that_goes_to_another_line_before_it_is_over_is_not_missed_there(store):
    add(store, line="toften")
    contact = add(store, state="answered", ended_at=None)
    roll_all(store)
    change(store, contact, line="toften")
    change(store, contact, state="ended", ended_at=NOW)
    same(store)
    same(store, "toften")


def test_a_contact_that_is_closed_while_its_month_is_counted_is_not_missed(store):
    """PostgreSQL holds the month's row; SQLite lets nobody write meanwhile."""
    contact = add(store)
    roll_all(store)
    with store.write() as connection:
        OF_WAITS.mark(connection, [MARCH])
    closed, counting = threading.Event(), threading.Event()

    def closes():
        counting.wait(30)
        change(store, contact, closed_because="test")
        closed.set()

    thread = threading.Thread(target=closes)
    thread.start()
    with store.write() as connection:
        assert OF_WAITS.hold(connection, MARCH)
        counting.set()
        assert not closed.wait(0.3)
        counted = {"waits": {"voice|answered|5": 1}, "hours": {"13|answered|5": 1}, "first_words": {}}
        OF_WAITS.keep(connection, MARCH, counted)
    thread.join(30)
    assert closed.is_set()
    assert march(store) == 0
    assert MARCH in stale(store)
