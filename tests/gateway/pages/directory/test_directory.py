"""The directory on the phone: found in seconds, kept by those who know the place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.carrier.virtual.scripts import Answers
from tests.gateway.pages.visiting import signed_in

POLICE = {
    "kind": "police",
    "name": "Politiet i Esbjerg",
    "phone": "114",
    "hours": "altid",
    "note": "Sig, at du ringer fra Akutlinjen",
}
SHELTER = {"kind": "shelter", "name": "Herberget", "phone": "76 16 00 55", "hours": "hver dag 22-6"}


def adds(visitor, entry, municipality="0561"):
    visitor.get(f"/directory/new?municipality={municipality}")
    return visitor.send("/directory/new", **entry)


@pytest.fixture
def koord(world):
    visitor = signed_in(world, "koord")
    assert adds(visitor, POLICE).status_code == 303
    assert adds(visitor, SHELTER).status_code == 303
    return visitor


def test_who_is_open_now_with_a_number_to_touch(world, koord):
    world.clock.set(world.clock().replace(hour=23))
    page = signed_in(world, "nadia").get("/directory?municipality=0561").text
    assert page.index("Politiet i Esbjerg") < page.index("Herberget")
    assert page.count("Åben nu") == 2
    assert 'href="tel:114">Ring 114<' in page
    assert 'href="tel:+4576160055">Ring +45 76 16 00 55<' in page
    assert 'href="tel:112"' in page
    world.clock.set(world.clock() + timedelta(hours=12))
    page = signed_in(world, "nadia").get("/directory?municipality=0561").text
    assert page.count("Åben nu") == 1
    assert page.count("Lukket nu") == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [("politi", ["Politiet"]), ("RINGER akut", ["Politiet"]), ("114", ["Politiet"]), ("herb", ["Herberget"])],
)
def test_every_word_of_a_search_stands_somewhere_in_it(world, koord, words, found):
    page = koord.get("/directory", query_string={"municipality": "0561", "q": words}).text
    assert [name for name in ("Politiet", "Herberget") if f"<h3>{name}" in page] == found


def test_what_is_searched_in_vain_says_what_to_do(world, koord):
    assert "Ingen fundet" in koord.get("/directory?municipality=0561&q=hospital").text
    assert "Intet endnu" in koord.get("/directory?municipality=0430").text


def test_it_opens_at_the_municipality_of_the_conversation_one_is_in(world):
    world.on_duty(("vest", 1, "nadia"))
    world.worker("nadia", Answers(4, keys=[(2, "1")]))
    nadia = signed_in(world, "nadia")
    assert "Vejviser: Esbjerg" in nadia.get("/directory").text  # the first, since she has none of her own
    assert "Vejviser: Faaborg-Midtfyn" in signed_in(world, "carla").get("/directory").text
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with))
    assert "Vejviser: Esbjerg" in nadia.get("/directory").text
    assert 'href="/directory?municipality=0561"' in nadia.get(f"/contacts/{world.contact().id}").text
    call.hang_up()
    world.run(10)


def test_an_entry_is_changed_removed_and_brought_back(world, koord):
    koord.get("/directory?municipality=0561")
    entry = koord.page.text.split('href="/directory/')[1].split('"')[0]
    koord.get(f"/directory/{entry}")
    assert "altid" in koord.page.text
    koord.send(f"/directory/{entry}", **POLICE | {"name": "Politiet"})
    koord.follow()
    assert "Politiet i Esbjerg" not in koord.page.text
    koord.get(f"/directory/{entry}")
    koord.send(f"/directory/{entry}/remove")
    koord.follow()
    assert "Den er fjernet" in koord.page.text
    assert "Politiet" not in koord.page.text
    koord.send(f"/directory/{entry}/bring-back")
    koord.follow()
    assert "Politiet" in koord.page.text


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", " ", "Skriv et navn"),
        ("name", "x" * 81, "Skriv det kortere"),
        ("phone", "ring til Bo", "Skriv et telefonnummer"),
        ("hours", "når vi kan", "Skriv en linje for hver tid"),
        ("note", "x" * 501, "Skriv det kortere"),
        ("kind", "bager", "Vælg, hvad det er"),
        ("valid_until", "31.12", "Vælg en dato"),
    ],
)
def test_what_can_not_be_saved_is_told_at_its_field_and_nothing_typed_is_lost(world, field, value, what):
    visitor = signed_in(world, "koord")
    answer = adds(visitor, SHELTER | {field: value})
    assert answer.status_code == 400
    assert what in answer.text
    assert f'id="{field}-problem"' in answer.text
    assert field == "name" or "Herberget" in answer.text
    assert "Intet endnu" in visitor.get("/directory?municipality=0561").text


def test_only_the_places_own_coordinators_change_it(world, koord):
    entry = koord.get("/directory?municipality=0561").text.split('href="/directory/')[1].split('"')[0]
    anna = signed_in(world, "anna")
    assert "Ret</a>" not in anna.get("/directory?municipality=0561").text
    assert anna.get(f"/directory/{entry}").status_code == 403
    assert koord.get("/directory/new?municipality=0999").status_code == 404
    assert koord.get("/directory/nothing").status_code == 404


def test_a_strange_municipality_shows_ones_own(world, koord):
    assert "Vejviser: Esbjerg" in koord.get("/directory?municipality=9999").text
