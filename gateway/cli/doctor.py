"""``akutlinjen doctor``: what would fail tonight."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, SettingsError
from config.site import Site
from gateway.carrier.twilio import TwilioCarrier
from gateway.doctor.duty import AHEAD, duty_findings
from gateway.doctor.finding import Finding, Level, fail, ok
from gateway.doctor.machine import (
    disk_findings,
    outbox_findings,
    redis_findings,
    settings_findings,
    store_findings,
)
from gateway.doctor.telephone import carrier_findings, way_back_findings
from gateway.rosters.loading import roster_around
from gateway.rosters.numbers import addresses_at, own_numbers
from gateway.rosters.site_source import (
    NoSiteError,
    UnreadableSiteError,
    checked_site,
    site_in_force,
    site_text,
)
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.vault import Vault, VaultError
from routing.roster import Roster


@click.command()
def doctor() -> int:
    """Check settings, disk, database, Redis, carrier, clock and rosters, one line each.

    "ok" is well; "warn" should be looked at by day; "fail" would go wrong tonight, and makes the exit code 1.
    Behind each stands what to do. Nothing is changed, but for the tables of an embedded SQLite.
    """
    failed = 0
    warned = 0
    for finding in findings(datetime.now(UTC)):
        click.echo(str(finding))
        failed += finding.level is Level.FAIL
        warned += finding.level is Level.WARN
    click.echo(_summary(failed, warned))
    return 1 if failed else 0


def findings(now: datetime) -> Iterator[Finding]:
    """Everything that can be looked at; what something else is missing for is left out."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        for problem in error.problems:
            yield fail("settings", problem, "nothing else can be looked at before it is mended")
        return
    yield from settings_findings(settings)
    vault = None
    try:
        vault = Vault(settings.keys().data_key)
    except SettingsError as error:
        yield fail("keys", str(error), "without them the site can't be read")
    yield from disk_findings(settings, vault)
    yield from redis_findings(settings)
    with ExitStack() as stack:
        try:
            store = stack.enter_context(closing(Store(settings.database_url)))
        except (SQLAlchemyError, OSError) as error:
            yield fail("database", f"can't be opened ({type(error).__name__})", "look at DATABASE_URL")
            return
        of_store = list(store_findings(store))
        yield from of_store
        if vault is None or of_store[-1].level is Level.FAIL:
            return
        yield from outbox_findings(store, now)
        site, finding = _site(settings, store, vault)
        yield finding
        if site is not None:
            yield from duty_findings(site, _roster(store, site, now), now)
            yield from _telephone(settings, site, now)


def _site(settings: Settings, store: Store, vault: Vault) -> tuple[Site | None, Finding]:
    """The site that the next start will have: AKUTLINJEN_SITE is put in force then."""
    try:
        path = settings.site_path
        site = checked_site(site_text(path), path) if path else site_in_force(store, vault)
    except NoSiteError as error:
        return None, fail("site", str(error), "until then no call can be routed")
    except (UnreadableSiteError, VaultError, StoreUnavailableError) as error:
        return None, fail("site", str(error), "load it again, or set the DATA_KEY it was loaded with")
    lines, workers = len(site.lines), len(site.workers)
    return site, ok("site", f"{site.name}: {lines} lines, {workers} workers")


def _roster(store: Store, site: Site, now: datetime) -> Roster:
    return roster_around(store, site, [*site.lines, *site.night_lines], now, now + AHEAD)


def _telephone(settings: Settings, site: Site, now: datetime) -> Iterator[Finding]:
    account_sid, auth_token = settings.twilio_account_sid, settings.twilio_auth_token
    if account_sid is not None and auth_token is not None:  # else the settings' finding says so
        carrier = TwilioCarrier(account_sid, auth_token, settings.twilio_api_base_url)
        wanted = addresses_at(settings.public_url, settings.fallback_url)
        yield from carrier_findings(carrier, own_numbers(site), wanted, now)
    yield from way_back_findings(settings)


def _summary(failed: int, warned: int) -> str:
    if failed:
        return f"{failed} would fail tonight" + (f", {warned} to look at" if warned else "")
    return f"nothing would fail tonight; {warned} to look at" if warned else "all is well"
