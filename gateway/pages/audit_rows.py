"""Entries of the audit log as a page and a file show them: people and lines by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from config.site import Site
from gateway.accounts.access import Reach
from gateway.pages.audit_words import ACTIONS
from gateway.pages.duty import name_of, worker_name

BACK_UP = "backup:"
# Ids that tell a reader nothing.
_IDS = frozenset({"lift", "session", "passkey", "conversation", "registration", "plan", "entry"})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """``action``: Danish words for the template to say; ``contact``: only where they reach it.

    ``about``, ``to``: workers by name, "" for nobody.
    """

    number: int
    at: datetime
    actor: str
    who: str
    action: str
    place: str
    about: str
    to: str
    contact: str | None
    details: tuple[tuple[str, str], ...]


def row_of(site: Site, reach: Reach, entry: Row[Any]) -> EntryRow:
    reaches = entry.line in reach.lines or entry.night_line in reach.night_lines
    return EntryRow(
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        who=actor_name(site, entry.actor),
        action=ACTIONS.get(entry.action, entry.action),
        place=name_of(site, entry.line or entry.night_line or ""),
        about=worker_name(site, str(entry.details.get("worker", ""))),
        to=worker_name(site, str(entry.details.get("to", ""))),
        contact=entry.contact if reaches else None,
        details=details_of(entry.details),
    )


def actor_name(site: Site, actor: str) -> str:
    """A worker's name, or the night line whose back-up it was; an id that the site has no more as it is."""
    if actor.startswith(BACK_UP):
        return name_of(site, actor.removeprefix(BACK_UP))
    return worker_name(site, actor)


def details_of(details: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Words and counts of ours, in English as they were written; what is counted by kind, kind by kind."""
    shown: list[tuple[str, str]] = []
    for name, value in details.items():
        if isinstance(value, Mapping):
            shown += [
                (f"{name} {kind}".replace("_", " "), str(count)) for kind, count in value.items() if count
            ]
        elif name not in _IDS and name not in {"worker", "to"}:
            shown.append((name.replace("_", " "), str(value).replace("_", " ")))
    return tuple(shown)
