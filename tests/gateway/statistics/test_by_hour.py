"""Calls by hour of the day: on the wall clock, to the second, and hidden where they tell of too few."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from config.site_file import read_site
from gateway.statistics import catalogue
from gateway.statistics.by_hour import by_hour
from gateway.statistics.equations import Solved
from gateway.statistics.readers import outside
from gateway.statistics.suppression import FEWEST, equations_of
from gateway.statistics.table import SUPPRESSED, Asked, figures_of, shown
from gateway.statistics.waits import in_period, roll_up, waits, waits_in
from gateway.store.kept_months import OF_WAITS, Month
from gateway.store.tables import waiting_months
from tests.flows.databases import ready_store
from tests.flows.world import SITE
from tests.gateway.statistics.made_up import call

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
YEAR = Asked(date(2026, 1, 1), date(2027, 1, 1), ("foenix",))
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def rows(store, asked=YEAR, zone=COPENHAGEN):
    with store.read() as connection:
        table = by_hour(waits(connection, asked, zone))
    return {
        row.key: {column.key: shown(cell) for column, cell in zip(table.columns, row.cells, strict=True)}
        for row in table.rows
    }


def hour(store, at, zone=COPENHAGEN):
    """At which hour a call of this instant is counted."""
    with store.write() as connection:
        call(connection, "foenix", at, 5)
    (found,) = [key for key, row in rows(store, zone=zone).items() if row["contacts"] and key != "total"]
    return found


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("2026-11-24 11:00:00", "12-13"),
        ("2026-11-24 10:59:59.999", "11-12"),
        ("2026-11-24 22:59:59", "23-24"),
        ("2026-11-24 23:00:00", "00-01"),
        ("2026-07-24 10:00:00", "12-13"),  # summer time
        ("2026-03-29 00:59:59", "01-02"),
        ("2026-03-29 01:00:00", "03-04"),  # there is no 02:30
        ("2026-10-25 00:59:59", "02-03"),  # and here there are two
        ("2026-10-25 01:00:00", "02-03"),
        ("2026-10-25 01:59:59", "02-03"),
        ("2026-10-25 02:00:00", "03-04"),
        ("2025-12-31 23:00:00", "00-01"),
        ("2026-12-31 22:59:59", "23-24"),
    ],
)
def test_a_call_is_counted_at_the_hour_that_the_clock_showed(store, at, key):
    assert hour(store, datetime.fromisoformat(at).replace(tzinfo=UTC)) == key


@pytest.mark.parametrize(
    ("zone", "at", "key"),
    [
        ("Asia/Kolkata", "2026-06-01 06:29:59", "11-12"),  # five and a half hours ahead
        ("Asia/Kolkata", "2026-06-01 06:30:00", "12-13"),
        ("America/Nuuk", "2026-06-01 00:30:00", "23-24"),
        ("America/Nuuk", "2026-02-01 00:30:00", "22-23"),
    ],
)
def test_any_zone_will_do(store, zone, at, key):
    assert hour(store, datetime.fromisoformat(at).replace(tzinfo=UTC), ZoneInfo(zone)) == key


def test_every_hour_of_twenty_years_is_the_one_that_python_says(store):
    chance = random.Random(9)
    first = datetime(2010, 1, 1, tzinfo=UTC)
    made = [first + timedelta(minutes=chance.randrange(20 * 365 * 24 * 60)) for _ in range(400)]
    with store.write() as connection:
        for at in made:
            call(connection, "foenix", at, 5)
    found = rows(store, Asked(date(2010, 1, 1), date(2030, 1, 1), ("foenix",)))
    for number in range(24):
        expected = sum(at.astimezone(COPENHAGEN).hour == number for at in made)
        assert found[f"{number:02}-{number + 1:02}"]["contacts"] == expected
    assert found["total"]["contacts"] == 400


def test_answered_missed_and_how_long_they_waited(store):
    with store.write() as connection:
        for waited in (1, 2, 2.001, 9):
            call(connection, "foenix", NOON, waited)
        for waited in (5, 30, 30.001):
            call(connection, "foenix", NOON, waited, answered=False)
        call(connection, "foenix", NOON + timedelta(hours=1), 40)
        for channel in ("sms", "chat"):
            call(connection, "foenix", NOON, 500, channel=channel)
        call(connection, "foenix", NOON, 500, closed_because="test")
    found = rows(store)
    assert found["12-13"] == {
        "contacts": 7, "answered": 4, "answered_percent": 57, "abandoned": 3, "abandoned_percent": 43,
        "abandoned_after_30": 1, "abandoned_after_30_percent": 14, "median_wait": 2, "wait_95": 9,
    }  # fmt: skip
    assert (found["13-14"]["contacts"], found["13-14"]["median_wait"]) == (1, 40)
    assert found["11-12"] == {
        key: 0 if key in ("contacts", "answered", "abandoned", "abandoned_after_30") else None
        for key in found["11-12"]
    }
    assert (found["total"]["contacts"], found["total"]["wait_95"]) == (8, 40)


def test_its_total_is_the_telephone_of_the_answering_times(store):
    with store.write() as connection:
        for waited in (1, 31, 62):
            call(connection, "foenix", NOON, waited)
            call(connection, "foenix", NOON, waited, answered=False)
            call(connection, "foenix", NOON, waited, channel="sms")
    with store.read() as connection:
        found = catalogue.tables(connection, read_site(SITE), YEAR, ("answering", "answering-hours"))
    telephone, total = ({figure.key for figure in found[0].rows[0].cells[:2]}, found[1].rows[-1].cells)
    assert {total[0].key, total[1].key} == telephone
    assert (total[0].count, total[1].count) == (6, 3)


@pytest.mark.parametrize("more", [{}, {"hours": {"12|answered|5": 7}}])
def test_a_month_that_an_earlier_release_kept_is_counted_from_its_contacts(store, more):
    with store.write() as connection:
        call(connection, "foenix", NOON, 5)
        kept = {"line": "foenix", "month": "2026-11", "is_fresh": True}
        counted = {"waits": {"voice|answered|5": 7}} | more
        connection.execute(sa.insert(waiting_months), kept | {"counted": counted})
    assert rows(store)["12-13"]["contacts"] == 1
    with store.write() as connection:
        OF_WAITS.mark(connection, [Month("foenix", "2026-11")])
    assert roll_up(store, Month("foenix", "2026-11"), COPENHAGEN)
    with store.read() as connection:
        ((_, counted),) = OF_WAITS.fresh(connection, ["foenix"], "2026-11", "2026-12")
    assert counted["hours"] == {"12|answered|5": 1}
    assert rows(store)["12-13"]["contacts"] == 1


def test_in_months_that_autumn_and_spring_change_what_is_kept_is_what_the_contacts_say(store):
    chance = random.Random(4)
    with store.write() as connection:
        for start in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
            for _ in range(60):
                at = start + timedelta(minutes=chance.randrange(3 * 24 * 60))
                call(connection, "foenix", at, chance.choice((3, 40)), answered=chance.random() < 0.7)
    OF_WAITS.add_missing(store, "2027-01")
    for month in ("2026-03", "2026-10"):
        assert roll_up(store, Month("foenix", month), COPENHAGEN)
    with store.read() as connection:
        days = (YEAR.first, YEAR.last)
        counted = waits_in(connection, in_period(YEAR, COPENHAGEN), days, COPENHAGEN)
        assert counted.hours.total() == 120
        assert waits(connection, YEAR, COPENHAGEN) == counted


@pytest.mark.parametrize("seed", range(3))
def test_readers_from_outside_see_no_small_hour_and_cannot_work_one_out(tmp_path, seed):
    chance = random.Random(seed)
    store = ready_store(f"sqlite:///{tmp_path / f'{seed}.db'}")
    with store.write() as connection:
        for number in range(700):
            hours = chance.choice((0, 1, 2, 5)) if number > 12 else chance.choice((3, 8, 9))
            at = NOON + timedelta(hours=hours, days=-chance.randrange(20))
            call(
                connection, chance.choice(("foenix", "toften")), at, chance.choice((2, 50)),
                answered=chance.random() < 0.7, channel=chance.choice(("voice", "voice", "sms")),
            )  # fmt: skip
    asked = Asked(date(2026, 10, 1), date(2027, 1, 1), ("foenix",))
    found = outside(store, read_site(SITE), asked, names=("answering", "answering-hours"))
    store.close()
    small = {
        figure.key for table in found.tables for figure in figures_of(table) if 0 < figure.count < FEWEST
    }
    assert small
    assert small <= found.hidden
    assert not Solved(equations_of(found.tables), found.hidden).determined()
    hours = found.tables[1]
    cells = [shown(cell, found.hidden) for row in hours.rows for cell in row.cells]
    assert SUPPRESSED in cells
    assert any(isinstance(cell, int) and cell >= FEWEST for cell in cells)
