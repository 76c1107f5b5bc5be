"""SQL takes what is sent and says nothing: whoever calls is greeted and put through all the same, and soon.

Real processes and a real clock: what a caller's silence lasts is the point. The carrier gives a webhook up
after 15 s; a caller does so earlier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.scripts import Answers, RingsOut
from gateway.contacts.lifecycle import OVER
from gateway.store.engine import LOCK_SECONDS, StoreUnavailableError
from tests.flows.house import House
from tests.flows.test_first_ring_in_real_time import ANNA, seconds, today
from tests.flows.world import BACK_UP, FOENIX, SITE, World
from tests.hanging import HeldLock, StoppedServer
from tests.waiting import wait_until

# The words are spoken ten times as fast as by people, so that the test does not wait for them.
QUICK = Habits(dial_seconds=0.2, characters_per_second=150)
# More than a web process has threads.
CALLERS = 40
# Whoever comes first finds out that SQL hangs, and nobody waits for longer. What as many callers wait for
# when nothing hangs comes on top: the machine may do other things besides.
FIRST_WORD_SECONDS = LOCK_SECONDS + 1.5
LATER_WORD_SECONDS = 1.5


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    shifts = [today("foenix", 1, "anna")]
    with House(database_url, SITE, shifts, faults=Faults(), habits=QUICK) as house:
        yield house


@pytest.fixture
def hang(house: House, request: pytest.FixtureRequest) -> HeldLock | StoppedServer:
    if house.store.is_sqlite:
        return HeldLock(house.store.engine.url.database or "")
    return StoppedServer(request.getfixturevalue("postgres"))


def calls(house: House, count: int) -> list[Call]:
    return [house.exchange.call(f"+45301234{number:02}", FOENIX) for number in range(count)]


def first_words(callers: Sequence[Call]) -> list[float]:
    """How long each of them heard nothing."""
    wait_until(lambda: all(call.said for call in callers), "a greeting for everybody")
    assert {call.said[0].text.partition(".")[0] for call in callers} == {
        "Du har ringet til Akuttilbuddet Fønix"
    }
    return [seconds(call.created_at, call.said[0].at) for call in callers]


def hang_up(house: House, callers: Sequence[Call]) -> None:
    with house.exchange.lock:
        for call in callers:
            call.hang_up()


def is_written_down(house: House, sids: set[str]) -> bool:
    written = house.contacts()
    return {contact.carrier_key for contact in written} >= sids and all(
        contact.state in OVER for contact in written
    )


def test_everybody_is_greeted_soon_and_written_down_once(house, hang, capsys):
    for phone in (ANNA, BACK_UP):
        house.exchange.phone(phone, RingsOut())
    before = calls(house, CALLERS)
    usual = max(first_words(before))
    hang_up(house, before)
    known = {call.sid for call in before}
    wait_until(lambda: is_written_down(house, known), "calls like any other")
    with hang:
        together = calls(house, CALLERS)
        first = max(first_words(together))
        later = max(first_words(calls(house, 1))[0] for _ in range(3))
        hang_up(house, list(house.exchange.calls.values()))
    with capsys.disabled():
        print(f"\n  first words of {CALLERS} after {first:.2f} s, later {later:.2f} s; usually {usual:.2f} s")
    assert first <= usual + FIRST_WORD_SECONDS
    assert later <= usual + LATER_WORD_SECONDS
    sids = {call.sid for call in house.exchange.calls.values() if call.direction == "inbound"}
    wait_until(lambda: is_written_down(house, sids), "every call in the books", 40)
    written = house.contacts()
    assert sorted(contact.carrier_key for contact in written) == sorted(sids)
    assert {contact.carrier_key for contact in written if not contact.provisional} == known
    assert not list((house.var_dir / "notebook").glob("*"))


def test_somebody_answers_while_it_hangs_and_the_next_call_is_one_like_any_other(house, hang):
    house.exchange.phone(ANNA, Answers(0.3, keys=[(0.5, "1")]))
    with hang:
        (call,) = calls(house, 1)
        wait_until(lambda: call.talking_with == {ANNA}, "a conversation", 20)
    wait_until(lambda: [contact.state for contact in house.contacts()] == ["answered"], "the books", 20)
    assert house.engaged() == {"anna": house.contacts()[0].id}
    hang_up(house, [call])
    wait_until(lambda: not house.engaged(), "a free worker", 20)
    (again,) = calls(house, 1)
    wait_until(lambda: again.talking_with == {ANNA}, "a conversation", 20)
    second = next(contact for contact in house.contacts() if contact.carrier_key == again.sid)
    assert (second.provisional, second.answered_by) == (False, "anna")
    hang_up(house, [again])


# --- in the middle of writing the call down -----------------------------------------------------------


def stop_at_the_commit(world: World, server: StoppedServer) -> None:
    """Once: the statement is on its way, and nobody knows whether it will count."""

    def stop(_connection: sa.engine.Connection) -> None:
        server.begin()

    sa.event.listen(world.store.engine, "commit", stop, once=True)


def goes_on(world: World, server: StoppedServer) -> None:
    server.end()
    wait_until(lambda: _answers(world), "the database", 10)


def _answers(world: World) -> bool:
    try:
        world.contacts()
    except StoreUnavailableError:
        return False
    return True


@pytest.fixture
def stopping(postgres, postgres_url, tmp_path) -> Iterator[tuple[World, StoppedServer]]:
    world = World(postgres_url, tmp_path / "var")
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.expect_trouble("store_unavailable", "provisional_call", "outbox_waits", "store_hangs")
    server = StoppedServer(postgres)
    yield world, server
    goes_on(world, server)
    world.close()


def test_what_was_being_committed_is_the_same_contact(stopping):
    world, server = stopping
    anna = world.worker("anna", Answers(3, keys=[(2, "1")]))
    stop_at_the_commit(world, server)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: call.talking_with == {anna.number}, limit=30)
    goes_on(world, server)
    world.run(60)
    contact = world.contact()
    assert (contact.state, contact.answered_by, contact.carrier_key) == ("answered", "anna", call.sid)
    assert call.talking_with == {anna.number}
    assert world.kinds().count("taken") == 1
    call.hang_up()
    world.run(10)
    assert world.contact().state == "ended"
    assert world.engaged() == set()


def test_nobody_else_is_rung_for_a_call_that_was_taken_meanwhile(stopping):
    """SQL goes on and has the phones to ring in its outbox, before the notes are carried over."""
    world, server = stopping
    anna = world.worker("anna", Answers(3, keys=[(2, "1")]))
    stop_at_the_commit(world, server)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: call.talking_with == {anna.number}, limit=30)
    world.keeps_house = False
    goes_on(world, server)
    world.run(40)
    assert [name for name, _ in world.rung()] == ["anna"]
    world.keeps_house = True
    world.run(6)
    assert (world.contact().state, world.contact().answered_by) == ("answered", "anna")
    call.hang_up()
    world.run(10)
