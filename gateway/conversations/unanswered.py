"""A citizen has written and nobody takes it: the line's coordinators are told, as they are of a call.

Decided by the same look as whose mobile is told (``waking``), every second in each chat process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from config.site import Site
from gateway.contacts import alarms
from gateway.contacts.lifecycle import UNANSWERED
from gateway.contacts.plans import cover
from gateway.conversations.desk import Desk, Waiting
from gateway.store import contacts as contact_rows
from gateway.wiring import Gateway
from routing.roster import Roster

# By then the mobiles of up to six on duty have been told, after 20 s and then every 30 s (``waking``).
TOLD_AFTER = timedelta(seconds=180)


def due(site: Site, roster: Roster, waiting: Iterable[Waiting], now: datetime) -> list[str]:
    """The contacts, by id, of which coordinators are to be told by now.

    At once where the line is open for the channel and nobody is on duty. Else 180 s after the citizen wrote,
    or, where it was closed then and nobody on duty, after somebody came or it opened: whoever comes in the
    morning has as long for what was written at night.
    """
    return [
        each.contact.id
        for each in waiting
        if each.conversation is not None and _is_due(site, roster, each, now)
    ]


def _is_due(site: Site, roster: Roster, waiting: Waiting, now: datetime) -> bool:
    contact = waiting.contact
    if not waiting.takers and cover(site, roster, contact, now).open:
        return True
    before = now - TOLD_AFTER
    if contact.waiting_since > before:
        return False
    covers = (cover(site, roster, contact, at) for at in (contact.waiting_since, before))
    return any(each.manned or each.open for each in covers)


def write(gateway: Gateway, desk: Desk, told: set[str], now: datetime) -> int:
    """Have the coordinators told that are due. Returns of how many contacts.

    ``told``: the contacts, by id, of which the caller knows that it was written. Any number of processes may
    do so at once, and begin anew after any time: once a contact (``alarms.nobody_answered``). Raises
    StoreUnavailableError.
    """
    told.intersection_update(each.contact.id for each in desk.waiting)
    site, roster = gateway.book.current()
    new = due(site, roster, (each for each in desk.waiting if each.contact.id not in told), desk.at)
    written = 0
    for each in new:
        with gateway.store.write() as connection:
            written += _write(connection, gateway, each, now)
        told.add(each)
    return written


def _write(connection: Connection, gateway: Gateway, contact_id: str, now: datetime) -> bool:
    contact = contact_rows.lock_contact(connection, contact_id)
    if contact is None or contact.state not in UNANSWERED:
        return False
    alarms.nobody_answered(connection, gateway, contact, now)
    return True
