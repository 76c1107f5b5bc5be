"""The citizen's number on the pages: hidden, shown once in danger to life, erased on request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.carrier.virtual.scripts import Answers
from gateway.conversations import ending, opening, tickets
from gateway.conversations.opening import Wanted
from gateway.privacy.purge import purge
from gateway.store.tables import audit_entries, number_lifts
from tests.flows.world import CITIZEN, FOENIX, World
from tests.gateway.console.site import with_chat
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.gateway.pages.visiting import Form, Visitor, signed_in

REASON = "Borgeren siger, at der er taget piller."
SHOWN = "+45 30 12 34 56"
LIFT = "Livsfare: vis nummer"


@pytest.fixture
def contact(world: World) -> str:
    return a_call(world)


def a_call(world: World, *, from_: str | None = CITIZEN) -> str:
    """Anna has talked with a citizen; Bo's phone did not ring."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX, from_=from_)
    world.run_until(lambda: bool(call.talking_with))
    call.hang_up()
    world.run(10)
    return max(world.contacts(), key=lambda each: each.waiting_since).id


def lift(visitor: Visitor, contact: str, reason: str = REASON):
    visitor.get(f"/contacts/{contact}")
    return visitor.send(f"/contacts/{contact}/lift", reason=reason)


def actions(world: World) -> list[tuple[str, str]]:
    with world.store.read() as connection:
        rows = connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number)).all()
    assert world.gateway.audit.verify(world.store).faults == ()
    return [(row.actor, row.action) for row in rows]


def lifts(world: World) -> int:
    with world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(number_lifts)).scalar_one()


def test_the_number_is_shown_once_and_the_coordinator_is_told(world, contact):
    world.expect_message("koord")
    anna = signed_in(world, "anna")
    assert SHOWN not in anna.get(f"/contacts/{contact}").text
    form = Form(anna.page.text).forms[f"/contacts/{contact}/lift"]
    answer = anna.send(f"/contacts/{contact}/lift", reason=REASON)
    assert answer.status_code == 200
    assert SHOWN in answer.text
    assert "Kirsten" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    world.run(1)
    assert "livsfare" in world.exchange.phone(world.site.workers["koord"].mobile).texts[0]
    # Reloaded, as browsers do it: the same form is sent again.
    again = anna.ask("POST", f"/contacts/{contact}/lift", data=form | {"reason": REASON})
    assert again.status_code == 409
    assert "30 12 34 56" not in again.text
    assert "30 12 34 56" not in anna.get(f"/contacts/{contact}").text
    world.run(2)
    assert lifts(world) == 1
    assert actions(world)[-3:] == [
        ("anna", "contact_read"), ("anna", "number_lifted"), ("anna", "contact_read"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Skriv mindst 10 tegn"),
        ("  fordi  ", "Skriv mindst 10 tegn"),
        ("\x00\x1b\r\n\u202e" * 3, "Skriv mindst 10 tegn"),
        ("<b>" + "x" * 500, "Skriv højst 500 tegn"),
    ],
)
def test_a_reason_that_is_none_is_said_at_the_field_and_kept(world, contact, reason, said):
    anna = signed_in(world, "anna")
    answer = lift(anna, contact, reason)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>" not in answer.text
    assert SHOWN not in answer.text
    assert lifts(world) == 0
    if reason.startswith("<b>"):
        assert "&lt;b&gt;xxx" in answer.text
    world.expect_message("koord")
    assert SHOWN in anna.send(f"/contacts/{contact}/lift", reason=REASON).text
    world.run(1)


@pytest.mark.parametrize(("worker", "status"), [("bo", 403), ("nadia", 403), ("carla", 404)])
def test_nobody_else_is_offered_it_or_gets_it(world, contact, worker, status):
    anna, other = signed_in(world, "anna"), signed_in(world, worker)
    anna.get(f"/contacts/{contact}")
    form = Form(anna.page.text).forms[f"/contacts/{contact}/lift"]
    assert LIFT not in other.get(f"/contacts/{contact}").text
    token = Form(other.page.text).forms["/sign-out"]["form_token"]
    answer = other.ask(
        "POST", f"/contacts/{contact}/lift", data=form | {"form_token": token, "reason": REASON}
    )
    assert answer.status_code == status
    assert "30 12 34 56" not in answer.text
    assert lifts(world) == 0


@pytest.mark.parametrize("lift_id", ["", "x" * 32, "A" * 32, "0" * 33])
def test_a_lift_without_a_form_of_ours_is_refused(world, contact, lift_id):
    anna = signed_in(world, "anna")
    anna.get(f"/contacts/{contact}")
    answer = anna.send(f"/contacts/{contact}/lift", reason=REASON, lift=lift_id)
    assert answer.status_code == 400
    assert lifts(world) == 0


def test_coordinators_read_why_for_as_long_as_the_contacts_key_lives(world, contact):
    world.expect_message("koord")
    lift(signed_in(world, "anna"), contact, REASON + " <i>")
    world.run(1)
    koord = signed_in(world, "koord")
    page = koord.get(f"/contacts/{contact}").text
    assert REASON in page
    assert "<i>" not in page
    assert "mindre end en time siden" in page
    assert REASON not in signed_in(world, "anna").get(f"/contacts/{contact}").text
    world.clock.set(world.clock() + timedelta(minutes=60))
    koord = signed_in(world, "koord")
    assert "mindre end en time siden" not in koord.get(f"/contacts/{contact}").text
    koord.get(f"/contacts/{contact}/erase")
    koord.send(f"/contacts/{contact}/erase")
    page = koord.follow().text
    assert REASON not in page
    assert "Grunden er slettet" in page
    assert "Nummeret er slettet" in page


