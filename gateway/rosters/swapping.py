"""Swaps: a worker hands a shift to another, for nothing or for one of theirs; where the line says so, a
coordinator has to agree."""

from __future__ import annotations

from datetime import datetime

from config.texts import TextKey
from gateway.rosters import duties, notices
from gateway.rosters.duties import Wanted, WantedError
from gateway.rosters.edit import Edit, NotFoundError, begin
from gateway.rosters.publishing import Change, publish
from gateway.store import roster_history, roster_lines, swaps
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
    if _needs_consent(edit, version, found):
        state = _move(edit, found, SwapState.ACCEPTED)
        given = roster_history.of_rows(edit.connection, version, [found.shift])[found.shift]
        who = [each.id for each in notices.coordinators_of(edit.site, found.line)]
        _tell(edit, found, given, who, "sms_swap_consent")
        return state
    return _do(edit, version, found)


def decide(edit: Edit, swap: str, *, consent: bool) -> SwapState:
    """A coordinator's yes or no to what both workers agreed on; also yes for one nobody answered yet.

    Raises NotFoundError, SwapError, WantedError.
    """
    version = begin(edit, "", None)
    found = _swap(edit, swap, SwapState.ACCEPTED, SwapState.OFFERED)
    if consent:
        return _do(edit, version, found)
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
    rows = roster_history.of_rows(
        edit.connection, version, [row for row in (swap.shift, swap.in_return) if row is not None]
    )
    given, back = rows.get(swap.shift), rows.get(swap.in_return or 0)
    if given is None or (swap.in_return is not None and back is None):
        raise SwapError("the shift was changed after it was offered")
    if any(_is_over(edit, row) for row in rows.values()):
        raise SwapError("the shift is over")
    changes = [Change(given, _to(given, swap.taker))]
    if back is not None:
        changes.append(Change(back, _to(back, swap.giver)))
    # First the swap, for publishing calls off whatever is under way about these shifts.
    state = _move(edit, swap, SwapState.DONE)
    publish(edit, version, changes, what=f"{swap.giver} and {swap.taker} swapped", confirm_gaps=True)
    return state


def _needs_consent(edit: Edit, version: int, swap: Swap) -> bool:
    rows = [row for row in (swap.shift, swap.in_return) if row is not None]
    found = roster_history.of_rows(edit.connection, version, rows)
    if len(found) < len(rows):
        raise SwapError("the shift was changed after it was offered")
    lines = {row.shift.line for row in found.values()}
    return any(roster_lines.settings_of(edit.connection, line).swaps_need_consent for line in lines)


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
            )
