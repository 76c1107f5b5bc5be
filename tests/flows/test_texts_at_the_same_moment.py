"""Texts that come, and workers that take them, at the very same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from config.site import Channel
from gateway.contacts.claims import Claim, claim
from gateway.contacts.lifecycle import UNANSWERED
from gateway.store import contacts as contact_rows
from tests.flows.texts import Writer, conversation
from tests.flows.world import CITIZEN, FOENIX, World

ROUNDS = 5


def at_once(*does: Callable[[], Any]) -> list[Any]:
    """What came of each, all begun together."""
    barrier = threading.Barrier(len(does))
    came: list[Any] = [None] * len(does)

    def run(place: int, do: Callable[[], Any]) -> None:
        barrier.wait()
        came[place] = do()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(does)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


def text(world: World, sid: str, body: str) -> Callable[[], int]:
    form = {"MessageSid": sid, "From": CITIZEN, "To": FOENIX, "Body": body}
    return lambda: world.signed_quietly("/sms/incoming", **form).status_code


def test_texts_of_one_phone_make_one_conversation_and_each_is_kept_once(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(1)
    texts = [text(world, f"SM{number % 4}", f"Nummer {number % 4}") for number in range(8)]
    assert set(at_once(*texts)) == {200}
    world.run(3)
    assert len(world.contacts()) == 1
    written = conversation(world)
    assert sorted(m.text for m in written if m.sender == "citizen") == [f"Nummer {n}" for n in range(4)]
    assert [message.seq for message in written] == [1, 2, 3, 4, 5]


def test_of_two_workers_who_take_one_text_one_has_it(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    anna, bo = Writer(world, "anna"), Writer(world, "bo")
    for number in range(ROUNDS):
        text(world, f"SM{number}", "Det begynder igen")()
        contact = world.contacts()[-1].id
        taken = at_once(
            lambda: anna.asks("accept", contact).status_code,  # noqa: B023
            lambda: bo.asks("accept", contact).status_code,  # noqa: B023
        )
        assert sorted(taken) == [200, 409]
        winner = anna if taken[0] == 200 else bo
        assert world.contacts()[-1].answered_by == winner.worker
        winner.closes(contact)
        world.run(1)
    world.run(5)
    world.expect_texts(2 * ROUNDS)


def test_of_a_text_and_a_call_taken_by_one_worker_one_is_theirs(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.worker("backup")
    anna = Writer(world, "anna")
    for number in range(ROUNDS):
        text(world, f"SM{number}", "Det begynder igen")()
        written = world.contacts()[-1].id
        call = world.citizen_calls(FOENIX, from_="+4530999888")
        (spoken,) = [
            each.id for each in world.contacts() if each.channel == Channel.VOICE and each.state in UNANSWERED
        ]

        def by_phone(contact: str = spoken) -> bool:
            with world.store.write() as connection:
                contact_rows.lock_contact(connection, contact)
                return claim(connection, contact, "anna", None, world.clock()) is Claim.WON

        by_text, spoke = at_once(lambda: anna.asks("accept", written).status_code == 200, by_phone)  # noqa: B023
        assert [by_text, spoke].count(True) == 1
        if by_text:
            anna.closes(written)
        call.hang_up()
        world.run(3)
        if spoke:
            anna.accepts(written)
            anna.closes(written)
            world.run(3)
    world.expect_texts(2 * ROUNDS)
