"""Coordinators and workers at their plans, each change in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from config.site import Site
from config.site_file import read_site
from gateway.audit.log import AuditLog
from gateway.rosters import planned
from gateway.rosters.duties import Wanted
from gateway.rosters.edit import Edit, PlanVersion, version_of
from gateway.rosters.roster_import import Imported, followed_up, import_roster
from gateway.store import roster_versions
from gateway.store.engine import Store
from gateway.store.roster_versions import Span
from gateway.store.tables import audit_entries
from gateway.store.tables import outbox as outbox_table
from routing.roster import Shift
from tests.gateway.rosters.example import SITE_TEXT, wall

# Sunday 22 November 2026, 13:00 on the clocks of the site.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COORDINATOR = """
[[worker]]
id = "k1"
name = "Koordinator"
mobile = "+4520000009"
lines = ["foenix", "toften"]
night_lines = ["vest"]
roles = ["coordinator"]
"""
SITE = read_site(SITE_TEXT + COORDINATOR)


@dataclass
class Office:
    store: Store
    site: Site = SITE
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.audit = AuditLog(bytes(32))

    @contextmanager
    def edit(self, by: str = "k1") -> Iterator[Edit]:
        with self.store.write() as connection:
            yield Edit(connection, self.site, self.audit, by, self.now)

    def publish(self, *shifts: Shift) -> int:
        """As a file would, past all checks."""
        return import_roster(self.store, shifts, by="test", source="test", at=self.now).version

    def brings(self, *shifts: Shift, by: str = "k1") -> Imported:
        """A file as people bring it, with all that follows from it."""
        follow = followed_up(self.audit, self.site, by, self.now)
        return import_roster(self.store, shifts, by=by, source="test", at=self.now, trace=follow)

    def version(self, line: str = "foenix") -> PlanVersion:
        with self.store.read() as connection:
            return version_of(connection, line)

    def roster(self, line: str = "foenix") -> list[str]:
        """Of what is published: ``w1 1 23 08:00-16:00``."""
        with self.store.read() as connection:
            version = roster_versions.newest(connection).roster.version
            found = roster_versions.shifts_at(connection, version, lines=[line])
            return [told(each.worker, each.tier, each.start, each.end) for each in found]

    def plan(self, line: str = "foenix") -> list[tuple[str, str]]:
        """Drafts over what is published, each with its state."""
        return [(told(e.worker, e.tier, e.start, e.end), str(e.state)) for e in self.planned(line)]

    def planned(self, line: str = "foenix") -> list[planned.Planned]:
        with self.store.read() as connection:
            version = roster_versions.newest(connection).roster.version
            span = Span(wall("2026-01-01 00:00"), wall("2028-01-01 00:00"))
            return planned.plan_of(connection, version, [line], span, drafts=True)

    def key(self, worker: str, line: str = "foenix") -> str:
        (found,) = [each for each in self.planned(line) if each.worker == worker]
        return found.id

    def told(self) -> list[tuple[str, str]]:
        """(worker, text) of every message in the outbox."""
        with self.store.read() as connection:
            rows = connection.execute(sa.select(outbox_table).order_by(outbox_table.c.created_at)).all()
        return sorted((row.details["worker"], row.details["text"]) for row in rows)

    def audited(self) -> list[tuple[str, str | None, dict[str, object]]]:
        with self.store.read() as connection:
            rows = connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number)).all()
        return [(row.actor, row.line or row.night_line, row.details) for row in rows]


def told(worker: str | None, tier: int, start: datetime, end: datetime) -> str:
    ends = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%d %H:%M}"
    return f"{worker or 'open'} {tier} {start:%d %H:%M}-{ends}"


def want(worker: str | None, start: str, end: str, *, tier: int = 1, line: str = "foenix") -> Wanted:
    return Wanted(line, tier, worker, wall(start), wall(end))
