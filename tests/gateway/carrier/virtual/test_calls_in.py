"""A citizen calls, and hears what the gateway says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Response

from gateway.carrier import CallStatus
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.scripts import Caller, MayHangUpAt
from tests.gateway.carrier.virtual.booth import CITIZEN, GATEWAY, LINE, START, Booth


@pytest.fixture
def booth() -> Iterator[Booth]:
    booth = Booth()
    yield booth
    assert booth.exchange.complaints == []
    assert booth.unsigned == []


def test_a_call_is_fetched_said_and_ended(booth: Booth) -> None:
    booth.says["/voice"] = '<Say language="da-DK" voice="Polly.Naja">Du har ringet til Fønix.</Say>'
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.heard == ["Du har ringet til Fønix."]
    assert (call.said[0].language, call.said[0].voice) == ("da-DK", "Polly.Naja")
    assert call.state is CallStatus.COMPLETED
    form = booth.forms("/voice")[0]
    assert form["From"] == CITIZEN
    assert form["To"] == LINE
    assert form["CallStatus"] == "ringing"
    assert form["Direction"] == "inbound"
    assert form["CallSid"] == call.sid
    assert [f["CallStatus"] for f in booth.forms("/number-status")] == ["completed"]
    assert booth.forms("/number-status")[0]["CallDuration"] == "2"


def test_speech_takes_its_time(booth: Booth) -> None:
    booth.says["/voice"] = f"<Say>{'a' * 150}</Say><Pause length='4'/><Say>b</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert [(spoken.at - START).total_seconds() for spoken in call.said] == [0, 14]


def test_a_hold_loop_turns_until_the_caller_leaves(booth: Booth) -> None:
    booth.says["/voice"] = "<Redirect>/hold</Redirect>"
    booth.says["/hold"] = "<Play>/hold.wav</Play><Redirect>hold</Redirect>"
    call = booth.exchange.call(CITIZEN, LINE, Caller(hangs_up_after=60))
    booth.settle()
    assert len(booth.forms("/hold")) == 8
    assert call.played == ["/hold.wav"] * 8
    assert call.duration_seconds == 60
    assert booth.clock() == call.ended_at


def test_keys_stop_the_speech_and_go_to_the_action(booth: Booth) -> None:
    booth.says["/voice"] = (
        '<Gather numDigits="4" timeout="3" action="/postcode"><Say>Tast dit postnummer.</Say></Gather>'
        "<Redirect>/none</Redirect>"
    )
    booth.says["/postcode"] = "<Say>Tak.</Say>"
    call = booth.exchange.call(CITIZEN, LINE, Caller(keys=[(0.5, "67"), (2, "00")]))
    booth.settle()
    assert booth.forms("/postcode")[0]["Digits"] == "6700"
    assert call.said[0].cut_at is not None
    assert call.heard == ["Tast dit postnummer.", "Tak."]
    assert booth.forms("/none") == []


def test_no_key_falls_through_to_the_next_verb(booth: Booth) -> None:
    booth.says["/voice"] = '<Gather timeout="3" action="/keys"/><Redirect>/none</Redirect>'
    booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert booth.forms("/keys") == []
    assert (booth.received[1].path, (booth.received[1].at - START).total_seconds()) == ("/none", 3)


def test_no_key_goes_to_the_action_where_that_is_asked_for(booth: Booth) -> None:
    booth.says["/voice"] = '<Gather timeout="3" action="/keys" actionOnEmptyResult="true"/>'
    booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert booth.forms("/keys")[0]["Digits"] == ""


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "finished_on"),
    [
        ("", "12#", "12", "#"),
        ('finishOnKey="*"', "1#*", "1#", "*"),
        ('finishOnKey="" numDigits="2"', "#*", "#*", ""),
        ('timeout="2"', "12", "12", ""),
    ],
)
def test_what_ends_a_gather(booth: Booth, attributes: str, keys: str, digits: str, finished_on: str) -> None:
    booth.says["/voice"] = f'<Gather {attributes} action="/keys"/>'
    booth.exchange.call(CITIZEN, LINE, Caller(keys=[(1, keys)]))
    booth.settle()
    assert booth.forms("/keys")[0]["Digits"] == digits
    assert booth.forms("/keys")[0]["FinishedOnKey"] == finished_on


@pytest.mark.parametrize(("keeps", "digits"), [(True, ["1"]), (False, [])])
def test_keys_typed_ahead(keeps: bool, digits: list[str]) -> None:
    booth = Booth(habits=Habits(keeps_typed_ahead=keeps))
    booth.says["/voice"] = '<Say>Et øjeblik, vi finder nogen.</Say><Gather numDigits="1" action="/keys"/>'
    booth.exchange.call(CITIZEN, LINE, Caller(keys=[(0.5, "1")]))
    booth.settle()
    assert [form["Digits"] for form in booth.forms("/keys")] == digits


def test_keys_before_the_answer_are_lost(booth: Booth) -> None:
    booth.says["/voice"] = '<Pause length="2"/><Gather numDigits="1" action="/keys" timeout="1"/>'
    call = booth.exchange.call(CITIZEN, LINE)
    booth.run(1)
    call.press("1")
    booth.settle()
    assert booth.forms("/keys") == []


@pytest.mark.parametrize(("loop", "times"), [("2", 2), ("1", 1), ("0", 12)])
def test_words_can_be_repeated(booth: Booth, loop: str, times: int) -> None:
    booth.says["/voice"] = f'<Say loop="{loop}">{"a" * 75}</Say>'
    call = booth.exchange.call(CITIZEN, LINE, Caller(hangs_up_after=60))
    booth.settle()
    assert len(call.said) == times


def test_a_gather_without_action_asks_its_own_document_again(booth: Booth) -> None:
    booth.says["/voice"] = lambda form: "<Hangup/>" if "Digits" in form else "<Gather numDigits='1'/>"
    booth.exchange.call(CITIZEN, LINE, Caller(keys=[(1, "5")]))
    booth.settle()
    assert [form.get("Digits") for form in booth.forms("/voice")] == [None, "5"]


def test_reject_never_answers(booth: Booth) -> None:
    booth.says["/voice"] = '<Reject reason="busy"/>'
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.state is CallStatus.BUSY
    assert call.answered_at is None


def test_a_withheld_number_is_told_as_the_carrier_tells_it(booth: Booth) -> None:
    booth.says["/voice"] = "<Hangup/>"
    booth.exchange.call(None, LINE)
    booth.exchange.call(CITIZEN, LINE, shown_as="Anonymous")
    booth.settle()
    assert [form["From"] for form in booth.forms("/voice")] == ["+266696687", "Anonymous"]
    assert CITIZEN not in str(booth.received)


def test_a_caller_who_may_hang_up_does_so_when_nobody_came(booth: Booth) -> None:
    booth.says["/voice"] = '<Pause length="60"/>'
    call = booth.exchange.call(CITIZEN, LINE, MayHangUpAt(seconds=25))
    booth.settle()
    assert (booth.clock() - START).total_seconds() == 25
    assert call.is_over


def test_a_gateway_in_error_is_passed_over_for_the_fallback(booth: Booth) -> None:
    booth.says["/voice"] = (500, "")
    booth.says["/voice-fallback"] = "<Say>Bliv i røret.</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.heard == ["Bliv i røret."]
    fallback = booth.forms("/voice-fallback")[0]
    assert fallback["ErrorCode"] == "11200"
    assert fallback["ErrorUrl"] == f"{GATEWAY}/voice"
    assert booth.exchange.failures == [f"fetch {GATEWAY}/voice: answered 500"]


def test_a_gateway_that_is_gone_leaves_an_apology(booth: Booth) -> None:
    booth.transport.unplug(GATEWAY)
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.is_over
    assert call.heard == ["We are sorry. An application error has occurred. Goodbye."]
    assert len(call.twiml_errors) == 2


def test_the_fallback_may_stand_on_another_machine(booth: Booth) -> None:
    other = Booth()
    other.says["/voice-fallback"] = "<Say>Her er den anden.</Say>"
    booth.transport.unplug(GATEWAY)
    booth.transport.also(other._gateway(), "https://other.example")
    booth.exchange.provision(LINE, f"{GATEWAY}/voice", "https://other.example/voice-fallback")
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.heard == ["Her er den anden."]


def test_an_unknown_number_cannot_be_called(booth: Booth) -> None:
    with pytest.raises(LookupError):
        booth.exchange.call(CITIZEN, "+4512345678")


@pytest.mark.parametrize(
    "document",
    [
        "<Record/>",
        '<Say loop="x">a</Say>',
        '<Gather input="speech"/>',
        "<Dial><Client>anna</Client></Dial>",
        '<Dial record="true"><Conference>a</Conference></Dial>',
        '<Dial><Conference waitUrl="/music">a</Conference></Dial>',
        '<Redirect method="GET">/x</Redirect>',
        "<Dial/>",
        "<Redirect></Redirect>",
        "plain words",
        "<Say>unclosed",
        '<!DOCTYPE x [<!ENTITY e "e">]><Say>&e;</Say>',
    ],
)
def test_what_is_not_played_is_complained_of_and_fails_over(document: str) -> None:
    booth = Booth()
    booth.says["/voice"] = document
    booth.says["/voice-fallback"] = "<Say>Reserve.</Say>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert len(booth.exchange.complaints) == 1
    assert call.heard == ["Reserve."]


@pytest.mark.parametrize("content_type", ["text/html", "application/json", ""])
def test_a_document_that_says_it_is_something_else_is_not_played(content_type: str) -> None:
    booth = Booth()
    booth.says["/voice"] = Response("<Response><Say>Hej.</Say></Response>", content_type=content_type)
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert "12300" in booth.exchange.complaints[0]
    assert booth.forms("/voice-fallback")[0]["ErrorCode"] == "12300"
    assert call.heard == []


def test_documents_that_lead_in_a_circle_are_found_out() -> None:
    booth = Booth()
    booth.says["/voice"] = "<Redirect>/voice</Redirect>"
    call = booth.exchange.call(CITIZEN, LINE)
    booth.settle()
    assert call.is_over
    assert "circle" in booth.exchange.complaints[0]
