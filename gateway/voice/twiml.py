"""The carrier's answers as TwiML: pure functions from words and addresses to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# A caller hears music for at most this long between two heartbeats (each turn of the hold loop).
LOOP_SECONDS = 10
KEY_SECONDS = 1  # after the words of a turn, before the next turn begins


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words to be said. ``language`` and ``voice`` in the carrier's terms ("da-DK", "Polly.Naja")."""

    text: str
    language: str
    voice: str


Value = str | int | bool


def _verb(name: str, attributes: dict[str, Value], *inside: str) -> str:
    """One element. Written by hand: the carrier's own package needs as long for it as SQL for a commit."""
    written = "".join(f' {key}="{escape(_word(value))}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _document(*verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'


def _say(words: Sequence[Spoken]) -> str:
    return "".join(
        _verb("Say", {"language": spoken.language, "voice": spoken.voice}, escape(spoken.text))
        for spoken in words
    )


def _play(tone: str | None) -> str:
    return _verb("Play", {}, escape(tone)) if tone is not None else ""


def _redirect(url: str) -> str:
    return _verb("Redirect", {"method": "POST"}, escape(url))


def _gather(inside: str, *, key_url: str, timeout_seconds: int, **more: Value) -> str:
    attributes = {"action": key_url, "input": "dtmf", "method": "POST", "timeout": timeout_seconds, **more}
    return _verb("Gather", attributes, inside)


_HANG_UP = _verb("Hangup", {})


def turn(words: Sequence[Spoken], *, tone: str | None, key_url: str, next_url: str) -> str:
    """One turn of the hold loop: words, then a quiet tone, a key heard at any moment, then the next turn."""
    heard = _gather(_say(words) + _play(tone), key_url=key_url, timeout_seconds=KEY_SECONDS, numDigits=1)
    return _document(heard, _redirect(next_url))


def ask_digits(
    words: Sequence[Spoken], *, key_url: str, next_url: str, digits: int | None, timeout_seconds: int
) -> str:
    """Ask for so many digits (None: as many as wanted, ended by #), going on by itself when none come."""
    most: dict[str, Value] = {} if digits is None else {"numDigits": digits}
    heard = _gather(_say(words), key_url=key_url, timeout_seconds=timeout_seconds, finishOnKey="#", **most)
    return _document(heard, _redirect(next_url))


def say_and_go(words: Sequence[Spoken], next_url: str, *, tone: str | None = None) -> str:
    return _document(_say(words), _play(tone), _redirect(next_url))


def wait_and_go(seconds: int, next_url: str) -> str:
    """A short silence, then the next step."""
    return _document(_verb("Pause", {"length": seconds}), _redirect(next_url))


def hang_up() -> str:
    return _document(_HANG_UP)


def say_and_end(words: Sequence[Spoken]) -> str:
    return _document(_say(words), _HANG_UP)


def whisper(words: Sequence[Spoken], *, key_url: str, times: int, timeout_seconds: int) -> str:
    """To a phone that was picked up: a key is heard from the first syllable; silence (voicemail) ends it."""
    heard = _gather(_say(words), key_url=key_url, timeout_seconds=timeout_seconds, numDigits=1)
    return _document(heard * times, _HANG_UP)


def conference(
    room: str,
    *,
    label: str,
    left_url: str,
    ends_with_me: bool,
    star_leaves: bool,
    words: Sequence[Spoken] = (),
) -> str:
    """Into the room. ``ends_with_me``: when this leg leaves, the carrier sends everybody else on."""
    place = _verb(
        "Conference",
        {
            "beep": "false",
            "endConferenceOnExit": ends_with_me,
            "participantLabel": label,
            "startConferenceOnEnter": True,
            "waitUrl": "",
        },
        escape(room),
    )
    dial = _verb("Dial", {"action": left_url, "hangupOnStar": star_leaves, "method": "POST"}, place)
    return _document(_say(words), dial)


def dial(
    number: str,
    *,
    caller_id: str,
    whisper_url: str,
    done_url: str,
    ring_seconds: int,
    words: Sequence[Spoken],
) -> str:
    """Ring a worker from the citizen's own leg: the way that is left when the carrier's API fails."""
    phone = _verb("Number", {"method": "POST", "url": whisper_url}, escape(number))
    verb = _verb(
        "Dial",
        {
            "action": done_url,
            "answerOnBridge": False,
            "callerId": caller_id,
            "method": "POST",
            "timeout": ring_seconds,
        },
        phone,
    )
    return _document(_say(words), verb)


def nothing() -> str:
    """Go on: in a whisper, connect the two."""
    return _document()
