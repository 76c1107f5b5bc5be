"""The words a caller hears, in which order, and how long nothing is asked of us meanwhile."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.scripts import Answers, Caller
from tests.flows.world import FOENIX, World

LONGEST_TURN_SECONDS = 10
GREETING_SECONDS = 8
WHISPER_SECONDS = 3


def seconds_of(call: Call, begins: str) -> float:
    said = next(said for said in call.said if said.text.startswith(begins))
    return (said.until - said.at).total_seconds()


def turns(world: World, call: Call) -> list[float]:
    at = [letter.at for letter in world.post.documents(call.sid)]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(at)]


def test_the_greeting_names_the_line_and_112_within_eight_seconds(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(20)
    assert call.heard[:3] == [
        "Du har ringet til Akuttilbuddet Fønix. Er nogen i livsfare, så ring 112. "
        "Jeg finder en medarbejder til dig.",
        "For English, press 2.",
        "Vi ringer til en medarbejder nu. Bliv i røret.",
    ]
    assert seconds_of(call, "Du har ringet") < GREETING_SECONDS


@pytest.mark.parametrize("keys", [[], [(1, "2")]], ids=["danish", "english"])
@pytest.mark.parametrize("duty", [[], [("foenix", 1, "anna")], [("foenix", 1, "anna"), ("vest", 1, "nadia")]])
def test_no_turn_of_ten_minutes_takes_more_than_ten_seconds(quick_world: World, duty, keys) -> None:
    quick_world.on_duty(*duty)
    for name in ("anna", "nadia", "backup"):
        quick_world.worker(name)
    quick_world.expect_message("koord")
    call = quick_world.citizen_calls(FOENIX, Caller(keys=keys))
    quick_world.run(600)
    assert call.is_in_progress
    assert max(turns(quick_world, call)) <= LONGEST_TURN_SECONDS
    assert len(turns(quick_world, call)) > 60


def test_after_a_minute_every_third_turn_says_that_nobody_is_forgotten(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    for name in ("anna", "bo", "nadia", "backup"):
        quick_world.worker(name, Answers(59, keys=[]))
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(95)
    began = call.created_at
    words = [
        ((said.at - began).total_seconds(), said.text)
        for said in call.said
        if said.text.startswith("Det tager")
    ]
    assert words
    assert all(at >= 60 for at, _ in words)
    assert words[0][1].endswith("Tryk 5, hvis du hellere vil ringes op.")
    holds = [said for said in call.said if said.text.startswith("Vi ringer til en medarbejder")]
    assert all((said.at - began).total_seconds() < 60 for said in holds)
    quiet = [letter for letter in quick_world.post.documents(call.sid) if "<Say" not in letter.body]
    assert len(quiet) >= len(words) + len(holds)


def test_nobody_took_it_is_offered_and_never_ends_by_itself(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna")
    quick_world.worker("backup")
    quick_world.expect_message("koord")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(1800)
    assert call.is_in_progress
    offers = [words for words in call.heard if words.startswith("Lige nu kan ingen tage telefonen. Tryk 1")]
    assert len(offers) >= 5
    (told,) = quick_world.exchange.phones[quick_world.site.workers["koord"].mobile].texts
    assert told.startswith("Akuttilbuddet Fønix: En borger ventede kl. 14.0")
    assert quick_world.kinds().count("coordinator_told") == 1
    assert quick_world.kinds().count("round_began") >= 10


def test_english_is_spoken_from_the_key_on_and_the_worker_is_told(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(3, "2")]))
    quick_world.run(12)
    assert call.heard[1] == "I will look for someone who speaks English. Please stay on the line."
    leg = anna.pick_up()
    quick_world.run(5)
    assert leg.heard[:2] == ["Esbjerg, Akuttilbuddet Fønix. Tryk 1.", "Taler engelsk."]
    assert call.said[1].language == "en-GB"
    assert leg.said[0].language == "da-DK"
    assert quick_world.contact().language == "en"


def test_after_the_key_for_english_an_english_speaker_is_rung_first_in_the_next_round(
    quick_world: World,
) -> None:
    quick_world.on_duty(("foenix", 1, "bo"), ("foenix", 1, "anna"))
    for name in ("anna", "bo", "backup"):
        quick_world.worker(name)
    quick_world.expect_message("koord")
    quick_world.citizen_calls(FOENIX, Caller(keys=[(1, "2")]))
    quick_world.run(75)
    first, second = quick_world.rung()[0][0], quick_world.rung()[3][0]
    assert (first, second) == ("bo", "anna")


def test_the_whisper_is_short_and_said_twice(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    quick_world.worker("backup")
    quick_world.citizen_calls(FOENIX)
    quick_world.run(1)
    leg = anna.pick_up()
    quick_world.run(20)
    assert leg.heard == ["Esbjerg, Akuttilbuddet Fønix. Tryk 1."] * 2
    assert seconds_of(leg, "Esbjerg") <= WHISPER_SECONDS
    assert leg.is_over


def test_a_key_counts_from_the_first_syllable(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    call = quick_world.citizen_calls(FOENIX)
    quick_world.run(1)
    anna.pick_up().press("1")
    assert quick_world.run_until(lambda: bool(call.talking_with)) <= 1


@pytest.mark.parametrize("keys", ["3", "9", "*", "#", "0", "4"])
def test_a_key_that_means_nothing_does_no_harm(quick_world: World, keys: str) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("anna", Answers(15, keys=[(1, "1")]))
    call = quick_world.citizen_calls(FOENIX, Caller(keys=[(2, keys), (9, keys)]))
    quick_world.run_until(lambda: bool(call.talking_with), limit=20)
