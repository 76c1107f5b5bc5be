"""Absences, open shifts and swaps over HTTP."""

from __future__ import annotations

from flask import Response, jsonify, request

from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, json_object, one_of, or_null, text_up_to
from gateway.api.problems import NOT_FOUND, NOT_YOURS, ProblemError
from gateway.api.queries import query
from gateway.api.roster_parts import (
    ID_CHARACTERS,
    a_wall,
    editing,
    planned_line,
    read_day,
    read_wall,
    span_of,
)
from gateway.api.roster_shapes import absence_json, done_json, open_json, strain_json, swap_json
from gateway.rosters import absence_desk, offers, swap_consent, swapping
from gateway.rosters.edit import Edit
from gateway.rosters.swap_strain import strain_of
from gateway.store import absences, open_shifts, roster_history, roster_versions, swaps
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from gateway.store.swaps import SwapState

_ID = text_up_to(ID_CHARACTERS)


@blueprint.get("/absences")
@protected_by(BEARER)
def list_absences() -> Response:
    """One's own; for a coordinator also those of the workers of their lines."""
    asked = query(request.args, {"from": read_day, "to": read_day})
    span = span_of(asked.get("from"), asked.get("to"))
    site, _roster = gateway().book.current()
    theirs = {worker for worker in site.workers if _answers_for(worker)} | {reach().worker}
    with gateway().store.read() as connection:
        found = absences.of_workers(connection, sorted(theirs), span)
    return jsonify({"items": [absence_json(each, with_kind=True) for each in found]})


@blueprint.post("/absences")
@protected_by(BEARER)
def report_absence() -> tuple[Response, int]:
    """One's own, or as a coordinator a worker's: their shifts in that time become open ones."""
    body = json_object(
        request, {"kind": one_of(tuple(AbsenceKind)), "start": a_wall, "end": a_wall}, {"worker": _ID}
    )
    worker = body.get("worker", reach().worker)
    if worker != reach().worker and not _answers_for(worker):
        raise ProblemError(NOT_YOURS, "A worker reports their own absence, or a coordinator of theirs does.")
    site, _roster = gateway().book.current()
    span = Span(read_wall(body["start"], site.zone), read_wall(body["end"], site.zone))
    with editing() as edit:
        done = absence_desk.report(edit, worker, AbsenceKind(body["kind"]), span)
        opened = [open_shifts.find(edit.connection, each) for each in done.opened]
    shown = {
        **absence_json(done.absence, with_kind=True),
        "open_shifts": [open_json(each, site.zone) for each in opened if each],
        "published": done_json(done.published),
    }
    return jsonify(shown), 201


@blueprint.delete("/absences/<absence>")
@protected_by(BEARER)
def end_absence(absence: str) -> Response:
    with editing() as edit:
        found = absences.find(edit.connection, absence)
        if found is None or (found.worker != reach().worker and not _answers_for(found.worker)):
            raise ProblemError(NOT_FOUND, "There is no such absence, or it is not yours.")
        return jsonify(absence_json(absence_desk.end(edit, absence), with_kind=True))


@blueprint.get("/open-shifts")
@protected_by(BEARER)
def list_open_shifts() -> Response:
    """Those of lines and night lines that they serve themselves."""
    asked = query(request.args, {"from": read_day, "to": read_day})
    site, _roster = gateway().book.current()
    span = span_of(asked.get("from"), asked.get("to")) if asked else None
    with gateway().store.read() as connection:
        found = open_shifts.still_open(connection, sorted(_own()), span)
    return jsonify({"items": [open_json(each, site.zone) for each in found]})


@blueprint.post("/open-shifts/<shift>/take")
@protected_by(BEARER)
def take_open_shift(shift: str) -> Response:
    """The first who asks has it. A coordinator may give it to a ``worker``."""
    worker = json_object(request, {}, {"worker": or_null(_ID)}).get("worker") or reach().worker
    with editing() as edit:
        line = _open_line(edit, shift)
        if worker != reach().worker:
            planned_line(line)
        return jsonify(done_json(offers.take(edit, shift, worker)))


@blueprint.delete("/open-shifts/<shift>")
@protected_by(BEARER)
def withdraw_open_shift(shift: str) -> Response:
    """Nobody is needed for it any more (coordinators)."""
    with editing() as edit:
        planned_line(_open_line(edit, shift))
        return jsonify(open_json(offers.withdraw(edit, shift), edit.site.zone))


