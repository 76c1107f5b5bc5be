"""A caller may be gone at any moment: it ends abandoned or ended, and no phone rings on."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers, Caller, RingsOut, Voicemail
from tests.flows.world import FOENIX, SHARED, World

PATIENT = Answers(20, keys=[(4, "3"), (6, "1")])


def settled(world: World, number: int) -> None:
    """Nothing rings, nobody is engaged, and the newest of so many contacts is over."""
    contacts = world.contacts()
    assert len(contacts) == number
    assert {contact.state for contact in contacts} <= {"abandoned", "ended"}
    assert world.ringing() == set()
    assert world.engaged() == set()
    assert all(call.is_over for call in world.exchange.calls.values())


@pytest.mark.parametrize("step", [1, 5], ids=["every second", "every fifth second"])
def test_at_every_second_of_a_call_that_is_taken_after_half_a_minute(
    request: pytest.FixtureRequest, tmp_path, step: int
) -> None:
    """Anna rings out, bo takes it after 31 seconds, and star is pressed after 45."""
    url = f"sqlite:///{tmp_path}/db" if step == 1 else request.getfixturevalue("postgres_url")
    world = World(url, tmp_path)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("foenix", 3, "niels"))
    world.worker("anna", Voicemail(picks_up_after=12))
    world.worker("bo", Answers(4, keys=[(2, "1"), (20, "*"), (22, "1")]))
    world.worker("niels", RingsOut())
    world.worker("backup", RingsOut())
    for number, seconds in enumerate(range(0, 61, step), start=1):
        call = world.citizen_calls(FOENIX)
        world.run(seconds)
        taken = world.contacts()[-1].state == "answered"
        call.hang_up()
        world.run(4)
        assert world.ringing() == set()
        world.run(30)
        settled(world, number)
        assert world.contacts()[-1].state == ("ended" if taken else "abandoned")
    world.close()


@pytest.mark.parametrize("tenths", [0, 1, 2, 4, 5, 6, 8, 10])
def test_within_the_first_second(quick_world: World, tenths: int) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    quick_world.worker("anna")
    quick_world.worker("bo")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(tenths / 10)
    call.hang_up()
    quick_world.run(3)
    settled(quick_world, 1)


@pytest.mark.parametrize("after", [0, 0.1, 0.5, 1, 2])
def test_around_the_moment_of_the_1(quick_world: World, after: float) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    anna = quick_world.worker("anna")
    quick_world.worker("bo")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(3)
    leg = anna.pick_up()
    quick_world.run(1)
    if after == 0:
        call.hang_up()
        leg.press("1")
    else:
        leg.press("1")
        quick_world.run(after)
        call.hang_up()
    quick_world.run(8)
    settled(quick_world, 1)
    assert leg.heard[-1] == "Borgeren har lagt på. Tak."


@pytest.mark.parametrize("seconds", [0, 3, 7, 9, 12, 14, 20])
def test_at_the_postcode(quick_world: World, seconds: float) -> None:
    quick_world.on_duty(("vest", 1, "nadia"))
    quick_world.worker("nadia")
    quick_world.worker("backup")
    call = quick_world.citizen_calls(SHARED, Caller(keys=[(8, "67")]))
    quick_world.run(seconds)
    call.hang_up()
    quick_world.run(5)
    settled(quick_world, 1)


@pytest.mark.parametrize("seconds", [1, 4, 8, 12, 17, 25, 40])
def test_in_the_offer_to_call_back(quick_world: World, seconds: float) -> None:
    quick_world.on_duty()
    quick_world.worker("backup")
    quick_world.expect_message("koord", 1)
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(35, "1"), (41, "4050"), (48, "607")]))
    quick_world.run(33 + seconds)
    quick_world.expected_messages = {
        message.to: 1 for message in quick_world.exchange.messages
    }  # told or not, by then
    call.hang_up()
    quick_world.run(5)
    settled(quick_world, 1)


def test_after_the_promise_the_call_back_stands(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna")
    quick_world.worker("backup")
    quick_world.expect_message("koord")
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(3, "5"), (12, "1#")]))
    quick_world.run(13)
    call.hang_up()
    quick_world.run(2)
    assert quick_world.contact().state == "call_back"
    quick_world.run(60)
    assert quick_world.contact().state == "call_back"


def test_every_abandoned_contact_says_how_long_it_waited(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run(17)
    call.hang_up()
    world.run(2)
    assert world.events()[-1].kind == "abandoned"
    assert world.events()[-1].details == {"waited_seconds": 17.0}
    assert (world.contact().ended_at - world.contact().waiting_since).total_seconds() == 17
