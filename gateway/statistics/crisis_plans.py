"""How citizens were in the five domains when their crisis plan began, and on its fifth day."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.crisis_plan import crisis_plan_form
from config.forms import Words
from gateway.statistics.table import Asked, Column, Derived, Figure, Row, Sum, Table, key_of
from gateway.store.tables import crisis_plans
from routing.wall_clock import instant

PLANS = "crisis-plans"
_WAYS = {
    "better": Words("Bedre", "Better"),
    "same": Words("Det samme", "The same"),
    "worse": Words("Værre", "Worse"),
}


def before_and_after(connection: Connection, asked: Asked, zone: ZoneInfo) -> Table:
    """A row for each domain, of plans begun in the period that were scaled both times."""
    pairs = _pairs(connection, asked, zone)
    rows: list[Row] = []
    sums: list[Sum] = []
    for domain in crisis_plan_form().domains:
        found = pairs.get(domain.id, [])
        both = Figure(key_of(plan=domain.id), len(found))
        ways = {
            "better": sum(after > before for before, after in found),
            "same": sum(after == before for before, after in found),
            "worse": sum(after < before for before, after in found),
        }
        figures = tuple(Figure(key_of(plan=domain.id, way=way), ways[way]) for way in _WAYS)
        sums.append(Sum(both, figures))
        means = tuple(_mean([pair[at] for pair in found]) for at in (0, 1))
        rows.append(Row(domain.id, domain.label, (both, *(Derived(mean, both) for mean in means), *figures)))
    columns = (
        Column("plans", Words("Planer", "Plans"), "count"),
        Column("before", Words("Før, gennemsnit", "Before, mean"), "number"),
        Column("after", Words("Femte dag, gennemsnit", "Fifth day, mean"), "number"),
        *(Column(way, label, "count") for way, label in _WAYS.items()),
    )
    title = Words("Kriseplaner: før og på femte dag (1-5)", "Crisis plans: before and on the fifth day (1-5)")
    return Table(PLANS, title, columns, tuple(rows), sums=tuple(sums))


def _pairs(connection: Connection, asked: Asked, zone: ZoneInfo) -> dict[str, list[tuple[int, int]]]:
    query = sa.select(crisis_plans.c.scales_before, crisis_plans.c.scales_after).where(
        crisis_plans.c.line.in_(asked.lines),
        crisis_plans.c.consent_at >= _midnight(asked.first, zone),
        crisis_plans.c.consent_at < _midnight(asked.last, zone),
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for before, after in connection.execute(query):
        for name in before.keys() & after.keys():
            found.setdefault(name, []).append((before[name], after[name]))
    return found


def _mean(values: list[int]) -> float | None:
    """With one decimal."""
    return round(sum(values) / len(values), 1) if values else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()), zone)
