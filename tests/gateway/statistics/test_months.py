"""Rolled-up months give what the rows give, whatever is written, corrected or asked for."""

from __future__ import annotations

import random
import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gateway.statistics.counts import counts_of, persons, tallied
from gateway.statistics.months import counted, roll_up
from gateway.statistics.table import Asked
from gateway.store.kept_months import OF_REGISTRATIONS, Month, following
from gateway.store.registrations import write_facts
from gateway.store.tables import registration_facts
from tests.gateway.statistics.made_up import at_random, change, facts, register

F = registration_facts.c
LINES = ("foenix", "toften", "viborg")
FIRST = date(2026, 1, 1)


def from_rows(connection, asked):
    here = sa.and_(F.line.in_(asked.lines), F.day >= asked.first, F.day < asked.last)
    return counts_of(tallied(connection, here), persons(connection, here))


def roll_all(store, before="2027-01"):
    OF_REGISTRATIONS.add_missing(store, before)
    with store.read() as connection:
        waiting = OF_REGISTRATIONS.stale(connection, before)
    return [month for month in waiting if roll_up(store, month)]


@pytest.fixture
def filled(store):
    chance = random.Random(3)
    rows = [
        at_random(chance, chance.choice(LINES), FIRST + timedelta(days=chance.randrange(200)))
        for _ in range(400)
    ]
    with store.write() as connection:
        register(connection, *rows)
    return rows


def same(store, asked):
    with store.read() as connection:
        assert counted(connection, asked) == from_rows(connection, asked)


PERIODS = [
    (date(2026, 1, 1), date(2027, 1, 1)),
    (date(2026, 1, 31), date(2026, 5, 2)),
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 2, 2), date(2026, 3, 1)),
    (date(2026, 3, 1), date(2026, 4, 1)),
    (date(2026, 3, 15), date(2026, 3, 16)),
    (date(2025, 12, 31), date(2026, 1, 1)),
]


def test_rolled_up_or_not_in_part_or_corrected_since_the_counts_are_the_rows(store, filled):
    for first, last in PERIODS:
        same(store, Asked(first, last, LINES))
    assert len(roll_all(store)) >= 3 * 6
    for first, last in PERIODS:
        same(store, Asked(first, last, LINES))
        same(store, Asked(first, last, LINES[:1]))
    chance = random.Random(5)
    with store.write() as connection:
        for row in chance.sample(filled, 12):  # to another month and line, too
            change(
                connection,
                row,
                day=FIRST + timedelta(days=chance.randrange(200)),
                line="viborg",
                age="over_65",
            )
        register(connection, late := facts("foenix", date(2026, 2, 3)))
        write_facts(connection, late | {"sex": "man"})
    for first, last in PERIODS:
        same(store, Asked(first, last, LINES))
    assert 0 < len(roll_all(store)) < 3 * 7
    assert roll_all(store) == []
    for first, last in PERIODS:
        same(store, Asked(first, last, LINES))


def test_fresh_months_are_not_counted_again_from_rows(store, filled):
    """What is taken away behind the gateway's back shows in rows, and not in what was kept."""
    roll_all(store)
    asked = Asked(FIRST, date(2026, 2, 1), LINES)
    with store.write() as connection:
        before = counted(connection, asked)
        connection.execute(sa.delete(registration_facts))
        assert counted(connection, asked).hours == before.hours
        assert counted(connection, asked).quarters == before.quarters
        assert counted(connection, Asked(FIRST, date(2026, 1, 31), LINES)).hours.total() == 0


def test_the_month_that_runs_is_never_kept(store):
    with store.write() as connection:
        register(connection, facts("foenix", date(2026, 11, 24)))
    assert roll_all(store, before="2026-11") == []
    assert [month for _line, month in roll_all(store, before="2026-12")] == ["2026-11"]


def test_a_registration_that_is_written_while_its_month_is_counted_is_not_lost(store):
    """PostgreSQL holds the month's row; SQLite lets nobody write meanwhile."""
    month = Month("foenix", "2026-03")
    row = facts("foenix", date(2026, 3, 3))
    with store.write() as connection:
        register(connection, row)
        OF_REGISTRATIONS.mark(connection, [month])
    written, counting = threading.Event(), threading.Event()

    def correct():
        counting.wait(30)
        with store.write() as connection:
            change(connection, row, age="over_65")
        written.set()

    thread = threading.Thread(target=correct)
    thread.start()
    with store.write() as connection:
        assert OF_REGISTRATIONS.hold(connection, month)
        counting.set()
        assert not written.wait(0.3)
        OF_REGISTRATIONS.keep(connection, month, {})
    thread.join(30)
    assert written.is_set()
    with store.read() as connection:
        assert OF_REGISTRATIONS.stale(connection, "2026-04") == [month]
    same(store, Asked(date(2026, 3, 1), date(2026, 4, 1), LINES))


def test_a_person_is_one_in_each_function_and_one_in_all(store):
    here, there = facts("foenix", FIRST, person="p1"), facts("foenix", date(2026, 2, 1), person="p1")
    with store.write() as connection:
        assert persons(connection, F.line == "foenix") == {"": 0}
        register(
            connection, here, there, facts("foenix", FIRST, person="p1", function="in_house"),
            facts("foenix", FIRST, person="p2"), facts("foenix", FIRST), facts("toften", FIRST, person="p3"),
        )  # fmt: skip
        assert persons(connection, F.line == "foenix") == {"telephone": 2, "in_house": 1, "": 2}


@pytest.mark.parametrize(
    ("month", "after"), [("2026-01", "2026-02"), ("2026-12", "2027-01"), ("0999-12", "1000-01")]
)
def test_the_month_after(month, after):
    assert following(month) == after
