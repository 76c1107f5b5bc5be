"""Who rings for a contact, from which second, and why.

The line's own tiers on duty ring first, then the tiers of its night line, then that one's backup phone
(contract, "who-answers --json"). The roster alone decides who rings; opening hours decide only whether
the plan is ``open``, so that a citizen who calls a closed line is put through when somebody is on duty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from config.site import Channel, Line, NightLine, Site
from routing import reasons
from routing.destination import own_municipality
from routing.hours import is_open
from routing.nearness import Caller
from routing.roster import Roster
from routing.steps import Draft, Ring, Skipped, Step

__all__ = ["CALLBACK", "Plan", "Question", "Ring", "Skipped", "Step", "UnknownLineError", "plan"]

CALLBACK = "callback"


class UnknownLineError(LookupError):
    """The site has no line or night line of that id."""


@dataclass(frozen=True, slots=True)
class Question:
    """One contact at one instant.

    ``line``: a line's or night line's id. ``at``: aware. ``municipality``: the citizen's own, if known.
    ``partner``: came in on the partners' number. ``language``: one the citizen asked for.
    ``unavailable``: why a worker can't take it ("in another contact", "away"), by worker id.
    """

    line: str
    channel: Channel
    at: datetime
    municipality: str | None = None
    partner: bool = False
    language: str | None = None
    unavailable: Mapping[str, str] = field(default_factory=dict)


class Plan(NamedTuple):
    """The answer, with what was asked.

    ``valid_until``: the first shift boundary after ``at`` on the lines asked; None when there is no more.
    ``zone``: the site's, on whose clocks the plan is told.
    """

    line: str
    municipality: str | None
    channel: Channel
    at: datetime
    open: bool
    roster_version: int
    steps: tuple[Step, ...]
    skipped: tuple[Skipped, ...]
    otherwise: str
    valid_until: datetime | None
    zone: ZoneInfo

    def as_json(self) -> dict[str, Any]:
        """The object of ``who-answers --json`` as the contract shows it."""
        return {
            "line": self.line,
            "municipality": self.municipality,
            "channel": self.channel.value,
            "at": self.at.astimezone(self.zone).isoformat(timespec="seconds"),
            "open": self.open,
            "roster_version": self.roster_version,
            "steps": [
                {"after_seconds": step.after_seconds, "ring": [_ring_as_json(ring) for ring in step.ring]}
                for step in self.steps
            ],
            "skipped": [{"worker": skipped.worker, "because": skipped.because} for skipped in self.skipped],
            "otherwise": self.otherwise,
        }


def plan(site: Site, roster: Roster, question: Question) -> Plan:
    """Who rings for the contact in question. Where nobody can, there are no steps and a call-back is offered.

    Raises UnknownLineError, and ValueError where ``question.at`` is naive.
    """
    line = site.lines.get(question.line)
    night_line = site.night_lines.get(question.line if line is None else line.night_line or "")
    if line is None and night_line is None:
        raise UnknownLineError(question.line)
    municipality = question.municipality or (own_municipality(line) if line else None)
    caller = Caller(line.id if line else None, municipality, question.language)
    draft = Draft(site, caller, question.unavailable)
    valid_until: datetime | None = None
    why_pool = ""
    if line is not None:
        own = roster.stretch(line.id, question.at)
        valid_until = own.until
        draft.add_tiers(line, f"line:{line.id}", own.on_duty, pooled=False)
        why_pool = reasons.pool_answers_for(line.name, bool(own.on_duty), bool(draft.steps))
    if night_line is not None:
        via = f"night_line:{night_line.id}"
        pool = roster.stretch(night_line.id, question.at)
        valid_until = _earlier(valid_until, pool.until)
        draft.add_tiers(night_line, via, pool.on_duty, pooled=True, why_pool=why_pool)
        draft.add_backup(night_line, via)
    return Plan(
        line=question.line,
        municipality=municipality,
        channel=question.channel,
        at=question.at,
        open=_is_open(site, line, night_line, question),
        roster_version=roster.version,
        steps=tuple(draft.steps),
        skipped=tuple(draft.skipped),
        otherwise=CALLBACK,
        valid_until=valid_until,
        zone=site.zone,
    )


def _is_open(site: Site, line: Line | None, night_line: NightLine | None, question: Question) -> bool:
    """Partners always get through. A night line's window counts for voice, and where it was asked itself."""
    if question.partner:
        return True
    if line is not None and is_open(line.hours.get(question.channel, ()), question.at, site.zone):
        return True
    if night_line is None or (line is not None and question.channel is not Channel.VOICE):
        return False
    return is_open(night_line.hours, question.at, site.zone)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _ring_as_json(ring: Ring) -> dict[str, Any]:
    if ring.worker is None:
        return {"phone": ring.phone, "via": ring.via, "because": ring.because}
    return {"worker": ring.worker, "via": ring.via, "tier": ring.tier, "because": ring.because}
