"""Every text by its key: what it may hold, and how long it may take to say.

The words themselves stand in the ``.toml`` beside this, one file a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Literal, get_args

TextKey = Literal[
    "greeting",
    "press_for_english",
    "english_confirmed",
    "postcode",
    "hold",
    "hold_long",
    "nobody_took_it",
    "nobody_took_it_withheld",
    "callback_confirm",
    "callback_ask_number",
    "callback_not_a_number",
    "callback_promised",
    "callback_greeting",
    "closed",
    "closed_other_number",
    "closed_put_through",
    "still_with_you",
    "technical_wait",
    "worker_left",
    "ticket_hint",
    "ticket_ask",
    "ticket_code",
    "ticket_found",
    "ticket_wrong",
    "ticket",
    "text_welcome",
    "text_for_english",
    "text_postcode",
    "text_placed",
    "text_nobody",
    "text_closed",
    "text_closed_nobody",
    "text_again",
    "text_again_nobody",
    "text_again_closed",
    "text_language",
    "text_media",
    "text_not_offered",
    "text_closing",
    "text_erased",
    "text_code",
    "text_started",
    "text_lost",
    "next_worker",
    "colleague_joined",
    "colleague_left",
    "whisper",
    "whisper_no_municipality",
    "whisper_call_back",
    "whisper_call_back_no_municipality",
    "whisper_hand_over",
    "whisper_hand_over_no_municipality",
    "whisper_english",
    "whisper_partner",
    "taken_by_another",
    "passed_on",
    "sms_somebody_waits",
    "somebody_waits",
    "sms_written_to",
    "citizen_left",
    "callback_ringing",
    "callback_no_answer",
    "hand_over_menu",
    "hand_over_ringing",
    "hand_over_nobody",
    "sms_nobody_took_it",
    "sms_nobody_answered",
    "sms_worker_does_not_come",
    "sms_ring_failed",
    "sms_call_back_unreached",
    "sms_sign_in_link",
    "sms_number_lifted",
    "sms_roster_changed",
    "sms_shift_soon",
    "sms_shift_check",
    "sms_shift_unconfirmed",
    "sms_phone_unreachable",
    "sms_gap_opens",
    "sms_nobody_on_duty_soon",
    "sms_shift_open",
    "sms_swap_offered",
    "sms_swap_consent",
    "sms_swap_over",
    "sms_registrations_missing",
    "sms_follow_up_due",
    "push_offer",
    "push_over",
    "push_handed_over",
    "push_added",
    "push_written_to",
    "push_test",
    "push_follow_up_due",
]

KEYS: tuple[TextKey, ...] = get_args(TextKey)

PLACEHOLDERS: Mapping[str, frozenset[str]] = {key: frozenset() for key in KEYS} | {
    "greeting": frozenset({"line"}),
    "callback_confirm": frozenset({"number"}),
    "closed": frozenset({"line", "hours"}),
    "closed_other_number": frozenset({"number"}),
    "ticket": frozenset({"number"}),
    "whisper": frozenset({"municipality", "line"}),
    "whisper_no_municipality": frozenset({"line"}),
    "whisper_call_back": frozenset({"municipality", "line"}),
    "whisper_call_back_no_municipality": frozenset({"line"}),
    "whisper_hand_over": frozenset({"municipality", "line"}),
    "whisper_hand_over_no_municipality": frozenset({"line"}),
    "sms_somebody_waits": frozenset({"line", "link"}),
    "somebody_waits": frozenset({"line"}),
    "sms_written_to": frozenset({"line", "link"}),
    "text_welcome": frozenset({"line", "ticket"}),
    "text_placed": frozenset({"line"}),
    "text_nobody": frozenset({"line", "phone", "ticket"}),
    "text_closed": frozenset({"hours", "line", "phone", "ticket"}),
    "text_closed_nobody": frozenset({"hours", "line", "phone", "ticket"}),
    "text_again_nobody": frozenset({"phone"}),
    "text_again_closed": frozenset({"hours", "phone"}),
    "text_media": frozenset({"phone"}),
    "text_not_offered": frozenset({"line", "phone"}),
    "text_closing": frozenset({"phone"}),
    "text_code": frozenset({"code", "ticket"}),
    "text_lost": frozenset({"phone"}),
    "sms_nobody_took_it": frozenset({"line", "time"}),
    "sms_nobody_answered": frozenset({"line", "time"}),
    "sms_worker_does_not_come": frozenset({"line", "time"}),
    "sms_ring_failed": frozenset({"line", "time"}),
    "sms_call_back_unreached": frozenset({"line", "time"}),
    "sms_sign_in_link": frozenset({"link"}),
    "sms_number_lifted": frozenset({"line", "time"}),
    "sms_roster_changed": frozenset({"line", "day", "time"}),
    "sms_shift_soon": frozenset({"line", "day", "time"}),
    "sms_shift_check": frozenset({"line", "day", "time"}),
    "sms_shift_unconfirmed": frozenset({"line", "day", "time"}),
    "sms_phone_unreachable": frozenset({"line", "day", "time"}),
    "sms_gap_opens": frozenset({"line", "day", "time"}),
    "sms_nobody_on_duty_soon": frozenset({"line", "day", "time"}),
    "sms_shift_open": frozenset({"line", "day", "time"}),
    "sms_swap_offered": frozenset({"line", "day", "time"}),
    "sms_swap_consent": frozenset({"line", "day", "time"}),
    "sms_swap_over": frozenset({"line", "day", "time"}),
    "sms_registrations_missing": frozenset({"count"}),
    "sms_follow_up_due": frozenset({"line", "day", "time"}),
}
"""What whoever says a text has to give, by key."""

MAY_BE_LEFT_OUT = frozenset({"line", "municipality"})
"""A text makes sense without these; without the others it would say nothing ("Call .")."""

CHARACTERS_A_SECOND = 15
"""What a calm synthetic voice says, about; a real one differs by a few, so the limits are no promise."""

# The words-and-screens design: greeting 8 s, a turn of the hold loop 10 s, the whisper 3 s. The whispers that
# say more than whose call it is may take longer: the key counts from the first syllable anyway.
LIMIT_SECONDS: Mapping[str, float] = {
    "greeting": 8,
    "postcode": 10,
    "hold": 10,
    "hold_long": 10,
    "nobody_took_it": 10,
    "nobody_took_it_withheld": 10,
    "callback_not_a_number": 10,
    "closed_put_through": 10,
    "technical_wait": 10,
    "ticket_hint": 4,
    "ticket_ask": 10,
    "ticket_found": 10,
    "ticket_wrong": 10,
    "whisper": 3,
    "whisper_no_municipality": 3,
    "whisper_call_back": 4,
    "whisper_call_back_no_municipality": 4,
    "whisper_hand_over": 4,
    "whisper_hand_over_no_municipality": 4,
    "whisper_english": 2,
    "whisper_partner": 2,
}


def spoken_seconds(text: str) -> float:
    return len(text) / CHARACTERS_A_SECOND


def problem_with(key: str, text: str) -> str | None:
    """Why ``text`` can't be said for ``key`` (one of ``KEYS``) and what to write; None when it can."""
    if not text.strip():
        return "is empty; write what is to be said, or leave the key out"
    allowed = PLACEHOLDERS[key]
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return "has a brace too many or too few; write placeholders as in {line}"
    used = {name for _, name, _, _ in fields if name is not None}
    if any(spec or conversion for _, name, spec, conversion in fields if name is not None):
        return "has more than a name between braces; write placeholders as in {line}"
    if unknown := sorted(used - allowed):
        names = " and ".join(f"{{{name}}}" for name in sorted(allowed)) or "no placeholder"
        return f"names {{{unknown[0]}}}, which this text does not have; it can use {names}"
    if missing := sorted(allowed - used - MAY_BE_LEFT_OUT):
        return f"leaves out {{{missing[0]}}}, which has to be said"
    return None


def placeholders_of(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
