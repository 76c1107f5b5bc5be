"""Publishing a roster file, and writing one from what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.audit.log import Action, AuditLog
from gateway.rosters import filled, notices
from gateway.rosters.filled import Filling, filled_by
from gateway.rosters.opened_gaps import OpenedGap, opened_by
from gateway.rosters.replacing import Replacement, period, replacement
from gateway.store import roster_history, roster_versions
from gateway.store.engine import Store
from gateway.store.roster_versions import Span
from routing.roster import Shift
from routing.wall_clock import wall

Trace = Callable[[Connection, int, int, Sequence[Replacement]], None]
"""What follows from an import, in its transaction: of the version before, its own, and what it changed."""


class MovedOnError(Exception):
    """The roster has changed since somebody looked at what the file would change."""


@dataclass(frozen=True, slots=True)
class Imported:
    """``version``: the one in force afterwards; ``new``: whether the import made it."""

    version: int
    new: bool
    lines: tuple[Replacement, ...]


def import_roster(
    store: Store,
    shifts: Sequence[Shift],
    *,
    by: str,
    source: str,
    at: datetime,
    trace: Trace | None = None,
) -> Imported:
    """Make the shifts of a file count, all in one version. What is published already makes no new one.

    ``by``: who does it; ``source``: the file's name; ``trace``: what follows from it, as
    ``followed_up`` gives it; without one nobody is told. Which published shifts go is told in
    ``gateway.rosters.replacing``. Raises StoreUnavailableError.
    """
    with store.write() as connection:
        return import_into(connection, shifts, by=by, source=source, at=at, trace=trace)


def import_into(
    connection: Connection,
    shifts: Sequence[Shift],
    *,
    by: str,
    source: str,
    at: datetime,
    trace: Trace | None = None,
    seen: int | None = None,
) -> Imported:
    """The same in somebody's transaction. ``seen``: the version that what it changes was shown of.

    Raises MovedOnError where the roster has changed since; then nothing is changed.
    """
    version = roster_versions.lock(connection)
    if seen is not None and version != seen:
        raise MovedOnError
    replacements = replacements_for(connection, version, shifts)
    new = any(each.changes_anything for each in replacements)
    if new:
        before = version
        version = roster_versions.publish(
            connection,
            ending=[row for each in replacements for row in each.ending],
            beginning=[shift for each in replacements for shift in each.beginning],
            by=by,
            what=_what(source, replacements),
            at=at,
        )
        if trace is not None:
            trace(connection, before, version, replacements)
    return Imported(version, new, replacements)


def import_preview(store: Store, shifts: Sequence[Shift]) -> tuple[Replacement, ...]:
    """What importing these would change now, line by line. Raises StoreUnavailableError."""
    with store.read() as connection:
        return replacements_for(connection, roster_versions.newest(connection).roster.version, shifts)


def followed_up(audit: AuditLog, site: Site, actor: str, at: datetime) -> Trace:
    """What follows from publishing by hand, too.

    It stands in the audit log, line by line. Open shifts that are covered now are closed. Workers whose
    shifts change are told, as they have set it; and coordinators, of gaps that open.
    """

    def trace(connection: Connection, before: int, version: int, replacements: Sequence[Replacement]) -> None:
        changing = [each for each in replacements if each.changes_anything]
        opened = opened_gaps(connection, site, before, changing, at)
        filled.close(connection, filling(connection, site, before, changing, at), at)
        changed = changed_for(connection, before, changing)
        notices.tell_of_shifts(connection, site, actor, changed, at)
        notices.tell_of_gaps(connection, site, opened, at)
        for each in changing:
            is_night_line = each.line in site.night_lines
            audit.record(
                connection,
                at=at,
                actor=actor,
                action=Action.ROSTER_CHANGED,
                line=None if is_night_line else each.line,
                night_line=each.line if is_night_line else None,
                version=version,
                ended=each.removed,
                begun=each.added,
            )

    return trace


def opened_gaps(
    connection: Connection, site: Site, version: int, replacements: Sequence[Replacement], now: datetime
) -> list[OpenedGap]:
    """The gaps within a week that these would open in a version."""
    return opened_by(
        connection,
        site,
        version,
        ending={row for each in replacements for row in each.ending},
        beginning=[shift for each in replacements for shift in each.beginning],
        lines=[each.line for each in replacements if each.changes_anything],
        now=now,
    )


def filling(
    connection: Connection, site: Site, version: int, replacements: Sequence[Replacement], now: datetime
) -> Filling:
    """The open shifts that these would fill in a version."""
    return filled_by(
        connection,
        version,
        _ended(connection, version, replacements),
        [shift for each in replacements for shift in each.beginning],
        now=wall(now, site.zone).replace(second=0, microsecond=0),
    )


def changed_for(
    connection: Connection, version: int, replacements: Sequence[Replacement]
) -> dict[str, list[Shift]]:
    """By worker, the shifts of a version that they lose and those that they get.

    A shift whose row only goes on in another order is neither; who has no other is not in it.
    """
    ended = _ended(connection, version, replacements)
    begun = [shift for each in replacements for shift in each.beginning]
    changed: dict[str, list[Shift]] = {}
    for shift in {*ended} ^ {*begun}:
        changed.setdefault(shift.worker, []).append(shift)
    return changed


def export_roster(store: Store, wanted: Span) -> list[Shift]:
    """The published shifts that overlap a stretch of time, line by line, in ringing order.

    Also those that lie wholly between the first start and the last end of a line's own: an import of what is
    exported would replace them, so that it changes nothing they must be in it. Raises StoreUnavailableError.
    """
    with store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        overlapping: dict[str, list[Shift]] = {}
        for shift in roster_versions.shifts_at(connection, version, overlapping=wanted):
            overlapping.setdefault(shift.line, []).append(shift)
        exported: list[Shift] = []
        for line in sorted(overlapping):
            span = period(overlapping[line])
            exported += [
                shift
                for shift in roster_versions.shifts_at(connection, version, lines=[line], overlapping=span)
                if (span.start <= shift.start and shift.end <= span.end)
            ]
    return exported


def replacements_for(
    connection: Connection, version: int, shifts: Sequence[Shift]
) -> tuple[Replacement, ...]:
    """What these shifts would change of a version, line by line."""
    by_line: dict[str, list[Shift]] = {}
    for shift in shifts:
        by_line.setdefault(shift.line, []).append(shift)
    return tuple(
        replacement(
            line,
            roster_versions.published_at(connection, version, lines=[line], overlapping=period(wanted)),
            wanted,
        )
        for line, wanted in by_line.items()
    )


def _ended(connection: Connection, version: int, replacements: Sequence[Replacement]) -> list[Shift]:
    rows = [row for each in replacements for row in each.ending]
    return [row.shift for row in roster_history.of_rows(connection, version, rows).values()]


def _what(source: str, replacements: Sequence[Replacement]) -> str:
    added = sum(each.added for each in replacements)
    removed = sum(each.removed for each in replacements)
    # The column is short, and a file's name may be long.
    return f"import {source[:100]}: {added} added, {removed} removed"
