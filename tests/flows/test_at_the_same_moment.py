"""Two workers press 1, one worker presses it twice, one webhook comes on two processes: with real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.site import Channel
from gateway.contacts.claims import Claim, claim
from gateway.contacts.lifecycle import ContactState
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from gateway.store.engine import Store
from gateway.store.ids import new_id
from tests.flows.databases import ready_store
from tests.flows.world import FOENIX, World

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
ROUNDS = 1000


def test_two_press_1_at_the_same_instant_and_one_has_it(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    phones = [world.worker("anna"), world.worker("bo")]
    call = world.citizen_calls(FOENIX)
    world.run(3)
    legs = [phone.pick_up() for phone in phones]
    world.run(1)
    with world.exchange.lock:
        for leg in legs:
            leg.press("1")
    world.run(4)
    winner, loser = legs if call.talking_with == {legs[0].party} else reversed(legs)
    assert call.talking_with == {winner.party}
    assert loser.heard[-1] == "En kollega har taget den. Tak."
    assert loser.is_over
    assert world.kinds().count("taken") == 1
    assert len(world.engaged()) == 1


@pytest.fixture
def database(database_url: str) -> Store:
    opened = ready_store(database_url)
    yield opened
    opened.close()


def new_contact(database: Store) -> str:
    contact = Contact(
        id=new_id(), channel=Channel.VOICE, carrier_key=new_id(), entry="line:foenix", language="da",
        state=ContactState.WAITING, waiting_since=NOW, last_turn_at=NOW, line="foenix",
    )  # fmt: skip
    with database.write() as connection:
        store.insert_contact(connection, contact)
    return contact.id


class Together:
    """Does several things at the same instant, each in a thread of its own, as often as asked."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count)
        self._barrier = threading.Barrier(count)

    def do(self, *acts: Callable[[], Claim]) -> list[Claim]:
        def begin(act: Callable[[], Claim]) -> Claim:
            self._barrier.wait(60)
            return act()

        return [each.result(60) for each in [self._pool.submit(begin, act) for act in acts]]


def taking(database: Store, contact: str, worker: str) -> Callable[[], Claim]:
    def act() -> Claim:
        with database.write() as connection:
            store.lock_contact(connection, contact)
            return claim(connection, contact, worker, f"leg of {worker}"[:32], NOW)

    return act


def slots(database: Store) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(row.worker, row.contact) for row in connection.execute(store.engagements.select())]


def test_a_thousand_times_two_claim_one_contact_and_one_wins(database: Store) -> None:
    together = Together(2)
    for _ in range(ROUNDS):
        contact = new_contact(database)
        came = together.do(taking(database, contact, "anna"), taking(database, contact, "bo"))
        assert sorted(came, key=str) == [Claim.TAKEN, Claim.WON]
        winner = "anna" if came[0] is Claim.WON else "bo"
        assert slots(database) == [(winner, contact)]
        with database.write() as connection:
            assert store.find_contact(connection, contact).answered_by == winner
            store.release(connection, contact)


def test_a_thousand_times_one_worker_claims_two_contacts_and_has_one(database: Store) -> None:
    together = Together(2)
    for _ in range(ROUNDS):
        contacts = [new_contact(database), new_contact(database)]
        came = together.do(*(taking(database, contact, "anna") for contact in contacts))
        assert sorted(came, key=str) == [Claim.ENGAGED, Claim.WON]
        won = contacts[came.index(Claim.WON)]
        assert slots(database) == [("anna", won)]
        with database.write() as connection:
            states = {contact: store.find_contact(connection, contact).state for contact in contacts}
            assert sorted(states.values()) == ["answered", "waiting"]
            store.release(connection, won)


def test_two_workers_take_each_others_contacts_crosswise(database: Store) -> None:
    """Each contact rings both. Nobody waits for the other, whatever the order of the locks."""
    together = Together(4)
    for _ in range(200):
        one, other = new_contact(database), new_contact(database)
        came = together.do(
            taking(database, one, "anna"), taking(database, other, "bo"),
            taking(database, other, "anna"), taking(database, one, "bo"),
        )  # fmt: skip
        assert came.count(Claim.WON) <= 2
        assert came.count(Claim.WON) >= 1
        held = slots(database)
        assert len({worker for worker, _ in held}) == len(held) == came.count(Claim.WON)
        with database.write() as connection:
            store.release(connection, one)
            store.release(connection, other)


@pytest.mark.parametrize("times", [20])
def test_whole_presses_of_1_at_the_same_moment(database_url: str, tmp_path: Path, times: int) -> None:
    """Through the webhooks, on threads: two contacts, two workers, and a phone rings for one alone."""
    world = World(database_url, tmp_path)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    phones = [world.worker("anna"), world.worker("bo")]
    for phone in phones:
        phone.call_waiting = True
    pool = ThreadPoolExecutor(4)
    for number in range(times):
        calls = [world.citizen_calls(FOENIX, from_=f"+45301000{place}{number % 10}") for place in (1, 2)]
        world.run(4)
        ours = {contact.id for contact in world.contacts()[-2:]}
        legs = [leg for leg in world.legs() if leg.contact in ours and leg.call_sid]
        assert len(legs) == len({leg.target for leg in legs}) == 2
        barrier = threading.Barrier(2)

        def press(leg, barrier=barrier) -> str:
            barrier.wait(60)
            form = {"CallSid": leg.call_sid, "CallStatus": "in-progress", "Digits": "1", "From": FOENIX}
            return world.signed_quietly(f"/voice/legs/{leg.id}/key", **form).get_data(as_text=True)

        answers = [each.result(30) for each in [pool.submit(press, leg) for leg in legs]]
        winners = [answer for answer in answers if "<Conference" in answer]
        assert 1 <= len(winners) <= 2
        taken = [contact for contact in world.contacts()[-2:] if contact.state == "answered"]
        assert len(taken) == len(winners) == len(world.engaged())
        assert len({contact.answered_by for contact in taken}) == len(taken)
        for call in calls:
            call.hang_up()
        for phone in phones:
            while phone.is_in_use:
                phone.hang_up() if phone.call.is_in_progress else phone.call.hang_up()
        world.run(20)
        assert world.engaged() == set()
    world.close()


def test_the_same_first_webhook_on_two_threads_makes_one_contact(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    pool = ThreadPoolExecutor(2)
    for number in range(20):
        barrier = threading.Barrier(2)
        form = {"CallSid": f"CA{number:032d}", "From": "+4530123456", "To": FOENIX, "CallStatus": "ringing"}

        def post(barrier=barrier, form=form) -> int:
            barrier.wait(60)
            return world.signed_quietly("/voice/incoming", **form).status_code

        assert [each.result(60) for each in [pool.submit(post) for _ in range(2)]] == [200, 200]
        assert len(world.contacts()) == number + 1
    assert sum(leg.target == "anna" for leg in world.legs()) == 20


def test_the_beginning_and_the_end_at_the_same_moment(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    pool = ThreadPoolExecutor(2)
    for number in range(20):
        barrier = threading.Barrier(2)
        form = {"CallSid": f"CA{number:032d}", "From": "+4530123456", "To": FOENIX}

        def post(path: str, status: str, barrier=barrier, form=form) -> int:
            barrier.wait(60)
            return world.signed_quietly(path, CallStatus=status, **form).status_code

        both = [
            pool.submit(post, "/voice/incoming", "ringing"),
            pool.submit(post, "/voice/status", "completed"),
        ]
        assert [each.result(60) for each in both] == [200, 204]
    assert {contact.state for contact in world.contacts()} == {"abandoned"}
    world.run(60)
    assert world.ringing() == set()
