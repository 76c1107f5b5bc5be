"""Which contacts and lines somebody reaches. The one place that decides; everybody else asks here.

Whoever may not reach a contact is told what they would be told if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Role, Site, Worker
from gateway.contacts.lifecycle import TALKING_LEGS, LegOutcome
from gateway.contacts.listed import Among
from gateway.store import contacts as contact_rows
from gateway.store import joined_workers
from gateway.store.contacts import Contact
from gateway.store.tables import contacts, legs


@dataclass(frozen=True, slots=True)
class Reach:
    """What one worker reaches, by the site in force.

    ``lines``: those they serve, and those whose calls their night line takes: a pooled worker answers for
    all of them. ``night_lines``: their own. ``known``: lines and night lines whose duty plan concerns them,
    so also the night line that answers for their line. ``own_lines``: those they serve themselves.
    """

    worker: str
    roles: frozenset[Role]
    lines: frozenset[str]
    night_lines: frozenset[str]
    known: frozenset[str]
    own_lines: frozenset[str]


def reach_of(site: Site, worker: Worker) -> Reach:
    own = frozenset(worker.lines)
    pools = frozenset(worker.night_lines)
    pooled = frozenset(line.id for line in site.lines.values() if line.night_line in pools)
    behind = frozenset(night for name in own if name in site.lines and (night := site.lines[name].night_line))
    return Reach(
        worker=worker.id,
        roles=worker.roles,
        lines=own | pooled,
        night_lines=pools,
        known=own | pooled | pools | behind,
        own_lines=own,
    )


def reachable(reach: Reach) -> sa.ColumnElement[bool]:
    """The condition on rows of ``contacts``: of their lines, of their night lines, answered by them, or one
    that they are in beside who answered it."""
    return sa.or_(
        contacts.c.line.in_(sorted(reach.lines)),
        contacts.c.night_line.in_(sorted(reach.night_lines)),
        contacts.c.answered_by == reach.worker,
        contacts.c.id.in_(joined_workers.in_now(reach.worker)),
    )


def listed(reach: Reach, place: str | None = None) -> Among | None:
    """What ``reachable`` says, for lists. ``place``: of this line or night line alone; None where that is
    none of theirs, as where there is no such line."""
    if place is None:
        return Among(reach.lines, reach.night_lines, reach.worker)
    if place in reach.lines:
        return Among(lines=(place,))
    return Among(night_lines=(place,)) if place in reach.night_lines else None


def find_contact(connection: Connection, reach: Reach, contact_id: str) -> Contact | None:
    """The contact, where it exists and they reach it."""
    if not contact_id.isprintable():  # no id of ours, and nothing to ask PostgreSQL for
        return None
    query = sa.select(contacts).where(contacts.c.id == contact_id, reachable(reach))
    row = connection.execute(query).mappings().first()
    return Contact(**row) if row else None


def may_hand_over(reach: Reach, contact: Contact) -> bool:
    """Whoever has the conversation, or a coordinator of it: nobody else moves a call under their hands."""
    return contact.answered_by == reach.worker or Role.COORDINATOR in reach.roles


def may_close(reach: Reach) -> bool:
    """Closing without a registration is a coordinator's (domain page, "A contact's life")."""
    return Role.COORDINATOR in reach.roles


def may_lift(connection: Connection, reach: Reach, contact: Contact) -> bool:
    """Whoever has or had the conversation, or a coordinator of it, is shown the number in danger to life."""
    return may_hand_over(reach, contact) or _talked(connection, reach.worker, contact)


def may_read_reasons(reach: Reach) -> bool:
    """Why a number was lifted is for those who follow it up."""
    return Role.COORDINATOR in reach.roles


def may_erase(reach: Reach) -> bool:
    """Erasing what can not be brought back is a coordinator's."""
    return Role.COORDINATOR in reach.roles


@dataclass(frozen=True, slots=True)
class Audited:
    """Which entries of the audit log somebody reads; ``everything``: those of no line, too."""

    lines: frozenset[str]
    night_lines: frozenset[str]
    everything: bool


def audited(reach: Reach) -> Audited:
    """A coordinator reads of their own lines and night lines, an administrator everything, others nothing."""
    everything = Role.ADMINISTRATOR in reach.roles
    if not everything and Role.COORDINATOR not in reach.roles:
        return Audited(frozenset(), frozenset(), everything=False)
    return Audited(reach.own_lines, reach.night_lines, everything)


def _talked(connection: Connection, worker: str, contact: Contact) -> bool:
    """Whether the worker was in the conversation, also one that a colleague has now.

    On the telephone their leg says so; in writing, that they joined it or handed it over.
    """
    query = sa.select(legs.c.id).where(
        legs.c.contact == contact.id,
        legs.c.target == worker,
        sa.or_(legs.c.state.in_(sorted(TALKING_LEGS)), legs.c.outcome == LegOutcome.TALKED),
    )
    if connection.execute(query.limit(1)).first() is not None:
        return True
    if joined_workers.was_in(connection, contact.id, worker):
        return True
    events = contact_rows.events_of(connection, contact.id)
    return any(event.kind == "handed_over" and event.details.get("by") == worker for event in events)


def knows(reach: Reach, place: str) -> bool:
    """Whether the duty plan of a line or night line is theirs to see."""
    return place in reach.known


def may_plan(reach: Reach, place: str) -> bool:
    """Whether they edit the rosters of a line or night line: its own coordinators do."""
    return Role.COORDINATOR in reach.roles and place in reach.own_lines | reach.night_lines


def may_register(connection: Connection, reach: Reach, contact: Contact) -> bool:
    """Who has or had the conversation, or a coordinator of it; anybody who reaches one that no worker had
    (a back-up phone took it, or an earlier release wrote it down)."""
    nobody = contact.answered_by is None or contact.answered_by.startswith("backup:")
    return nobody or may_lift(connection, reach, contact)


def may_edit_directory(reach: Reach, site: Site, municipality: str) -> bool:
    """The home line's coordinators know the place; everybody reads what they wrote."""
    own = (site.lines[name] for name in reach.own_lines if name in site.lines)
    return Role.COORDINATOR in reach.roles and any(municipality in line.municipalities for line in own)


def manages(reach: Reach, worker: Worker) -> bool:
    """Whose account they see and may shut out: a coordinator, those of their own lines, but no administrator;
    an administrator, everybody."""
    if Role.ADMINISTRATOR in reach.roles:
        return True
    shared = (reach.own_lines | reach.night_lines) & {*worker.lines, *worker.night_lines}
    return Role.COORDINATOR in reach.roles and bool(shared) and Role.ADMINISTRATOR not in worker.roles


def sees_whole_statistics(reach: Reach, lines: tuple[str, ...]) -> bool:
    """Small cells are for the lines' own coordinators (domain page, "Statistics")."""
    return Role.COORDINATOR in reach.roles and set(lines) <= reach.own_lines
