"""A line's plan as a whole, over HTTP: the editor's month, weeks copied, templates, publishing, history."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gateway.accounts import access
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, json_object, or_null, text_up_to
from gateway.api.duty import with_plus
from gateway.api.problems import invalid
from gateway.api.queries import query, short_text, some_of, whole_number
from gateway.api.roster_parts import (
    ID_CHARACTERS,
    a_day,
    editing,
    known_line,
    planned_line,
    read_day,
    seen_version,
    span_of,
    with_version,
)
from gateway.api.roster_shapes import (
    done_json,
    gap_json,
    load_json,
    month_json,
    note_json,
    plain_json,
    shift_json,
    summary_json,
)
from gateway.rosters import drafts_out, planning
from gateway.rosters.coverage import report
from gateway.rosters.edit import NotFoundError, PlanVersion, version_of
from gateway.rosters.month import month_of
from gateway.rosters.planning import Drafted
from gateway.rosters.who_answers import InquiryError, parse_at
from gateway.store import roster_history, roster_templates, roster_versions
from gateway.store.roster_versions import Span
from routing.fairness import loads
from routing.wall_clock import instant

_ID = text_up_to(ID_CHARACTERS)
_TRUE = ("true", "false")
MOST_VERSIONS = 100


@blueprint.get("/rosters/<line>")
@protected_by(BEARER)
def read_plan(line: str) -> Response:
    """Everything that the editor shows; without drafts for who doesn't plan the line."""
    text = short_text(ID_CHARACTERS)
    asked = query(request.args, {"from": read_day, "to": read_day, "as_of": text, "drafts": some_of(_TRUE)})
    known_line(line)
    plans = access.may_plan(reach(), line)
    site, _roster = gateway().book.current()
    try:
        as_of = parse_at(with_plus(asked["as_of"]), site.zone) if "as_of" in asked else None
    except InquiryError as error:
        raise invalid([f"as_of: {error}"]) from error
    span = span_of(asked.get("from"), asked.get("to"))
    drafts = plans and asked.get("drafts") != ("false",)
    with gateway().store.read() as connection:
        month = month_of(connection, site, line, span, drafts=drafts, as_of=as_of)
    return with_version(jsonify(month_json(month, site, line, plans=plans)), month.version)


@blueprint.post("/rosters/<line>/copy-week")
@protected_by(BEARER)
def copy_week(line: str) -> Response:
    """As drafts: seven days from ``from`` once more from ``to``."""
    body = json_object(request, {"from": a_day, "to": a_day})
    first, to = read_day(body["from"]).date(), read_day(body["to"]).date()
    planned_line(line)
    if first == to:
        raise invalid(["to: is the same week"])
    with editing() as edit:
        return _drafted(planning.copy_week(edit, line, first, to, seen_version()))


@blueprint.post("/rosters/<line>/fill")
@protected_by(BEARER)
def fill(line: str) -> Response:
    """As drafts: what a template asks for from one day until before another."""
    body = json_object(request, {"template": _ID, "from": a_day, "to": a_day}, {"begins": or_null(_ID)})
    planned_line(line)
    first, until = read_day(body["from"]).date(), read_day(body["to"]).date()
    if until <= first:
        raise invalid(["to: must be after from; it is the day after the last"])
    with editing() as edit:
        template = roster_templates.find(edit.connection, body["template"])
        if template is None or template.line != line:
            raise NotFoundError("the line has no such template")
        begins = body.get("begins")
        return _drafted(
            planning.fill(edit, template.rotation, first, until, begins=begins, seen=seen_version())
        )


@blueprint.post("/rosters/<line>/undo")
@protected_by(BEARER)
def undo(line: str) -> Response:
    """Take back one's own last change of the drafts."""
    json_object(request, {})
    planned_line(line)
    with editing() as edit:
        return _drafted(planning.undo(edit, line, seen_version()))


@blueprint.post("/rosters/<line>/discard")
@protected_by(BEARER)
def discard(line: str) -> Response:
    """The drafts of the line go, or that of one shift."""
    shift = json_object(request, {}, {"shift": or_null(_ID)}).get("shift")
    planned_line(line)
    with editing() as edit:
        return _drafted(planning.discard(edit, line, shift, seen_version()))


@blueprint.get("/rosters/<line>/preview")
@protected_by(BEARER)
def preview(line: str) -> Response:
    """What publishing would change, for whom, and which gaps it would open."""
    asked = query(request.args, {"from": read_day, "to": read_day})
    planned_line(line)
    with editing() as edit:
        found = drafts_out.preview(edit, line, _within(asked))
        version = version_of(edit.connection, line)
    stale = [
        {"draft": each.id, "worker": each.worker, "start": f"{each.start:%Y-%m-%dT%H:%M}"}
        for each in found.stale
    ]
    shown = {"version": str(version), "stale": stale, "summary": summary_json(found.summary)}
    return with_version(jsonify(shown), version)


