"""Holds a REST request against the table of what the carrier allows, and against what the box plays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from werkzeug.datastructures import MultiDict

from gateway.carrier.virtual.rest_table import OPERATIONS

PLAYED: Mapping[str, str] = {
    "CreateCall": (
        "To From Url Method Twiml FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod "
        "StatusCallbackEvent Timeout"
    ),
    "FetchCall": "",
    "UpdateCall": "Url Method Twiml Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod",
    "ListCall": "To From Status ParentCallSid PageSize",
    "ListConference": "FriendlyName Status PageSize",
    "FetchConference": "",
    "UpdateConference": "Status",
    "ListParticipant": "Muted Hold PageSize",
    "FetchParticipant": "",
    "UpdateParticipant": "Muted Hold EndConferenceOnExit",
    "CreateMessage": "To From Body StatusCallback",
    "FetchMessage": "",
    "ListIncomingPhoneNumber": "PhoneNumber PageSize",
    "FetchIncomingPhoneNumber": "",
    "UpdateIncomingPhoneNumber": (
        "VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod StatusCallback StatusCallbackMethod "
        "SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod"
    ),
}
"""What the box does something with. What the carrier allows and the box does not play is refused."""

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
LONGEST_RING_SECONDS = 600
LONGEST_TEXT = 1600
_MISSING = {"To": 21201, "From": 21213, "Url": 21205}
_WRONG = {"To": 21211, "From": 21212, "Url": 21205, "Method": 21403, "Timeout": 21218}
GENERAL_CODE = 20001


class RestError(Exception):
    """An answer in the carrier's shape. ``is_mistake``: the caller did what the API does not allow."""

    def __init__(self, status: int, code: int, message: str, *, is_mistake: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.is_mistake = is_mistake


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _matcher(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "string": lambda _value: True,
    "twiml": _matcher(r"\s*<.+>\s*"),
    "boolean": _matcher(r"(?i:true|false)"),
    "number": _matcher(r"-?\d+(\.\d+)?"),
    "integer": _matcher(r"-?\d+"),
    "uri": _matcher(r"https?://[^\s/]+(/\S*)?"),
    "date": _matcher(r"\d{4}-\d\d-\d\d"),
    "date-time": _is_datetime,
    "phone-number": _matcher(r"\+[1-9]\d{4,14}"),
    "endpoint": _matcher(r"\+[1-9]\d{4,14}"),  # addresses of other kinds are not played
}


def is_of(kind: str, value: str) -> bool:
    """Whether a value is of a kind of ``rest_table``."""
    if kind.startswith("one of "):
        return value in kind.removeprefix("one of ").split()
    if kind.startswith("list of "):
        return is_of(kind.removeprefix("list of "), value)
    if kind.startswith("sid "):
        return is_sid(value, kind.removeprefix("sid "))
    if kind.startswith("integer "):
        least, _, most = kind.removeprefix("integer ").partition("..")
        return value.isdigit() and int(least or 0) <= int(value) <= int(most or value)
    return _FORMATS[kind](value)


def is_sid(value: str, prefix: str) -> bool:
    """``prefix``: two letters, or several such with ``|`` between."""
    return re.fullmatch(f"(?:{prefix})[0-9a-fA-F]{{32}}", value) is not None


def check(name: str, given: MultiDict[str, str]) -> None:
    """Raises RestError for a parameter that is unknown, missing, repeated, malformed, or not played."""
    operation = OPERATIONS[name]
    kinds = operation.parameters
    for parameter, value in given.items(multi=True):
        kind = kinds.get(parameter)
        if kind is None:
            raise RestError(400, GENERAL_CODE, f"{name} has no parameter {parameter!r}")
        if parameter not in PLAYED[name].split():
            raise RestError(400, GENERAL_CODE, f"{name} {parameter}: the virtual carrier does not play it")
        if len(given.getlist(parameter)) > 1 and not kind.startswith("list of "):
            raise RestError(400, GENERAL_CODE, f"{name} {parameter}: given more than once")
        is_emptied = name == "UpdateIncomingPhoneNumber" and value == ""
        if not is_emptied and not is_of(kind, value):
            raise RestError(400, _WRONG.get(parameter, GENERAL_CODE), f"{name} {parameter}: not a {kind}")
        if parameter.endswith("Method") and value != "POST":
            raise RestError(400, GENERAL_CODE, f"{name} {parameter}: the virtual carrier plays POST only")
    for parameter in sorted(operation.required):
        if not given.get(parameter):
            raise RestError(400, _MISSING.get(parameter, GENERAL_CODE), f"{name} needs {parameter}")
    if name == "CreateCall":
        _check_call(given)
    elif name == "CreateMessage":
        _check_message(given)


def _check_call(given: MultiDict[str, str]) -> None:
    if ("Url" in given) == ("Twiml" in given):
        raise RestError(400, 21205, "CreateCall takes either Url or Twiml")
    if not set(given.getlist("StatusCallbackEvent")) <= CALL_EVENTS:
        raise RestError(400, 21626, "CreateCall StatusCallbackEvent: no such event, or several in one value")
    if not 1 <= int(given.get("Timeout", "60")) <= LONGEST_RING_SECONDS:
        raise RestError(400, 21218, "CreateCall Timeout: 1 to 600 seconds")


def _check_message(given: MultiDict[str, str]) -> None:
    if not given.get("Body"):
        raise RestError(400, 21602, "CreateMessage needs Body")
    if len(given["Body"]) > LONGEST_TEXT:
        raise RestError(400, 21617, "CreateMessage Body: more than 1600 characters")
    if not given.get("From"):
        raise RestError(400, 21603, "CreateMessage needs From")
