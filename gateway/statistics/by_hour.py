"""Calls by the hour of the day at which they came: how many, which were answered and missed, how soon.

The telephone alone: whoever writes at three at night may be content with an answer at four.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from config.forms import Words
from config.site import Channel
from gateway.statistics.answering import ABANDONED_AFTER_SECONDS, percentile
from gateway.statistics.parts import IN_ALL
from gateway.statistics.table import Column, Derived, Figure, Row, Share, Sum, Table, key_of
from gateway.statistics.waits import Waits

HOURS = range(24)
_PARTS = ("all", "answered", "abandoned", "abandoned_after_30")
_COLUMNS = (
    Column("contacts", Words("Indkomne opkald", "Incoming calls"), "count"),
    Column("answered", Words("Besvaret", "Answered"), "count"),
    Column("answered_percent", Words("Besvaret, procent", "Answered, percent"), "percent"),
    Column("abandoned", Words("Opgivet", "Abandoned"), "count"),
    Column("abandoned_percent", Words("Opgivet, procent", "Abandoned, percent"), "percent"),
    Column("abandoned_after_30", Words("Opgivet efter 30 s", "Abandoned after 30 s"), "count"),
    Column(
        "abandoned_after_30_percent",
        Words("Opgivet efter 30 s, procent", "Abandoned after 30 s, percent"),
        "percent",
    ),
    Column("median_wait", Words("Ventetid, median", "Waiting time, median"), "seconds"),
    Column("wait_95", Words("Ventetid, 95-percentil", "Waiting time, 95th percentile"), "seconds"),
)


def by_hour(found: Waits) -> Table:
    """A row for each hour of the day on the wall clock, and all of them."""
    counted = _Counted(found)
    rows = [_row(counted, hour, _label(hour)) for hour in HOURS]
    rows.append(_row(counted, None, IN_ALL))
    sums = [Sum(counted.figure(part), tuple(counted.figure(part, hour) for hour in HOURS)) for part in _PARTS]
    for hour in (None, *HOURS):
        split = (counted.figure("answered", hour), counted.figure("abandoned", hour))
        sums.append(Sum(counted.figure("all", hour), split))
    title = Words("Opkald time for time: svar og ventetid", "Calls hour by hour: answers and waiting time")
    return Table("answering-hours", title, _COLUMNS, tuple(rows), sums=tuple(sums))


class _Counted:
    """The calls of each hour, and of all (None), counted once."""

    def __init__(self, found: Waits) -> None:
        self._counts: Counter[tuple[int | None, str]] = Counter()
        self.seconds: dict[int | None, Counter[int]] = {hour: Counter() for hour in (None, *HOURS)}
        for (hour, answered, waited), count in found.hours.items():
            for where in (None, hour):
                for part in _parts_of(answered=answered, waited=waited):
                    self._counts[where, part] += count
                if answered:
                    self.seconds[where][waited] += count

    def figure(self, part: str, hour: int | None = None) -> Figure:
        """Of all hours it is the figure that the table of all channels has of the telephone."""
        conditions = {"calls": part, "channel": str(Channel.VOICE)}
        if hour is not None:
            conditions["hour"] = f"{hour:02}"
        return Figure(key_of(**conditions), self._counts[hour, part])


def _parts_of(*, answered: bool, waited: int) -> Iterator[str]:
    yield "all"
    yield "answered" if answered else "abandoned"
    if not answered and waited > ABANDONED_AFTER_SECONDS:
        yield "abandoned_after_30"


def _row(counted: _Counted, hour: int | None, label: Words) -> Row:
    whole, answered, left, left_late = (counted.figure(part, hour) for part in _PARTS)
    waits = [Derived(percentile(counted.seconds[hour], share), answered) for share in (0.5, 0.95)]
    shares = [cell for part in (answered, left, left_late) for cell in (part, Share(part, whole))]
    return Row("total" if hour is None else label.en, label, (whole, *shares, *waits))


def _label(hour: int) -> Words:
    return Words(f"{hour:02}-{hour + 1:02}", f"{hour:02}-{hour + 1:02}")
