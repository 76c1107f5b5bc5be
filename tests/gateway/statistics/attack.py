"""Somebody who has all published figures, knows how they hang together, and works out what is hidden."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

Equation = tuple[Mapping[Hashable, int], int]
"""Factors of what is not known, and what they come to."""


def worked_out(equations: Iterable[Equation]) -> dict[Hashable, int]:
    """Everything that follows, by Gauss and Jordan in exact fractions."""
    pivots: dict[Hashable, tuple[dict[Hashable, Fraction], Fraction]] = {}
    for factors, value in equations:
        row = {key: Fraction(factor) for key, factor in factors.items() if factor}
        total = Fraction(value)
        for key in [key for key in row if key in pivots]:
            other, come_to = pivots[key]
            factor = row[key]
            total -= factor * come_to
            add(row, other, -factor)
        if not row:
            assert total == 0, "the equations contradict each other"
            continue
        pivot, factor = next(iter(row.items()))
        row = {key: each / factor for key, each in row.items()}
        total /= factor
        for other, (their, come_to) in list(pivots.items()):
            if pivot in their:
                times = their[pivot]
                add(their, row, -times)
                pivots[other] = (their, come_to - times * total)
        pivots[pivot] = (row, total)
    return {pivot: int(total) for pivot, (row, total) in pivots.items() if len(row) == 1}


def add(row: dict[Hashable, Fraction], another: Mapping[Hashable, Fraction], times: Fraction) -> None:
    for key, factor in another.items():
        row[key] = row.get(key, Fraction(0)) + times * factor
        if not row[key]:
            del row[key]
