"""Drafts that shall count: what changes for whom, then publishing; and what was published before."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach
from gateway.pages.duty import worker_name
from gateway.pages.frame import blueprint, language, say, see_other
from gateway.pages.roster.desk import (
    chosen_line,
    editing,
    gateway,
    planned_line,
    roster_page,
    seen_version,
    site,
    today,
)
from gateway.pages.roster.period import period_of
from gateway.pages.roster.shown import plan_shown, shifts_json
from gateway.pages.roster.spoken import gap_said, open_said, stretch_said
from gateway.rosters import drafts_out
from gateway.rosters.edit import version_of
from gateway.rosters.publishing import GapsOpenError, Summary
from gateway.store import roster_history

MOST_VERSIONS = 50
_DIGITS = 9


@blueprint.get("/roster/<line>/preview")
@protected_by(COORDINATOR)
def preview(line: str) -> Response:
    """What publishing the drafts would change, by worker, and the gaps that it would open within a week."""
    planned_line(line)
    with editing() as edit:
        found = drafts_out.preview(edit, line)
        version = version_of(edit.connection, line)
    stale = [
        {"id": each.id, "words": f"{_named(each.worker)} {stretch_said(each.start, each.end, language())}"}
        for each in found.stale
    ]
    return jsonify({"version": str(version), "stale": stale, **_summary(found.summary)})


@blueprint.post("/roster/<line>/publish")
@protected_by(COORDINATOR)
def publish(line: str) -> Response:
    planned_line(line)
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        abort(400)
    seen = seen_version(given.get("seen"))
    with editing() as edit:
        done = drafts_out.publish_drafts(
            edit, line, seen=seen, confirm_gaps=given.get("confirm_gaps") is True
        )
        period = period_of(request.args, today())
        plan = plan_shown(edit.connection, site(), line, period, reach().worker)
    return jsonify({"plan": plan, "roster_version": done.version, **_summary(done.summary)})


@blueprint.get("/roster/history")
@protected_by(COORDINATOR)
def history() -> Response:
    """Who published what, newest first, each to be taken back."""
    return _history(chosen_line(request.args.get("line")))


@blueprint.post("/roster/<line>/versions/<int:version>/undo")
@protected_by(COORDINATOR)
def undo_version(line: str, version: int) -> Response:
    """The plan as it was before that version, as a version of its own."""
    planned_line(line)
    with gateway().store.read() as connection:
        change = roster_history.change_of(connection, version)
    touched = {row.shift.line for row in (*change.ended, *change.begun)}
    if line not in touched:
        abort(404)
    for other in sorted(touched):
        planned_line(other)
    try:
        with editing() as edit:
            drafts_out.undo_version(edit, version, confirm_gaps=request.form.get("confirm_gaps") == "yes")
    except GapsOpenError as error:
        gaps = [gap_said(site(), each.place, each.starts, each.ends, language()) for each in error.opened]
        return _history(line, asks=version, gaps=gaps)
    return see_other(f"/roster/history?line={line}")


def _history(line: str | None, *, asks: int | None = None, gaps: list[str] | None = None) -> Response:
    if line is None:
        return roster_page("no_line.html", "history")
    versions = []
    with gateway().store.read() as connection:
        for note in roster_history.notes_after(connection, line, 0, most=MOST_VERSIONS):
            change = roster_history.change_of(connection, note.version)
            before = [row.shift for row in change.ended if row.shift.line == line]
            after = [row.shift for row in change.begun if row.shift.line == line]
            versions.append(
                {
                    "note": note,
                    "before": [
                        f"{_named(each.worker)} {stretch_said(each.start, each.end, language())}"
                        for each in before
                    ],
                    "after": [
                        f"{_named(each.worker)} {stretch_said(each.start, each.end, language())}"
                        for each in after
                    ],
                }
            )
    status = 200 if asks is None else 409
    return roster_page("history.html", "history", line, status, versions=versions, asks=asks, gaps=gaps or [])


def _summary(summary: Summary) -> dict[str, Any]:
    spoken = language()
    return {
        "changes": summary.changes,
        "workers": [
            {
                "name": worker_name(site(), each.worker),
                "gets": shifts_json(each.gets, spoken),
                "loses": shifts_json(each.loses, spoken),
            }
            for each in summary.workers
        ],
        "opens": [stretch_said(each.start, each.end, spoken) for each in summary.opens],
        "filled": [open_said(site(), each, spoken) for each in summary.filling.filled],
        "partly": [open_said(site(), each, spoken) for each in summary.filling.partly],
        "gaps": [gap_said(site(), each.place, each.starts, each.ends, spoken) for each in summary.opened],
    }


def _named(worker: str | None) -> str:
    return worker_name(site(), worker) if worker else say("Åben vagt")
