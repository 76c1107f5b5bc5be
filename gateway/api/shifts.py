"""Shifts over HTTP: seen by everybody whose plan they are on, changed by the line's coordinators."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, a_number, json_object, or_null, text_up_to
from gateway.api.duty import with_plus
from gateway.api.problems import NOT_FOUND, ProblemError, invalid
from gateway.api.queries import query, short_text, some_of
from gateway.api.roster_parts import (
    ID_CHARACTERS,
    LONGEST,
    LONGEST_OF_ALL,
    a_wall,
    editing,
    known_line,
    planned_line,
    read_day,
    read_wall,
    seen_version,
    span_of,
    with_version,
)
from gateway.api.roster_shapes import done_json, open_json, published_json, shift_json
from gateway.rosters import direct, planned, planning
from gateway.rosters.duties import Wanted
from gateway.rosters.edit import NotFoundError, version_of
from gateway.rosters.planned import Planned
from gateway.rosters.publishing import Published
from gateway.rosters.who_answers import InquiryError, parse_at
from gateway.store import open_shifts, roster_history, roster_versions, worker_notices

_TIER = a_number(1, 9)
_ID = text_up_to(ID_CHARACTERS)
_HOW = {"draft": a_bool, "confirm_gaps": a_bool}
_TRUE = ("true", "false")


@blueprint.get("/shifts")
@protected_by(BEARER)
def list_shifts() -> Response:
    """What overlaps the days, of one line or of all that are theirs; drafts where they plan the line."""
    text = short_text(ID_CHARACTERS)
    asked = query(
        request.args,
        {
            "line": text, "worker": text, "from": read_day, "to": read_day, "as_of": text,
            "drafts": some_of(_TRUE),
        },
    )  # fmt: skip
    site, _roster = gateway().book.current()
    longest = LONGEST if "line" in asked else LONGEST_OF_ALL
    span = span_of(asked.get("from"), asked.get("to"), longest)
    lines = [known_line(asked["line"])] if "line" in asked else sorted(reach().known)
    try:
        as_of = parse_at(with_plus(asked["as_of"]), site.zone) if "as_of" in asked else None
    except InquiryError as error:
        raise invalid([f"as_of: {error}"]) from error
    drafts = asked.get("drafts") == ("true",) and as_of is None
    if drafts:
        for line in lines if "line" in asked else ():
            planned_line(line)
        lines = [line for line in lines if access.may_plan(reach(), line)]
    with gateway().store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        if as_of is not None:
            version = roster_history.version_at(connection, as_of)
        found = planned.plan_of(connection, version, lines, span, drafts=drafts)
        if "worker" in asked:
            found = [each for each in found if each.worker == asked["worker"]]
        rows = [each.was.id for each in found if each.was is not None]
        confirmed = worker_notices.confirmed(connection, rows[:5000])
        one = version_of(connection, lines[0]) if len(lines) == 1 else None
    answer = jsonify(
        {"items": [shift_json(each, site.zone, confirmed) for each in found], "roster_version": version}
    )
    return answer if one is None else with_version(answer, one)


@blueprint.post("/shifts")
@protected_by(BEARER)
def make_shift() -> tuple[Response, int]:
    """A new shift, which counts at once; with ``draft`` it waits to be published."""
    body = json_object(
        request,
        {"line": _ID, "start": a_wall, "end": a_wall},
        {"worker": or_null(_ID), "tier": _TIER, **_HOW},
    )
    line = planned_line(body["line"])
    wanted = _wanted(body, line)
    with editing() as edit:
        if body.get("draft"):
            answer = _drafted(planning.make(edit, wanted, seen_version()))
        else:
            done = direct.make(
                edit, wanted, seen=seen_version(), confirm_gaps=body.get("confirm_gaps", False)
            )
            answer = _published(edit.connection, done, line)
    return answer, 201


@blueprint.get("/shifts/<shift>")
@protected_by(BEARER)
def read_shift(shift: str) -> Response:
    with gateway().store.read() as connection:
        found = _find(connection, shift)
        site, _roster = gateway().book.current()
        rows = [found.was.id] if found.was else []
        shown = shift_json(found, site.zone, worker_notices.confirmed(connection, rows))
        return with_version(jsonify(shown), version_of(connection, found.line))


@blueprint.patch("/shifts/<shift>")
@protected_by(BEARER)
def change_shift(shift: str) -> Response:
    """Move, stretch, hand over: what isn't given stays. ``worker`` null makes it an open shift."""
    body = json_object(
        request, {}, {"worker": or_null(_ID), "tier": _TIER, "start": a_wall, "end": a_wall, **_HOW}
    )
    line = _planned(shift)
    site, _roster = gateway().book.current()
    changes: dict[str, Any] = {
        "tier": body.get("tier"),
        "worker": body.get("worker"),
        "opens": "worker" in body and body["worker"] is None,
        "start": read_wall(body["start"], site.zone) if "start" in body else None,
        "end": read_wall(body["end"], site.zone) if "end" in body else None,
    }
    with editing() as edit:
        if body.get("draft") or _is_draft(shift):
            return _drafted(planning.change(edit, line, shift, **changes, seen=seen_version()))
        done = direct.change(
            edit, shift, **changes, seen=seen_version(), confirm_gaps=body.get("confirm_gaps", False)
        )
        return _published(edit.connection, done, line)


