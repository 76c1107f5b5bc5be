"""What a coordinator filled in for one entry, checked: every problem at once, at its field."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config.phone_numbers import e164
from gateway.directory import hours_text
from gateway.directory.entry import Kind

NAME_CHARACTERS, ADDRESS_CHARACTERS, NOTE_CHARACTERS = 80, 120, 500
# 112, 114, 1813, 116 111: numbers that stand for themselves.
_SHORT_NUMBER = re.compile(r"1\d{2,5}")

FIELDS = ("kind", "name", "phone", "address", "hours", "note", "valid_until")


class Problem(enum.Enum):
    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_KIND = "not_a_kind"
    NOT_A_NUMBER = "not_a_number"
    NOT_HOURS = "not_hours"
    NOT_A_DATE = "not_a_date"


@dataclass(frozen=True, slots=True)
class Draft:
    kind: Kind
    name: str
    phone: str | None
    address: str | None
    hours: tuple[str, ...]
    note: str | None
    valid_until: date | None


class DraftError(ValueError):
    """``problems``: field -> what is wrong with it."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("the entry can't be saved yet")
        self.problems = problems


def checked(given: Mapping[str, str]) -> Draft:
    """Raises DraftError."""
    text = {name: " ".join(given.get(name, "").split()) for name in FIELDS}
    text["hours"] = given.get("hours", "")
    problems: dict[str, Problem] = {}
    if not text["name"]:
        problems["name"] = Problem.MISSING
    longest = {"name": NAME_CHARACTERS, "address": ADDRESS_CHARACTERS, "note": NOTE_CHARACTERS}
    problems |= {name: Problem.TOO_LONG for name, most in longest.items() if len(text[name]) > most}
    if text["kind"] not in tuple(Kind):
        problems["kind"] = Problem.NOT_A_KIND
    phone = _phone(text["phone"])
    if text["phone"] and phone is None:
        problems["phone"] = Problem.NOT_A_NUMBER
    hours: tuple[str, ...] = ()
    try:
        hours = hours_text.read(text["hours"])
    except hours_text.HoursTextError:
        problems["hours"] = Problem.NOT_HOURS
    valid_until = None
    try:
        valid_until = date.fromisoformat(text["valid_until"]) if text["valid_until"] else None
    except ValueError:
        problems["valid_until"] = Problem.NOT_A_DATE
    if problems:
        raise DraftError(problems)
    return Draft(
        kind=Kind(text["kind"]),
        name=text["name"],
        phone=phone,
        address=text["address"] or None,
        hours=hours,
        note=text["note"] or None,
        valid_until=valid_until,
    )


def _phone(text: str) -> str | None:
    digits = text.replace(" ", "")
    return digits if _SHORT_NUMBER.fullmatch(digits) else e164(text)
