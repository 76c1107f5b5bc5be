"""Swaps that wait for a coordinator's yes, above the plan: seen, approved, refused, or too late for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.rosters import swapping
from gateway.rosters.editing import editing
from gateway.store import absences, swaps
from gateway.store.absences import AbsenceKind
from gateway.store.roster_versions import Span
from gateway.store.swaps import SwapState
from gateway.store.tables import audit_entries, outbox
from tests.flows.world import local
from tests.gateway.pages.roster.agreed_swaps import NIELS, agreed, offered
from tests.gateway.pages.roster.conftest import desk_of

PANEL = 'id="swaps"'


def path(swap, line="foenix"):
    return f"/roster/{line}/swaps/{swap}"


def state(world, swap):
    with world.store.read() as connection:
        return swaps.find(connection, swap).state


def evening(world, at="2026-11-25 16:00"):
    """Who is on duty with Anna in Bo's evening."""
    _site, roster = world.book.current()
    return [each.worker for each in roster.on_duty("foenix", local(at)) if each.worker != "anna"]


def told(world):
    with world.store.read() as connection:
        return {
            (row.details.get("worker"), row.details.get("text"))
            for row in connection.execute(sa.select(outbox))
        }


def test_nothing_stands_there_while_nothing_waits(desk, world):
    assert PANEL not in desk.get("/roster").text
    swap = offered(world)
    assert PANEL not in desk.get("/roster").text
    with editing(world.gateway, "niels") as edit:
        swapping.answer(edit, swap, accept=False)
    assert PANEL not in desk.get("/roster").text


def test_a_shift_given_away_is_seen_from_whichever_line(desk, world):
    swap = agreed(world)
    world.clock.set(world.clock() + timedelta(minutes=5))
    for line in ("foenix", "toften", "vest"):
        page = desk.get(f"/roster?line={line}").text
        assert "Bo giver en vagt til Niels" in page
        assert "Niels får: <strong>ons 25/11 15.00–23.00</strong>, Akuttilbuddet Fønix" in page
        assert "Bo får ingen vagt i stedet." in page
        assert "for 5 min. siden" in page
        assert page.count(f'action="{path(swap)}"') == 1
    assert "t. hvil" not in page


def test_a_swap_says_what_each_of_them_gets(desk, world):
    world.on_duty(NIELS)
    agreed(world, back=True)
    page = desk.get("/roster").text
    assert "Bo bytter med Niels" in page
    assert "Niels får: <strong>ons 25/11 15.00–23.00</strong>, Akuttilbuddet Fønix" in page
    assert "Bo får: <strong>fre 27/11 15.00–23.00</strong>, Akuttilbuddet Fønix" in page
    assert "ingen vagt i stedet" not in page


def test_what_to_think_of_first(desk, world):
    world.on_duty(("vest", 1, "niels", "2026-11-25 22:00", "2026-11-25 22:30"))
    world.on_duty(("vest", 1, "niels", "2026-11-26 09:30", "2026-11-26 12:00"))
    agreed(world)
    with editing(world.gateway, "koord") as edit:
        span = Span(*(world.clock().replace(tzinfo=None, day=day, hour=0) for day in (25, 26)))
        absences.add(edit.connection, "niels", AbsenceKind.HOLIDAY, span, by="koord", at=edit.at)
    page = desk.get("/roster").text
    assert "Niels er to steder: ons 25/11 22.00–22.30" in page
    assert "Niels er fraværende: ons 25/11 15.00–23.00" in page
    assert "Niels har kun 10,5 t. hvil før tor 26/11 09.30–12.00" in page


def test_approved_it_counts_at_once_and_the_page_says_so_at_its_day(desk, world):
    swap = agreed(world)
    desk.get("/roster?line=toften")
    assert desk.send(path(swap), consent="yes").status_code == 303
    location = desk.page.headers["Location"]
    assert location == f"/roster?line=foenix&view=week&date=2026-11-25&decided={swap}"
    page = desk.follow().text
    assert "Byttet er godkendt og gælder nu. Niels har nu ons 25/11 15.00–23.00." in page
    assert PANEL not in page
    assert "uge 48" in page
    assert evening(world) == ["niels"]
    assert {("bo", "sms_roster_changed"), ("niels", "sms_roster_changed")} <= told(world)
    with world.store.read() as connection:
        actions = connection.execute(
            sa.select(audit_entries.c.action).where(
                audit_entries.c.actor == "koord", audit_entries.c.line == "foenix"
            )
        ).scalars()
        assert "roster_changed" in list(actions)


def test_refused_both_keep_theirs_and_are_told(desk, world):
    world.on_duty(NIELS)
    swap = agreed(world, back=True)
    desk.get("/roster")
    assert desk.send(path(swap), consent="no").status_code == 303
    page = desk.follow().text
    assert "Byttet er afvist. Bo og Niels får besked." in page
    assert PANEL not in page
    assert (evening(world), evening(world, "2026-11-27 16:00")) == (["bo"], ["niels"])
    assert {("bo", "sms_swap_over"), ("niels", "sms_swap_over")} <= told(world)


