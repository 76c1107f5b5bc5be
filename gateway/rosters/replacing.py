"""What an imported file changes on one line: which published shifts it replaces, and which stay.

The file speaks for the time from the line's first start in it to the line's last end. What lies wholly
inside is replaced. A shift that reaches over either edge stays, so that an import never takes anybody off
duty at a time that its file says nothing about; but it does go where the file gives the same worker other
times over it, since nobody is on one line twice at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.store.roster_versions import PublishedShift, Span
from routing.roster import Shift


@dataclass(frozen=True, slots=True)
class Replacement:
    """``ending``: rows to end; ``beginning``: shifts to begin, in order; ``staying`` reach over an edge.

    ``added``, ``removed`` and ``unchanged`` count shifts. One that only rings earlier or later within its
    tier than before is unchanged, yet its row is ended and begun again: rows are in ringing order.
    """

    line: str
    ending: tuple[int, ...]
    beginning: tuple[Shift, ...]
    staying: tuple[Shift, ...]
    added: int
    removed: int
    unchanged: int

    @property
    def changes_anything(self) -> bool:
        return bool(self.ending or self.beginning)


def period(shifts: Iterable[Shift]) -> Span:
    """From the first start to the last end. Raises ValueError where there is no shift."""
    listed = list(shifts)
    return Span(min(shift.start for shift in listed), max(shift.end for shift in listed))


def replacement(line: str, published: Iterable[PublishedShift], wanted: Sequence[Shift]) -> Replacement:
    """What makes the line's roster that of the file.

    ``published``: the line's shifts that overlap the period of ``wanted``, in order. ``wanted``: the line's
    shifts in the file, in its order; no worker twice at once, as ``read_roster`` promises.
    """
    whole = period(wanted)
    by_worker: dict[str, list[Shift]] = {}
    for shift in wanted:
        by_worker.setdefault(shift.worker, []).append(shift)
    replaced: list[PublishedShift] = []
    staying: list[Shift] = []
    for row in published:
        inside = whole.start <= row.shift.start and row.shift.end <= whole.end
        if inside or _overlaps(row.shift, by_worker.get(row.shift.worker, ())):
            replaced.append(row)
        else:
            staying.append(row.shift)
    rows = {row.shift: row.id for row in reversed(replaced)}  # of two that are the same, the first is kept
    kept = _in_ringing_order(wanted, {shift: rows[shift] for shift in wanted if shift in rows})
    kept_rows = set(kept.values())
    unchanged = sum(shift in rows for shift in wanted)
    return Replacement(
        line=line,
        ending=tuple(row.id for row in replaced if row.id not in kept_rows),
        beginning=tuple(shift for shift in wanted if shift not in kept),
        staying=tuple(staying),
        added=len(wanted) - unchanged,
        removed=len(replaced) - unchanged,
        unchanged=unchanged,
    )


def _in_ringing_order(wanted: Sequence[Shift], rows: dict[Shift, int]) -> dict[Shift, int]:
    """Those of ``rows`` that can stay as they are.

    Of two shifts that are on at once in one tier, the one with the lower row rings first. So a row can't stay
    where the file has, before it, a shift that is new (and gets a higher row) or has a higher one.
    """
    places = {shift: place for place, shift in enumerate(wanted)}
    at_once: dict[Shift, list[Shift]] = {}
    on: dict[int, list[Shift]] = {}
    for shift in sorted(wanted, key=lambda shift: shift.start):
        others = on[shift.tier] = [other for other in on.get(shift.tier, ()) if other.end > shift.start]
        for other in others:
            first, second = sorted((shift, other), key=places.__getitem__)
            at_once.setdefault(second, []).append(first)
        others.append(shift)
    kept: dict[Shift, int] = {}
    for shift in wanted:
        row = rows.get(shift)
        if row is not None and all(kept.get(before, row) < row for before in at_once.get(shift, ())):
            kept[shift] = row
    return kept


def _overlaps(shift: Shift, others: Iterable[Shift]) -> bool:
    return any(other.start < shift.end and shift.start < other.end for other in others)
