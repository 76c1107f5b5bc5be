"""A caller who has written before keys in ticket and code, and whoever answers sees what was written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.audit.log import SYSTEM
from gateway.carrier.virtual.scripts import Answers, Caller
from gateway.conversations import tickets
from gateway.privacy.purge import purge
from gateway.store import tickets as ticket_rows
from tests.flows.texts import Writer, ticket
from tests.flows.world import FOENIX, World

OTHER = "+4530999888"
HINT, ASK = "Har du et nummer fra os, så tryk 4.", "Tast dit nummer på seks cifre."
CODE, FOUND = "Tak. Tast nu din kode på otte cifre.", "Tak. Den, der svarer, kan se"
WRONG = "Tallene passer ikke sammen."
WRITTEN = "Jeg har skrevet til jer før"


def kinds_of(world: World, contact: str) -> list[str]:
    return [event.kind for event in world.events_of(contact)]


def with_a_code(world: World) -> tuple[str, str]:
    """Ticket and code of a conversation by SMS that has ended."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.citizen_texts(WRITTEN)
    contact = world.contact()
    writer = Writer(world, "anna")
    writer.accepts()
    code = tickets.new_code()
    with world.store.write() as connection:
        tickets.set_code(connection, contact.conversation or "", tickets.hash_code(code), world.clock())
    writer.closes()
    world.run(3)
    world.expect_texts(2)
    return ticket(world), code


def test_whoever_answers_sees_what_was_written_before(world: World) -> None:
    number, code = with_a_code(world)
    world.worker("anna", Answers(40, keys=[(2, "1")]))
    world.worker("bo")
    call = world.citizen_calls(FOENIX, Caller(keys=[(9, "4"), (14, number), (20, code)]), from_=OTHER)
    world.run_until(lambda: bool(call.talking_with), limit=60)
    assert [words for words in call.heard if words.startswith((ASK, CODE, FOUND))] == [
        words for words in call.heard if words.startswith(("Tast dit", "Tak."))
    ]
    assert any(words.startswith(FOUND) for words in call.heard)
    spoken = world.contacts()[-1]
    assert spoken.channel == "voice"
    before = Writer(world, "anna").reads(spoken.id)["written_before"]
    assert before[0]["text"] == WRITTEN
    assert Writer(world, "bo").reads(spoken.id)["written_before"] is None
    assert Writer(world, "koord").reads(spoken.id)["written_before"] is None


@pytest.mark.parametrize("what", ["nothing", "ticket alone", "no ticket", "wrong code", "hangs"])
def test_whatever_is_keyed_in_or_not_the_call_is_answered(quick_world: World, what: str) -> None:
    number, code = with_a_code(quick_world)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    keys = {
        "nothing": [(9, "4")],
        "ticket alone": [(9, "4"), (14, number)],
        "no ticket": [(9, "4"), (14, "111111")],
        "wrong code": [(9, "4"), (14, number), (20, wrong)],
        "hangs": [(9, "4"), (14, "12")],
    }[what]
    quick_world.worker("anna", Answers(22, keys=[(2, "1")]))
    quick_world.worker("bo", Answers(22, keys=[(2, "1")]))
    call = quick_world.citizen_calls(FOENIX, Caller(keys=keys), from_=OTHER)
    quick_world.run_until(lambda: bool(call.talking_with), limit=60)
    assert any(words.startswith(ASK) for words in call.heard)
    assert quick_world.contacts()[-1].earlier_conversation is None


def test_somebody_who_takes_the_call_takes_it_out_of_the_middle_of_keying_in(quick_world: World) -> None:
    with_a_code(quick_world)
    anna = quick_world.worker("anna")
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(9, "4")]), from_=OTHER)
    quick_world.run(11)
    assert call.heard[-1].startswith(ASK)
    anna.pick_up()
    quick_world.run(1)
    anna.press("1")
    assert quick_world.run_until(lambda: bool(call.talking_with), limit=10) <= 2


def test_the_hint_comes_once_and_only_where_the_call_is_not_answered_at_once(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna")
    quick_world.worker("backup")
    quick_world.expect_message("koord")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(120)
    assert call.heard.count(HINT) == 1
    assert call.heard.index(HINT) == 3


def test_wrong_codes_count_in_the_lock_of_the_chat(world: World) -> None:
    number, code = with_a_code(world)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    world.worker("anna")
    world.worker("bo")
    world.worker("backup")
    for _ in range(2):
        keys = [(9, "4")]
        call = world.citizen_calls(FOENIX, Caller(keys=keys), from_=OTHER)
        for _ in range(4):  # three tries a call, whatever is keyed in after that
            world.run_until(lambda: call.heard[-1].startswith(ASK), limit=30)  # noqa: B023
            world.run(3)
            call.press(number)
            world.run(3)
            call.press(wrong)
            world.run_until(lambda: call.heard[-1].startswith(WRONG), limit=10)  # noqa: B023
            call.press("4")
        call.hang_up()
        world.run(5)
    with world.store.write() as connection:
        assert ticket_rows.wrong_on(connection, world.clock().date().isoformat()) == 6
    assert tickets.try_code(world.store, number, code, world.clock()) is tickets.Resumed.LOCKED
    told = [contact for contact in world.contacts() if "coordinator_told" in kinds_of(world, contact.id)]
    if told:
        world.expect_message("koord", len(told))


def test_a_conversation_that_is_gone_opens_nothing(quick_world: World) -> None:
    number, code = with_a_code(quick_world)
    quick_world.clock.set(quick_world.clock() + timedelta(days=32))
    purge(quick_world.store, quick_world.gateway.audit, quick_world.clock(), actor=SYSTEM)
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna", Answers(20, keys=[(2, "1")]))
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(9, "4"), (14, number), (20, code)]), from_=OTHER)
    quick_world.run_until(lambda: bool(call.talking_with), limit=60)
    assert quick_world.contacts()[-1].earlier_conversation is None


def test_an_address_that_is_not_ours_opens_nothing(quick_world: World) -> None:
    _number, code = with_a_code(quick_world)
    quick_world.worker("anna")
    quick_world.worker("bo")
    quick_world.citizen_calls(FOENIX, from_=OTHER)
    contact = quick_world.contacts()[-1]
    for sealed in ("x", "A" * 80, "é", "%00"):
        answer = quick_world.signed(
            f"/voice/contacts/{contact.id}/earlier/{sealed}", CallSid=contact.carrier_key, Digits=code
        )
        assert answer.status_code in {200, 404, 403}
    assert quick_world.contacts()[-1].earlier_conversation is None
    quick_world.expect_trouble("webhook_refused")
