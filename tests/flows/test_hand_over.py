"""A worker brings a colleague or the back-up into the conversation, and may leave it to them."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.phones import Phone
from gateway.carrier.virtual.scripts import Answers, HangsUpDuringWhisper, RingsOut
from gateway.carrier.virtual.webhooks import Kind
from tests.flows.world import CITIZEN, FOENIX, World

TAKES_IT = Answers(3, keys=[(2, "1")])


@pytest.fixture
def talk(world: World) -> Call:
    """Anna and a citizen have talked for a minute; bo and niels are on duty too."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna(world, TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(60)
    return call


def anna(world: World, script: Answers | None = None) -> Phone:
    return world.worker("anna", script)


def leg_of(phone: Phone) -> Call:
    assert phone.call is not None
    return phone.call


def asks_for(world: World, key: str) -> None:
    leg = leg_of(anna(world))
    leg.press("*")
    world.run(1)
    assert leg.heard[-1].startswith("Tryk 1 for en kollega. Tryk 2 for bagvagten.")
    if key:
        leg.press(key)


def test_star_leads_to_the_menu_while_the_citizen_is_told(world: World, talk: Call) -> None:
    leg = leg_of(anna(world))
    leg.press("*")
    world.run(3)
    assert talk.heard[-1] == "Et øjeblik. Vi er her stadig. Din medarbejder er snart tilbage."
    assert leg.heard[-1].startswith("Tryk 1 for en kollega.")
    leg.press("*")
    assert world.run_until(lambda: talk.talking_with == {leg.party}) <= 3


def test_star_and_silence_leads_back(world: World, talk: Call) -> None:
    asks_for(world, "")
    world.run_until(lambda: bool(talk.talking_with), limit=15)
    world.run(60)
    assert talk.talking_with == {anna(world).number}


def test_a_colleague_joins_and_has_it_when_the_first_leaves(world: World, talk: Call) -> None:
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    world.run(1)
    leg = leg_of(anna(world))
    assert leg.heard[-1] == "Vi ringer op. Tal bare videre imens."
    world.run_until(lambda: talk.talking_with == {leg.party}, limit=5)
    world.run_until(lambda: talk.talking_with == {leg.party, bo.number}, limit=10)
    assert leg_of(bo).heard[0] == "Hjælp en kollega. Esbjerg, Akuttilbuddet Fønix. Tryk 1."
    assert world.engaged() == {"anna", "bo"}
    world.run(30)
    leg.hang_up()
    assert world.run_until(lambda: talk.talking_with == {bo.number}) <= 3
    world.run(2)
    assert world.contact().answered_by == "bo"
    assert world.engaged() == {"bo"}
    world.run(60)
    assert talk.talking_with == {bo.number}
    bo.hang_up()
    world.run(8)
    assert talk.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert talk.is_over
    assert (world.contact().state, world.contact().ended_by) == ("ended", "worker")
    assert world.engaged() == set()


def test_the_heir_can_hand_it_over_in_turn(world: World, talk: Call) -> None:
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    world.run_until(lambda: bo.number in talk.talking_with, limit=10)
    anna(world).hang_up()
    world.run_until(lambda: talk.talking_with == {bo.number}, limit=5)
    world.run(5)
    anna(world, TAKES_IT)
    leg_of(bo).press("*")
    world.run(1)
    leg_of(bo).press("1")
    world.run_until(lambda: talk.talking_with == {bo.number, anna(world).number}, limit=20)


def test_the_colleague_leaves_and_the_first_goes_on(world: World, talk: Call) -> None:
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    world.run_until(lambda: bo.number in talk.talking_with, limit=15)
    world.run(10)
    bo.hang_up()
    world.run(30)
    assert talk.talking_with == {anna(world).number}
    assert world.contact().answered_by == "anna"
    assert world.engaged() == {"anna"}


def test_the_citizen_leaves_the_three(world: World, talk: Call) -> None:
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    world.run_until(lambda: bo.number in talk.talking_with, limit=15)
    legs = [leg_of(anna(world)), leg_of(bo)]
    talk.hang_up()
    world.run(6)
    assert all(leg.is_over and leg.heard[-1] == "Borgeren har lagt på. Tak." for leg in legs)
    assert (world.contact().state, world.contact().ended_by) == ("ended", "citizen")
    assert world.engaged() == set()


