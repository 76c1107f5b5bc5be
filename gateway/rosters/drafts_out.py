"""From drafts to the roster: what publishing a line's drafts would do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.rosters.duties import Wanted
from gateway.rosters.edit import Edit, NotFoundError, PlanVersion, begin
from gateway.rosters.publishing import Change, Published, Summary, publish, summary
from gateway.store import draft_shifts, open_shifts, roster_history
from gateway.store.draft_shifts import DraftShift
from gateway.store.roster_versions import Span
from routing.roster import Shift
from routing.wall_clock import instant


class StaleDraftsError(Exception):
    """Drafts of shifts that were published in another form since. ``drafts``: to discard, or do anew."""

    def __init__(self, drafts: Sequence[DraftShift]) -> None:
        super().__init__("some shifts were changed by others after they were drafted; discard those drafts")
        self.drafts = tuple(drafts)


class NotUndoneError(Exception):
    """A version that can't be taken back. The message says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do; ``stale``: drafts that stand in its way."""

    summary: Summary
    stale: tuple[DraftShift, ...]


def preview(edit: Edit, line: str, within: Span | None = None) -> Preview:
    """Of all the line's drafts, or of those that begin in a stretch. Raises WantedError."""
    version = begin(edit, line, None)
    drafts = _drafts(edit, line, within)
    changes, stale = _changes(edit, version, drafts)
    return Preview(summary(edit, version, changes), tuple(stale))


def publish_drafts(
    edit: Edit,
    line: str,
    *,
    seen: PlanVersion | None = None,
    within: Span | None = None,
    confirm_gaps: bool = False,
) -> Published:
    """Make the line's drafts count, all in one version; or those that begin in a stretch.

    Raises OutdatedError, StaleDraftsError, WantedError and GapsOpenError; then nothing is changed.
    """
    version = begin(edit, line, seen)
    drafts = _drafts(edit, line, within)
    changes, stale = _changes(edit, version, drafts)
    if stale:
        raise StaleDraftsError(stale)
    done = publish(
        edit, version, changes, what=f"published {len(drafts)} drafts of {line}", confirm_gaps=confirm_gaps
    )
    if drafts:
        draft_shifts.put(edit.connection, gone=drafts, new=())
        draft_shifts.raise_revision(edit.connection, line)
        draft_shifts.forget_edits(edit.connection, line)
    return done


def undo_version(edit: Edit, version: int, *, confirm_gaps: bool = False) -> Published:
    """Publish the roster as it was before a version, as far as that version changed it.

    Raises NotFoundError for a version that isn't, NotUndoneError where something of it has changed since,
    WantedError (a worker has left) and GapsOpenError.
    """
    current = begin(edit, "", None)
    note = roster_history.note_of(edit.connection, version)
    if note is None:
        raise NotFoundError("there is no such version")
    done = roster_history.change_of(edit.connection, version)
    in_force = roster_history.of_rows(edit.connection, current, [row.id for row in done.begun])
    if len(in_force) < len(done.begun):
        raise NotUndoneError("some of its shifts were changed again since; change them by hand")
    before = {row.key: row for row in done.ended}
    changes = []
    for row in done.begun:
        was = before.pop(row.key, None)
        changes.append(Change(row, _wanted(was.shift) if was else None))
    for was in before.values():
        again = roster_history.find(edit.connection, current, was.key)
        if again is not None:
            raise NotUndoneError("some of its shifts are back already; change them by hand")
        changes.append(Change(None, _wanted(was.shift), was.key))
    lines = {row.shift.line for row in (*done.ended, *done.begun)}
    # What the version had closed, since it covered it or was its taking, is open again if it is not over.
    reopened = open_shifts.closed_then(edit.connection, lines, note.at)
    closed = publish(
        edit, current, changes, what=f"took back version {version}", confirm_gaps=confirm_gaps, undoes=version
    )
    # What the version had made an open shift of is somebody's again.
    keys = {row.key for row in done.ended}
    for each in open_shifts.still_open(edit.connection, {row.shift.line for row in done.ended}):
        if each.origin in keys:
            open_shifts.close(edit.connection, each.id, edit.at)
    for each in reopened:
        if instant(each.end, edit.site.zone) > edit.at:
            open_shifts.reopen(edit.connection, each.id, edit.at)
    return closed


def _drafts(edit: Edit, line: str, within: Span | None) -> list[DraftShift]:
    drafts = draft_shifts.of_line(edit.connection, [line])
    if within is None:
        return drafts
    return [draft for draft in drafts if within.start <= draft.start < within.end]


def _changes(edit: Edit, version: int, drafts: Sequence[DraftShift]) -> tuple[list[Change], list[DraftShift]]:
    replaced = [draft.replaces for draft in drafts if draft.replaces is not None]
    rows = roster_history.of_rows(edit.connection, version, replaced)
    changes: list[Change] = []
    stale: list[DraftShift] = []
    for draft in drafts:
        before = rows.get(draft.replaces or 0)
        if draft.replaces is not None and before is None:
            if not draft.removes:  # one that was to go is gone already: nothing is left to do
                stale.append(draft)
            continue
        wanted = Wanted(draft.line, draft.tier, draft.worker, draft.start, draft.end)
        changes.append(Change(before, None if draft.removes else wanted))
    return changes, stale


def _wanted(shift: Shift) -> Wanted:
    return Wanted(shift.line, shift.tier, shift.worker, shift.start, shift.end)
