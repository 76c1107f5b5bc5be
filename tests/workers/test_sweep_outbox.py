"""The sweep does what no web process has done, and says nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.carrier.virtual.scripts import Answers
from gateway.carrier.virtual.webhooks import Kind
from tests.flows.world import CITIZEN, FOENIX, World
from workers import sweep_outbox


@pytest.fixture
def world(database_url, tmp_path, monkeypatch):
    """A world in which the worker process has the same parts as the web process."""
    world = World(database_url, tmp_path / "var")
    monkeypatch.setattr(sweep_outbox, "gateway_parts", lambda: (world.gateway, world.dispatcher))
    yield world
    world.close()


def pass_by(world, seconds):
    """Time in which the web process does nothing."""
    for _ in range(seconds):
        world.clock.set(world.clock() + timedelta(seconds=1))
        world.exchange.run_due()


def test_a_ring_that_was_written_down_and_not_placed_is_placed(world):
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    world.exchange.call(CITIZEN, FOENIX, None)
    world.exchange.run_due()  # the web process has answered, committed, and died
    assert not anna.is_ringing
    sweep_outbox.run()
    pass_by(world, 5)
    assert anna.is_ringing
    sweep_outbox.run()  # however often: one ring
    pass_by(world, 5)
    assert len([call for call in world.exchange.calls.values() if call.to == anna.number]) == 1


def test_a_contact_whose_end_nobody_told_us_of_is_asked_about(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(2, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    world.faults.hold(*Kind)  # no news comes from here on
    call.hang_up()
    pass_by(world, 180)
    assert world.contact().state == "answered"
    sweep_outbox.run()
    assert world.contact().state == "ended"
