"""Templates, staffing and settings of a line; and what a worker wants to be told, over HTTP."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from flask import Response, jsonify, request

from config.windows import parse_windows
from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.bodies import a_bool, a_number, json_object, one_of, or_null, text_up_to
from gateway.api.problems import NOT_FOUND, RULES_CHANGED, ProblemError, document, invalid
from gateway.api.roster_parts import ID_CHARACTERS, a_day, a_wall, editing, planned_line, read_wall
from gateway.api.roster_shapes import clock, template_json
from gateway.rosters import duties, feed, line_rules
from gateway.rosters.line_rules import Rules, RulesChangedError
from gateway.store import calendar_feeds, roster_lines, roster_templates, worker_notices
from gateway.store.roster_lines import LineSettings, Staffing
from gateway.store.roster_templates import Template
from gateway.store.roster_versions import Span
from gateway.store.worker_notices import Notices
from routing.rotation import MOST_WEEKS, Rotation, Slot, Unit

NAME_CHARACTERS = 80
MOST_IN_A_LIST = 60
A_DAY_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_ID = text_up_to(ID_CHARACTERS)
_SLOT = {"weekdays", "start", "minutes", "week"}


@blueprint.get("/rosters/<line>/templates")
@protected_by(BEARER)
def list_templates(line: str) -> Response:
    planned_line(line)
    with gateway().store.read() as connection:
        found = roster_templates.of_line(connection, line)
    return jsonify({"items": [template_json(each) for each in found]})


@blueprint.post("/rosters/<line>/templates")
@protected_by(BEARER)
def make_template(line: str) -> tuple[Response, int]:
    planned_line(line)
    return jsonify(template_json(_saved(line, None))), 201


@blueprint.put("/rosters/<line>/templates/<template>")
@protected_by(BEARER)
def change_template(line: str, template: str) -> Response:
    planned_line(line)
    return jsonify(template_json(_saved(line, template)))


@blueprint.delete("/rosters/<line>/templates/<template>")
@protected_by(BEARER)
def delete_template(line: str, template: str) -> Response:
    planned_line(line)
    with editing() as edit:
        found = _template(edit.connection, line, template)
        roster_templates.delete(edit.connection, template)
    return jsonify(template_json(found))


@blueprint.get("/rosters/<line>/settings")
@protected_by(BEARER)
def read_settings(line: str) -> Response:
    planned_line(line)
    with gateway().store.read() as connection:
        return jsonify(_settings_json(connection, line))


@blueprint.put("/rosters/<line>/settings")
@protected_by(BEARER)
def set_settings(line: str) -> Response:
    """Whether swaps need a coordinator, when shifts are checked beforehand, and minimum staffing.

    ``version``: of the settings that were looked at; where somebody has changed them since, nothing is
    changed. Without it whatever is there is replaced.
    """
    body = json_object(
        request,
        {
            "swaps_need_consent": a_bool,
            "check_minutes": or_null(a_number(10, A_DAY_MINUTES)),
            "staffing": _a_staffing,
        },
        {"version": _ID},
    )
    planned_line(line)
    staffing = [Staffing(each["tier"], tuple(each["windows"]), each["workers"]) for each in body["staffing"]]
    with editing() as edit:
        settings = LineSettings(body["swaps_need_consent"], body["check_minutes"])
        line_rules.save(edit, line, Rules(settings, tuple(staffing)), seen=body.get("version"))
        return jsonify(_settings_json(edit.connection, line))


@blueprint.errorhandler(RulesChangedError)
def rules_changed(error: RulesChangedError) -> Response:
    problem = ProblemError(
        RULES_CHANGED,
        "Somebody has changed the settings since you looked at them. Yours were not saved: look again.",
        more={"current": error.current.stamp, "settings": _rules_json(error.line, error.current)},
    )
    return document(problem)


@blueprint.post("/rosters/<line>/intended-gaps")
@protected_by(BEARER)
def intend_gap(line: str) -> tuple[Response, int]:
    """Nobody is meant to be on duty then: no alarm."""
    body = json_object(request, {"start": a_wall, "end": a_wall})
    planned_line(line)
    with editing() as edit:
        zone = edit.site.zone
        span = Span(read_wall(body["start"], zone), read_wall(body["end"], zone))
        problem = duties.problem_with_span(span.start, span.end, zone)
        if problem:
            raise invalid([f"end: {problem}"])
        line_rules.intend_gap(edit, line, span)
        return jsonify(_settings_json(edit.connection, line)), 201


@blueprint.delete("/rosters/<line>/intended-gaps/<gap>")
@protected_by(BEARER)
def forget_intended_gap(line: str, gap: str) -> Response:
    planned_line(line)
    with editing() as edit:
        if not line_rules.forget_gap(edit, line, gap):
            raise ProblemError(NOT_FOUND, "The line has no such gap.")
        return jsonify(_settings_json(edit.connection, line))


@blueprint.get("/notices")
@protected_by(BEARER)
def read_notices() -> Response:
    with gateway().store.read() as connection:
        return jsonify(_notices_json(worker_notices.of_worker(connection, reach().worker)))


@blueprint.put("/notices")
@protected_by(BEARER)
def set_notices() -> Response:
    """What one wants to be told by SMS, and when to be left alone."""
    body = json_object(
        request,
        {
            "changes": a_bool,
            "reminder_minutes": or_null(a_number(5, 7 * A_DAY_MINUTES)),
            "quiet_from": _a_clock,
            "quiet_until": _a_clock,
        },
    )
    wanted = Notices(
        body["changes"],
        body["reminder_minutes"],
        time.fromisoformat(body["quiet_from"]),
        time.fromisoformat(body["quiet_until"]),
    )
    with editing() as edit:
        worker_notices.save(edit.connection, reach().worker, wanted)
    return jsonify(_notices_json(wanted))


@blueprint.get("/calendar-feed")
@protected_by(BEARER)
def read_feed() -> Response:
    """Whether there is an address; the address itself is only shown when it is made."""
    with gateway().store.read() as connection:
        at = calendar_feeds.made_at(connection, reach().worker)
    return jsonify({"address": None, "made_at": at.isoformat() if at else None})


@blueprint.post("/calendar-feed")
@protected_by(BEARER)
def make_feed() -> tuple[Response, int]:
    """A new address of one's own calendar; the one before opens nothing any more."""
    json_object(request, {})
    with editing() as edit:
        secret = feed.make(edit.connection, reach().worker, edit.at)
        address = f"{gateway().settings.public_url}{feed.path(secret)}"
        return jsonify({"address": address, "made_at": edit.at.isoformat()}), 201


