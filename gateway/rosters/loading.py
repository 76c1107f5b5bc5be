"""Reading the site and the roster from SQL, as little of it as will do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.site import Site
from config.site_file import read_site
from gateway.rosters.site_source import NoSiteError
from gateway.store import roster_versions, site_versions
from gateway.store.engine import Store
from gateway.store.roster_versions import Newest, Span
from gateway.store.vault import Vault
from routing.roster import Roster, Shift
from routing.wall_clock import wall

# Either side of an instant: enough for who is on duty then, and for when that changes next.
AROUND = timedelta(days=8)


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """A site and a roster that belong together, and the versions that they are."""

    newest: Newest
    site_text: str
    site: Site
    roster: Roster


@dataclass(frozen=True, slots=True, repr=False)
class Loaded:
    """``shifts``: those of every line that was read again; ``whole``: that is all of them."""

    standing: Standing
    shifts: Mapping[str, list[Shift]]
    whole: bool


def load(store: Store, vault: Vault, known: Standing | None, *, whole: bool = False) -> Loaded | None:
    """What SQL has now; None when that is what is ``known``. Only lines that changed are read and compiled,
    unless the ``whole`` is asked for.

    Raises NoSiteError, StoreUnavailableError, VaultError and SiteFileError.
    """
    with store.read() as connection:
        newest = roster_versions.newest(connection)
        if known is not None and newest == known.newest:
            return None
        if newest.site.version == 0:
            raise NoSiteError
        if known is not None and newest.site == known.newest.site:
            text, site = known.site_text, known.site
        else:
            text = site_versions.text_of(connection, vault, newest.site.version)
            site = read_site(text)
        version = newest.roster.version
        touched: set[str] | None = None
        if known is not None and site.zone == known.site.zone and not whole:
            before = known.newest.roster
            # The same stamp: this is still the database that we know, not one restored or made anew.
            if before.version and roster_versions.stamp(connection, before.version) == before:
                touched = roster_versions.lines_touched(connection, before.version, version)
        shifts: dict[str, list[Shift]] = {line: [] for line in touched or ()}
        if touched is None or touched:
            for shift in roster_versions.shifts_at(connection, version, lines=touched):
                shifts.setdefault(shift.line, []).append(shift)
    if known is None or touched is None:
        roster = compiled(shifts, site, version)
    else:
        roster = replace(known.roster, version=version)
        for line, own in shifts.items():
            roster = roster.replaced(line, own, version)
    return Loaded(Standing(newest, text, site, roster), shifts, whole=touched is None)


def compiled(shifts: Mapping[str, list[Shift]], site: Site, version: int) -> Roster:
    every = (shift for own in shifts.values() for shift in own)
    return Roster.compile(every, site.zone, version)


def roster_around(
    store: Store, site: Site, lines: Collection[str], starts: datetime, ends: datetime
) -> Roster:
    """Of the published roster what matters on these lines from one instant to another, for a single question.

    Raises StoreUnavailableError.
    """
    span = Span(wall(starts, site.zone) - AROUND, wall(ends, site.zone) + AROUND)
    with store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        shifts = roster_versions.shifts_at(connection, version, lines=lines, overlapping=span)
        return Roster.compile(shifts, site.zone, version)
