"""Templates of a line: who takes turns at which shifts; made here, filled in from the editor."""

from __future__ import annotations

from flask import Response, abort, request

from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import COORDINATOR
from gateway.pages.frame import blueprint, language, say, see_other
from gateway.pages.roster import template_form
from gateway.pages.roster.desk import (
    chosen_line,
    editing,
    gateway,
    planned_line,
    roster_page,
    site,
    today,
    words_of,
    workers,
)
from gateway.pages.roster.faults import fault
from gateway.pages.roster.template_form import FormError, Written
from gateway.rosters.duties import problem_with_duty
from gateway.rosters.month_plan import WEEKDAYS
from gateway.store import roster_templates
from gateway.store.roster_templates import Template
from routing.rotation import Rotation, RotationError, Unit

UNITS = {
    Unit.SHIFT: "En vagt ad gangen",
    Unit.DAY: "Et døgns vagter ad gangen",
    Unit.WEEK: "En uges vagter ad gangen",
}


@blueprint.get("/roster/templates")
@protected_by(COORDINATOR)
def list_templates() -> Response:
    line = chosen_line(request.args.get("line"))
    if line is None:
        return roster_page("no_line.html", "templates")
    chosen = request.args.get("template")
    if chosen is None:
        return _page(line, None, template_form.empty(today()))
    template = _template(line, chosen)
    return _page(line, template.id, template_form.as_written(template.name, template.rotation))


@blueprint.post("/roster/<line>/templates")
@protected_by(COORDINATOR)
def make_template(line: str) -> Response:
    return _save(planned_line(line), None)


@blueprint.post("/roster/<line>/templates/<template>")
@protected_by(COORDINATOR)
def change_template(line: str, template: str) -> Response:
    return _save(line, _template(planned_line(line), template).id)


@blueprint.post("/roster/<line>/templates/<template>/delete")
@protected_by(COORDINATOR)
def delete_template(line: str, template: str) -> Response:
    """Shifts that were filled from it stay."""
    found = _template(planned_line(line), template)
    with editing() as edit:
        roster_templates.delete(edit.connection, found.id)
    return see_other(f"/roster/templates?line={line}")


def _save(line: str, template: str | None) -> Response:
    written = template_form.read(request.form)
    try:
        rotation = template_form.rotation_of(written, line)
    except FormError as error:
        return _page(line, template, written, _faults(error))
    except RotationError as error:
        return _page(line, template, written, {"": words_of(error)})
    problems = _duty_problems(rotation)
    if problems:
        return _page(line, template, written, {"workers": " ".join(problems)})
    with editing() as edit:
        roster_templates.save(
            edit.connection, written.name, rotation, by=edit.by, at=edit.at, template=template
        )
    return see_other(f"/roster/templates?line={line}")


def _duty_problems(rotation: Rotation) -> list[str]:
    found = (problem_with_duty(site(), rotation.line, each) for each in rotation.workers)
    return [fault(each, language(), site()) for each in found if each]


def _faults(error: FormError) -> dict[str, str]:
    words = {
        "name": say("Skriv et navn."),
        "tier": say("Skriv et tal fra 1 til 9."),
        "weeks": say("Skriv et tal fra 1 og op."),
        "anchor": say("Vælg en dag."),
        "unit": say("Vælg, hvordan turen går."),
        "rows": say("Skriv begge tider for hver vagt, som 20:00."),
    }
    return {each: words[each] for each in error.fields}


def _template(line: str, template: str) -> Template:
    with gateway().store.read() as connection:
        found = roster_templates.find(connection, template)
    if found is None or found.line != line:
        abort(404)
    return found


def _page(
    line: str, template: str | None, written: Written, faults: dict[str, str] | None = None
) -> Response:
    with gateway().store.read() as connection:
        found = roster_templates.of_line(connection, line)
    return roster_page(
        "templates.html",
        "templates",
        line,
        400 if faults else 200,
        templates=found,
        chosen=template,
        written=written,
        faults=faults or {},
        units=UNITS,
        weekdays=WEEKDAYS[language()],
        workers=workers(line),
    )
