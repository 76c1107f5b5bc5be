"""Sign-in links for the demo, one a role. Made when somebody is there to read them: they live ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from config.settings import Settings
from config.site import Role, Site, Worker
from gateway.accounts import links
from gateway.store import roster_versions
from gateway.store.engine import Store
from gateway.store.roster_versions import Span
from routing.wall_clock import wall


def sign_in_links(settings: Settings, site: Site, pages_url: str, now: datetime) -> Mapping[Role, str]:
    """By role, for its first worker in the site. ``pages_url``: where the browser on this machine finds us.

    Raises StoreUnavailableError.
    """
    store = Store(settings.database_url)
    try:
        with store.write() as connection:
            return {
                role: links.hand_out(connection, pages_url, settings.keys().secret_key, worker.id, now)
                for role in Role
                if (worker := next((each for each in site.workers.values() if role in each.roles), None))
            }
    finally:
        store.close()


def on_duty(settings: Settings, site: Site, pages_url: str, now: datetime) -> tuple[Worker, str] | None:
    """Who answers the first line's chats now, or its night line's, and a link to sign in with.

    Raises StoreUnavailableError.
    """
    line = next(iter(site.lines.values()))
    clock = wall(now, site.zone)
    store = Store(settings.database_url)
    try:
        with store.write() as connection:
            version = roster_versions.newest(connection).roster.version
            span = Span(clock, clock + timedelta(minutes=1))
            shifts = list(roster_versions.shifts_at(connection, version, overlapping=span))
            for place in (line.id, line.night_line):
                for shift in sorted(shifts, key=lambda each: each.tier):
                    worker = site.workers.get(shift.worker)
                    if shift.line == place and worker is not None:
                        secret_key = settings.keys().secret_key
                        return worker, links.hand_out(connection, pages_url, secret_key, worker.id, now)
    finally:
        store.close()
    return None
