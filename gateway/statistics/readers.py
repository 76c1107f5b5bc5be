"""The tables as one reader may see them."""

from __future__ import annotations

from dataclasses import dataclass

from config.site import Site
from gateway.accounts import access
from gateway.accounts.access import Reach
from gateway.statistics import catalogue
from gateway.statistics.outside import whole_quarters
from gateway.statistics.table import Asked, Key, Table
from gateway.store.engine import Store


@dataclass(frozen=True, slots=True)
class Published:
    """``hidden``: the figures that the reader does not see; ``asked``: what the tables are of."""

    tables: list[Table]
    hidden: frozenset[Key]
    asked: Asked


def published(
    store: Store, site: Site, asked: Asked, reach: Reach, names: tuple[str, ...] = catalogue.NAMES
) -> Published:
    """Whole for the lines' own coordinators. Everybody else gets whole quarters, with small cells hidden."""
    if access.sees_whole_statistics(reach, asked.lines):
        with store.snapshot() as connection:
            return Published(catalogue.tables(connection, site, asked, names), frozenset(), asked)
    own = frozenset(line for line in reach.own_lines if access.sees_whole_statistics(reach, (line,)))
    return outside(store, site, asked, own, names)


def outside(
    store: Store,
    site: Site,
    asked: Asked,
    own: frozenset[str] = frozenset(),
    names: tuple[str, ...] = catalogue.NAMES,
) -> Published:
    """As somebody sees them whose own lines are these."""
    wider = whole_quarters(asked)
    with store.snapshot() as connection:
        found = catalogue.tables(connection, site, wider, names)
        hide = catalogue.hidden_outside(connection, site, wider, found, own)
    return Published(found, hide, wider)
