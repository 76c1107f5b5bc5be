"""Whom an import tells of it: workers whose shifts change, as they wish; nobody for whom nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.rosters.notices import TOLD_AHEAD
from gateway.store import worker_notices
from gateway.store.tables import outbox
from gateway.store.worker_notices import Notices
from tests.gateway.rosters.example import shift
from tests.gateway.rosters.office import NOW, Office

CHANGED = "sms_roster_changed"
ALWAYS = shift("foenix", 1, "w3", "22 00:00", "2026-12-20 00:00")
W1 = shift("foenix", 1, "w1", "24 08:00", "24 16:00")
W2 = shift("foenix", 1, "w2", "24 16:00", "24 23:00")


@pytest.fixture
def office(store):
    office = Office(store)
    office.publish(ALWAYS, W1, W2)
    return office


def due(office):
    with office.store.read() as connection:
        return [row.due_at for row in connection.execute(sa.select(outbox))]


@pytest.mark.parametrize(
    ("shifts", "told"),
    [
        ((ALWAYS, W1, W2), []),
        ((ALWAYS, W2, W1), []),  # in another order: rows begin anew, and nothing changes for anybody
        ((W1, ALWAYS, W2), []),
        ((ALWAYS, W1), ["w2"]),
        ((ALWAYS, W1, shift("foenix", 1, "w2", "24 16:00", "24 22:59")), ["w2"]),
        ((ALWAYS, W1, shift("foenix", 2, "w2", "24 16:00", "24 23:00")), ["w2"]),
        ((ALWAYS, shift("foenix", 1, "w2", "24 08:00", "24 23:00")), ["w1", "w2"]),
        ((ALWAYS, W1, W2, shift("vest", 1, "w1", "25 23:00", "26 07:00")), ["w1"]),
    ],
)
def test_whose_shifts_change(office, shifts, told):
    office.brings(*shifts)
    assert office.told() == [(worker, CHANGED) for worker in told]


def test_the_same_file_again_tells_nobody(office):
    office.brings(ALWAYS, W1)
    office.brings(ALWAYS, W1)
    assert office.told() == [("w2", CHANGED)]


def test_many_changes_are_one_message(office):
    days = [shift("foenix", 1, "w2", f"{day} 08:00", f"{day} 16:00") for day in range(24, 30)]
    office.brings(ALWAYS, W1, *days)
    assert office.told() == [("w2", CHANGED)]


def test_whoever_brings_the_file_knows(office):
    office.brings(ALWAYS, by="w1")
    assert office.told() == [("w2", CHANGED)]


def test_who_does_not_want_to_be_told_is_not(office):
    with office.store.write() as connection:
        worker_notices.save(connection, "w2", Notices(changes=False))
    office.brings(ALWAYS)
    assert office.told() == [("w1", CHANGED)]


def test_what_is_over_or_far_ahead_is_not_told(office):
    office.now = NOW.replace(day=24, hour=22)  # w2's has ended, this very minute
    office.brings(ALWAYS)
    assert office.told() == []
    office.now = NOW
    ahead = (NOW + TOLD_AHEAD + timedelta(hours=1)).replace(tzinfo=None)  # the same instant on the wall
    for minutes, told in ((1, []), (0, [("w1", CHANGED)])):
        start = ahead + timedelta(minutes=minutes)
        office.brings(
            shift(
                "toften", 1, "w1", f"{start:%Y-%m-%d %H:%M}", f"{start + timedelta(hours=1):%Y-%m-%d %H:%M}"
            )
        )
        assert office.told() == told


def test_quiet_hours_are_kept_but_for_what_begins_soon(office):
    office.now = NOW.replace(day=22, hour=23)  # midnight on the wall
    office.brings(ALWAYS, W2)
    (later,) = due(office)
    assert later > office.now
    assert (later - office.now) <= timedelta(hours=12)
    office.now = NOW.replace(day=24, hour=3)  # 04:00; w2 begins at 16:00
    office.brings(ALWAYS)
    assert sorted(due(office)) == [later, office.now]


def test_a_file_that_leaves_a_gap_within_a_week_alarms_the_coordinators(office):
    cut = (
        shift("foenix", 1, "w3", "22 00:00", "26 23:00"),
        shift("foenix", 1, "w3", "27 08:00", "2026-12-20 00:00"),
    )
    office.brings(*cut, W1, W2)
    assert office.told() == [("k1", "sms_gap_opens"), ("w3", "sms_gap_opens"), ("w3", CHANGED)]


def test_without_anything_that_follows_nobody_is_told(office):
    office.publish(ALWAYS)
    assert office.told() == []
