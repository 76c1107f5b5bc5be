"""A citizen comes back to a chat with number and code: who is on duty now is asked, not who was then."""

from __future__ import annotations

import pytest

from gateway.conversations import desk, ending, opening, tickets
from gateway.conversations.opening import Wanted
from gateway.conversations.tickets import Right
from gateway.store import contacts as contact_rows
from gateway.store import conversations
from tests.flows.world import local
from tests.gateway.conversations.evening import Evening

# One after the other, with both consoles left open.
DUTY = (
    ("foenix", 1, "anna", "2026-11-24 13:00", "2026-11-24 15:00"),
    ("foenix", 1, "bo", "2026-11-24 15:00", "2026-11-24 23:00"),
)


@pytest.mark.parametrize(
    ("at", "asked", "other"),
    [("2026-11-24 14:59:59", "anna", "bo"), ("2026-11-24 15:00:00", "bo", "anna")],
)
def test_it_is_offered_to_who_is_on_duty_not_to_its_former_worker(each_world, at, asked, other):
    world = each_world
    evening = Evening(world, wake="nothing", duty=DUTY)
    code = tickets.new_code()
    with world.store.write() as connection:
        began = opening.begin(connection, world.gateway, Wanted(line="foenix"), None, world.clock())
        tickets.set_code(connection, began.conversation, tickets.hash_code(code), world.clock())
    evening.takes("anna", began.contact.id)
    with world.store.write() as connection:
        contact = contact_rows.lock_contact(connection, began.contact.id)
        assert ending.close(connection, contact, "anna", world.clock())

    world.clock.set(local(at))
    opened = tickets.try_code(world.store, began.ticket, code, world.clock())
    assert opened == Right(began.conversation)
    with world.store.write() as connection:
        assert opening.begin_again(connection, world.gateway, began.conversation, world.clock())
    evening.at_the_screen("anna", "bo")
    evening.look()

    with world.store.read() as connection:
        conversation = conversations.find(connection, began.conversation)
        looked = desk.look(connection, world.gateway, world.clock())
    assert conversation.contact != began.contact.id
    assert conversation.offered_to == asked
    assert [each.contact.id for each in looked.queue_of(asked)] == [conversation.contact]
    assert looked.queue_of(other) == []
