"""What somebody meant who wrote something that isn't there."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_NEAR = 0.7  # difflib's ratio: "fonix" is near "foenix", "vest" isn't near "toften"


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """The end of a message, ``; did you mean "foenix"?``, or nothing where nothing known is near."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    for spelling in (text.lower(), ascii_id(text)):
        near = difflib.get_close_matches(spelling, by_lower, n=1, cutoff=_NEAR)
        if near:
            return f'; did you mean "{by_lower[near[0]]}"?'
    return ""


def ascii_id(text: str) -> str:
    """The nearest id of at most 40 characters: ``Fønix Nord`` gives ``foenix-nord``; may be empty."""
    lower = text.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:40]


def quoted(text: str) -> str:
    return f'"{text}"'
