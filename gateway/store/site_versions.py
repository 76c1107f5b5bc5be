"""Every site text that was ever in force; the newest is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gateway.store.engine import Store
from gateway.store.tables import site_versions
from gateway.store.vault import Vault

PURPOSE = "site"


@dataclass(frozen=True, slots=True, repr=False)
class SiteVersion:
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The version that holds the text, and whether it was made for it."""

    version: int
    new: bool


def save(store: Store, vault: Vault, text: str, at: datetime) -> Saved:
    """Put a site text in force. The one that is in force already makes no new version.

    Raises StoreUnavailableError.
    """
    content = text.encode()
    digest = vault.fingerprint(content, PURPOSE)
    with store.write() as connection:
        if not store.is_sqlite:  # whose writers come one at a time anyway
            connection.execute(sa.text("LOCK TABLE site_versions IN SHARE ROW EXCLUSIVE MODE"))
        newest = connection.execute(_newest(site_versions.c.version, site_versions.c.digest)).first()
        if newest is not None and newest.digest == digest:
            return Saved(newest.version, new=False)
        row = {"loaded_at": at, "digest": digest, "content": vault.seal(content, PURPOSE)}
        made = connection.execute(sa.insert(site_versions).returning(site_versions.c.version), row)
        return Saved(made.scalar_one(), new=True)


def is_newest(connection: Connection, vault: Vault, text: str) -> bool:
    """Whether ``save`` would change nothing."""
    digest = connection.execute(_newest(site_versions.c.digest)).scalar_one_or_none()
    return digest is not None and digest == vault.fingerprint(text.encode(), PURPOSE)


def newest(connection: Connection, vault: Vault) -> SiteVersion | None:
    """The site text in force; None before the first. Raises VaultError when ``DATA_KEY`` is another one."""
    row = connection.execute(_newest(site_versions.c.version, site_versions.c.content)).first()
    if row is None:
        return None
    return SiteVersion(row.version, vault.unseal(row.content, PURPOSE).decode())


def text_of(connection: Connection, vault: Vault, version: int) -> str:
    """The text of a version that there is. Raises VaultError when ``DATA_KEY`` is another one."""
    query = sa.select(site_versions.c.content).where(site_versions.c.version == version)
    return vault.unseal(connection.execute(query).scalar_one(), PURPOSE).decode()


def _newest(*columns: sa.Column[Any]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns).order_by(site_versions.c.version.desc()).limit(1)
