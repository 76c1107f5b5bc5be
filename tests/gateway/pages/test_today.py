""" "I dag": gaps, swaps and phones that need a coordinator, each with the way to where it is mended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config.site import Role
from gateway.carrier.virtual.scripts import Answers, Declines, RingsOut, Unallocated, Voicemail
from gateway.pages.failed_phones import LATELY
from gateway.store import contacts as contact_rows
from gateway.store import roster_lines
from gateway.store.roster_versions import Span
from tests.flows.world import TOFTEN, local
from tests.gateway.pages.roster.agreed_swaps import agreed
from tests.gateway.pages.visiting import signed_in

PHONES = "Telefoner, der ikke kunne ringes op"
COVERED = (
    ("foenix", 1, "anna", "2026-11-20 00:00", "2026-12-10 00:00"),
    ("toften", 1, "carla", "2026-11-20 00:00", "2026-12-10 00:00"),
    ("vest", 1, "nadia", "2026-11-20 00:00", "2026-12-10 00:00"),
)
TAKES_IT = Answers(3, keys=[(2, "1")])


def today(world, worker="koord"):
    return signed_in(world, worker).get("/today").text


def panel(page, name):
    """What stands in a section, without its marks."""
    (found,) = re.findall(
        rf'<section class="panel" aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def changed(world, worker, **values):
    """The site is loaded anew, with this worker changed."""
    site, _roster = world.book.current()
    workers = dict(site.workers) | {worker: replace(site.workers[worker], **values)}
    world.book._standing = replace(world.book._standing, site=replace(site, workers=workers))


# --- gaps -------------------------------------------------------------------------------------------


def test_where_all_is_covered_it_says_what_will_stand_there(world):
    world.on_duty(*COVERED)
    assert "Ingen huller. Her står de tider" in panel(today(world), "gaps")


@pytest.mark.parametrize(("ends", "is_gap"), [("13:59", True), ("14:00", False)])
def test_the_gaps_of_seven_days_lead_to_the_plan_of_their_day(world, ends, is_gap):
    world.on_duty(*COVERED[1:], ("foenix", 1, "anna", "2026-11-20 00:00", f"2026-12-01 {ends}"))
    # The night line answers for Fønix, too: without it, nobody does.
    world.on_duty(("vest", 1, "nadia", "2026-11-20 00:00", f"2026-12-01 {ends}"))
    page = today(world)
    assert ("tir 1/12 13.59–14.00 Akuttilbuddet Fønix Ingen på vagt" in panel(page, "gaps")) is is_gap
    assert ('href="/roster?line=foenix&amp;view=day&amp;date=2026-12-01"' in page) is is_gap


def test_a_gap_under_way_begins_now_and_the_soonest_stands_first(world):
    world.on_duty(
        COVERED[0],
        ("toften", 1, "carla", "2026-11-26 00:00", "2026-12-10 00:00"),
        ("vest", 1, "nadia", "2026-11-25 08:00", "2026-12-10 00:00"),
    )
    assert panel(today(world), "gaps").split(" Ingen på vagt") == [
        "Huller de næste syv dage tir 24/11 14.00–20.00 Akuttilbuddet Toften",
        " tir 24/11 23.00–07.00 Natlinjen Vest",
        " ons 25/11 08.00–20.00 Akuttilbuddet Toften",
        "",
    ]


def test_gaps_that_are_meant_to_be_are_none(world):
    world.on_duty(COVERED[0], COVERED[2], ("toften", 1, "carla", "2026-11-25 00:00", "2026-12-10 00:00"))
    day = local("2026-11-24 00:00").replace(tzinfo=None)
    with world.store.write() as connection:
        span = Span(day, day + timedelta(days=2))
        roster_lines.intend(connection, "toften", span, by="koord", at=world.clock())
    assert "Ingen huller." in panel(today(world), "gaps")


def test_of_very_many_gaps_the_soonest_are_shown_and_the_others_counted(world):
    world.on_duty(COVERED[0])  # Toften lacks eight days or parts of them, the night line seven nights
    page = panel(today(world), "gaps")
    assert page.count("Ingen på vagt") == 14
    assert page.endswith("Og 1 til.")
    world.on_duty(("vest", 1, "nadia", "2026-11-24 22:00", "2026-11-25 08:00"))
    page = panel(today(world), "gaps")
    assert page.count("Ingen på vagt") == 14
    assert "Og" not in page


def test_others_lines_are_neither_named_as_gaps_nor_linked(world):
    changed(world, "koord", lines=("toften",), night_lines=())
    world.on_duty(COVERED[1])
    page = today(world)
    assert "Ingen huller." in panel(page, "gaps")
    assert 'href="/roster?line=toften"' in page
    assert "line=foenix" not in page


# --- who is on duty ---------------------------------------------------------------------------------


def test_the_cards_of_who_is_on_duty_lead_to_the_plan(world):
    world.on_duty(*COVERED)
    visitor = signed_in(world, "koord")
    visitor.get("/today")
    for line in ("foenix", "toften", "vest"):
        link = f"/roster?line={line}"
        assert f'<h3 id="place-{line}"><a href="{link}">' in visitor.page.text
    assert visitor.get(link).status_code == 200


def test_a_card_of_a_plan_that_is_not_theirs_leads_nowhere(world):
    changed(world, "koord", lines=("foenix",), night_lines=())
    page = today(world)
    assert "Natlinjen Vest" in page  # it answers for Fønix at night
    assert "line=vest" not in page


def test_who_of_those_on_duty_is_away_and_since_when(world):
    world.on_duty(*COVERED, ("foenix", 1, "bo", "2026-11-20 00:00", "2026-12-10 00:00"))
    card = r'<section class="panel" aria-labelledby="place-(\w+)">(.*?)</section>'

    def marked():
        cards = dict(re.findall(card, today(world), re.DOTALL))
        people = {place: re.findall(r"<strong>(\w+)</strong>(.*?)</li>", cards[place]) for place in cards}
        return {name: re.findall("væk siden [^<]*", said) for each in people.values() for name, said in each}

    assert marked() == {"Anna": [], "Bo": [], "Carla": [], "Nadia": []}
    with world.store.write() as connection:
        contact_rows.set_away(connection, "anna", local("2026-11-24 13:05"))
        contact_rows.set_away(connection, "nadia", local("2026-11-23 20:00"))
        contact_rows.set_away(connection, "niels", local("2026-11-24 13:00"))  # not on duty
    assert marked() == {
        "Anna": ["væk siden kl. 13.05"], "Bo": [], "Carla": [], "Nadia": ["væk siden man. kl. 20.00"],
    }  # fmt: skip


# --- swaps ------------------------------------------------------------------------------------------


def test_swaps_that_wait_lead_to_where_they_are_decided(world):
    world.on_duty(*COVERED)
    world.on_duty(("foenix", 1, "bo", "2026-11-25 15:00", "2026-11-25 23:00"))
    assert "Bytter" not in today(world)
    agreed(world)
    page = today(world)
    assert "Bo giver en vagt til Niels Akuttilbuddet Fønix, ons 25/11 15.00–23.00" in panel(page, "swaps")
    assert 'href="/roster?line=foenix#swaps"' in page
    changed(world, "koord", lines=("toften",))
    assert "Bytter" not in today(world)


# --- phones -----------------------------------------------------------------------------------------


def refuses(world, worker):
    """The carrier refuses the worker's number; Bo takes the call."""
    mobile = world.site.workers[worker].mobile
    world.expect_trouble("ring_failed")
    world.expect_message("koord", len(world.contacts()) + 1)
    world.faults.fail_next_api(400, operation="CreateCall", matching=lambda form: form.get("To") == mobile)
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with), limit=8)
    call.hang_up()
    world.run(10)


