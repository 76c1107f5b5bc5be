"""The lists: one's own, everybody's, the share by week; and who sleeps there tonight."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config.forms import Function
from gateway.registration import desk
from gateway.registration.consent import Consent
from gateway.store.tables import audit_entries
from tests.gateway.pages.registration.filling_in import PLAIN, send_sheet
from tests.gateway.pages.visiting import Form, signed_in


def test_a_worker_sees_their_own_and_a_coordinator_everybodys(world, contact):
    address = f"/contacts/{contact.id}/registration"
    assert address in signed_in(world, "anna").get("/registrations").text
    assert address not in signed_in(world, "bo").get("/registrations").text
    assert address not in signed_in(world, "carla").get("/registrations").text
    koord = signed_in(world, "koord").get("/registrations").text
    assert address in koord
    assert "0 %" in koord
    assert "0/1" in koord
    assert address in signed_in(world, "koord").get("/today").text


def test_registered_it_is_gone_from_the_list_and_counted(world, contact):
    anna = signed_in(world, "anna")
    path = f"/contacts/{contact.id}/registration"
    anna.get(path)
    send_sheet(anna, path, {"who": "relative"}, do="save")
    assert "Kladde" in anna.get("/registrations").text
    anna.get(path)
    send_sheet(anna, path, PLAIN, do="submit")
    assert path not in anna.get("/registrations").text
    assert "100 %" in signed_in(world, "koord").get("/registrations").text


def test_a_form_by_hand_that_was_begun_is_on_the_list(world):
    anna = signed_in(world, "anna")
    anna.get("/registrations/new?form=outgoing")
    path = anna.page.headers["Location"]
    anna.follow()
    send_sheet(anna, path, {"who": "relative"}, do="save")
    assert path in anna.get("/registrations").text
    assert path in signed_in(world, "koord").get("/registrations").text


@pytest.fixture
def stay(world):
    answers = PLAIN | {"nights": 1, "room": "2"}
    with world.store.write() as connection:
        return desk.save_by_hand(
            connection, world.gateway, world.site, (Function.OVERNIGHT, "toften"), answers, by="carla",
            version=0, now=world.clock(), submit=True, consent=Consent("211062-5629", "stay"),
        )  # fmt: skip


def test_who_sleeps_there_and_the_number_when_it_is_needed(world, stay):
    carla = signed_in(world, "carla")
    text = carla.get("/stays").text
    assert "Værelse 2" in text
    assert "Ledige værelser: 1" in text
    assert "Nat 1 af højst 3" in text
    assert "211062" not in text
    carla.send(f"/stays/{stay.id}/cpr")
    assert "211062-5629" in carla.page.text
    with world.store.read() as connection:
        actions = connection.execute(sa.select(audit_entries.c.action)).scalars().all()
    assert actions[-1] == "cpr_shown"


def test_another_lines_rooms_and_numbers_are_not_theirs(world, stay):
    anna = signed_in(world, "anna")
    assert "Værelse 2" not in anna.get("/stays").text
    anna.get("/me")
    token = Form(anna.page.text).forms["/sign-out"]["form_token"]
    assert anna.ask("POST", f"/stays/{stay.id}/cpr", headers={"X-Form-Token": token}).status_code == 404
