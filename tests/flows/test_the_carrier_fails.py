"""The carrier's API refuses, is busy, or does not answer: somebody is reached all the same."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import cast

import pytest

from gateway.carrier import Carrier, CarrierUnreachableError
from gateway.carrier.virtual.scripts import Answers, Caller, RingsOut, Unallocated
from gateway.carrier.virtual.webhooks import Kind
from tests.flows.world import FOENIX, SHARED, World

TAKES_IT = Answers(3, keys=[(2, "1")])
LONGEST_TURN_SECONDS = 10


def to(world: World, name: str):
    return lambda form: form.get("To") == world.site.workers[name].mobile


@pytest.mark.parametrize("kind", [429, 500, 503, "timeout", "garbled"])
def test_what_fails_once_is_asked_for_again(world: World, kind: int | str) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api(kind, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    assert world.run_until(lambda: anna.is_ringing) <= 2
    world.run_until(lambda: bool(call.talking_with), limit=8)
    assert len(anna.calls) == 1


def test_a_call_that_was_placed_without_an_answer_rings_once(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api("timeout-after", operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=8)
    assert len(anna.calls) == 1
    assert world.contact().offered_at is not None


@pytest.mark.parametrize("kind", [429, 500, "timeout", 401, 404])
def test_when_the_api_fails_for_good_the_citizens_own_leg_dials(world: World, kind: int | str) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", RingsOut())
    bo = world.worker("bo", TAKES_IT)
    world.expect_trouble("ring_failed")
    if kind in {401, 404}:
        world.expect_message("koord")  # the account itself is in trouble
    world.faults.fail_next_api(kind, times=1000, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=60)
    assert call.talking_with == {bo.number}
    assert world.engaged() == {"bo"}
    assert (world.contact().state, world.contact().answered_by) == ("answered", "bo")
    world.run(200)
    assert call.talking_with == {bo.number}
    bo.hang_up()
    world.run(10)
    assert call.is_over
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."
    assert (world.contact().state, world.contact().ended_by) == ("ended", "worker")
    assert world.engaged() == set()


def test_dialled_phones_pass_on_with_2_and_voicemail_does_not_win(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", Answers(3, keys=[(2, "2")]))
    bo = world.worker("bo", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api(500, times=1000, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=40)
    assert call.talking_with == {bo.number}


def test_the_citizen_who_hangs_up_in_a_dial_silences_the_phone(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api(500, times=1000, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: anna.is_ringing, limit=25)
    call.hang_up()
    world.run(2)
    assert world.ringing() == set()
    assert world.contact().state == "abandoned"


def test_the_citizen_who_hangs_up_on_a_dialled_worker_ends_it(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api(500, times=1000, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=40)
    world.run(30)
    call.hang_up()
    world.run(5)
    assert (world.contact().state, world.contact().ended_by) == ("ended", "citizen")
    assert world.engaged() == set()


def test_a_lost_end_of_a_dial_is_no_dead_end(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", RingsOut())
    bo = world.worker("bo", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.expected_failures = 5
    world.faults.fail_next_api(500, times=1000, operation="CreateCall")
    world.faults.drop(Kind.FETCH, times=1, matching=lambda form: "DialCallStatus" in form)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=90)
    assert call.talking_with == {bo.number}


def test_a_number_that_the_api_refuses_never_stops_the_others(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    bo = world.worker("bo", TAKES_IT)
    world.expect_trouble("ring_failed")
    world.expect_message("koord")
    world.faults.fail_next_api(400, operation="CreateCall", matching=to(world, "anna"))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=8)
    assert call.talking_with == {bo.number}
    (told,) = world.exchange.phones[world.site.workers["koord"].mobile].texts
    assert told.startswith("Akuttilbuddet Fønix: En medarbejders telefon kunne ikke ringes op")


def test_with_every_update_failing_they_are_connected_within_one_turn(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    anna = world.worker("anna")
    world.worker("bo")
    world.expect_trouble("hang_up_failed", "move_failed")
    world.faults.fail_every_update = True
    call = world.citizen_calls(FOENIX)
    for wait in (0.5, 3, 8, 12):
        world.run(wait)
    anna.pick_up()
    anna.press("1")
    assert world.run_until(lambda: bool(call.talking_with)) <= LONGEST_TURN_SECONDS
    bo = world.worker("bo")
    if bo.is_ringing:
        leg = bo.pick_up()
        world.run(5)
        assert leg.heard == ["En kollega har taget den. Tak."]
    world.run(60)
    assert world.ringing() == set()
    anna.hang_up()
    world.run(5)
    assert call.heard[-1] == "Samtalen er slut. Du kan altid ringe igen."


@pytest.mark.parametrize("status", [404, 500])
def test_a_citizen_who_can_not_be_called_in_is_told_of_in_the_log(world: World, status: int) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", TAKES_IT)
    world.expect_trouble("move_failed")
    world.faults.fail_next_api(status, times=2, operation="UpdateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=20)
    assert world.trouble() == {"move_failed"}


@pytest.mark.parametrize("status", [404, 500])
def test_a_worker_who_can_not_be_called_away_is_told_of_in_the_log(world: World, status: int) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=20)
    world.expect_trouble("move_failed")
    world.faults.fail_next_api(status, times=8, operation="UpdateCall")
    call.hang_up()
    world.run(20)
    assert world.trouble() == {"move_failed"}


def test_a_citizen_who_hung_up_a_moment_ago_is_no_trouble(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: anna.is_ringing)
    world.faults.hold(Kind.STATUS)
    call.hang_up()
    anna.pick_up()
    anna.press("1")
    world.run(5)
    world.faults.release(Kind.STATUS)
    world.run(30)
    assert world.trouble() == set()


@pytest.mark.parametrize("after", [0.2, 1, 4, 9, 11, 19])
def test_with_every_update_failing_whenever_the_1_comes(quick_world: World, after: float) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    quick_world.expect_trouble("move_failed")
    quick_world.faults.fail_every_update = True
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run_until(lambda: anna.is_ringing)
    quick_world.run(after)
    anna.pick_up()
    anna.press("1")
    assert quick_world.run_until(lambda: bool(call.talking_with)) <= LONGEST_TURN_SECONDS


def test_an_unallocated_number_among_failing_ones(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("anna", Unallocated())
    bo = world.worker("bo", TAKES_IT)
    world.worker("backup")
    world.expect_trouble("ring_failed")
    world.faults.fail_next_api(503, times=4, operation="CreateCall")
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=16)  # asked for again at the first turn
    assert call.talking_with == {bo.number}


def test_the_accounts_pace_is_kept_when_many_are_on_duty(quick_world: World) -> None:
    from gateway.carrier.virtual.faults import Faults

    quick_world.exchange.faults = quick_world.faults = Faults(creates_per_second=1)
    quick_world.on_duty(*(("foenix", 1, name) for name in ("anna", "bo", "niels")))
    for name in ("anna", "bo", "niels"):
        quick_world.worker(name)
    quick_world.citizen_calls(FOENIX)
    quick_world.run(5)
    assert quick_world.ringing() == {"anna", "bo", "niels"}


@pytest.mark.parametrize("kind", [400, 500])
def test_an_alarm_that_can_not_be_sent_is_logged_and_stands_in_the_contact(
    world: World, kind: int | str
) -> None:
    world.expect_trouble("alarm_not_sent")
    world.worker("backup")
    world.faults.fail_next_api(kind, times=1000, operation="CreateMessage")
    world.citizen_calls(FOENIX)
    world.run(200)
    assert world.trouble() == {"alarm_not_sent"}
    (failed,) = [event for event in world.events() if event.kind == "coordinator_not_told"]
    assert failed.details == {"to": "koord"}


def test_no_webhook_asks_anybody_but_the_database(
    quick_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that is asked before the answer would keep callers in silence when it hangs."""
    asked: list[str] = []
    nobody = cast(Carrier, Watched(asked))
    monkeypatch.setitem(quick_world.app.extensions, "gateway", replace(quick_world.gateway, carrier=nobody))
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda *_, name=name: asked.append(name))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked.append("getaddrinfo"))
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna", TAKES_IT)
    quick_world.expect_texts(1)
    quick_world.citizen_texts("Er der nogen?")
    for called, keys in ((FOENIX, [(2, "2")]), (SHARED, [(1, "6700#")])):
        call = quick_world.citizen_calls(called, Caller(keys=keys))
        quick_world.run_until(lambda call=call: bool(call.talking_with), limit=30)
        quick_world.run(5)
        anna.hang_up()
        quick_world.run(10)
        assert call.is_over
    assert asked == []


class Watched:
    """Somebody who is told of, and never answers."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> object:
        self._asked.append(name)
        raise CarrierUnreachableError
