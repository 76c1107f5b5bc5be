"""What a short text means beside what it says: the carrier's own words, and a few of ours.

A word counts only when it is all that was written: "stop" in a sentence is part of the sentence. HELP is no
such word, whatever carriers make of it: whoever writes it wants help.
"""

from __future__ import annotations

import enum
import re
import unicodedata


class Meaning(enum.Enum):
    STOP = "stop"
    START = "start"
    ENGLISH = "english"
    DANISH = "danish"
    CODE = "code"  # wants ticket and code, to go on elsewhere
    ERASE = "erase"
    THANKS = "thanks"  # after the end: nothing that anybody has to answer


# The carrier sends nothing any more after its own of these, whatever we would do.
_STOP = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "opt out", "revoke"}
) | {"afmeld", "afmeld sms", "stop sms"}
_START = frozenset({"start", "unstop"})
# An answer in any conversation; the carrier takes it for START where there was a STOP, and so do we.
_START_AFTER_STOP = frozenset({"yes"})
_OURS = {
    "english": Meaning.ENGLISH,
    "in english": Meaning.ENGLISH,
    "dansk": Meaning.DANISH,
    "danish": Meaning.DANISH,
    "kode": Meaning.CODE,
    "code": Meaning.CODE,
    "slet": Meaning.ERASE,
    "delete": Meaning.ERASE,
}
_THANKS = frozenset(
    {
        "tak", "mange tak", "tusind tak", "1000 tak", "tak for hjælpen", "tak for snakken",
        "tak skal du have", "tak for i dag", "tak for nu", "ok", "okay", "ok tak", "okay tak", "oki",
        "fint", "hej hej",
        "farvel", "godnat", "god nat", "i lige måde", "thanks", "thank you", "thank you so much", "ok thanks",
        "bye", "good night",
    }
)  # fmt: skip
_POSTCODE = re.compile(r"(?<!\d)\d{4}(?!\d)")


def meaning(text: str, *, opt_out: str = "", stopped: bool = False, ended: bool = False) -> Meaning | None:
    """``opt_out``: what the carrier says it took it for. ``ended``: the conversation was closed just now."""
    word = _bare(text)
    if opt_out == "STOP" or word in _STOP:
        return Meaning.STOP
    if opt_out == "START" or word in _START or (stopped and word in _START_AFTER_STOP):
        return Meaning.START
    if word in _OURS:
        return _OURS[word]
    if ended and (word in _THANKS or (not word and text.strip())):
        return Meaning.THANKS
    return None


def postcode_in(text: str) -> str | None:
    """The only four digits in a row that stand by themselves; None when there are none, or several."""
    found = set(_POSTCODE.findall(text))
    return found.pop() if len(found) == 1 else None


def _bare(text: str) -> str:
    """Small letters and digits with single blanks: full stops, hearts and quotation marks are not in it."""
    if len(text) > 60:
        return text
    kept = "".join(char if unicodedata.category(char)[0] in "LN" else " " for char in text.lower())
    return " ".join(kept.split())
