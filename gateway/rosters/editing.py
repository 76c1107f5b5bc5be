"""A change of rosters by somebody who asks for it now, from a page or over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from config.site_file import SiteFileError
from gateway.rosters.edit import Edit
from gateway.rosters.site_source import NoSiteError
from gateway.store.engine import StoreUnavailableError
from gateway.store.vault import VaultError
from gateway.wiring import Gateway


@contextmanager
def editing(gateway: Gateway, by: str) -> Iterator[Edit]:
    """One transaction. What was published in it counts in this process at once, in the others soon."""
    site, _roster = gateway.book.current()
    with gateway.store.write() as connection:
        yield Edit(connection, site, gateway.audit, by, gateway.now())
    gateway.wake()
    with suppress(StoreUnavailableError, NoSiteError, VaultError, SiteFileError):
        gateway.book.refresh()
