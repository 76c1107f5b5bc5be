"""Who answers then, who was on duty then, and why: by the roster as it stood."""

from __future__ import annotations

import pytest

from gateway.pages.reasons_said import because
from routing import reasons
from routing.roster import OnDuty
from tests.flows.world import local


def test_now_by_default_with_reasons(desk):
    page = desk.get("/roster/who").text
    assert "på vagt på Akuttilbuddet Fønix til 4/12 kl. 15.00, trin 1" in page
    assert "Udgave 1, udgivet af test" in page
    assert "Åbent" in page


def test_the_future_by_the_plan_that_is_published(desk):
    page = desk.get("/roster/who?line=foenix&channel=voice&at=2026-11-25T16:00").text
    assert page.index("Anna") < page.index("på vagt da")
    assert "Bo" in page


def test_the_past_as_it_stood_then_though_it_was_changed_since(desk, world):
    asked = "/roster/who?line=toften&at=2026-11-24T14:30"
    world.clock.set(local("2026-11-24 14:50"))
    world.on_duty(("toften", 1, "koord", "2026-11-20 00:00", "2026-12-20 00:00"))
    page = desk.get(asked).text
    assert "Carla" in page
    assert "Planen er ændret siden." in page
    assert "Udgave 1," in page
    later = desk.get("/roster/who?line=toften&at=2026-11-24T15:30").text
    assert "Planen er ændret siden." not in later
    assert "Udgave 2," in later


def test_before_the_first_roster_nobody(desk):
    page = desk.get("/roster/who?line=toften&at=2026-11-01T12:00").text
    assert "Da var der ikke udgivet en vagtplan." in page
    assert "Ingen ville blive ringet op." in page


def test_who_is_away_is_passed_over_now_and_not_then(desk, world):
    from gateway.store import contacts

    with world.store.write() as connection:
        contacts.set_away(connection, "anna", world.clock())
    assert "Sprunget over" in desk.get("/roster/who?line=foenix").text
    assert "Sprunget over" not in desk.get("/roster/who?line=foenix&at=2026-11-25T14:00").text


def test_in_english_the_reasons_are_as_the_plan_keeps_them(desk):
    desk.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    assert "on duty on Akuttilbuddet Fønix until 2026-12-04 15:00, tier 1" in desk.get("/roster/who").text


def test_every_reason_of_a_plan_has_its_danish(world):
    site, _roster = world.book.current()
    duty = OnDuty("anna", 1, local("2026-11-24 07:00"), local("2026-11-24 15:00"), "2026-11-24 15:00")
    said = [
        reasons.on_duty(duty, "Fønix") + near + pool + reasons.speaks(language)
        for near in reasons.NEAR.values()
        for pool in [
            reasons.pool_answers_for("Fønix", own, rings) for own in (True, False) for rings in (True, False)
        ]
        for language in site.languages
    ]
    for english in (*said, reasons.backup("Vest"), reasons.NOT_IN_SITE, "away", "in another contact"):
        for clause in english.split("; "):
            assert because(clause, "da") != clause, clause
        assert because(english, "en") == english
    assert because("something new", "da") == "something new"


def test_closed_hours_are_told(desk):
    assert "Lukket" in desk.get("/roster/who?line=toften&at=2026-11-25T22:00").text


@pytest.mark.parametrize("at", ["i morgen", "2026-11-31T10:00", "1999-01-01T10:00", "2026-11-24T10:00+01:00"])
def test_a_time_that_makes_no_sense_is_said_at_its_field(desk, at):
    answer = desk.get("/roster/who", query_string={"at": at})
    assert answer.status_code == 400
    assert "Skriv tiden som 2026-11-24 20:00." in answer.text


@pytest.mark.parametrize(
    ("at", "who", "not_yet"),
    [
        ("2027-10-31T02:29", "Niels", "Bo"),
        ("2027-10-31T02:30", "Bo", "Niels"),
        ("2027-03-28T01:59", "Niels", "Bo"),
        ("2027-03-28T02:30", "Bo", "Niels"),  # skipped: the first instant after the gap
    ],
)
def test_over_both_changes_of_the_clock(desk, world, at, who, not_yet):
    day = at[:10]
    world.on_duty(
        ("foenix", 1, "niels", f"{day} 00:00", f"{day} 02:30"),
        ("foenix", 1, "bo", f"{day} 02:30", f"{day} 08:00"),
    )
    page = desk.get("/roster/who", query_string={"line": "foenix", "at": at}).text
    plan = page.partition("Vagtplanen, som den stod da")[0].partition("Planen: hvem")[2]
    assert who in plan
    assert not_yet not in plan
