"""Days that stand in an address, and when they begin on the site's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.wall_clock import instant

# Days that have a midnight on every clock.
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
ONE_DAY = timedelta(days=1)


def day_of(text: str) -> date:
    """Raises ValueError for what is no day, or one that we have no use for."""
    found = date.fromisoformat(text)
    if not EARLIEST <= found <= LATEST:
        raise ValueError(text)
    return found


def midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return instant(datetime.combine(day, time()), zone) if day is not None else None
