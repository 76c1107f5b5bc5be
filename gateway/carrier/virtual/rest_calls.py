"""REST: calls and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.datastructures import MultiDict

from gateway.carrier.virtual.calls import Call, StatusCallback
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.rest_check import RestError
from gateway.carrier.virtual.rest_shapes import Json, call_json, message_json, page_json
from gateway.carrier.virtual.texting import OPTED_OUT

Given = MultiDict[str, str]
NOT_IN_PROGRESS = 21220
NOT_OUR_NUMBER = 21210
NOT_OUR_SENDER = 21606
DEFAULT_PAGE = 50


class CallOperations:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handlers(self) -> Mapping[str, Callable[..., Json]]:
        return {
            "CreateCall": self.create,
            "FetchCall": self.fetch,
            "UpdateCall": self.update,
            "ListCall": self.list,
            "CreateMessage": self.create_message,
            "FetchMessage": self.fetch_message,
        }

    def create(self, given: Given) -> Json:
        if given["From"] not in self._exchange.numbers:
            raise RestError(400, NOT_OUR_NUMBER, "From is not a number of the account")
        callback = given.get("StatusCallback")
        events = frozenset(given.getlist("StatusCallbackEvent")) or frozenset({"completed"})
        call = self._exchange.place(
            to=given["To"],
            from_=given["From"],
            url=given.get("Url"),
            document=given.get("Twiml"),
            fallback_url=given.get("FallbackUrl"),
            status_callback=StatusCallback(callback, events) if callback else None,
            ring_seconds=int(given.get("Timeout", "60")),
        )
        return call_json(self._exchange, call)

    def fetch(self, given: Given, Sid: str) -> Json:  # noqa: N803 - as in the API's paths
        del given
        return call_json(self._exchange, self._call(Sid))

    def update(self, given: Given, Sid: str) -> Json:  # noqa: N803
        call = self._call(Sid)
        self._refuse_over(call)
        if "StatusCallback" in given:
            call.status_callback = StatusCallback(given["StatusCallback"])
        if "FallbackUrl" in given:
            call.fallback_url = given["FallbackUrl"]
        status = given.get("Status")
        if status == "completed" or (status == "canceled" and not call.is_in_progress):
            self._exchange.end(call)
        elif "Url" in given or "Twiml" in given:
            if not call.is_in_progress:
                raise RestError(
                    400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.", is_mistake=False
                )
            self._exchange.redirect(call, url=given.get("Url"), document=given.get("Twiml"))
        return call_json(self._exchange, call)

    def list(self, given: Given) -> Json:
        fields = {"To": "to", "From": "from", "Status": "status", "ParentCallSid": "parent_call_sid"}
        found = [call_json(self._exchange, call) for call in reversed(self._exchange.calls.values())]
        for name, field in fields.items():
            if name in given:
                found = [shape for shape in found if shape[field] == given[name]]
        return page_json("Calls.json", "calls", found, int(given.get("PageSize", DEFAULT_PAGE)))

    def create_message(self, given: Given) -> Json:
        if given["From"] not in self._exchange.numbers:
            raise RestError(400, NOT_OUR_SENDER, "From is not a number of the account")
        if self._exchange.texting.is_opted_out(given["To"], given["From"]):
            raise RestError(400, OPTED_OUT, "Attempt to send to unsubscribed recipient", is_mistake=False)
        message = self._exchange.texting.send(
            given["From"], given["To"], given["Body"], given.get("StatusCallback")
        )
        return message_json(self._exchange, message)

    def fetch_message(self, given: Given, Sid: str) -> Json:  # noqa: N803
        del given
        message = self._exchange.texting.messages.get(Sid)
        if message is None:
            raise RestError(404, 20404, "no such message", is_mistake=False)
        return message_json(self._exchange, message)

    def _call(self, sid: str) -> Call:
        call = self._exchange.calls.get(sid)
        if call is None:
            raise RestError(404, 20404, "no such call", is_mistake=False)
        return call

    @staticmethod
    def _refuse_over(call: Call) -> None:
        if call.is_over:
            raise RestError(
                400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.", is_mistake=False
            )
