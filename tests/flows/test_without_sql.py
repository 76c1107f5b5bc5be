"""SQL is gone before or during a call: somebody answers all the same, and it is written down afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.carrier.virtual.scripts import Answers, Caller, RingsOut, Voicemail
from gateway.carrier.virtual.webhooks import Kind
from gateway.contacts import endings
from gateway.voice.caller import NUMBER
from tests.flows.outage import Outage
from tests.flows.world import CITIZEN, FOENIX, SHARED, World

TAKES_IT = Answers(3, keys=[(2, "1")])
TROUBLE = ("store_unavailable", "provisional_call", "outbox_waits")


@pytest.fixture
def duty(world: World) -> Iterator[World]:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.expect_trouble(*TROUBLE)
    return world


@pytest.fixture
def outage(duty: World) -> Iterator[Outage]:
    outage = Outage(duty.store)
    yield outage
    if outage.is_on:
        outage.end()


def notes(world: World) -> list[Path]:
    return list((world.settings.var_dir / "notebook").glob("*"))


def back(world: World, outage: Outage) -> None:
    outage.end()
    world.run(6)


def test_gone_before_the_call_and_back_after_it(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    assert call.talking_with == {anna.number}
    assert call.heard[0].startswith("Du har ringet til Akuttilbuddet Fønix.")
    assert anna.calls[0].heard[0] == "Esbjerg, Akuttilbuddet Fønix. Tryk 1."
    duty.run(300)
    call.hang_up()
    duty.run(5)
    back(duty, outage)
    contact = duty.contact()
    assert (contact.state, contact.provisional, contact.answered_by) == ("ended", True, "anna")
    assert contact.answered_at is not None
    assert contact.ended_at is not None
    assert (contact.ended_at - contact.answered_at).total_seconds() > 295
    key = duty.gateway.vault.contact_key(contact.wrapped_key or b"")
    assert key.unseal(contact.caller_number or b"", NUMBER) == CITIZEN
    assert duty.kinds() == ["called", "taken", "ended"]
    assert notes(duty) == []
    duty.run(60)
    assert len(duty.contacts()) == 1
    assert duty.engaged() == set()


def test_a_withheld_caller_is_written_down_with_a_key_for_the_note_of_the_form(
    duty: World, outage: Outage
) -> None:
    duty.worker("anna", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX, from_=None)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    call.hang_up()
    duty.run(5)
    back(duty, outage)
    contact = duty.contact()
    assert (contact.state, contact.caller_number) == ("ended", None)
    assert contact.wrapped_key is not None


def test_the_worker_ends_it_while_sql_is_gone(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    duty.run(60)
    anna.hang_up()
    duty.run(5)
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert call.is_over
    back(duty, outage)
    assert duty.contact().state == "ended"


def test_phones_are_dialled_one_after_the_other_until_one_takes_it(duty: World, outage: Outage) -> None:
    duty.worker("anna", RingsOut())
    duty.worker("bo", Voicemail(picks_up_after=5))
    backup = duty.worker("backup", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=120)
    assert call.talking_with == {backup.number}
    call.hang_up()
    duty.run(1)
    back(duty, outage)
    assert duty.contact().answered_by == "backup:vest"


def test_2_passes_on_without_sql_too(duty: World, outage: Outage) -> None:
    duty.worker("anna", Answers(3, keys=[(2, "2")]))
    bo = duty.worker("bo", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=40)
    assert call.talking_with == {bo.number}


def test_a_citizen_who_gives_up_is_written_down_as_abandoned(duty: World, outage: Outage) -> None:
    duty.worker("anna", RingsOut())
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run(16)
    call.hang_up()
    duty.run(2)
    assert duty.ringing() == set()
    back(duty, outage)
    contact = duty.contact()
    assert (contact.state, contact.provisional) == ("abandoned", True)
    assert contact.ended_at is not None
    assert (contact.ended_at - contact.waiting_since).total_seconds() == 16


@pytest.mark.parametrize("seconds", [0, 1, 5, 10, 12])
def test_a_citizen_who_gives_up_at_any_moment(quick_world: World, seconds: float) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna", RingsOut())
    quick_world.expect_trouble(*TROUBLE)
    outage = Outage(quick_world.store)
    outage.begin()
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(seconds)
    call.hang_up()
    quick_world.run(3)
    outage.end()
    quick_world.run(8)
    assert quick_world.contact().state == "abandoned"


def test_who_gives_up_after_sql_has_gone_is_written_down_as_of_then(duty: World, outage: Outage) -> None:
    """SQL knows the call, and could not be told of its end: its phones ring on no longer than until it is."""
    duty.worker("anna", RingsOut())
    bo = duty.worker("bo", RingsOut())
    call = duty.citizen_calls(FOENIX)
    duty.run(12)
    outage.begin()
    call.hang_up()
    duty.run(1)
    assert len(notes(duty)) == 1
    back(duty, outage)
    contact = duty.contact()
    assert (contact.state, contact.provisional) == ("abandoned", False)
    assert contact.ended_at is not None
    assert (contact.ended_at - contact.waiting_since).total_seconds() == 12
    assert notes(duty) == []
    assert duty.ringing() == set()
    duty.run(30)
    assert bo.calls == []


def test_a_conversation_that_ends_while_sql_is_gone_is_over_as_of_then(duty: World, outage: Outage) -> None:
    duty.worker("anna", TAKES_IT)
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=12)
    outage.begin()
    duty.expected_failures = 20
    ended_at = duty.clock()
    call.hang_up()
    duty.run(1)
    back(duty, outage)
    assert (duty.contact().state, duty.contact().ended_at) == ("ended", ended_at)
    assert duty.engaged() == set()


def test_the_end_of_a_call_that_nobody_has_heard_of_is_forgotten(duty: World, outage: Outage) -> None:
    outage.begin()
    form = {"CallSid": "CA" + "7" * 32, "From": CITIZEN, "To": FOENIX, "CallStatus": "completed"}
    for _ in range(2):
        assert duty.signed("/voice/status", **form).status_code == 204
    back(duty, outage)
    assert duty.contacts() == []
    assert notes(duty) == []


def test_back_while_the_citizen_waits_it_goes_on_as_any_other_call(duty: World, outage: Outage) -> None:
    duty.worker("anna", RingsOut())
    bo = duty.worker("bo", RingsOut())
    duty.worker("backup", RingsOut())
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run(15)
    outage.end()
    duty.run_until(lambda: bool(duty.contacts()) and "round_began" in duty.kinds(), limit=30)
    duty.worker("bo", TAKES_IT)
    duty.run_until(lambda: bool(call.talking_with), limit=60)
    assert call.talking_with == {bo.number}
    assert (duty.contact().provisional, duty.contact().answered_by) == (True, "bo")
    assert duty.contact().holder_leg is not None  # taken in the room, not through <Dial>
    duty.run(30)
    assert duty.contact().state == "answered"
    assert notes(duty) == []


def test_back_during_the_conversation_nobody_else_is_rung(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    back(duty, outage)
    assert (duty.contact().state, duty.contact().answered_by) == ("answered", "anna")
    assert duty.engaged() == {"anna"}
    duty.run(200)
    assert call.talking_with == {anna.number}
    assert [who for who, _ in duty.rung()] == ["anna"]
    anna.hang_up()
    duty.run(10)
    assert call.is_over
    assert duty.contact().state == "ended"
    assert duty.engaged() == set()


def test_gone_while_the_citizen_waits(duty: World, outage: Outage) -> None:
    duty.worker("anna", RingsOut())
    bo = duty.worker("bo", TAKES_IT)
    call = duty.citizen_calls(FOENIX)
    duty.run(12)
    outage.begin()
    duty.run_until(lambda: bool(call.talking_with), limit=60)
    assert call.talking_with == {bo.number}
    duty.run(20)
    back(duty, outage)
    contact = duty.contact()
    assert (contact.state, contact.answered_by, contact.provisional) == ("answered", "bo", True)
    assert duty.ringing() == set()
    duty.run(120)
    assert call.talking_with == {bo.number}
    call.hang_up()
    duty.run(5)
    assert duty.contact().state == "ended"
    assert duty.kinds().count("taken") == 1


def test_gone_when_the_worker_presses_1_and_back_a_moment_later(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna")
    call = duty.citizen_calls(FOENIX)
    duty.run(2)
    leg = anna.pick_up()
    outage.begin()
    duty.expected_failures = 2
    leg.press("1")
    duty.run(1)
    outage.end()
    duty.run(3)
    assert leg.is_in_progress
    leg.press("1")
    duty.run_until(lambda: call.talking_with == {anna.number}, limit=3)


def test_gone_during_the_conversation(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna", TAKES_IT)
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=12)
    outage.begin()
    duty.expected_failures = 20
    duty.run(60)
    assert call.talking_with == {anna.number}
    duty.worker("anna", RingsOut())
    anna.hang_up()
    duty.run(6)
    assert "Samtalen er slut. Du kan altid ringe igen." in call.heard
    call.hang_up()
    duty.run(3)
    back(duty, outage)
    duty.run(70)
    assert duty.contact().state == "ended"
    assert duty.engaged() == set()
    assert duty.ringing() == set()


def test_who_stays_on_the_line_after_the_end_is_put_through_and_once(duty: World, outage: Outage) -> None:
    """SQL was told of the end, and goes before the citizen asks what comes next."""
    anna = duty.worker("anna", TAKES_IT)
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=12)
    with duty.store.write() as connection:
        endings.finish(connection, duty.contact(), endings.WORKER, duty.clock())
    outage.begin()
    duty.expected_failures = 20
    duty.worker("anna", RingsOut())
    bo = duty.worker("bo", TAKES_IT)
    anna.hang_up()
    duty.run_until(lambda: call.talking_with == {bo.number}, limit=90)
    back(duty, outage)
    duty.run(150)
    assert duty.contact().state == "ended"
    assert call.talking_with == {bo.number}
    bo.hang_up()
    duty.run(10)
    assert call.is_over
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert duty.kinds().count("taken_after_end") == 1
    assert duty.ringing() == set()


def test_a_second_conversation_without_sql_goes_on_when_it_is_back(duty: World, outage: Outage) -> None:
    """SQL went before it was told of the first one's end."""
    anna = duty.worker("anna", TAKES_IT)
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=12)
    outage.begin()
    duty.expected_failures = 20
    duty.worker("anna", RingsOut())
    bo = duty.worker("bo", TAKES_IT)
    anna.hang_up()
    duty.run_until(lambda: call.talking_with == {bo.number}, limit=90)
    back(duty, outage)
    assert (duty.contact().state, duty.contact().answered_by) == ("answered", "bo")
    assert duty.engaged() == {"bo"}
    duty.run(200)
    assert call.talking_with == {bo.number}
    bo.hang_up()
    duty.run(10)
    assert call.is_over
    assert (duty.contact().state, duty.engaged(), duty.ringing()) == ("ended", set(), set())
    assert duty.kinds().count("taken_after_end") == 1


