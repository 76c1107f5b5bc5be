"""A citizen writes to a worker who has the conversation and is not at the screen: somebody hears of it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from chat.floor import Floor
from gateway.conversations.transcript import Draft, Sender, write
from tests.flows.texts import Writer
from tests.flows.world import CITIZEN
from tests.gateway.conversations.evening import Evening

WRITTEN_TO = (
    "Akuttilbuddet Fønix: En borger skriver til dig: https://akut.example/console Svar, eller giv den videre."
)


@pytest.fixture
def evening(each_world):
    """Anna has answered an SMS, and put the phone away."""
    evening = Evening(each_world)
    each_world.expect_texts(2)
    evening.citizen_texts()
    evening.anna = Writer(each_world, "anna")
    evening.anna.accepts()
    evening.anna.writes("Jeg er her.")
    evening.passes(60, "anna")
    return evening


def told(evening):
    return [(name, body) for name, body in evening.texts() if name == "anna"]


def test_the_worker_gets_an_sms_half_a_minute_later(each_world, evening):
    evening.passes(60)
    assert evening.texts() == []  # nothing stands without an answer
    each_world.citizen_texts("Nu er det slemt igen")
    evening.passes(29)
    assert evening.texts() == []
    each_world.expect_message("anna")
    evening.passes(1)
    assert evening.texts() == [("anna", WRITTEN_TO)]
    evening.passes(120)
    assert evening.texts() == [("anna", WRITTEN_TO)]
    assert each_world.kinds()[-1] == "woken"


def test_whoever_is_at_the_screen_or_answers_is_not_told(each_world, evening):
    each_world.expect_texts(3)
    each_world.citizen_texts("Nu er det slemt igen")
    evening.passes(60, "anna")
    evening.anna.writes("Fortæl.")
    evening.passes(300)
    assert evening.texts() == []


def test_of_line_after_line_it_is_told_every_two_minutes(each_world, evening):
    each_world.expect_message("anna", 2)
    for _ in range(4):
        each_world.citizen_texts("Er du der?")
        evening.passes(35)
    assert len(told(evening)) == 1
    evening.passes(9)
    assert len(told(evening)) == 1
    evening.passes(1)
    assert len(told(evening)) == 2


def test_after_five_minutes_the_coordinators_hear_of_it_once(each_world, evening):
    each_world.expect_message("anna")
    each_world.citizen_texts("Nu er det slemt igen")
    evening.passes(299)
    assert [name for name, _body in evening.texts()] == ["anna"]
    each_world.expect_message("koord")
    evening.passes(1)
    assert evening.texts()[1:] == [
        (
            "koord",
            "Akuttilbuddet Fønix: En borger skriver, og kl. 14.06 havde medarbejderen ikke svaret. "
            "Se under Henvendelser.",
        )
    ]
    evening.waits(3600)
    evening.another_process_looks()
    evening.waits(3600)
    assert len(evening.texts()) == 2


def test_a_line_that_wakes_nobody_tells_the_coordinators_alone(world):
    evening = Evening(world, wake="nothing")
    contact = evening.citizen_writes()
    evening.takes("anna", contact)
    (chat,) = [each.conversation for each in world.contacts() if each.id == contact]
    with world.store.write() as connection:
        write(connection, world.gateway.vault, [Draft(chat, Sender.CITIZEN, "Er du der?")], world.clock())
    world.expect_message("koord")
    evening.passes(301)
    assert [name for name, _body in evening.texts()] == ["koord"]
    assert CITIZEN not in evening.texts()[0][1]


def test_every_chat_process_looks_and_it_is_told_once(each_world, evening):
    each_world.citizen_texts("Nu er det slemt igen")
    each_world.clock.set(each_world.clock() + timedelta(seconds=30))
    floors = [Floor(SimpleNamespace(gateway=each_world.gateway)) for _ in range(2)]
    each_world.expect_message("anna")
    for floor in floors * 2:
        floor._look()
    each_world.run(0)
    assert evening.texts() == [("anna", WRITTEN_TO)]
