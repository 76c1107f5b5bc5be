"""Handing a conversation over through the API: it rings, and whoever presses 1 is in the same room."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers
from tests.flows.world import CITIZEN, FOENIX, World


@pytest.fixture
def talk(world: World):
    """Anna talks with a citizen; Bo is on duty as her second tier, Nadia on the night line."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    return call


@pytest.mark.parametrize(
    ("to", "rings"), [("bo", {"bo"}), ("night_line", {"nadia"}), ("backup", {"bo", "backup"})]
)
def test_it_rings_whom_it_names(world, api, talk, to, rings):
    for name in rings:
        world.worker(name)
    answer = api("anna").post(f"/contacts/{world.contact().id}/transfer", {"to": to})
    assert answer.status_code == 202
    assert answer.get_json() == {"contact": world.contact().id, "to": to, "ringing": len(rings)}
    world.run(len(rings))
    assert world.ringing() == rings


def test_the_colleague_joins_and_has_it_when_the_first_hangs_up(world, api, talk):
    world.worker("bo", Answers(3, keys=[(2, "1")]))
    anna = world.worker("anna")
    api("anna").post(f"/contacts/{world.contact().id}/transfer", {"to": "bo"})
    both = {anna.number, world.site.workers["bo"].mobile}
    world.run_until(lambda: talk.talking_with == both)
    anna.hang_up()
    world.run_until(lambda: world.contact().answered_by == "bo")
    world.run_until(lambda: CITIZEN in world.worker("bo").call.talking_with, limit=3)


def test_a_coordinator_of_the_line_may_do_it_for_them(world, api, talk):
    world.worker("bo")
    answer = api("koord").post(f"/contacts/{world.contact().id}/transfer", {"to": "bo"})
    assert answer.status_code == 202
    world.run(1)


@pytest.mark.parametrize(("worker", "status"), [("bo", 403), ("nadia", 403), ("carla", 404)])
def test_nobody_else_moves_it_under_their_hands(world, api, talk, worker, status):
    answer = api(worker).post(f"/contacts/{world.contact().id}/transfer", {"to": "bo"})
    assert answer.status_code == status
    world.run(5)
    assert world.ringing() == set()


@pytest.mark.parametrize("to", ["carla", "anna", "nobody-of-that-name", "koord"])
def test_who_is_not_on_duty_for_it_is_not_rung(world, api, talk, to):
    answer = api("anna").post(f"/contacts/{world.contact().id}/transfer", {"to": to})
    assert answer.status_code == 409
    assert "No worker of that id is on duty for it and free" in answer.get_json(force=True)["detail"]
    assert "hand_over_asked" not in world.kinds()


def test_who_is_being_rung_is_not_rung_twice(world, api, talk):
    world.worker("bo")
    anna, path = api("anna"), f"/contacts/{world.contact().id}/transfer"
    assert anna.post(path, {"to": "bo"}).status_code == 202
    assert anna.post(path, {"to": "bo"}).status_code == 409
    world.run(1)


def test_what_is_no_conversation_can_not_be_handed_over(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run(1)
    path = f"/contacts/{world.contact().id}/transfer"
    waiting = api("koord").post(path, {"to": "anna"})
    assert (waiting.status_code, waiting.get_json(force=True)["detail"]) == (
        409, "It is offered; only a conversation can be handed over.",
    )  # fmt: skip
    call.hang_up()
    world.run(2)
    assert api("koord").post(path, {"to": "anna"}).status_code == 409