def test_a_phone_that_could_not_be_rung_is_named_and_never_its_number(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo", TAKES_IT)
    assert PHONES not in today(world)
    refuses(world, "anna")
    page = today(world)
    said = panel(page, "phones")
    assert "Anna Nummeret kan ikke ringes op lige nu" in said
    assert "gange" not in said
    assert "Bo" not in said
    assert "+45" not in page
    assert world.site.workers["anna"].mobile[3:] not in page
    assert f'<a class="main whole" href="/contacts/{world.contact().id}">' in page
    refuses(world, "anna")
    said = panel(today(world), "phones")
    assert said.count("Anna") == 1
    assert "Nummeret kan ikke ringes op. 2 gange" in said


@pytest.mark.parametrize(("later", "is_shown"), [(0, True), (1, False)])
def test_it_stands_there_for_a_day(world, later, is_shown):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo", TAKES_IT)
    refuses(world, "anna")
    (failed,) = [event.at for event in world.events() if event.kind == "ring_failed"]
    world.clock.set(failed + LATELY + timedelta(seconds=later))
    assert (PHONES in today(world)) is is_shown


def test_a_phone_that_the_carrier_could_not_reach(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("anna", Unallocated())
    world.worker("bo", TAKES_IT)
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with), limit=16)
    assert "Anna Kunne ikke ringes op" in panel(today(world), "phones")


