"""What the demo begins with: its site, a roster, and a token for each role. A second start keeps the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from config.site import Role, Site
from gateway.accounts import tokens
from gateway.audit.log import AuditLog
from gateway.demo import directory
from gateway.demo.roster import DAYS_AHEAD, DAYS_BEHIND, demo_shifts
from gateway.rosters.roster_import import import_roster
from gateway.rosters.site_source import load_site, site_in_force
from gateway.statistics import recent_contacts
from gateway.store import migrate, roster_versions
from gateway.store.engine import Store
from gateway.store.roster_versions import Span
from gateway.store.vault import Vault
from routing.wall_clock import wall

BY = "demo"
MADE_UP_CONTACTS = 900


@dataclass(frozen=True, slots=True, repr=False)
class Seeded:
    """``tokens``: by role, one worker each, good until the next start."""

    site: Site
    tokens: Mapping[Role, str]


def seed(settings: Settings, now: datetime) -> Seeded:
    """Make the database ready. Raises StoreUnavailableError, SchemaError."""
    if settings.site_path is None:
        raise ValueError("the demo has a site of its own")
    store = Store(settings.database_url)
    try:
        vault = Vault(settings.keys().data_key)
        migrate.make_ready(store)
        load_site(store, vault, settings.site_path, now)
        site = site_in_force(store, vault)
        _publish(store, site, now)
        _make_contacts(store, site, now)
        audit = AuditLog(settings.keys().secret_key)
        directory.fill(store, audit, next(iter(site.municipalities)), now, by=BY)
        return Seeded(site, _tokens(store, site, now))
    finally:
        store.close()


def _publish(store: Store, site: Site, now: datetime) -> None:
    """Only days that have no roster yet: what somebody changed in the demo stays changed."""
    today = wall(now, site.zone).date()
    midnight = datetime.combine(today, datetime.min.time())
    around = Span(midnight - timedelta(days=DAYS_BEHIND), midnight + timedelta(days=DAYS_AHEAD + 1))
    with store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        begun = [shift.start for shift in roster_versions.shifts_at(connection, version, overlapping=around)]
    shifts = demo_shifts(today, max(begun).date() if begun else None)
    if shifts:
        import_roster(store, shifts, by=BY, source=BY, at=now)


def _make_contacts(store: Store, site: Site, now: datetime) -> None:
    """So that the statistics' pages show something at the first start."""
    today = wall(now, site.zone).date()
    with store.write() as connection:
        recent_contacts.make(connection, site, next(iter(site.workers)), today, MADE_UP_CONTACTS)


def _tokens(store: Store, site: Site, now: datetime) -> Mapping[Role, str]:
    """Those of the start before are taken back: they stand in somebody's scrollback."""
    issued: dict[Role, str] = {}
    with store.write() as connection:
        for role in Role:
            worker = next((each for each in site.workers.values() if role in each.roles), None)
            if worker is not None:
                tokens.revoke_all(connection, worker.id, now)
                issued[role] = tokens.issue(connection, worker.id, now)
    return issued
