"""Waiting and answering, on both sides of 20, 30 and 60 seconds, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.statistics.answering import answering, percentile
from gateway.statistics.table import Asked, shown
from gateway.statistics.waits import waits
from tests.gateway.statistics.made_up import call

ZONE = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
DAY = Asked(date(2026, 11, 24), date(2026, 11, 25), ("foenix",))


def row(store, asked=DAY, key="total"):
    with store.read() as connection:
        table = answering(waits(connection, asked, ZONE))
    (found,) = [row for row in table.rows if row.key == key]
    return {column.key: shown(cell) for column, cell in zip(table.columns, found.cells, strict=True)}


@pytest.mark.parametrize(
    ("waited", "within"),
    [
        (20, (1, 1, 1)),
        (20.001, (0, 1, 1)),
        (30, (0, 1, 1)),
        (30.001, (0, 0, 1)),
        (60, (0, 0, 1)),
        (60.001, (0, 0, 0)),
    ],
)
def test_within_so_many_seconds_to_the_millisecond(store, waited, within):
    with store.write() as connection:
        call(connection, "foenix", NOON, waited)
    found = row(store)
    assert tuple(found[f"within_{limit}"] for limit in (20, 30, 60)) == within
    assert found["median_wait"] == -(-waited // 1)


def test_abandoned_as_it_is_and_after_thirty_seconds(store):
    with store.write() as connection:
        for waited in (2, 30, 30.001, 200):
            call(connection, "foenix", NOON, waited, answered=False)
        call(connection, "foenix", NOON, 1)
    found = row(store)
    assert (found["contacts"], found["answered"]) == (5, 1)
    assert (found["abandoned"], found["abandoned_percent"]) == (4, 80)
    assert (found["abandoned_after_30"], found["abandoned_after_30_percent"]) == (2, 40)


def test_only_what_is_over_of_the_line_and_the_day_and_no_test(store):
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)  # in Denmark
    with store.write() as connection:
        call(connection, "foenix", midnight, 5)
        call(connection, "foenix", midnight - timedelta(seconds=1), 5)
        call(connection, "foenix", midnight + timedelta(days=1), 5)
        call(connection, "toften", NOON, 5)
        call(connection, "foenix", NOON, 5, closed_because="test")
        call(connection, "foenix", NOON, 5, closed_because="silent")
        call(connection, "foenix", NOON, 5, state="answered", ended_at=None)
        call(connection, "foenix", NOON, 5, channel="chat")
    assert row(store)["contacts"] == 3
    assert row(store, key="chat")["contacts"] == 1


def test_percentiles_are_whole_seconds_that_somebody_waited():
    assert percentile(Counter({1: 1, 2: 1, 9: 2}), 0.5) == 2
    assert percentile(Counter(range(1, 101)), 0.95) == 95
    assert percentile(Counter(), 0.5) is None
