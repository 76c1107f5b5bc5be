"""What a chat process does each second, and when it is woken: look at SQL, ask workers, tell browsers."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from chat.answers import when
from chat.house import House
from chat.hub import STAFF, Console
from config import logs
from gateway.accounts import socket_tokens
from gateway.accounts.access import reach_of
from gateway.conversations import deliveries, desk, ending, left_open, offers, unanswered, unread, waking
from gateway.conversations.deliveries import Shown
from gateway.conversations.desk import Desk, Waiting
from gateway.conversations.unread import Unread
from gateway.conversations.waking import Waken
from gateway.store import conversations as store
from gateway.store import sms, staff_presence
from gateway.store.engine import StoreUnavailableError

LOOK_SECONDS = 1.0
# Woken again and again it still looks only so often.
REST_SECONDS = 0.05
BEAT_SECONDS = 10.0
# Nobody is told of it sooner than half a minute after it was written.
UNREAD_EVERY = timedelta(seconds=5)
# Clocks of several machines differ a little, and a transaction is seen a little after its own instant.
OVERLAP = timedelta(seconds=3)

log = logs.get("chat")


class Floor:
    def __init__(self, house: House) -> None:
        self._house = house
        self._looked_at: datetime | None = None
        self._beat_at = 0.0
        self._beat_for: frozenset[str] = frozenset()
        self._woken: set[Waken] = set()
        self._unanswered: set[str] = set()
        self._unread: set[Unread] = set()
        self._unread_at: datetime | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._turn()
            except StoreUnavailableError:
                log.event("store_unavailable", where="chat")
            except Exception as error:  # noqa: BLE001 - the next turn must come; what went wrong is logged
                log.error("floor_failed", error)
            await asyncio.sleep(REST_SECONDS)
            try:
                await asyncio.wait_for(self._house.woken.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def _turn(self) -> None:
        self._house.woken.clear()
        house = self._house
        # Whoever comes while we look is told at the next turn: what was seen before they came may be over.
        here = house.hub.consoles()
        await self._beat()
        untold = house.hub.untold()
        looked, changed = await house.in_thread(self._look)
        # What changed of conversations that nobody here listens to may still be a worker's who is here.
        await house.hub.follow(changed)
        await self._tell_deliveries(untold)
        await self._tell_citizens(looked)
        for console in here:
            if house.hub.console(console.sid) is console:
                await self._tell_queue(console, looked)

    async def _beat(self) -> None:
        """Say who is here: every 10 s, and when somebody came or went."""
        house = self._house
        here = frozenset(console.worker for console in house.hub.consoles())
        if here == self._beat_for and monotonic() - self._beat_at < BEAT_SECONDS:
            return
        waiting = [each.conversation for each in house.hub.citizens_waiting()]
        valid = await house.in_thread(
            self._write_beat, [(c.sid, c.token) for c in house.hub.consoles()], waiting
        )
        for console in house.hub.consoles():
            if valid.get(console.sid) is False:
                log.event("staff_socket_refused", worker=console.worker)
                await house.server.disconnect(console.sid, namespace=STAFF)
        self._beat_for, self._beat_at = here, monotonic()

    def _write_beat(self, consoles: list[tuple[str, str]], waiting: list[str]) -> dict[str, bool]:
        """Presence, and whose token is still good."""
        gateway = self._house.gateway
        now = gateway.now()
        # As many questions as consoles: nobody who writes has to wait for them.
        with gateway.store.read() as connection:
            workers = {sid: socket_tokens.stays(connection, token) for sid, token in consoles}
        with gateway.store.write() as connection:
            here = {worker for worker in workers.values() if worker is not None}
            staff_presence.beat(connection, self._house.process, here, now)
            store.seen(connection, waiting, now)
            ending.abandon_absent(connection, now)
        return {sid: worker is not None for sid, worker in workers.items()}

    def _look(self) -> tuple[Desk, list[str]]:
        gateway = self._house.gateway
        now = gateway.now()
        since = (self._looked_at or now) - OVERLAP
        with gateway.store.read() as connection:
            looked = desk.look(connection, gateway, now)
        if offers.make(gateway.store, looked, now):
            with gateway.store.read() as connection:
                looked = desk.look(connection, gateway, now)
        waking.write(gateway.store, looked, self._woken, now)
        unanswered.write(gateway, looked, self._unanswered, now)
        if self._unread_at is None or now - self._unread_at >= UNREAD_EVERY:
            self._unread_at = now
            unread.write(gateway, self._unread, now)
            left_open.end_silent(gateway, now)
        with gateway.store.read() as connection:
            changed = store.changed_since(connection, since)
        self._looked_at = now
        return looked, changed

    async def _tell_deliveries(self, untold: set[str]) -> None:
        """How the SMS that workers here wrote fare: of what changed, and to whoever has just come."""
        house = self._house
        here = set(house.hub.conversations())
        if not here:
            return
        asked, shown = await house.in_thread(self._fared, here, untold)
        await house.hub.tell_deliveries(shown, asked)

    def _fared(self, here: set[str], untold: set[str]) -> tuple[set[str], dict[str, list[Shown]]]:
        since = self._house.gateway.now() - OVERLAP - timedelta(seconds=LOOK_SECONDS)
        with self._house.gateway.store.read() as connection:
            asked = (sms.changed_since(connection, since) & here) | untold
            return asked, deliveries.shown(connection, asked)

    async def _tell_citizens(self, looked: Desk) -> None:
        places = looked.places()
        for listener in self._house.hub.citizens_waiting():
            place = places.get(listener.conversation)
            if place is not None:
                await self._house.hub.tell_citizen(listener, "waiting", place)

    async def _tell_queue(self, console: Console, looked: Desk) -> None:
        """The whole list, when it is not what this browser was sent last, or they went away or came back."""
        items = [
            _item(each, console.worker, looked)
            for each in looked.queue_of(console.worker)
            if _reaches(each, console, looked)
        ]
        same = [{name: value for name, value in item.items() if name != "waited_seconds"} for item in items]
        # Who is away, or back, sees it on every page that is open, wherever it was said.
        seen = (looked.busy.get(console.worker) == desk.AWAY, same)
        if console.queue != seen:
            console.queue = seen
            await self._house.server.emit("queue", items, to=console.sid, namespace=STAFF)


def _reaches(waiting: Waiting, console: Console, looked: Desk) -> bool:
    """On duty for it, and of the lines they serve by the site in force."""
    worker = looked.site.workers.get(console.worker)
    if worker is None:
        return False
    reach = reach_of(looked.site, worker)
    return waiting.contact.line in reach.lines or waiting.contact.night_line in reach.night_lines


def _item(waiting: Waiting, worker: str, looked: Desk) -> dict[str, Any]:
    contact = waiting.contact
    item: dict[str, Any] = {
        "contact": contact.id,
        "channel": contact.channel,
        "line": contact.line or contact.night_line,
        "municipality": contact.municipality,
        "state": contact.state,
        "waiting_since": when(contact.waiting_since),
        "waited_seconds": max(0, int((looked.at - contact.waiting_since).total_seconds())),
        "language": contact.language,
        "offered_until": None,
    }
    conversation = waiting.conversation
    if waiting.ticket is not None:
        item["ticket"] = waiting.ticket
    if conversation is not None and conversation.offered_to == worker and conversation.offered_until:
        item["offered_until"] = when(conversation.offered_until)
    return item
