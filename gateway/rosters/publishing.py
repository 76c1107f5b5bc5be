"""Making changes count: the one way in which an edited roster is published.

Checked against the site, against colleagues' changes and for gaps; then the new version, its trace in the
audit log, and what people must be told are written in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.audit.log import Action
from gateway.rosters import duties, filled, notices
from gateway.rosters.duties import Wanted
from gateway.rosters.edit import Edit
from gateway.rosters.filled import Filling, filled_by
from gateway.rosters.opened_gaps import OpenedGap, opened_by
from gateway.store import open_shifts, roster_history, roster_versions, swaps
from gateway.store.roster_versions import PublishedShift, Span
from routing.roster import Shift
from routing.wall_clock import wall


@dataclass(frozen=True, slots=True)
class Change:
    """One shift before and after. ``before`` None: new; ``after`` None: gone; ``after`` no worker: open.

    ``key``: of the shift that a new one goes on, where it was one already.
    """

    before: PublishedShift | None
    after: Wanted | None
    key: int | None = None

    @property
    def is_none(self) -> bool:
        """Whether it would leave the shift as it is."""
        if self.before is None or self.after is None or self.after.worker is None:
            return False
        return self.after.as_shift() == self.before.shift


@dataclass(frozen=True, slots=True)
class ForWorker:
    """What changes for one worker: shifts they get and shifts they lose; moved ones stand in both."""

    worker: str
    gets: tuple[Shift, ...]
    loses: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a publication would do. ``opened``: gaps within a week that were covered before.

    ``filling``: the open shifts that nobody is needed for then, and those that are covered in part.
    """

    workers: tuple[ForWorker, ...]
    opens: tuple[Wanted, ...]
    opened: tuple[OpenedGap, ...]
    changes: int
    filling: Filling = field(default_factory=Filling)


@dataclass(frozen=True, slots=True)
class Published:
    """``version``: the roster's newest; ``new``: whether this made it. ``begun``: the rows that it began."""

    version: int
    new: bool
    summary: Summary
    begun: tuple[PublishedShift, ...] = ()
    opened_shifts: tuple[str, ...] = field(default=())


class GapsOpenError(Exception):
    """The change would leave somebody's call unanswered within a week; nothing was changed."""

    def __init__(self, opened: Sequence[OpenedGap]) -> None:
        super().__init__(
            "the change leaves a line without anybody on duty within a week; confirm it to go on"
        )
        self.opened = tuple(opened)


def summary(edit: Edit, version: int, changes: Iterable[Change], *, fills: bool = True) -> Summary:
    """What it would do to publish these. Raises WantedError for a shift that can't be.

    ``fills``: whether it closes the open shifts that it covers.
    """
    listed = [change for change in changes if not change.is_none]
    ended = [change.before for change in listed if change.before is not None]
    wanted = [change.after for change in listed if change.after is not None]
    begun = [each.as_shift() for each in wanted if each.worker is not None]
    _check(edit, version, ended, wanted)
    opened = opened_by(
        edit.connection,
        edit.site,
        version,
        ending={row.id for row in ended},
        beginning=begun,
        lines={row.shift.line for row in ended} | {shift.line for shift in begun},
        now=edit.at,
    )
    workers = sorted({row.shift.worker for row in ended} | {shift.worker for shift in begun})
    return Summary(
        workers=tuple(
            ForWorker(
                worker,
                tuple(shift for shift in begun if shift.worker == worker),
                tuple(row.shift for row in ended if row.shift.worker == worker),
            )
            for worker in workers
        ),
        opens=tuple(each for each in wanted if each.worker is None),
        opened=tuple(opened),
        changes=len(listed),
        filling=_filling(edit, version, listed, ended, begun) if fills else Filling(),
    )


