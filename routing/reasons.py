"""Why somebody rings, or doesn't: the sentences kept with a plan, for whoever asks afterwards."""

from __future__ import annotations

from routing.nearness import ELSEWHERE, OWN_LINE, OWN_MUNICIPALITY
from routing.roster import OnDuty

NOT_IN_SITE = "not among the site's workers"

# By rank.
NEAR = {
    OWN_LINE: "; serves the caller's own line",
    OWN_MUNICIPALITY: "; serves a line in the caller's municipality",
    ELSEWHERE: "",
}


def on_duty(duty: OnDuty, place: str) -> str:
    """``place``: the name of the line or night line that the shift is on."""
    return f"on duty on {place} until {duty.ends_on_clock}, tier {duty.tier}"


def speaks(language: str) -> str:
    return f"; speaks {language}"


def pool_answers_for(line: str, own_on_duty: bool, own_rings: bool) -> str:
    """Why a night line comes first, where the line called, named ``line``, rings nobody of its own."""
    if own_rings:
        return ""
    return f"; nobody on duty on {line} is free" if own_on_duty else f"; nobody is on duty on {line}"


def backup(night_line: str) -> str:
    return f"backup of {night_line}, when nobody before answers"
