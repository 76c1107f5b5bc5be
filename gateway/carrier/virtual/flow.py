"""Plays TwiML on one leg: fetches a document, does its verbs in order, goes where they lead."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from gateway.carrier import CallStatus
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.conferences import Stay
from gateway.carrier.virtual.dialling import Attempt
from gateway.carrier.virtual.gathering import Gathering
from gateway.carrier.virtual.playback import SPOKEN_VERBS, Playback
from gateway.carrier.virtual.postroom import Fetch
from gateway.carrier.virtual.signalling import call_form
from gateway.carrier.virtual.twiml import TwimlError, Verb, read_voice
from gateway.carrier.virtual.webhooks import Answer, Kind

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange

APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."
MOST_FETCHES_AT_ONE_INSTANT = 40


class Flow:
    """``whisper``: the document is for a called party alone; its end joins them to the caller."""

    def __init__(self, exchange: Exchange, call: Call, *, whisper: bool = False) -> None:
        self._exchange = exchange
        self._call = call
        self._whisper = whisper
        self._url = ""
        self._verbs: deque[Verb] = deque()
        self._fetch: Fetch | None = None
        self._playback: Playback | None = None
        self._fetches_at: tuple[datetime, int] = (exchange.now(), 0)
        self._over = False

    @property
    def url(self) -> str:
        """Where the document that is being played came from."""
        return self._url

    def open(self, url: str, extra: Mapping[str, str] | None = None) -> None:
        """Ask for the document at ``url`` and play it."""
        call, now = self._call, self._exchange.now()
        at, count = self._fetches_at
        self._fetches_at = (now, count + 1 if at == now else 1)
        if self._fetches_at[1] > MOST_FETCHES_AT_ONE_INSTANT:
            self._exchange.complain(call, f"documents lead in a circle in which nothing happens: {url}")
            self._apologise()
            return
        call.activity = None
        form = call_form(call) | dict(extra or {})
        self._fetch = self._exchange.postroom.fetch(Kind.FETCH, url, form, lambda a: self._received(url, a))

    def play(self, document: Answer, url: str) -> None:
        """Play a document that is at hand; ``url`` is what its addresses are relative to."""
        self._received(url, document)

    def stop(self) -> None:
        """The leg is taken elsewhere: nothing of this flow happens any more."""
        activity, self._call.activity = self._call.activity, None
        self._halt()
        if activity is not None:
            activity.stop()

    def leg_over(self) -> None:
        """The leg has ended: what it was in the middle of is told to the gateway, whose answer is ignored."""
        activity, self._call.activity = self._call.activity, None
        self._halt()
        if activity is not None:
            activity.leg_over()

    def dial_ended(self, action: str | None, outcome: Mapping[str, str]) -> None:
        """A ``<Dial>`` is over. Go on with its action's document, or else with the next verb."""
        self._call.activity = None
        if action is not None:
            self._dial_action(action, outcome)
        elif not self._over:
            self._next()

    def _dial_action(self, action: str, outcome: Mapping[str, str]) -> None:
        url = urljoin(self._url, action)
        if self._over:
            form = call_form(self._call) | dict(outcome)
            self._exchange.postroom.fetch(Kind.FETCH, url, form, lambda _answer: None)
        else:
            self.open(url, outcome)

    def _halt(self) -> None:
        self._over = True
        self._verbs.clear()
        if self._fetch is not None:
            self._fetch.cancel()
        if self._playback is not None:
            self._playback.cut()

    def _received(self, url: str, answer: Answer) -> None:
        self._fetch = None
        try:
            verbs = read_voice(answer, whisper=self._whisper)
        except TwimlError as error:
            self._failed(url, error)
            return
        self._url = url
        self._verbs = deque(verbs)
        self._next()

    def _failed(self, url: str, error: TwimlError) -> None:
        call = self._call
        call.twiml_errors.append(f"{error.code} {url}: {error}")
        if error.is_document:
            self._exchange.complain(call, f"{error.code} {url}: {error}")
        else:
            self._exchange.failures.append(f"fetch {url}: {error}")
        fallback = call.fallback_url
        if fallback is None or url == fallback or self._whisper:
            self._apologise()
        else:
            self.open(fallback, {"ErrorCode": str(error.code), "ErrorUrl": url})

    def _apologise(self) -> None:
        self._verbs = deque((Verb("Say", {}, APPLICATION_ERROR), Verb("Hangup", {}, "")))
        self._next()

    def _next(self) -> None:
        call = self._call
        call.activity = None
        if not self._verbs:
            self._document_ended()
            return
        verb = self._verbs.popleft()
        if verb.name in {"Say", "Play", "Gather"}:
            self._answer()
        if verb.name in SPOKEN_VERBS:
            self._playback = Playback(self._exchange, call, [verb], self._next)
        elif verb.name == "Gather":
            self._gather(verb)
        elif verb.name == "Redirect":
            self.open(urljoin(self._url, verb.text))
        elif verb.name == "Hangup":
            self._exchange.signalling.end(call, CallStatus.COMPLETED)
        elif verb.name == "Reject":
            self._reject(verb)
        else:
            self._dial(verb)

    def _answer(self) -> None:
        if self._call.status is CallStatus.RINGING:
            self._exchange.signalling.answer(self._call)

    def _gather(self, verb: Verb) -> None:
        def gathered(digits: str, key: str) -> None:
            if digits or verb.truth("actionOnEmptyResult", False):
                self.open(
                    urljoin(self._url, verb.get("action") or ""),
                    {"msg": "Gather End", "Digits": digits, "FinishedOnKey": key},
                )
            else:
                self._next()

        gathering = Gathering(self._exchange, self._call, verb, gathered)
        if gathering.is_open:
            self._call.activity = gathering

    def _reject(self, verb: Verb) -> None:
        call = self._call
        if call.status is not CallStatus.RINGING:
            self._exchange.complain(call, "<Reject> on a call that was answered already")
        busy = verb.get("reason") == "busy"
        self._exchange.signalling.end(call, CallStatus.BUSY if busy else CallStatus.NO_ANSWER)

    def _dial(self, verb: Verb) -> None:
        conference = next((child for child in verb.children if child.name == "Conference"), None)
        if conference is not None:
            self._answer()
            Stay.begin(self._exchange, self._call, self, verb, conference)
            return
        if not verb.truth("answerOnBridge", False):
            self._answer()
        Attempt.begin(self._exchange, self._call, self, verb, self._url)

    def _document_ended(self) -> None:
        call = self._call
        if self._whisper and call.attempt is not None:
            call.attempt.whisper_ended(call)
        else:
            self._exchange.signalling.end(call, CallStatus.COMPLETED)
