"""Who is on duty in the demo: somebody at any hour, so that a call made now is answered now.

By day a line's own workers ring first and the pool after them; at night the lines have nobody of their own,
and the pool answers for both. The back-up phone comes last, always. Nobody is in two places at once, and
everybody has eleven hours' rest.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from routing.roster import Shift

DAYS_BEHIND, DAYS_AHEAD = 1, 14

# (line, tier, worker, start, end) of every day.
_DAILY = (
    ("foenix", 1, "w1", time(7), time(15)),
    ("foenix", 1, "w2", time(15), time(23)),
    ("foenix", 2, "w2", time(11), time(15)),
    ("foenix", 2, "w1", time(15), time(19)),
    ("toften", 1, "w4", time(7), time(15)),
    ("toften", 1, "w5", time(15), time(23)),
    ("vest", 1, "w3", time(10), time(22)),
)
# The nights take turns.
_NIGHT_STARTS, _NIGHT_ENDS = time(22), time(10)
_NIGHTS = ("w7", "w6")


def demo_shifts(today: date, after: date | None = None) -> list[Shift]:
    """Every shift that begins from yesterday to two weeks ahead; ``after``: only those of later days."""
    first = today - timedelta(days=DAYS_BEHIND)
    days = [first + timedelta(days=number) for number in range(DAYS_BEHIND + DAYS_AHEAD + 1)]
    return [shift for day in days if after is None or day > after for shift in _of(day)]


def _of(day: date) -> list[Shift]:
    night = _NIGHTS[day.toordinal() % len(_NIGHTS)]
    morning = datetime.combine(day + timedelta(days=1), _NIGHT_ENDS)
    daily = [
        Shift(line, tier, worker, datetime.combine(day, start), datetime.combine(day, end))
        for line, tier, worker, start, end in _DAILY
    ]
    return [*daily, Shift("vest", 1, night, datetime.combine(day, _NIGHT_STARTS), morning)]
