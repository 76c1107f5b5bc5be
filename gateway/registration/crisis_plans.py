"""Crisis plans: begun with the citizen's consent, filled in together, followed up on the fifth day.

What is written is sealed with the plan's own key and gone a month after the fifth day. How the citizen was in
the five domains, before and after, stays as figures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from config.crisis_plan import BEST, MOST_CHARACTERS, WORST, crisis_plan_form
from gateway.audit.log import Action
from gateway.registration.merging import Change, merged
from gateway.store import contacts as contact_rows
from gateway.store import crisis_plans, follow_ups
from gateway.store.contacts import Contact
from gateway.store.crisis_plans import CrisisPlan
from gateway.store.follow_ups import FollowUp
from gateway.store.ids import new_id
from gateway.store.vault import VaultError
from gateway.wiring import Gateway
from routing.wall_clock import instant, wall

TEXTS = "crisis plan"
KIND = "crisis_plan"
DAYS = timedelta(days=5)
NOON = time(12)
BEFORE, AFTER, TEXT = "before.", "after.", "text."
"""In a plan's answers: a domain's scale at the start, on the fifth day, and a step's words."""

Answers = dict[str, Any]


class PlanGoneError(Exception):
    """It was withdrawn, or has been kept long enough: nothing can be written in it any more."""


@dataclass(frozen=True, slots=True)
class Saved:
    """``theirs``: what somebody else answered meanwhile; that was not replaced."""

    plan: CrisisPlan
    theirs: Mapping[str, Any]


def fifth_day(begun_at: datetime, zone: ZoneInfo) -> datetime:
    """At noon five days later on the wall clock."""
    return instant(datetime.combine(wall(begun_at, zone).date() + DAYS, NOON), zone)


def begin(
    connection: Connection, gateway: Gateway, line: str, contact: Contact | None, by: str, now: datetime
) -> CrisisPlan:
    """The citizen has agreed that the plan is kept: who asked and when stands in it. The fifth day is due."""
    site, _roster = gateway.book.current()
    plan = CrisisPlan(
        id=new_id(), line=line, worker=by, version=1, consent_by=by, consent_at=now,
        fifth_day_at=fifth_day(now, site.zone), scales_before={}, scales_after={}, changed_at=now,
        contact=contact.id if contact is not None else None, wrapped_key=gateway.vault.new_key().wrapped,
    )  # fmt: skip
    crisis_plans.insert(connection, plan)
    _promise(connection, plan, by, now)
    _audit(connection, gateway, plan, by, now, Action.CRISIS_PLAN_BEGUN)
    return plan


def answers_of(gateway: Gateway, plan: CrisisPlan) -> Answers:
    """Scales and words, flat; without the words once they are gone."""
    found: Answers = {BEFORE + name: value for name, value in plan.scales_before.items()}
    found |= {AFTER + name: value for name, value in plan.scales_after.items()}
    return found | {TEXT + name: text for name, text in _texts(gateway, plan).items()}


def faults_in(answers: Mapping[str, Any]) -> set[str]:
    """What no plan can hold: unknown names, scales beyond 1 to 5, words that are too long."""
    form = crisis_plan_form()
    scales = {prefix + domain.id for domain in form.domains for prefix in (BEFORE, AFTER)}
    texts = {TEXT + step.id for step in form.steps}
    return {
        name
        for name, value in answers.items()
        if not (
            (name in scales and type(value) is int and WORST <= value <= BEST)
            or (name in texts and isinstance(value, str) and len(value) <= MOST_CHARACTERS)
        )
    }


def save(
    connection: Connection,
    gateway: Gateway,
    plan: CrisisPlan,
    changes: Mapping[str, Change],
    by: str,
    now: datetime,
    *,
    fifth_day_at: datetime | None = None,
    done: bool = False,
) -> Saved:
    """Save changes to a locked plan, without faults. ``done``: the fifth day has been talked about.

    Raises PlanGoneError; then nothing was written."""
    if plan.wrapped_key is None or plan.withdrawn_at is not None:
        raise PlanGoneError
    result = merged(answers_of(gateway, plan), changes)
    key = gateway.vault.contact_key(plan.wrapped_key)
    texts = _below(result.answers, TEXT)
    plan = crisis_plans.change(
        connection,
        plan,
        version=plan.version + 1,
        scales_before=_below(result.answers, BEFORE),
        scales_after=_below(result.answers, AFTER),
        texts=key.seal(json.dumps(texts), TEXTS) if texts else None,
        fifth_day_at=fifth_day_at or plan.fifth_day_at,
        followed_up_at=plan.followed_up_at or (now if done and not result.theirs else None),
        changed_at=now,
    )
    if plan.followed_up_at is None:
        _promise(connection, plan, by, now)
    else:
        follow_ups.done(connection, _name(plan), by, now)
    _audit(connection, gateway, plan, by, now, Action.CRISIS_PLAN_CHANGED)
    return Saved(plan, result.theirs)


def read(connection: Connection, gateway: Gateway, plan: CrisisPlan, by: str, now: datetime) -> Answers:
    """The answers; that they were read stands in the log."""
    _audit(connection, gateway, plan, by, now, Action.CRISIS_PLAN_READ)
    return answers_of(gateway, plan)


def withdraw(connection: Connection, gateway: Gateway, plan: CrisisPlan, by: str, now: datetime) -> None:
    """The citizen takes the consent back: words and figures are gone; that there was a plan stays."""
    plan = crisis_plans.change(
        connection, plan, texts=None, wrapped_key=None, scales_before={}, scales_after={}, withdrawn_at=now
    )
    follow_ups.take_back(connection, _name(plan))
    _audit(connection, gateway, plan, by, now, Action.CRISIS_PLAN_WITHDRAWN)


def _promise(connection: Connection, plan: CrisisPlan, by: str, now: datetime) -> None:
    """The fifth day, once: a registration that says the same of the same contact says it no more."""
    follow_ups.promise(
        connection,
        FollowUp(
            id=_name(plan), kind=KIND, line=plan.line, due_at=plan.fifth_day_at, made_by=by, made_at=now,
            contact=plan.contact, crisis_plan=plan.id,
        ),
    )  # fmt: skip
    if plan.contact is not None:
        follow_ups.take_back_of_contact(connection, plan.contact, KIND, but=_name(plan))


def _name(plan: CrisisPlan) -> str:
    return f"plan:{plan.id}"


def _texts(gateway: Gateway, plan: CrisisPlan) -> dict[str, str]:
    if plan.texts is None or plan.wrapped_key is None:
        return {}
    try:
        found: dict[str, str] = json.loads(
            gateway.vault.contact_key(plan.wrapped_key).unseal(plan.texts, TEXTS)
        )
    except VaultError:
        return {}
    return found


def _below(answers: Answers, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix)}


def _audit(
    connection: Connection, gateway: Gateway, plan: CrisisPlan, by: str, now: datetime, action: Action
) -> None:
    contact = contact_rows.find_contact(connection, plan.contact) if plan.contact else None
    gateway.audit.record(
        connection, at=now, actor=by, action=action, contact=contact, line=plan.line, plan=plan.id
    )
