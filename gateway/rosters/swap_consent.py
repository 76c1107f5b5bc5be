"""Whose yes a swap needs beside the two workers': of a coordinator of each of its lines that asks for one.

A swap of two shifts on two lines concerns both: neither line's coordinator can say yes for the other's.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import Connection

from config.site import Role, Site
from gateway.store import roster_history, roster_lines, swaps
from gateway.store.roster_versions import PublishedShift
from gateway.store.swaps import Swap


def shifts_of(connection: Connection, swap: Swap) -> dict[str, PublishedShift]:
    """By line, the shift that changes hands there, as it was offered: the given one where both are on one."""
    rows = roster_history.ever(connection, [row for row in (swap.in_return, swap.shift) if row is not None])
    ordered = [rows[row] for row in (swap.shift, swap.in_return) if row is not None]
    return {row.shift.line: row for row in reversed(ordered)}


def asking(connection: Connection, swap: Swap) -> frozenset[str]:
    """Its lines that want a coordinator's yes, as they are set now."""
    lines = shifts_of(connection, swap)
    return frozenset(line for line in lines if roster_lines.settings_of(connection, line).swaps_need_consent)


def awaited(connection: Connection, swap: Swap) -> frozenset[str]:
    """Those of them that have not said yes."""
    return asking(connection, swap) - swaps.consents(connection, swap.id)


def deciding(connection: Connection, swap: Swap) -> frozenset[str]:
    """The lines whose coordinators decide. Where none asks (any more), any of them may, and one will do."""
    return asking(connection, swap) or frozenset(shifts_of(connection, swap))


def open_to(connection: Connection, swap: Swap, lines: Collection[str]) -> frozenset[str]:
    """Those of the lines whose coordinator's answer is missing still."""
    return (deciding(connection, swap) - swaps.consents(connection, swap.id)) & frozenset(lines)


def coordinated(site: Site, worker: str, lines: Collection[str]) -> frozenset[str]:
    """Those of the lines that a worker coordinates."""
    known = site.workers.get(worker)
    if known is None or Role.COORDINATOR not in known.roles:
        return frozenset()
    return frozenset(lines) & {*known.lines, *known.night_lines}
