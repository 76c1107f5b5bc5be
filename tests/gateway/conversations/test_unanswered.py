"""A citizen has written and nobody answers: the line's coordinators are told, once, and not too early."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chat.floor import Floor
from gateway.contacts import alarms
from gateway.conversations import desk
from gateway.conversations.unanswered import TOLD_AFTER
from gateway.privacy.purge import purge
from gateway.store import contacts as contact_rows
from tests.flows.world import SHARED, TOFTEN, World
from tests.gateway.conversations.evening import Evening

DAY = 24 * 3600
NOBODY = ()
ANNA = (("foenix", 1, "anna"),)
CARLA_BY_DAY = (("toften", 1, "carla", "2026-11-25 08:00", "2026-11-25 20:00"),)


def words(line, time):
    return (
        f"Akuttilbuddet {line}: En borger har skrevet, og kl. {time} havde ingen svaret. "
        "Se under Henvendelser."
    )


def evening_of(world, duty=ANNA):
    """Nobody's mobile is told: only coordinators are."""
    return Evening(world, wake="nothing", duty=duty)


def wrote(evening, channel):
    if channel == "chat":
        return evening.citizen_writes()
    evening.world.expect_texts(1)
    return evening.citizen_texts()


def told(world, contact):
    return [event.details["about"] for event in world.events_of(contact) if event.kind == "coordinator_told"]


