"""Contacts made up for the demo: a year's, up to yesterday, about as the evaluation's were."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.evaluation import margins
from config.forms import Function, newest
from config.site import Site
from gateway.registration.answers import TIME
from gateway.registration.facts import TARGET_GROUP
from gateway.statistics.seeding import HOUR_WEIGHTS, HOURS, insert, row_of
from gateway.store.tables import contacts, registrations

DAYS = 365
NIGHT_SHARE = 0.12
WHO_ELSE = ("relative", "treatment_psychiatry", "other_municipal_service", "other", "unknown")


def make(connection: Connection, site: Site, worker: str, today: date, count: int) -> int:
    """Fill an empty database; nothing is made where it holds anything. How many were made."""
    for column in (contacts.c.id, registrations.c.id):
        if connection.execute(sa.select(column).limit(1)).first() is not None:
            return 0
    return insert(connection, _rows(site, worker, today, count, random.Random(2026)))  # noqa: S311


def _rows(
    site: Site, worker: str, today: date, count: int, chance: random.Random
) -> Iterator[tuple[Any, Any, Any, Any]]:
    known = margins()
    functions = {name: each["all"] for name, each in known["functions"].items()}
    lines = list(site.lines.values())
    for _ in range(count):
        function, line = _one_of(functions, chance), chance.choice(lines)
        answers = _answers(function, known, today, chance)
        form = newest(Function(function))
        yield row_of(form, answers, line.id, line.municipalities[0], worker, chance, site.zone)


def _answers(function: str, known: Mapping[str, Any], today: date, chance: random.Random) -> dict[str, Any]:
    numbers = known["functions"][function]
    is_group = chance.random() < numbers["target_group"] / numbers["all"]
    night = chance.random() < NIGHT_SHARE
    hour = chance.randrange(8) if night else chance.choices(HOURS, HOUR_WEIGHTS)[0]
    day = today - timedelta(days=1 + chance.randrange(DAYS))
    answers: dict[str, Any] = {
        "who": TARGET_GROUP if is_group else chance.choice(WHO_ELSE),
        "first_contact": _one_of({word: numbers[word] for word in ("first", "before", "unknown")}, chance),
        "sex": chance.choice(("woman", "woman", "man")),
        "age": _one_of(known["age"], chance),
        "crisis_level": chance.choice(("severe", "moderate", "moderate", "mild")),
        "background": _one_of(known["background_percent_of_first"][function], chance),
        "further": chance.choice(("none", "none", "none", "call_back", "visit")),
        "themes": _several(known["themes_percent"][function], chance),
        "life_situation": _several(known["life_situation_percent"], chance),
        "referred_to": _several(
            {word: 100 * n / numbers["all"] for word, n in known["referred_to"][function].items()}, chance
        ),
        "began_at": datetime.combine(day, time(hour, chance.randrange(60))).strftime(TIME),
    }
    if function == Function.TELEPHONE:
        answers["channel"] = chance.choices(("voice", "sms", "mail"), (95, 3, 2))[0]
    if function == Function.OVERNIGHT:
        answers["nights"] = 1 + chance.randrange(3)
    return {word: value for word, value in answers.items() if value != []}


def _one_of(weights: Mapping[str, int], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _several(percents: Mapping[str, float], chance: random.Random) -> list[str]:
    return [word for word, percent in percents.items() if chance.random() * 100 < percent]
