"""Webhooks on their way out: signed, perhaps lost or late, and what came back or did not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.carrier.virtual.webhooks import Answer, Kind, OnAnswer, signature_headers

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Parcel:
    url: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    on_answer: OnAnswer


class Fetch:
    """A request whose answer is waited for. The first of answer, time-out and cancelling settles it."""

    __slots__ = ("_then",)

    def __init__(self, then: Callable[[Answer], None]) -> None:
        self._then: Callable[[Answer], None] | None = then

    def settle(self, answer: Answer) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(answer)

    def cancel(self) -> None:
        self._then = None


class Postroom:
    """Holds what is to be sent until the exchange, outside its lock, hands it to the transport."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._outgoing: deque[Parcel] = deque()

    def fetch(self, kind: Kind, url: str, form: Mapping[str, str], then: Callable[[Answer], None]) -> Fetch:
        """Ask for a document. ``then`` gets the answer, or that none came in time; nothing once cancelled."""
        waiting = Fetch(then)
        seconds = self._exchange.habits.webhook_timeout_seconds
        time_out = self._exchange.agenda.after(
            seconds, lambda: waiting.settle(Answer(None, problem=f"nothing within {seconds:g} s"))
        )

        def settle(answer: Answer) -> None:
            time_out.cancel()
            waiting.settle(answer)

        self._post(kind, url, form, settle)
        return waiting

    def notify(self, kind: Kind, url: str, form: Mapping[str, str]) -> None:
        """Tell something; what is answered changes nothing, but a refusal is remembered."""

        def look(answer: Answer) -> None:
            if answer.status is None or not 200 <= answer.status < 300:
                self._exchange.failures.append(f"{kind} {url}: {answer.status or answer.problem}")

        self._post(kind, url, form, look)

    def take(self) -> list[Parcel]:
        """What is to be sent now."""
        parcels: list[Parcel] = []
        while self._outgoing:
            parcels.append(self._outgoing.popleft())
        return parcels

    def _post(self, kind: Kind, url: str, form: Mapping[str, str], then: Callable[[Answer], None]) -> None:
        exchange = self._exchange

        def on_answer(answer: Answer) -> None:
            with exchange.lock:
                then(answer)
            exchange.wake()

        parcel = Parcel(url, form, signature_headers(exchange.auth_token, url, form), on_answer)

        def send() -> None:
            self._outgoing.append(parcel)
            exchange.wake()

        exchange.faults.carry(kind, form, send, exchange.agenda)
