"""REST: the account's numbers and where their calls and texts go."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.datastructures import MultiDict

from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.own_number import OwnNumber
from gateway.carrier.virtual.rest_check import RestError
from gateway.carrier.virtual.rest_shapes import Json, number_json, page_json

Given = MultiDict[str, str]
DEFAULT_PAGE = 50
_FIELDS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
}


class NumberOperations:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handlers(self) -> Mapping[str, Callable[..., Json]]:
        return {
            "ListIncomingPhoneNumber": self.list,
            "FetchIncomingPhoneNumber": self.fetch,
            "UpdateIncomingPhoneNumber": self.update,
        }

    def list(self, given: Given) -> Json:
        found = [
            number_json(self._exchange, number)
            for number in self._exchange.numbers.values()
            if given.get("PhoneNumber", number.phone) == number.phone
        ]
        size = int(given.get("PageSize", DEFAULT_PAGE))
        return page_json("IncomingPhoneNumbers.json", "incoming_phone_numbers", found, size)

    def fetch(self, given: Given, Sid: str) -> Json:  # noqa: N803 - as in the API's paths
        del given
        return number_json(self._exchange, self._number(Sid))

    def update(self, given: Given, Sid: str) -> Json:  # noqa: N803
        number = self._number(Sid)
        for parameter, field in _FIELDS.items():
            if parameter in given:
                setattr(number, field, given[parameter])
        return number_json(self._exchange, number)

    def _number(self, sid: str) -> OwnNumber:
        for number in self._exchange.numbers.values():
            if number.sid == sid:
                return number
        raise RestError(404, 20404, "no such number", is_mistake=False)
