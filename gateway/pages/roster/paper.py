"""A month's plan as a PDF, and the plan as a file: what still can be read when all else is down."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR
from gateway.pages.frame import blueprint, language
from gateway.pages.roster.desk import at_midnight, gateway, planned_line, site
from gateway.pages.roster.period import Period, View, day_of
from gateway.rosters.month import month_of
from gateway.rosters.month_plan import month_plan
from gateway.rosters.roster_file import write_roster
from gateway.store import roster_versions
from gateway.store.roster_versions import Span


@blueprint.get("/roster/month.pdf")
@protected_by(COORDINATOR)
def paper() -> Response:
    """What is published. Telephone numbers only where they are asked for, on a page of their own."""
    line, first, after = _asked()
    span = Span(at_midnight(first), at_midnight(after))
    with gateway().store.read() as connection:
        month = month_of(connection, site(), line, span, drafts=False)
    content = month_plan(
        site(),
        line,
        first,
        [shift for each in month.shifts if (shift := each.as_shift())],
        [(gap.starts, gap.ends) for gap in month.gaps],
        version=month.roster_version,
        printed_at=gateway().now(),
        language=language(),
        with_numbers=request.args.get("numbers") == "yes",
    )
    return _file(content, "application/pdf", f"{line}-{first:%Y-%m}.pdf")


@blueprint.get("/roster/month.csv")
@protected_by(COORDINATOR)
def roster_file() -> Response:
    """What is published, in the form that the import reads."""
    line, first, after = _asked()
    with gateway().store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        span = Span(at_midnight(first), at_midnight(after))
        shifts = list(roster_versions.shifts_at(connection, version, lines=[line], overlapping=span))
    return _file(write_roster(shifts).encode(), "text/csv; charset=utf-8", f"{line}-{first:%Y-%m}.csv")


def _asked() -> tuple[str, date, date]:
    """The line, the month's first day, and the day after its last."""
    line = planned_line(request.args.get("line", ""))
    first = day_of(f"{request.args.get('month', '')}-01")
    if first is None:
        abort(400)
    return line, first, Period(View.MONTH, first).after().day


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
