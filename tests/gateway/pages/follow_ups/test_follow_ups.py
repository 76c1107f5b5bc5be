"""What was promised stands where everybody on the line sees it, until it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.registration.due import AHEAD
from gateway.store import audit_entries
from gateway.store import follow_ups as store
from gateway.store.follow_ups import FollowUp
from tests.gateway.pages.visiting import signed_in


@pytest.fixture
def promised(world):
    return promises(world, timedelta(0))


def promises(world, due_in, name="p1"):
    at = world.clock()
    with world.store.write() as connection:
        store.promise(connection, FollowUp(name, "call_back", "foenix", at + due_in, "nadia", at))
    return name


def test_it_is_taken_by_one_and_done(world, promised):
    anna, koord = signed_in(world, "anna"), signed_in(world, "koord")
    assert "Skal ske nu" in anna.get("/console").text
    assert "Skal ske nu" in koord.get("/today").text
    assert "Aftalt af Nadia" in anna.get("/follow-ups").text
    koord.get("/follow-ups")
    anna.send(f"/follow-ups/{promised}/take")
    assert "Taget af Anna" in anna.follow().text
    koord.send(f"/follow-ups/{promised}/take")
    assert "En kollega har taget den" in koord.follow().text
    anna.send(f"/follow-ups/{promised}/done")
    assert "Ingen aftaler" in anna.follow().text
    assert "Ring tilbage" not in koord.get("/today").text
    with world.store.read() as connection:
        said = [(row.actor, row.action) for row in audit_entries.rows(connection) if "follow" in row.action]
    assert said == [("anna", "follow_up_taken"), ("anna", "follow_up_done")]


@pytest.mark.parametrize(("due_in", "shown"), [(AHEAD, False), (AHEAD - timedelta(seconds=1), True)])
def test_the_first_pages_show_what_is_about_to_be_due(world, due_in, shown):
    promises(world, due_in)
    assert ("Ring tilbage" in signed_in(world, "anna").get("/console").text) is shown
    assert "Ring tilbage" in signed_in(world, "anna").get("/follow-ups").text


def test_the_earliest_due_first(world):
    promises(world, timedelta(hours=2), "later")
    promises(world, timedelta(hours=1), "sooner")
    page = signed_in(world, "anna").get("/follow-ups").text
    assert page.index("/follow-ups/sooner/") < page.index("/follow-ups/later/")


def test_another_line_sees_none_of_it(world, promised):
    carla = signed_in(world, "carla")
    assert "Ingen aftaler" in carla.get("/follow-ups").text
    token = {"X-Form-Token": ""}
    anna = signed_in(world, "anna")
    anna.get("/follow-ups")
    assert anna.send(f"/follow-ups/{promised}/take").status_code == 303
    assert carla.ask("POST", f"/follow-ups/{promised}/done", headers=token).status_code in {403, 404}
    with world.store.read() as connection:
        assert store.find(connection, promised).done_at is None
