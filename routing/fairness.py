"""How the load is spread: hours, nights, weekends and holidays of each worker over a period.

Everything is counted in instants, so that the night of the autumn change has an hour more and that of the
spring change one less; and a worker who is on two lines at once works that hour once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.holidays import is_holiday
from routing.rest import days_of
from routing.roster import Shift
from routing.wall_clock import instant, wall

# A night on duty is one with three hours between 23 and 06 (bekendtgørelse om arbejdstid: night work).
NIGHT_BEGINS, NIGHT_ENDS = time(23), time(6)
NIGHT_COUNTS_FROM = timedelta(hours=3)

_DAY = timedelta(days=1)
_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Load:
    """Of one worker: time on duty, and how many nights, weekends (Saturday and Sunday) and public holidays
    they are on duty in. ``shifts``: those that have time in the period."""

    worker: str
    shifts: int
    time: timedelta
    night_time: timedelta
    nights: int
    weekends: int
    weekend_time: timedelta
    holidays: int
    holiday_time: timedelta


def loads(shifts: Iterable[Shift], zone: ZoneInfo, starts: datetime, ends: datetime) -> list[Load]:
    """The load of everybody who has time on duty within the instants ``[starts, ends)``, by worker's id."""
    own: dict[str, list[tuple[datetime, datetime]]] = {}
    known: dict[datetime, datetime] = {}
    starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
    for shift in shifts:
        span = []
        for clock in (shift.start, shift.end):
            if clock not in known:
                known[clock] = instant(clock, zone)
            span.append(min(max(known[clock], starts), ends))
        if span[0] < span[1]:
            own.setdefault(shift.worker, []).append((span[0], span[1]))
    calendar = _Calendar(zone)
    return [_load(worker, spans, calendar) for worker, spans in sorted(own.items())]


def _load(worker: str, spans: list[tuple[datetime, datetime]], calendar: _Calendar) -> Load:
    total = _NONE
    nights: dict[date, timedelta] = {}
    weekends: dict[date, timedelta] = {}
    holidays: dict[date, timedelta] = {}
    for starts, ends in _merged(spans):
        total += ends - starts
        for day in calendar.days(starts, ends):
            _add(nights, day, _shared(starts, ends, calendar.night(day)))
            in_day = _shared(starts, ends, calendar.day(day))
            if day.weekday() >= 5:
                _add(weekends, day - timedelta(days=day.weekday()), in_day)
            if is_holiday(day):
                _add(holidays, day, in_day)
    return Load(
        worker=worker,
        shifts=len(spans),
        time=total,
        night_time=sum(nights.values(), _NONE),
        nights=sum(spent >= NIGHT_COUNTS_FROM for spent in nights.values()),
        weekends=len(weekends),
        weekend_time=sum(weekends.values(), _NONE),
        holidays=len(holidays),
        holiday_time=sum(holidays.values(), _NONE),
    )


class _Calendar:
    """Days and nights of one zone as instants, each worked out once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[date, tuple[datetime, datetime]] = {}
        self._nights: dict[date, tuple[datetime, datetime]] = {}

    def days(self, starts: datetime, ends: datetime) -> list[date]:
        """Those touched, and the day before: its night may reach into the span."""
        first = wall(starts, self._zone)
        return [
            first.date() - _DAY,
            *days_of(first, max(wall(ends, self._zone), first + timedelta(minutes=1))),
        ]

    def day(self, day: date) -> tuple[datetime, datetime]:
        if day not in self._days:
            self._days[day] = (self._at(day, time()), self._at(day + _DAY, time()))
        return self._days[day]

    def night(self, day: date) -> tuple[datetime, datetime]:
        """The night that begins on ``day``."""
        if day not in self._nights:
            self._nights[day] = (self._at(day, NIGHT_BEGINS), self._at(day + _DAY, NIGHT_ENDS))
        return self._nights[day]

    def _at(self, day: date, clock: time) -> datetime:
        return instant(datetime.combine(day, clock), self._zone)


def _merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def _shared(starts: datetime, ends: datetime, other: tuple[datetime, datetime]) -> timedelta:
    return max(min(ends, other[1]) - max(starts, other[0]), _NONE)


def _add(where: dict[date, timedelta], day: date, spent: timedelta) -> None:
    if spent:
        where[day] = where.get(day, _NONE) + spent