@blueprint.delete("/calendar-feed")
@protected_by(BEARER)
def revoke_feed() -> Response:
    with editing() as edit:
        calendar_feeds.revoke(edit.connection, reach().worker, edit.at)
    return jsonify({"address": None, "made_at": None})


def _saved(line: str, template: str | None) -> Template:
    body = json_object(
        request,
        {"name": text_up_to(NAME_CHARACTERS), "workers": _ids, "slots": _slots},
        {
            "tier": a_number(1, 9),
            "weeks": a_number(1, MOST_WEEKS),
            "anchor": a_day,
            "unit": one_of(tuple(Unit)),
            "skips_holidays": a_bool,
        },
    )
    site, _roster = gateway().book.current()
    problems = [
        f"workers: {words}"
        for worker in body["workers"]
        if (words := duties.problem_with_duty(site, line, worker))
    ]
    if problems:
        raise invalid(problems)
    rotation = Rotation(
        line=line,
        tier=body.get("tier", 1),
        workers=tuple(body["workers"]),
        slots=tuple(_slot(each) for each in body["slots"]),
        weeks=body.get("weeks", 1),
        anchor=date.fromisoformat(body.get("anchor", "2024-01-01")),
        unit=Unit(body.get("unit", Unit.SHIFT)),
        skips_holidays=body.get("skips_holidays", False),
    )
    with editing() as edit:
        if template is not None:
            _template(edit.connection, line, template)
        return roster_templates.save(
            edit.connection, body["name"], rotation, by=edit.by, at=edit.at, template=template
        )


