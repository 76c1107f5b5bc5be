"""What follows from published figures by adding and subtracting them: linear equations, solved exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from gateway.statistics.table import Key

Equation = Mapping[Key, int]
"""Figures times their factors come to zero."""

# Exact arithmetic without fractions: remainders by a prime so large that none is zero by chance.
_PRIME = 2**61 - 1

_T = TypeVar("_T")
_Row = dict[Key, int]


class Solved:
    """Equations in what is hidden; what is seen is known.

    ``determined``: each hidden figure that follows from what is seen, with the factors by which the equations
    (by their place) are added up so that it stands alone.
    """

    def __init__(self, equations: Iterable[Equation], hidden: frozenset[Key]) -> None:
        self._rows: dict[Key, tuple[_Row, dict[int, int]]] = {}
        self._rows_with: dict[Key, set[Key]] = {}
        for place, equation in enumerate(equations):
            row = {key: factor % _PRIME for key, factor in equation.items() if key in hidden}
            if row:
                self._add(row, {place: 1})

    @property
    def rank(self) -> int:
        return len(self._rows)

    def determined(self) -> dict[Key, Mapping[int, int]]:
        return {pivot: made_of for pivot, (row, made_of) in self._rows.items() if len(row) == 1}

    def _add(self, row: _Row, made_of: dict[int, int]) -> None:
        for key in [key for key in row if key in self._rows]:
            pivot_row, pivot_made_of = self._rows[key]
            factor = -row[key]
            _plus(row, pivot_row, factor)
            _plus(made_of, pivot_made_of, factor)
        if not row:
            return
        # The one in the fewest other rows: less to clear away.
        pivot = min(row, key=lambda key: (len(self._rows_with.get(key, ())), key))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {key: factor * inverse % _PRIME for key, factor in row.items()}
        made_of = {place: factor * inverse % _PRIME for place, factor in made_of.items()}
        for other in list(self._rows_with.get(pivot, ())):
            other_row, other_made_of = self._rows[other]
            factor = -other_row[pivot]
            before = set(other_row)
            _plus(other_row, row, factor)
            _plus(other_made_of, made_of, factor)
            for key in before ^ set(other_row):
                rows = self._rows_with.setdefault(key, set())
                rows.add(other) if key in other_row else rows.discard(other)
        self._rows[pivot] = (row, made_of)
        for key in row:
            self._rows_with.setdefault(key, set()).add(pivot)


def combined(equations: list[Equation], factors: Mapping[int, int]) -> dict[Key, int]:
    """The equations at these places, each times its factor, added up; figures that drop out are left out."""
    total: dict[Key, int] = {}
    for place, factor in factors.items():
        _plus(total, {key: each % _PRIME for key, each in equations[place].items()}, factor)
    return total


def _plus(row: dict[_T, int], another: Mapping[_T, int], factor: int) -> None:
    for key, value in another.items():
        now = (row.get(key, 0) + value * factor) % _PRIME
        if now:
            row[key] = now
        else:
            row.pop(key, None)
