"""A world whose lines chat, and a chat process that looks at it."""

from __future__ import annotations

import re
from datetime import timedelta

from gateway.conversations import desk, left_open, offers, opening, taking, unanswered, unread, waking
from gateway.conversations.opening import Wanted
from gateway.store import contacts as contact_rows
from gateway.store import site_versions, staff_presence
from tests.flows.world import FOENIX, SITE


class Evening:
    """A world whose lines chat, and a chat process's looks at it, one a second."""

    def __init__(self, world, wake="", duty=(("foenix", 1, "anna"), ("foenix", 1, "bo"))):
        self.world = world
        self.another_process_looks()
        site = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
        if wake:
            site = site.replace("[line.ring]\n", f'[line.ring]\nwake = "{wake}"\n')
        site_versions.save(world.store, world.gateway.vault, site, world.clock())
        world.book.refresh()
        if duty:
            world.on_duty(*duty)

    def another_process_looks(self):
        """One that has just begun, and knows of nobody who was told."""
        self.woken, self.unanswered, self.unread = set(), set(), set()

    def citizen_writes(self):
        with self.world.store.write() as connection:
            began = opening.begin(
                connection, self.world.gateway, Wanted(line="foenix"), None, self.world.clock()
            )
        return began.contact.id

    def citizen_texts(self, to=FOENIX, words="Er der nogen?"):
        self.world.citizen_texts(words, to)
        return self.world.contacts()[-1].id

    def at_the_screen(self, *workers):
        with self.world.store.write() as connection:
            staff_presence.beat(connection, "a chat process", workers, self.world.clock())

    def takes(self, worker, contact):
        with self.world.store.write() as connection:
            came = taking.take(connection, self.world.gateway, contact, worker, self.world.clock())
        assert came is taking.Taking.WON

    def goes_away(self, worker):
        with self.world.store.write() as connection:
            contact_rows.set_away(connection, worker, self.world.clock())

    def passes(self, seconds, *at_the_screen):
        for _ in range(seconds):
            self.world.run(1)
            self.at_the_screen(*at_the_screen)
            self.look()
        self.world.run(0)

    def waits(self, seconds):
        """In one leap: for stories in which nothing happens meanwhile."""
        self.world.clock.set(self.world.clock() + timedelta(seconds=seconds))
        self.world.run(0)
        self.look()
        self.world.run(0)

    def look(self):
        world = self.world
        with world.store.read() as connection:
            looked = desk.look(connection, world.gateway, world.clock())
        offers.make(world.store, looked, world.clock())
        with world.store.read() as connection:
            looked = desk.look(connection, world.gateway, world.clock())
        waking.write(world.store, looked, self.woken, world.clock())
        unanswered.write(world.gateway, looked, self.unanswered, world.clock())
        unread.write(world.gateway, self.unread, world.clock())
        left_open.end_silent(world.gateway, world.clock())

    def texts(self):
        names = {worker.mobile: name for name, worker in self.world.site.workers.items()}
        sent = self.world.exchange.messages
        return [(names[message.to], message.body) for message in sent if message.to in names]
