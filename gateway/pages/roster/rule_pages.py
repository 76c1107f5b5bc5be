"""A line's rules: how many have to be on duty when, when nobody has to, and whether swaps need a yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR
from gateway.pages.frame import blueprint, language, say, see_other
from gateway.pages.roster import rules_form
from gateway.pages.roster.desk import chosen_line, editing, gateway, planned_line, roster_page, site, today
from gateway.pages.roster.faults import fault
from gateway.pages.roster.period import day_of
from gateway.pages.roster.rules_form import HOLIDAYS, FormError, Written
from gateway.pages.roster.spoken import stretch_said
from gateway.pages.words import DANISH
from gateway.rosters import duties, line_rules
from gateway.rosters.line_rules import Rules, RulesChangedError
from gateway.rosters.month_plan import WEEKDAYS
from gateway.store import roster_lines
from gateway.store.roster_lines import Staffing
from gateway.store.roster_versions import Span
from routing.wall_clock import wall

DONE = ("saved", "intended", "forgotten")


@blueprint.get("/roster/rules")
@protected_by(COORDINATOR)
def show_rules() -> Response:
    line = chosen_line(request.args.get("line"))
    if line is None:
        return roster_page("no_line.html", "rules")
    with gateway().store.read() as connection:
        rules = line_rules.rules_of(connection, line)
    done = request.args.get("done", "")
    return _page(line, rules_form.as_written(rules), rules.stamp, done=done if done in DONE else "")


@blueprint.post("/roster/<line>/rules")
@protected_by(COORDINATOR)
def save_rules(line: str) -> Response:
    """All of it or nothing. Where somebody was first, their rules are shown beside what was written."""
    planned_line(line)
    written, seen = rules_form.read(request.form), request.form.get("seen", "")[:64]
    try:
        rules = rules_form.rules_of(written)
    except FormError as error:
        return _page(line, written, seen, {each: _words(each) for each in error.fields}, status=400)
    try:
        with editing() as edit:
            line_rules.save(edit, line, rules, seen=seen)
    except RulesChangedError as error:
        return _page(line, written, error.current.stamp, meanwhile=error.current, status=409)
    return see_other(f"/roster/rules?line={line}&done=saved")


@blueprint.post("/roster/<line>/intended-gaps")
@protected_by(COORDINATOR)
def add_intended_gap(line: str) -> Response:
    """Nobody is meant to be on duty then: no alarm."""
    planned_line(line)
    given = {name: request.form.get(name, "")[:32] for name in ("gap_start", "gap_end")}
    times = {name: _wall(text) for name, text in given.items()}
    faults = {name: say("Vælg en dag og en tid.") for name, at in times.items() if at is None}
    start, end = times["gap_start"], times["gap_end"]
    if start is not None and end is not None:
        problem = duties.problem_with_span(start, end, site().zone)
        if problem is None:
            with editing() as edit:
                line_rules.intend_gap(edit, line, Span(start, end))
            return see_other(f"/roster/rules?line={line}&done=intended")
        faults["gap_end"] = fault(problem, language(), site())
    with gateway().store.read() as connection:
        rules = line_rules.rules_of(connection, line)
    return _page(line, rules_form.as_written(rules), rules.stamp, faults, gap=given, status=400)


@blueprint.post("/roster/<line>/intended-gaps/<gap>/delete")
@protected_by(COORDINATOR)
def forget_gap(line: str, gap: str) -> Response:
    planned_line(line)
    with editing() as edit:
        if not line_rules.forget_gap(edit, line, gap):
            abort(404)
    return see_other(f"/roster/rules?line={line}&done=forgotten")


def _page(
    line: str,
    written: Written,
    seen: str,
    faults: Mapping[str, str] | None = None,
    *,
    gap: Mapping[str, str] | None = None,
    meanwhile: Rules | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    with gateway().store.read() as connection:
        intended = _intended(connection, line)
    return roster_page(
        "rules.html",
        "rules",
        line,
        status,
        written=written,
        seen=seen,
        faults=faults or {},
        gap=gap or {},
        meanwhile=None if meanwhile is None else [_minimum_said(each) for each in meanwhile.staffing],
        meanwhile_consent=meanwhile is not None and meanwhile.settings.swaps_need_consent,
        meanwhile_minutes=None if meanwhile is None else meanwhile.settings.check_minutes,
        done=done,
        intended=intended,
        days=[*enumerate(WEEKDAYS[language()]), (HOLIDAYS, say("helligdage"))],
        first_day=f"{today()}T00:00",
    )


def _intended(connection: Connection, line: str) -> list[tuple[str, str]]:
    """Those that are not over, each with its id."""
    now = wall(gateway().now(), site().zone)
    return [
        (each.id, stretch_said(each.span.start, each.span.end, language()))
        for each in roster_lines.intended(connection, [line])
        if each.span.end > now
    ]


def _minimum_said(staffing: Staffing) -> str:
    point = "." if language() == DANISH else ":"
    names = {**dict(enumerate(WEEKDAYS[language()])), HOLIDAYS: say("helligdage")}
    times = "; ".join(
        f"{', '.join(names[day] for day in sorted(each.days))} {each.start}–{each.end}".replace(":", point)
        for each in rules_form.times_of(staffing.windows)
    )
    if staffing.tier is None:
        return say("{workers} på vagt: {times}", workers=staffing.workers, times=times)
    return say(
        "{workers} på vagt på trin {tier}: {times}", workers=staffing.workers, tier=staffing.tier, times=times
    )


def _words(field: str) -> str:
    match field.partition("-")[0]:
        case "workers":
            return say("Skriv et tal fra 1 til 99.")
        case "tier":
            return say("Skriv et tal fra 1 til 9.")
        case "days":
            return say("Vælg mindst én dag.")
        case "check_minutes":
            return say("Skriv et tal fra 10 til 1440.")
        case _:
            return say("Skriv en tid, som 20:00.")


def _wall(text: str) -> datetime | None:
    """A wall-clock time as a browser sends it; None for anything else."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - on the wall
    except ValueError:
        return None
    return None if day_of(at.date().isoformat()) is None else at
