"""``<Dial>`` to numbers, with and without a whisper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.scripts import (
    Answers,
    Busy,
    Caller,
    HangsUpDuringWhisper,
    RingsOut,
    Script,
    Unallocated,
    Voicemail,
)
from tests.gateway.carrier.virtual.booth import CITIZEN, COLLEAGUE, LINE, WORKER, Booth

EVENTS = "initiated ringing answered completed"


@pytest.fixture
def booth() -> Iterator[Booth]:
    booth = Booth()
    booth.says["/after"] = "<Say>Samtalen er slut.</Say>"
    booth.says["/whisper"] = (
        '<Gather numDigits="1" timeout="4" action="/accept"><Say>Tryk 1.</Say></Gather><Hangup/>'
    )
    booth.says["/accept"] = ""
    yield booth
    assert booth.exchange.complaints == []
    assert booth.unsigned == []


def dial(booth: Booth, numbers: str, attributes: str = 'timeout="10"') -> None:
    booth.says["/voice"] = f'<Dial action="/after" {attributes}>{numbers}</Dial>'


def calls(booth: Booth, script: Script | None = None) -> Call:
    return booth.exchange.call(CITIZEN, LINE, script)


def test_two_people_talk_until_the_called_one_hangs_up(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    phone = booth.exchange.phone(WORKER, Answers(3, hangs_up_after_connected=30))
    call = calls(booth)
    booth.run(5)
    assert call.talking_with == {WORKER}
    assert phone.call is not None
    assert phone.call.talking_with == {CITIZEN}
    booth.settle()
    after = booth.forms("/after")[0]
    assert after["DialCallStatus"] == "completed"
    assert after["DialCallDuration"] == "30"
    assert after["DialBridged"] == "true"
    assert after["CallStatus"] == "in-progress"
    assert call.heard == ["Samtalen er slut."]
    assert call.talking_with == set()


def test_the_caller_hangs_up_and_the_actions_answer_is_ignored(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    phone = booth.exchange.phone(WORKER, Answers(3))
    call = calls(booth, Caller(hangs_up_after=20))
    booth.settle()
    assert booth.forms("/after")[0]["CallStatus"] == "completed"
    assert call.heard == []
    assert phone.calls[0].is_over


def test_the_caller_leaves_while_it_rings(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    phone = booth.exchange.phone(WORKER, RingsOut())
    calls(booth, Caller(hangs_up_after=4))
    booth.settle()
    assert phone.calls[0].state == "canceled"
    assert booth.forms("/after")[0]["DialCallStatus"] == "canceled"


@pytest.mark.parametrize(
    ("scripts", "status"),
    [
        ((RingsOut(), RingsOut()), "no-answer"),
        ((Busy(), RingsOut()), "no-answer"),
        ((Busy(), Unallocated()), "busy"),
        ((Unallocated(), Unallocated()), "failed"),
    ],
)
def test_nobody_is_reached(booth: Booth, scripts: tuple[Script, Script], status: str) -> None:
    dial(booth, f"<Number>{WORKER}</Number><Number>{COLLEAGUE}</Number>")
    for number, script in zip((WORKER, COLLEAGUE), scripts, strict=True):
        booth.exchange.phone(number, script)
    call = calls(booth)
    booth.settle()
    assert booth.forms("/after")[0]["DialCallStatus"] == status
    assert call.heard == ["Samtalen er slut."]


def test_the_first_to_pick_up_silences_the_others_even_a_voicemail(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number><Number>{COLLEAGUE}</Number>")
    booth.exchange.phone(WORKER, Voicemail(picks_up_after=4, records_seconds=5))
    colleague = booth.exchange.phone(COLLEAGUE, Answers(6))
    call = calls(booth)
    booth.run(5)
    assert call.talking_with == {WORKER}
    assert colleague.calls[0].state == "canceled"
    booth.settle()


def test_a_whisper_that_is_accepted_joins_the_two(booth: Booth) -> None:
    dial(booth, f'<Number url="/whisper">{WORKER}</Number>')
    phone = booth.exchange.phone(WORKER, Answers(3, keys=[(2, "1")], hangs_up_after_connected=5))
    call = calls(booth)
    booth.run(4.5)
    assert call.talking_with == set()
    booth.run(2)
    assert call.talking_with == {WORKER}
    assert phone.calls[0].heard == ["Tryk 1."]
    assert booth.forms("/whisper")[0]["ParentCallSid"] == call.sid
    booth.settle()


@pytest.mark.parametrize(
    "script", [Voicemail(picks_up_after=3), HangsUpDuringWhisper(3), Answers(3, hangs_up_after=2)]
)
@pytest.mark.parametrize("status", ["no-answer", "completed"])
def test_a_whisper_that_is_not_accepted_goes_on(script: Script, status: str) -> None:
    booth = Booth(habits=Habits(unbridged_dial_status=status))
    booth.says["/whisper"] = '<Gather numDigits="1" timeout="4" action="/accept"/><Hangup/>'
    booth.says["/after"] = "<Say>Videre.</Say>"
    dial(booth, f'<Number url="/whisper">{WORKER}</Number>')
    booth.exchange.phone(WORKER, script)
    call = calls(booth)
    booth.settle()
    after = booth.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    assert call.heard == ["Videre."]


@pytest.mark.parametrize(("ring_on", "partner"), [(False, set()), (True, {COLLEAGUE})])
def test_a_whisper_to_several(ring_on: bool, partner: set[str]) -> None:
    booth = Booth(habits=Habits(rest_ring_on_during_whisper=ring_on))
    booth.says["/whisper"] = '<Gather numDigits="1" timeout="20" action="/accept"/><Hangup/>'
    dial(booth, f'<Number url="/whisper">{WORKER}</Number><Number url="/whisper">{COLLEAGUE}</Number>')
    booth.exchange.phone(WORKER, Voicemail(picks_up_after=2))
    booth.exchange.phone(COLLEAGUE, Answers(6, keys=[(1, "1")]))
    call = calls(booth)
    booth.run(12)
    assert call.talking_with == partner


def test_a_star_ends_the_dial_where_that_is_asked_for(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>", 'hangupOnStar="true"')
    booth.exchange.phone(WORKER, Answers(1))
    call = calls(booth)
    booth.run(5)
    call.press("5")
    assert call.talking_with == {WORKER}
    call.press("*")
    booth.settle()
    assert call.heard == ["Samtalen er slut."]


def test_a_star_is_just_a_key_otherwise(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    booth.exchange.phone(WORKER, Answers(1))
    call = calls(booth, Caller(keys=[(5, "*")]))
    booth.run(10)
    assert call.talking_with == {WORKER}


def test_a_time_limit(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>", 'timeLimit="60"')
    booth.exchange.phone(WORKER, Answers(1))
    calls(booth)
    booth.settle()
    assert booth.forms("/after")[0]["DialCallDuration"] == "60"


def test_answer_on_bridge_lets_the_caller_hear_ringing(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>", 'answerOnBridge="true"')
    booth.exchange.phone(WORKER, Answers(4, hangs_up_after_connected=1))
    call = calls(booth)
    booth.run(4)
    assert call.state == "ringing"
    booth.run(1)
    assert call.state == "in-progress"
    booth.settle()


def test_the_progress_of_a_dialled_number(booth: Booth) -> None:
    dial(
        booth,
        f'<Number statusCallback="/status" statusCallbackEvent="{EVENTS}">{WORKER}</Number>',
        f'callerId="{LINE}"',
    )
    booth.exchange.phone(WORKER, Answers(1, hangs_up_after_connected=3))
    calls(booth)
    booth.settle()
    assert booth.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    assert {form["From"] for form in booth.forms("/status")} == {LINE}


def test_plain_text_is_a_number(booth: Booth) -> None:
    booth.says["/voice"] = f"<Dial>{WORKER}</Dial><Say>Og videre.</Say>"
    booth.exchange.phone(WORKER, Busy())
    call = calls(booth)
    booth.settle()
    assert call.heard == ["Og videre."]


def test_a_caller_who_is_sent_elsewhere_lets_the_others_go(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    phone = booth.exchange.phone(WORKER, Answers(1))
    booth.says["/elsewhere"] = "<Say>Her.</Say>"
    call = calls(booth)
    booth.run(3)
    booth.carrier.redirect_call(call.sid, url="https://gateway.example/elsewhere")
    booth.settle()
    assert call.heard == ["Her."]
    assert phone.calls[0].is_over
    assert booth.forms("/after") == []


def test_a_called_party_who_is_sent_elsewhere_leaves_the_caller_to_the_action(booth: Booth) -> None:
    dial(booth, f"<Number>{WORKER}</Number>")
    phone = booth.exchange.phone(WORKER, Answers(1))
    booth.says["/elsewhere"] = "<Say>Her.</Say><Pause length='60'/>"
    call = calls(booth)
    booth.run(3)
    booth.carrier.redirect_call(phone.calls[0].sid, url="https://gateway.example/elsewhere")
    booth.run(3)
    assert phone.calls[0].heard == ["Her."]
    assert not phone.calls[0].is_over
    assert call.heard == ["Samtalen er slut."]


@pytest.mark.parametrize(
    "document",
    [
        f'<Dial callerId="+4511111111"><Number>{WORKER}</Number></Dial>',
        "<Dial>" + "".join(f"<Number>+45200000{n:02}</Number>" for n in range(11)) + "</Dial>",
        f"<Dial><Number>{WORKER}</Number><Conference>a</Conference></Dial>",
    ],
)
def test_mistakes_in_a_dial_are_complained_of(document: str) -> None:
    booth = Booth()
    booth.says["/voice"] = document
    calls(booth)
    booth.settle()
    assert len(booth.exchange.complaints) == 1


def test_a_whisper_may_not_dial() -> None:
    booth = Booth()
    booth.says["/whisper"] = f"<Dial>{COLLEAGUE}</Dial>"
    dial(booth, f'<Number url="/whisper">{WORKER}</Number>')
    phone = booth.exchange.phone(WORKER, Answers(1))
    calls(booth)
    booth.settle()
    assert len(booth.exchange.complaints) == 1
    assert phone.calls[0].is_over
