"""What was agreed is due at a time, is moved or taken back with the registration, and has one taker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.registration import desk
from gateway.store import contacts as contact_rows
from gateway.store import follow_ups
from tests.flows.world import local
from tests.gateway.api.ended_contact import ANSWERS, an_ended_contact


@pytest.fixture
def contact(world):
    return an_ended_contact(world)


def save(world, contact, version=0, **answers):
    with world.store.write() as connection:
        locked = contact_rows.lock_contact(connection, contact.id)
        return desk.save(
            connection, world.gateway, world.site, locked, ANSWERS | answers, by="anna", version=version,
            now=world.clock(), submit=True,
        )  # fmt: skip


def promised(world):
    with world.store.read() as connection:
        return follow_ups.open_of(connection, ["foenix"])


def test_nothing_agreed_nothing_due(world, contact):
    save(world, contact)
    assert promised(world) == []


def test_a_call_back_is_due_when_it_was_agreed_and_moves_and_goes_with_a_correction(world, contact):
    save(world, contact, further="call_back", further_at="2026-11-25T09:30")
    (one,) = promised(world)
    assert (one.kind, one.due_at, one.contact, one.made_by) == (
        "call_back", local("2026-11-25 09:30"), contact.id, "anna"
    )  # fmt: skip
    save(world, contact, 1, further="visit", further_at="2026-11-26T10:00")
    (one,) = promised(world)
    assert (one.kind, one.due_at) == ("visit", local("2026-11-26 10:00"))
    save(world, contact, 2)
    assert promised(world) == []


@pytest.mark.parametrize(("kind", "after"), [
    ("call_back", timedelta(hours=1)), ("visit", timedelta(days=1)), ("crisis_plan", timedelta(days=5)),
])  # fmt: skip
def test_without_a_time_it_is_due_before_it_is_forgotten(world, contact, kind, after):
    save(world, contact, further=kind)
    assert [each.due_at for each in promised(world)] == [world.clock() + after]


def test_one_takes_it_and_what_is_done_stays_done(world, contact):
    save(world, contact, further="call_back")
    (one,) = promised(world)
    at = world.clock()
    with world.store.write() as connection:
        assert follow_ups.take(connection, one.id, "bo", at)
        assert not follow_ups.take(connection, one.id, "anna", at)
        assert follow_ups.done(connection, one.id, "bo", at)
        assert not follow_ups.done(connection, one.id, "anna", at)
    assert promised(world) == []
    save(world, contact, 1)  # the correction takes nothing back that was done
    with world.store.read() as connection:
        found = follow_ups.find(connection, one.id)
    assert (found.taken_by, found.done_by) == ("bo", "bo")
