"""The parts of a running gateway, put together once and passed to whoever needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from config.settings import Settings
from config.site import Site
from config.texts import Texts
from gateway.audit.log import AuditLog
from gateway.carrier import Carrier
from gateway.privacy.callers import CallerHashes
from gateway.rosters.book import RosterBook
from gateway.store.engine import Store
from gateway.store.vault import Vault

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _SiteTexts:
    """The words of the site in force, kept until another site is."""

    site: Site | None = None
    texts: Texts | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything a request or a job needs. ``wake`` tells the dispatcher that something was committed."""

    settings: Settings
    store: Store
    vault: Vault
    book: RosterBook
    carrier: Carrier
    audit: AuditLog
    callers: CallerHashes
    now: Clock = utc_now
    wake: Callable[[], None] = lambda: None
    _texts: _SiteTexts = field(default_factory=_SiteTexts)

    def texts(self, site: Site) -> Texts:
        kept = self._texts
        if kept.site is not site or kept.texts is None:
            kept.texts = Texts.load({line.id: line.texts for line in site.lines.values() if line.texts})
            kept.site = site
        return kept.texts
