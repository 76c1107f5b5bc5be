"""Absences: a worker who can't come. Their shifts in that time become open ones that colleagues can take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.rosters import offers
from gateway.rosters.duties import LONGEST, Wanted, WantedError
from gateway.rosters.edit import Edit, NotFoundError, begin
from gateway.rosters.publishing import Change, Published, publish
from gateway.store import absences, roster_history
from gateway.store.absences import Absence, AbsenceKind
from gateway.store.roster_versions import WALL_FORMAT, PublishedShift, Span
from routing.overrides import without
from routing.wall_clock import wall

# Nobody plans to be away for longer; a slip of the finger beyond.
LONGEST_ABSENCE = 24 * LONGEST


@dataclass(frozen=True, slots=True)
class Reported:
    """``opened``: the open shifts that came of it."""

    absence: Absence
    published: Published
    opened: tuple[str, ...]


def report(edit: Edit, worker: str, kind: AbsenceKind, span: Span) -> Reported:
    """Write it down, and take the worker off what they have in that time, on every line.

    What is over already stays as it was. A shift that only partly lies in the absence keeps its other part.
    Gaps that open need no confirmation, for nobody can choose not to be ill; the coordinators are alarmed.
    Raises WantedError.
    """
    if worker not in edit.site.workers:
        raise WantedError({"worker": f'worker "{worker}" is not in the site'})
    if span.end <= span.start:
        raise WantedError({"end": "the absence ends before it begins"})
    if span.end - span.start > LONGEST_ABSENCE:
        raise WantedError({"end": f"an absence is at most {LONGEST_ABSENCE.days} days long"})
    version = begin(edit, "", None)
    absence = absences.add(edit.connection, worker, kind, span, by=edit.by, at=edit.at)
    off = Span(max(span.start, _this_minute(edit)), span.end)
    bounds = (off.end.strftime(WALL_FORMAT), off.start.strftime(WALL_FORMAT))
    rows = roster_history.of_workers(edit.connection, version, [worker], *bounds)
    changes = [change for row in rows for change in _off(row, off)] if off.start < off.end else []
    done = publish(edit, version, changes, what=f"absence of {worker}", confirm_gaps=True)
    for shift in done.opened_shifts:
        offers.tell_colleagues(edit, shift)
    return Reported(absence, done, done.opened_shifts)


def end(edit: Edit, absence: str) -> Absence:
    """The worker can come after all. Shifts of theirs that are open they can take. Raises NotFoundError."""
    begin(edit, "", None)
    found = absences.find(edit.connection, absence)
    if found is None or not absences.end(edit.connection, absence, edit.at):
        raise NotFoundError("there is no such absence (any more)")
    return replace(found, ended_at=edit.at)


def _off(row: PublishedShift, off: Span) -> Iterable[Change]:
    shift = row.shift
    left = without(shift, off.start, off.end)
    taken = Wanted(shift.line, shift.tier, None, max(shift.start, off.start), min(shift.end, off.end))
    kept = [Wanted(piece.line, piece.tier, piece.worker, piece.start, piece.end) for piece in left]
    # The first piece goes on as the shift that it was; where nothing is left, the open one does.
    if not kept:
        return [Change(row, taken)]
    return [Change(row, kept[0]), *(Change(None, piece) for piece in kept[1:]), Change(None, taken)]


def _this_minute(edit: Edit) -> datetime:
    """Now, to the whole minute: shifts are kept to the minute."""
    return wall(edit.at, edit.site.zone).replace(second=0, microsecond=0)
