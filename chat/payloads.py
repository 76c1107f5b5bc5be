"""Reading what browsers send: every shape is checked, and nothing of it comes back in an error."""

from __future__ import annotations

import re
from typing import Any

from chat.answers import RefusedError, invalid
from gateway.conversations import wording

MOST_SEQ = 10_000_000
# What one packet may hold: a text far too long is refused in words, not by a lost connection.
MOST_BYTES = 512 * 1024

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Payload:
    """One event's payload: an object of known fields. Each reader raises RefusedError."""

    def __init__(self, args: tuple[Any, ...], *known: str) -> None:
        given = args[0] if args else {}
        if len(args) > 1 or not isinstance(given, dict):
            raise invalid("Send one object.")
        unknown = [name for name in given if name not in known]
        if unknown:
            raise invalid(f"Send these fields and no other: {', '.join(known) or 'none'}.")
        self._given: dict[str, Any] = given

    def text(self, name: str = "text") -> str:
        value = self._given.get(name)
        if not isinstance(value, str):
            raise invalid(f"{name} is a text.")
        try:
            return wording.cleaned(value)
        except wording.TooLongError as error:
            raise RefusedError("too_long", str(error)) from None
        except wording.WordingError as error:
            raise invalid(str(error)) from None

    def uuid(self, name: str = "id") -> str:
        """32 hexadecimal digits."""
        try:
            return wording.message_id(self._given.get(name))
        except wording.WordingError as error:
            raise invalid(str(error)) from None

    def token(self, name: str = "token") -> str:
        value = self._given.get(name)
        if not isinstance(value, str) or _TOKEN.fullmatch(value) is None:
            raise invalid(f"{name} is the token that start or resume gave.")
        return value

    def digits(self, name: str, count: int) -> str:
        """Digits as people write them, with blanks or hyphens between."""
        value = self._given.get(name)
        digits = re.sub(r"[ \u00a0-]", "", value) if isinstance(value, str) and len(value) < 40 else ""
        if re.fullmatch(f"[0-9]{{{count}}}", digits) is None:
            raise invalid(f"{name} has {count} digits.")
        return digits

    def word(self, name: str) -> str:
        value = self.maybe_word(name)
        if value is None:
            raise invalid(f"{name} is missing.")
        return value

    def maybe_word(self, name: str) -> str | None:
        value = self._given.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or _WORD.fullmatch(value) is None:
            raise invalid(f"{name} is a short word.")
        return value

    def switch(self, name: str, default: bool | None = None) -> bool:
        value = self._given.get(name, default)
        if not isinstance(value, bool):
            raise invalid(f"{name} is true or false.")
        return value

    def seq(self, name: str = "after") -> int:
        value = self._given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_SEQ:
            raise invalid(f"{name} is the number of the last message seen, or 0.")
        return value
