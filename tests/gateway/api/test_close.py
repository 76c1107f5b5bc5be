"""Closing what nobody registers."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers, Caller
from tests.flows.world import FOENIX, World


@pytest.fixture
def abandoned(world: World) -> str:
    world.worker("backup")
    call = world.citizen_calls(FOENIX)
    world.run(3)
    call.hang_up()
    world.run(2)
    assert world.contact().state == "abandoned"
    return world.contact().id


@pytest.mark.parametrize("reason", ["wrong_number", "silent", "hoax", "technical", "test"])
def test_an_abandoned_contact_is_closed_and_stays_abandoned(world, api, abandoned, reason):
    answer = api("koord").post(f"/contacts/{abandoned}/close", {"reason": reason})
    assert answer.status_code == 200
    assert answer.get_json()["closed_because"] == reason
    assert answer.get_json()["state"] == "abandoned"
    assert world.events()[-1].details == {"by": "koord", "because": reason}


def test_closing_again_changes_nothing_and_another_reason_is_refused(world, api, abandoned):
    koord, path = api("koord"), f"/contacts/{abandoned}/close"
    koord.post(path, {"reason": "hoax"})
    assert koord.post(path, {"reason": "hoax"}).status_code == 200
    other = koord.post(path, {"reason": "test"})
    assert (other.status_code, other.get_json(force=True)["detail"]) == (
        409, "It was closed before, as hoax.",
    )  # fmt: skip
    assert world.kinds().count("closed") == 1


def test_an_ended_conversation_is_closed(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=[(2, "1")], hangs_up_after_connected=5))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: call.is_over)
    answer = api("koord").post(f"/contacts/{world.contact().id}/close", {"reason": "silent"})
    assert (answer.get_json()["state"], answer.get_json()["closed_because"]) == ("ended", "silent")


def test_a_call_back_is_called_off_and_no_phone_rings_on(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.worker("backup")
    world.expect_message("koord")
    world.citizen_calls(FOENIX, Caller(keys=[(10, "5"), (18, "1")]))
    world.run_until(lambda: world.contact().state == "call_back")
    world.run_until(lambda: "anna" in world.ringing(), limit=15)
    assert "anna" in world.ringing()
    answer = api("koord").post(f"/contacts/{world.contact().id}/close", {"reason": "technical"})
    assert (answer.get_json()["state"], answer.get_json()["ended_by"]) == ("ended", "coordinator")
    world.run(2)
    assert world.ringing() == set()
    rung = len(world.exchange.calls)
    world.run(1800)
    assert len(world.exchange.calls) == rung


@pytest.mark.parametrize("keys", [[], [(2, "1")]])
def test_what_goes_on_can_not_be_closed(world, api, keys):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=keys))
    world.citizen_calls(FOENIX)
    world.run(8)
    answer = api("koord").post(f"/contacts/{world.contact().id}/close", {"reason": "silent"})
    assert answer.status_code == 409
    assert world.contact().closed_because is None


@pytest.mark.parametrize(("worker", "status"), [("anna", 403), ("nadia", 403), ("carla", 404)])
def test_it_is_a_coordinators(world, api, abandoned, worker, status):
    answer = api(worker).post(f"/contacts/{abandoned}/close", {"reason": "silent"})
    assert answer.status_code == status
    assert world.contact().closed_because is None


def test_without_a_reason_only_a_conversation_in_writing_is_ended(api, abandoned):
    assert api("koord").post(f"/contacts/{abandoned}/close", {}).status_code == 409


@pytest.mark.parametrize("body", [{"reason": "boring"}, {"reason": None}, {"reason": ["hoax"]}])
def test_the_reason_is_one_of_five(world, api, abandoned, body):
    answer = api("koord").post(f"/contacts/{abandoned}/close", body)
    assert answer.status_code == 400
    assert world.contact().closed_because is None
