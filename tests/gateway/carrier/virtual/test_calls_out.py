"""The gateway rings a worker through the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.carrier import CallStatus, CarrierRefusedError
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.scripts import (
    Answers,
    Busy,
    Declines,
    Fails,
    HangsUpDuringWhisper,
    InTurn,
    Manual,
    RingsOut,
    Script,
    Unallocated,
    Voicemail,
)
from tests.gateway.carrier.virtual.booth import COLLEAGUE, LINE, START, WORKER, Booth

WHISPER = (
    '<Gather numDigits="1" timeout="5" action="/taken"><Say>Esbjerg, Fønix. Tryk 1.</Say></Gather><Hangup/>'
)


@pytest.fixture
def booth() -> Iterator[Booth]:
    booth = Booth()
    booth.says["/worker"] = WHISPER
    booth.says["/taken"] = "<Say>Tak.</Say>"
    yield booth
    assert booth.exchange.complaints == []
    assert booth.unsigned == []


def test_a_worker_answers_and_presses_a_key(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER, Answers(after_seconds=4, keys=[(1, "1")]))
    sid = booth.place()
    assert booth.carrier.call_status(sid) is CallStatus.QUEUED
    booth.settle()
    assert booth.carrier.call_status(sid) is CallStatus.COMPLETED
    assert booth.forms("/taken")[0]["Digits"] == "1"
    assert booth.forms("/taken")[0]["CallSid"] == sid
    assert booth.forms("/worker")[0]["CallStatus"] == "in-progress"
    assert booth.statuses() == ["ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in booth.forms("/status")] == ["0", "1", "2"]
    assert booth.forms("/status")[2]["CallDuration"] == "2"
    assert len(phone.calls) == 1


@pytest.mark.parametrize(
    ("script", "status", "seconds"),
    [
        (RingsOut(), "no-answer", 25.5),
        (Busy(), "busy", 0.5),
        (Declines(after_seconds=3), "busy", 3.5),
        (Unallocated(), "failed", 0.5),
        (Fails(503), "failed", 0.5),
        (Voicemail(picks_up_after=18, greeting_seconds=12), "completed", 18.5 + 23 / 15 + 5),
        (Voicemail(picks_up_after=40), "no-answer", 25.5),
        (HangsUpDuringWhisper(after_seconds=4, listens_seconds=1), "completed", 5.5),
        (Manual(), "no-answer", 25.5),
    ],
)
def test_how_a_call_that_nobody_takes_ends(booth: Booth, script: Script, status: str, seconds: float) -> None:
    booth.exchange.phone(WORKER, script)
    booth.place(ring_seconds=20)
    booth.settle()
    assert booth.statuses()[-1] == status
    assert (booth.clock() - START).total_seconds() == pytest.approx(seconds, abs=0.1)
    assert booth.forms("/taken") == []


def test_a_number_without_a_phone_is_unallocated(booth: Booth) -> None:
    booth.place("+4599999999")
    booth.settle()
    assert booth.statuses() == ["failed"]
    assert booth.forms("/status")[-1]["SipResponseCode"] == "404"


def test_ending_a_call_that_rings_cancels_it(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    sid = booth.place()
    booth.run(3)
    assert phone.is_ringing
    booth.carrier.end_call(sid)
    booth.run(0)
    assert not phone.is_ringing
    assert booth.statuses()[-1] == "canceled"
    booth.carrier.end_call(sid)


def test_ending_a_call_in_progress_completes_it(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    sid = booth.place()
    booth.run(3)
    phone.pick_up()
    booth.run(1)
    booth.carrier.end_call(sid)
    booth.settle()
    assert booth.statuses()[-1] == "completed"


def test_a_call_ends_once(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    sid = booth.place()
    booth.run(3)
    call = phone.pick_up()
    booth.carrier.end_call(sid)
    call.hang_up()
    call.hang_up()
    booth.settle()
    assert booth.statuses().count("completed") == 1


def test_a_call_in_progress_can_be_sent_elsewhere_and_one_that_is_over_cannot(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    booth.says["/elsewhere"] = "<Say>En kollega har taget den. Tak.</Say>"
    sid = booth.place()
    booth.run(3)
    with pytest.raises(CarrierRefusedError) as refused:
        booth.carrier.redirect_call(sid, url="https://gateway.example/elsewhere")
    assert (refused.value.status, refused.value.code) == (400, 21220)
    call = phone.pick_up()
    booth.run(0.5)
    booth.carrier.redirect_call(sid, url="https://gateway.example/elsewhere")
    booth.settle()
    assert call.heard == ["Esbjerg, Fønix. Tryk 1.", "En kollega har taget den. Tak."]
    assert booth.forms("/taken") == []
    with pytest.raises(CarrierRefusedError):
        booth.carrier.redirect_call(sid, url="https://gateway.example/elsewhere")


def test_a_phone_in_use_is_busy_and_one_with_call_waiting_rings(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    booth.place()
    booth.run(1)
    booth.place()
    booth.run(1)
    assert booth.statuses()[-1] == "busy"
    phone.call_waiting = True
    booth.place()
    booth.run(1)
    assert booth.statuses()[-1] == "ringing"
    assert len(phone.calls) == 3


def test_scripts_in_turn(booth: Booth) -> None:
    booth.exchange.phone(WORKER, InTurn([Busy(), Declines(1)]))
    for _ in range(3):
        booth.place()
        booth.settle()
    assert [status for status in booth.statuses() if status == "busy"] == ["busy"] * 3
    assert booth.statuses().count("ringing") == 2


def test_a_slow_account_dials_its_calls_one_a_second() -> None:
    booth = Booth(habits=Habits(calls_per_second=1))
    booth.says["/worker"] = WHISPER
    for number in (WORKER, COLLEAGUE):
        booth.exchange.phone(number)
        booth.place(number)
    booth.run(2.1)
    ringing = [r.at for r in booth.received if r.form.get("CallStatus") == "ringing"]
    assert (ringing[1] - ringing[0]).total_seconds() == 1


def test_the_fallback_of_an_outgoing_call_is_asked(booth: Booth) -> None:
    booth.says["/worker"] = (503, "")
    booth.says["/fallback"] = "<Say>Prøv igen.</Say>"
    phone = booth.exchange.phone(WORKER, Answers(1))
    booth.place()
    booth.settle()
    assert phone.calls[0].heard == ["Prøv igen."]


def test_the_phone_in_a_persons_hand(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER)
    with pytest.raises(LookupError):
        phone.pick_up()
    with pytest.raises(LookupError):
        phone.hang_up()
    booth.place()
    booth.run(1)
    phone.pick_up()
    booth.run(0.2)
    with pytest.raises(ValueError, match="no such key"):
        phone.press("x")
    phone.press("1")
    booth.settle()
    assert booth.forms("/taken")[0]["From"] == LINE