@blueprint.post("/rosters/<line>/publish")
@protected_by(BEARER)
def publish(line: str) -> Response:
    """Make the drafts count, all at once."""
    body = json_object(request, {}, {"confirm_gaps": a_bool, "from": or_null(a_day), "to": or_null(a_day)})
    planned_line(line)
    asked = {name: read_day(body[name]) for name in ("from", "to") if body.get(name)}
    with editing() as edit:
        done = drafts_out.publish_drafts(
            edit,
            line,
            seen=seen_version(),
            within=_within(asked),
            confirm_gaps=body.get("confirm_gaps", False),
        )
        version = version_of(edit.connection, line)
    return with_version(jsonify({**done_json(done), "version": str(version)}), version)


@blueprint.get("/rosters/<line>/versions")
@protected_by(BEARER)
def list_versions(line: str) -> Response:
    """Who published what, newest first."""
    asked = query(request.args, {"limit": whole_number(1, MOST_VERSIONS)})
    planned_line(line)
    with gateway().store.read() as connection:
        found = roster_history.notes_after(connection, line, 0, most=asked.get("limit", MOST_VERSIONS))
    return jsonify({"items": [note_json(note) for note in found]})


@blueprint.get("/rosters/<line>/versions/<version>")
@protected_by(BEARER)
def read_version(line: str, version: str) -> Response:
    """What a version changed on the line: before and after."""
    planned_line(line)
    with gateway().store.read() as connection:
        note = roster_history.note_of(connection, _number(version))
        if note is None:
            raise NotFoundError("there is no such version")
        change = roster_history.change_of(connection, note.version)
    before = [plain_json(row.shift) for row in change.ended if row.shift.line == line]
    after = [plain_json(row.shift) for row in change.begun if row.shift.line == line]
    if not before and not after:
        raise NotFoundError("there is no such version")
    return jsonify({**note_json(note), "before": before, "after": after})


@blueprint.post("/rosters/<line>/versions/<version>/undo")
@protected_by(BEARER)
def undo_version(line: str, version: str) -> Response:
    """Publish the plan as it was before a version; one that changed other lines needs theirs, too."""
    confirm = json_object(request, {}, {"confirm_gaps": a_bool}).get("confirm_gaps", False)
    planned_line(line)
    with editing() as edit:
        number = _number(version)
        change = roster_history.change_of(edit.connection, number)
        lines = {row.shift.line for row in (*change.ended, *change.begun)}
        if line not in lines:
            raise NotFoundError("there is no such version")
        for other in sorted(lines):
            planned_line(other)
        done = drafts_out.undo_version(edit, number, confirm_gaps=confirm)
        now = version_of(edit.connection, line)
    return with_version(jsonify({**done_json(done), "version": str(now)}), now)


@blueprint.get("/gaps")
@protected_by(BEARER)
def list_gaps() -> Response:
    """When a line is open and nobody is on duty, or fewer than its minimum; of all their lines, or of one."""
    asked = query(request.args, {"line": short_text(ID_CHARACTERS), "from": read_day, "to": read_day})
    site, roster = gateway().book.current()
    lines = [known_line(asked["line"])] if "line" in asked else sorted(reach().known)
    span = span_of(asked.get("from"), asked.get("to"))
    starts, ends = instant(span.start, site.zone), instant(span.end, site.zone)
    with gateway().store.read() as connection:
        found = report(connection, site, roster, lines, starts, ends)
    return jsonify(
        {
            "items": [gap_json(each.place, each.starts, each.ends, each.channels) for each in found.gaps],
            "short_of": [
                {
                    **gap_json(each.place, each.short.starts, each.short.ends),
                    "tier": each.short.minimum.tier,
                    "wanted": each.short.minimum.workers,
                    "on_duty": each.short.on_duty,
                }
                for each in found.short
            ],
        }
    )


@blueprint.get("/fairness")
@protected_by(BEARER)
def fairness() -> Response:
    """Hours, nights, weekends and holidays by worker, on a line that they plan or on all of those."""
    asked = query(request.args, {"line": short_text(ID_CHARACTERS), "from": read_day, "to": read_day})
    site, _roster = gateway().book.current()
    lines = (
        [planned_line(asked["line"])]
        if "line" in asked
        else [line for line in sorted(reach().known) if access.may_plan(reach(), line)]
    )
    span = span_of(asked.get("from"), asked.get("to"))
    with gateway().store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        shifts = list(roster_versions.shifts_at(connection, version, lines=lines, overlapping=span))
    found = loads(shifts, site.zone, instant(span.start, site.zone), instant(span.end, site.zone))
    return jsonify({"items": [load_json(each) for each in found]})


def _number(version: str) -> int:
    """0, which no version has, for what is no number."""
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def _within(asked: dict[str, Any]) -> Span | None:
    if "from" not in asked and "to" not in asked:
        return None
    return span_of(asked.get("from"), asked.get("to"))


def _drafted(done: Drafted) -> Response:
    site, _roster = gateway().book.current()
    version: PlanVersion = done.version
    shown = {
        "shifts": [shift_json(each, site.zone) for each in done.shifts],
        "open_shifts": [],
        "left_out": list(done.left_out),
        "version": str(version),
    }
    return with_version(jsonify(shown), version)
