"""Every route of the API, hung on its blueprint."""

from __future__ import annotations

from gateway.api import (
    colleagues,
    contacts,
    duty,
    joining,
    privacy,
    registration,
    roster_settings,
    rosters,
    shifts,
    statistics,
    writing,
)
from gateway.api.blueprint import PREFIX, blueprint, http_problem

__all__ = [
    "PREFIX",
    "blueprint",
    "colleagues",
    "contacts",
    "duty",
    "http_problem",
    "joining",
    "privacy",
    "registration",
    "roster_settings",
    "rosters",
    "shifts",
    "statistics",
    "writing",
]
