"""Nights made up at random: whatever goes wrong, every call ends as it should and nothing is left behind."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.scripts import (
    Answers,
    Busy,
    Caller,
    Declines,
    Fails,
    HangsUpDuringWhisper,
    RingsOut,
    Script,
    Unallocated,
    Voicemail,
)
from gateway.contacts.closing import ClosingReason, close
from gateway.store import contacts as store
from tests.flows.world import FOENIX, FOENIX_PARTNERS, SHARED, TOFTEN, World

# More by hand: AKUTLINJEN_NIGHTS=1000 pytest tests/flows/test_random_walks.py
RUNS = int(os.environ.get("AKUTLINJEN_NIGHTS", "120"))
BATCHES = 8
CALLS_IN_A_RUN = 3
WORKERS = ("anna", "bo", "niels", "nadia", "carla", "backup")
OVER = {"ended", "abandoned", "call_back"}
AT_THE_END_SECONDS = 240


def somebody(chance: random.Random) -> Script:
    """What a worker does with a phone that rings."""
    after, key = chance.uniform(0.2, 20), chance.uniform(0, 7)
    talks = chance.choice([None, chance.uniform(0.1, 5), chance.uniform(5, 90)])
    keys = [(key, "1")]
    if chance.random() < 0.3:
        keys += [(key + chance.uniform(2, 30), "*"), (key + chance.uniform(30, 40), chance.choice("12*9"))]
    takes_it = Answers(after, keys=keys, hangs_up_after_connected=talks)
    others: list[Script] = [
        Answers(after, keys=[(key, "2")]),
        Answers(after, keys=[(key, chance.choice("3*#"))]),
        Answers(after, hangs_up_after=chance.uniform(0, 4), keys=[(key, "1")]),
        HangsUpDuringWhisper(after, key),
        Voicemail(after),
        Declines(after),
        Busy(),
        RingsOut(),
        Fails(),
        Unallocated(),
    ]
    return takes_it if chance.random() < 0.5 else chance.choice(others)


def a_citizen(chance: random.Random) -> Caller:
    keys: list[tuple[float, str]] = []
    if chance.random() < 0.4:
        keys.append((chance.uniform(0, 12), chance.choice(["6700", "5750", "9999", "2", "67"])))
    if chance.random() < 0.3:
        at = chance.uniform(10, 90)
        keys += [
            (at, "5"),
            (at + chance.uniform(1, 9), chance.choice(["1#", "40506070#", "12#"])),
            (at + 12, "1"),
        ]
    patience = chance.choice([None, chance.uniform(0, 3), chance.uniform(0, 120)])
    return Caller(keys=sorted(keys), hangs_up_after=patience)


def trouble(chance: random.Random, seed: int) -> Faults:
    if chance.random() < 0.2:
        return Faults(seed)
    return Faults(
        seed,
        lose=chance.uniform(0, 0.3),
        double=chance.uniform(0, 0.3),
        delay=(chance.uniform(0, 0.4), 8),
        reorder=chance.uniform(0, 0.3),
        fetch_lose=chance.uniform(0, 0.05),
        fetch_double=chance.uniform(0, 0.3),
        fetch_delay=(chance.uniform(0, 0.2), 4),
        api_errors={kind: chance.uniform(0, 0.06) for kind in (429, 500, "timeout", "timeout-after")},
        creates_per_second=chance.choice([None, None, 1, 3]),
    )


def a_night(world: World, chance: random.Random, seed: int) -> None:
    faults = world.faults = world.exchange.faults = trouble(chance, seed)
    faults.fail_every_update = chance.random() < 0.1
    places = [("foenix", 1), ("foenix", 2), ("vest", 1), ("toften", 1)]
    duty = [(*place, who) for place in places for who in chance.sample(WORKERS[:5], chance.randint(0, 2))]
    world.on_duty(*duty)
    for name in WORKERS:
        world.worker(name, somebody(chance))
    for number in range(CALLS_IN_A_RUN):
        to = chance.choice([FOENIX, FOENIX, TOFTEN, SHARED, FOENIX_PARTNERS])
        from_ = chance.choice([f"+4530{seed % 1000:03d}{number:03d}", None])
        world.exchange.call(from_, to, a_citizen(chance))
        world.run(chance.choice([0, 0, chance.uniform(0, 40)]))
        if chance.random() < 0.2:
            world.on_duty(*chance.sample(duty, chance.randint(0, len(duty))))
    world.run(chance.uniform(30, 150))
    # Morning: whoever is on the line hangs up, and nothing goes wrong any more.
    world.faults = world.exchange.faults = Faults()
    for call in list(world.exchange.calls.values()):
        if call.direction == "inbound" or (
            call.direction == "outbound-api" and call.party.startswith("+4530")
        ):
            call.hang_up()
    for name in WORKERS:
        world.worker(name, RingsOut())
    world.run(AT_THE_END_SECONDS)


def what_is_wrong(world: World) -> list[str]:
    found = []
    contacts = world.contacts()
    found += [f"a contact is {contact.state}" for contact in contacts if contact.state not in OVER]
    waiting = any(contact.state == "call_back" for contact in contacts)
    if world.engaged():
        found.append(f"engaged: {world.engaged()}")
    if world.ringing() and not waiting:
        found.append(f"rings on: {world.ringing()}")
    if not waiting:
        found += [f"a call goes on: {call}" for call in world.exchange.calls.values() if not call.is_over]
    for contact in contacts:
        kinds = Counter(event.kind for event in world.events_of(contact.id))
        if kinds["taken"] > 1 + kinds["call_back_no_answer"] + kinds["dropped"]:
            found.append(f"taken {kinds['taken']} times")
        if kinds["ended"] + kinds["abandoned"] > 1:
            found.append("ended twice")
    live = [leg for leg in world.legs() if leg.state not in {"ended", "planned"}]
    found += [f"a leg is {leg.state}" for leg in live if not waiting]
    return found


def call_off(world: World) -> None:
    """What is still to be called back is no matter of the next night."""
    for contact in world.contacts():
        if contact.state == "call_back":
            with world.store.write() as connection:
                locked = store.lock_contact(connection, contact.id)
                assert locked is not None
                close(connection, locked, ClosingReason.TEST, "koord", world.clock())
    world.run(60)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_nights(tmp_path: Path, batch: int) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path)
    world.expect_trouble("ring_failed", "hang_up_failed", "move_failed", "alarm_not_sent")
    world.expected_failures = 10_000
    for seed in range(batch, RUNS, BATCHES):
        a_night(world, random.Random(seed), seed)
        assert what_is_wrong(world) == [], f"seed {seed}"
        assert world.trouble() <= world.expected_trouble, f"seed {seed}"
        assert not world.exchange.complaints, f"seed {seed}: {world.exchange.complaints}"
        call_off(world)
        world.exchange.calls.clear()
    world.store.close()
