"""What the carrier says of our account: its clock, and where the numbers point, over several pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import responses

from gateway.carrier import CarrierRefusedError, CarrierUnreachableError, NumberAddresses
from gateway.carrier.twilio import TwilioCarrier
from tests.gateway.carrier.virtual.booth import ACCOUNT, LINE, TOKEN, WORKER

ELSEWHERE = "http://127.0.0.1:9/carrier"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
LIST = f"{ELSEWHERE}{PATH}"


@pytest.fixture
def carrier():
    return TwilioCarrier(ACCOUNT, TOKEN, ELSEWHERE)


def page(*numbers, following=None):
    return {"incoming_phone_numbers": list(numbers), "next_page_uri": following, "page_size": 1000}


def number(phone, **urls):
    return {"phone_number": phone, "sid": "PN" + "1" * 32, **urls}


@responses.activate
def test_numbers_of_every_page_and_the_clock(carrier):
    second = page(number(WORKER))
    responses.get(
        LIST, json=page(number(LINE, voice_url="https://here/voice"), following=f"{PATH}?Page=1"),
        headers={"Date": "Tue, 24 Nov 2026 13:00:05 GMT"},
    )  # fmt: skip
    responses.get(f"{LIST}?Page=1", json=second)
    account = carrier.account()
    assert account.at == datetime(2026, 11, 24, 13, 0, 5, tzinfo=UTC)
    assert account.numbers == {
        LINE: NumberAddresses("https://here/voice", "", "", "", ""),
        WORKER: NumberAddresses("", "", "", "", ""),
    }


@responses.activate
def test_a_carrier_that_tells_no_time(carrier):
    responses.get(LIST, json=page())
    account = carrier.account()
    assert (account.at, account.numbers) == (None, {})


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"code": 20003, "message": "Authenticate"}, CarrierRefusedError),
        (500, {}, CarrierUnreachableError),
        (200, {"nothing": 1}, CarrierUnreachableError),
    ],
)
def test_what_can_go_wrong_has_a_name(carrier, status, body, error):
    responses.get(LIST, status=status, json=body)
    with pytest.raises(error):
        carrier.account()


@responses.activate
def test_a_clock_that_makes_no_sense(carrier):
    responses.get(LIST, json=page(), headers={"Date": "yesterday"})
    with pytest.raises(CarrierUnreachableError):
        carrier.account()


def test_nobody_answers(carrier):
    with pytest.raises(CarrierUnreachableError):
        carrier.account()