@blueprint.get("/swaps")
@protected_by(BEARER)
def list_swaps() -> Response:
    """Those under way: one's own, and a coordinator's lines'. Whoever is asked sees what is hard on them."""
    site, _roster = gateway().book.current()
    lines = [line for line in sorted(reach().known) if access.may_plan(reach(), line)]
    with gateway().store.read() as connection:
        found = swaps.seen_by(connection, reach().worker, lines)
        version = roster_versions.newest(connection).roster.version
        ids = [row for swap in found for row in (swap.shift, swap.in_return) if row is not None]
        rows = roster_history.of_rows(connection, version, ids)
        awaited = {swap.id: sorted(swap_consent.awaited(connection, swap)) for swap in found}
        strains = {
            swap.id: strain_of(
                connection, site, version, swap, rows[swap.shift], rows.get(swap.in_return or 0)
            ).of(swap.taker)
            for swap in found
            if swap.taker == reach().worker and swap.state is SwapState.OFFERED and swap.shift in rows
        }
    shown = [
        swap_json(each, rows.get(each.shift), rows.get(each.in_return or 0))
        | {"awaits": awaited[each.id]}
        | ({"strain": strain_json(strains[each.id])} if each.id in strains else {})
        for each in found
    ]
    return jsonify({"items": shown})


@blueprint.post("/swaps")
@protected_by(BEARER)
def offer_swap() -> tuple[Response, int]:
    """One's own ``shift`` to a colleague, perhaps for one of theirs."""
    body = json_object(request, {"shift": _ID, "taker": _ID}, {"in_return": or_null(_ID)})
    back = body.get("in_return")
    with editing() as edit:
        made = swapping.offer(edit, _key(body["shift"]), body["taker"], None if back is None else _key(back))
        return jsonify({"swap": made.id, "state": str(made.state)}), 201


@blueprint.post("/swaps/<swap>/answer")
@protected_by(BEARER)
def answer_swap(swap: str) -> Response:
    """The colleague's yes or no."""
    accept = json_object(request, {"accept": a_bool})["accept"]
    with editing() as edit:
        return jsonify({"swap": swap, "state": str(swapping.answer(edit, swap, accept=accept))})


@blueprint.post("/swaps/<swap>/decide")
@protected_by(BEARER)
def decide_swap(swap: str) -> Response:
    """A coordinator's yes or no. While another line's yes is missing, the swap stays as it was."""
    consent = json_object(request, {"consent": a_bool})["consent"]
    with editing() as edit:
        found = swaps.find(edit.connection, swap)
        lines = swap_consent.shifts_of(edit.connection, found) if found else {}
        if found is None or not any(access.knows(reach(), line) for line in lines):
            raise ProblemError(NOT_FOUND, "There is no such swap, or it is not of your lines.")
        if not any(access.may_plan(reach(), line) for line in swap_consent.deciding(edit.connection, found)):
            raise ProblemError(NOT_YOURS, "A coordinator of a line that asks for it decides.")
        return jsonify({"swap": swap, "state": str(swapping.decide(edit, swap, consent=consent))})


@blueprint.delete("/swaps/<swap>")
@protected_by(BEARER)
def withdraw_swap(swap: str) -> Response:
    """Whoever offered it keeps the shift."""
    with editing() as edit:
        return jsonify({"swap": swap, "state": str(swapping.withdraw(edit, swap))})


def _own() -> frozenset[str]:
    return reach().own_lines | reach().night_lines


def _answers_for(worker: str) -> bool:
    """Whether they coordinate a line or night line that the worker serves."""
    site, _roster = gateway().book.current()
    known = site.workers.get(worker)
    places = () if known is None else (*known.lines, *known.night_lines)
    return any(access.may_plan(reach(), place) for place in places)


def _open_line(edit: Edit, shift: str) -> str:
    found = open_shifts.find(edit.connection, shift)
    if found is None or found.line not in _own():
        raise ProblemError(NOT_FOUND, "There is no such open shift, or it is not of your lines.")
    return found.line


def _key(shift: str) -> int:
    """Raises ProblemError for what is no published shift."""
    if not (shift.isascii() and shift.isdecimal() and len(shift) <= 10):
        raise ProblemError(NOT_FOUND, "There is no such published shift.")
    return int(shift)
