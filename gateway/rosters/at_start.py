"""What a process that answers calls does at its start: tables, site, roster; and without SQL, what it can."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config import logs
from config.settings import Settings
from gateway.rosters.book import RosterBook
from gateway.rosters.site_source import UnreadableSiteError, load_site
from gateway.store import migrate, site_versions
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.vault import Vault

log = logs.get("rosters")


def open_book(settings: Settings, store: Store, vault: Vault) -> RosterBook:
    """A started book that has a site and a roster: SQL's, or the last good one when SQL is gone.

    A bad ``AKUTLINJEN_SITE`` does not stop a process that has a site in SQL: calls go on by that one. Raises
    SchemaError (PostgreSQL that nobody has migrated), UnreadableSiteError (a bad file and no other site), and
    NoSiteError when there is no site anywhere. Whoever gets the book stops it.
    """
    try:
        migrate.make_ready(store)
        if settings.site_path is not None:
            _load_site_if_good(store, vault, settings.site_path)
    except StoreUnavailableError as error:
        log.error("sql_gone_at_start", error)
    book = RosterBook(store, vault, settings.var_dir, site_path=settings.site_path)
    book.start()
    try:
        book.current()
    except BaseException:
        book.stop()
        raise
    return book


def _load_site_if_good(store: Store, vault: Vault, path: Path) -> None:
    try:
        load_site(store, vault, path, datetime.now(UTC))
    except UnreadableSiteError as error:
        with store.read() as connection:
            if site_versions.newest(connection, vault) is None:
                raise
        log.error("site_file_refused", error)
