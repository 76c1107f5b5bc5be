"""The process that carries out errands dies: another goes on, and nothing is done twice for long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.carrier.virtual.scripts import Answers
from gateway.carrier.virtual.webhooks import Kind
from gateway.outbox.dispatcher import LEASE_SECONDS
from gateway.store import outbox
from tests.flows.world import FOENIX, World


class Killed(BaseException):
    """As ``kill -9``: nobody catches it."""


def dies(act: Callable[..., object], *, after: bool) -> Callable[..., object]:
    """Once; then it lives."""
    died: list[bool] = []

    def once(*args: object, **kwargs: object) -> object:
        if died:
            return act(*args, **kwargs)
        died.append(True)
        if after:
            act(*args, **kwargs)
        raise Killed

    return once


def kill_during(world: World, name: str, *, after: bool) -> None:
    carrier = world.gateway.carrier
    setattr(carrier, name, dies(getattr(carrier, name), after=after))


def live_on(world: World, seconds: float) -> None:
    """As ``run``, through the death of whoever was working."""
    until = world.clock().timestamp() + seconds
    while (left := until - world.clock().timestamp()) > 0:
        try:
            world.run(left)
        except Killed:
            continue


@pytest.mark.parametrize("after", [False, True], ids=["before the call was placed", "after it was placed"])
def test_between_placing_a_call_and_writing_so(world: World, after: bool) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    kill_during(world, "place_call", after=after)
    with pytest.raises(Killed):
        world.citizen_calls(FOENIX)
    live_on(world, LEASE_SECONDS + 2)
    assert [call.status for call in anna.calls] == ["ringing"]
    anna.pick_up().press("1")
    live_on(world, 2)
    assert world.contact().answered_by == "anna"


def test_with_the_news_of_the_first_call_late_the_phone_rings_twice_for_a_moment_only(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    anna.call_waiting = True
    world.worker("backup")
    world.expect_message("koord")
    kill_during(world, "place_call", after=True)
    world.faults.hold(Kind.STATUS)
    with pytest.raises(Killed):
        world.citizen_calls(FOENIX)
    live_on(world, LEASE_SECONDS + 5)
    assert len(anna.calls) == 2  # nobody could know of the first
    world.faults.release(Kind.STATUS)
    live_on(world, 1)
    assert sum(not call.is_over for call in anna.calls) == 1
    live_on(world, 120)
    assert sum(not call.is_over for call in anna.calls) <= 1


def test_between_a_1_and_calling_the_citizen_in(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    kill_during(world, "redirect_call", after=False)
    call = world.citizen_calls(FOENIX)
    live_on(world, 5.6)
    assert world.contact().state == "answered"
    live_on(world, 10)
    assert bool(call.talking_with)  # the hold loop brought them together


def test_between_a_1_and_silencing_the_others(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    bo = world.worker("bo")
    kill_during(world, "end_call", after=False)
    world.citizen_calls(FOENIX)
    live_on(world, 6 + LEASE_SECONDS)
    assert not bo.is_ringing


def test_an_errand_that_fails_by_our_own_fault_is_put_off_and_given_up(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo", Answers(3, keys=[(2, "1")]))
    world.expect_trouble("errand_failed")
    place = world.gateway.carrier.place_call
    asked: list[str] = []

    def breaks_for_anna(**call: object) -> str:
        if call["to"] == world.site.workers["anna"].mobile:
            asked.append("anna")
            raise RuntimeError("a fault of ours")
        return place(**call)  # type: ignore[arg-type]

    world.gateway.carrier.place_call = breaks_for_anna  # type: ignore[method-assign]
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=20)
    world.run(300)
    assert 1 <= len(asked) <= 8
    call.hang_up()
    world.run(5)


def test_an_errand_of_a_kind_that_nobody_knows_stops_nothing(world: World) -> None:
    world.expect_trouble("errand_failed")
    with world.store.write() as connection:
        outbox.add(connection, "dance", now=world.clock())
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=10)
    world.run(300)
    with world.store.read() as connection:
        assert not [row for row, _ in outbox.due(connection, world.clock(), ())]
