"""Every event of both namespaces, and that it is closed to strangers. A new event must be listed here."""

from __future__ import annotations

import uuid

from chat.citizen import CitizenNamespace
from chat.staff import StaffNamespace
from tests.chat.test_citizen import story

TEXT = {"id": str(uuid.uuid4()), "text": "hej"}
# event -> (what it is asked with, what a stranger hears). ``start`` is for everybody, at a pace.
CITIZENS = {
    "start": None,
    "rejoin": ({"token": "A" * 43, "after": 0}, {"not_found"}),
    "resume": ({"ticket": "123456", "code": "12345678"}, {"not_found", "wrong_code"}),
    "message": (TEXT, {"not_found"}),
    "typing": ({"on": True}, {"not_found"}),
    "code": ({}, {"not_found"}),
    "leave": ({"erase": True}, {"not_found"}),
}
STAFF = {
    "accept": {"contact": "CONTACT"},
    "message": {"contact": "CONTACT", **TEXT},
    "typing": {"contact": "CONTACT", "on": True},
    "transfer": {"contact": "CONTACT", "to": "carla"},
    "add_colleague": {"contact": "CONTACT", "to": "carla"},
    "leave": {"contact": "CONTACT"},
    "close": {"contact": "CONTACT"},
    # About nobody but oneself.
    "away": None,
}
NOT_EVENTS = {"connect", "disconnect"}


def events(namespace):
    names = {name.removeprefix("on_") for name in dir(namespace) if name.startswith("on_")}
    return names - NOT_EVENTS


def test_every_event_is_listed():
    assert events(CitizenNamespace) == CITIZENS.keys()
    assert events(StaffNamespace) == STAFF.keys()


def test_a_stranger_reaches_no_conversation(scene):
    async def tell():
        await scene.conversation()
        for event, asked in CITIZENS.items():
            if asked is None:
                continue
            stranger = await scene.citizen()
            answer = await stranger.call(event, asked[0])
            assert answer is None or not answer["ok"], (event, answer)
            assert answer is None or answer["error"]["code"] in asked[1], (event, answer)

    story(scene, tell)


def test_a_worker_of_another_line_is_told_what_they_would_be_told_if_there_were_none(scene):
    async def tell():
        citizen, anna, contact = await scene.conversation()
        carla = await scene.worker("carla")
        for event, asked in STAFF.items():
            if asked is None:
                continue
            theirs = await carla.call(event, asked | {"contact": contact})
            nobodys = await carla.call(event, asked | {"contact": "0" * 32})
            assert theirs == nobodys, event
            assert not theirs["ok"], event
            assert theirs["error"]["code"] == "not_found", event
        assert anna.state != "ended"
        assert citizen.state == "answered"

    story(scene, tell)
