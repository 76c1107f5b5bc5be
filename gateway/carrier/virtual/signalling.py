"""Ringing, answering and ending legs, and telling the gateway about it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from gateway.carrier import CallStatus
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.webhooks import Kind

if TYPE_CHECKING:
    from gateway.carrier.virtual.exchange import Exchange

_EVENTS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}
TIME_LIMIT_SECONDS = 4 * 3600  # the carrier ends every call after four hours


class Signalling:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._next_dial_at = exchange.now()

    def dial(self, call: Call, ring_seconds: int) -> None:
        """Start an outgoing leg: initiated now (or when the account's pace allows), then ringing."""
        exchange = self._exchange
        delay = 0.0
        pace = exchange.habits.calls_per_second
        if pace and call.direction == "outbound-api":
            start = max(exchange.now(), self._next_dial_at)
            self._next_dial_at = start + timedelta(seconds=1 / pace)
            delay = (start - exchange.now()).total_seconds()
        call.after(delay, lambda: self._initiate(call, ring_seconds))

    def answer(self, call: Call) -> None:
        """The leg is picked up: its document is fetched, or its dialler told."""
        call.status = CallStatus.IN_PROGRESS
        call.answered_at = self._exchange.now()
        self._tell(call)
        call.after(TIME_LIMIT_SECONDS, lambda: self.end(call, CallStatus.COMPLETED))
        if call.attempt is not None:
            call.attempt.child_answered(call)
        elif call.direction == "outbound-api":
            self._exchange.begin_flow(call)
        call.script.at_answer(call)

    def end(self, call: Call, status: CallStatus, *, sip_code: int | None = None) -> None:
        """The leg is over, whoever ended it. A second time changes nothing."""
        if call.is_over:
            return
        call.status = status
        call.ended_at = self._exchange.now()
        call.sip_code = sip_code
        call.phone.loses(call)
        call.cancel_appointments()
        for spoken in call.said[-1:]:
            if spoken.cut_at is None and spoken.until > call.ended_at:
                spoken.cut_at = call.ended_at
        if call.flow is not None:
            call.flow.leg_over()
        if call.attempt is not None:
            call.attempt.child_over(call)
        self._tell(call)

    def connected(self, call: Call) -> None:
        """Somebody else hears this leg now."""
        if call.connected_at is None:
            call.connected_at = self._exchange.now()
            call.script.at_connection(call)

    def _initiate(self, call: Call, ring_seconds: int) -> None:
        call.status = CallStatus.INITIATED
        self._tell(call)
        call.after(self._exchange.habits.dial_seconds, lambda: self._ring(call, ring_seconds))

    def _ring(self, call: Call, ring_seconds: int) -> None:
        phone = call.phone
        if phone.is_in_use and not phone.call_waiting:
            phone.calls.append(call)
            self.end(call, CallStatus.BUSY, sip_code=486)
            return
        call.script = phone.script.for_next_call()
        phone.takes(call)
        if not call.script.at_dialling(call):
            return
        call.status = CallStatus.RINGING
        self._tell(call)

        def rings_out() -> None:
            if call.status is CallStatus.RINGING:
                self.end(call, CallStatus.NO_ANSWER, sip_code=487)

        call.after(ring_seconds + self._exchange.habits.ring_buffer_seconds, rings_out)
        call.script.at_ringing(call)

    def _tell(self, call: Call) -> None:
        callback = call.status_callback
        event = _EVENTS.get(call.status, "completed")
        if callback is None or event not in callback.events:
            return
        form = call_form(call) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(call.callbacks_sent),
            "Timestamp": format_datetime(self._exchange.now()),
        }
        call.callbacks_sent += 1
        if call.is_over:
            form["CallDuration"] = str(call.duration_seconds)
            form["Duration"] = str(-(-call.duration_seconds // 60))
            if call.sip_code is not None:
                form["SipResponseCode"] = str(call.sip_code)
        self._exchange.postroom.notify(Kind.STATUS, callback.url, form)


def call_form(call: Call) -> dict[str, str]:
    """What the carrier tells about a leg in each of its webhooks."""
    form = {
        "AccountSid": call.exchange.account_sid,
        "ApiVersion": "2010-04-01",
        "CallSid": call.sid,
        "CallStatus": call.status.value,
        "Direction": call.direction,
        "From": call.from_,
        "To": call.to,
        "Caller": call.from_,
        "Called": call.to,
        "ToCountry": "DK",
        "CalledCountry": "DK",
    }
    if call.from_.startswith("+45"):
        form |= {"FromCountry": "DK", "CallerCountry": "DK"}
    if call.parent is not None:
        form["ParentCallSid"] = call.parent.sid
    return form
