"""Which verbs, attributes and values of TwiML the box plays. What is not here is refused, loudly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Check = Callable[[str], bool]


def _one_of(*words: str) -> Check:
    return lambda value: value in words


def _some_of(*words: str) -> Check:
    return lambda value: bool(value.split()) and set(value.split()) <= set(words)


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _whole(least: int, most: int) -> Check:
    return lambda value: value.isascii() and value.isdigit() and least <= int(value) <= most


TRUTH = _one_of("true", "false")
POSTED = _one_of("POST")
ADDRESS = _matches(r"\S+")
E164 = _matches(r"\+[1-9]\d{4,14}")
CALL_EVENTS = _some_of("initiated", "ringing", "answered", "completed")
CONFERENCE_EVENTS = _some_of("start", "end", "join", "leave", "mute", "hold", "speaker")


@dataclass(frozen=True, slots=True)
class Shape:
    """An element: what its attributes may be, which elements it may hold, and whether it holds text."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False


SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})

_SAY = Shape(
    {"voice": ADDRESS, "language": _matches(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "loop": _whole(0, 1000)},
    children=SSML,
    text=True,
)
_PLAY = Shape({"loop": _whole(0, 1000)}, text=True)
_PAUSE = Shape({"length": _whole(0, 600)})
_GATHER = Shape(
    {
        "input": _one_of("dtmf"),
        "action": ADDRESS,
        "method": POSTED,
        "timeout": _whole(0, 600),
        "numDigits": _whole(1, 100),
        "finishOnKey": _matches(r"[0-9*#]?"),
        "actionOnEmptyResult": TRUTH,
    },
    children=frozenset({"Say", "Play", "Pause"}),
)
_REDIRECT = Shape({"method": POSTED}, text=True)
_NUMBER = Shape(
    {
        "url": ADDRESS,
        "method": POSTED,
        "statusCallback": ADDRESS,
        "statusCallbackMethod": POSTED,
        "statusCallbackEvent": CALL_EVENTS,
    },
    text=True,
)
_CONFERENCE = Shape(
    {
        "muted": TRUTH,
        "beep": _one_of("true", "false", "onEnter", "onExit"),
        "startConferenceOnEnter": TRUTH,
        "endConferenceOnExit": TRUTH,
        "waitUrl": _matches(""),  # only silence: a document to wait with would be another interpreter
        "maxParticipants": _whole(2, 250),
        "participantLabel": _matches(r".{1,128}"),
        "statusCallback": ADDRESS,
        "statusCallbackMethod": POSTED,
        "statusCallbackEvent": CONFERENCE_EVENTS,
    },
    text=True,
)
_DIAL = Shape(
    {
        "action": ADDRESS,
        "method": POSTED,
        "timeout": _whole(1, 600),
        "hangupOnStar": TRUTH,
        "timeLimit": _whole(1, 86400),
        "callerId": E164,
        "answerOnBridge": TRUTH,
    },
    children=frozenset({"Number", "Conference"}),
    text=True,
)

VOICE: Mapping[str, Shape] = {
    "Response": Shape(
        children=frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Reject", "Dial"})
    ),
    "Say": _SAY,
    "Play": _PLAY,
    "Pause": _PAUSE,
    "Gather": _GATHER,
    "Redirect": _REDIRECT,
    "Hangup": Shape(),
    "Reject": Shape({"reason": _one_of("rejected", "busy")}),
    "Dial": _DIAL,
    "Number": _NUMBER,
    "Conference": _CONFERENCE,
}

MESSAGING: Mapping[str, Shape] = {
    "Response": Shape(children=frozenset({"Message", "Redirect"})),
    "Message": Shape(children=frozenset({"Body"}), text=True),
    "Body": Shape(text=True),
    "Redirect": _REDIRECT,
}
