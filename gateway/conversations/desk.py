"""Who waits, who may take them, and who is asked: one look at it all, from SQL, at one instant.

Decisions here are plain functions of that look. The plan says who may take a contact and in which order, as
for the telephone; presence says who would see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.site import Channel, Site
from gateway.contacts.lifecycle import CLAIMABLE, UNANSWERED
from gateway.contacts.plans import decide
from gateway.store import contacts as contact_rows
from gateway.store import conversations as store
from gateway.store import push_subscriptions, staff_presence
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from gateway.store.tables import contacts
from gateway.wiring import Gateway
from routing.roster import Roster

# A console says every 10 s that it is open; two in a row may be lost.
PRESENT_FOR = timedelta(seconds=25)
OFFERED_FOR = timedelta(seconds=30)
# Whoever passed it on is not asked again at once, be they the only one.
ASKED_AGAIN_AFTER = timedelta(seconds=20)
AWAY = "away"
# Said in place of a worker: whoever of the night line is free.
NIGHT_LINE = "night_line"
MOST_WAITING = 2_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that nobody has. ``takers``: everybody on duty for it, in the order of its plan."""

    contact: Contact
    takers: tuple[str, ...]
    conversation: Conversation | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """``position``: 1 is next. ``somebody_is_there``: on duty, to be reached, and not away."""

    position: int
    somebody_is_there: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Ask this worker now. ``passed``: those who did not answer in this turn."""

    conversation: str
    contact: str
    worker: str
    before: str | None
    passed: list[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """``busy``: why somebody can't be asked. ``present``: whom a question reaches (``reached``)."""

    at: datetime
    waiting: tuple[Waiting, ...]
    busy: dict[str, str]
    present: frozenset[str]
    site: Site = field(repr=False)

    def queue_of(self, worker: str) -> list[Waiting]:
        """What a worker may take now, the longest waiting first. Nothing while they are away."""
        if self.busy.get(worker) == AWAY:
            return []
        return [each for each in self.waiting if worker in each.takers]

    def places(self) -> dict[str, Place]:
        """Where each waiting chat stands, by conversation: behind those with whom it shares workers."""
        ahead: Counter[tuple[str | None, tuple[str, ...]]] = Counter()
        found = {}
        for each in self.waiting:
            if each.conversation is None or each.contact.channel != Channel.CHAT:
                continue
            line, takers = each.contact.line, frozenset(each.takers)
            before = sum(
                count for (other, theirs), count in ahead.items() if other == line or takers & set(theirs)
            )
            ahead[line, each.takers] += 1
            there = any(taker in self.present and self.busy.get(taker) != AWAY for taker in takers)
            found[each.conversation.id] = Place(before + 1, there)
        return found

    def offers(self) -> list[Offer]:
        """Whom to ask next, the longest waiting first.

        An offer stands for 30 s, while its worker is there and free. Then the next is asked, and the contact
        keeps its place; when all were asked, it begins anew, a little later where one of them said no.
        """
        asked = {
            each.conversation.offered_to
            for each in self.waiting
            if each.conversation is not None and self.stands(each.conversation)
        }
        made = []
        for each in self.waiting:
            conversation = each.conversation
            if conversation is None or self.stands(conversation):
                continue
            passed = list(conversation.passed)
            if conversation.offered_to is not None and conversation.offered_to not in passed:
                passed.append(conversation.offered_to)
            free = [taker for taker in each.takers if self._is_free(taker) and taker not in asked]
            chosen = next((taker for taker in free if taker not in passed), None)
            if chosen is None and free and not self._was_just_passed(conversation):
                passed, chosen = [], free[0]
            if chosen is not None:
                asked.add(chosen)
                made.append(Offer(conversation.id, each.contact.id, chosen, conversation.offered_to, passed))
        return made

    def _is_free(self, worker: str) -> bool:
        return worker in self.present and worker not in self.busy

    def _was_just_passed(self, conversation: Conversation) -> bool:
        until = conversation.offered_until
        return conversation.offered_to is None and until is not None and until > self.at - ASKED_AGAIN_AFTER

    def stands(self, conversation: Conversation) -> bool:
        """Whether somebody is being asked about it now."""
        until = conversation.offered_until
        worker = conversation.offered_to
        return worker is not None and until is not None and until > self.at and self._is_free(worker)


