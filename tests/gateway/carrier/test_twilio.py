"""The client of the real carrier: where it sends, what it sends, and what it makes of the answers."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
import requests
import responses

from gateway.carrier import (
    CallStatus,
    Carrier,
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierUnreachableError,
)
from gateway.carrier.twilio import TwilioCarrier
from tests.gateway.carrier.virtual.booth import ACCOUNT, GATEWAY, LINE, TOKEN, WORKER, Booth

SID = "CA" + "1" * 32
ELSEWHERE = "http://127.0.0.1:9/carrier"
CALLS = f"{ELSEWHERE}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
CALL = f"{ELSEWHERE}/2010-04-01/Accounts/{ACCOUNT}/Calls/{SID}.json"


@pytest.fixture
def carrier() -> Carrier:
    return TwilioCarrier(ACCOUNT, TOKEN, ELSEWHERE)


def place(carrier: Carrier) -> str:
    return carrier.place_call(
        to=WORKER,
        from_=LINE,
        url=f"{GATEWAY}/worker",
        fallback_url=f"{GATEWAY}/fallback",
        status_url=f"{GATEWAY}/status",
        ring_seconds=25,
    )


@responses.activate
def test_every_parameter_of_a_call_is_sent(carrier: Carrier) -> None:
    sent = responses.post(CALLS, status=201, json={"sid": SID, "status": "queued"})
    assert place(carrier) == SID
    assert parse_qs(str(sent.calls[0].request.body)) == {
        "To": [WORKER],
        "From": [LINE],
        "Url": [f"{GATEWAY}/worker"],
        "Method": ["POST"],
        "FallbackUrl": [f"{GATEWAY}/fallback"],
        "FallbackMethod": ["POST"],
        "StatusCallback": [f"{GATEWAY}/status"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["ringing", "answered", "completed"],
        "Timeout": ["25"],
    }
    assert sent.calls[0].request.headers["Authorization"].startswith("Basic ")


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (
            400,
            {"code": 21211, "message": f"{WORKER} is not valid", "status": 400},
            CarrierRefusedError,
            21211,
        ),
        (401, {"code": 20003, "message": "Authenticate", "status": 401}, CarrierRefusedError, 20003),
        (404, {"code": 20404, "message": "no", "status": 404}, CarrierRefusedError, 20404),
        (429, {"code": 20429, "message": "Too Many", "status": 429}, CarrierBusyError, 20429),
        (500, {"code": 20500, "message": "Internal", "status": 500}, CarrierUnreachableError, 20500),
        (503, {}, CarrierUnreachableError, 503),
        (
            400,
            {"type": "t", "title": "x", "status": 400, "code": 21211, "detail": WORKER},
            CarrierRefusedError,
            21211,
        ),
    ],
)
def test_errors_have_names_and_no_numbers_in_them(
    carrier: Carrier, status: int, body: dict[str, object], error: type[CarrierError], code: int
) -> None:
    sent = responses.post(CALLS, status=status, json=body)
    with pytest.raises(error) as raised:
        place(carrier)
    assert (raised.value.status, raised.value.code) == (status, code)
    assert WORKER not in str(raised.value)
    assert sent.call_count == 1


@responses.activate
@pytest.mark.parametrize("status", [200, 201, 429, 500])
@pytest.mark.parametrize("body", ["", "<html>bad gateway", "[]", "null", '{"sid": 5}', '{"sid": null}'])
def test_a_garbled_answer_is_no_answer(carrier: Carrier, status: int, body: str) -> None:
    responses.post(CALLS, status=status, body=body)
    with pytest.raises(CarrierBusyError if status == 429 else CarrierUnreachableError):
        place(carrier)


@responses.activate
@pytest.mark.parametrize(
    "problem",
    [requests.ConnectTimeout(WORKER), requests.ReadTimeout(WORKER), requests.ConnectionError(WORKER)],
)
def test_no_answer_is_not_tried_again(carrier: Carrier, problem: Exception) -> None:
    sent = responses.post(CALLS, body=problem)
    with pytest.raises(CarrierUnreachableError) as raised:
        place(carrier)
    assert WORKER not in str(raised.value)
    assert raised.value.__cause__ is None
    assert sent.call_count == 1


def test_nobody_at_the_address(carrier: Carrier) -> None:
    with pytest.raises(CarrierUnreachableError):
        place(carrier)


def test_a_request_that_was_cut_off_is_not_sent_again() -> None:
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up_on_everybody() -> None:
            with contextlib.suppress(OSError):  # the server is closed at the end
                while True:
                    connection, _ = server.accept()
                    came.append(connection.recv(65536))
                    connection.close()

        threading.Thread(target=hang_up_on_everybody, daemon=True).start()
        carrier = TwilioCarrier(ACCOUNT, TOKEN, f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(CarrierUnreachableError):
            place(carrier)
    assert len(came) == 1


@responses.activate
def test_ending_a_call_that_is_over_is_no_error_but_other_refusals_are(carrier: Carrier) -> None:
    responses.post(CALL, status=400, json={"code": 21220, "message": "not in-progress", "status": 400})
    carrier.end_call(SID)
    responses.replace(responses.POST, CALL, status=404, json={"code": 20404, "message": "no", "status": 404})
    with pytest.raises(CarrierRefusedError):
        carrier.end_call(SID)


@responses.activate
def test_a_list_that_fails_is_an_error_of_its_kind(carrier: Carrier) -> None:
    numbers = re.compile(rf"{ELSEWHERE}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers\.json.*")
    addresses = {
        "voice_url": GATEWAY,
        "voice_fallback_url": GATEWAY,
        "status_callback": GATEWAY,
        "sms_url": GATEWAY,
        "sms_fallback_url": GATEWAY,
    }
    responses.get(numbers, status=401, json={"code": 20003, "message": "Authenticate", "status": 401})
    with pytest.raises(CarrierRefusedError) as raised:
        carrier.point_number(LINE, **addresses)
    assert raised.value.status == 401
    responses.replace(responses.GET, numbers, status=503, body="")
    with pytest.raises(CarrierUnreachableError):
        carrier.point_number(LINE, **addresses)


def test_against_the_virtual_carrier_a_number_is_pointed_at_the_gateway() -> None:
    booth = Booth()
    addresses = {
        "voice_url": f"{GATEWAY}/a",
        "voice_fallback_url": f"{GATEWAY}/b",
        "status_callback": f"{GATEWAY}/c",
        "sms_url": f"{GATEWAY}/d",
        "sms_fallback_url": f"{GATEWAY}/e",
    }
    assert booth.carrier.point_number(LINE, **addresses)
    number = booth.exchange.numbers[LINE]
    assert [number.voice_url, number.voice_fallback_url, number.status_callback, number.sms_url] == [
        f"{GATEWAY}/{letter}" for letter in "abcd"
    ]
    assert number.sms_fallback_url == f"{GATEWAY}/e"
    assert not booth.carrier.point_number("+4500000009"[:3] + "99999999", **addresses)
    assert booth.exchange.complaints == []


def test_against_the_virtual_carrier_a_call_has_a_status() -> None:
    booth = Booth()
    booth.exchange.phone(WORKER)
    sid = booth.place()
    assert booth.carrier.call_status(sid) is CallStatus.QUEUED
    booth.run(1)
    assert booth.carrier.call_status(sid) is CallStatus.RINGING
    with pytest.raises(CarrierRefusedError) as raised:
        booth.carrier.call_status(SID)
    assert raised.value.code == 20404


@responses.activate
def test_no_number_text_or_token_is_logged(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    responses.post(CALLS, status=201, json={"sid": SID, "status": "queued", "to": WORKER})
    responses.post(CALLS.replace("Calls", "Messages"), status=201, json={"sid": "SM" + "1" * 32})
    place(carrier)
    carrier.send_message(to=WORKER, from_=LINE, body="noget hemmeligt")
    for secret in (WORKER, LINE, "hemmeligt", TOKEN, WORKER[1:]):
        assert secret not in caplog.text


class _Counting(BaseHTTPRequestHandler):
    """Answers every request as a call that rings, and counts the connections it came by."""

    protocol_version = "HTTP/1.1"
    connections: ClassVar[set[object]] = set()

    def do_GET(self) -> None:
        self.connections.add(self.client_address)
        body = b'{"sid": "%s", "status": "ringing"}' % self.path.encode()[-39:-5]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


def test_connections_are_kept_and_no_thread_gets_anothers_answer() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Counting)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    carrier = TwilioCarrier(ACCOUNT, TOKEN, f"http://127.0.0.1:{server.server_port}")
    sids = [f"CA{n:032x}" for n in range(400)]
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda sid: carrier._client.calls(sid).fetch().sid, sids)
            assert list(answers) == sids
        assert len(_Counting.connections) <= 8
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
