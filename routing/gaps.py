"""When a line is open and nobody is on duty for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from config.site import Channel, Site
from routing.openings import Opening
from routing.plan import UnknownLineError
from routing.roster import Roster
from routing.wall_clock import aware


@dataclass(frozen=True, slots=True)
class Gap:
    """``[starts, ends)`` as instants in UTC, and the channels that are open throughout."""

    starts: datetime
    ends: datetime
    channels: tuple[Channel, ...]


def gaps(site: Site, roster: Roster, place: str, starts: datetime, ends: datetime) -> list[Gap]:
    """The gaps of a line or night line within ``[starts, ends)``, in order.

    A line is covered by its own shifts and by those of its night line, which ring for it too; and its night
    line's window keeps it open for voice (contract, "who-answers --json"). A back-up phone covers nothing:
    it rings when everybody else has failed. A night line is open for voice.

    Raises UnknownLineError, and ValueError for instants that are naive.
    """
    covering, openings = _asked(site, place)
    found: list[Gap] = []
    at, ends = aware(starts).astimezone(UTC), aware(ends).astimezone(UTC)
    while at < ends:
        stretches = [roster.stretch(line, at) for line in covering]
        channels = tuple(dict.fromkeys(channel for channel, opening in openings if opening.at(at)))
        changes = [stretch.until for stretch in stretches if stretch.until is not None]
        until = min([*changes, *(opening.until for _channel, opening in openings), ends])
        if channels and not any(stretch.on_duty for stretch in stretches):
            if found and found[-1].ends == at and found[-1].channels == channels:
                found[-1] = Gap(found[-1].starts, until, channels)
            else:
                found.append(Gap(at, until, channels))
        at = until
    return found


def _asked(site: Site, place: str) -> tuple[list[str], list[tuple[Channel, Opening]]]:
    """The lines whose shifts count, and all windows."""
    line = site.lines.get(place)
    night_line = site.night_lines.get(place if line is None else line.night_line or "")
    if line is None and night_line is None:
        raise UnknownLineError(place)
    openings = [] if line is None else list(line.hours.items())
    if night_line is not None:
        openings.append((Channel.VOICE, night_line.hours))
    covering = [each.id for each in (line, night_line) if each is not None]
    return covering, [(channel, Opening(windows, site.zone)) for channel, windows in openings]
