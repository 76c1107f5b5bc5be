"""Templates: who takes which shift when workers take turns.

A turn of a rotation is used up by a shift worked, not by a calendar day: five workers on weekdays from a
Thursday give Thu A, Fri B, Mon C (domain page, "Rosters"). Whoever can't take their turn keeps it, and is
the first to be asked for the next one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from routing.holidays import is_holiday
from routing.roster import Shift
from routing.wall_clock import instant

MINUTES_A_DAY = 24 * 60
# Four weeks: longer than anybody is on duty without a handover; a slip of the finger beyond.
LONGEST_MINUTES = 28 * MINUTES_A_DAY
MOST_WEEKS = 52
# Beyond that a fill is a slip of the finger, too; and a bound on the work of one request.
MOST_DAYS = 3 * 366

_DAY = timedelta(days=1)

Free = Callable[[str, datetime, datetime], bool]
"""Whether a worker can take ``[start, end)`` on the wall clock: absences, and what they do already."""


class Unit(enum.StrEnum):
    """How much of the plan is one turn: each shift, all that begin on one day, all that begin in one week."""

    SHIFT = "shift"
    DAY = "day"
    WEEK = "week"


class RotationError(ValueError):
    """A rotation that can't be. The message says which part of it, and why."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A shift of the pattern, on each of ``weekdays`` (0 is Monday).

    ``start_minute`` counts from the wall-clock midnight of the day; ``minutes`` is how long it lasts on the
    clock, so that a daily handover at 02:30 is 1440 whatever the clocks do. ``week``: of the cycle, from 0;
    None is every week.
    """

    weekdays: frozenset[int]
    start_minute: int
    minutes: int
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """``anchor``: any day of the cycle's first week. ``skips_holidays``: no shift begins on a public one."""

    line: str
    tier: int
    workers: tuple[str, ...]
    slots: tuple[Slot, ...]
    weeks: int = 1
    anchor: date = date(2024, 1, 1)
    unit: Unit = Unit.SHIFT
    skips_holidays: bool = False

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise RotationError("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift that the pattern asks for, and who takes it: None where nobody of the rotation can."""

    start: datetime
    end: datetime
    worker: str | None


def turns(
    rotation: Rotation,
    first: date,
    until: date,
    zone: ZoneInfo,
    *,
    begins: str | None = None,
    free: Free = lambda _worker, _start, _end: True,
) -> list[Turn]:
    """Who takes what of all that begins on ``[first, until)``, in the order in which it begins.

    ``begins``: whose turn it is first; the first of the workers where it is None. Nobody gets two shifts at
    once. A shift that lies wholly in an hour that the clocks skip is left out. Raises RotationError for a
    ``begins`` that takes no part, and for a period that is too long.
    """
    if (until - first).days > MOST_DAYS:
        raise RotationError(f"the period is longer than {MOST_DAYS} days")
    queue = _Queue(_from(rotation.workers, begins), free)
    found: list[Turn] = []
    for group in _groups(rotation, first, until, zone):
        found += queue.take(group)
    return found


def whose_turn(rotation: Rotation, before: Iterable[Shift]) -> str:
    """Who comes after whoever had the last of these shifts on the rotation's line and tier."""
    last: Shift | None = None
    for shift in before:
        own = shift.line == rotation.line and shift.tier == rotation.tier and shift.worker in rotation.workers
        if own and (last is None or shift.start >= last.start):
            last = shift
    if last is None:
        return rotation.workers[0]
    return rotation.workers[(rotation.workers.index(last.worker) + 1) % len(rotation.workers)]


class _Queue:
    """Workers in the order in which their turns come."""

    def __init__(self, workers: Sequence[str], free: Free) -> None:
        self._waiting = list(workers)
        self._free = free
        self._taken: dict[str, datetime] = {}

    def take(self, group: Sequence[tuple[datetime, datetime]]) -> list[Turn]:
        """One turn for the whole group; where nobody can take all of it, a turn for each shift of it."""
        whole = self._next(group)
        if whole is not None or len(group) == 1:
            return [Turn(start, end, whole) for start, end in group]
        return [Turn(start, end, self._next([(start, end)])) for start, end in group]

    def _next(self, group: Sequence[tuple[datetime, datetime]]) -> str | None:
        for worker in self._waiting:
            if all(self._can(worker, start, end) for start, end in group) and _one_at_a_time(group):
                self._waiting.remove(worker)
                self._waiting.append(worker)
                self._taken[worker] = max(end for _start, end in group)
                return worker
        return None

    def _can(self, worker: str, start: datetime, end: datetime) -> bool:
        # Groups come in the order of their starts, so only the latest end of what they took matters.
        return self._taken.get(worker, start) <= start and self._free(worker, start, end)


def _one_at_a_time(group: Sequence[tuple[datetime, datetime]]) -> bool:
    return all(one[1] <= other[0] for one, other in pairwise(group))


def _groups(
    rotation: Rotation, first: date, until: date, zone: ZoneInfo
) -> Iterator[list[tuple[datetime, datetime]]]:
    held: list[tuple[datetime, datetime]] = []
    held_by: object = None
    for start, end in _shifts(rotation, first, until, zone):
        week = _monday(start.date())
        by: object = {Unit.SHIFT: object(), Unit.DAY: start.date(), Unit.WEEK: week}[rotation.unit]
        if held and by != held_by:
            yield held
            held = []
        held.append((start, end))
        held_by = by
    if held:
        yield held


def _shifts(
    rotation: Rotation, first: date, until: date, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    base = _monday(rotation.anchor)
    day = first
    while day < until:
        if not (rotation.skips_holidays and is_holiday(day)):
            week = (_monday(day) - base).days // 7 % rotation.weeks
            today = [slot for slot in rotation.slots if day.weekday() in slot.weekdays]
            today = [slot for slot in today if slot.week is None or slot.week == week]
            midnight = datetime.combine(day, time())
            for slot in sorted(today, key=lambda slot: (slot.start_minute, slot.minutes)):
                start = midnight + timedelta(minutes=slot.start_minute)
                end = start + timedelta(minutes=slot.minutes)
                if instant(start, zone) < instant(end, zone):
                    yield start, end
        day += _DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _from(workers: tuple[str, ...], begins: str | None) -> list[str]:
    if begins is None:
        return list(workers)
    if begins not in workers:
        raise RotationError(f'"{begins}" takes no part in the rotation')
    place = workers.index(begins)
    return [*workers[place:], *workers[:place]]


def _problems(rotation: Rotation) -> Iterator[str]:
    if not rotation.workers:
        yield "a rotation needs a worker"
    if len(set(rotation.workers)) < len(rotation.workers):
        yield "a worker stands twice in the rotation"
    if not rotation.slots:
        yield "a rotation needs a shift"
    if not 1 <= rotation.weeks <= MOST_WEEKS:
        yield f"a cycle has 1 to {MOST_WEEKS} weeks"
    for slot in rotation.slots:
        if not slot.weekdays or not slot.weekdays <= set(range(7)):
            yield "a shift needs weekdays, 0 to 6"
        if not 0 <= slot.start_minute < MINUTES_A_DAY:
            yield "a shift begins between 00:00 and 23:59"
        if not 1 <= slot.minutes <= LONGEST_MINUTES:
            yield f"a shift lasts 1 to {LONGEST_MINUTES} minutes"
        if slot.week is not None and not 0 <= slot.week < rotation.weeks:
            yield "a shift's week lies outside of the cycle"
