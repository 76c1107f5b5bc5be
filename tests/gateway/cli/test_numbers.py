from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.rest import create_rest_app
from gateway.carrier.virtual.transports import WsgiTransport
from tests.gateway.carrier.virtual.loopback import serving

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token"
NUMBERS = ["+4576160001", "+4576160091", "+4576160002", "+4570200000"]


@pytest.fixture
def exchange():
    return Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        now=lambda: datetime.now(UTC),
        transport=WsgiTransport(lambda *_: [], "https://gateway.example"),
        faults=Faults(),
    )


@pytest.fixture
def connected(with_site, exchange):
    """The command with a virtual carrier for its account."""
    with serving(create_rest_app(exchange)) as url:
        with_site.set(
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_API_BASE_URL=url,
            PUBLIC_URL="https://gateway.example",
        )
        yield with_site


def addresses(number):
    return (
        number.voice_url,
        number.voice_fallback_url,
        number.status_callback,
        number.sms_url,
        number.sms_fallback_url,
    )


@pytest.mark.parametrize("fallback", [None, "https://elsewhere.example"])
def test_every_number_of_the_site_points_here(connected, exchange, fallback):
    if fallback:
        connected.set(FALLBACK_URL=fallback)
    for number in [*NUMBERS, "+4588888888"]:
        exchange.provision(number)
    assert connected.good("numbers", "provision") == "".join(
        f"{number}: points at https://gateway.example\n" for number in NUMBERS
    )
    here, there = "https://gateway.example", fallback or "https://gateway.example"
    for number in NUMBERS:
        assert addresses(exchange.numbers[number]) == (
            f"{here}/voice/incoming", f"{there}/voice/fallback", f"{here}/voice/status",
            f"{here}/sms/incoming", f"{there}/sms/fallback",
        )  # fmt: skip
    assert addresses(exchange.numbers["+4588888888"]) == ("",) * 5
    assert exchange.complaints == []
    connected.good("numbers", "provision")


def test_a_number_that_the_account_lacks_does_not_keep_the_others_back(connected, exchange):
    for number in NUMBERS[:1] + NUMBERS[2:]:
        exchange.provision(number)
    said = connected("numbers", "provision")
    assert said.code == 1
    assert said.problems == ["+4576160091: the account has no such number"]
    assert all(exchange.numbers[number].voice_url for number in NUMBERS[:1] + NUMBERS[2:])


def test_a_number_that_fails_does_not_keep_the_others_back(connected, exchange):
    for number in NUMBERS:
        exchange.provision(number)
    exchange.faults.fail_next_api(400, operation="UpdateIncomingPhoneNumber")
    said = connected("numbers", "provision")
    assert said.code == 1
    assert len(said.problems) == 1
    assert said.problems[0].startswith(f"{NUMBERS[0]}: ")
    assert [bool(exchange.numbers[number].voice_url) for number in NUMBERS] == [False, True, True, True]


def test_a_carrier_that_is_not_there(connected):
    connected.set(TWILIO_API_BASE_URL="http://127.0.0.1:1")
    said = connected("numbers", "provision")
    assert (said.code, len(said.problems)) == (1, len(NUMBERS))


def test_account_and_token_are_needed(with_site):
    said = with_site("numbers", "provision")
    assert said.code == 2
    assert said.problems == [
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed; they are the account's own"
    ]


@pytest.mark.parametrize("name", ["PUBLIC_URL", "FALLBACK_URL"])
def test_the_real_carrier_is_never_pointed_at_what_it_can_not_reach(connected, name):
    connected.set(TWILIO_API_BASE_URL="https://127.0.0.1:1")
    connected.set(**{name: "http://127.0.0.1:8000"})
    said = connected("numbers", "provision")
    assert said.code == 2
    assert said.problems == [
        f"{name} is http://127.0.0.1:8000; set it to the https address that the carrier reaches"
    ]
