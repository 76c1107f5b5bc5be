"""The narrow row that statistics count, made from a registration's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.forms import UNKNOWN, Form, Kind
from gateway.registration.answers import TIME
from gateway.store.registrations import Registration
from routing.wall_clock import instant, wall

TARGET_GROUP = "person_in_acute_mental_crisis"
MASKS = ("themes", "life_situation", "referred_to")
CHOICES = ("who", "first_contact", "sex", "age", "crisis_level", "background", "further")


def facts_of(
    form: Form,
    registration: Registration,
    zone: ZoneInfo,
    *,
    municipality: str | None,
    person: str | None,
) -> dict[str, Any]:
    """Columns of ``registration_facts``. ``municipality``: the line's or contact's, where none is answered.

    A time after the registration was handed in is a slip of the pen and no usable date.
    """
    answers = registration.answers
    entered = registration.submitted_at or registration.changed_at
    began = _began(form, answers)
    if began is not None and instant(began, zone) > entered:  # as instants: clocks go back in autumn
        began = None
    day = wall(entered, zone).date() if began is None else began.date()
    masks = {
        name: form.questions[name].mask(answers.get(name, []))
        for name in MASKS
        if name in form.questions and form.questions[name].kind is Kind.MANY
    }
    who = answers.get("who", UNKNOWN)
    return {
        "registration": registration.id,
        "day": day,
        "hour": None if began is None else began.hour,
        "line": registration.line,
        "municipality": answers.get("municipality") or municipality,
        "function": str(form.function),
        "channel": answers.get("channel"),
        "in_target_group": int(who == TARGET_GROUP),
        "nights": answers.get("nights"),
        "minutes": answers.get("minutes"),
        "person": person,
        **{name: answers.get(name, UNKNOWN) for name in CHOICES},
        **{name: masks.get(name, 0) for name in MASKS},
    }


def _began(form: Form, answers: dict[str, Any]) -> datetime | None:
    if "began_at" not in form.questions or "began_at" not in answers:
        return None
    return datetime.strptime(answers["began_at"], TIME)  # noqa: DTZ007 - a wall-clock time
