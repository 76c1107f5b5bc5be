"""What the duty phone shows first: who waits and may be taken, own conversations, missing registrations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel
from gateway.accounts.access import Reach
from gateway.contacts.lifecycle import ContactState
from gateway.conversations import desk
from gateway.conversations.desk import Waiting
from gateway.store import contact_pages, joined_workers
from gateway.store import contacts as contact_rows
from gateway.store.contacts import Contact
from gateway.store.tables import contacts
from gateway.wiring import Gateway

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One who waits. ``may_take``: by this worker, here and now; ``second``: it would be their second chat.

    ``asked_until``: they are asked now, until then.
    """

    contact: Contact
    may_take: bool
    second: bool
    asked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """``open``: their own, and those that they joined. ``joined``: who else is in each, by contact."""

    worker: str
    is_away: bool
    waiting: tuple[Item, ...]
    open: tuple[Contact, ...]
    joined: Mapping[str, tuple[str, ...]]
    missing: tuple[Contact, ...]

    @property
    def asked(self) -> Item | None:
        """What the worker is asked to take now."""
        return next((item for item in self.waiting if item.asked_until is not None), None)


def look(connection: Connection, gateway: Gateway, reach: Reach, now: datetime) -> Home:
    """Waiting contacts of the worker's lines, the longest waiting first; the other lists newest first."""
    looked = desk.look(connection, gateway, now)
    worker = reach.worker
    own = contacts.c.answered_by == worker
    in_it = sa.or_(own, contacts.c.id.in_(joined_workers.in_now(worker)))
    open_ = _page(connection, in_it, ContactState.ANSWERED)
    is_away = contact_rows.is_away(connection, worker)
    waiting = [
        _item(each, worker, now, open_, is_away=is_away)
        for each in looked.waiting
        if each.contact.line in reach.lines or each.contact.night_line in reach.night_lines
    ]
    unregistered = sa.and_(own, contacts.c.closed_because.is_(None))
    return Home(
        worker=worker,
        is_away=is_away,
        waiting=tuple(waiting[:MOST_SHOWN]),
        open=tuple(open_),
        joined=joined_workers.of_contacts(connection, (each.id for each in open_)),
        missing=tuple(_page(connection, unregistered, ContactState.ENDED)),
    )


def _item(waiting: Waiting, worker: str, now: datetime, own: list[Contact], *, is_away: bool) -> Item:
    contact, conversation = waiting.contact, waiting.conversation
    by_hand = contact.channel != Channel.VOICE and worker in waiting.takers and not is_away
    talks = any(each.channel == Channel.VOICE for each in own)
    until = conversation.offered_until if conversation and conversation.offered_to == worker else None
    return Item(
        contact=contact,
        may_take=by_hand and not talks and len(own) < 2,
        second=len(own) == 1,
        asked_until=until if until is not None and until > now and not is_away else None,
    )


def _page(connection: Connection, where: sa.ColumnElement[bool], *states: str) -> list[Contact]:
    return contact_pages.page(connection, where, states=states, after=None, limit=MOST_SHOWN)
