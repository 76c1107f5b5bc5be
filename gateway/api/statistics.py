"""The statistics tables over HTTP: the same figures as ``akutlinjen stats export``."""

from __future__ import annotations

from datetime import date

from flask import Response, jsonify, request

from gateway.accounts.bearer import BEARER, reach
from gateway.accounts.protection import protected_by
from gateway.api.blueprint import blueprint, gateway
from gateway.api.problems import NOT_FOUND, ProblemError, invalid
from gateway.api.queries import query, short_text, some_of
from gateway.statistics import catalogue
from gateway.statistics.export import table_json
from gateway.statistics.readers import published
from gateway.statistics.table import Asked
from routing.wall_clock import wall

LONGEST_DAYS = 366 * 20


@blueprint.get("/statistics/<table>")
@protected_by(BEARER)
def read_statistics(table: str) -> Response:
    """One table for the days from ``from`` up to and without ``to``; of all lines where none is named."""
    if table not in catalogue.NAMES:
        raise ProblemError(NOT_FOUND, f"There is no such table; known are {', '.join(catalogue.NAMES)}.")
    asked = query(
        request.args,
        {"from": _day, "to": _day, "line": short_text(500), "language": some_of(("da", "en"))},
    )
    errors = [f"{name}: is not set" for name in ("from", "to") if name not in asked]
    if not errors and not 0 < (asked["to"] - asked["from"]).days <= LONGEST_DAYS:
        errors.append("to: must be after from, by at most 20 years; it is the day after the last")
    if errors:
        raise invalid(errors)
    site = gateway().book.current()[0]
    with gateway().store.read() as connection:
        known = catalogue.lines_known(connection, site)
        lines = tuple(dict.fromkeys(asked["line"].split(","))) if "line" in asked else known
        if not set(lines) <= set(known):
            raise ProblemError(NOT_FOUND, "There is no such line.")
    period = Asked(asked["from"], asked["to"], lines, wall(gateway().now(), site.zone).date())
    found = published(gateway().store, site, period, reach(), (table,))
    language = asked.get("language", ("da",))[0]
    return jsonify(table_json(found.tables[0], found.asked, found.hidden, language))


def _day(text: str) -> date:
    try:
        if len(text) == len("2026-11-22"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("must be a day as in 2026-11-22")
