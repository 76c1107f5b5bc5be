"""A colleague in a conversation in writing over HTTP: who adds whom, who lets whom go, and who is told."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from config.site import Channel
from gateway.conversations import opening, transcript
from gateway.conversations.opening import Wanted
from gateway.store import conversations, staff_presence
from gateway.store.tables import audit_entries

TWO_READ = "Nu er der to medarbejdere her. Begge kan læse det, du har skrevet, og svare dig."
ONE_READS = "Nu er der kun én medarbejder her igen."


@pytest.fixture
def chat(world):
    """A citizen waits in writing. Anna, Bo and Niels are on duty with their consoles open."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("foenix", 2, "niels"))
    with world.store.write() as connection:
        staff_presence.beat(connection, "a process", ["anna", "bo", "niels"], world.clock())
        return opening.begin(
            connection, world.gateway, Wanted(line="foenix"), None, world.clock(), channel=Channel.SMS
        )


@pytest.fixture
def taken(api, chat):
    """Anna has it."""
    assert api("anna").post(f"/contacts/{chat.contact.id}/accept", {}).status_code == 200
    return f"/contacts/{chat.contact.id}"


@pytest.fixture
def shared(api, taken):
    """Anna has it, and Bo was added."""
    assert api("anna").post(f"{taken}/colleagues", {"to": "bo"}).status_code == 200
    return taken


def said(world, chat):
    with world.store.read() as connection:
        found = conversations.find(connection, chat.conversation)
        return [each.text for each in transcript.read(connection, world.gateway.vault, found)]


def audited(world):
    query = sa.select(audit_entries).order_by(audit_entries.c.number)
    with world.store.read() as connection:
        return [(row.actor, row.action, row.details) for row in connection.execute(query)]


def writes(api, worker, path):
    return api(worker).post(f"{path}/message", {"id": str(uuid.uuid4()), "text": "Hej"}).status_code


def detail(answer):
    return answer.status_code, answer.get_json(force=True)["detail"]


def test_who_was_added_writes_along_and_goes_again(world, api, chat, taken):
    assert writes(api, "bo", taken) == 409
    answer = api("anna").post(f"{taken}/colleagues", {"to": "bo"})
    assert (answer.status_code, answer.get_json()) == (
        200, {"contact": chat.contact.id, "colleagues": ["bo"]},
    )  # fmt: skip
    assert said(world, chat) == [TWO_READ]
    assert api("bo").get(taken).get_json()["colleagues"] == ["bo"]
    assert writes(api, "bo", taken) == 200
    assert world.contact().answered_by == "anna"
    assert world.engaged() == {"anna", "bo"}
    answer = api("bo").ask("DELETE", f"{taken}/colleagues/bo")
    assert (answer.status_code, answer.get_json()) == (200, {"contact": chat.contact.id, "colleagues": []})
    assert said(world, chat) == [TWO_READ, "Hej", ONE_READS]
    assert api("bo").get(taken).get_json()["colleagues"] == []
    assert writes(api, "bo", taken) == 409
    assert world.engaged() == {"anna"}
    done = [entry for entry in audited(world) if entry[1].startswith("colleague_")]
    assert done == [("anna", "colleague_added", {"to": "bo"}), ("bo", "colleague_left", {"worker": "bo"})]


def test_whoever_has_it_lets_them_go(world, api, shared):
    assert api("anna").ask("DELETE", f"{shared}/colleagues/bo").get_json()["colleagues"] == []
    assert audited(world)[-1] == ("anna", "colleague_left", {"worker": "bo"})
    assert world.engaged() == {"anna"}


def test_added_again_nothing_changes_and_the_citizen_is_told_once(world, api, chat, shared):
    before = audited(world)
    assert api("anna").post(f"{shared}/colleagues", {"to": "bo"}).get_json()["colleagues"] == ["bo"]
    assert said(world, chat) == [TWO_READ]
    assert audited(world) == before


@pytest.mark.parametrize("to", ["carla", "nadia", "anna", "night_line", "backup", "nobody-of-that-name"])
def test_who_could_not_be_handed_it_is_not_added(world, api, chat, taken, to):
    answer = api("anna").post(f"{taken}/colleagues", {"to": to})
    assert answer.status_code == 409
    assert answer.get_json(force=True)["type"].endswith("/Nobody")
    assert said(world, chat) == []


def test_a_third_is_not_added(world, api, chat, shared):
    assert api("anna").post(f"{shared}/colleagues", {"to": "niels"}).status_code == 409
    assert world.engaged() == {"anna", "bo"}
    api("anna").ask("DELETE", f"{shared}/colleagues/bo")
    assert api("anna").post(f"{shared}/colleagues", {"to": "niels"}).status_code == 200


@pytest.mark.parametrize(("worker", "status"), [("bo", 403), ("niels", 403), ("koord", 403), ("carla", 404)])
def test_only_who_has_it_adds_somebody(world, api, shared, worker, status):
    before = audited(world)
    assert api(worker).post(f"{shared}/colleagues", {"to": "niels"}).status_code == status
    assert world.engaged() == {"anna", "bo"}
    assert audited(world) == before


@pytest.mark.parametrize(
    ("by", "worker", "status"),
    [
        ("niels", "bo", 403), ("koord", "bo", 403), ("carla", "bo", 404), ("bo", "anna", 403),
        ("anna", "anna", 404), ("anna", "niels", 404), ("niels", "niels", 404), ("anna", "%00", 404),
    ],
)  # fmt: skip
def test_nobody_else_lets_anybody_go(world, api, shared, by, worker, status):
    before = audited(world)
    assert api(by).ask("DELETE", f"{shared}/colleagues/{worker}").status_code == status
    assert world.engaged() == {"anna", "bo"}
    assert audited(world) == before


def test_who_has_gone_does_not_go_twice(api, shared):
    assert api("bo").ask("DELETE", f"{shared}/colleagues/bo").status_code == 200
    assert api("bo").ask("DELETE", f"{shared}/colleagues/bo").status_code == 404


def test_what_waits_or_is_over_has_no_colleagues(api, chat):
    path = f"/contacts/{chat.contact.id}"
    words = "a colleague is added to a conversation."
    assert detail(api("anna").post(f"{path}/colleagues", {"to": "bo"})) == (409, f"It is waiting; {words}")
    api("anna").post(f"{path}/accept", {})
    api("anna").post(f"{path}/close", {})
    assert detail(api("anna").post(f"{path}/colleagues", {"to": "bo"})) == (409, f"It is ended; {words}")


def test_a_call_has_its_own_way(world, api):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna = world.worker("anna")
    call = world.citizen_calls()
    world.run(1)
    anna.pick_up().press("1")
    world.run_until(lambda: bool(call.talking_with), limit=5)
    path = f"/contacts/{world.contact().id}/colleagues"
    assert detail(api("anna").post(path, {"to": "bo"})) == (
        409, "Into a call a colleague is rung: transfer it to them.",
    )  # fmt: skip
    assert api("anna").ask("DELETE", f"{path}/bo").status_code == 404


@pytest.mark.parametrize("body", [{}, {"to": ""}, {"to": 7}, {"to": "x" * 65}, {"to": "bo", "more": 1}, []])
def test_what_says_nobody_is_refused(world, api, chat, taken, body):
    assert api("anna").post(f"{taken}/colleagues", body).status_code == 400
    assert said(world, chat) == []
