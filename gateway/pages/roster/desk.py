"""What every page about rosters needs: whose lines they are, a change, and what to say when it can't be."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, abort, make_response

from config.site import Site
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.signed_in import reach
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import blueprint, language, page, refusal, say, wants_json
from gateway.pages.roster.faults import fault
from gateway.pages.roster.spoken import changed, gap_said
from gateway.rosters.drafts_out import NotUndoneError, StaleDraftsError
from gateway.rosters.duties import WantedError
from gateway.rosters.edit import Edit, NotFoundError, OutdatedError, PlanVersion
from gateway.rosters.editing import editing as rosters_editing
from gateway.rosters.planning import NothingToUndoError
from gateway.rosters.publishing import GapsOpenError
from gateway.wiring import Gateway
from routing.rotation import RotationError
from routing.wall_clock import wall


@dataclass(frozen=True, slots=True)
class Choice:
    """A line or night line, or a worker, to choose from."""

    id: str
    name: str


def gateway() -> Gateway:
    return door().gateway


def site() -> Site:
    found, _roster = gateway().book.current()
    return found


def today() -> date:
    return wall(gateway().now(), site().zone).date()


def editing() -> AbstractContextManager[Edit]:
    """A change by whoever is signed in."""
    return rosters_editing(gateway(), reach().worker)


def lines() -> list[Choice]:
    """The lines and night lines whose plans are theirs to change, in the site's order."""
    found = site()
    places = (*found.lines, *found.night_lines)
    return [Choice(each, name_of(found, each)) for each in places if access.may_plan(reach(), each)]


def planned_line(line: str) -> str:
    """A line whose plan is theirs to change; 404 for any other, be it there or not."""
    if line not in {each.id for each in lines()}:
        abort(404)
    return line


def chosen_line(given: str | None) -> str | None:
    """As the address says, else the first of theirs; None for who plans no line."""
    mine = [each.id for each in lines()]
    if given:
        return planned_line(given)
    return mine[0] if mine else None


def workers(line: str) -> list[Choice]:
    """Who may have a shift there, by name."""
    found = [each for each in site().workers.values() if line in (*each.lines, *each.night_lines)]
    return [Choice(each.id, each.name) for each in sorted(found, key=lambda each: (each.name, each.id))]


def roster_page(
    template: str, here: str, line: str | None = None, status: int = 200, **values: Any
) -> Response:
    """A page with the tabs of the roster's pages; ``here``: the one that is open."""
    return page(
        f"roster/{template}",
        status,
        roster_here=here,
        line=line,
        line_name=name_of(site(), line) if line else "",
        plan_lines=lines(),
        named=lambda worker: worker_name(site(), worker),
        placed=lambda place: name_of(site(), place),
        **values,
    )


def seen_version(text: object) -> PlanVersion:
    """The version of the plan that a change is meant for; 400 without one: nothing is changed unseen."""
    try:
        return PlanVersion.read(text if isinstance(text, str) else "")
    except ValueError:
        abort(400)


def words_of(error: Exception) -> str:
    """The sentence of one of the engine's errors, in the page's language."""
    said = fault(str(error), language(), site())
    return said if said.endswith((".", "?", ")")) else f"{said}."


def problem(status: int, title: str, what: str, **more: object) -> Response:
    """For the editor's script as JSON with what it needs to go on; for everybody else a page."""
    if wants_json():
        return make_response({"title": title, "detail": what, **more}, status)
    return refusal(status, title, what)


@blueprint.errorhandler(WantedError)
def can_not_be(error: WantedError) -> Response:
    fields = {name: fault(words, language(), site()) for name, words in error.problems.items()}
    return problem(400, say("Det kan ikke gemmes endnu"), " ".join(fields.values()), fields=fields)


@blueprint.errorhandler(RotationError)
def no_rotation(error: RotationError) -> Response:
    return problem(400, say("Det kan ikke gemmes endnu"), words_of(error), fields={"": words_of(error)})


@blueprint.errorhandler(NotFoundError)
def not_there(error: NotFoundError) -> Response:
    return problem(404, say("Det er her ikke mere"), words_of(error))


@blueprint.errorhandler(OutdatedError)
def outdated(error: OutdatedError) -> Response:
    """Somebody was first: who, and what they did. Nothing of one's own is changed."""
    by = [each.by for each in error.meanwhile.published] + [each.by for each in error.meanwhile.drafts]
    who = [worker_name(site(), each) for each in by]
    names = ", ".join(dict.fromkeys(who))
    return problem(
        409,
        say("Planen er ændret imens"),
        say("{names} har ændret planen. Din ændring er ikke gemt. Se planen, og gør det igen.", names=names)
        if names
        else say("Din ændring er ikke gemt. Se planen, og gør det igen."),
        kind="outdated",
        meanwhile=[changed(site(), each.what) for each in error.meanwhile.drafts],
    )


@blueprint.errorhandler(GapsOpenError)
def gaps_open(error: GapsOpenError) -> Response:
    found = [gap_said(site(), each.place, each.starts, each.ends, language()) for each in error.opened]
    return problem(
        409,
        say("Ingen ville være på vagt"),
        say("Det åbner et hul inden for syv dage. Bekræft, hvis det skal være sådan."),
        kind="gaps",
        gaps=found,
    )


@blueprint.errorhandler(StaleDraftsError)
@blueprint.errorhandler(NotUndoneError)
@blueprint.errorhandler(NothingToUndoError)
def does_not_fit(error: Exception) -> Response:
    return problem(409, say("Det kan ikke lade sig gøre"), words_of(error), kind="fit")


def at_midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
