"""What the editor changes: drafts of a line. Each change can be undone, and is answered with the new plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Response, abort, jsonify, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach
from gateway.pages.frame import blueprint, language, say
from gateway.pages.roster.desk import editing, planned_line, seen_version, site, today
from gateway.pages.roster.faults import fault
from gateway.pages.roster.period import day_of, period_of
from gateway.pages.roster.shown import plan_shown
from gateway.rosters import planning
from gateway.rosters.duties import Wanted, WantedError
from gateway.rosters.edit import Edit, PlanVersion
from gateway.rosters.planning import Drafted
from gateway.store import roster_templates

_WALL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.ASCII)
_ID_CHARACTERS = 64


@blueprint.post("/roster/<line>/shifts")
@protected_by(COORDINATOR)
def make_shift(line: str) -> Response:
    given = _given()
    planned_line(line)
    wanted = Wanted(line, _tier(given), _worker(given), *_times(given, needed=True))
    return _changed(line, given, lambda edit, seen: planning.make(edit, wanted, seen))


@blueprint.post("/roster/<line>/shifts/<shift>")
@protected_by(COORDINATOR)
def change_shift(line: str, shift: str) -> Response:
    """What isn't given stays; ``worker`` null makes it an open shift."""
    given = _given()
    planned_line(line)
    start, end = _times(given, needed=False)
    worker = _worker(given)

    def change(edit: Edit, seen: PlanVersion) -> Drafted:
        return planning.change(
            edit,
            line,
            shift,
            tier=_tier(given) if "tier" in given else None,
            worker=worker,
            opens="worker" in given and worker is None,
            start=start,
            end=end,
            seen=seen,
        )

    return _changed(line, given, change)


@blueprint.post("/roster/<line>/shifts/<shift>/split")
@protected_by(COORDINATOR)
def split_shift(line: str, shift: str) -> Response:
    given = _given()
    planned_line(line)
    at = _wall(given, "at", say("Skriv, hvornår vagten skal deles."))
    return _changed(line, given, lambda edit, seen: planning.split(edit, line, shift, at, seen))


@blueprint.post("/roster/<line>/shifts/<shift>/remove")
@protected_by(COORDINATOR)
def remove_shift(line: str, shift: str) -> Response:
    given = _given()
    planned_line(line)
    return _changed(line, given, lambda edit, seen: planning.remove(edit, line, shift, seen))


@blueprint.post("/roster/<line>/shifts/<shift>/discard")
@protected_by(COORDINATOR)
def discard_draft(line: str, shift: str) -> Response:
    """The shift as it is published; a new one goes."""
    given = _given()
    planned_line(line)
    return _changed(line, given, lambda edit, seen: planning.discard(edit, line, shift, seen))


@blueprint.post("/roster/<line>/discard")
@protected_by(COORDINATOR)
def discard_drafts(line: str) -> Response:
    given = _given()
    planned_line(line)
    return _changed(line, given, lambda edit, seen: planning.discard(edit, line, None, seen))


@blueprint.post("/roster/<line>/undo")
@protected_by(COORDINATOR)
def undo(line: str) -> Response:
    """One's own last change; again, the one before it."""
    given = _given()
    planned_line(line)
    return _changed(line, given, lambda edit, seen: planning.undo(edit, line, seen))


@blueprint.post("/roster/<line>/copy-week")
@protected_by(COORDINATOR)
def copy_week(line: str) -> Response:
    given = _given()
    planned_line(line)
    first, to = _day(given, "from"), _day(given, "to")
    monday, to_monday = _monday(first), _monday(to)
    if monday == to_monday:
        raise WantedError({"to": say("Vælg en anden uge.")})
    return _changed(line, given, lambda edit, seen: planning.copy_week(edit, line, monday, to_monday, seen))


@blueprint.post("/roster/<line>/fill")
@protected_by(COORDINATOR)
def fill(line: str) -> Response:
    """``to``: the last day that is filled, as people say it."""
    given = _given()
    planned_line(line)
    first, last = _day(given, "from"), _day(given, "to")
    if last < first:
        raise WantedError({"to": say("Den sidste dag ligger før den første.")})

    def filled(edit: Edit, seen: PlanVersion) -> Drafted:
        template = roster_templates.find(edit.connection, _text(given, "template"))
        if template is None or template.line != line:
            raise WantedError({"template": say("Vælg en skabelon.")})
        until = date.fromordinal(last.toordinal() + 1)
        begins = _text(given, "begins") or None
        return planning.fill(edit, template.rotation, first, until, begins=begins, seen=seen)

    return _changed(line, given, filled)


def _changed(line: str, given: Mapping[str, Any], change: Callable[[Edit, PlanVersion], Drafted]) -> Response:
    """Do it, and show the plan as it is then: in the same transaction, so nobody comes in between."""
    seen = seen_version(given.get("seen"))
    period = period_of(request.args, today())
    with editing() as edit:
        done = change(edit, seen)
        plan = plan_shown(edit.connection, site(), line, period, reach().worker)
    return jsonify(
        {
            "plan": plan,
            "touched": [each.id for each in done.shifts],
            "left_out": [fault(each, language(), site()) for each in done.left_out],
        }
    )


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        abort(400)
    return given


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) and len(value) <= _ID_CHARACTERS else ""


def _worker(given: Mapping[str, Any]) -> str | None:
    return _text(given, "worker") or None


def _tier(given: Mapping[str, Any]) -> int:
    value = given.get("tier", 1)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 4:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise WantedError({"tier": say("Skriv et tal fra 1 til 9.")})
    return value


def _times(given: Mapping[str, Any], *, needed: bool) -> Any:
    """Start and end; None for one that isn't given and needn't be. All that is wrong is said at once."""
    problems: dict[str, str] = {}
    found: list[datetime | None] = []
    for name, words in (
        ("start", say("Skriv, hvornår vagten begynder.")),
        ("end", say("Skriv, hvornår den slutter.")),
    ):
        if name not in given and not needed:
            found.append(None)
            continue
        try:
            found.append(_wall(given, name, words))
        except WantedError as error:
            problems |= error.problems
    if problems:
        raise WantedError(problems)
    return tuple(found)


def _wall(given: Mapping[str, Any], name: str, words: str) -> datetime:
    """A wall-clock time, exactly as the browser was shown it; one with an offset is refused."""
    text = _text(given, name)
    try:
        at = datetime.fromisoformat(text) if _WALL.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None or day_of(at.date().isoformat()) is None:
        raise WantedError({name: words})
    return at


def _day(given: Mapping[str, Any], name: str) -> date:
    day = day_of(_text(given, name))
    if day is None:
        raise WantedError({name: say("Vælg en dag.")})
    return day


def _monday(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())