def _template(connection: Any, line: str, template: str) -> Template:
    found = roster_templates.find(connection, template)
    if found is None or found.line != line:
        raise ProblemError(NOT_FOUND, "The line has no such template.")
    return found


def _slot(value: dict[str, Any]) -> Slot:
    start = time.fromisoformat(value["start"])
    return Slot(
        frozenset(value["weekdays"]), start.hour * 60 + start.minute, value["minutes"], value.get("week")
    )


def _settings_json(connection: Any, line: str) -> dict[str, Any]:
    return {
        **_rules_json(line, line_rules.rules_of(connection, line)),
        "intended_gaps": [
            {
                "gap": each.id,
                "start": clock(each.span.start),
                "end": clock(each.span.end),
            }
            for each in roster_lines.intended(connection, [line])
        ],
    }


def _rules_json(line: str, rules: Rules) -> dict[str, Any]:
    return {
        "line": line,
        "version": rules.stamp,
        "swaps_need_consent": rules.settings.swaps_need_consent,
        "check_minutes": rules.settings.check_minutes,
        "staffing": [
            {"tier": each.tier, "windows": list(each.windows), "workers": each.workers}
            for each in rules.staffing
        ],
    }


def _notices_json(notices: Notices) -> dict[str, Any]:
    return {
        "changes": notices.changes,
        "reminder_minutes": notices.reminder_minutes,
        "quiet_from": f"{notices.quiet_from:%H:%M}",
        "quiet_until": f"{notices.quiet_until:%H:%M}",
    }


def _a_clock(value: object) -> str | None:
    good = isinstance(value, str) and _CLOCK.fullmatch(value)
    return None if good else "must be a time of day, as 22:00"


def _ids(value: object) -> str | None:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_IN_A_LIST:
        return f"must be a list of 1 to {MOST_IN_A_LIST} workers"
    return next((words for each in value if (words := _ID(each))), None)


def _slots(value: object) -> str | None:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_IN_A_LIST:
        return f"must be a list of 1 to {MOST_IN_A_LIST} shifts"
    for each in value:
        if not isinstance(each, dict) or not {"weekdays", "start", "minutes"} <= each.keys() <= _SLOT:
            return "each needs weekdays, start and minutes, and may have a week"
        if not _is_weekdays(each["weekdays"]):
            return "weekdays must be a list of numbers from 0, Monday, to 6"
        words = _a_clock(each["start"]) or or_null(a_number(0, MOST_WEEKS))(each.get("week"))
        words = words or a_number(1, 10**6)(each["minutes"])
        if words:
            return words
    return None


def _is_weekdays(value: object) -> bool:
    return isinstance(value, list) and all(type(day) is int and 0 <= day <= 6 for day in value)


def _a_staffing(value: object) -> str | None:
    if not isinstance(value, list) or len(value) > MOST_IN_A_LIST:
        return f"must be a list of at most {MOST_IN_A_LIST}"
    for each in value:
        if not isinstance(each, dict) or each.keys() != {"tier", "windows", "workers"}:
            return "each needs tier, windows and workers"
        words = or_null(a_number(1, 9))(each["tier"]) or a_number(1, 99)(each["workers"])
        if words:
            return words
        windows = each["windows"]
        if not isinstance(windows, list) or not windows or not all(isinstance(one, str) for one in windows):
            return "windows must be a list of texts"
        try:
            parse_windows(windows)
        except ValueError as error:
            return str(error)
    return None
