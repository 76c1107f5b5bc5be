"""Whose phones could not be rung lately, for coordinators: by name, never by number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.accounts import access
from gateway.accounts.access import Reach
from gateway.contacts.lifecycle import ContactState, LegOutcome
from gateway.pages.audit_rows import BACK_UP
from gateway.pages.contact_words import OUTCOMES
from gateway.pages.duty import name_of, worker_name
from gateway.pages.frame import say
from gateway.store.failed_rings import failed_rings

LATELY = timedelta(hours=24)
_BEGAN = timedelta(days=7)
_FAILED = (LegOutcome.FAILED, LegOutcome.REFUSED, LegOutcome.UNPLACED)
# Busy, too: there it rang and was turned away, or its owner talks on it.
_RANG = (LegOutcome.NO_ANSWER, LegOutcome.MISSED, LegOutcome.BUSY)


@dataclass(frozen=True, slots=True)
class FailedPhone:
    """``why``: Danish words for the template to say; with ``contact``, of the last of ``count`` times."""

    name: str
    why: str
    count: int
    last_at: datetime
    contact: str


def failed_phones(connection: Connection, site: Site, reach: Reach, now: datetime) -> list[FailedPhone]:
    """One for each phone that should have rung for a contact that they reach, and has not rung since; the
    latest first.

    Contacts that began more than seven days ago are not looked at. Such a one rings phones only where its
    citizen asked to be called back and nobody has taken it for a week; then that is what a coordinator has to
    see, and does, in what waits. A phone that works no more fails for the next call as well.
    """
    found: dict[str, FailedPhone] = {}
    for ring in failed_rings(
        connection,
        access.reachable(reach),
        failed=_FAILED,
        rang=_RANG,
        states=tuple(ContactState),
        began_after=now - _BEGAN,
        after=now - LATELY,
    ):
        known = found.get(ring.target)
        found[ring.target] = (
            replace(known, count=known.count + 1)
            if known is not None
            else FailedPhone(_name(site, ring.target), OUTCOMES[ring.outcome], 1, ring.at, ring.contact)
        )
    return list(found.values())


def _name(site: Site, target: str) -> str:
    if target.startswith(BACK_UP):
        return say("Bagvagtens telefon, {line}", line=name_of(site, target.removeprefix(BACK_UP)))
    return worker_name(site, target)
