"""The first word of a worker in chat and SMS, on both sides of 60 seconds, on both databases."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.site_file import read_site
from gateway.pages.statistics.pictures import pictures_of
from gateway.statistics.equations import Solved
from gateway.statistics.first_word import first_word
from gateway.statistics.readers import outside
from gateway.statistics.suppression import FEWEST, equations_of
from gateway.statistics.table import SUPPRESSED, Asked, figures_of, shown
from gateway.statistics.waits import in_period, roll_up, waits, waits_in
from gateway.store.kept_months import OF_WAITS, Month
from tests.flows.databases import ready_store
from tests.flows.world import SITE
from tests.gateway.statistics.made_up import call

ZONE = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
YEAR = Asked(date(2026, 1, 1), date(2027, 1, 1), ("foenix",))


def written(connection, word, channel="chat", since=NOON, **changed):
    at = None if word is None else since + timedelta(seconds=word)
    call(connection, changed.pop("line", "foenix"), since, 5, channel=channel, first_word_at=at, **changed)


def row(store, key="total"):
    with store.read() as connection:
        table = first_word(waits(connection, YEAR, ZONE))
    (found,) = [row for row in table.rows if row.key == key]
    return {column.key: shown(cell) for column, cell in zip(table.columns, found.cells, strict=True)}


@pytest.mark.parametrize(("word", "within"), [(0, 1), (60, 1), (60.001, 0), (3600, 0)])
@pytest.mark.parametrize("channel", ["chat", "sms"])
def test_within_sixty_seconds_to_the_millisecond(store, word, within, channel):
    with store.write() as connection:
        written(connection, word, channel)
    found = row(store, channel)
    assert (found["first_word"], found["within_60"], found["within_60_percent"]) == (1, within, 100 * within)
    assert found["median_wait"] == -(-word // 1)


def test_who_had_no_word_is_among_all_that_came_and_in_no_time(store):
    with store.write() as connection:
        for word in (10, 20, 90):
            written(connection, word)
        written(connection, None)
        written(connection, None, answered=False)
        written(connection, 30, "sms")
        written(connection, 1, closed_because="test")
        written(connection, 1, state="answered", ended_at=None)
        call(connection, "foenix", NOON, 5)
    assert row(store, "chat") == {
        "contacts": 5, "first_word": 3, "within_60": 2, "within_60_percent": 40, "no_word": 2,
        "median_wait": 20, "wait_95": 90,
    }  # fmt: skip
    assert row(store) == {
        "contacts": 6, "first_word": 4, "within_60": 3, "within_60_percent": 50, "no_word": 2,
        "median_wait": 20, "wait_95": 90,
    }  # fmt: skip


def test_what_is_kept_of_a_month_is_what_its_contacts_say(store):
    chance = random.Random(6)
    with store.write() as connection:
        for _ in range(80):
            since = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(hours=chance.randrange(600))
            word = chance.choice((None, 0.5, 60, 61, 400))
            written(connection, word, chance.choice(("sms", "chat", "voice")), since)
    OF_WAITS.add_missing(store, "2027-01")
    assert roll_up(store, Month("foenix", "2026-03"), ZONE)
    with store.read() as connection:
        rows = waits_in(connection, in_period(YEAR, ZONE), (YEAR.first, YEAR.last), ZONE)
        assert rows.first_words.total() > 30
        assert waits(connection, YEAR, ZONE) == rows


def test_the_picture_has_the_aim(store):
    with store.write() as connection:
        written(connection, 10)
    with store.read() as connection:
        table = first_word(waits(connection, YEAR, ZONE))
    cells = [[shown(cell) for cell in row.cells] for row in table.rows]
    (picture,) = pictures_of(table, cells, "da")
    assert picture.describes == "Målet er mindst 90 %. Stregen viser det."
    assert [label.text for label in picture.labels] == [
        "Sms",
        "–",
        "Chat",
        "100\u00a0%",
        "I alt",
        "100\u00a0%",
    ]


def test_readers_from_outside_see_no_small_figure_and_cannot_work_one_out(tmp_path):
    chance = random.Random(8)
    store = ready_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        for number in range(200):
            word = chance.choice((5, 30)) if number > 5 else chance.choice((None, 90))
            line = chance.choice(("foenix", "toften"))
            written(connection, word, chance.choice(("sms", "chat")), line=line)
    asked = Asked(date(2026, 10, 1), date(2027, 1, 1), ("foenix",))
    found = outside(store, read_site(SITE), asked, names=("answering", "first-word"))
    store.close()
    small = {figure.key for each in found.tables for figure in figures_of(each) if 0 < figure.count < FEWEST}
    assert small
    assert small <= found.hidden
    assert not Solved(equations_of(found.tables), found.hidden).determined()
    cells = [shown(cell, found.hidden) for row in found.tables[1].rows for cell in row.cells]
    assert SUPPRESSED in cells
    assert any(isinstance(cell, int) and cell >= FEWEST for cell in cells)