def test_the_back_up_joins(world: World, talk: Call) -> None:
    world.worker("bo", RingsOut())
    backup = world.worker("backup", TAKES_IT)
    asks_for(world, "2")
    world.run_until(lambda: backup.number in talk.talking_with, limit=12)
    assert world.run_until(lambda: world.ringing() == set()) <= 1
    anna(world).hang_up()
    world.run_until(lambda: talk.talking_with == {backup.number}, limit=4)
    world.run(2)
    assert world.contact().answered_by == "backup:vest"


def test_a_hand_over_that_nobody_takes_leaves_the_conversation_as_it_was(world: World, talk: Call) -> None:
    world.worker("bo", RingsOut())
    asks_for(world, "1")
    world.run_until(lambda: bool(talk.talking_with), limit=5)
    world.run(120)
    assert talk.talking_with == {anna(world).number}
    assert world.ringing() == set()
    world.worker("bo", HangsUpDuringWhisper())
    asks_for(world, "1")
    world.run(60)
    assert talk.talking_with == {anna(world).number}


def test_with_nobody_to_ask_the_worker_is_told_so(quick_world: World) -> None:
    world = quick_world
    world.on_duty(("toften", 1, "carla"))
    carla = world.worker("carla", TAKES_IT)
    talk = world.citizen_calls("+4576160002")
    world.run_until(lambda: bool(talk.talking_with), limit=10)
    leg_of(carla).press("*")
    world.run(1)
    leg_of(carla).press("1")
    world.run(2)
    assert leg_of(carla).heard[-1] == "Ingen kunne tage den lige nu. Borgeren er stadig hos dig."
    world.run_until(lambda: bool(talk.talking_with), limit=6)


def test_the_first_who_presses_1_joins_and_the_others_hear_so(world: World, talk: Call) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("foenix", 2, "niels"))
    bo, niels = world.worker("bo"), world.worker("niels")
    asks_for(world, "1")
    world.run(4)
    legs = [phone.pick_up() for phone in (bo, niels)]
    for leg in legs:
        leg.press("1")
    world.run(5)
    assert {bo.number in talk.talking_with, niels.number in talk.talking_with} == {True, False}
    loser = next(leg for leg in legs if leg.party not in talk.talking_with)
    assert loser.heard[-1] == "En kollega har taget den. Tak."


def test_the_worker_leaves_while_a_colleague_is_being_asked(world: World, talk: Call) -> None:
    bo = world.worker("bo", Answers(12, keys=[(2, "1")]))
    asks_for(world, "1")
    world.run(4)
    anna(world).hang_up()
    world.run(2)
    assert talk.is_in_progress
    world.run_until(lambda: talk.talking_with == {bo.number}, limit=20)
    assert world.contact().answered_by == "bo"


def test_the_worker_leaves_and_the_colleague_does_not_come(world: World, talk: Call) -> None:
    world.worker("bo", RingsOut())
    world.worker("backup", RingsOut())
    asks_for(world, "1")
    world.run(4)
    anna(world, RingsOut()).hang_up()
    world.run(120)
    assert talk.is_in_progress  # nobody puts the phone down on a citizen who was to be handed over
    anna(world, TAKES_IT)
    world.run_until(lambda: talk.talking_with == {anna(world).number}, limit=90)
    assert world.contact().state == "answered"


def test_the_worker_hangs_up_in_the_menu(world: World, talk: Call) -> None:
    asks_for(world, "")
    anna(world).hang_up()
    world.run(15)
    assert talk.is_over
    assert talk.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert world.contact().ended_by == "worker"


def test_the_citizen_hangs_up_while_the_worker_is_in_the_menu(world: World, talk: Call) -> None:
    leg = leg_of(anna(world))
    asks_for(world, "")
    talk.hang_up()
    world.run(10)
    assert leg.is_over
    assert leg.heard[-1] == "Borgeren har lagt på. Tak."
    assert (world.contact().state, world.contact().ended_by) == ("ended", "citizen")


