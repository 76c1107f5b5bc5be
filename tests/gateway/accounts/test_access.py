"""Who reaches what: decided in one place, from the site in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.site import Role
from config.site_file import read_site
from gateway.accounts import access
from gateway.accounts.access import reach_of
from gateway.store import contact_pages
from gateway.store import contacts as store
from gateway.store.contacts import Contact
from tests.flows.databases import ready_store
from tests.flows.world import SITE

AT = datetime(2026, 11, 24, 13, tzinfo=UTC)
SITE_NOW = read_site(SITE)


def contact(name: str, **values) -> Contact:
    return replace(
        Contact(
            id=name,
            channel="voice",
            carrier_key=name,
            entry="line:foenix",
            language="da",
            state="answered",
            waiting_since=AT,
            last_turn_at=AT,
        ),
        **values,
    )


CONTACTS = (
    contact("foenix", line="foenix"),
    contact("toften", line="toften"),
    contact("pool", night_line="vest"),
    contact("gone", line="a-line-that-was"),
    contact("nowhere"),
    contact("carlas", night_line="vest", answered_by="carla"),
)


@pytest.fixture
def connection(database_url):
    opened = ready_store(database_url)
    with opened.write() as connection:
        for each in CONTACTS:
            store.insert_contact(connection, each)
    with opened.read() as connection:
        yield connection
    opened.close()


@pytest.mark.parametrize(
    ("worker", "names"),
    [
        ("anna", {"foenix"}),
        ("carla", {"toften", "carlas"}),
        ("nadia", {"foenix", "pool", "carlas"}),
        ("niels", {"foenix", "pool", "carlas"}),
        ("koord", {"foenix", "toften", "pool", "carlas"}),
    ],
)
def test_a_list_and_a_look_show_the_same(connection, worker, names):
    reach = reach_of(SITE_NOW, SITE_NOW.workers[worker])
    where = access.reachable(reach)
    listed = contact_pages.page(connection, where, states=None, after=None, limit=50)
    assert {each.id for each in listed} == names
    assert {each.id for each in CONTACTS if access.find_contact(connection, reach, each.id)} == names


def test_who_serves_nothing_reaches_nothing(connection):
    nobody = replace(SITE_NOW.workers["anna"], id="ivan", lines=(), roles=frozenset({Role.ADMINISTRATOR}))
    reach = reach_of(SITE_NOW, nobody)
    assert not [each for each in CONTACTS if access.find_contact(connection, reach, each.id)]
    assert not access.knows(reach, "foenix")


def test_a_line_that_the_site_no_longer_has_is_reached_by_nobody(connection):
    left = replace(SITE_NOW.workers["anna"], lines=("foenix",))
    assert access.find_contact(connection, reach_of(SITE_NOW, left), "gone") is None


@pytest.mark.parametrize(
    ("worker", "knows"),
    [
        ("anna", {"foenix", "vest"}),
        ("carla", {"toften"}),
        ("nadia", {"foenix", "vest"}),
        ("koord", {"foenix", "toften", "vest"}),
    ],
)
def test_whose_duty_they_may_ask_for(worker, knows):
    reach = reach_of(SITE_NOW, SITE_NOW.workers[worker])
    assert {place for place in ("foenix", "toften", "vest", "nowhere") if access.knows(reach, place)} == knows


def test_who_may_move_and_close():
    anna, bo, koord = (reach_of(SITE_NOW, SITE_NOW.workers[name]) for name in ("anna", "bo", "koord"))
    annas = contact("x", line="foenix", answered_by="anna")
    assert access.may_hand_over(anna, annas)
    assert access.may_hand_over(koord, annas)
    assert not access.may_hand_over(bo, annas)
    assert [access.may_close(reach) for reach in (anna, bo, koord)] == [False, False, True]
