"""The first pages: what stands on them follows from the roster and from who waits; being away is one tap."""

from __future__ import annotations

from gateway.carrier.virtual.scripts import Answers
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
    assert "på vagt på Akuttilbuddet Fønix til" in page
    assert "on duty on" not in page
