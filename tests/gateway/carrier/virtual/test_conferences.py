"""Rooms: who hears whom, what starts and ends them, and where everybody goes afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.conferences import BEEP, HOLD_MUSIC
from gateway.carrier.virtual.scripts import Answers, Caller
from tests.gateway.carrier.virtual.booth import CITIZEN, COLLEAGUE, GATEWAY, LINE, WORKER, Booth


@pytest.fixture
def booth() -> Iterator[Booth]:
    booth = Booth()
    booth.says["/voice"] = room('waitUrl="" startConferenceOnEnter="false"', action="/citizen-after")
    booth.says["/worker"] = room('waitUrl="" endConferenceOnExit="true"', action="/worker-after")
    booth.says["/colleague"] = room('waitUrl=""', action="/colleague-after")
    booth.says["/citizen-after"] = "<Say>Samtalen er slut. Du kan altid ringe igen.</Say>"
    yield booth
    assert booth.exchange.complaints == []
    assert booth.unsigned == []


def room(attributes: str, *, action: str, dial: str = "") -> str:
    return (
        f'<Dial action="{action}" {dial}><Conference beep="false" statusCallback="/room" '
        f'statusCallbackEvent="start end join leave" {attributes}>contact-1</Conference></Dial>'
    )


def joined(booth: Booth, script: Caller | None = None) -> tuple[Call, Call]:
    """A citizen and a worker in one room."""
    phone = booth.exchange.phone(WORKER, Answers(1))
    citizen = booth.exchange.call(CITIZEN, LINE, script)
    booth.place()
    booth.run(3)
    return citizen, phone.calls[0]


def events(booth: Booth) -> list[str]:
    return [form["StatusCallbackEvent"] for form in booth.forms("/room")]


def test_it_starts_with_the_second_who_may_start_it(booth: Booth) -> None:
    citizen = booth.exchange.call(CITIZEN, LINE)
    booth.run(2)
    assert citizen.talking_with == set()
    booth.exchange.phone(WORKER, Answers(1))
    booth.place()
    booth.run(3)
    assert citizen.talking_with == {WORKER}
    assert events(booth) == ["participant-join", "participant-join", "conference-start"]
    assert booth.forms("/room")[0]["CallSid"] == citizen.sid
    assert {form["FriendlyName"] for form in booth.forms("/room")} == {"contact-1"}
    assert citizen.played == []


def test_two_who_may_not_start_it_wait(booth: Booth) -> None:
    booth.says["/worker"] = booth.says["/voice"]
    citizen, worker = joined(booth)
    assert (citizen.talking_with, worker.talking_with) == (set(), set())
    assert "conference-start" not in events(booth)


def test_one_who_ends_it_sends_the_others_on(booth: Booth) -> None:
    citizen, worker = joined(booth)
    worker.hang_up()
    booth.settle()
    assert booth.forms("/worker-after")[0]["CallStatus"] == "completed"
    assert booth.forms("/citizen-after")[0]["CallStatus"] == "in-progress"
    assert booth.forms("/citizen-after")[0]["DialCallStatus"] == "answered"
    assert citizen.heard == ["Samtalen er slut. Du kan altid ringe igen."]
    assert events(booth)[3:] == ["participant-leave", "participant-leave", "conference-end"]
    conference = next(iter(booth.exchange.conferences.values()))
    assert conference.reason_ended == "participant-with-end-conference-on-exit-left"
    assert conference.ended_by == worker.sid


def test_one_who_does_not_end_it_leaves_the_other_alone(booth: Booth) -> None:
    citizen, worker = joined(booth)
    citizen.hang_up()
    booth.run(1)
    assert not worker.is_over
    assert worker.talking_with == set()
    assert booth.forms("/citizen-after")[0]["CallStatus"] == "completed"
    assert citizen.heard == []


def test_a_star_leaves_the_room_for_the_action(booth: Booth) -> None:
    booth.says["/worker"] = room('waitUrl=""', action="/worker-after", dial='hangupOnStar="true"')
    booth.says["/worker-after"] = "<Say>Du er ude.</Say><Hangup/>"
    citizen, worker = joined(booth)
    worker.press("12*")
    booth.run(2)
    assert booth.forms("/worker-after")[0]["CallStatus"] == "in-progress"
    assert worker.heard == ["Du er ude."]
    assert not citizen.is_over


def test_a_third_joins_and_the_first_hands_over(booth: Booth) -> None:
    booth.says["/worker"] = room('waitUrl=""', action="/worker-after")
    citizen, worker = joined(booth)
    booth.exchange.phone(COLLEAGUE, Answers(1))
    booth.place(COLLEAGUE, url="/colleague")
    booth.run(3)
    assert citizen.talking_with == {WORKER, COLLEAGUE}
    worker.hang_up()
    booth.run(1)
    assert citizen.talking_with == {COLLEAGUE}


def test_a_member_sent_elsewhere_leaves_and_its_action_is_not_asked(booth: Booth) -> None:
    booth.says["/elsewhere"] = "<Pause length='30'/>"
    citizen, worker = joined(booth)
    booth.carrier.redirect_call(citizen.sid, url=f"{GATEWAY}/elsewhere")
    booth.run(1)
    assert citizen.talking_with == set()
    assert worker.talking_with == set()
    assert booth.forms("/citizen-after") == []


def test_the_same_name_later_is_another_room(booth: Booth) -> None:
    joined(booth)[1].hang_up()
    booth.settle()
    joined(booth)
    sids = [form["ConferenceSid"] for form in booth.forms("/room")]
    assert len(set(sids)) == 2


def test_hold_music_and_beeps_are_heard_unless_turned_off(booth: Booth) -> None:
    booth.says["/voice"] = "<Dial><Conference>contact-2</Conference></Dial>"
    booth.says["/worker"] = "<Dial><Conference>contact-2</Conference></Dial>"
    citizen, _worker = joined(booth)
    assert citizen.played == [HOLD_MUSIC, BEEP]


def test_a_full_room_sends_on(booth: Booth) -> None:
    booth.says["/colleague"] = room('maxParticipants="2"', action="/colleague-after")
    booth.says["/colleague-after"] = "<Say>Der er fuldt.</Say>"
    joined(booth)
    phone = booth.exchange.phone(COLLEAGUE, Answers(1))
    booth.place(COLLEAGUE, url="/colleague")
    booth.run(4)
    assert phone.calls[0].heard == ["Der er fuldt."]


def test_the_api_mutes_holds_and_ends(booth: Booth) -> None:
    citizen, worker = joined(booth)
    client = booth.carrier._client
    found = client.conferences.list(friendly_name="contact-1", status="in-progress")
    assert [conference.status for conference in found] == ["in-progress"]
    room_ = client.conferences(found[0].sid)
    assert {p.call_sid for p in room_.participants.list()} == {citizen.sid, worker.sid}
    room_.participants(worker.sid).update(muted=True)
    assert worker.talking_with == set()
    assert [p.call_sid for p in room_.participants.list(muted=True)] == [worker.sid]
    room_.participants(worker.sid).update(muted=False)
    room_.participants(citizen.sid).update(hold=True)
    assert worker.talking_with == set()
    room_.participants(worker.sid).update(end_conference_on_exit=False)
    assert room_.participants(worker.sid).fetch().end_conference_on_exit is False
    room_.update(status="completed")
    booth.settle()
    assert room_.fetch().reason_conference_ended == "conference-ended-via-api"
    assert citizen.heard == ["Samtalen er slut. Du kan altid ringe igen."]


def test_two_of_one_label_are_complained_of() -> None:
    booth = Booth()
    document = '<Dial><Conference participantLabel="a">x</Conference></Dial>'
    booth.says["/voice"] = booth.says["/worker"] = document
    joined(booth)
    assert len(booth.exchange.complaints) == 1
