"""Somebody waits in writing and nobody comes to the screen: their mobiles are told, one after the other."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers
from gateway.conversations import waking
from tests.gateway.conversations.evening import Evening

LINK = "https://akut.example/console"


def test_with_nobody_at_a_screen_whoever_is_on_duty_gets_an_sms_one_after_the_other(each_world):
    evening = Evening(each_world)
    contact = evening.citizen_writes()
    evening.passes(19)
    assert evening.texts() == []
    each_world.expect_message("anna")
    evening.passes(1)
    assert evening.texts() == [
        (
            "anna",
            f"Akuttilbuddet Fønix: En borger skriver og venter: {LINK} Tag den, hvis du kan.",
        )
    ]
    evening.passes(29)
    assert len(evening.texts()) == 1
    each_world.expect_message("bo")
    evening.passes(1)
    assert [name for name, _text in evening.texts()] == ["anna", "bo"]
    evening.another_process_looks()
    evening.passes(60)
    assert len(evening.texts()) == 2
    assert each_world.events_of(contact)[-1].kind == "woken"


def test_whoever_is_asked_and_does_not_come_gets_an_sms_after_20_seconds(world):
    evening = Evening(world)
    evening.at_the_screen("bo")
    evening.citizen_writes()
    evening.look()
    evening.passes(19, "bo")
    assert evening.texts() == []
    world.expect_message("bo")
    evening.passes(1, "bo")
    assert [name for name, _text in evening.texts()] == ["bo"]
    # Asked again and again, but told once; whoever is not asked is left alone.
    evening.passes(100, "bo")


def test_whoever_comes_in_time_is_not_told(world):
    evening = Evening(world)
    contact = evening.citizen_writes()
    evening.passes(19, "anna")
    evening.takes("anna", contact)
    evening.passes(60, "anna")


@pytest.mark.parametrize("taker", ["anna", "bo"])
def test_what_was_taken_since_is_told_to_nobody(world, taker):
    evening = Evening(world)
    contact = evening.citizen_writes()
    world.clock.set(world.clock() + waking.WAKE_AFTER)
    evening.look()  # written down, and not yet done
    evening.takes(taker, contact)
    world.run(60)


def test_whoever_is_away_or_in_a_conversation_is_left_alone(world):
    evening = Evening(world)
    evening.goes_away("anna")
    evening.takes("bo", evening.citizen_writes())
    evening.citizen_writes()
    evening.passes(120)


@pytest.mark.parametrize(("wake", "operation"), [("sms", "CreateMessage"), ("call", "CreateCall")])
def test_what_can_not_be_sent_is_logged_and_stands_in_the_contact(world, wake, operation):
    evening = Evening(world, wake=wake, duty=[("foenix", 1, "anna")])
    world.expect_trouble("wake_not_sent")
    world.faults.fail_next_api(500, times=1000, operation=operation)
    contact = evening.citizen_writes()
    evening.passes(60)
    assert world.trouble() == {"wake_not_sent"}
    assert [event.details for event in world.events_of(contact) if event.kind == "not_woken"] == [
        {"to": "anna"}
    ]


def test_by_a_call_if_the_line_says_so(world):
    evening = Evening(world, wake="call")
    phone = world.worker("anna", Answers(after_seconds=2))
    evening.citizen_writes()
    evening.passes(45)
    (call,) = [call for call in world.exchange.calls.values() if call.to == phone.number]
    words = "Akuttilbuddet Fønix. En borger skriver og venter på svar. Åbn vagttelefonen. Tak."
    assert call.heard == [words, words]


def test_by_nothing_if_the_line_says_so(world):
    evening = Evening(world, wake="nothing")
    evening.citizen_writes()
    evening.passes(120)
