"""Phones that accept at the same moment: one winner, on either database, across voice, SMS and chat.

``AKUTLINJEN_DRILL_ROUNDS=1000`` runs the whole drill.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from config.site import Channel
from gateway.contacts.claims import Claim, claim
from gateway.conversations import opening, taking
from gateway.conversations.opening import Wanted
from gateway.conversations.taking import Taking
from gateway.store import contacts as contact_rows
from gateway.store import site_versions
from gateway.store.ids import new_id
from tests.flows.world import SITE, World

ROUNDS = int(os.environ.get("AKUTLINJEN_DRILL_ROUNDS", "60"))


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    site = re.sub(r"^(voice = .*)$", r'\1\nchat = ["always"]', SITE, flags=re.MULTILINE)
    site_versions.save(world.store, world.gateway.vault, site, world.clock())
    world.book.refresh()
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    yield world
    world.close()


def waits(world, channel):
    """A contact that nobody has."""
    now = world.clock()
    with world.store.write() as connection:
        # The line's SMS have hours as its chat has; a call is written as the web process writes one.
        written = Channel.CHAT if channel is Channel.VOICE else channel
        began = opening.begin(connection, world.gateway, Wanted(line="foenix"), None, now, channel=written)
        if channel is not Channel.VOICE:
            return began.contact.id
        name = new_id()
        call = replace(began.contact, id=name, channel="voice", carrier_key=f"CA{name}", conversation=None)
        contact_rows.insert_contact(connection, call)
    return name


def takes(world, contact, worker, channel, second):
    """Whether this phone won: by its 1 on the telephone, by a touch on the screen."""
    with world.store.write() as connection:
        if channel is Channel.VOICE:
            return claim(connection, contact, worker, "leg", world.clock()) is Claim.WON
        return (
            taking.take(connection, world.gateway, contact, worker, world.clock(), second=second)
            is Taking.WON
        )


def at_once(threads, phones):
    barrier = Barrier(len(phones))

    def press(phone):
        barrier.wait()
        return takes(*phone)

    return list(threads.map(press, phones))


@pytest.mark.timeout(600)
def test_two_workers_and_one_citizen(world):
    with ThreadPoolExecutor(2) as threads:
        for number in range(ROUNDS):
            channel = Channel.CHAT if number % 2 else Channel.VOICE
            contact = waits(world, channel)
            won = at_once(threads, [(world, contact, worker, channel, False) for worker in ("anna", "bo")])
            assert sorted(won) == [False, True]
            with world.store.write() as connection:
                kept = contact_rows.find_contact(connection, contact)
                assert kept.answered_by == ("anna", "bo")[won.index(True)]
                contact_rows.release(connection, contact)


@pytest.mark.timeout(600)
def test_one_worker_with_a_call_an_sms_and_a_chat(world):
    """Also when they choose a second chat at that moment: an SMS and a chat may be two, never with a call."""
    with ThreadPoolExecutor(3) as threads:
        for number in range(ROUNDS):
            contacts = {channel: waits(world, channel) for channel in Channel}
            second = number % 2 == 1
            phones = [(world, contact, "anna", channel, second) for channel, contact in contacts.items()]
            won = dict(zip(contacts, at_once(threads, phones), strict=True))
            if won[Channel.VOICE] or not second:
                assert sum(won.values()) == 1, won
            else:
                assert sum(won.values()) in {1, 2}, won
            with world.store.write() as connection:
                for contact in contacts.values():
                    contact_rows.release(connection, contact)
