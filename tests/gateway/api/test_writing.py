"""Conversations in writing over HTTP: taken once, written in by who has it, ended."""

from __future__ import annotations

import uuid

import pytest

from config.site import Channel
from gateway.api.description import description
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import opening, transcript
from gateway.conversations.opening import Wanted
from gateway.store import conversations, staff_presence


@pytest.fixture
def chat(world):
    """A citizen waits in writing. The flows' site has no chat: its SMS line is as good."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    with world.store.write() as connection:
        return opening.begin(
            connection, world.gateway, Wanted(line="foenix"), None, world.clock(), channel=Channel.SMS
        )


def test_take_write_and_end(world, api, chat):
    anna, bo, carla = api("anna"), api("bo"), api("carla")
    address = f"/contacts/{chat.contact.id}"
    assert carla.post(f"{address}/accept", {}).status_code == 404
    assert anna.post(f"{address}/accept", {}).get_json()["state"] == ContactState.ANSWERED
    assert bo.post(f"{address}/accept", {}).status_code == 409
    message = {"id": str(uuid.uuid4()), "text": "Hej"}
    assert anna.post(f"{address}/message", message).get_json()["seq"] == 1
    assert anna.post(f"{address}/message", message).get_json()["seq"] == 1
    assert bo.post(f"{address}/message", message).status_code == 409
    for wrong in ({"id": "1", "text": "Hej"}, {"id": str(uuid.uuid4()), "text": "a\x00"}):
        assert anna.post(f"{address}/message", wrong).status_code == 400
    with world.store.read() as connection:
        found = conversations.find(connection, chat.conversation)
        assert [each.text for each in transcript.read(connection, world.gateway.vault, found)] == ["Hej"]
    assert bo.post(f"{address}/close", {}).status_code == 409
    assert anna.post(f"{address}/close", {}).get_json()["state"] == ContactState.ENDED
    assert anna.post(f"{address}/message", message | {"id": str(uuid.uuid4())}).status_code == 409


@pytest.mark.parametrize("sent", [{}, {"content_type": "application/json"}])
def test_what_needs_no_body_is_asked_without_one(api, chat, sent):
    anna, address = api("anna"), f"/contacts/{chat.contact.id}"
    assert anna.ask("POST", f"{address}/accept", **sent).get_json()["state"] == ContactState.ANSWERED
    assert anna.ask("POST", f"{address}/message", **sent).status_code in (400, 415)
    assert anna.ask("POST", f"{address}/close", **sent).get_json()["state"] == ContactState.ENDED
    bodies = {
        step: description()["paths"][f"/contacts/{{contact}}/{step}"]["post"]["requestBody"]["required"]
        for step in ("accept", "message", "close")
    }
    assert bodies == {"accept": False, "message": True, "close": False}


@pytest.fixture
def taken(world, api, chat):
    """Anna has it, and she and Bo have their consoles open."""
    with world.store.write() as connection:
        staff_presence.beat(connection, "a process", ["anna", "bo"], world.clock())
    assert api("anna").post(f"/contacts/{chat.contact.id}/accept", {}).status_code == 200
    return f"/contacts/{chat.contact.id}"


def test_given_to_a_colleague_it_is_theirs_at_once(world, api, taken):
    answer = api("anna").post(f"{taken}/transfer", {"to": "bo"})
    assert answer.status_code == 200
    assert answer.get_json() == {"contact": world.contact().id, "to": "bo", "ringing": 0}
    assert world.contact().answered_by == "bo"
    message = {"id": str(uuid.uuid4()), "text": "Hej"}
    assert api("anna").post(f"{taken}/message", message).status_code == 409
    assert api("bo").post(f"{taken}/message", message).status_code == 200
    assert api("anna").post(f"{taken}/transfer", {"to": "bo"}).status_code == 403


@pytest.mark.parametrize("to", ["nadia", "carla", "anna", "backup", "night_line", "nobody-of-that-name"])
def test_it_stays_where_it_is_when_nobody_of_these_is_there(world, api, taken, to):
    answer = api("anna").post(f"{taken}/transfer", {"to": to})
    assert answer.status_code == 409
    assert answer.get_json(force=True)["type"].endswith("/Nobody")
    assert world.contact().answered_by == "anna"


@pytest.mark.parametrize(("worker", "status"), [("bo", 403), ("koord", 403), ("carla", 404)])
def test_only_who_has_it_gives_it_away(world, api, taken, worker, status):
    assert api(worker).post(f"{taken}/transfer", {"to": "bo"}).status_code == status
    assert world.contact().answered_by == "anna"


def test_what_still_waits_is_not_given_away(world, api, chat):
    answer = api("koord").post(f"/contacts/{chat.contact.id}/transfer", {"to": "bo"})
    assert (answer.status_code, answer.get_json(force=True)["detail"]) == (
        409, "It is waiting; only a conversation can be handed over.",
    )  # fmt: skip


def test_who_is_away_comes_back_before_they_take_one(world, api, chat):
    anna, path = api("anna"), f"/contacts/{chat.contact.id}/accept"
    anna.put("/away", {"on": True})
    answer = anna.post(path, {})
    assert (answer.status_code, answer.get_json(force=True)["detail"]) == (
        409, "You are away; come back first.",
    )  # fmt: skip
    anna.put("/away", {"on": False})
    assert anna.post(path, {}).status_code == 200
