"""A small gateway that answers what a test says, beside a virtual carrier in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from gateway.carrier.twilio import TwilioCarrier
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.rest import create_rest_app
from gateway.carrier.virtual.simulation import SetClock, Simulation
from gateway.carrier.virtual.transports import WsgiHttpClient, WsgiTransport

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token"
GATEWAY = "https://gateway.example"
API = "https://api.example"
LINE = "+4576160001"
CITIZEN = "+4522000001"
WORKER = "+4520000001"
COLLEAGUE = "+4520000002"
START = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)

Document = str | tuple[int, str] | Response | Callable[[dict[str, str]], str]


@dataclass
class Received:
    at: datetime
    path: str
    form: dict[str, str]


class Booth:
    """``says[path]``: what is in ``<Response>``, a (status, body), an answer, or a function of the form."""

    def __init__(self, *, faults: Faults | None = None, habits: Habits | None = None, seed: int = 0) -> None:
        self.says: dict[str, Document] = {}
        self.received: list[Received] = []
        self.unsigned: list[str] = []
        self.clock = SetClock(START)
        self.transport = WsgiTransport(self._gateway(), GATEWAY)
        self.exchange = Exchange(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            now=self.clock,
            transport=self.transport,
            faults=faults,
            habits=habits,
            seed=seed,
        )
        self.exchange.provision(
            LINE,
            f"{GATEWAY}/voice",
            f"{GATEWAY}/voice-fallback",
            f"{GATEWAY}/number-status",
            f"{GATEWAY}/sms",
            f"{GATEWAY}/sms-fallback",
        )
        self.rest = create_rest_app(self.exchange)
        self.carrier = TwilioCarrier(ACCOUNT, TOKEN, API, http_client=WsgiHttpClient(self.rest))
        self.simulation = Simulation(self.exchange, self.clock)
        self.run = self.simulation.run
        self.settle = self.simulation.settle

    def place(self, to: str = WORKER, *, ring_seconds: int = 20, url: str = "/worker") -> str:
        return self.carrier.place_call(
            to=to,
            from_=LINE,
            url=GATEWAY + url,
            fallback_url=f"{GATEWAY}/fallback",
            status_url=f"{GATEWAY}/status",
            ring_seconds=ring_seconds,
        )

    def forms(self, path: str) -> list[dict[str, str]]:
        return [received.form for received in self.received if received.path == path]

    def statuses(self, path: str = "/status") -> list[str]:
        return [form["CallStatus"] for form in self.forms(path)]

    def _gateway(self) -> Flask:
        app = Flask("booth")

        @app.post("/<path:path>")
        def hook(path: str) -> Response:
            form = request.form.to_dict()
            self.received.append(Received(self.clock(), "/" + path, form))
            if not RequestValidator(TOKEN).validate(
                request.url, form, request.headers.get("X-Twilio-Signature", "")
            ):
                self.unsigned.append(path)
            document = self.says.get("/" + path, "")
            if isinstance(document, Response):
                return document
            if callable(document):
                document = document(form)
            if isinstance(document, tuple):
                return Response(document[1], document[0], content_type="text/xml")
            return Response(f"<Response>{document}</Response>", content_type="text/xml; charset=utf-8")

        return app
