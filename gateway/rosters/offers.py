"""Open shifts: told to colleagues who could come, and taken by the first of them."""

from __future__ import annotations

from gateway.rosters import notices
from gateway.rosters.duties import Wanted
from gateway.rosters.edit import Edit, NotFoundError, begin
from gateway.rosters.publishing import Change, Published, publish
from gateway.store import absences, open_shifts, roster_history
from gateway.store.open_shifts import OpenShift
from gateway.store.roster_versions import WALL_FORMAT, Span, newest
from routing.wall_clock import instant


class TakenError(Exception):
    """Somebody else was first, or it is no longer needed."""

    def __init__(self) -> None:
        super().__init__("a colleague has taken it already, or it is no longer needed")


def take(edit: Edit, shift: str, worker: str) -> Published:
    """The open shift becomes the worker's, at once. Of two at the same moment one gets it.

    Raises NotFoundError, TakenError (also for one that is over), and WantedError where the worker doesn't
    serve the line or is on it.
    """
    version = begin(edit, "", None)
    found = open_shifts.find(edit.connection, shift)
    if found is None:
        raise NotFoundError("there is no such open shift")
    is_over = instant(found.end, edit.site.zone) <= edit.at
    if is_over or not open_shifts.close(edit.connection, shift, edit.at, taken_by=worker):
        raise TakenError
    wanted = Wanted(found.line, found.tier, worker, found.start, found.end)
    free = found.origin is not None and roster_history.find(edit.connection, version, found.origin) is None
    change = Change(None, wanted, found.origin if free else None)
    what = f"{worker} took an open shift"
    # It fills the one that it was, and not another at the same time.
    return publish(edit, version, [change], what=what, confirm_gaps=True, fills=False)


def withdraw(edit: Edit, shift: str) -> OpenShift:
    """Nobody is needed for it any more. Raises NotFoundError, TakenError."""
    begin(edit, "", None)
    found = open_shifts.find(edit.connection, shift)
    if found is None:
        raise NotFoundError("there is no such open shift")
    if not open_shifts.close(edit.connection, shift, edit.at):
        raise TakenError
    return found


def tell_colleagues(edit: Edit, shift: str) -> int:
    """An SMS to everybody of the line who is neither away nor at work then. Returns to how many."""
    found = open_shifts.find(edit.connection, shift)
    if found is None:
        return 0
    starts = instant(found.start, edit.site.zone)
    return sum(
        notices.tell(
            edit.connection,
            edit.site,
            worker,
            "sms_shift_open",
            line=found.line,
            about=starts,
            now=edit.at,
            once=found.id,
            open_shift=found.id,
        )
        for worker in who_could(edit, found)
        if starts > edit.at
    )


def who_could(edit: Edit, shift: OpenShift) -> list[str]:
    """Workers of the line, but for who had it, who is away and who is on duty anywhere in that time."""
    own = [
        worker.id
        for worker in edit.site.workers.values()
        if shift.line in (*worker.lines, *worker.night_lines) and worker.id != shift.from_worker
    ]
    span = Span(shift.start, shift.end)
    away = {absence.worker for absence in absences.of_workers(edit.connection, own, span)}
    version = newest(edit.connection).roster.version
    bounds = (shift.end.strftime(WALL_FORMAT), shift.start.strftime(WALL_FORMAT))
    rows = roster_history.of_workers(edit.connection, version, own, *bounds)
    at_work = {row.shift.worker for row in rows}
    return [worker for worker in own if worker not in away | at_work]
