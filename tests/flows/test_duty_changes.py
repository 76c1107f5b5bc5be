"""Shifts end and rosters are edited while citizens wait: whoever is on duty then is rung, nobody else."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers
from tests.flows.world import FOENIX, TOFTEN, World

HANDOVER = "2026-11-24 15:00"
DAY = ("foenix", 1, "anna", "2026-11-24 07:00", HANDOVER)
EVENING = ("foenix", 1, "bo", HANDOVER, "2026-11-24 23:00")


@pytest.mark.parametrize(
    ("at", "who"),
    [("2026-11-24 14:59:59", "anna"), ("2026-11-24 15:00:00", "bo"), ("2026-11-24 15:00:01", "bo")],
)
def test_the_handover_is_exact(tmp_path, at: str, who: str) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at=at)
    world.on_duty(DAY, EVENING)
    world.worker(who)
    call = world.citizen_calls(FOENIX)
    world.run(0.5)
    assert world.ringing() == {who}
    call.hang_up()
    world.run(1)
    world.close()


def test_a_shift_that_ends_while_the_citizen_waits(database_url, tmp_path) -> None:
    world = World(database_url, tmp_path, at="2026-11-24 14:59:50")
    world.on_duty(DAY, EVENING, ("foenix", 2, "niels", "2026-11-24 07:00", HANDOVER))
    world.worker("anna")
    bo = world.worker("bo")
    world.citizen_calls(FOENIX)
    world.run_until(lambda: bo.is_ringing, limit=21)
    assert world.clock().second <= 10
    world.worker("backup")
    world.run(20)
    # The second tier's shift was over: never rung. The back-up's turn comes when it would have come.
    assert [who for who, _ in world.rung()] == ["anna", "bo", "backup"]
    assert world.rung()[2][1] == 25
    world.close()


def test_a_phone_that_rings_already_is_not_rung_twice(database_url, tmp_path) -> None:
    world = World(database_url, tmp_path, at="2026-11-24 14:59:50")
    world.on_duty(
        ("foenix", 1, "anna"), ("foenix", 2, "niels", "2026-11-24 07:00", HANDOVER), ("foenix", 2, "bo")
    )
    anna = world.worker("anna")
    world.worker("bo")
    world.citizen_calls(FOENIX)
    world.run(40)
    assert len(anna.calls) == 1
    assert [who for who, _ in world.rung()].count("bo") == 1
    world.close()


def test_a_roster_edited_while_the_citizen_waits_brings_the_new_worker(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    bo = world.worker("bo", Answers(3, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run(5)
    world.on_duty(("foenix", 1, "bo"))
    world.run_until(lambda: bool(call.talking_with), limit=20)
    assert call.talking_with == {bo.number}
    assert world.ringing() == set()


def test_a_worker_edited_away_before_their_phone_was_due_is_not_rung(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna")
    world.worker("niels")
    world.citizen_calls(FOENIX)
    world.run(24)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "niels"))
    world.run(10)
    assert {who for who, _ in world.rung()} == {"anna", "niels"}


def test_rosters_of_other_lines_that_change_all_the_time_do_not_keep_the_second_tier_waiting(
    world: World,
) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("toften", 1, "carla"))
    world.worker("anna")
    world.worker("bo")
    world.citizen_calls(FOENIX)
    for tier in (2, 1, 2, 1, 2):
        world.run(5)
        world.on_duty(("toften", tier, "carla"))
    world.run(10)
    assert world.rung() == [("anna", 0), ("bo", 25)]
    assert world.contact().roster_version == world.book.current()[1].version


def test_whoever_ends_their_shift_in_a_conversation_goes_on_talking(database_url, tmp_path) -> None:
    world = World(database_url, tmp_path, at="2026-11-24 14:59:30")
    world.on_duty(DAY, EVENING)
    anna = world.worker("anna", Answers(3, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run(120)
    assert call.talking_with == {anna.number}
    world.close()


def test_a_line_that_nobody_is_on_duty_for_is_answered_when_somebody_is(database_url, tmp_path) -> None:
    world = World(database_url, tmp_path, at="2026-11-24 14:59:00")
    world.on_duty(("toften", 1, "carla", HANDOVER, "2026-11-24 20:00"))
    carla = world.worker("carla", Answers(3, keys=[(2, "1")]))
    world.expect_message("koord")
    call = world.citizen_calls(TOFTEN)
    world.run_until(lambda: bool(call.talking_with), limit=90)
    assert call.talking_with == {carla.number}
    assert call.connected_at is not None
    assert (call.connected_at - world.clock()).total_seconds() <= 0
    assert (world.clock() - call.created_at).total_seconds() <= 60 + 10 + 6
    world.close()