@pytest.fixture
def failed_once(world):
    """Anna's phone could not be rung; Bo took the call."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo", TAKES_IT)
    refuses(world, "anna")
    assert "Anna" in panel(today(world), "phones")
    return world


@pytest.mark.parametrize(
    "script",
    [RingsOut(), Declines(), Voicemail(picks_up_after=2, greeting_seconds=1, records_seconds=1), TAKES_IT],
    ids=["rang out", "was turned away", "was picked up by voicemail", "was answered"],
)
def test_a_phone_that_has_rung_since_is_not_among_them(failed_once, script):
    world = failed_once
    world.worker("anna", script)
    world.worker("bo", RingsOut())
    world.worker("backup")
    world.expect_message("koord", 1 if script is TAKES_IT else 2)  # of the phone, and that nobody took it
    call = world.citizen_calls()
    world.run(58)
    call.hang_up()
    world.run(2)
    assert PHONES not in today(world)


@pytest.mark.parametrize(
    ("script", "seconds"),
    [(Unallocated(), 34), (RingsOut(), 2)],
    ids=["failed again", "the citizen left before anybody knew whether it rang"],
)
def test_a_phone_that_has_not_rung_since_stays_there(failed_once, script, seconds):
    world = failed_once
    world.worker("anna", script)
    world.worker("bo", RingsOut())
    world.worker("backup")
    call = world.citizen_calls()
    world.run(seconds)
    call.hang_up()
    world.run(2)
    assert "Anna" in panel(today(world), "phones")


def test_a_phone_that_fails_after_it_has_rung_is_named_and_counted_from_then_on(failed_once):
    world = failed_once
    world.worker("anna", Declines(1))
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with), limit=16)
    call.hang_up()
    world.run(5)
    assert PHONES not in today(world)
    refuses(world, "anna")
    world.expect_message("koord", 2)
    said = panel(today(world), "phones")
    assert "Anna Nummeret kan ikke ringes op" in said
    assert "gange" not in said


def test_a_phone_that_rang_for_a_line_of_others_has_rung_all_the_same(failed_once):
    world = failed_once
    changed(world, "anna", lines=("foenix", "toften"))
    changed(world, "koord", lines=("foenix",), night_lines=())
    world.on_duty(("toften", 1, "anna"))
    world.worker("anna", Declines(1))
    world.worker("backup")
    call = world.citizen_calls(TOFTEN)
    world.run(5)
    call.hang_up()
    world.run(5)
    assert PHONES not in today(world)


@pytest.mark.parametrize(("kind", "is_shown"), [("chat", True), ("voice", False)])
def test_what_is_taken_at_a_screen_says_nothing_of_the_phone(failed_once, kind, is_shown):
    """A call that was taken while SQL was gone is written down as taken, and nothing of its ringing."""
    world = failed_once
    contact = world.contact()
    with world.store.write() as connection:
        contact_rows.change_contact(connection, contact, channel=kind)
        contact_rows.add_event(connection, contact.id, world.clock(), "taken", by="anna")
    assert (PHONES in today(world)) is is_shown


@pytest.mark.parametrize(("details", "is_shown"), [({"news": "dialled"}, True), ({}, False)])
def test_what_nobody_knows_of_a_phone_is_no_ring(failed_once, details, is_shown):
    """Of a phone that was dialled from the citizen's leg, only the end is known."""
    world = failed_once
    with world.store.write() as connection:
        contact_rows.add_event(
            connection, world.contact().id, world.clock(), "ring_ended", target="anna", outcome="no_answer",
            **details,
        )  # fmt: skip
    assert (PHONES in today(world)) is is_shown


def test_a_phone_that_only_was_not_taken_is_not_among_them(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna")
    world.worker("bo", TAKES_IT)
    call = world.citizen_calls()
    world.run_until(lambda: bool(call.talking_with), limit=60)
    world.run(60)
    assert PHONES not in today(world)


def test_coordinators_of_other_lines_see_none_of_it(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo", TAKES_IT)
    refuses(world, "anna")
    changed(world, "carla", roles=frozenset({Role.COORDINATOR}))
    assert PHONES not in today(world, "carla")
    assert PHONES in today(world, "koord")


# --- nothing yet ------------------------------------------------------------------------------------


def test_who_writes_is_named_beside_who_rings(world):
    visitor = signed_in(world, "koord")
    assert "Her står de, der ringer eller skriver til dine linjer." in visitor.get("/today").text
    assert "De kommer, når nogen ringer eller skriver." in visitor.get("/contacts").text
    visitor.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    assert "Those who call or write to your lines will stand here." in visitor.get("/today").text
    assert "They come when somebody calls or writes." in visitor.get("/contacts").text
