"""Changes that count at once, without a draft in between: for programs, and for the small change at night."""

from __future__ import annotations

from datetime import datetime

from gateway.rosters import planned
from gateway.rosters.duties import Wanted
from gateway.rosters.edit import Edit, NotFoundError, PlanVersion, begin
from gateway.rosters.publishing import Change, Published, publish
from gateway.store.roster_versions import WALL_FORMAT, PublishedShift


class DraftedError(Exception):
    """The shift has a draft that isn't published yet: that is changed, published or discarded first."""

    def __init__(self) -> None:
        super().__init__("there is a draft of this shift; change, publish or discard that one")


def make(
    edit: Edit, wanted: Wanted, *, seen: PlanVersion | None = None, confirm_gaps: bool = False
) -> Published:
    """Raises OutdatedError, WantedError, GapsOpenError."""
    version = begin(edit, wanted.line, seen)
    return publish(
        edit, version, [Change(None, wanted)], what=f"new {_told(wanted)}", confirm_gaps=confirm_gaps
    )


def change(
    edit: Edit,
    shift: str,
    *,
    tier: int | None = None,
    worker: str | None = None,
    opens: bool = False,
    start: datetime | None = None,
    end: datetime | None = None,
    seen: PlanVersion | None = None,
    confirm_gaps: bool = False,
) -> Published:
    """What isn't given stays. Raises NotFoundError, DraftedError, and as ``make``."""
    row, version = _published(edit, shift, seen)
    was = row.shift
    wanted = Wanted(
        was.line,
        was.tier if tier is None else tier,
        None if opens else worker or was.worker,
        start or was.start,
        end or was.end,
    )
    return publish(
        edit, version, [Change(row, wanted)], what=f"changed {_told(wanted)}", confirm_gaps=confirm_gaps
    )


def remove(
    edit: Edit, shift: str, *, seen: PlanVersion | None = None, confirm_gaps: bool = False
) -> Published:
    """Raises NotFoundError, DraftedError, OutdatedError, GapsOpenError."""
    row, version = _published(edit, shift, seen)
    was = row.shift
    told = _told(Wanted(was.line, was.tier, was.worker, was.start, was.end))
    return publish(edit, version, [Change(row, None)], what=f"removed {told}", confirm_gaps=confirm_gaps)


def _published(edit: Edit, shift: str, seen: PlanVersion | None) -> tuple[PublishedShift, int]:
    version = begin(edit, "", None)
    found = planned.find(edit.connection, version, shift)
    if found is None or found.was is None:
        raise NotFoundError("there is no such shift (any more)")
    begin(edit, found.was.shift.line, seen)
    if found.draft is not None:
        raise DraftedError
    return found.was, version


def _told(wanted: Wanted) -> str:
    times = f"{wanted.start:{WALL_FORMAT}} to {wanted.end:{WALL_FORMAT}}"
    return f"{wanted.worker or 'open shift'}, tier {wanted.tier}, {times}"