def publish(
    edit: Edit,
    version: int,
    changes: Iterable[Change],
    *,
    what: str,
    confirm_gaps: bool = False,
    undoes: int | None = None,
    fills: bool = True,
) -> Published:
    """Publish these changes as one version. ``version``: in force, as ``begin`` returned it under its lock.

    ``fills``: whether open shifts that it covers are closed. Not where they are an open one that was taken.
    Raises WantedError for a shift that can't be, and GapsOpenError where a gap would open within a week and
    ``confirm_gaps`` is not given; then nothing is changed.
    """
    listed = [change for change in changes if not change.is_none]
    told = summary(edit, version, listed, fills=fills)
    if not listed:
        return Published(version, new=False, summary=told)
    if told.opened and not confirm_gaps:
        raise GapsOpenError(told.opened)
    ended = [change.before for change in listed if change.before is not None]
    origins = {
        change.after.as_shift(): key
        for change in listed
        if change.after is not None and change.after.worker is not None
        if (key := change.before.key if change.before else change.key) is not None
    }
    new = roster_versions.publish(
        edit.connection,
        ending=[row.id for row in ended],
        beginning=[shift for worker in told.workers for shift in worker.gets],
        by=edit.by,
        what=what,
        at=edit.at,
        origins=origins,
        undoes=undoes,
    )
    # Before what it opens itself: that is wanted beside what it covers.
    filled.close(edit.connection, told.filling, edit.at)
    opened = [_open(edit, change) for change in listed if change.after and change.after.worker is None]
    swaps.void(edit.connection, [row.id for row in ended], edit.at)
    _tell(edit, told)
    _trace(edit, listed, new)
    begun = roster_history.change_of(edit.connection, new).begun
    return Published(new, new=True, summary=told, begun=begun, opened_shifts=tuple(opened))


def _filling(
    edit: Edit,
    version: int,
    changes: Iterable[Change],
    ended: Iterable[PublishedShift],
    begun: Iterable[Shift],
) -> Filling:
    keys = {change.before.key if change.before else change.key for change in changes}
    return filled_by(
        edit.connection,
        version,
        [row.shift for row in ended],
        begun,
        now=wall(edit.at, edit.site.zone).replace(second=0, microsecond=0),
        keys={key for key in keys if key is not None},
    )


def _check(edit: Edit, version: int, ended: Sequence[PublishedShift], wanted: Sequence[Wanted]) -> None:
    gone = {row.id for row in ended}
    placed: dict[str, list[Shift]] = {}
    for each in wanted:
        if each.line not in placed:
            own = [other for other in wanted if other.line == each.line]
            span = Span(min(other.start for other in own), max(other.end for other in own))
            rows = roster_versions.published_at(edit.connection, version, lines=[each.line], overlapping=span)
            placed[each.line] = [row.shift for row in rows if row.id not in gone]
    by_worker: dict[tuple[str, str], list[Shift]] = {}
    for line, rows_of_line in placed.items():
        for shift in rows_of_line:
            by_worker.setdefault((line, shift.worker), []).append(shift)
    for each in wanted:
        others = by_worker.setdefault((each.line, each.worker or ""), [])
        duties.check(edit.site, each, others)
        if each.worker is not None:
            others.append(each.as_shift())


def _open(edit: Edit, change: Change) -> str:
    wanted, before = change.after, change.before
    if wanted is None:
        raise ValueError("a change that opens nothing")
    return open_shifts.add(
        edit.connection,
        wanted.line,
        wanted.tier,
        Span(wanted.start, wanted.end),
        by=edit.by,
        at=edit.at,
        origin=before.key if before else None,
        from_worker=before.shift.worker if before else None,
    )


def _tell(edit: Edit, told: Summary) -> None:
    changed = {worker.worker: (*worker.gets, *worker.loses) for worker in told.workers}
    notices.tell_of_shifts(edit.connection, edit.site, edit.by, changed, edit.at)
    notices.tell_of_gaps(edit.connection, edit.site, told.opened, edit.at)


def _trace(edit: Edit, changes: Sequence[Change], version: int) -> None:
    """In the audit log, line by line: before and after stand in the version."""
    lines: dict[str, list[int]] = {}
    for change in changes:
        if change.before is not None:
            lines.setdefault(change.before.shift.line, [0, 0])[0] += 1
        if change.after is not None:
            lines.setdefault(change.after.line, [0, 0])[1] += 1
    for line, (ended, begun) in sorted(lines.items()):
        is_night_line = line in edit.site.night_lines
        edit.audit.record(
            edit.connection,
            at=edit.at,
            actor=edit.by,
            action=Action.ROSTER_CHANGED,
            line=None if is_night_line else line,
            night_line=line if is_night_line else None,
            version=version,
            ended=ended,
            begun=begun,
        )
