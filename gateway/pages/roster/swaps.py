"""A coordinator's yes or no to a swap that two workers agreed on: plain forms above the plan."""

from __future__ import annotations

from flask import Response, abort, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR
from gateway.pages.frame import blueprint, see_other
from gateway.pages.roster.desk import editing, gateway, planned_line, site, words_of
from gateway.pages.roster.editor import plan_page
from gateway.pages.roster.period import Period, View
from gateway.pages.roster.swaps_shown import day_of_swap, why_not
from gateway.rosters import swap_consent, swapping
from gateway.rosters.duties import WantedError
from gateway.rosters.swapping import SwapError
from gateway.store import swaps

_YES, _NO = "yes", "no"


@blueprint.post("/roster/<line>/swaps/<swap>")
@protected_by(COORDINATOR)
def decide_swap(line: str, swap: str) -> Response:
    """``consent``: yes or no. What came of it stands above the plan, at the day of the shift.

    Where it can't be decided (any more), nothing is changed and the page says why.
    """
    planned_line(line)
    consent = request.form.get("consent")
    if consent not in {_YES, _NO}:
        abort(400)
    with gateway().store.read() as connection:
        found = swaps.find(connection, swap)
        if found is None or line not in swap_consent.shifts_of(connection, found):
            abort(404)
        period = Period(View.WEEK, day_of_swap(connection, found, line))
    try:
        with editing() as edit:
            swapping.decide(edit, swap, consent=consent == _YES)
    except (SwapError, WantedError) as error:
        with gateway().store.read() as connection:
            trouble = why_not(connection, site(), swaps.find(connection, swap) or found, gateway().now())
        if isinstance(error, WantedError):
            trouble = f"{trouble} {words_of(error)}"
        return plan_page(line, period, status=409, swap_trouble=trouble)
    return see_other(f"{period.address(line)}&decided={swap}")
