"""Who is on duty at an instant: published shifts, compiled once and asked many times.

Compiling cuts each line's time into stretches between which nothing changes. A question is then one
binary search among the boundaries, however many years and shifts the roster holds.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from routing.wall_clock import aware, instant, wall


@dataclass(frozen=True, slots=True)
class Shift:
    """One worker on one line (or night line) and tier, ``[start, end)`` in naive local wall-clock time."""

    line: str
    tier: int
    worker: str
    start: datetime
    end: datetime


class ShiftError(ValueError):
    """A shift that ends at or before its start on the clock, or whose times aren't naive."""


# A national roster has hundreds of thousands of these: a tuple is made in a third of a dataclass's time.
class OnDuty(NamedTuple):
    """A worker on duty, and the shift that says so: ``[starts, ends)`` as instants in UTC.

    ``ends_on_clock``: what the clocks show when it ends, as ``2026-11-23 07:00``.
    """

    worker: str
    tier: int
    starts: datetime
    ends: datetime
    ends_on_clock: str


class Stretch(NamedTuple):
    """Time on one line during which the same shifts are on, until the instant ``until`` (None: for good)."""

    on_duty: tuple[OnDuty, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Timeline:
    """A line's ``boundaries``, in epoch seconds, and the stretches before, between and after them."""

    boundaries: Sequence[int]
    stretches: Sequence[Stretch]


_NOTHING = Stretch((), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """Every line's shifts as one version of the roster has them. Immutable, so threads may share it."""

    version: int
    zone: ZoneInfo
    _timelines: Mapping[str, _Timeline]

    @classmethod
    def compile(cls, shifts: Iterable[Shift], zone: ZoneInfo, version: int) -> Roster:
        """The roster of all ``shifts``, in file order. Raises ShiftError at the first bad one.

        A shift that lies wholly in an hour that the clocks skip is nobody's duty.
        """
        by_line: dict[str, list[Shift]] = {}
        for shift in shifts:
            by_line.setdefault(shift.line, []).append(shift)
        clock = _Clock(zone)
        return cls(
            version=version,
            zone=zone,
            _timelines={line: _timeline(own, clock) for line, own in by_line.items()},
        )

    def replaced(self, line: str, shifts: Iterable[Shift], version: int) -> Roster:
        """This roster with all shifts of one line replaced by ``shifts``; only that line is compiled.

        Raises ShiftError for a bad shift, or one of another line.
        """
        own = list(shifts)
        for shift in own:
            if shift.line != line:
                raise ShiftError(f"a shift of {shift.line} among those of {line}")
        timelines = {**self._timelines, line: _timeline(own, _Clock(self.zone))}
        return Roster(version=version, zone=self.zone, _timelines=timelines)

    def on_duty(self, line: str, at: datetime) -> tuple[OnDuty, ...]:
        """Who is on duty on a line or night line at the aware instant ``at``: by tier, then in file order.

        Empty for a line that has no shifts. A worker with two shifts at once stands there twice.
        """
        return self.stretch(line, at).on_duty

    def next_change(self, line: str, at: datetime) -> datetime | None:
        """The first instant after ``at``, in UTC, at which a shift on the line begins or ends."""
        return self.stretch(line, at).until

    def stretch(self, line: str, at: datetime) -> Stretch:
        """Both of the above in one search. Raises ValueError for a naive ``at``."""
        timeline = self._timelines.get(line)
        seconds = aware(at).timestamp()
        if timeline is None:
            return _NOTHING
        return timeline.stretches[bisect_right(timeline.boundaries, seconds)]


class _Clock:
    """Wall-clock times of one zone as instants, each worked out once: shifts begin and end together.

    What is worked out is shared between the lines, so that a year has no more of them than handovers.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._seconds: dict[datetime, int] = {}
        self._instants: dict[int, datetime] = {}
        self._texts: dict[int, str] = {}

    def seconds(self, wall: datetime) -> int:
        """Epoch seconds of a wall-clock time; rosters are kept to the whole second."""
        known = self._seconds.get(wall)
        if known is None:
            known = self._seconds[wall] = int(instant(wall, self._zone).timestamp())
        return known

    def instant(self, seconds: int) -> datetime:
        known = self._instants.get(seconds)
        if known is None:
            known = self._instants[seconds] = datetime.fromtimestamp(seconds, UTC)
        return known

    def text(self, seconds: int) -> str:
        known = self._texts.get(seconds)
        if known is None:
            known = self._texts[seconds] = wall(self.instant(seconds), self._zone).isoformat(" ", "minutes")
        return known


def _timeline(shifts: Sequence[Shift], clock: _Clock) -> _Timeline:
    beginning: dict[int, list[tuple[int, int, OnDuty]]] = {}
    ending: dict[int, list[tuple[int, int, OnDuty]]] = {}
    for place, shift in enumerate(shifts):
        starts, ends = _span(shift, clock)
        if starts < ends:
            duty = OnDuty(
                shift.worker, shift.tier, clock.instant(starts), clock.instant(ends), clock.text(ends)
            )
            # Tier, then place in the file: no two are equal, so the duties themselves are never compared.
            entry = (shift.tier, place, duty)
            beginning.setdefault(starts, []).append(entry)
            ending.setdefault(ends, []).append(entry)
    boundaries = sorted(beginning.keys() | ending.keys())
    active: list[tuple[int, int, OnDuty]] = []
    duties: list[tuple[OnDuty, ...]] = [()]
    for boundary in boundaries:
        for entry in ending.get(boundary, ()):
            active.remove(entry)
        for entry in beginning.get(boundary, ()):
            insort(active, entry)
        duties.append(tuple(duty for _tier, _place, duty in active))
    untils: list[datetime | None] = [clock.instant(boundary) for boundary in boundaries]
    stretches = tuple(map(Stretch, duties, [*untils, None]))
    return _Timeline(tuple(boundaries), stretches)


def _span(shift: Shift, clock: _Clock) -> tuple[int, int]:
    try:
        starts, ends = clock.seconds(shift.start), clock.seconds(shift.end)
        reversed_ = shift.end <= shift.start
    except (TypeError, ValueError) as error:
        raise ShiftError(f"shift of {shift.worker} on {shift.line}: {error}") from error
    if reversed_:
        raise ShiftError(f"shift of {shift.worker} on {shift.line} at {shift.start} ends at {shift.end}")
    return starts, ends