def test_a_withheld_number_is_not_offered(world):
    contact = a_call(world, from_=None)
    page = signed_in(world, "anna").get(f"/contacts/{contact}").text
    assert LIFT not in page
    assert "skjult nummer" in page
    anna = signed_in(world, "anna")
    token = Form(anna.get("/me").text).forms["/sign-out"]["form_token"]
    form = {"form_token": token, "lift": "0" * 32, "reason": REASON}
    answer = anna.ask("POST", f"/contacts/{contact}/lift", data=form)
    assert answer.status_code == 409
    assert "Der er intet nummer at vise" in answer.text


def test_the_same_callers_earlier_contacts_are_counted(world):
    first, second = a_call(world), a_call(world)
    third = a_call(world)
    anna = signed_in(world, "anna")
    assert "Har ikke ringet før" in anna.get(f"/contacts/{first}").text
    assert "Har ringet én gang før" in anna.get(f"/contacts/{second}").text
    assert "Har ringet 2 gange før" in anna.get(f"/contacts/{third}").text


def test_erasing_asks_first_and_then_nothing_is_left(world, contact):
    koord = signed_in(world, "koord")
    assert "Slet borgerens oplysninger nu" in koord.get(f"/contacts/{contact}").text
    assert koord.get(f"/contacts/{contact}/erase").status_code == 200
    assert world.contact().wrapped_key is not None
    assert koord.send(f"/contacts/{contact}/erase").headers["Location"] == f"/contacts/{contact}"
    page = koord.follow().text
    assert world.contact().wrapped_key is None
    assert "Slet borgerens oplysninger nu" not in page
    assert LIFT not in page
    assert ("koord", "contact_erased") in actions(world)


def test_a_chat_has_no_number_and_is_erased_for_as_long_as_it_is_kept(world):
    with_chat(world)
    with world.store.write() as connection:
        begun = opening.begin(connection, world.gateway, Wanted(line="foenix"), "da", world.clock())
        tickets.set_code(connection, begun.conversation, "a hash", world.clock())
        ending.leave(connection, world.gateway, begun.conversation, world.clock(), erase=False)
    koord, path = signed_in(world, "koord"), f"/contacts/{begun.contact.id}"
    page = koord.get(path).text
    assert "I chatten har borgeren intet nummer." in page
    assert "skjult nummer" not in page
    world.clock.set(world.clock() + timedelta(days=2))
    purge(world.store, world.gateway.audit, world.clock(), actor="system")
    koord = signed_in(world, "koord")
    assert "Slet borgerens oplysninger nu" in koord.get(path).text
    assert "Alt, hvad der er skrevet i samtalen" in koord.get(f"{path}/erase").text
    koord.send(f"{path}/erase")
    assert "Slet borgerens oplysninger nu" not in koord.follow().text


def test_what_goes_on_is_not_erased(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls(FOENIX)
    world.run(1)
    koord, path = signed_in(world, "koord"), f"/contacts/{world.contact().id}"
    assert "Slet borgerens" not in koord.get(path).text
    koord.get(f"{path}/erase")
    assert koord.send(f"{path}/erase").status_code == 409
    assert world.contact().wrapped_key is not None


def test_a_worker_is_not_offered_erasing_and_may_not(world, contact):
    anna = signed_in(world, "anna")
    page = anna.get(f"/contacts/{contact}").text
    assert "Slet borgerens" not in page
    token = Form(page).forms["/sign-out"]["form_token"]
    for method in ("GET", "POST"):
        answer = anna.ask(method, f"/contacts/{contact}/erase", data={"form_token": token})
        assert answer.status_code == 403
    assert world.contact().wrapped_key is not None


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_in_a_browser_reload_shows_nothing_and_axe_finds_nothing(world, contact, chromium, screen, language):
    if not world.store.is_sqlite:
        pytest.skip("the browser does not see which database it is")
    with served(world) as at:
        context = chromium.new_context(**screen)
        cookie = {"name": "akutlinjen-session", "value": at.session("koord"), "url": at.url}
        context.add_cookies([cookie, {"name": "akutlinjen-language", "value": language, "url": at.url}])
        page = context.new_page()
        watched(page, at)
        page.goto(f"{at.url}/contacts/{contact}")
        page.locator("details:has(#reason) summary").click()
        fits_and_is_clean(page, "open form")
        page.locator("#reason").fill("x         ")
        page.evaluate("document.querySelector('#reason').form.noValidate = true")
        page.locator("form:has(#reason) button").click()
        page.get_by_role("alert").wait_for()
        fits_and_is_clean(page, "fault")
        page.locator("#reason").fill(REASON)
        page.locator("form:has(#reason) button").click()
        page.get_by_text(SHOWN).wait_for()
        fits_and_is_clean(page, "shown")
        page.reload()
        assert page.get_by_text(SHOWN).count() == 0
        fits_and_is_clean(page, "not shown")
        page.goto(f"{at.url}/contacts/{contact}")
        fits_and_is_clean(page, "after")
        page.goto(f"{at.url}/contacts/{contact}/erase")
        fits_and_is_clean(page, "erase")
        assert page.trouble == []
        context.close()
