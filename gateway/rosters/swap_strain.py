"""What a swap would be hard on: too little rest, two places at once, somebody who is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.store import absences, roster_history
from gateway.store.roster_versions import WALL_FORMAT, PublishedShift, Span
from gateway.store.swaps import Swap
from routing.rest import Overlap, ShortRest, overlaps, short_rests
from routing.roster import Shift

# Longer than the rest that is asked for, and an hour of the clock's change.
_AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Strain:
    """Of shifts as they would be after the swap. ``away``: those whose new worker is away in that time."""

    short_rests: tuple[ShortRest, ...]
    overlaps: tuple[Overlap, ...]
    away: tuple[Shift, ...]

    def of(self, worker: str) -> Strain:
        """What is hard on this one of the two."""
        return Strain(
            tuple(each for each in self.short_rests if each.after.worker == worker),
            tuple(each for each in self.overlaps if each.first.worker == worker),
            tuple(each for each in self.away if each.worker == worker),
        )


def strain_of(
    connection: Connection,
    site: Site,
    version: int,
    swap: Swap,
    given: PublishedShift,
    back: PublishedShift | None,
) -> Strain:
    """Over all lines, as that version of the roster has them. ``given``, ``back``: the swap's shifts."""
    gained = [replace(given.shift, worker=swap.taker)]
    if back is not None:
        gained.append(replace(back.shift, worker=swap.giver))
    moved = {given.id} if back is None else {given.id, back.id}
    others = {
        row.id: row.shift
        for shift in gained
        for row in _near(connection, version, shift)
        if row.id not in moved
    }
    after = [*others.values(), *gained]
    return Strain(
        tuple(
            each for each in short_rests(after, site.zone) if each.before in gained or each.after in gained
        ),
        tuple(each for each in overlaps(after, site.zone) if each.first in gained or each.second in gained),
        tuple(
            shift
            for shift in gained
            if absences.of_workers(connection, [shift.worker], Span(shift.start, shift.end))
        ),
    )


def _near(connection: Connection, version: int, shift: Shift) -> list[PublishedShift]:
    """The worker's other shifts from a day before it to a day after."""
    bounds = ((shift.end + _AROUND).strftime(WALL_FORMAT), (shift.start - _AROUND).strftime(WALL_FORMAT))
    return roster_history.of_workers(connection, version, [shift.worker], *bounds)
