"""The carrier's news comes twice, late, in another order, or not at all."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.scripts import Answers, Busy, Caller, InTurn, RingsOut
from gateway.carrier.virtual.webhooks import Kind
from tests.flows.world import FOENIX, SHARED, World

TAKES_IT = Answers(3, keys=[(2, "1")])
INBOUND = {"Direction": "inbound"}


def inbound(form) -> bool:
    return form["Direction"] == "inbound"


def outbound(form) -> bool:
    return not inbound(form)


def completed(form) -> bool:
    return form["CallStatus"] == "completed"


@pytest.fixture
def two_tiers(world: World) -> World:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", RingsOut())
    world.worker("bo", TAKES_IT)
    return world


def test_everything_twice(two_tiers: World) -> None:
    two_tiers.faults.repeat(Kind.FETCH, Kind.STATUS, times=1000)
    call = two_tiers.citizen_calls(FOENIX)
    two_tiers.run_until(lambda: bool(call.talking_with), limit=40)
    assert two_tiers.rung() == [("anna", 0), ("bo", 25)]
    assert two_tiers.kinds().count("taken") == 1
    two_tiers.run(60)
    call.hang_up()
    two_tiers.run(5)
    assert two_tiers.contact().state == "ended"
    assert two_tiers.kinds().count("ended") == 1


def test_no_status_at_all_is_no_dead_end(two_tiers: World) -> None:
    two_tiers.faults.drop(Kind.STATUS, times=1000)
    call = two_tiers.citizen_calls(FOENIX)
    two_tiers.run_until(lambda: bool(call.talking_with), limit=40)
    bo = two_tiers.worker("bo")
    assert call.talking_with == {bo.number}
    two_tiers.run(1)
    assert two_tiers.ringing() == set()
    two_tiers.run(90)
    call.hang_up()
    two_tiers.run(90)  # neither end was told: the carrier is asked
    assert two_tiers.contact().state == "ended"
    assert two_tiers.engaged() == set()
    assert all(leg.state == "ended" for leg in two_tiers.legs())


def test_a_lost_no_answer_does_not_keep_its_worker_from_being_rung_again(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", RingsOut())
    world.worker("backup", RingsOut())
    world.expect_message("koord")
    world.faults.drop(Kind.STATUS, times=1000, matching=outbound)
    call = world.citizen_calls(FOENIX)
    world.run(180)
    assert len(anna.calls) >= 2
    world.worker("anna", TAKES_IT)
    world.run_until(lambda: bool(call.talking_with), limit=120)


@pytest.mark.parametrize("backwards", [False, True])
def test_status_that_comes_late_and_backwards(world: World, backwards: bool) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("anna", TAKES_IT)
    world.worker("bo", RingsOut())
    world.faults.hold(Kind.STATUS)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(30)
    world.faults.release(Kind.STATUS, backwards=backwards)
    world.run(60)
    assert call.talking_with == {world.worker("anna").number}
    assert world.ringing() == set()
    assert world.contact().state == "answered"
    call.hang_up()
    world.run(5)
    assert world.contact().state == "ended"


def test_a_late_completed_does_not_ring_the_next_after_the_conversation(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna = world.worker("anna", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(60)
    world.faults.hold(Kind.STATUS)
    anna.hang_up()
    world.run(10)
    world.faults.release(Kind.STATUS, backwards=True)
    world.run(120)
    assert call.is_over
    assert world.contact().state == "ended"


def test_the_end_before_the_beginning_rings_nobody(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.faults.hold(Kind.FETCH)
    call = world.citizen_calls(FOENIX)
    world.run(2)
    call.hang_up()
    world.run(1)
    world.faults.release(Kind.FETCH)
    world.run(60)
    assert world.contact().state == "abandoned"
    assert world.ringing() == set()


def test_the_end_twice_and_then_the_beginning_twice(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    form = {"CallSid": "CA" + "2" * 32, "From": "+4530123456", "To": FOENIX, "Direction": "inbound"}
    for _ in range(2):
        assert world.signed("/voice/status", CallStatus="completed", **form).status_code == 204
    for _ in range(2):
        assert world.signed("/voice/incoming", CallStatus="ringing", **form).status_code == 200
    world.run(60)
    assert world.contact().state == "abandoned"


def test_a_lost_end_of_the_citizens_call_is_found_out(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    world.worker("backup")
    world.faults.drop(Kind.STATUS, times=1, matching=lambda form: inbound(form) and completed(form))
    call = world.citizen_calls(FOENIX)
    world.run(4)
    call.hang_up()
    world.run(1)
    assert anna.is_ringing  # nobody was told
    world.run(50)
    assert world.contact().state == "abandoned"
    assert world.ringing() == set()
    assert world.kinds()[-1] == "abandoned"


@pytest.mark.parametrize("answer", [500, "lost"])
def test_a_lost_hold_fetch_goes_on_at_the_fall_back(two_tiers: World, answer: int | str) -> None:
    two_tiers.expected_failures = 3
    two_tiers.faults.drop(Kind.FETCH, times=1, matching=lambda form: inbound(form) and "Digits" not in form)
    call = two_tiers.citizen_calls(FOENIX)  # the very first fetch is lost
    two_tiers.run_until(lambda: bool(call.talking_with), limit=60)
    assert two_tiers.kinds().count("called") == 1
    assert [who for who, _ in two_tiers.rung()] == ["anna", "bo"]


@pytest.mark.parametrize("lost", range(1, 7))
def test_whichever_of_the_citizens_fetches_is_lost(quick_world: World, lost: int) -> None:
    world = quick_world
    world.expected_failures = 3
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", RingsOut())
    bo = world.worker("bo", Answers(3, keys=[(2, "1")]))
    count = {"seen": 0}

    def the_one(form) -> bool:
        count["seen"] += inbound(form)
        return inbound(form) and count["seen"] == lost

    world.faults.drop(Kind.FETCH, matching=the_one)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=75)
    assert call.talking_with == {bo.number}
    assert world.kinds().count("called") == 1
    world.run(30)
    bo.hang_up()
    world.run(40)
    assert call.is_over
    assert world.contact().state == "ended"


def test_a_lost_postcode_is_no_dead_end(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", TAKES_IT)
    world.expected_failures = 1
    world.faults.drop(Kind.FETCH, matching=lambda form: "Digits" in form)
    call = world.citizen_calls(SHARED, Caller(keys=[(2, "6700"), (20, "6700")]))
    world.run_until(lambda: bool(call.talking_with), limit=60)
    assert world.contact().line == "foenix"


def test_a_key_that_comes_after_the_phone_was_put_down_takes_nothing(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna = world.worker("anna")
    bo = world.worker("bo", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run(2)
    leg = anna.pick_up()
    world.run(1)
    world.faults.hold(Kind.FETCH)
    leg.press("1")
    world.run(0.1)
    leg.hang_up()
    world.run(1)
    world.faults.release(Kind.FETCH)
    world.run_until(lambda: bool(call.talking_with), limit=30)
    assert call.talking_with == {bo.number}
    assert world.contact().answered_by == "bo"


def test_a_key_whose_end_came_first_takes_nothing(world: World) -> None:
    """The status tells the end, and the key before it comes after it."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna = world.worker("anna")
    bo = world.worker("bo", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run(2)
    leg = anna.pick_up()
    world.run(1)
    form = {"CallSid": leg.sid, "Direction": "outbound-api", "From": FOENIX, "To": anna.number}
    path = f"/voice/legs/{world.legs()[0].id}"
    world.signed(f"{path}/status", CallStatus="completed", **form)
    answer = world.signed(f"{path}/key", CallStatus="in-progress", Digits="1", **form)
    assert "<Hangup" in answer.get_data(as_text=True)
    world.run_until(lambda: bool(call.talking_with), limit=30)
    assert call.talking_with == {bo.number}


def test_lost_steps_and_states_in_a_conversation_end_in_its_end(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(70)
    world.expected_failures = 50
    world.faults.drop(Kind.STATUS, Kind.FETCH, times=3, matching=outbound)
    anna.hang_up()
    world.run(90)
    assert call.is_over
    assert world.contact().state == "ended"
    assert world.engaged() == set()


def test_a_worker_whose_end_was_lost_in_the_menu_does_not_keep_the_citizen_waiting(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(10)
    anna.press("*")
    world.run(1)
    world.faults.drop(Kind.STATUS, Kind.FETCH, times=3, matching=outbound)
    anna.hang_up()
    world.run(40)
    assert call.is_over
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert world.contact().state == "ended"


def test_the_same_worker_twice_busy_then_free(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", InTurn([Busy(), Busy(), TAKES_IT]))
    world.worker("backup", Busy())
    world.expect_message("koord")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=90)
    assert len(anna.calls) == 3


@pytest.mark.parametrize("seed", range(6))
def test_a_seeded_storm_of_late_doubled_and_reordered_news(quick_world: World, seed: int) -> None:
    world = quick_world
    world.faults = world.exchange.faults = Faults(
        seed, lose=0.1, double=0.2, delay=(0.3, 6), reorder=0.2, fetch_double=0.2, fetch_delay=(0.2, 3)
    )
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", RingsOut())
    world.worker("bo", TAKES_IT)
    world.worker("backup", RingsOut())
    world.expected_failures = 100
    world.expected_messages = {}
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=120)
    world.run(30)
    assert call.talking_with == {world.worker("bo").number}
    assert world.ringing() == set()
    call.hang_up()
    world.run(120)
    assert world.contact().state == "ended"
    assert world.engaged() == set()
