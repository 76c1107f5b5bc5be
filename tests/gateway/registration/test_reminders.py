"""Nobody forgets: asked after the shift and in the morning, once each, and not when there is nothing left."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.privacy.purge import purge
from gateway.registration.completeness import missing
from gateway.registration.reminders import AFTER_A_SHIFT, NO_LATER, remind
from gateway.store import contacts as contact_rows
from gateway.store.tables import outbox
from tests.flows.world import local
from tests.gateway.api.ended_contact import an_ended_contact

MINUTE = timedelta(minutes=1)
SHIFT_ENDS = local("2026-11-24 15:00")


@pytest.fixture
def database_url(tmp_path):
    """SQLite: the outbox and the shifts are tested on both elsewhere."""
    return f"sqlite:///{tmp_path / 'akutlinjen.db'}"


@pytest.fixture
def contact(world):
    """Anna's shift lasts until three; her conversation ended at ten past two."""
    world.on_duty(("foenix", 1, "anna", "2026-11-24 08:00", "2026-11-24 15:00"),
                  ("foenix", 1, "bo", "2026-11-24 15:00", "2026-11-24 23:00"))  # fmt: skip
    return an_ended_contact(world)


def at(world, moment):
    world.clock.set(moment)
    return remind(world.gateway)


def told(world):
    with world.store.read() as connection:
        rows = connection.execute(sa.select(outbox).where(outbox.c.kind == "registration_sms")).all()
    return sorted((row.details["worker"], row.due_at) for row in rows)


@pytest.mark.parametrize(("after", "count"), [
    (-MINUTE, 0), (AFTER_A_SHIFT - MINUTE, 0), (AFTER_A_SHIFT, 1), (NO_LATER - MINUTE, 1), (NO_LATER, 0),
])  # fmt: skip
def test_asked_once_after_the_shift(world, contact, after, count):
    if count:
        world.expect_message("anna", count)
    assert at(world, SHIFT_ENDS + after) == count
    assert remind(world.gateway) == 0
    world.run(5)
    said = [message.body for message in world.exchange.messages]
    assert ["registrere: 1." in body for body in said] == [True] * count


def test_a_shift_that_goes_on_is_not_over(world, contact):
    world.on_duty(("foenix", 1, "anna", "2026-11-24 08:00", "2026-11-24 15:00"),
                  ("foenix", 2, "anna", "2026-11-24 15:00", "2026-11-24 23:00"))  # fmt: skip
    assert at(world, SHIFT_ENDS + AFTER_A_SHIFT) == 0


@pytest.mark.parametrize(("moment", "count"), [
    ("2026-11-25 08:59", 0), ("2026-11-25 09:00", 1), ("2026-11-25 11:59", 1), ("2026-11-25 12:00", 0),
])  # fmt: skip
def test_asked_again_the_next_morning(world, contact, moment, count):
    if count:
        world.expect_message("anna", count)
    assert at(world, local(moment)) == count
    world.run(5)
    assert [worker for worker, _due in told(world)] == ["anna"] * count


def test_not_out_of_the_sleep_after_a_night(world, contact):
    """A conversation that ended at half past five in the morning is not asked for at nine."""
    with world.store.write() as connection:
        contact_rows.change_contact(connection, contact, ended_at=local("2026-11-25 05:30"))
    assert at(world, local("2026-11-25 09:00")) == 0
    assert at(world, local("2026-11-26 09:00")) == 1
    world.expect_message("anna")
    world.run(5)


def test_registered_before_it_is_sent_nothing_is_sent(world, contact):
    assert at(world, SHIFT_ENDS + AFTER_A_SHIFT) == 1
    with world.store.write() as connection:
        contact_rows.change_contact(connection, contact, state="registered")
    world.run(5)
    assert world.exchange.messages == []


def test_a_contact_does_not_vanish_unregistered(world, contact):
    """Whatever is purged, and however late: it stays on the list until it is registered or closed."""
    world.clock.set(world.clock() + timedelta(days=400))
    purge(world.store, world.gateway.audit, world.clock(), actor="system")
    with world.store.read() as connection:
        assert [each.contact for each in missing(connection, sa.true())] == [contact.id]