def look(connection: Connection, gateway: Gateway, now: datetime) -> Desk:
    """Everything that waits, on every channel, the longest waiting first."""
    site, roster = gateway.book.current()
    found = contact_rows.contacts_in(connection, CLAIMABLE, limit=MOST_WAITING)
    written = store.of_waiting(connection, CLAIMABLE)
    takers = _Takers(site, roster, now)
    return Desk(
        at=now,
        waiting=tuple(
            Waiting(contact, takers.of(contact), *written.get(contact.id, (None, None))) for contact in found
        ),
        busy=contact_rows.unavailable(connection),
        present=frozenset(reached(connection, now)),
        site=site,
    )


def place_of(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> Place:
    """Where one waiting chat stands, without looking at all the others: for whoever begins."""
    site, roster = gateway.book.current()
    takers = _Takers(site, roster, now)
    own = set(takers.of(contact))
    shared = [
        line
        for line in site.lines
        if line == contact.line
        or own & set(takers.of(replace(contact, line=line, municipality=None, entry=f"line:{line}")))
    ]
    ahead = sa.select(sa.func.count()).where(
        contacts.c.channel == contact.channel,
        contacts.c.state.in_(sorted(UNANSWERED)),
        contacts.c.line.in_(shared),
        contacts.c.waiting_since < contact.waiting_since,
    )
    busy = contact_rows.unavailable(connection)
    present = reached(connection, now)
    there = any(taker in present and busy.get(taker) != AWAY for taker in own)
    return Place(int(connection.execute(ahead).scalar_one()) + 1, there)


def reached(connection: Connection, now: datetime) -> set[str]:
    """Who would see that they are asked: the console is open, on any machine, or their phone is told."""
    return staff_presence.present(connection, now - PRESENT_FOR) | push_subscriptions.workers(connection)


@dataclass(frozen=True, slots=True)
class Colleague:
    """``via``: the line or night line on whose roster they are, as in a plan."""

    worker: str
    via: str

    def is_meant_by(self, to: str) -> bool:
        """``to``: a worker's id, or ``NIGHT_LINE``."""
        return self.via.startswith("night_line:") if to == NIGHT_LINE else self.worker == to


def colleagues(connection: Connection, gateway: Gateway, contact: Contact, now: datetime) -> list[Colleague]:
    """Who is on duty for a contact, free, with the console open: whom it can be handed to.

    Whoever is in it beside its worker counts as free for it; the worker themselves is not among them.
    """
    site, roster = gateway.book.current()
    present = staff_presence.present(connection, now - PRESENT_FOR)
    busy = contact_rows.unavailable(connection, apart_from=contact.id)
    decided = decide(site, roster, contact, now, busy)
    return [
        Colleague(ring.worker, ring.via)
        for step in decided.steps
        for ring in step.ring
        if ring.worker is not None and ring.worker in present and ring.worker != contact.answered_by
    ]


def on_duty_for(gateway: Gateway, contact: Contact, now: datetime) -> tuple[str, ...]:
    """Everybody on duty for it, free or not, in the order of its plan."""
    return _Takers(*gateway.book.current(), now).of(contact)


class _Takers:
    """Who is on duty for a contact: many contacts ask the same question."""

    def __init__(self, site: Site, roster: Roster, now: datetime) -> None:
        self._site, self._roster, self._now = site, roster, now
        self._known: dict[Sequence[object], tuple[str, ...]] = {}

    def of(self, contact: Contact) -> tuple[str, ...]:
        asked = (
            contact.line, contact.night_line, contact.entry, contact.municipality, contact.channel,
            contact.partner, contact.language,
        )  # fmt: skip
        if asked not in self._known:
            decided = decide(self._site, self._roster, contact, self._now, {})
            self._known[asked] = tuple(_workers(ring.worker for step in decided.steps for ring in step.ring))
        return self._known[asked]


def _workers(rings: Iterable[str | None]) -> Iterable[str]:
    return (worker for worker in rings if worker is not None)
