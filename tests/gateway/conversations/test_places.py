"""Where a citizen stands in the queue: behind all who came before and wait for the same workers."""

from __future__ import annotations

from datetime import timedelta

from gateway.conversations import desk, opening
from gateway.conversations.opening import Wanted
from tests.gateway.conversations.evening import Evening

DUTY = (("foenix", 1, "anna"), ("toften", 1, "carla"))


def writes(world, line):
    """One more citizen, a second later: their conversation, and the place they are told as they begin."""
    world.clock.set(world.clock() + timedelta(seconds=1))
    with world.store.write() as connection:
        began = opening.begin(connection, world.gateway, Wanted(line=line), None, world.clock())
        place = desk.place_of(connection, world.gateway, began.contact, world.clock())
    return began, place.position


def places(world):
    """As everybody who waits is told afterwards."""
    with world.store.read() as connection:
        found = desk.look(connection, world.gateway, world.clock()).places()
    return {conversation: place.position for conversation, place in found.items()}


def test_whoever_comes_later_stands_behind_whatever_happens(each_world):
    evening = Evening(each_world, wake="nothing", duty=DUTY)
    first, elsewhere, second, third = (
        writes(each_world, line) for line in ("foenix", "toften", "foenix", "foenix")
    )
    told = {began.conversation: place for began, place in (first, elsewhere, second, third)}
    assert list(told.values()) == [1, 1, 2, 3]
    assert places(each_world) == told
    # Asked about, passed on and asked about again, nobody loses their place to who came after them.
    evening.at_the_screen("anna")
    for _ in range(3):
        evening.look()
        assert places(each_world) == told
        evening.waits(31)
        evening.at_the_screen("anna")
    evening.takes("anna", first[0].contact.id)
    assert places(each_world) == {
        elsewhere[0].conversation: 1, second[0].conversation: 1, third[0].conversation: 2,
    }  # fmt: skip