@blueprint.delete("/shifts/<shift>")
@protected_by(BEARER)
def remove_shift(shift: str) -> Response:
    asked = query(request.args, {"draft": some_of(_TRUE), "confirm_gaps": some_of(_TRUE)})
    line = _planned(shift)
    with editing() as edit:
        if asked.get("draft") == ("true",) or _is_draft(shift):
            return _drafted(planning.remove(edit, line, shift, seen_version()))
        done = direct.remove(
            edit, shift, seen=seen_version(), confirm_gaps=asked.get("confirm_gaps") == ("true",)
        )
        return _published(edit.connection, done, line)


@blueprint.post("/shifts/<shift>/split")
@protected_by(BEARER)
def split_shift(shift: str) -> Response:
    """In two, as drafts."""
    at = json_object(request, {"at": a_wall})["at"]
    line = _planned(shift)
    with editing() as edit:
        return _drafted(planning.split(edit, line, shift, read_wall(at, edit.site.zone), seen_version()))


@blueprint.post("/shifts/<shift>/confirm")
@protected_by(BEARER)
def confirm_shift(shift: str) -> Response:
    """The worker themselves says that they will come."""
    json_object(request, {})
    with editing() as edit:
        found = _find(edit.connection, shift)
        if found.was is None or found.was.shift.worker != reach().worker:
            raise NotFoundError("you have no such shift")
        worker_notices.confirm(edit.connection, found.was.id, reach().worker, edit.at)
        return jsonify(shift_json(found, edit.site.zone, {found.was.id}))


def _wanted(body: dict[str, Any], line: str) -> Wanted:
    site, _roster = gateway().book.current()
    return Wanted(
        line=line,
        tier=body.get("tier", 1),
        worker=body.get("worker"),
        start=read_wall(body["start"], site.zone),
        end=read_wall(body["end"], site.zone),
    )


def _find(connection: Any, shift: str) -> Planned:
    """Raises ProblemError alike for one that isn't theirs to see and one that is not."""
    version = roster_versions.newest(connection).roster.version
    found = planned.find(connection, version, shift)
    own = found is not None and access.knows(reach(), found.line)
    if found is not None and own and found.was is None and not access.may_plan(reach(), found.line):
        own = False  # a draft
    if found is None or not own:
        raise ProblemError(NOT_FOUND, "There is no such shift, or it is not of your lines.")
    return found


def _planned(shift: str) -> str:
    """The line of a shift that is theirs to change."""
    with gateway().store.read() as connection:
        return planned_line(_find(connection, shift).line)


def _is_draft(shift: str) -> bool:
    return not shift.isdecimal()


def _drafted(done: planning.Drafted) -> Response:
    site, _roster = gateway().book.current()
    shown: dict[str, Any] = {
        "shifts": [shift_json(each, site.zone) for each in done.shifts],
        "open_shifts": [],
        "left_out": list(done.left_out),
        "version": str(done.version),
    }
    first = shown["shifts"][0] if done.shifts else {}
    return with_version(jsonify({**first, **shown}), done.version)


def _published(connection: Any, done: Published, line: str) -> Response:
    site, _roster = gateway().book.current()
    opened = [open_shifts.find(connection, each) for each in done.opened_shifts]
    version = version_of(connection, line)
    shown = [published_json(row, site.zone) for row in done.begun]
    return with_version(
        jsonify(
            {
                **(shown[0] if shown else {}),
                "shifts": shown,
                "open_shifts": [open_json(each, site.zone) for each in opened if each],
                "left_out": [],
                "version": str(version),
                "published": done_json(done),
            }
        ),
        version,
    )
