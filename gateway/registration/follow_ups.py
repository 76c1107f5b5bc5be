"""What was agreed at the end of a conversation, as something that is due at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from gateway.registration.answers import TIME
from gateway.store import crisis_plans, follow_ups
from gateway.store.follow_ups import FollowUp
from gateway.store.registrations import Registration
from routing.wall_clock import instant

# When it is due where nobody said when: soon enough that it is not forgotten.
USUALLY = {
    "call_back": timedelta(hours=1),
    "visit": timedelta(days=1),
    "crisis_plan": timedelta(days=5),
}


def agree(connection: Connection, registration: Registration, zone: ZoneInfo, by: str, now: datetime) -> None:
    """What a registration that is handed in says of further contact: one promise, moved or taken back when
    the registration is corrected."""
    kind = registration.answers.get("further")
    name = f"registration:{registration.id}"
    if kind not in USUALLY or (kind == "crisis_plan" and _has_plan(connection, registration)):
        if registration.version > 1:  # before that, nothing of it was promised
            follow_ups.take_back(connection, name)
        return
    said = registration.answers.get("further_at")
    submitted = registration.submitted_at or now
    due_at = instant(_time(said), zone) if said else submitted + USUALLY[kind]
    follow_ups.promise(
        connection,
        FollowUp(
            id=name, kind=kind, line=registration.line, due_at=due_at, made_by=by, made_at=now,
            contact=registration.contact, registration=registration.id,
        ),
    )  # fmt: skip


def _has_plan(connection: Connection, registration: Registration) -> bool:
    """Then the plan itself has its fifth day."""
    contact = registration.contact
    return contact is not None and crisis_plans.of_contact(connection, contact) is not None


def _time(text: str) -> datetime:
    return datetime.strptime(text, TIME)  # noqa: DTZ007 - a wall-clock time