@pytest.mark.parametrize(
    ("first", "words"),
    [("yes", "Kirsten har allerede godkendt byttet."), ("no", "Kirsten har allerede afvist byttet.")],
)
@pytest.mark.parametrize("second", ["yes", "no"])
def test_a_colleague_was_first(desk, world, first, second, words):
    swap = agreed(world)
    other = desk_of(world)
    for each in (desk, other):
        each.get("/roster")
    assert other.send(path(swap), consent=first).status_code == 303
    before = evening(world)
    answer = desk.send(path(swap), consent=second)
    assert answer.status_code == 409
    assert words in answer.text
    assert "Dit svar ændrede intet." in answer.text
    assert 'role="alert"' in answer.text
    assert evening(world) == before


def test_the_giver_took_it_back_meanwhile(desk, world):
    swap = agreed(world)
    desk.get("/roster")
    with editing(world.gateway, "bo") as edit:
        swapping.withdraw(edit, swap)
    answer = desk.send(path(swap), consent="yes")
    assert answer.status_code == 409
    assert "Bo har trukket byttet tilbage." in answer.text
    assert evening(world) == ["bo"]


def test_the_plan_was_changed_meanwhile(desk, world):
    swap = agreed(world)
    page = desk.get("/roster")
    bo = desk.shift("bo")["id"]
    desk.does(f"shifts/{bo}", end="2026-11-25T22:00")
    desk.does("publish", confirm_gaps=True)
    desk.page = page
    answer = desk.send(path(swap), consent="yes")
    assert answer.status_code == 409
    assert "Byttet er faldet bort." in answer.text
    assert evening(world) == ["bo"]


def test_a_file_changed_the_shift_so_that_it_can_only_be_refused(desk, world):
    swap = agreed(world)
    page = desk.get("/roster")
    world.on_duty(("foenix", 1, "bo", "2026-11-25 15:00", "2026-11-25 23:01"))
    answer = desk.send(path(swap), consent="yes")
    assert answer.status_code == 409
    assert (
        answer.text.count("siden de aftalte det. Byttet kan ikke gennemføres.") == 2
    )  # told, and in the panel
    assert "Godkend" not in answer.text
    assert state(world, swap) is SwapState.ACCEPTED
    assert desk.send(path(swap), consent="no").status_code == 303
    assert state(world, swap) is SwapState.REFUSED
    assert page.status_code == 200


@pytest.mark.parametrize(("at", "can_be"), [("2026-11-25 22:59", True), ("2026-11-25 23:00", False)])
def test_a_shift_that_is_over_can_only_be_refused(world, at, can_be):
    swap = agreed(world)
    world.clock.set(local(at))
    desk = desk_of(world)
    page = desk.get("/roster").text
    assert ("Godkend" in page) is can_be
    assert ("En af vagterne er slut." in page) is not can_be
    assert desk.send(path(swap), consent="yes").status_code == (303 if can_be else 409)


def test_who_is_on_the_line_then_can_not_have_it_and_is_named(desk, world):
    swap = agreed(world)
    world.on_duty(("foenix", 2, "niels", "2026-11-25 16:00", "2026-11-25 20:00"))
    assert "Niels er to steder" in desk.get("/roster").text
    answer = desk.send(path(swap), consent="yes")
    assert answer.status_code == 409
    assert "Byttet kan ikke gennemføres. Niels er allerede på Akuttilbuddet Fønix" in answer.text
    assert state(world, swap) is SwapState.ACCEPTED


def test_of_what_is_not_theirs_or_not_there(desk, world):
    swap = agreed(world)
    token = {"form_token": desk.token()}
    for address in (path(swap, "toften"), path(swap, "nowhere"), path("x")):
        assert desk.ask("POST", address, data=token | {"consent": "yes"}).status_code == 404, address
    for consent in ({}, {"consent": "perhaps"}):
        assert desk.ask("POST", path(swap), data=token | consent).status_code == 400
    assert desk.ask("POST", path(swap), data={"consent": "yes"}).status_code == 403
    anna = desk_of(world, "anna")
    assert (
        anna.ask("POST", path(swap), data={"form_token": anna.token(), "consent": "yes"}).status_code == 403
    )
    assert state(world, swap) is SwapState.ACCEPTED


@pytest.mark.parametrize("decided", ["", "x", "\x00", "a" * 500])
def test_an_address_that_names_no_answer_says_nothing(desk, world, decided):
    swap = agreed(world)
    for each in (decided, swap):
        page = desk.get("/roster", query_string={"decided": each})
        assert page.status_code == 200
        assert "Byttet er" not in page.text


def test_in_english(desk, world):
    agreed(world)
    desk.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    page = desk.get("/roster").text
    assert "Bo gives a shift to Niels" in page
    assert "Wed 25/11 15:00–23:00" in page
    assert 'aria-label="Approve: Bo gives a shift to Niels"' in page
