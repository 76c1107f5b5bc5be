"""What a message may hold, whoever writes it and on whichever way."""

from __future__ import annotations

import re

TEXT_CHARACTERS = 4_000

_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
# Control characters but for tab and line ends, and halves of characters.
_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class WordingError(Exception):
    """The message says what is wrong, without the text."""


class TooLongError(WordingError):
    pass


def cleaned(text: str) -> str:
    """The text with one kind of line ending. Raises WordingError, TooLongError."""
    if len(text) > TEXT_CHARACTERS:
        raise TooLongError(f"Write at most {TEXT_CHARACTERS} characters at a time.")
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NEVER.search(clean):
        raise WordingError("The text holds control characters.")
    if not clean.strip():
        raise WordingError("The text is empty.")
    return clean


def message_id(given: object) -> str:
    """A UUID as 32 hexadecimal digits. Raises WordingError."""
    if not isinstance(given, str) or _UUID.fullmatch(given) is None:
        raise WordingError("The id is a UUID.")
    return given.replace("-", "").lower()
