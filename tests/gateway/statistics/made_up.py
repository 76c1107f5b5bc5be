"""Registrations and contacts made up for statistics: a few by hand, or many at random."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from config.forms import Function, newest
from gateway.statistics.parts import FUNCTIONS, labels
from gateway.store import registrations as rows
from gateway.store.ids import new_id
from gateway.store.tables import contacts, registration_facts, registrations

GROUP = "person_in_acute_mental_crisis"
USUAL = {
    "hour": 14, "municipality": "0561", "function": "telephone", "channel": "voice", "in_target_group": 1,
    "who": GROUP, "first_contact": "first", "sex": "woman", "age": "18_29", "crisis_level": "mild",
    "background": "other", "further": "none", "nights": None, "minutes": 12, "themes": 1,
    "life_situation": 1, "referred_to": 0, "person": None,
}  # fmt: skip
CHOICES = ("first_contact", "sex", "age", "crisis_level", "background", "further")


def facts(line: str, day: date, **changed: object) -> dict[str, object]:
    found = USUAL | {"registration": new_id(), "line": line, "day": day} | changed
    found["in_target_group"] = int(found["who"] == GROUP)
    return found


def at_random(chance: random.Random, line: str, day: date, *, rare: float = 0.15) -> dict[str, object]:
    """Mostly the usual answers, now and then any other: small cells among large ones."""
    function = FUNCTIONS[0] if chance.random() > rare else chance.choice(FUNCTIONS)
    changed: dict[str, object] = {"function": function, "minutes": chance.choice([None, 5, 30])}
    for question in CHOICES:
        if chance.random() < rare:
            changed[question] = chance.choice(list(labels(question)))
    if chance.random() < rare:
        changed["who"] = chance.choice(list(labels("who")))
    for mask in ("themes", "life_situation", "referred_to"):
        bits = [option.bit or 0 for option in newest(Function.TELEPHONE).questions[mask].options.values()]
        changed[mask] = sum(1 << bit for bit in bits if chance.random() < rare)
    changed["channel"] = chance.choice(["voice", "voice", "sms", "mail"]) if function == "telephone" else None
    changed["nights"] = chance.choice([None, 1, 1, 2, 7]) if function == "overnight" else None
    changed["hour"] = chance.choice([None, *range(24), 15, 16, 17, 18, 18, 18])
    changed["person"] = f"p{chance.randrange(20)}" if chance.random() < rare else None
    return facts(line, day, **changed)


def register(connection: sa.Connection, *made: dict[str, object]) -> None:
    """Rows of facts with the registrations that they are of."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    connection.execute(
        sa.insert(registrations),
        [
            {
                "id": row["registration"], "form": "telephone", "form_version": 1, "line": row["line"],
                "worker": "anna", "version": 1, "answers": {}, "began_at": at, "changed_at": at,
                "submitted_at": at,
            }
            for row in made
        ],
    )  # fmt: skip
    connection.execute(sa.insert(registration_facts), list(made))


def change(connection: sa.Connection, row: dict[str, object], **changed: object) -> None:
    """As a correction does."""
    rows.write_facts(connection, row | changed)


def call(
    connection: sa.Connection, line: str, since: datetime, waited: float, *, answered: bool = True,
    channel: str = "voice", **changed: object,
) -> None:  # fmt: skip
    """A contact that is over: answered, or left, after so many seconds."""
    until = since + timedelta(seconds=waited)
    row = {
        "id": new_id(), "channel": channel, "carrier_key": new_id(), "entry": f"line:{line}", "line": line,
        "language": "da", "state": "ended" if answered else "abandoned", "waiting_since": since,
        "answered_at": until if answered else None, "ended_at": until + timedelta(minutes=9 * answered),
        "last_turn_at": until,
    }  # fmt: skip
    connection.execute(sa.insert(contacts), row | changed)
