"""Opening hours: what a list of windows says at an instant.

On local day D a window is open from the instant of D's ``start_minute`` until that of its ``end_minute``,
half-open, by the wall-clock rule of ``routing.wall_clock``. A window past midnight belongs to the day it
started on. On a Danish public holiday a ``holidays`` window replaces the weekday windows of its list;
a list without one treats holidays as the weekday they are (contract, "Windows").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.windows import Window, WindowKind
from routing.holidays import is_holiday
from routing.wall_clock import aware, instant

# Longer than the time between any two openings: a list may hold nothing but holidays that fall on no
# weekday of its own, and those lie less than a year apart.
HORIZON_DAYS = 400

_DAY = timedelta(days=1)

# Epoch seconds, [opens, closes).
Span = tuple[int, int]


def is_open(windows: Sequence[Window], at: datetime, zone: ZoneInfo) -> bool:
    """Whether any of the windows is open at the aware instant ``at``. An empty list never is."""
    listed = tuple(windows)
    for window in listed:
        if window.kind is WindowKind.ALWAYS:
            return True
    seconds = aware(at).timestamp()
    for opens, closes in _spans_around(listed, at.astimezone(zone).date(), zone):
        if opens <= seconds < closes:
            return True
    return False


def next_opening(windows: Sequence[Window], at: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after ``at``, in UTC, at which a closed list opens.

    While the list is open that is the opening after its next closing. None where there is none within
    ``HORIZON_DAYS``: always open, never open.
    """
    seconds = aware(at).timestamp()
    for opens, _closes in merged_spans(tuple(windows), at.astimezone(zone).date(), zone):
        if opens > seconds:
            return datetime.fromtimestamp(opens, UTC)
    return None


def closes_at(windows: Sequence[Window], at: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after ``at``, in UTC, at which a list that is open at ``at`` no longer is.

    Windows that meet or overlap count as one. None where the list is closed at ``at``, or stays open for
    ``HORIZON_DAYS``.
    """
    listed = tuple(windows)
    if any(window.kind is WindowKind.ALWAYS for window in listed):
        return None
    seconds = aware(at).timestamp()
    today = at.astimezone(zone).date()
    for opens, closes in merged_spans(listed, today, zone):
        if opens <= seconds < closes:
            horizon = instant(datetime.combine(today + HORIZON_DAYS * _DAY, time()), zone).timestamp()
            return datetime.fromtimestamp(closes, UTC) if closes < horizon else None
    return None


def merged_spans(windows: tuple[Window, ...], today: date, zone: ZoneInfo) -> Iterator[Span]:
    """Spans of ``HORIZON_DAYS`` in order, from yesterday's on; those that meet or overlap made into one.

    None for a list that is always open.
    """
    if any(window.kind is WindowKind.ALWAYS for window in windows):
        return
    held: Span | None = None
    for ahead in range(-1, HORIZON_DAYS + 1):
        for opens, closes in _spans_of_day(windows, today + ahead * _DAY, zone):
            if held is None:
                held = (opens, closes)
            elif opens <= held[1]:
                held = (held[0], max(held[1], closes))
            else:
                yield held
                held = (opens, closes)
    if held is not None:
        yield held


@lru_cache(maxsize=4096)
def _spans_around(windows: tuple[Window, ...], day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    """Spans that can be open while the clocks show ``day``.

    The day before, for windows past midnight; the day after, where a zone turns its clocks back over
    midnight and the new day has begun once before.
    """
    days = (day - _DAY, day, day + _DAY)
    return tuple(span for started in days for span in _spans_of_day(windows, started, zone))


def _spans_of_day(windows: tuple[Window, ...], day: date, zone: ZoneInfo) -> list[Span]:
    """Spans of the windows that start on local ``day``, in order; one that the clocks skip is left out."""
    midnight = datetime.combine(day, time())
    holiday = any(window.holidays for window in windows) and is_holiday(day)
    spans: list[Span] = []
    for window in windows:
        starts_today = window.holidays if holiday else day.weekday() in window.weekdays
        if window.kind is not WindowKind.DAYS or not starts_today:
            continue
        opens = instant(midnight + timedelta(minutes=window.start_minute), zone)
        closes = instant(midnight + timedelta(minutes=window.end_minute), zone)
        if opens < closes:
            spans.append((int(opens.timestamp()), int(closes.timestamp())))
    return sorted(spans)
