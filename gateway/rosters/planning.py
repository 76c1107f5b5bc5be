"""Preparing a line's plan: make, change, split and remove shifts, copy weeks, fill from templates; as drafts.

Nothing here rings anybody: drafts count once they are published (``gateway.rosters.drafts_out``). Every
change is one row that can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from gateway.rosters import duties, planned
from gateway.rosters.duties import Wanted, WantedError
from gateway.rosters.edit import Edit, NotFoundError, PlanVersion, begin, version_of
from gateway.rosters.planned import Planned, PlanState
from gateway.store import absences, draft_shifts, roster_history
from gateway.store.draft_shifts import DraftShift
from gateway.store.ids import new_id
from gateway.store.roster_versions import WALL_FORMAT, Span
from routing import rotation
from routing.roster import Shift
from routing.rotation import Rotation

WEEK = timedelta(days=7)
# Of one change: a fill of two years with three shifts a day has 2,190.
MOST_AT_ONCE = 5_000


class NothingToUndoError(Exception):
    """There is no change of one's own left, or somebody else has built on it. The message says which."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """``shifts``: those that were made or changed; ``version``: of the line's plan, now."""

    shifts: tuple[Planned, ...]
    version: PlanVersion
    left_out: tuple[str, ...] = ()


def make(edit: Edit, wanted: Wanted, seen: PlanVersion | None = None) -> Drafted:
    """A new draft. Raises OutdatedError, and WantedError for a shift that can't be."""
    version = begin(edit, wanted.line, seen)
    duties.check(edit.site, wanted, _others(edit, version, wanted))
    draft = _new(wanted)
    return _save(edit, version, wanted.line, f"new {_told(draft)}", before=(), after=[draft])


def change(
    edit: Edit,
    line: str,
    shift: str,
    *,
    tier: int | None = None,
    worker: str | None = None,
    opens: bool = False,
    start: datetime | None = None,
    end: datetime | None = None,
    seen: PlanVersion | None = None,
) -> Drafted:
    """Move, stretch, hand over, put in another tier; ``opens``: nobody has it. What isn't given stays.

    Raises OutdatedError, NotFoundError, WantedError.
    """
    version = begin(edit, line, seen)
    found = _find(edit, version, line, shift)
    wanted = Wanted(
        line=line,
        tier=found.tier if tier is None else tier,
        worker=None if opens else worker or found.worker,
        start=start or found.start,
        end=end or found.end,
    )
    duties.check(edit.site, wanted, _others(edit, version, wanted, but=[found.id]))
    return _turn_into(edit, version, found, wanted, "changed")


def split(edit: Edit, line: str, shift: str, at: datetime, seen: PlanVersion | None = None) -> Drafted:
    """Two shifts that meet at ``at`` on the wall clock. Raises OutdatedError, NotFoundError, WantedError."""
    version = begin(edit, line, seen)
    found = _find(edit, version, line, shift)
    if not found.start < at < found.end:
        raise WantedError({"at": f"{at:{WALL_FORMAT}} is not within the shift"})
    first = Wanted(line, found.tier, found.worker, found.start, at)
    second = replace(first, start=at, end=found.end)
    for part in (first, second):
        duties.check(edit.site, part)
    before, after = _row_of(found, first)
    rest = _new(second)
    what = f"split {_told(after)} at {at:{WALL_FORMAT}}"
    return _save(edit, version, line, what, before=before, after=[after, rest])


def remove(edit: Edit, line: str, shift: str, seen: PlanVersion | None = None) -> Drafted:
    """A draft goes; a published shift is marked to go. Raises OutdatedError, NotFoundError."""
    version = begin(edit, line, seen)
    found = _find(edit, version, line, shift)
    before = [found.draft] if found.draft else []
    if found.was is None:
        return _save(edit, version, line, f"removed {_told(before[0])}", before=before, after=())
    was = found.was.shift
    gone = DraftShift(
        before[0].id if before else new_id(),
        was.line, was.tier, was.worker, was.start, was.end, replaces=found.was.id, removes=True,
    )  # fmt: skip
    return _save(edit, version, line, f"removed {_told(gone)}", before=before, after=[gone])


def discard(edit: Edit, line: str, shift: str | None = None, seen: PlanVersion | None = None) -> Drafted:
    """The published plan as it is: all drafts of the line go, or that of one shift."""
    version = begin(edit, line, seen)
    if shift is None:
        drafts = draft_shifts.of_line(edit.connection, [line])
    else:
        drafts = [draft for draft in [_find(edit, version, line, shift).draft] if draft]
    return _save(edit, version, line, f"discarded {len(drafts)}", before=drafts, after=())


