"""The first pages: what stands on them follows from the roster and from who waits; being away is one tap."""

from __future__ import annotations

import re

from gateway.carrier.virtual.scripts import Answers
from gateway.demo.words import KINDS
from gateway.pages.contact_words import EVENTS
from gateway.store import contacts as store
from tests.gateway.pages.visiting import signed_in


def test_each_role_begins_where_its_work_is(world):
    assert signed_in(world, "anna").get("/").headers["Location"] == "/console"
    assert signed_in(world, "koord").get("/").headers["Location"] == "/today"
    assert signed_in(world, "adm").get("/").headers["Location"] == "/console"


def test_the_duty_phone_follows_a_call(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    visitor = signed_in(world, "anna")
    assert "Du er på vagt" in visitor.get("/console").text
    assert "Ingen venter." in visitor.page.text
    call = world.citizen_calls()
    assert "Tages på telefonen" in visitor.get("/console").text
    world.run_until(lambda: bool(call.talking_with))
    page = visitor.get("/console").text
    assert "Ingen venter." in page
    assert "I samtale" in page
    call.hang_up()
    world.run(10)
    page = visitor.get("/console").text
    assert "Ingen. Her står den samtale" in page
    assert "Ingen mangler." not in page
    assert "+45" not in page
    assert "30123456" not in signed_in(world, "koord").get(f"/contacts/{world.contact().id}").text


def test_who_is_away_is_not_rung_until_they_are_back(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    visitor = signed_in(world, "anna")
    visitor.get("/console")
    assert visitor.send("/away", on="yes").status_code == 303
    assert "Du er væk" in visitor.follow().text
    with world.store.read() as connection:
        assert store.unavailable(connection) == {"anna": "away"}
    visitor.send("/away", on="no")
    assert "Jeg er væk lidt" in visitor.follow().text
    assert visitor.send("/away", on="perhaps").status_code == 400


def test_a_coordinator_sees_who_is_on_duty_and_who_waits(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls()
    page = signed_in(world, "koord").get("/today").text
    assert "Anna" in page
    assert "Ringer op til en medarbejder" in page
    assert f"/contacts/{world.contact().id}" in page


def test_the_list_of_contacts_is_filtered_by_its_address(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls()
    contact = world.contact().id
    visitor = signed_in(world, "anna")
    assert contact in visitor.get("/contacts?state=offered&state=waiting").text
    assert "checked" in visitor.page.text
    assert contact not in visitor.get("/contacts?state=ended").text
    assert contact in visitor.get("/contacts?state=nonsense").text
    assert visitor.get("/contacts?after=nonsense").status_code == 404


def test_a_contacts_page_says_in_danish_why_it_rang_there(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls()
    koord = signed_in(world, "koord")
    page = koord.get(f"/contacts/{world.contact().id}").text
    assert re.search(r"på vagt på Akuttilbuddet Fønix til \d+/\d+ kl\. \d\d\.\d\d, trin 1", page)
    assert "on duty on" not in page


def test_what_happened_is_said_in_the_pages_language_about_one_person(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls()
    contact = world.contact().id
    happened = [
        ("offered", {"to": "anna"}, "En medarbejder blev spurgt Anna", "A worker was asked Anna"),
        ("placed", {"line": "foenix"}, "Borgeren skrev sit postnummer", "The citizen wrote their postcode"),
        (
            "handed_over",
            {"by": "bo", "to": "anna"},
            "overtog samtalen Anna",
            "took the conversation over Anna",
        ),
        (
            "colleague_added",
            {"by": "bo", "worker": "anna"},
            "med i samtalen Anna",
            "added to the conversation Anna",
        ),
        ("joined", {"target": "backup:vest"}, "kom med Bagvagtens telefon", "joined The back-up phone"),
        ("ended", {"by": "worker"}, "sluttede Medarbejderen", "ended The worker"),
        ("ended", {"by": "citizen"}, "sluttede Borgeren", "ended The citizen"),
    ]
    with world.store.write() as connection:
        for kind, details, _danish, _english in happened:
            store.add_event(connection, contact, world.clock(), kind, **details)
    koord = signed_in(world, "koord")
    danish = plain(koord.get(f"/contacts/{contact}").text)
    koord.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    english = plain(koord.get(f"/contacts/{contact}").text)
    for _kind, _details, said, in_english in happened:
        assert re.search(rf"{said} \d\d\.\d\d\.\d\d ", danish), said
        assert re.search(rf"{in_english}.* \d\d:\d\d:\d\d ", english), in_english


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_every_event_has_its_words_on_a_contacts_page():
    assert EVENTS.keys() == KINDS
