"""The editor: one line's plan as a calendar and as a list, for whoever plans the line."""

from __future__ import annotations

from flask import Response, jsonify, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR, reach
from gateway.pages.frame import blueprint, language
from gateway.pages.roster.desk import (
    chosen_line,
    gateway,
    lines,
    planned_line,
    roster_page,
    site,
    today,
    workers,
)
from gateway.pages.roster.period import Period, View, period_of
from gateway.pages.roster.shown import plan_shown
from gateway.pages.roster.swaps_shown import decided_said, swaps_waiting
from gateway.rosters.plan_stamp import stamp_of
from gateway.store import roster_templates, swaps


@blueprint.get("/roster")
@protected_by(COORDINATOR)
def roster() -> Response:
    """Line, view and day stand in the address."""
    line = chosen_line(request.args.get("line"))
    if line is None:
        return roster_page("no_line.html", "plan")
    return plan_page(line, period_of(request.args, today()), decided=request.args.get("decided", ""))


def plan_page(
    line: str, period: Period, *, status: int = 200, decided: str = "", swap_trouble: str = ""
) -> Response:
    """The editor, and above it the swaps that wait for a yes on any line of theirs.

    ``decided``: the id of a swap whose answer is said; ``swap_trouble``: why there was none.
    """
    mine = [each.id for each in lines()]
    with gateway().store.read() as connection:
        plan = plan_shown(connection, site(), line, period, reach().worker)
        templates = roster_templates.of_line(connection, line)
        waiting = swaps_waiting(connection, site(), mine, gateway().now())
        swap = swaps.find(connection, decided) if decided.isprintable() else None
        done = decided_said(connection, site(), swap, mine) if swap else ""
    return roster_page(
        "editor.html",
        "plan",
        line,
        status,
        plan=plan,
        period=period,
        title=period.title(language()),
        views=View,
        today=today(),
        workers=workers(line),
        templates=templates,
        swaps=waiting,
        swap_done=done,
        swap_trouble=swap_trouble,
    )


@blueprint.get("/roster/<line>/plan")
@protected_by(COORDINATOR)
def read_plan(line: str) -> Response:
    """What the page shows, as it is now."""
    planned_line(line)
    with gateway().store.read() as connection:
        return jsonify(plan_shown(connection, site(), line, period_of(request.args, today()), reach().worker))


@blueprint.get("/roster/<line>/version")
@protected_by(COORDINATOR)
def read_version(line: str) -> Response:
    """An open editor asks every second whether a colleague was there, or changed the line's rules."""
    planned_line(line)
    with gateway().store.read() as connection:
        return jsonify({"stamp": stamp_of(connection, line)})
