"""Text messages, in and out."""

from __future__ import annotations

import pytest

from gateway.carrier import CarrierRefusedError
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.texting import segments
from tests.gateway.carrier.virtual.booth import CITIZEN, GATEWAY, LINE, WORKER, Booth


def test_a_citizens_text_reaches_the_gateway_and_its_answer_the_citizen() -> None:
    booth = Booth()
    booth.says["/sms"] = (
        "<Message>Tak for din besked.</Message><Message><Body>Vi skriver snart.</Body></Message>"
    )
    booth.exchange.text(CITIZEN, LINE, "Hej, er der nogen?")
    booth.settle()
    form = booth.forms("/sms")[0]
    assert (form["From"], form["To"], form["Body"]) == (CITIZEN, LINE, "Hej, er der nogen?")
    assert (form["SmsStatus"], form["NumMedia"], form["NumSegments"]) == ("received", "0", "1")
    assert booth.exchange.phone(CITIZEN).texts == ["Tak for din besked.", "Vi skriver snart."]
    assert booth.unsigned == []
    assert booth.exchange.complaints == []


def test_a_text_of_the_gateway_is_told_about_until_it_arrives() -> None:
    booth = Booth()
    phone = booth.exchange.phone(WORKER)
    sid = booth.carrier.send_message(
        to=WORKER, from_=LINE, body="Ny vagt.", status_url=f"{GATEWAY}/text-status"
    )
    booth.settle()
    assert phone.texts == ["Ny vagt."]
    assert [form["MessageStatus"] for form in booth.forms("/text-status")] == ["sent", "delivered"]
    assert {form["MessageSid"] for form in booth.forms("/text-status")} == {sid}
    assert [message.sid for message in booth.exchange.messages] == [sid]


@pytest.mark.parametrize(("landline", "code"), [(False, "30005"), (True, "30006")])
def test_a_text_that_cannot_be_delivered(landline: bool, code: str) -> None:
    booth = Booth()
    if landline:
        booth.exchange.phone(WORKER).takes_texts = False
    booth.carrier.send_message(to=WORKER, from_=LINE, body="Hej", status_url=f"{GATEWAY}/text-status")
    booth.settle()
    last = booth.forms("/text-status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", code)


def test_a_gateway_that_cannot_take_a_text_is_passed_over_for_the_fallback() -> None:
    booth = Booth()
    booth.says["/sms"] = (500, "")
    booth.exchange.text(CITIZEN, LINE, "Hej")
    booth.settle()
    assert booth.forms("/sms-fallback")[0]["ErrorCode"] == "11200"
    assert booth.forms("/sms-fallback")[0]["Body"] == "Hej"


def test_a_redirect_is_followed_and_an_unknown_verb_complained_of() -> None:
    booth = Booth()
    booth.says["/sms"] = "<Redirect>/more</Redirect>"
    booth.says["/more"] = "<Say>Hej</Say>"
    booth.exchange.text(CITIZEN, LINE, "Hej")
    booth.settle()
    assert len(booth.forms("/more")) == 1
    assert len(booth.exchange.complaints) == 1


def test_a_text_for_a_number_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        Booth().exchange.text(CITIZEN, WORKER, "Hej")


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", 1),
        ("æøå" * 53 + "a", 1),
        ("a" * 161, 2),
        ("a" * 307, 3),
        ("ő" * 70, 1),
        ("ő" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_parts_of_a_text(body: str, parts: int) -> None:
    assert segments(body) == parts


def test_a_phone_that_said_stop_is_sent_nothing_until_it_says_start() -> None:
    booth = Booth()
    booth.says["/sms"] = "<Message>Tak.</Message>"
    phone = booth.exchange.phone(CITIZEN)
    for word, came in (("Hej", 1), ("Stop", 1), ("Hej", 1), ("START", 2)):
        booth.exchange.text(CITIZEN, LINE, word)
        booth.settle()
        assert len(phone.texts) == came, word
    booth.exchange.text(CITIZEN, LINE, "STOP")
    booth.settle()
    with pytest.raises(CarrierRefusedError) as refused:
        booth.carrier.send_message(to=CITIZEN, from_=LINE, body="Hej")
    assert refused.value.code == 21610
    assert [message.body for message in phone.sent] == ["Hej", "Stop", "Hej", "START", "STOP"]


def test_a_picture_is_told_of_with_its_address() -> None:
    booth = Booth()
    booth.exchange.text(CITIZEN, LINE, "Se", media=2)
    booth.settle()
    form = booth.forms("/sms")[0]
    assert form["NumMedia"] == "2"
    assert form["MediaUrl1"].startswith("https://")


def test_a_phone_out_of_reach_once_and_by_chance() -> None:
    booth = Booth()
    booth.exchange.phone(WORKER)
    booth.exchange.faults.fail_next_text()
    for _ in range(2):
        booth.carrier.send_message(to=WORKER, from_=LINE, body="Hej", status_url=f"{GATEWAY}/text-status")
        booth.settle()
    told = [(form["MessageStatus"], form.get("ErrorCode")) for form in booth.forms("/text-status")]
    assert told == [("sent", None), ("undelivered", "30003"), ("sent", None), ("delivered", None)]
    by_chance = Faults(3, texts_unreached=0.5)
    assert {by_chance.text() for _ in range(50)} == {None, 30003}
