"""What the carrier posts about an SMS, parsed. Verified before."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.conversations.wording import TEXT_CHARACTERS
from gateway.voice.numbers import phone_number

_ALLOWED_CONTROLS = frozenset("\n\t")
_NEVER = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True, repr=False)
class TextWebhook:
    """The fields of an SMS that came in; whatever is missing is empty.

    ``sender`` None: nobody who could be answered (a word for a name, a short number, withheld).
    """

    sid: str
    sender: str | None
    called: str
    text: str
    media: int
    opt_out: str


def parse(form: Mapping[str, str]) -> TextWebhook:
    """Never fails: whatever a phone sent, what can be read of it is read."""
    return TextWebhook(
        sid=_plain(form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or "", 64),
        sender=phone_number(form.get("From", "")),
        called=_plain(form.get("To", ""), 32),
        text=_readable(form.get("Body", "")),
        media=int(count) if (count := form.get("NumMedia", "")[:3]).isdecimal() else 0,
        opt_out=_plain(form.get("OptOutType", ""), 8).upper(),
    )


def _readable(text: str) -> str:
    """At most as much as a message holds; control characters, which no phone shows, are blanks."""
    clean = text[: 2 * TEXT_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    shown = (
        " " if unicodedata.category(char) in _NEVER and char not in _ALLOWED_CONTROLS else char
        for char in clean
    )
    return "".join(shown).strip()[:TEXT_CHARACTERS]


def _plain(text: str, most: int) -> str:
    return "".join(filter(str.isprintable, text))[:most]
