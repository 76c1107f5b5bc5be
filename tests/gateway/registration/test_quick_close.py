"""One tap where there was no conversation, and one tap to take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.contacts.closing import ClosingReason
from gateway.registration.completeness import missing
from gateway.registration.desk import NotNowError
from gateway.registration.quick_close import quick_close, reopen
from gateway.store import contacts as contact_rows
from tests.flows.world import World
from tests.gateway.api.ended_contact import an_ended_contact


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


@pytest.fixture
def closed(world):
    contact = an_ended_contact(world)
    with world.store.write() as connection:
        return quick_close(connection, world.gateway, contact, ClosingReason.SILENT, "anna", world.clock())


def take_back(world, by, *, coordinator=False):
    (contact,) = world.contacts()
    with world.store.write() as connection:
        locked = contact_rows.lock_contact(connection, contact.id)
        return reopen(connection, world.gateway, locked, by, world.clock(), coordinator=coordinator)


def test_taken_back_it_misses_its_registration_again(world, closed):
    assert closed.closed_because == "silent"
    world.clock.set(world.clock() + timedelta(minutes=59))
    assert take_back(world, "anna").closed_because is None
    with world.store.read() as connection:
        import sqlalchemy as sa

        assert [each.contact for each in missing(connection, sa.true())] == [closed.id]


def test_after_an_hour_a_coordinator_takes_it_back(world, closed):
    with pytest.raises(NotNowError):
        take_back(world, "bo")
    world.clock.set(world.clock() + timedelta(hours=1))
    with pytest.raises(NotNowError):
        take_back(world, "anna")
    assert take_back(world, "koord", coordinator=True).closed_because is None
    with pytest.raises(NotNowError):
        take_back(world, "koord", coordinator=True)
