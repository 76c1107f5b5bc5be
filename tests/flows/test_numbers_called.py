"""Which number was called decides who is rung: lines, partners, shared numbers, and numbers nobody knows."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers, Caller
from gateway.carrier.virtual.webhooks import Kind
from gateway.store import site_versions
from tests.flows.world import (
    BACK_UP,
    CITIZEN,
    FOENIX,
    FOENIX_PARTNERS,
    PUBLIC,
    SHARED,
    SITE,
    TOFTEN,
    World,
)

TAKES_IT = Answers(3, keys=[(2, "1")])


def everybody_answers(world: World, *names: str) -> None:
    for name in names:
        world.worker(name, TAKES_IT)


def test_a_line_rings_its_own_workers(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("toften", 1, "carla"))
    everybody_answers(quick_world, "carla")
    call = quick_world.citizen_calls(TOFTEN)
    quick_world.run_until(lambda: bool(call.talking_with), limit=10)
    assert quick_world.contact().entry == "line:toften"
    assert quick_world.contact().municipality == "0430"


@pytest.mark.parametrize(("at", "is_open"), [("2026-11-24 19:59", True), ("2026-11-24 20:00", False)])
def test_a_closed_line_tells_its_hours_and_puts_through_all_the_same(
    tmp_path, at: str, is_open: bool
) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at=at)
    world.on_duty(("toften", 1, "carla"), ("foenix", 1, "anna"))
    everybody_answers(world, "carla")
    call = world.citizen_calls(TOFTEN)
    world.run_until(lambda: bool(call.talking_with), limit=20)
    assert call.heard[0].startswith("Lige nu har Akuttilbuddet Toften lukket") is not is_open
    assert "112" in call.heard[0]
    world.close()


def test_a_closed_line_with_nobody_on_duty_says_where_it_is_open_and_offers_a_call_back(tmp_path) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 21:00")
    world.on_duty(("foenix", 1, "anna"))
    world.expect_message("koord")
    call = world.citizen_calls(TOFTEN)
    world.run(60)
    assert call.heard[0].startswith("Lige nu har Akuttilbuddet Toften lukket. Åbningstiden er hver dag")
    assert call.heard[1] == "For English, press 2."
    assert call.heard[2].startswith("Lige nu kan ingen tage telefonen. Tryk 1")
    assert not any("Vi ringer til en medarbejder" in words for words in call.heard)
    assert call.is_in_progress
    world.close()


@pytest.mark.parametrize(
    ("hours", "is_said"), [("always", True), ("daily 07:00-21:00", False), ("daily 21:00-22:00", True)]
)
@pytest.mark.parametrize("keys", [[], [(1, "2")]], ids=["danish", "english"])
def test_a_closed_line_with_nobody_on_duty_says_the_other_number_that_is_open(
    tmp_path, hours: str, is_said: bool, keys
) -> None:
    """Of the same municipality: Fønix serves both here."""
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 21:00")
    site = SITE.replace('municipalities = ["0561"]', 'municipalities = ["0561", "0430"]', 1)
    site = site.replace('voice = ["always"]', f'voice = ["{hours}"]', 1)
    site_versions.save(world.store, world.gateway.vault, site, world.clock())
    world.book.refresh()
    world.on_duty(("foenix", 1, "anna"))
    world.expect_message("koord")
    call = world.citizen_calls(TOFTEN, Caller(keys=keys))
    world.run(60)
    other = (
        "Call 76, 16, 0 0, 0 1. It is open now." if keys else "Ring til 76, 16, 0 0, 0 1. Der er åbent nu."
    )
    assert (other in call.heard) is is_said
    assert not any("76, 16, 0 0, 0 2" in words for words in call.heard)
    assert call.is_in_progress
    world.close()


def test_partners_get_through_when_the_public_line_is_closed(tmp_path) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 21:00")
    world.on_duty(("toften", 1, "carla"))
    everybody_answers(world, "carla")
    call = world.citizen_calls("+4576160092")
    world.run_until(lambda: bool(call.talking_with), limit=15)
    assert call.heard[0].startswith("Du har ringet til Akuttilbuddet Toften.")
    assert world.contact().partner
    world.close()


@pytest.mark.parametrize(
    ("keys", "line", "municipality", "who"),
    [
        ("6700", "foenix", "0561", "anna"),
        ("5750", "toften", "0430", "carla"),
    ],
)
def test_a_postcode_leads_from_the_shared_number_to_its_line(
    quick_world: World, keys: str, line: str, municipality: str, who: str
) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("toften", 1, "carla"))
    everybody_answers(quick_world, who)
    call = quick_world.citizen_calls(SHARED, Caller(keys=[(2, keys)]))
    assert call.heard[0].startswith("Tast dit postnummer")
    quick_world.run_until(lambda: bool(call.talking_with), limit=12)
    assert (quick_world.contact().line, quick_world.contact().municipality) == (line, municipality)
    assert call.heard[1].startswith("Du har ringet til Akuttilbuddet")


SPEECHLESS = ""


@pytest.mark.parametrize("keys", [SPEECHLESS, "9999", "67", "0000", "*00#", "6**0", "1234"])
def test_by_night_whoever_keys_in_nothing_that_is_known_reaches_the_night_line(tmp_path, keys: str) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 23:30")
    world.on_duty(("vest", 1, "nadia"), ("foenix", 1, "anna"))
    everybody_answers(world, "nadia")
    call = world.citizen_calls(SHARED, Caller(keys=[(1, keys)] if keys else ()))
    world.run_until(lambda: bool(call.talking_with), limit=25)
    assert call.talking_with == {world.site.workers["nadia"].mobile}
    assert sum(words.startswith("Tast dit postnummer") for words in call.heard) == 1
    assert (world.contact().line, world.contact().night_line) == (None, "vest")
    world.close()


@pytest.mark.parametrize("keys", [SPEECHLESS, "9999"])
def test_by_day_they_reach_the_back_up_and_then_whoever_is_on_duty_on_a_line(
    quick_world: World, keys: str
) -> None:
    quick_world.on_duty(("toften", 1, "carla"))
    quick_world.worker("backup")
    everybody_answers(quick_world, "carla")
    call = quick_world.citizen_calls(SHARED, Caller(keys=[(1, keys)] if keys else ()))
    quick_world.run_until(lambda: bool(call.talking_with), limit=60)
    assert call.talking_with == {quick_world.site.workers["carla"].mobile}
    (backup, _), (carla, _) = quick_world.rung()
    assert (backup, carla) == ("backup", "carla")


def test_a_shared_number_rings_within_a_second_of_the_postcode(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    quick_world.citizen_calls(SHARED, Caller(keys=[(2, "6700")]))
    quick_world.run(2)
    assert quick_world.run_until(lambda: anna.is_ringing) <= 1


def test_a_postcode_that_comes_twice_places_the_call_once(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    everybody_answers(quick_world, "anna")
    quick_world.faults.repeat(Kind.FETCH, times=2, matching=lambda form: "Digits" in form)
    call = quick_world.citizen_calls(SHARED, Caller(keys=[(2, "6700")]))
    quick_world.run_until(lambda: bool(call.talking_with), limit=12)
    assert quick_world.kinds().count("placed") == 1
    assert [who for who, _ in quick_world.rung()] == ["anna"]


@pytest.mark.parametrize(
    ("then", "who", "place"),
    [([(17, "6700")], "anna", "Akuttilbuddet Fønix"), ([], "nadia", "Natlinjen Vest")],
    ids=["with a postcode", "without one"],
)
def test_whoever_chooses_english_is_asked_for_the_postcode_in_english(tmp_path, then, who, place) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 23:30")
    world.on_duty(("vest", 1, "nadia"), ("foenix", 1, "anna"))
    everybody_answers(world, who)
    call = world.citizen_calls(SHARED, Caller(keys=[(7, "2"), *then]))
    world.run_until(lambda: bool(call.talking_with), limit=40)
    assert call.heard[1] == "For English, press 2."
    assert call.heard[2].startswith("Key in your postcode")
    assert call.heard[3].startswith(f"You have called {place}.")
    assert call.heard.count("For English, press 2.") == 1
    assert world.contact().language == "en"
    world.close()


def test_the_key_for_english_again_and_again_gets_through(tmp_path) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at="2026-11-24 23:30")
    world.on_duty(("vest", 1, "nadia"))
    everybody_answers(world, "nadia")
    world.citizen_calls(SHARED, Caller(keys=[(at, "2#") for at in range(2, 40, 2)]))
    world.run_until(lambda: world.contact().state == "answered", limit=60)
    world.close()


@pytest.mark.parametrize("number", ["+4576169999", "", "sip:somebody@elsewhere", "112"])
def test_a_number_that_the_site_does_not_list_is_answered_all_the_same(
    quick_world: World, number: str
) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.worker("backup", TAKES_IT)
    quick_world.worker("anna")
    if number.startswith("+"):
        quick_world.exchange.provision(
            number, f"{PUBLIC}/voice/incoming", f"{PUBLIC}/voice/fallback", f"{PUBLIC}/voice/status"
        )
        call = quick_world.citizen_calls(number)
        quick_world.run_until(lambda: bool(call.talking_with), limit=15)
        assert call.talking_with == {BACK_UP}
    else:
        answer = quick_world.signed("/voice/incoming", CallSid="CA" + "1" * 32, To=number, From=CITIZEN)
        assert answer.status_code == 200
        assert "<Gather" in answer.get_data(as_text=True)
        quick_world.run(1)
        assert quick_world.ringing() == {"backup"}
    assert quick_world.contact().entry == "unknown"


def test_withheld_numbers_are_first_class(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    everybody_answers(quick_world, "anna")
    call = quick_world.citizen_calls(FOENIX, from_=None)
    quick_world.run_until(lambda: bool(call.talking_with), limit=12)
    assert quick_world.contact().caller_number is None


def test_the_partner_number_of_an_open_line_is_marked(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    anna = quick_world.worker("anna")
    quick_world.citizen_calls(FOENIX_PARTNERS)
    quick_world.run(1)
    leg = anna.pick_up()
    quick_world.run(4)
    assert leg.heard[:2] == ["Esbjerg, Akuttilbuddet Fønix. Tryk 1.", "En samarbejdspartner."]
