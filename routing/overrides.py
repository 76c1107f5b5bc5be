"""Shifts cut by other shifts: somebody takes over for some hours, and the rest stays as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from routing.roster import Shift, ShiftError


def overridden(shifts: Iterable[Shift], cover: Shift, *, instead_of: str | None = None) -> list[Shift]:
    """The shifts with ``cover`` in place of whoever is on its line and tier during its time.

    A 10-20 on tier 1 and B 12-16 on tier 2, with C 15-18 over tier 1, give A 10-15, C 15-18, A 18-20 and
    B 12-16. ``instead_of``: only that worker is replaced, and colleagues beside them stay. Where nobody was
    on, the cover is on alone. The order of the shifts is kept, which is the order they ring in; the cover
    stands after the first piece of the first shift that it cuts. Raises ShiftError for a cover that ends
    before it begins.
    """
    if cover.end <= cover.start:
        raise ShiftError(f"the cover from {cover.start} ends at {cover.end}")
    found: list[Shift] = []
    placed = False
    for shift in shifts:
        same_place = (shift.line, shift.tier) == (cover.line, cover.tier)
        if not (same_place and instead_of in (None, shift.worker) and meets(shift, cover)):
            found.append(shift)
            continue
        pieces = without(shift, cover.start, cover.end)
        before = [piece for piece in pieces if piece.end <= cover.start]
        found += before
        if not placed:
            found.append(cover)
            placed = True
        found += [piece for piece in pieces if piece not in before]
    return found if placed else [*found, cover]


def without(shift: Shift, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """What is left of a shift, in up to two pieces, when ``[start, end)`` on the wall clock is taken out."""
    if end <= shift.start or shift.end <= start:
        return (shift,)
    pieces = []
    if shift.start < start:
        pieces.append(replace(shift, end=start))
    if end < shift.end:
        pieces.append(replace(shift, start=end))
    return tuple(pieces)


def split(shift: Shift, at: datetime) -> tuple[Shift, Shift]:
    """The shift in two, that meet at ``at`` on the wall clock. Raises ShiftError where that is not within."""
    if not shift.start < at < shift.end:
        raise ShiftError(f"{at:%Y-%m-%d %H:%M} is not within the shift")
    return replace(shift, end=at), replace(shift, start=at)


def meets(one: Shift, other: Shift) -> bool:
    """Whether two shifts share time on the wall clock; that one ends as the other begins is none."""
    return one.start < other.end and other.start < one.end
