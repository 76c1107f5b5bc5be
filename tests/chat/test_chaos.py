"""The chat processes and Valkey are killed under conversations: what was acknowledged arrives once.

``AKUTLINJEN_DRILL_CHATS=200`` is the whole drill: a minute, one of them killed every 5 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import uuid

import pytest
import socketio

from gateway.processes.tied import tied
from gateway.redis_server import embedded_redis
from tests.chat.people import Citizen, Place, Worker, agreed, eventually
from tests.ports import free_port

CHATS = int(os.environ.get("AKUTLINJEN_DRILL_CHATS", "4"))
IS_DRILL = CHATS > 4
SECONDS, KILLED_EVERY = (60.0, 5.0) if IS_DRILL else (20.0, 2.0)
# Each writes so often that all together write at most some 160 messages a second.
PAUSE = 0.0125 * CHATS
PATIENCE = 60.0 if IS_DRILL else 20.0


class Restless:
    """A person who goes on: writes, is cut off, comes back, and sends again what was not acknowledged."""

    def __init__(self, urls):
        self.urls, self.turn = urls, 0
        self.person = None
        self.acknowledged = {}

    def url(self):
        self.turn += 1
        return self.urls[self.turn % len(self.urls)]

    async def send(self, event, payload):
        while True:
            try:
                answer = await self.person.call(event, payload, timeout=5)
            except (socketio.exceptions.SocketIOError, AttributeError):
                await self.come_back()
                continue
            if answer["ok"] or answer["error"]["code"] != "rate_limited":
                return answer
            await asyncio.sleep(0.2)

    async def writes(self, text):
        answer = await self.send("message", self.payload(text))
        assert answer["ok"], answer
        self.acknowledged[answer["seq"]] = text

    async def come_back(self):
        if self.person is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.person.leave_the_net(), 2)
        while True:
            try:
                await asyncio.wait_for(self.connect(), PATIENCE)
            except (socketio.exceptions.SocketIOError, TimeoutError, OSError):
                await asyncio.sleep(0.2)
            else:
                return


class RestlessCitizen(Restless):
    def __init__(self, urls):
        super().__init__(urls)
        self.seen, self.token = [], None

    def payload(self, text):
        return {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.token}{text}")), "text": text}

    async def connect(self):
        citizen = Citizen(self.url())
        await citizen.connect()
        if self.token is not None:
            self.keep()
            after = self.seen[-1]["seq"] if self.seen else 0
            answer = await citizen.call("rejoin", {"token": self.token, "after": after}, timeout=PATIENCE)
            assert answer["ok"], answer
            self.seen += answer["messages"]
        self.person = citizen

    def keep(self):
        """What the last connection was sent."""
        if self.person is not None:
            self.seen += self.person.messages
            self.person.messages.clear()

    def received(self):
        return [*self.seen, *(self.person.messages if self.person else [])]


class RestlessWorker(Restless):
    def __init__(self, urls, token, contact=None):
        super().__init__(urls)
        self.token, self.contact, self.seen = token, contact, []

    def payload(self, text):
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.contact}{text}"))
        return {"contact": self.contact, "id": name, "text": text}

    async def connect(self):
        if self.person is not None:
            self.seen += self.person.messages
            self.person.messages.clear()
        last = {}
        for message in self.seen:
            last[message["contact"]] = message["seq"]
        worker = Worker(self.url(), self.token)
        await worker.connect(after=last)
        self.person = worker

    def received(self):
        return [*self.seen, *(self.person.messages if self.person else [])]


@pytest.mark.timeout(600)
def test_kill_the_chat_processes_and_redis_in_turn(tmp_path):
    with embedded_redis(tmp_path / "redis") as embedded:
        database_url = f"sqlite:///{tmp_path / 'akutlinjen.db'}"
        place = Place(database_url, tmp_path, redis_url=embedded.url, crowd=CHATS)
        server = subprocess.Popen(tied(embedded.argv))
        holder = [server]
        try:
            ports = [free_port(), free_port()]
            running = place.start_together(*ports)
            asyncio.run(story(place, running, holder, embedded))
        finally:
            holder[0].kill()
            holder[0].wait()
            place.close()


def has_all(person, acknowledged):
    received = person.received()
    return bool(received) and received[-1]["seq"] >= max(acknowledged)


async def pair(place, urls, name):
    """A citizen and a worker who talk; the worker comes later, so that no queue is sent to a crowd."""
    citizen, worker = RestlessCitizen(urls), RestlessWorker(urls, place.tokens[name])
    await citizen.come_back()
    citizen.token = agreed(await citizen.person.starts(line="foenix"))["token"]
    alone = await Worker(worker.url(), worker.token).connect()
    (item,) = await alone.sees(1)
    worker.contact = item["contact"]
    agreed(await alone.takes(worker.contact))
    await alone.leave_the_net()
    return citizen, worker


async def story(place, running, holder, embedded):
    urls = [each.url for each in running]
    pairs = [await pair(place, urls, f"crowd{number}") for number in range(CHATS)]
    await asyncio.gather(*(worker.come_back() for _citizen, worker in pairs))
    until = asyncio.get_running_loop().time() + SECONDS

    async def talk(person, who):
        count = 0
        while asyncio.get_running_loop().time() < until:
            count += 1
            await person.writes(f"{who} {count}")
            await asyncio.sleep(PAUSE)

    async def kill_in_turn():
        turn = 0
        while asyncio.get_running_loop().time() < until - 4:
            await asyncio.sleep(KILLED_EVERY)
            turn += 1
            if turn % 3 == 0:
                holder[0].kill()
                holder[0].wait()
                await asyncio.sleep(1)
                holder[0] = subprocess.Popen(tied(embedded.argv))
            else:
                victim = running[turn % 2]
                await asyncio.to_thread(victim.kill)
                running[turn % 2] = await asyncio.to_thread(place.start, victim.port)

    talks = [talk(citizen, "citizen") for citizen, _worker in pairs]
    talks += [talk(worker, "worker") for _citizen, worker in pairs]
    await asyncio.gather(kill_in_turn(), *talks)
    for citizen, worker in pairs:
        acknowledged = citizen.acknowledged | worker.acknowledged
        assert len(acknowledged) == len(citizen.acknowledged) + len(worker.acknowledged)
        assert len(acknowledged) > 4
        for person in (citizen, worker):
            await person.come_back()
            await eventually(
                lambda person=person, known=acknowledged: has_all(person, known), "the last message", PATIENCE
            )
            received = person.received()
            assert [each["seq"] for each in received] == list(range(1, len(received) + 1))
            assert {each["seq"]: each["text"] for each in received} == acknowledged
            await person.person.leave_the_net()
