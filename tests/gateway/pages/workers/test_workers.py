"""Coordinators see their own workers and nobody else's; a lost phone gets nobody in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.site import Role
from config.site_file import read_site
from gateway.accounts.access import manages, reach_of
from gateway.store import audit_entries
from gateway.store import contacts as store
from tests.flows.world import SITE
from tests.gateway.pages.visiting import signed_in


def actions_about(world, worker):
    """(who, what) of the log's entries that name a worker."""
    with world.store.read() as connection:
        entries = [(row.actor, row.action, row.details) for row in audit_entries.rows(connection)]
    return [(actor, action) for actor, action, details in entries if details.get("worker") == worker]


def test_a_coordinator_sees_who_is_on_duty_who_is_away_and_who_never_signed_in(world):
    world.on_duty(("foenix", 1, "anna"))
    signed_in(world, "anna")
    with world.store.write() as connection:
        store.set_away(connection, "bo", world.clock())
    page = signed_in(world, "koord").get("/workers").text
    assert page.index("Anna") < page.index("Bo") < page.index("Carla")
    anna, bo, carla = page.split('class="item"')[1:4]
    assert "På vagt" in anna
    assert "Ikke logget ind" not in anna
    assert "Væk" in bo
    assert "Ikke logget ind" in bo
    assert "Akuttilbuddet Toften" in carla
    assert "På vagt" not in carla
    assert "Astrid" not in page  # the administrator


def test_a_workers_page_has_what_it_takes_to_reach_them(world):
    world.on_duty(("foenix", 1, "anna"))
    page = signed_in(world, "koord").get("/workers/anna").text
    assert "På vagt: Akuttilbuddet Fønix" in page
    assert 'href="tel:+4520000001">+45 20 00 00 01<' in page
    assert "dansk, engelsk" in page


@pytest.mark.parametrize(("worker", "status"), [("anna", 200), ("adm", 404), ("nobody", 404)])
def test_whose_page_it_is_not_is_as_if_there_were_none(world, worker, status):
    visitor = signed_in(world, "koord")
    assert visitor.get(f"/workers/{worker}").status_code == status
    assert visitor.get(f"/workers/{worker}/lost-phone").status_code == status


def test_workers_themselves_see_no_such_page(world):
    assert signed_in(world, "anna").get("/workers").status_code == 403


def test_whom_a_coordinator_manages_follows_from_the_lines():
    site = read_site(SITE)

    def managed(who, **changes):
        reach = reach_of(site, replace(site.workers[who], **changes))
        return {worker.id for worker in site.workers.values() if manages(reach, worker)}

    coordinator = {"roles": frozenset({Role.COORDINATOR})}
    assert managed("koord") == set(site.workers) - {"adm"}
    assert managed("carla", **coordinator) == {"carla", "koord"}
    assert managed("nadia", **coordinator) == {"nadia", "niels", "koord"}
    assert managed("anna") == set()
    assert managed("adm") == set(site.workers)


def test_a_link_is_sent_to_the_mobile_that_the_site_has(world):
    visitor = signed_in(world, "koord")
    visitor.get("/workers/anna")
    visitor.send("/workers/anna/link")
    assert "på vej" in visitor.follow().text
    world.run(5)
    world.expect_message("anna", 1)
    assert world.exchange.messages[-1].to == "+4520000001"


def test_a_coordinator_sets_a_worker_away_and_back_and_that_is_audited(world):
    visitor = signed_in(world, "koord")
    visitor.get("/workers/anna")
    visitor.send("/workers/anna/away", on="yes")
    with world.store.read() as connection:
        assert store.unavailable(connection) == {"anna": "away"}
    assert "Sat til væk" in visitor.follow().text
    visitor.send("/workers/anna/away", on="no")
    with world.store.read() as connection:
        assert store.unavailable(connection) == {}
    visitor.get("/workers/anna")
    assert visitor.send("/workers/anna/away", on="perhaps").status_code == 400
    assert actions_about(world, "anna") == [("koord", "away_set"), ("koord", "away_set")]


def test_who_is_away_and_in_a_conversation_is_seen_to_be_away_and_can_be_set_back(world):
    now = world.clock()
    with world.store.write() as connection:
        contact = store.Contact("c1", "chat", "chat:c1", "line:foenix", "da", "answered", now, now)
        store.insert_contact(connection, contact)
        store.engage(connection, "anna", contact.id, now)
        assert store.unavailable(connection) == {"anna": "in another contact"}
        store.set_away(connection, "anna", now)
        for apart_from in (None, contact.id):
            assert store.unavailable(connection, apart_from=apart_from) == {"anna": "away"}
    visitor = signed_in(world, "koord")
    assert "Sat til væk" in visitor.get("/workers/anna").text
    visitor.send("/workers/anna/away", on="no")
    assert "Kan ringes op" in visitor.follow().text


def test_a_lost_phone_is_asked_about_first_and_then_gets_nobody_in(world):
    found = signed_in(world, "anna")
    assert found.get("/console").status_code == 200
    visitor = signed_in(world, "koord")
    assert "Det sker nu" in visitor.get("/workers/anna/lost-phone").text
    assert found.get("/console").status_code == 200
    visitor.send("/workers/anna/lost-phone")
    assert "Ikke logget ind nogen steder" in visitor.follow().text
    assert found.get("/console").headers["Location"] == "/sign-in"
    assert ("koord", "session_ended") in actions_about(world, "anna")
