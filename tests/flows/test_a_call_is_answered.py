"""A citizen calls, the worker on duty presses 1, they talk, and the contact is closed."""

from __future__ import annotations

from gateway.carrier.virtual.scripts import Answers
from tests.flows.world import CITIZEN, FOENIX, World


def test_the_worker_on_duty_is_rung_at_once_and_both_are_connected_within_a_second(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)

    assert world.run_until(lambda: anna.is_ringing) <= 1
    assert call.heard[0].startswith(
        "Du har ringet til Akuttilbuddet Fønix. Er nogen i livsfare, så ring 112."
    )
    leg = anna.pick_up()
    world.run(1)
    assert leg.heard == ["Esbjerg, Akuttilbuddet Fønix. Tryk 1."]
    leg.press("1")
    assert world.run_until(lambda: bool(call.talking_with)) <= 1
    assert call.talking_with == {anna.number}

    world.run(600)
    anna.hang_up()
    world.run(10)
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert call.is_over
    contact = world.contact()
    assert (contact.state, contact.answered_by, contact.ended_by) == ("ended", "anna", "worker")
    assert contact.plan is not None
    assert contact.plan["steps"][0]["ring"][0]["worker"] == "anna"
    assert world.kinds() == ["called", "ringing", "picked_up", "taken", "connected", "ended"]


def test_the_citizen_hangs_up_after_talking(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    world.run(60)
    call.hang_up()
    world.run(10)
    contact = world.contact()
    assert (contact.state, contact.ended_by) == ("ended", "citizen")
    (leg,) = [c for c in world.exchange.calls.values() if c.direction != "inbound"]
    assert leg.heard[-1] == "Borgeren har lagt på. Tak."
    assert leg.is_over


def test_the_number_is_not_shown_to_the_worker(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    world.citizen_calls(FOENIX)
    world.run(1)
    assert anna.call is not None
    assert anna.call.from_ == FOENIX != CITIZEN
