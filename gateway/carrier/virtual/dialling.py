"""``<Dial>`` to numbers: rings them together, joins the caller to the first, and says how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from gateway.carrier import CallStatus
from gateway.carrier.virtual.agenda import Appointment
from gateway.carrier.virtual.calls import Call, StatusCallback
from gateway.carrier.virtual.twiml import Verb

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange
    from gateway.carrier.virtual.flow import Flow

_WORST_FIRST = (CallStatus.FAILED, CallStatus.CANCELED, CallStatus.BUSY, CallStatus.NO_ANSWER)
DEFAULT_RING_SECONDS = 30
DEFAULT_LIMIT_SECONDS = 4 * 3600


class Attempt:
    """One ``<Dial>``, from the first ring to the last goodbye."""

    def __init__(self, exchange: Exchange, caller: Call, flow: Flow, verb: Verb) -> None:
        self._exchange = exchange
        self._caller = caller
        self._flow = flow
        self._action = verb.get("action")
        self._hangs_up_on_star = verb.truth("hangupOnStar", False)
        self._limit_seconds = verb.number("timeLimit", DEFAULT_LIMIT_SECONDS)
        self._whispers: dict[Call, str | None] = {}
        self._outcomes: list[Call] = []
        self._open: dict[Call, None] = {}
        self._bridged: Call | None = None
        self._limit: Appointment | None = None
        self._is_over = False

    @classmethod
    def begin(cls, exchange: Exchange, caller: Call, flow: Flow, verb: Verb, base_url: str) -> None:
        attempt = cls(exchange, caller, flow, verb)
        caller.activity = attempt
        shown = verb.get("callerId") or caller.from_
        if verb.get("callerId") and shown not in exchange.numbers and shown not in {caller.from_, caller.to}:
            exchange.complain(caller, "13214 callerId is a number that the account does not have")
            attempt._finish(CallStatus.FAILED)
            return
        ring_seconds = verb.number("timeout", DEFAULT_RING_SECONDS)
        numbers = verb.children or (Verb("Number", {}, verb.text),)
        for child in attempt._children(numbers, shown, base_url):
            exchange.signalling.dial(child, ring_seconds)

    def key(self, key: str) -> bool:
        if key == "*" and self._hangs_up_on_star and self._bridged is not None:
            self._exchange.signalling.end(self._bridged, CallStatus.COMPLETED)
        return True

    def stop(self) -> None:
        """The caller is taken elsewhere: the others are let go."""
        self._is_over = True
        self._release()

    def leg_over(self) -> None:
        """The caller hung up."""
        self._is_over = True
        self._release()
        self._report(CallStatus.COMPLETED if self._bridged else CallStatus.CANCELED)

    def child_answered(self, child: Call) -> None:
        whisper = self._whispers[child]
        if whisper is None or not self._exchange.habits.rest_ring_on_during_whisper:
            self._release(keeping=child)
        if whisper is None:
            self._bridge(child)
        else:
            self._exchange.begin_flow(child, whisper, whisper=True)

    def whisper_ended(self, child: Call) -> None:
        """The called party heard their document to its end."""
        self._release(keeping=child)
        self._bridge(child)

    def child_over(self, child: Call) -> None:
        """A called party's leg has ended, whoever ended it."""
        self._open.pop(child, None)
        child.partner = None
        if self._is_over:
            return
        self._outcomes.append(child)
        if child is self._bridged:
            self._finish(CallStatus.COMPLETED)
        elif not self._open:
            self._finish(self._outcome())

    def child_taken(self, child: Call) -> None:
        """A called party's leg goes on with another document: it is no longer this caller's."""
        child.attempt = None
        self._open.pop(child, None)
        child.partner = None
        if not self._is_over and (child is self._bridged or not self._open):
            self._finish(CallStatus.COMPLETED)

    def _children(self, numbers: Sequence[Verb], shown: str, base_url: str) -> list[Call]:
        exchange = self._exchange
        for number in numbers:
            child = exchange.new_leg("outbound-dial", shown, number.text, parent=self._caller)
            child.attempt = self
            callback = number.get("statusCallback")
            if callback is not None:
                events = number.get("statusCallbackEvent") or "completed"
                child.status_callback = StatusCallback(urljoin(base_url, callback), frozenset(events.split()))
            whisper = number.get("url")
            self._whispers[child] = None if whisper is None else urljoin(base_url, whisper)
            self._open[child] = None
        return list(self._open)

    def _bridge(self, child: Call) -> None:
        if self._is_over or self._bridged is not None or child.is_over:
            return
        self._bridged = child
        caller = self._caller
        if caller.status is CallStatus.RINGING:  # answerOnBridge
            self._exchange.signalling.answer(caller)
        caller.partner, child.partner = child, caller
        self._exchange.signalling.connected(caller)
        self._exchange.signalling.connected(child)
        self._limit = self._exchange.agenda.after(
            self._limit_seconds, lambda: self._exchange.signalling.end(child, CallStatus.COMPLETED)
        )

    def _release(self, keeping: Call | None = None) -> None:
        for child in [child for child in self._open if child is not keeping]:
            self._open.pop(child)
            status = CallStatus.COMPLETED if child.is_in_progress else CallStatus.CANCELED
            self._exchange.signalling.end(child, status)
        if keeping is None:
            self._caller.partner = None
            if self._limit is not None:
                self._limit.cancel()

    def _outcome(self) -> CallStatus:
        if any(child.answered_at is not None for child in self._outcomes):
            return CallStatus(self._exchange.habits.unbridged_dial_status)
        return max((child.status for child in self._outcomes), key=_WORST_FIRST.index)

    def _finish(self, status: CallStatus) -> None:
        self._is_over = True
        self._release()
        self._report(status)

    def _report(self, status: CallStatus) -> None:
        last = self._bridged or (self._outcomes[-1] if self._outcomes else None)
        outcome = {
            "DialCallStatus": status.value,
            "DialBridged": "true" if self._bridged is not None else "false",
        }
        if last is not None:
            outcome["DialCallSid"] = last.sid
        if self._bridged is not None:
            outcome["DialCallDuration"] = str(self._bridged.duration_seconds)
        self._flow.dial_ended(self._action, outcome)
