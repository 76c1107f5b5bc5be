"""What every route about rosters needs: whose line it is, times as people write them, errors as problems."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request

from gateway.accounts import access
from gateway.accounts.bearer import reach
from gateway.api.blueprint import blueprint, gateway
from gateway.api.problems import (
    DOES_NOT_FIT,
    GAPS_OPEN,
    INVALID,
    NOT_FOUND,
    NOT_YOURS,
    OUTDATED,
    ProblemError,
    document,
    invalid,
)
from gateway.api.roster_shapes import gap_json, meanwhile_json
from gateway.rosters.direct import DraftedError
from gateway.rosters.drafts_out import NotUndoneError, StaleDraftsError
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import Edit, NotFoundError, OutdatedError, PlanVersion
from gateway.rosters.editing import editing as rosters_editing
from gateway.rosters.offers import TakenError
from gateway.rosters.planning import NothingToUndoError
from gateway.rosters.publishing import GapsOpenError
from gateway.rosters.swapping import SwapError
from gateway.store.roster_versions import Span
from routing.rotation import RotationError
from routing.wall_clock import wall

FIRST_YEAR, LAST_YEAR = 2000, 2199
ID_CHARACTERS = 64
LONGEST = timedelta(days=400)
# Of all lines at once: a pooled worker may see dozens.
LONGEST_OF_ALL = timedelta(days=62)
A_MONTH = timedelta(days=31)
_WALL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:00)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def editing() -> AbstractContextManager[Edit]:
    """A change by whoever asks."""
    return rosters_editing(gateway(), reach().worker)


def known_line(line: str) -> str:
    """A line whose plan is theirs to see. Else raises ProblemError, alike for any other."""
    site, _roster = gateway().book.current()
    if line not in {*site.lines, *site.night_lines} or not access.knows(reach(), line):
        raise ProblemError(NOT_FOUND, "There is no such line, or it is not one of yours.")
    return line


def planned_line(line: str) -> str:
    """A line whose plan is theirs to change. Raises ProblemError."""
    if not access.may_plan(reach(), known_line(line)):
        raise ProblemError(NOT_YOURS, "A coordinator of the line changes its plan.")
    return line


def seen_version() -> PlanVersion | None:
    """What ``If-Match`` names: the version of the plan that the change is meant for. Raises ProblemError."""
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    try:
        return PlanVersion.read(given.removeprefix("W/").strip('"'))
    except ValueError as error:
        raise invalid([f"If-Match: {error}; send the ETag that came with the plan"]) from error


def with_version(answer: Response, version: PlanVersion) -> Response:
    answer.headers["ETag"] = f'"{version}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def a_wall(value: object) -> str | None:
    """For bodies: a local wall-clock time, or an instant."""
    try:
        read_wall(str(value) if isinstance(value, str) else "", ZoneInfo("UTC"))
    except ValueError as error:
        return str(error)
    return None


def read_wall(text: str, zone: ZoneInfo) -> datetime:
    """A wall-clock time to the minute; one with an offset is what the site's clocks show then.

    Raises ValueError.
    """
    words = "must be a time, as 2026-11-22T23:30"
    if _WALL.fullmatch(text) is None:
        raise ValueError(words)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no day or time that exists") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"lies outside of the years {FIRST_YEAR} to {LAST_YEAR}")
    return at if at.tzinfo is None else wall(at, zone)


def read_day(text: str) -> datetime:
    """The midnight before a day, on the wall clock. Raises ValueError."""
    if _DAY.fullmatch(text) is None:
        raise ValueError("must be a day, as 2026-11-22")
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no day that exists") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"lies outside of the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def a_day(value: object) -> str | None:
    try:
        read_day(value if isinstance(value, str) else "")
    except ValueError as error:
        return str(error)
    return None


def span_of(first: datetime | None, last: datetime | None, longest: timedelta = LONGEST) -> Span:
    """From the midnight before ``from`` to that before ``to``; a month from today where they are left out.

    Raises ProblemError.
    """
    site, _roster = gateway().book.current()
    today = wall(gateway().now(), site.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start = first or today
    end = last or start + A_MONTH
    if end <= start:
        raise invalid(["to: must be after from; it is the day after the last"])
    if end - start > longest:
        raise invalid([f"to: at most {longest.days} days after from"])
    return Span(start, end)


@blueprint.errorhandler(WantedError)
def can_not_be(error: WantedError) -> Response:
    return document(invalid([f"{field}: {words}" for field, words in error.problems.items()]))


@blueprint.errorhandler(RotationError)
def no_rotation(error: RotationError) -> Response:
    return document(ProblemError(INVALID, str(error), errors=[str(error)]))


@blueprint.errorhandler(NotFoundError)
def not_found(error: NotFoundError) -> Response:
    return document(ProblemError(NOT_FOUND, f"{str(error)[:1].upper()}{str(error)[1:]}."))


@blueprint.errorhandler(OutdatedError)
def outdated(error: OutdatedError) -> Response:
    problem = ProblemError(
        OUTDATED,
        "Somebody has changed the plan since you looked at it. Nothing of yours was changed: look again.",
        headers={"ETag": f'"{error.current}"'},
        more={"current": str(error.current), "meanwhile": meanwhile_json(error.meanwhile)},
    )
    return document(problem)


@blueprint.errorhandler(GapsOpenError)
def gaps_open(error: GapsOpenError) -> Response:
    problem = ProblemError(
        GAPS_OPEN,
        "Nobody would be on duty within the next seven days. Send confirm_gaps: true to go on all the same.",
        more={"gaps": [gap_json(gap.place, gap.starts, gap.ends) for gap in error.opened]},
    )
    return document(problem)


@blueprint.errorhandler(DraftedError)
@blueprint.errorhandler(StaleDraftsError)
@blueprint.errorhandler(NotUndoneError)
@blueprint.errorhandler(NothingToUndoError)
@blueprint.errorhandler(TakenError)
@blueprint.errorhandler(SwapError)
def does_not_fit(error: Exception) -> Response:
    return document(ProblemError(DOES_NOT_FIT, f"{str(error)[:1].upper()}{str(error)[1:]}."))
