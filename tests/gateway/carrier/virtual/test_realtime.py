"""The same exchange in real time, over loopback HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from config.site_file import SHIPPED, read_site
from gateway.carrier import CallStatus, CarrierUnreachableError
from gateway.carrier.twilio import TwilioCarrier
from gateway.carrier.virtual.directory import Directory, GatewayAddresses, move_in
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.realtime import WEBHOOKS_AT_ONCE
from gateway.carrier.virtual.scripts import Answers, Caller
from gateway.carrier.virtual.server import VirtualCarrier
from tests.gateway.carrier.virtual.booth import ACCOUNT, CITIZEN, LINE, TOKEN, WORKER
from tests.gateway.carrier.virtual.loopback import serving, soon

DEMO = read_site((SHIPPED / "demo.toml").read_text())
QUICK = Habits(dial_seconds=0.05, characters_per_second=500, play_seconds=0.1)


def gateway(says: dict[str, str]) -> tuple[Flask, list[str], list[dict[str, str]]]:
    """An application that says TwiML by path; the paths asked with a wrong signature; the forms."""
    app, unsigned, forms = Flask("gateway"), list[str](), list[dict[str, str]]()

    @app.post("/<path:path>")
    def hook(path: str) -> Response:
        form = request.form.to_dict()
        forms.append(form | {"path": f"/{path}"})
        if not RequestValidator(TOKEN).validate(request.url, form, request.headers["X-Twilio-Signature"]):
            unsigned.append(path)
        return Response(f"<Response>{says.get('/' + path, '')}</Response>", content_type="text/xml")

    return app, unsigned, forms


def carriers_threads() -> int:
    """All threads but those in which the gateway answers a webhook each."""
    return sum("process_request" not in thread.name for thread in threading.enumerate())


def test_a_citizen_and_a_worker_meet_over_http() -> None:
    room = '<Dial><Conference waitUrl="" beep="false" endConferenceOnExit="true">c</Conference></Dial>'
    app, unsigned, forms = gateway({"/voice/incoming": room, "/worker": room})
    with (
        serving(app) as url,
        VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, habits=QUICK) as box,
    ):
        move_in(box.exchange, Directory.of(DEMO), GatewayAddresses(url))
        box.exchange.phone(WORKER, Answers(after_seconds=0.1))
        citizen = box.exchange.call(CITIZEN, LINE)
        carrier = TwilioCarrier(ACCOUNT, TOKEN, box.url)
        sid = carrier.place_call(
            to=WORKER,
            from_=LINE,
            url=f"{url}/worker",
            fallback_url=f"{url}/x",
            status_url=f"{url}/status",
            ring_seconds=20,
        )
        soon(lambda: citizen.talking_with == {WORKER})
        citizen.hang_up()
        soon(lambda: carrier.call_status(sid) is CallStatus.COMPLETED)
        soon(lambda: [f["CallStatus"] for f in forms if f["path"] == "/status"][-1:] == ["completed"])
        assert box.exchange.complaints == []
    assert unsigned == []


def test_three_hundred_callers_at_once() -> None:
    hold = (
        '<Gather numDigits="1" timeout="1" action="/key"><Say>Vi ringer til en medarbejder nu.</Say></Gather>'
        "<Redirect>/hold</Redirect>"
    )
    app, unsigned, forms = gateway({"/voice/incoming": hold, "/hold": hold, "/key": "<Say>Tak.</Say>"})
    with (
        serving(app) as url,
        VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, habits=QUICK) as box,
    ):
        move_in(box.exchange, Directory.of(DEMO), GatewayAddresses(url))
        before = carriers_threads()
        calls = [box.exchange.call(f"+4530{n:06}", LINE, Caller(keys=[(2.5, "1")])) for n in range(300)]
        soon(lambda: all(call.is_over for call in calls))
        assert carriers_threads() - before <= WEBHOOKS_AT_ONCE
        assert {form["Digits"] for form in forms if form["path"] == "/key"} == {"1"}
        assert all(call.heard[-1] == "Tak." for call in calls)
        assert box.exchange.complaints == []
        assert box.exchange.failures == []
    assert unsigned == []


def test_a_gateway_that_is_not_there_costs_the_others_nothing() -> None:
    app, _unsigned, _forms = gateway({"/voice/incoming": "<Say>Hej.</Say>"})
    with (
        serving(app) as url,
        VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, habits=QUICK) as box,
    ):
        box.exchange.provision(LINE, f"{url}/voice/incoming")
        box.exchange.provision("+4576160009", "http://127.0.0.1:1/voice")
        lost = box.exchange.call(CITIZEN, "+4576160009")
        heard = box.exchange.call(CITIZEN + "1", LINE)
        soon(lambda: heard.is_over and lost.is_over)
        assert heard.heard == ["Hej."]
        assert "application error" in lost.heard[0]


def test_the_client_waits_no_longer_than_it_is_told() -> None:
    faults = Faults(api_timeout_seconds=20)
    faults.fail_next_api("timeout")
    with VirtualCarrier(account_sid=ACCOUNT, auth_token=TOKEN, faults=faults) as box:
        carrier = TwilioCarrier(ACCOUNT, TOKEN, box.url, timeout_seconds=(1, 0.3))
        started = time.monotonic()
        with pytest.raises(CarrierUnreachableError):
            carrier.call_status("CA" + "0" * 32)
        assert time.monotonic() - started < 10


def test_the_program_starts_says_where_it_is_and_stops(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "gateway.carrier.virtual", "--site", str(SHIPPED / "demo.toml")]
    environment = os.environ | {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    started = subprocess.Popen(
        [*program, "--gateway-url", "http://127.0.0.1:1"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        words = [started.stdout.readline().split() for _ in range(2)]
        assert [word[0] for word in words] == ["REST", "phones"]
        assert "Telefonerne" in requests.get(words[1][1], timeout=5).text
    finally:
        started.send_signal(signal.SIGTERM)
        assert started.wait(10) == 0


def test_the_program_says_what_it_lacks() -> None:
    program = [sys.executable, "-m", "gateway.carrier.virtual", "--site", str(SHIPPED / "demo.toml")]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TWILIO_")}
    ended = subprocess.run(
        [*program, "--gateway-url", "http://127.0.0.1:1"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 2
    assert "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN" in ended.stderr
