"""Telephone numbers as a file must write them: E.164, as in ``+4576160001``."""

from __future__ import annotations

import phonenumbers

HOME_REGION = "DK"


def e164(text: str, region: str = HOME_REGION) -> str | None:
    """The number in E.164, or None when no number of that length can exist.

    ``text`` may be written as people write it; without a country code it is a number of ``region``.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_people_write_it(number: str) -> str:
    """A number in E.164 in groups, with its country: ``+45 76 16 00 01``. A short one stays: ``114``."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def problem_with(text: str) -> str | None:
    """What is wrong with a number in a file and what to write instead; None when nothing is."""
    number = e164(text)
    if number == text:
        return None
    if number is None:
        return f'"{text}" is no telephone number; write it in full and without spaces, as in "+4576160001"'
    return f'"{text}" is not written in full; write "{number}"'
