"""The offer to be called back, the number, and how the promise is kept."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers, Busy, Caller, InTurn, RingsOut, Script, Voicemail
from tests.flows.world import CITIZEN, FOENIX, World

TAKES_IT = Answers(3, keys=[(2, "1")])
PICKS_UP = Answers(3)


def asks_to_be_called(world: World, *, after: float = 70, script: Script = PICKS_UP) -> None:
    """Calls while nobody takes it, asks, and is promised."""
    world.exchange.phone(CITIZEN, script)
    call = world.citizen_calls(FOENIX, Caller(keys=[(after, "5")]))
    world.run(after + 1)
    assert call.heard[-1].startswith("Vi ringer til 30, 12, 34, 56. Tryk 1")
    world.run(7)
    call.press("1#")
    world.run_until(lambda: call.is_over, limit=20)
    assert call.heard[-1].startswith("Tak. Vi ringer til dig, så snart en medarbejder er klar.")
    assert world.contact().state == "call_back"


@pytest.fixture
def nobody_yet(world: World) -> World:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", RingsOut())
    world.worker("backup", RingsOut())
    world.expect_message("koord")
    world.expected.add(CITIZEN)
    return world


def test_the_worker_is_rung_first_and_then_the_citizen(nobody_yet: World) -> None:
    asks_to_be_called(nobody_yet)
    world = nobody_yet
    anna = world.worker("anna", TAKES_IT)
    citizen = world.exchange.phone(CITIZEN)
    world.run_until(lambda: citizen.is_ringing, limit=60)
    assert citizen.call is not None
    assert citizen.call.from_ == FOENIX
    leg = anna.call
    assert leg is not None
    assert leg.heard[0] == "Ring op: Esbjerg, Akuttilbuddet Fønix. Tryk 1."
    assert leg.heard[-1] == "Tak. Vi ringer borgeren op nu."
    world.run_until(lambda: bool(leg.talking_with), limit=10)
    assert leg.talking_with == {CITIZEN}
    assert citizen.call.heard == ["Du bad os om at ringe. Her er en medarbejder til dig."]
    assert (world.contact().state, world.contact().answered_by) == ("answered", "anna")
    world.run(300)
    citizen.call.hang_up()
    world.run(5)
    assert (world.contact().state, world.contact().ended_by) == ("ended", "citizen")
    assert leg.heard[-1] == "Borgeren har lagt på. Tak."
    assert world.engaged() == set()


def test_the_worker_ends_a_call_back(nobody_yet: World) -> None:
    asks_to_be_called(nobody_yet)
    anna = nobody_yet.worker("anna", TAKES_IT)
    nobody_yet.run_until(lambda: CITIZEN in (anna.call.talking_with if anna.call else set()), limit=60)
    nobody_yet.run(60)
    citizen = nobody_yet.exchange.phone(CITIZEN).call
    anna.hang_up()
    nobody_yet.run(8)
    assert citizen is not None
    assert citizen.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert citizen.is_over
    assert (nobody_yet.contact().state, nobody_yet.contact().ended_by) == ("ended", "worker")


@pytest.mark.parametrize("script", [RingsOut(), Busy()])
def test_a_citizen_who_does_not_pick_up_is_tried_again_and_then_a_coordinator_decides(
    nobody_yet: World, script: Script
) -> None:
    world = nobody_yet
    asks_to_be_called(world, script=script)
    world.expect_message("koord", 2)
    anna = world.worker("anna", TAKES_IT)
    citizen = world.exchange.phone(CITIZEN)
    world.run_until(lambda: world.kinds().count("call_back_no_answer") == 1, limit=120)
    assert world.contact().state == "call_back"
    world.run(8)
    assert anna.calls[-1].heard[-1] == "Borgeren tog ikke telefonen. Vi prøver igen om lidt. Tak."
    assert not anna.is_in_use
    assert world.engaged() == set()
    world.run(3600)
    assert len([call for call in citizen.calls if call.direction != "inbound"]) == 3
    assert world.contact().state == "call_back"
    assert world.kinds().count("coordinator_told") == 2
    rung = len(world.rung())
    world.run(3600)
    assert len(world.rung()) == rung


def test_nobody_on_duty_means_later_rounds_and_one_message(nobody_yet: World) -> None:
    asks_to_be_called(nobody_yet)
    world = nobody_yet
    world.run(1200)
    assert world.kinds().count("round_began") >= 4
    assert world.kinds().count("coordinator_told") == 1
    world.worker("anna", TAKES_IT)
    world.run_until(lambda: world.contact().state == "answered", limit=700)


def test_a_call_back_that_was_taken_by_somebody_who_hangs_up_goes_to_the_next(nobody_yet: World) -> None:
    world = nobody_yet
    asks_to_be_called(world, script=Answers(20))
    anna = world.worker("anna", TAKES_IT)
    citizen = world.exchange.phone(CITIZEN)
    world.run_until(lambda: citizen.is_ringing, limit=60)
    anna.hang_up()
    world.run(2)
    assert not citizen.is_ringing
    assert world.contact().state == "call_back"
    assert world.engaged() == set()
    world.worker("anna", TAKES_IT)
    world.run_until(lambda: bool(citizen.call and citizen.call.talking_with), limit=90)
    assert world.contact().answered_by == "anna"


def test_late_news_of_the_first_call_does_not_end_the_call_back(nobody_yet: World) -> None:
    world = nobody_yet
    first_end = {"CallStatus": "completed", "Direction": "inbound"}
    asks_to_be_called(world)
    anna = world.worker("anna", TAKES_IT)
    world.run_until(lambda: bool(anna.call and anna.call.talking_with), limit=60)
    sid = world.contact().carrier_key
    for path in ("/voice/status", f"/voice/contacts/{world.contact().id}/hold"):
        world.signed(path, CallSid=sid, From=CITIZEN, To=FOENIX, **first_end)
    world.run(90)
    assert world.contact().state == "answered"
    assert anna.call is not None
    assert anna.call.talking_with == {CITIZEN}


def test_another_number_is_keyed_in_and_read_back(nobody_yet: World) -> None:
    world = nobody_yet
    other = "+4540506070"
    world.expected.add(other)
    world.exchange.phone(other, PICKS_UP)
    call = world.citizen_calls(FOENIX, Caller(keys=[(70, "5"), (78, "40506070#")]))
    world.run(82)
    assert call.heard[-1].startswith("Vi ringer til 40, 50, 60, 70. Tryk 1")
    call.press("1")
    world.run_until(lambda: call.is_over, limit=20)
    anna = world.worker("anna", TAKES_IT)
    world.run_until(lambda: bool(anna.call and anna.call.talking_with), limit=60)
    assert anna.call is not None
    assert anna.call.talking_with == {other}


@pytest.mark.parametrize("keys", ["112#", "00#", "***#", "90123456#", "76160001#", "123456789012345#", "4#"])
def test_what_can_not_be_called_is_asked_for_again_and_the_citizen_stays(
    nobody_yet: World, keys: str
) -> None:
    world = nobody_yet
    call = world.citizen_calls(FOENIX, Caller(keys=[(70, "5"), (78, keys)]))
    world.run(80)
    assert call.heard[-1].startswith("Det nummer kan vi ikke ringe til.")
    world.run(60)
    assert call.is_in_progress
    assert world.contact().state == "offered"


def test_a_withheld_caller_keys_in_a_number_or_stays(nobody_yet: World) -> None:
    world = nobody_yet
    call = world.citizen_calls(FOENIX, from_=None)
    world.run_until(lambda: any("Tryk 1, så kan du taste" in words for words in call.heard), limit=120)
    call.press("1")
    world.run(1)
    assert call.heard[-1].startswith("Tast det nummer, vi må ringe til")
    world.run(30)  # says nothing: back in the loop
    assert call.is_in_progress
    call.press("5")
    world.run(1)
    call.press("30123456#")
    world.run(1)
    assert call.heard[-1].startswith("Vi ringer til 30, 12, 34, 56")
    world.run(1)
    call.press("1#")
    world.run_until(lambda: call.is_over, limit=20)
    assert world.contact().state == "call_back"
    assert world.contact().caller_number is None


def test_a_1_in_the_greeting_offers_it_too_and_silence_goes_back_to_waiting(nobody_yet: World) -> None:
    world = nobody_yet
    del world.expected_messages[world.site.workers["koord"].mobile]
    world.worker("anna", Answers(30, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX, Caller(keys=[(2, "1")]))
    world.run_until(lambda: bool(call.talking_with), limit=45)


def test_a_worker_who_takes_it_while_the_number_is_keyed_in_wins(nobody_yet: World) -> None:
    world = nobody_yet
    del world.expected_messages[world.site.workers["koord"].mobile]
    world.worker("anna", Answers(12, keys=[(1, "1")]))
    call = world.citizen_calls(FOENIX, Caller(keys=[(5, "5"), (12, "405")]))
    world.run_until(lambda: bool(call.talking_with), limit=20)
    assert world.contact().state == "answered"


def test_whoever_calls_again_meanwhile_is_a_contact_of_their_own(nobody_yet: World) -> None:
    world = nobody_yet
    asks_to_be_called(world)
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    again = world.citizen_calls(FOENIX)
    world.run_until(lambda: len(world.contacts()) == 2 and bool(again.talking_with), limit=60)
    assert {contact.state for contact in world.contacts()} == {"answered", "call_back"}
    again.hang_up()
    world.run(5)


def test_voicemail_of_the_citizen_is_between_the_worker_and_it(nobody_yet: World) -> None:
    world = nobody_yet
    asks_to_be_called(world, script=InTurn([Voicemail(picks_up_after=2)]))
    anna = world.worker("anna", TAKES_IT)
    world.run_until(lambda: bool(anna.call and anna.call.talking_with), limit=60)
    anna.hang_up()
    world.run(5)
    assert world.contact().state == "ended"