def copy_week(edit: Edit, line: str, monday: date, to: date, seen: PlanVersion | None = None) -> Drafted:
    """What begins in the week from ``monday`` on, once more in the week from ``to`` on, as drafts.

    A copy that can't be (a worker is there already, is away, or has left) is left out, and told.
    """
    version = begin(edit, line, seen)
    start = datetime.combine(monday, time())
    span = Span(start, start + WEEK)
    by = datetime.combine(to, time()) - start
    plan = planned.plan_of(edit.connection, version, [line], span, drafts=True)
    wanted = [
        Wanted(line, each.tier, each.worker, each.start + by, each.end + by)
        for each in plan
        if each.state is not PlanState.REMOVED and span.start <= each.start
    ]
    return _add(edit, version, line, wanted, f"copied the week of {monday} to {to}")


def fill(
    edit: Edit,
    template: Rotation,
    first: date,
    until: date,
    *,
    begins: str | None = None,
    seen: PlanVersion | None = None,
) -> Drafted:
    """What the template asks for on ``[first, until)``, as drafts. Who is away or at work is passed over.

    ``begins``: whose turn is first; else it follows the last shift before. A shift that nobody of the
    rotation can take becomes an open one. Raises OutdatedError, RotationError.
    """
    line = template.line
    version = begin(edit, line, seen)
    start, end = datetime.combine(first, time()), datetime.combine(until, time())
    longest = max(timedelta(minutes=slot.minutes) for slot in template.slots)
    wide = Span(start - timedelta(days=28), end + longest)
    if begins is None:
        earlier = planned.plan_of(edit.connection, version, [line], Span(wide.start, start), drafts=True)
        shifts = [shift for each in earlier if (shift := each.as_shift()) and shift.start < start]
        begins = rotation.whose_turn(template, shifts)
    taken = _taken(edit, version, template.workers, line, wide)

    def is_free(worker: str, starts: datetime, ends: datetime) -> bool:
        return not any(one < ends and starts < other for one, other in taken.get(worker, ()))

    turns = rotation.turns(template, first, until, edit.site.zone, begins=begins, free=is_free)
    wanted = [Wanted(line, template.tier, turn.worker, turn.start, turn.end) for turn in turns]
    return _add(edit, version, line, wanted, f"filled {first} to {until} from a template")


def undo(edit: Edit, line: str, seen: PlanVersion | None = None) -> Drafted:
    """Take back one's own last change of the line's drafts. Raises OutdatedError, NothingToUndoError."""
    version = begin(edit, line, seen)
    last = draft_shifts.last_edit(edit.connection, line, edit.by)
    if last is None:
        raise NothingToUndoError("there is no change of yours to take back")
    now = {draft.id: draft for draft in draft_shifts.of_line(edit.connection, [line])}
    built_on = [draft for draft in last.after if now.get(draft.id) != draft]
    back = [draft for draft in last.before if draft.id not in {each.id for each in last.after}]
    if built_on or any(draft.id in now for draft in back):
        raise NothingToUndoError("somebody has changed the same shifts since; change them by hand")
    replaced = [draft.replaces for draft in last.before if draft.replaces is not None]
    if len(roster_history.of_rows(edit.connection, version, replaced)) < len(replaced):
        raise NothingToUndoError("the shifts were published in another form since; change them by hand")
    draft_shifts.put(edit.connection, gone=last.after, new=last.before)
    draft_shifts.mark_undone(edit.connection, last.id)
    draft_shifts.raise_revision(edit.connection, line)
    return Drafted((), version_of(edit.connection, line))


def _add(edit: Edit, version: int, line: str, wanted: Sequence[Wanted], what: str) -> Drafted:
    """Those that can be, as drafts."""
    if len(wanted) > MOST_AT_ONCE:
        raise WantedError({"to": f"that would be {len(wanted)} shifts; at most {MOST_AT_ONCE} at once"})
    span = _around(wanted)
    placed: dict[str | None, list[Shift]] = {}
    for there in planned.plan_of(edit.connection, version, [line], span, drafts=True) if wanted else ():
        shift = there.as_shift()
        if shift is not None:
            placed.setdefault(shift.worker, []).append(shift)
    away = _away(edit, {each.worker for each in wanted if each.worker}, span)
    made: list[DraftShift] = []
    left_out: list[str] = []
    for each in wanted:
        others = placed.setdefault(each.worker, [])
        try:
            duties.check(edit.site, each, others)
        except WantedError as error:
            left_out.append(f"{each.start:{WALL_FORMAT}}: {error}")
            continue
        if any(one < each.end and each.start < other for one, other in away.get(each.worker or "", ())):
            left_out.append(f'{each.start:{WALL_FORMAT}}: "{each.worker}" is away')
            continue
        made.append(_new(each))
        if each.worker is not None:
            others.append(each.as_shift())
    return replace(
        _save(edit, version, line, f"{what}: {len(made)}", before=(), after=made), left_out=tuple(left_out)
    )


