"""Telephone numbers as the carrier tells them and as people key them in."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from config.phone_numbers import HOME_REGION
from config.site import Site

# How the carrier writes the number of somebody who withholds it (its documentation of `From`), next to
# the words themselves: +ANONYMOUS, +RESTRICTED, +BLOCKED, +UNKNOWN, +UNAVAILABLE as keys of a telephone.
WITHHELD = frozenset(
    {
        "", "anonymous", "restricted", "blocked", "unknown", "unavailable", "private",
        "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
    }
)  # fmt: skip

_DANISH = re.compile(r"\+45[2-9][0-9]{7}")

# Called at the caller's wish these could be made to cost a fortune, and none is the phone of a person.
_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})


def phone_number(raw: str) -> str | None:
    """A number as E.164, from the carrier or from a keypad; None when withheld or not possible to call."""
    text = raw.strip()
    if _DANISH.fullmatch(text):  # nearly every caller, and found out quickly
        return text
    if text.lower() in WITHHELD:
        return None
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def keyed_in(digits: str, site: Site) -> str | None:
    """A number that somebody wants to be called on, as E164; None for one that can't or should not be called.

    Our own numbers lead back to ourselves.
    """
    number = phone_number(digits)
    if number is None:
        return None
    parsed = phonenumbers.parse(number)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in _COSTLY:
        return None
    ours = {line.phone for line in site.lines.values()} | {line.partner_phone for line in site.lines.values()}
    ours |= {shared.phone for shared in site.shared_numbers}
    return None if number in ours else number
