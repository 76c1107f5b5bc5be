"""Which open shifts are filled: counted at each time on the wall clock, never told by who is who.

An opening says how many are wanted. One that replaces somebody (a sick call) leaves as many wanted as there
were; any other asks for one more than there were. Shifts that stood open already go on being wanted, each for
one at the most, and one that is withdrawn is wanted no more. So a colleague who is taken away without an
opening is missing still when the next one comes, and two sick calls want two.

An open shift is filled when the others that stand open suffice for all who are missing, in all of its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

Stretch = tuple[datetime, datetime]
"""``[start, end)`` on the wall clock, naive."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """From each of ``times`` on so many as ``counts`` says; before the first nobody."""

    times: tuple[datetime, ...] = ()
    counts: tuple[int, ...] = ()

    @classmethod
    def of(cls, more: Iterable[Stretch], less: Iterable[Stretch] = ()) -> Headcount:
        """One more in each of these, and one fewer in each of those: it may be less than none."""
        steps: Counter[datetime] = Counter()
        for stretches, by in ((more, 1), (less, -1)):
            for start, end in stretches:
                steps[start] += by
                steps[end] -= by
        times = sorted(steps)
        return cls(tuple(times), tuple(accumulate(steps[time] for time in times)))

    def at(self, time: datetime) -> int:
        found = bisect_right(self.times, time)
        return self.counts[found - 1] if found else 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A shift that was opened in ``[start, end)`` on the wall clock, perhaps closed since.

    ``opened_at`` and ``closed_at``: instants. ``before`` and ``after``: who was on duty in its time, without
    what the publication changed that opened it, and with it. ``withdrawn``: closed since nobody was needed.
    """

    id: str
    start: datetime
    end: datetime
    opened_at: datetime
    before: Headcount
    after: Headcount
    closed_at: datetime | None = None
    withdrawn: bool = False

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def covers(self, time: datetime) -> bool:
        return self.start <= time < self.end

    def stood_open(self, moment: datetime) -> bool:
        """Already, and still when what happened at that instant was done."""
        return self.opened_at < moment and (self.closed_at is None or moment < self.closed_at)


@dataclass(frozen=True, slots=True)
class Filled:
    """``partly``: of their time some is covered, but not all."""

    wholly: tuple[Opened, ...] = ()
    partly: tuple[Opened, ...] = ()


def fill(opened: Sequence[Opened], there: Headcount, added: Headcount, *, now: datetime) -> Filled:
    """Of those that stand open, in their order, what is filled now that ``added`` has come.

    ``opened``: all that were ever opened in the time of those that stand open. ``there``: who is on duty,
    with whom was added. ``now``: on the wall; only what is left of a shift has to be covered. One in whose
    time nobody was added is neither filled nor in part.
    """
    left = [each for each in opened if each.is_open]
    asked = [each for each in left if max(added.at(time) for time in _times(each, [added], now)) >= 1]
    wholly = []
    for each in asked:
        if min(_to_spare(each, opened, left, there, now)) >= 1:
            wholly.append(each)
            left.remove(each)
    partly = [
        each for each in asked if each not in wholly and max(_to_spare(each, opened, left, there, now)) >= 1
    ]
    return Filled(tuple(wholly), tuple(partly))


def wanted(opened: Iterable[Opened], time: datetime) -> int:
    """How many have to be there at that time, by the shifts that were opened over it; 0 without any."""
    own = [each for each in opened if each.covers(time)]
    moments = {each.opened_at for each in own}
    moments |= {each.closed_at for each in own if each.withdrawn and each.closed_at is not None}
    found = 0
    for moment in sorted(moments):
        found -= sum(each.withdrawn and each.closed_at == moment for each in own)
        new = [each for each in own if each.opened_at == moment]
        if new:
            before, after = new[0].before.at(time), new[0].after.at(time)
            replaced = min(len(new), max(0, before - after))
            standing = sum(each.stood_open(moment) for each in own)
            still = min(found, before + standing) if standing else 0
            found = max(still, after + replaced) + len(new) - replaced
    return found


def _to_spare(
    one: Opened, opened: Sequence[Opened], left: Sequence[Opened], there: Headcount, now: datetime
) -> list[int]:
    """At each time of it, how many of those that are left would not be missed."""
    counts = [there, *(count for each in opened for count in (each.before, each.after))]
    edges = Headcount.of((each.start, each.end) for each in opened)
    return [
        sum(each.covers(time) for each in left) - max(0, wanted(opened, time) - there.at(time))
        for time in _times(one, [*counts, edges], now)
    ]


def _times(one: Opened, counts: Iterable[Headcount], now: datetime) -> list[datetime]:
    """When what is left of it begins, and each time in it at which one of the counts may change."""
    start = max(one.start, now)
    return sorted({start, *(time for each in counts for time in each.times if start < time < one.end)})
