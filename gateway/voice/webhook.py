"""What the carrier posts about a call, verified and parsed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.carrier import CallStatus
from gateway.voice.numbers import phone_number


@dataclass(frozen=True, slots=True, repr=False)
class CallWebhook:
    """The fields of a voice webhook that the gateway uses; whatever is missing is empty."""

    call_sid: str
    caller: str | None
    called: str
    status: CallStatus | None
    digits: str
    dial_status: str
    sequence: int

    @property
    def is_over(self) -> bool:
        return self.status is not None and self.status.is_over


def parse(form: Mapping[str, str]) -> CallWebhook:
    """Never fails: a webhook that makes no sense must still get its caller to a human."""
    return CallWebhook(
        call_sid=_plain(form.get("CallSid", ""), 64),
        caller=phone_number(form.get("From", "")),
        called=_plain(form.get("To", "") or form.get("Called", ""), 32),
        status=_status(form.get("CallStatus", "")),
        digits=_plain(form.get("Digits", ""), 32),
        dial_status=_plain(form.get("DialCallStatus", ""), 16),
        sequence=int(number) if (number := form.get("SequenceNumber", "")[:6]).isdecimal() else 0,
    )


def is_signed(auth_token: str, url: str, form: MultiDict[str, str], signature: str) -> bool:
    """Whether the carrier signed this request (its documentation, "Validating requests").

    ``url`` is the address as the carrier was told it, not as a proxy made it look.
    """
    if not signature:
        return False
    validator = RequestValidator(auth_token)
    # Nearly always it is the address to the letter; only else the variants that the carrier is known to sign.
    told = validator.compute_signature(url, form)
    return hmac.compare_digest(told.encode(), signature.encode()) or validator.validate(url, form, signature)


def _status(text: str) -> CallStatus | None:
    try:
        return CallStatus(text)
    except ValueError:
        return None


def _plain(text: str, most: int) -> str:
    return text[:most] if text.isprintable() else "".join(filter(str.isprintable, text))[:most]
