"""Swaps: a worker hands a shift to another, for nothing or for one of theirs; where a line of it says so, a
coordinator of that line has to agree."""

from __future__ import annotations

from datetime import datetime

from config.texts import TextKey
from gateway.rosters import duties, notices, swap_consent
from gateway.rosters.duties import Wanted, WantedError
from gateway.rosters.edit import Edit, NotFoundError, begin
from gateway.rosters.publishing import Change, publish
from gateway.store import roster_history, swaps
from gateway.store.roster_versions import PublishedShift
from gateway.store.swaps import Swap, SwapState
from routing.wall_clock import instant


class SwapError(Exception):
    """The swap can't be done, or can't be done any more. The message says why."""


def offer(edit: Edit, shift: int, taker: str, in_return: int | None = None) -> Swap:
    """``shift`` and ``in_return``: keys of the giver's (whoever does the edit) and the taker's shifts.

    Raises NotFoundError, SwapError, and WantedError where one of them can't have the other's shift.
    """
    version = begin(edit, "", None)
    given = _shift(edit, version, shift, edit.by)
    back = None if in_return is None else _shift(edit, version, in_return, taker)
    if taker == edit.by:
        raise SwapError("nobody swaps with themselves")
    for row in (given, back):
        if row is not None and _is_over(edit, row):
            raise SwapError("the shift is over")
    _check(edit, given, taker)
    if back is not None:
        _check(edit, back, edit.by)
    made = swaps.add(
        edit.connection,
        line=given.shift.line,
        shift=given.id,
        giver=edit.by,
        taker=taker,
        in_return=back.id if back else None,
        at=edit.at,
    )
    _tell(edit, made, given, [taker], "sms_swap_offered")
    return made


def answer(edit: Edit, swap: str, *, accept: bool) -> SwapState:
    """The taker's yes or no. Raises NotFoundError, SwapError, WantedError."""
    version = begin(edit, "", None)
    found = _swap(edit, swap, SwapState.OFFERED)
    if found.taker != edit.by:
        raise NotFoundError("there is no such swap")
    if not accept:
        return _move(edit, found, SwapState.DECLINED)
    _as_offered(edit, version, found)
    awaited = swap_consent.awaited(edit.connection, found)
    if not awaited:
        return _do(edit, version, found)
    state = _move(edit, found, SwapState.ACCEPTED)
    for line, row in swap_consent.shifts_of(edit.connection, found).items():
        if line in awaited:
            who = [each.id for each in notices.coordinators_of(edit.site, line)]
            _tell(edit, found, row, who, "sms_swap_consent")
    return state


def decide(edit: Edit, swap: str, *, consent: bool) -> SwapState:
    """A coordinator's yes or no to what both workers agreed on; also yes for one nobody answered yet.

    A yes is for those of its lines that they coordinate. While another line's is missing the swap stays as it
    is; a no of any line that decides ends it. Raises NotFoundError (also where none of their lines decides),
    SwapError, WantedError.
    """
    version = begin(edit, "", None)
    found = _swap(edit, swap, SwapState.ACCEPTED, SwapState.OFFERED)
    own = swap_consent.coordinated(edit.site, edit.by, swap_consent.deciding(edit.connection, found))
    if not own:
        raise NotFoundError("there is no such swap")
    if consent:
        awaited = swap_consent.awaited(edit.connection, found)
        if awaited <= own:
            return _do(edit, version, found)
        _check_doable(edit, version, found)
        for line in sorted(awaited & own):
            swaps.consent(edit.connection, found, line, edit.by, edit.at)
        return found.state
    # Also where the shift is no more as it was: the two still wait for an answer.
    given = roster_history.ever(edit.connection, [found.shift])[found.shift]
    _tell(edit, found, given, [found.giver, found.taker], "sms_swap_over")
    return _move(edit, found, SwapState.REFUSED)


def withdraw(edit: Edit, swap: str) -> SwapState:
    """The giver keeps the shift. Raises NotFoundError, SwapError."""
    begin(edit, "", None)
    found = _swap(edit, swap, SwapState.OFFERED, SwapState.ACCEPTED)
    if found.giver != edit.by:
        raise NotFoundError("there is no such swap")
    return _move(edit, found, SwapState.WITHDRAWN)


def _do(edit: Edit, version: int, swap: Swap) -> SwapState:
    rows = _check_doable(edit, version, swap)
    changes = [Change(rows[swap.shift], _to(rows[swap.shift], swap.taker))]
    if swap.in_return is not None:
        changes.append(Change(rows[swap.in_return], _to(rows[swap.in_return], swap.giver)))
    # First the swap, for publishing calls off whatever is under way about these shifts.
    state = _move(edit, swap, SwapState.DONE)
    publish(edit, version, changes, what=f"{swap.giver} and {swap.taker} swapped", confirm_gaps=True)
    return state


def _check_doable(edit: Edit, version: int, swap: Swap) -> dict[int, PublishedShift]:
    rows = _as_offered(edit, version, swap)
    if any(_is_over(edit, row) for row in rows.values()):
        raise SwapError("the shift is over")
    return rows


def _as_offered(edit: Edit, version: int, swap: Swap) -> dict[int, PublishedShift]:
    wanted = [row for row in (swap.shift, swap.in_return) if row is not None]
    rows = roster_history.of_rows(edit.connection, version, wanted)
    if len(rows) < len(wanted):
        raise SwapError("the shift was changed after it was offered")
    return rows


def _shift(edit: Edit, version: int, key: int, worker: str) -> PublishedShift:
    found = roster_history.find(edit.connection, version, key)
    if found is None or found.shift.worker != worker:
        raise NotFoundError(f'"{worker}" has no such shift (any more)')
    return found


def _swap(edit: Edit, swap: str, *states: SwapState) -> Swap:
    found = swaps.find(edit.connection, swap)
    if found is None:
        raise NotFoundError("there is no such swap")
    if found.state not in states:
        raise SwapError(f"the swap is {found.state} already")
    return found


def _move(edit: Edit, swap: Swap, to: SwapState) -> SwapState:
    if not swaps.move(edit.connection, swap, to, edit.at, edit.by):
        raise SwapError("somebody was quicker")
    return to


def _is_over(edit: Edit, row: PublishedShift) -> bool:
    return instant(row.shift.end, edit.site.zone) <= edit.at


def _check(edit: Edit, row: PublishedShift, worker: str) -> None:
    words = duties.problem_with_duty(edit.site, row.shift.line, worker)
    if words:
        raise WantedError({"worker": words})


def _to(row: PublishedShift, worker: str) -> Wanted:
    shift = row.shift
    return Wanted(shift.line, shift.tier, worker, shift.start, shift.end)


def _tell(edit: Edit, swap: Swap, given: PublishedShift, who: list[str], text: TextKey) -> None:
    about: datetime = instant(given.shift.start, edit.site.zone)
    for worker in who:
        if worker != edit.by:
            notices.tell(
                edit.connection,
                edit.site,
                worker,
                text,
                line=given.shift.line,
                about=about,
                now=edit.at,
                once=swap.id,
                swap=swap.id,
            )
