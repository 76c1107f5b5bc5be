"""The pages that stand at the top of every page, for those whom they are for. words: in Danish."""

from __future__ import annotations

from dataclasses import dataclass

from config.site import Role

EVERYBODY = frozenset(Role)
COORDINATORS = frozenset({Role.COORDINATOR})
LEADERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Tab:
    address: str
    name: str
    roles: frozenset[Role]


TABS = (
    Tab("/today", "I dag", COORDINATORS),
    Tab("/console", "Vagttelefon", EVERYBODY),
    Tab("/contacts", "Henvendelser", EVERYBODY),
    Tab("/shifts", "Vagter", EVERYBODY),
    Tab("/registrations", "Registreringer", EVERYBODY),
    Tab("/roster", "Vagtplan", COORDINATORS),
    Tab("/follow-ups", "Aftaler", EVERYBODY),
    Tab("/directory", "Vejviser", EVERYBODY),
    Tab("/statistics", "Statistik", COORDINATORS),
    Tab("/workers", "Medarbejdere", LEADERS),
    Tab("/log", "Log", LEADERS),
    Tab("/me", "Mig", EVERYBODY),
)


def tabs_for(roles: frozenset[Role]) -> list[Tab]:
    """In the order in which they stand."""
    return [tab for tab in TABS if tab.roles & roles]