@pytest.mark.parametrize("after", [0, 0.2, 0.5, 1, 2])
def test_a_worker_who_drops_right_after_the_1_does_not_end_it(world: World, after: float) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    phone = anna(world)
    bo = world.worker("bo", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run(3)
    phone.pick_up()
    phone.press("1")
    world.run(after)
    anna(world, RingsOut())
    phone.hang_up()
    world.run_until(lambda: call.talking_with == {bo.number}, limit=30)
    assert world.contact().answered_by == "bo"
    assert world.engaged() == {"bo"}
    assert "Samtalen er slut. Du kan altid ringe igen." not in call.heard


def test_a_worker_who_drops_before_the_citizen_is_called_in(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    phone = anna(world)
    world.faults.fail_every_update = True
    call = world.citizen_calls(FOENIX)
    world.run(3)
    phone.pick_up()
    phone.press("1")
    world.run(0.1)
    phone.hang_up()
    world.faults.fail_every_update = False
    anna(world, TAKES_IT)
    world.run_until(lambda: call.talking_with == {phone.number}, limit=40)
    assert world.contact().answered_by == "anna"


def test_with_every_update_failing_a_hand_over_still_comes_together(world: World, talk: Call) -> None:
    world.expect_trouble("hang_up_failed", "move_failed")
    world.faults.fail_every_update = True
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    both = {anna(world).number, bo.number}
    world.run_until(lambda: talk.talking_with == both, limit=25)
    anna(world).hang_up()
    world.run_until(lambda: talk.talking_with == {bo.number}, limit=12)
    world.run(2)
    bo.hang_up()
    world.run(30)
    assert talk.is_over


@pytest.mark.parametrize("backwards", [False, True])
def test_news_of_the_handing_over_in_any_order(world: World, talk: Call, backwards: bool) -> None:
    bo = world.worker("bo", TAKES_IT)
    asks_for(world, "1")
    world.run_until(lambda: bo.number in talk.talking_with, limit=15)
    world.faults.hold(Kind.FETCH, Kind.STATUS)
    anna(world).hang_up()
    world.run(2)
    world.faults.release(Kind.FETCH, Kind.STATUS, backwards=backwards)
    world.run_until(lambda: talk.talking_with == {bo.number}, limit=12)
    world.run(60)
    assert talk.talking_with == {bo.number}
    assert CITIZEN in leg_of(bo).talking_with
    assert world.contact().answered_by == "bo"


def test_every_webhook_of_a_hand_over_twice(world: World, talk: Call) -> None:
    bo = world.worker("bo", TAKES_IT)
    world.faults.repeat(Kind.FETCH, Kind.STATUS, times=200)
    asks_for(world, "1")
    world.run_until(lambda: bo.number in talk.talking_with, limit=20)
    world.run(30)
    assert talk.talking_with == {anna(world).number, bo.number}
    anna(world).hang_up()
    world.run_until(lambda: talk.talking_with == {bo.number}, limit=10)
    world.run(60)
    assert talk.talking_with == {bo.number}
    bo.hang_up()
    world.run(10)
    assert talk.is_over
    assert world.contact().state == "ended"


@pytest.mark.parametrize("lost", range(6))
def test_a_lost_step_of_a_worker_throws_nobody_out(quick_world: World, lost: int) -> None:
    """The carrier asks its fall-back address when a step gets no answer: on from where the leg stands."""
    world = quick_world
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    phone = anna(world, TAKES_IT)
    bo = world.worker("bo", TAKES_IT)
    world.expected_failures = 9
    call = world.citizen_calls(FOENIX)
    seen = {"count": -1}

    def the_one(form: object) -> bool:
        seen["count"] += 1
        return seen["count"] == lost

    world.faults.drop(Kind.FETCH, matching=lambda form: form["Direction"] == "outbound-api" and the_one(form))
    world.run_until(lambda: phone.number in call.talking_with or bo.number in call.talking_with, limit=60)
    leg = leg_of(phone) if phone.number in call.talking_with else leg_of(bo)
    world.run(20)
    leg.press("*")
    world.run(1)
    leg.press("*")
    world.run_until(lambda: call.talking_with == {leg.party}, limit=60)
    world.run(60)
    assert call.talking_with == {leg.party}
