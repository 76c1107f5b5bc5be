"""Local wall-clock time and instants, over both changes of the clock.

A wall-clock time is one instant: one that a change of the clock skips is the first instant after the
gap; one that a change repeats is its first occurrence (contract, "Roster file"). A later wall-clock time
is therefore never an earlier instant, and what meets on the clock meets in fact.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Every change of the clock in the time zone database falls on a whole second.
_SECOND = timedelta(seconds=1)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a naive wall-clock time of ``zone``. Its ``fold`` has no say.

    Raises ValueError for an aware datetime.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"a wall-clock time has no time zone of its own: {wall.isoformat()}")
    earlier = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    later = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # PEP 495: in a gap, fold=0 reads the clock as before the change and so lands after fold=1.
    return earlier if earlier <= later else _end_of_gap(later, earlier, zone)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of ``zone`` show at an instant: naive, and the same for both of a repeated hour.

    Raises ValueError for a naive ``at``.
    """
    return aware(at).astimezone(zone).replace(tzinfo=None, fold=0)


def aware(at: datetime) -> datetime:
    """``at`` itself; ValueError where it is naive and so names no instant."""
    if at.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {at.isoformat()}")
    return at


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The change of the clock in ``(before, after]``, both in UTC, found by halving."""
    before = before.replace(microsecond=0)
    if after.microsecond:
        after = after.replace(microsecond=0) + _SECOND
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after