def test_everything_twice_without_sql_is_one_contact(duty: World, outage: Outage) -> None:
    anna = duty.worker("anna", TAKES_IT)
    duty.faults.repeat(Kind.FETCH, Kind.STATUS, times=500)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    assert call.talking_with == {anna.number}
    call.hang_up()
    duty.run(5)
    back(duty, outage)
    assert duty.contact().state == "ended"
    assert duty.kinds() == ["called", "taken", "ended"]


def test_a_shared_number_without_sql_goes_straight_through(duty: World, outage: Outage) -> None:
    duty.worker("backup", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(SHARED, Caller(keys=[(2, "6700")]))
    duty.run_until(lambda: bool(call.talking_with), limit=40)


def test_a_half_written_line_in_the_notebook_is_passed_over(duty: World, outage: Outage) -> None:
    duty.worker("anna", TAKES_IT)
    duty.expect_trouble("notebook_line_unreadable")
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    (page,) = notes(duty)
    with page.open("ab") as file:
        file.write(b"half a li")
    call.hang_up()
    duty.run(2)
    back(duty, outage)
    assert duty.contact().answered_by == "anna"
    assert notes(duty) == []


def test_nothing_in_the_notebook_can_be_read_without_the_key(duty: World, outage: Outage) -> None:
    duty.worker("anna", TAKES_IT)
    outage.begin()
    call = duty.citizen_calls(FOENIX)
    duty.run_until(lambda: bool(call.talking_with), limit=25)
    (page,) = notes(duty)
    raw = page.read_bytes()
    for secret in (CITIZEN, CITIZEN[1:], "anna", "foenix", call.sid):
        assert secret.encode() not in raw
    urls = " ".join(letter.path for letter in duty.post.letters)
    for secret in (CITIZEN[1:], "anna", "foenix"):
        assert secret not in urls


def test_a_token_that_was_tampered_with_begins_anew(duty: World, outage: Outage) -> None:
    duty.expect_trouble("webhook_refused")
    duty.worker("anna")
    form = {"CallSid": "CA" + "3" * 32, "From": CITIZEN, "To": FOENIX, "CallStatus": "in-progress"}
    answer = duty.signed("/voice/provisional/AAAA", **form)
    assert "/voice/incoming" in answer.get_data(as_text=True)
    assert "<Hangup" in duty.signed("/voice/provisional/AAAA/key", **form).get_data(as_text=True)
