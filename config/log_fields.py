"""What may stand in a log: event names, and a short list of fields, each with a shape of its own.

No number, name, text, ticket or code may ever be logged (the domain's "Privacy"). Names and texts can't pass,
because no field takes free text; numbers, tickets and codes can't pass, because six digits in a row are
refused wherever they are not part of a well-formed random id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

EVENT = re.compile(r"[a-z][a-z_]*[a-z]")
_WORD = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_.:/<>-]{0,99}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_RANDOM_ID = re.compile(
    r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"  # UUID
    r"|[0-7][0-9A-HJKMNP-TV-Z]{25}"  # ULID
)
# Spaces, dots and hyphens between digits are how people write a telephone number. A ticket has six digits.
_DIGITS_IN_A_ROW = re.compile(r"\d(?:[ .()-]*\d){5}")
_LARGEST_NUMBER = 10_000_000  # below the eight digits of a Danish telephone number

Shape = Callable[[object], bool]


def looks_like_a_number_of_somebody(text: str) -> bool:
    """Whether a telephone number, a ticket or a code may stand in ``text``."""
    return "+" in text or _DIGITS_IN_A_ROW.search(text) is not None


def _is_word(value: object) -> bool:
    return (
        isinstance(value, str)
        and _WORD.fullmatch(value) is not None
        and not looks_like_a_number_of_somebody(value)
    )


def _is_id(value: object) -> bool:
    if isinstance(value, int):
        return _is_number(value)
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        return False
    return _RANDOM_ID.fullmatch(value) is not None or not looks_like_a_number_of_somebody(value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_LARGEST_NUMBER < value < _LARGEST_NUMBER


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


FIELDS: Mapping[str, Shape] = {
    # Which of our own things it is about: ids made by us or by the site file, never a ticket.
    "contact": _is_id,
    "leg": _is_id,
    "line": _is_id,
    "night_line": _is_id,
    "worker": _is_id,
    "outbox": _is_id,
    "registration": _is_id,
    "shift": _is_id,
    "job": _is_id,
    # One of a few words that the code knows.
    "channel": _is_word,
    "kind": _is_word,
    "reason": _is_word,
    "state": _is_word,
    "outcome": _is_word,
    "status": lambda value: _is_word(value) or _is_number(value),
    "action": _is_word,
    "process": _is_word,
    "dependency": _is_word,
    "language": _is_word,
    "queue": _is_word,
    "route": _is_word,  # the rule, as in "/voice/<contact>/hold", never the path that was asked for
    "method": _is_word,
    "version": lambda value: _is_word(value) or _is_number(value),
    "error": _is_word,  # the class of an exception
    "where": _is_word,  # file and line, as in "voice/hold.py:42"
    "via": _is_word,
    "host": _is_word,
    # How many, how long.
    "count": _is_number,
    "tier": _is_number,
    "step": _is_number,
    "attempt": _is_number,
    "seconds": _is_number,
    "ms": _is_number,
    "port": _is_number,
    "pid": _is_number,
    "carrier_code": _is_number,  # the carrier's own number for an error
    "revision": _is_word,
    "provisional": _is_bool,
    "repeated": _is_bool,
}


def fault(field: str, value: object) -> str | None:
    """Why a field may not be logged, in words that don't hold its value; None when it may."""
    shape = FIELDS.get(field)
    if shape is None:
        return f"{field} is not on the list of what may be logged"
    if not shape(value):
        return f"{field} has a value of a shape that may not be logged"
    return None