def _turn_into(edit: Edit, version: int, found: Planned, wanted: Wanted, what: str) -> Drafted:
    before, after = _row_of(found, wanted)
    is_as_published = found.was is not None and wanted.worker and wanted.as_shift() == found.was.shift
    rows = [] if is_as_published else [after]
    return _save(edit, version, found.line, f"{what} {_told(after)}", before=before, after=rows)


def _row_of(found: Planned, wanted: Wanted) -> tuple[list[DraftShift], DraftShift]:
    before = [found.draft] if found.draft else []
    draft = _new(wanted)
    return before, replace(
        draft,
        id=before[0].id if before else draft.id,
        replaces=found.was.id if found.was else None,
    )


def _save(
    edit: Edit,
    version: int,
    line: str,
    what: str,
    *,
    before: Iterable[DraftShift],
    after: Iterable[DraftShift],
) -> Drafted:
    gone, new = tuple(before), tuple(after)
    if gone or new:
        draft_shifts.put(edit.connection, gone=gone, new=new)
        revision = draft_shifts.raise_revision(edit.connection, line)
        draft_shifts.note_edit(
            edit.connection,
            line,
            revision=revision,
            at=edit.at,
            by=edit.by,
            what=what,
            before=gone,
            after=new,
        )
    rows = roster_history.of_rows(
        edit.connection, version, [draft.replaces for draft in new if draft.replaces is not None]
    )
    shown = planned.laid_over((), [(draft, rows.get(draft.replaces or 0)) for draft in new])
    return Drafted(tuple(shown), version_of(edit.connection, line))


def _find(edit: Edit, version: int, line: str, shift: str) -> Planned:
    found = planned.find(edit.connection, version, shift)
    if found is None or found.line != line:
        raise NotFoundError("there is no such shift (any more)")
    return found


def _others(edit: Edit, version: int, wanted: Wanted, but: Sequence[str] = ()) -> list[Shift]:
    """The line's shifts that it will stand among."""
    if wanted.end <= wanted.start:
        return []
    span = Span(wanted.start, wanted.end)
    plan = planned.plan_of(edit.connection, version, [wanted.line], span, drafts=True)
    return [shift for each in plan if each.id not in but and (shift := each.as_shift())]


def _taken(
    edit: Edit, version: int, workers: Sequence[str], line: str, span: Span
) -> dict[str, list[tuple[datetime, datetime]]]:
    """When these workers are away, or on duty anywhere, published or (on this line) drafted."""
    taken = _away(edit, set(workers), span)
    bounds = (span.end.strftime(WALL_FORMAT), span.start.strftime(WALL_FORMAT))
    elsewhere = roster_history.of_workers(edit.connection, version, workers, *bounds)
    for row in elsewhere:
        if row.shift.line != line:
            taken.setdefault(row.shift.worker, []).append((row.shift.start, row.shift.end))
    for each in planned.plan_of(edit.connection, version, [line], span, drafts=True):
        shift = each.as_shift()
        if shift is not None:
            taken.setdefault(shift.worker, []).append((shift.start, shift.end))
    return taken


def _away(edit: Edit, workers: set[str], span: Span) -> dict[str, list[tuple[datetime, datetime]]]:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for absence in absences.of_workers(edit.connection, workers, span):
        found.setdefault(absence.worker, []).append((absence.start, absence.end))
    return found


def _around(wanted: Sequence[Wanted]) -> Span:
    if not wanted:
        return Span(datetime.max, datetime.max)  # noqa: DTZ901 - on the wall clock
    return Span(min(each.start for each in wanted), max(each.end for each in wanted))


def _new(wanted: Wanted) -> DraftShift:
    return DraftShift(new_id(), wanted.line, wanted.tier, wanted.worker, wanted.start, wanted.end)


def _told(draft: DraftShift) -> str:
    times = f"{draft.start:{WALL_FORMAT}} to {draft.end:{WALL_FORMAT}}"
    return f"{draft.worker or 'open shift'}, tier {draft.tier}, {times}"
