"""Who is rung when: tiers, the night line, the back-up, keys, voicemail, and phones that can't be reached."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import (
    Answers,
    Busy,
    Declines,
    Fails,
    HangsUpDuringWhisper,
    RingsOut,
    Script,
    Unallocated,
    Voicemail,
)
from gateway.contacts import ringing
from gateway.store.contacts import set_away
from tests.flows.world import FOENIX, TOFTEN, World

TAKES_IT = Answers(3, keys=[(2, "1")])


def test_a_tier_is_rung_one_a_second_and_the_next_joins_while_it_still_rings(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "niels"), ("foenix", 2, "bo"))
    for name in ("anna", "niels", "bo"):
        world.worker(name)
    world.citizen_calls(FOENIX)
    world.run(1)
    assert world.ringing() == {"anna"}
    world.run(1)
    assert world.ringing() == {"anna", "niels"}
    world.run(22.9)
    assert world.ringing() == {"anna", "niels"}
    world.run(0.7)
    assert world.ringing() == {"anna", "niels", "bo"}
    assert world.rung() == [("anna", 0), ("niels", 1), ("bo", 25)]


def test_the_first_ring_is_placed_within_a_second_and_the_talk_begins_within_one_of_the_1(
    world: World,
) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)
    assert world.run_until(lambda: anna.is_ringing) <= 1
    anna.pick_up()
    world.run(3)
    anna.press("1")
    assert world.run_until(lambda: bool(call.talking_with)) <= 1


def test_no_phone_rings_for_more_than_a_minute(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    for name in ("anna", "bo", "nadia", "backup"):
        world.worker(name, RingsOut())
    world.citizen_calls(FOENIX)
    world.run(59)
    assert "anna" in world.ringing()
    world.run(8)  # the carrier adds a few seconds of its own
    assert "anna" not in world.ringing()
    assert "nadia" in world.ringing()


def test_when_one_takes_it_every_other_phone_is_silent_at_once(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "niels"), ("foenix", 1, "bo"), ("vest", 1, "nadia"))
    for name in ("anna", "niels", "nadia"):
        world.worker(name)
    bo = world.worker("bo")
    world.citizen_calls(FOENIX)
    world.run(26)
    assert world.ringing() == {"anna", "niels", "bo", "nadia"}
    bo.pick_up()
    bo.press("1")
    world.run(1)
    assert world.ringing() == set()
    rung = len(world.rung())
    world.run(200)
    assert len(world.rung()) == rung


def test_before_it_is_due_the_next_tier_is_never_rung_once_somebody_has_it(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", TAKES_IT)
    world.citizen_calls(FOENIX)
    world.run(120)


def test_2_passes_on_and_the_next_rings_at_once(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna = world.worker("anna")
    bo = world.worker("bo", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run(2)
    leg = anna.pick_up()
    leg.press("2")
    assert world.run_until(lambda: bo.is_ringing) <= 1
    world.run_until(lambda: bool(call.talking_with), limit=10)
    assert leg.heard[-1] == "Tak. Vi ringer til den næste."
    assert call.talking_with == {bo.number}


@pytest.mark.parametrize("key", ["3", "5", "*", "0"])
def test_another_key_repeats_the_whisper(world: World, key: str) -> None:
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run(2)
    leg = anna.pick_up()
    world.run(2.5)
    leg.press(key)
    world.run(1)
    assert len(leg.heard) == 2
    leg.press("1")
    world.run_until(lambda: bool(call.talking_with), limit=2)


def test_voicemail_never_wins(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", Voicemail(picks_up_after=1))
    bo = world.worker("bo", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=25)
    assert call.talking_with == {bo.number}
    assert world.legs()[0].outcome == "missed"


@pytest.mark.parametrize(
    ("script", "outcome", "within"),
    [
        (HangsUpDuringWhisper(2, 1), "missed", 4),
        (Declines(2), "busy", 4),
        (Busy(), "busy", 2),
        (Fails(), "failed", 2),
        (Unallocated(), "failed", 2),
    ],
)
def test_a_phone_that_comes_to_nothing_brings_the_next_at_once(
    world: World, script: Script, outcome: str, within: float
) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", script)
    bo = world.worker("bo", RingsOut())
    world.citizen_calls(FOENIX)
    assert world.run_until(lambda: bo.is_ringing) <= within
    assert world.legs()[0].outcome == outcome


@pytest.mark.parametrize("script", [Unallocated(), Fails(), Busy()])
def test_one_bad_number_never_stops_the_others(world: World, script: Script) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"), ("foenix", 1, "niels"))
    world.worker("anna", script)
    world.worker("bo", script)
    niels = world.worker("niels", TAKES_IT)
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=12)
    assert call.talking_with == {niels.number}


def test_then_the_night_line_and_then_its_back_up(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("vest", 1, "nadia"), ("vest", 2, "niels"))
    for name in ("anna", "nadia", "niels"):
        world.worker(name)
    backup = world.worker("backup", Answers(2, keys=[(1, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with), limit=90)
    assert world.rung() == [("anna", 0), ("nadia", 25), ("niels", 50), ("backup", 75)]
    assert call.talking_with == {backup.number}
    assert world.contact().answered_by == "backup:vest"
    call.hang_up()
    world.run(5)
    assert world.contact().state == "ended"


def test_a_line_with_nobody_begins_with_the_night_line(world: World) -> None:
    world.on_duty(("vest", 1, "nadia"))
    nadia = world.worker("nadia")
    world.citizen_calls(FOENIX)
    assert world.run_until(lambda: nadia.is_ringing) <= 1


def test_near_workers_of_the_night_line_ring_first(world: World) -> None:
    world.on_duty(("vest", 1, "nadia"), ("vest", 1, "niels"))  # niels serves Fønix by day
    for name in ("nadia", "niels"):
        world.worker(name)
    world.citizen_calls(FOENIX)
    world.run(3)
    assert [who for who, _ in world.rung()] == ["niels", "nadia"]


def test_a_worker_in_a_contact_is_not_rung_for_another(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("anna", TAKES_IT)
    world.worker("bo", RingsOut())
    first = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(first.talking_with), limit=10)
    rung = len(world.rung())
    world.citizen_calls(FOENIX, from_="+4530999999")
    world.run(15)
    assert [who for who, _ in world.rung()[rung:]] == ["bo"]
    second = world.contacts()[1]
    assert second.plan["skipped"] == [{"worker": "anna", "because": "in another contact"}]


def test_everyone_is_busy_and_then_somebody_is_not(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", TAKES_IT)
    world.worker("backup")
    world.expect_message("koord", 2)
    first = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(first.talking_with), limit=10)
    second = world.citizen_calls(TOFTEN, from_="+4530999999")
    world.run(30)
    assert not any(words.startswith("Vi ringer") for words in second.heard)  # nobody is told that phones ring
    second.hang_up()
    third = world.citizen_calls(FOENIX, from_="+4530999998")
    world.run(30)
    first.hang_up()
    world.run_until(lambda: bool(third.talking_with), limit=60)
    assert world.engaged() == {"anna"}
    third.hang_up()
    world.run(5)
    assert world.engaged() == set()


def test_a_phone_that_rings_is_not_rung_for_a_second_contact_which_goes_on_to_the_next(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna, bo = world.worker("anna"), world.worker("bo")
    first = world.citizen_calls(FOENIX)
    world.run(1)
    second = world.citizen_calls(FOENIX, from_="+4530999999")
    assert world.run_until(lambda: bo.is_ringing) <= 1
    bo.pick_up().press("1")
    assert world.run_until(lambda: bool(second.talking_with)) <= 1
    assert len(anna.calls) == 1
    anna.pick_up().press("1")
    assert world.run_until(lambda: bool(first.talking_with)) <= 1


def test_who_rings_for_two_contacts_and_takes_one_rings_no_more_for_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both were placed in the same moment, by two processes that could not see each other's.
    monkeypatch.setattr(ringing, "rings_elsewhere", lambda *_: False)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    anna, bo = world.worker("anna"), world.worker("bo")
    anna.call_waiting = True
    first = world.citizen_calls(FOENIX)
    second = world.citizen_calls(FOENIX, from_="+4530999999")
    world.run(3)
    assert sum(call.status == "ringing" for call in anna.calls) == 2
    leg = anna.calls[0]
    leg.pick_up()
    leg.press("1")
    assert world.run_until(lambda: bo.is_ringing) <= 1  # the other contact does not wait for anna
    world.run(2)
    assert world.ringing() == {"bo"}
    assert anna.calls[1].is_over
    assert bool(first.talking_with) != bool(second.talking_with)


def test_who_is_away_is_not_rung(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    with world.store.write() as connection:
        set_away(connection, "anna", world.clock())
    bo = world.worker("bo")
    world.citizen_calls(FOENIX)
    world.run(10)
    assert bo.is_ringing
    assert world.contact().plan["skipped"] == [{"worker": "anna", "because": "away"}]


def test_who_goes_away_before_their_phone_is_due_is_not_rung(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    for name in ("anna", "nadia"):
        world.worker(name)
    world.citizen_calls(FOENIX)
    world.run(10)
    with world.store.write() as connection:
        set_away(connection, "bo", world.clock())
    world.run(41)
    assert world.ringing() == {"anna", "nadia"}