@pytest.fixture
def world_at(tmp_path):
    """A world that begins at a wall-clock time."""
    worlds = []

    def begin(at):
        worlds.append(World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var", at=at))
        return worlds[-1]

    yield begin
    for world in worlds:
        world.close()


@pytest.mark.parametrize("channel", ["chat", "sms"])
def test_after_three_minutes_the_coordinators_are_told_once(each_world, channel):
    evening = evening_of(each_world)
    contact = wrote(evening, channel)
    evening.waits(179)
    assert evening.texts() == []
    each_world.expect_message("koord")
    evening.waits(1)
    assert evening.texts() == [("koord", words("Fønix", "14.03"))]
    evening.waits(600)
    evening.another_process_looks()
    evening.waits(600)
    assert len(evening.texts()) == 1
    assert told(each_world, contact) == ["sms_nobody_answered"]


@pytest.mark.parametrize("days", [6, 8, 40])
def test_once_is_once_however_long_it_waits_and_whoever_looks(each_world, days):
    """Also when the week is over for which it is kept what was sent."""
    evening = evening_of(each_world)
    contact = evening.citizen_writes()
    each_world.expect_message("koord")
    evening.waits(180)
    evening.waits(days * DAY)
    purge(each_world.store, each_world.gateway.audit, each_world.clock(), actor="test")
    evening.another_process_looks()
    evening.waits(1)
    assert told(each_world, contact) == ["sms_nobody_answered"]


def test_each_kind_of_alarm_of_a_contact_is_told_for_itself(world):
    """That it was told of a phone does not keep it silent of the citizen."""
    evening = evening_of(world)
    contact = evening.citizen_writes()
    world.expect_message("koord", 2)
    with world.store.write() as connection:
        locked = contact_rows.lock_contact(connection, contact)
        alarms.ring_failed(connection, world.gateway, locked, world.clock())
    evening.waits(180)
    assert told(world, contact) == ["sms_ring_failed", "sms_nobody_answered"]


@pytest.mark.parametrize("channel", ["chat", "sms"])
def test_of_an_open_line_with_nobody_on_duty_they_are_told_at_once(each_world, channel):
    evening = evening_of(each_world, NOBODY)
    contact = wrote(evening, channel)
    each_world.expect_message("koord")
    evening.waits(0)
    assert evening.texts() == [("koord", words("Fønix", "14.00"))]
    evening.waits(600)
    evening.another_process_looks()
    evening.waits(600)
    assert told(each_world, contact) == ["sms_nobody_answered"]


@pytest.mark.parametrize("channel", ["chat", "sms"])
def test_of_what_was_taken_in_time_nobody_is_told(each_world, channel):
    evening = evening_of(each_world)
    contact = wrote(evening, channel)
    evening.waits(179)
    evening.takes("anna", contact)
    evening.waits(29)  # later they are told that Anna does not answer, which is another story
    assert told(each_world, contact) == []


def test_what_is_taken_before_the_message_goes_out_is_told_to_nobody(world):
    evening = evening_of(world)
    contact = evening.citizen_writes()
    world.clock.set(world.clock() + TOLD_AFTER)
    evening.look()  # written down, and not yet sent
    assert told(world, contact) == ["sms_nobody_answered"]
    evening.takes("anna", contact)
    evening.waits(60)
    assert evening.texts() == []


def test_what_is_taken_between_the_look_and_the_writing_is_told_to_nobody(world, monkeypatch):
    evening = evening_of(world)
    contact = evening.citizen_writes()
    world.clock.set(world.clock() + TOLD_AFTER)
    with world.store.read() as connection:
        before = desk.look(connection, world.gateway, world.clock())
    evening.takes("anna", contact)
    monkeypatch.setattr(desk, "look", lambda *_: before)
    evening.look()
    assert told(world, contact) == []


def test_each_contact_has_a_message_of_its_own(world):
    evening = evening_of(world)
    first = evening.citizen_writes()
    evening.waits(100)
    second = evening.citizen_writes()
    world.expect_message("koord", 2)
    evening.waits(179)
    assert (len(told(world, first)), len(told(world, second))) == (1, 0)
    evening.waits(1)
    assert (len(told(world, first)), len(told(world, second))) == (1, 1)


def test_who_is_away_or_in_a_conversation_is_on_duty_all_the_same(world):
    evening = evening_of(world, (*ANNA, ("foenix", 1, "bo")))
    evening.goes_away("anna")
    evening.takes("bo", evening.citizen_writes())
    evening.citizen_writes()
    evening.waits(179)
    assert evening.texts() == []
    world.expect_message("koord")
    evening.waits(1)


def test_what_comes_at_night_has_three_minutes_from_the_morning_on(world_at):
    world = world_at("2026-11-25 03:00")
    evening = evening_of(world, CARLA_BY_DAY)
    world.expect_texts(1)
    contact = evening.citizen_texts(TOFTEN)
    evening.waits(5 * 3600)
    assert told(world, contact) == []
    evening.waits(179)  # 08:02:59
    assert told(world, contact) == []
    world.expect_message("koord")
    evening.waits(1)
    assert evening.texts() == [("koord", words("Toften", "08.03"))]


def test_a_line_that_opens_with_nobody_on_duty_tells_them_as_it_opens(world_at):
    world = world_at("2026-11-25 07:50")
    evening = evening_of(world, NOBODY)
    world.expect_texts(1)
    contact = evening.citizen_texts(TOFTEN)
    evening.waits(599)
    assert told(world, contact) == []
    world.expect_message("koord")
    evening.waits(1)
    assert evening.texts() == [("koord", words("Toften", "08.00"))]


def test_somebody_on_duty_is_waited_for_where_the_line_is_closed(world_at):
    world = world_at("2026-11-25 03:00")
    evening = evening_of(world, (("toften", 1, "carla"),))
    world.expect_texts(1)
    contact = evening.citizen_texts(TOFTEN)
    evening.waits(179)
    assert told(world, contact) == []
    world.expect_message("koord")
    evening.waits(1)
    assert told(world, contact) == ["sms_nobody_answered"]


def test_what_came_just_before_the_line_closed_is_not_forgotten(world_at):
    world = world_at("2026-11-25 19:58")
    evening = evening_of(world, CARLA_BY_DAY)
    world.expect_texts(1)
    contact = evening.citizen_texts(TOFTEN)
    evening.waits(179)
    assert told(world, contact) == []
    world.expect_message("koord")
    evening.another_process_looks()
    evening.waits(3600)  # nobody looked for an hour
    assert told(world, contact) == ["sms_nobody_answered"]


def test_without_a_postcode_every_line_of_the_number_counts(world):
    """By day no night line is open, but Fønix, whose SMS always are."""
    evening = evening_of(world, NOBODY)
    world.expect_texts(1)
    contact = evening.citizen_texts(SHARED)
    world.expect_message("koord")
    evening.waits(0)
    assert told(world, contact) == ["sms_nobody_answered"]
    assert evening.texts()[0][1].startswith("Natlinjen Vest: En borger har skrevet")


def test_partners_are_awaited_at_any_time(world_at):
    world = world_at("2026-11-25 03:00")
    evening = evening_of(world, NOBODY)
    world.expect_texts(1)
    contact = evening.citizen_texts("+4576160092")
    world.expect_message("koord")
    evening.waits(0)
    assert world.contact().partner
    assert told(world, contact) == ["sms_nobody_answered"]


def test_a_call_is_told_by_its_own_rule(world):
    """Its rounds say when nobody takes it."""
    evening = evening_of(world)
    world.worker("anna")
    world.worker("backup")
    world.citizen_calls()
    world.expect_message("koord")
    world.run(300)
    evening.waits(0)
    assert told(world, world.contact().id) == ["sms_nobody_took_it"]


def test_every_chat_process_looks(world):
    evening = evening_of(world, NOBODY)
    contact = evening.citizen_writes()
    floors = [Floor(SimpleNamespace(gateway=world.gateway)) for _ in range(2)]
    for floor in floors * 2:
        floor._look()
    assert told(world, contact) == ["sms_nobody_answered"]
    world.expect_message("koord")
    world.run(0)
