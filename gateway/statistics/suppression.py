"""Hiding small cells, and as many others as it takes that nobody can work them out.

All tables of a period are looked at together: a figure that stands in two of them is hidden in both, and a
sum that reaches from one table into another counts like one within. What is hidden follows from no sums and
differences of what is seen, whatever is added to what; and no sum leaves it fewer than four values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.statistics.equations import Equation, Solved, combined
from gateway.statistics.table import Figure, Key, Sum, Table, figures_of

FEWEST = 5
"""Cells under five people are suppressed outside the line's own coordinators (domain page, "Statistics")."""

Block = Sequence[Table]
"""The tables of one period and one set of lines."""


def hidden_in(tables: Iterable[Table]) -> frozenset[Key]:
    """The figures that readers outside the lines don't see in any of these tables. Zero may be seen."""
    return hidden_alike([list(tables)])


def hidden_alike(blocks: Sequence[Block], more: frozenset[Key] = frozenset()) -> frozenset[Key]:
    """The same figures in each block, those ``more`` among them: what is small in one is hidden in all."""
    hidden = set(more)
    for block in blocks:
        hidden |= _small(block)
    sums = [_Sums(block) for block in blocks]
    while True:
        for each in sums:
            each.close(hidden)
        # The blocks have the same equations, so that one of them tells what follows in all.
        found = set[Key]()
        for each in sums:
            found |= each.to_hide(frozenset(hidden))
            if found:
                break
        if not found - hidden:
            return frozenset(hidden)
        hidden |= found


def is_small(count: int) -> bool:
    return 0 < count < FEWEST


def equations_of(tables: Iterable[Table]) -> list[Equation]:
    """Every sum of the tables as an equation, each once."""
    found: dict[frozenset[tuple[Key, int]], Equation] = {}
    for table in tables:
        for each in table.sums:
            equation = {part.key: -1 for part in each.parts} | {each.whole.key: 1}
            found.setdefault(frozenset(equation.items()), equation)
    return list(found.values())


def _small(block: Block) -> set[Key]:
    hidden = {figure.key for table in block for figure in figures_of(table) if is_small(figure.count)}
    for table in block:
        for each in table.sums:
            hidden |= {figure.key for figure in (each.whole, *each.parts) if is_small(figure.count)}
        # Of those asked, all but three have it: tells of the three.
        counts = {figure.key: figure.count for figure in figures_of(table)}
        hidden |= {
            key for key, whole in table.sizes.items() if key in counts and is_small(whole.count - counts[key])
        }
    return hidden


class _Sums:
    """The sums of one block, and what else has to be hidden because of them."""

    def __init__(self, block: Block) -> None:
        unique: dict[frozenset[Key], Sum] = {}
        for table in block:
            for each in table.sums:
                unique.setdefault(frozenset([each.whole.key, *(part.key for part in each.parts)]), each)
        self._sums = list(unique.values())
        self._equations = equations_of(block)
        self._counts = {
            figure.key: figure.count for each in self._sums for figure in (each.whole, *each.parts)
        }
        self._with: dict[Key, list[Sum]] = {}
        for each in self._sums:
            for figure in (each.whole, *each.parts):
                self._with.setdefault(figure.key, []).append(each)

    def close(self, hidden: set[Key]) -> None:
        """Hide more, until no single sum gives a hidden figure away, or nearly."""
        waiting = [each for key in sorted(hidden) for each in self._with.get(key, ())]
        while waiting:
            another = _another(waiting.pop(), hidden)
            if another is not None:
                hidden.add(another)
                waiting += self._with[another]

    def to_hide(self, hidden: frozenset[Key]) -> set[Key]:
        """One more figure for each that follows from several sums together."""
        found: set[Key] = set()
        for factors in Solved(self._equations, hidden).determined().values():
            seen = [key for key in combined(self._equations, factors) if key not in hidden]
            if seen and not found & set(seen):
                found.add(min(seen, key=lambda key: (self._counts[key] == 0, self._counts[key], key)))
        return found


def _another(each: Sum, hidden: set[Key]) -> Key | None:
    """A figure that has to be hidden, too: else the others of this sum give away one that is."""
    figures = (each.whole, *each.parts)
    inside = [part for part in each.parts if part.key in hidden]
    is_whole_hidden = each.whole.key in hidden
    if not inside and not is_whole_hidden:
        return None
    enough = len(inside) + is_whole_hidden > 1
    if enough and not is_whole_hidden:
        # Each is known to be at least one: together they must leave each of them four values.
        enough = sum(part.count for part in inside) >= len(inside) + FEWEST - 2
    if enough:
        return None
    seen: list[Figure] = [part for part in each.parts if part.key not in hidden and part.count > 0]
    if seen:
        return min(seen, key=lambda part: (part.count, part.key)).key
    rest = [figure.key for figure in (*figures[1:], figures[0]) if figure.key not in hidden]
    # The whole before a zero: that zeros are seen is what others are hidden by.
    return None if not rest else each.whole.key if each.whole.key in rest else rest[0]
