"""The crisis plan as a page: consent first, the eight steps, a print for the citizen, the fifth day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, request
from sqlalchemy.engine import Connection

from config import logs
from config.crisis_plan import BEST, FOLLOW_UP_STEP, MOST_CHARACTERS, WORST, crisis_plan_form
from config.phone_numbers import as_people_write_it
from gateway.accounts import access
from gateway.accounts.door import door
from gateway.accounts.protection import protected_by
from gateway.accounts.signed_in import SIGNED_IN, reach
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import blueprint, language, page, refusal, say, see_other
from gateway.pages.words import DANISH
from gateway.registration import crisis_plans as plans
from gateway.registration.answers import TIME
from gateway.registration.crisis_plans import AFTER, BEFORE, TEXT, PlanGoneError
from gateway.registration.merging import changes_between
from gateway.store import crisis_plans as rows
from gateway.store.crisis_plans import CrisisPlan
from routing.wall_clock import instant, wall

SHOWN_FOR = timedelta(days=35)

log = logs.get("pages")


@dataclass(frozen=True, slots=True)
class Scale:
    """One domain at one of the two times; ``value`` None: not said yet."""

    name: str
    label: str
    areas: str
    value: int | None
    theirs: str


@dataclass(frozen=True, slots=True)
class Written:
    name: str
    number: int
    label: str
    help: str
    value: str
    theirs: str


@blueprint.get("/crisis-plans")
@protected_by(SIGNED_IN)
def list_plans() -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    now = gateway.now()
    with gateway.store.read() as connection:
        found = rows.standing(connection, reach().lines, now - SHOWN_FOR)
    return page(
        "registration/plans.html",
        plans=found,
        place=lambda line: name_of(site, line),
        worker=lambda worker: worker_name(site, worker),
        today=now,
    )


@blueprint.get("/crisis-plans/new")
@protected_by(SIGNED_IN)
def ask_consent() -> Response:
    """``contact``: the conversation that it comes of."""
    gateway = door().gateway
    site, _roster = gateway.book.current()
    contact = request.args.get("contact", "")
    lines = sorted(reach().lines)
    if contact:
        with gateway.store.read() as connection:
            found = access.find_contact(connection, reach(), contact)
            stands = rows.of_contact(connection, contact) if found is not None else None
        if found is None:
            abort(404)
        if stands is not None:
            return see_other(f"/crisis-plans/{stands.id}")
        lines = [found.line] if found.line in lines else lines
    places = [(line, name_of(site, line)) for line in lines]
    return page("registration/plan_consent.html", places=places, contact=contact, refused=False)


@blueprint.post("/crisis-plans/new")
@protected_by(SIGNED_IN)
def begin_plan() -> Response:
    gateway = door().gateway
    site, _roster = gateway.book.current()
    line, contact = request.form.get("line", ""), request.form.get("contact", "")
    if line not in reach().lines:
        abort(404)
    if request.form.get("consent") != "yes":
        places = [(each, name_of(site, each)) for each in sorted(reach().lines)]
        return page("registration/plan_consent.html", 400, places=places, contact=contact, refused=True)
    with gateway.store.write() as connection:
        found = access.find_contact(connection, reach(), contact) if contact else None
        if contact and found is None:
            abort(404)
        plan = plans.begin(connection, gateway, line, found, reach().worker, gateway.now())
    log.event("crisis_plan_begun", worker=reach().worker, line=line)
    return see_other(f"/crisis-plans/{plan.id}")


@blueprint.get("/crisis-plans/<plan>")
@protected_by(SIGNED_IN)
def show_plan(plan: str) -> Response:
    return _page_of(plan, "registration/plan.html")


@blueprint.get("/crisis-plans/<plan>/print")
@protected_by(SIGNED_IN)
def print_plan(plan: str) -> Response:
    """For the citizen: no name, no worker, only what they said themselves and where to call."""
    return _page_of(plan, "registration/plan_print.html")


@blueprint.post("/crisis-plans/<plan>")
@protected_by(SIGNED_IN)
def save_plan(plan: str) -> Response:
    gateway, now, by = door().gateway, door().gateway.now(), reach().worker
    try:
        seen = json.loads(request.form.get("seen", ""))
    except ValueError:
        abort(400)
    given = _given()
    if not isinstance(seen, dict) or plans.faults_in(given):
        abort(400)
    with gateway.store.write() as connection:
        found = _find(connection, plan, lock=True)
        done = request.form.get("do") == "done"
        try:
            saved = plans.save(
                connection, gateway, found, changes_between(seen, given), by, now,
                fifth_day_at=_fifth_day(), done=done,
            )  # fmt: skip
        except PlanGoneError:
            return refusal(409, say("Planen er slettet"), say("Der kan ikke skrives mere i den."))
        if saved.theirs:
            shown = _shown(saved.plan, plans.answers_of(gateway, saved.plan), given, saved.theirs)
            return page("registration/plan.html", 409, **shown)
    return see_other(f"/crisis-plans/{plan}")


@blueprint.post("/crisis-plans/<plan>/withdraw")
@protected_by(SIGNED_IN)
def withdraw_plan(plan: str) -> Response:
    gateway = door().gateway
    with gateway.store.write() as connection:
        found = _find(connection, plan, lock=True)
        plans.withdraw(connection, gateway, found, reach().worker, gateway.now())
    log.event("crisis_plan_withdrawn", worker=reach().worker)
    return see_other("/crisis-plans")


def _find(connection: Connection, plan: str, *, lock: bool = False) -> CrisisPlan:
    found = rows.find(connection, plan, lock=lock)
    if found is None or found.line not in reach().lines or found.withdrawn_at is not None:
        abort(404)
    return found


def _page_of(plan: str, template: str) -> Response:
    gateway = door().gateway
    with gateway.store.write() as connection:
        found = _find(connection, plan)
        answers = plans.read(connection, gateway, found, reach().worker, gateway.now())
        return page(template, **_shown(found, answers, answers, {}))


def _shown(plan: CrisisPlan, kept: dict[str, Any], answers: dict[str, Any], theirs: Any) -> dict[str, Any]:
    """``answers``: those in the inputs; ``kept``: those that are stored."""
    site, _roster = door().gateway.book.current()
    form, spoken = crisis_plan_form(), language()

    def scales(prefix: str) -> list[Scale]:
        return [
            Scale(
                prefix + domain.id,
                domain.label.of(spoken),
                domain.areas.of(spoken),
                answers.get(prefix + domain.id),
                str(theirs.get(prefix + domain.id) or ""),
            )
            for domain in form.domains
        ]

    texts = [
        Written(
            TEXT + step.id,
            step.number,
            step.label.of(spoken),
            step.help.of(spoken) if step.help else "",
            answers.get(TEXT + step.id, ""),
            str(theirs.get(TEXT + step.id) or ""),
        )
        for step in form.steps
    ]
    line = site.lines.get(plan.line)
    return {
        "plan": plan,
        "place": name_of(site, plan.line),
        "phone": as_people_write_it(line.phone).removeprefix("+45 ") if line is not None else "",
        "asked_by": worker_name(site, plan.consent_by),
        "before": scales(BEFORE),
        "after": scales(AFTER),
        "start_texts": [each for each in texts if each.number < FOLLOW_UP_STEP],
        "end_texts": [each for each in texts if each.number >= FOLLOW_UP_STEP],
        "seen": json.dumps(kept, ensure_ascii=False),
        "fifth_day": wall(plan.fifth_day_at, site.zone).strftime(TIME),
        "on_day": _on_paper(wall(plan.fifth_day_at, site.zone)),
        "is_kept": plan.wrapped_key is not None,
        "in_the_way": bool(theirs),
        "most": MOST_CHARACTERS,
        "marks": list(range(WORST, BEST + 1)),
    }


def _on_paper(clock: datetime) -> str:
    """With its date, since paper is read on any day."""
    time = f"{clock:%H.%M}" if language() == DANISH else f"{clock:%H:%M}"
    return say("den {day} kl. {time}", day=f"{clock.day}/{clock.month}", time=time)


def _given() -> dict[str, Any]:
    """What stands in the inputs."""
    found: dict[str, Any] = {}
    form = crisis_plan_form()
    for domain in form.domains:
        for prefix in (BEFORE, AFTER):
            value = request.form.get(prefix + domain.id, "")
            if value:
                found[prefix + domain.id] = int(value) if value in {"1", "2", "3", "4", "5"} else value
    for step in form.steps:
        text = request.form.get(TEXT + step.id, "").replace("\r\n", "\n").strip()
        if text:
            found[TEXT + step.id] = text
    return found


def _fifth_day() -> datetime | None:
    """As it was chosen; None for no time, or one that makes no sense."""
    site, _roster = door().gateway.book.current()
    try:
        return instant(datetime.strptime(request.form.get("fifth_day", "")[:16], TIME), site.zone)  # noqa: DTZ007
    except ValueError:
        return None
