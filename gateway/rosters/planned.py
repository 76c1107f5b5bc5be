"""A line's plan as its coordinators see it: what is published, with the drafts laid over it."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from gateway.store import draft_shifts, roster_history, roster_versions
from gateway.store.draft_shifts import DraftShift
from gateway.store.roster_versions import PublishedShift, Span
from routing.roster import Shift

# A key of a published shift is a number; no id of a draft is as short.
_KEY_DIGITS = 10


class PlanState(enum.StrEnum):
    """``changed`` and ``removed``: published, and to be other or gone once the drafts are."""

    PUBLISHED = "published"
    DRAFT = "draft"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift of the plan, as it will be; ``was``: the published row, where there is one.

    ``id`` stays the same over changes; a draft gets another when it is published. ``worker`` None: open.
    """

    id: str
    line: str
    tier: int
    worker: str | None
    start: datetime
    end: datetime
    state: PlanState
    was: PublishedShift | None = None
    draft: DraftShift | None = None

    def as_shift(self) -> Shift | None:
        """What it will be on the roster; None for one that is open or to be removed."""
        if self.worker is None or self.state is PlanState.REMOVED:
            return None
        return Shift(self.line, self.tier, self.worker, self.start, self.end)


def plan_of(
    connection: Connection, version: int, lines: Collection[str], span: Span, *, drafts: bool
) -> list[Planned]:
    """What overlaps a stretch of the wall clock, with or without what is prepared, by line and start."""
    published = list(roster_versions.published_at(connection, version, lines=lines, overlapping=span))
    found = laid_over(published, _drafts(connection, version, lines, span, published) if drafts else [])
    return sorted(
        (each for each in found if each.start < span.end and span.start < each.end),
        key=lambda each: (each.line, each.start, each.tier, each.id),
    )


def laid_over(
    published: Iterable[PublishedShift], drafts: Iterable[tuple[DraftShift, PublishedShift | None]]
) -> list[Planned]:
    """Published shifts, but for those that a draft replaces; then the drafts."""
    listed = list(drafts)
    replaced = {was.id for _draft, was in listed if was is not None}
    found = [_published(row) for row in published if row.id not in replaced]
    return found + [_draft(draft, was) for draft, was in listed]


def find(connection: Connection, version: int, shift: str) -> Planned | None:
    """The shift of that id as it is planned; None where there is none (any more)."""
    if shift.isascii() and shift.isdecimal() and len(shift) <= _KEY_DIGITS:
        row = roster_history.find(connection, version, int(shift))
        if row is None:
            return None
        drafts = draft_shifts.replacing(connection, [row.id])
        return _draft(drafts[0], row) if drafts else _published(row)
    draft = draft_shifts.find(connection, shift)
    if draft is None:
        return None
    rows = roster_history.of_rows(connection, version, [draft.replaces] if draft.replaces else [])
    return _draft(draft, rows.get(draft.replaces or 0))


def _drafts(
    connection: Connection,
    version: int,
    lines: Collection[str],
    span: Span,
    published: Iterable[PublishedShift],
) -> list[tuple[DraftShift, PublishedShift | None]]:
    """Those that lie in the span, and those of published shifts that do, wherever they moved to."""
    drafts = {draft.id: draft for draft in draft_shifts.of_line(connection, lines, span)}
    ids = [row.id for row in published]
    for start in range(0, len(ids), 500):
        for draft in draft_shifts.replacing(connection, ids[start : start + 500]):
            drafts[draft.id] = draft
    wanted = [draft.replaces for draft in drafts.values() if draft.replaces is not None]
    rows = roster_history.of_rows(connection, version, wanted)
    return [(draft, rows.get(draft.replaces or 0)) for draft in drafts.values()]


def _published(row: PublishedShift) -> Planned:
    shift = row.shift
    return Planned(
        str(row.key), shift.line, shift.tier, shift.worker, shift.start, shift.end, PlanState.PUBLISHED, row
    )


def _draft(draft: DraftShift, was: PublishedShift | None) -> Planned:
    kept = PlanState.DRAFT if was is None else PlanState.CHANGED
    return Planned(
        id=draft.id if was is None else str(was.key),
        line=draft.line,
        tier=draft.tier,
        worker=draft.worker,
        start=draft.start,
        end=draft.end,
        state=PlanState.REMOVED if draft.removes else kept,
        was=was,
        draft=draft,
    )
