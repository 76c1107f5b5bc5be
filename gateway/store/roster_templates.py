"""Templates of a line: rotations under a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.ids import new_id
from gateway.store.tables import roster_templates
from routing.rotation import Rotation, Slot, Unit


@dataclass(frozen=True, slots=True)
class Template:
    id: str
    line: str
    name: str
    rotation: Rotation


def save(
    connection: Connection,
    name: str,
    rotation: Rotation,
    *,
    by: str,
    at: datetime,
    template: str | None = None,
) -> Template:
    """A new one, or other words for the one of that id."""
    row = {
        "id": template or new_id(),
        "line": rotation.line,
        "name": name,
        "rotation": _as_json(rotation),
        "changed_at": at,
        "by": by,
    }
    if template is not None:
        connection.execute(sa.delete(roster_templates).where(roster_templates.c.id == template))
    connection.execute(sa.insert(roster_templates), row)
    return Template(str(row["id"]), rotation.line, name, rotation)


def of_line(connection: Connection, line: str) -> list[Template]:
    query = sa.select(roster_templates).where(roster_templates.c.line == line)
    return [_from_row(row) for row in connection.execute(query.order_by(roster_templates.c.name))]


def find(connection: Connection, template: str) -> Template | None:
    row = connection.execute(sa.select(roster_templates).where(roster_templates.c.id == template)).first()
    return None if row is None else _from_row(row)


def delete(connection: Connection, template: str) -> None:
    connection.execute(sa.delete(roster_templates).where(roster_templates.c.id == template))


def _from_row(row: Any) -> Template:
    return Template(row.id, row.line, row.name, _rotation(row.line, row.rotation))


def _as_json(rotation: Rotation) -> dict[str, Any]:
    return {
        "tier": rotation.tier,
        "workers": list(rotation.workers),
        "slots": [
            {
                "weekdays": sorted(slot.weekdays),
                "start_minute": slot.start_minute,
                "minutes": slot.minutes,
                "week": slot.week,
            }
            for slot in rotation.slots
        ],
        "weeks": rotation.weeks,
        "anchor": rotation.anchor.isoformat(),
        "unit": str(rotation.unit),
        "skips_holidays": rotation.skips_holidays,
    }


def _rotation(line: str, value: dict[str, Any]) -> Rotation:
    return Rotation(
        line=line,
        tier=value["tier"],
        workers=tuple(value["workers"]),
        slots=tuple(
            Slot(frozenset(slot["weekdays"]), slot["start_minute"], slot["minutes"], slot["week"])
            for slot in value["slots"]
        ),
        weeks=value["weeks"],
        anchor=date.fromisoformat(value["anchor"]),
        unit=Unit(value["unit"]),
        skips_holidays=value["skips_holidays"],
    )
