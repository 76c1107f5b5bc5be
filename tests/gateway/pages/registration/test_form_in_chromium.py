"""The form on a phone's screen: by taps (counted), by keyboard alone, without a connection, in two hands."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from gateway.store.tables import registrations
from tests.flows.world import World
from tests.gateway.api.ended_contact import an_ended_contact
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.waiting import wait_until

MOST_TAPS = 12
FOCUSED = "document.activeElement.closest('[data-question]')?.dataset.question"
PLAIN = {
    "who": "Borger i akut psykisk krise", "first_contact": "Første gang", "sex": "Kvinde", "age": "18-29 år",
    "crisis_level": "Moderat", "themes": "Angst/nervøsitet", "background": "Egen henvendelse",
    "further": "Ingen yderligere kontakt aftalt",
}  # fmt: skip


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var", at="2026-11-24 22:30")
    yield world
    world.close()


@pytest.fixture
def at(world):
    with served(world) as at:
        yield at


def browser_of(chromium, at, worker, screen=PHONE):
    context = chromium.new_context(**screen, locale="da-DK")
    context.add_cookies([{"name": "akutlinjen-session", "value": at.session(worker), "url": at.url}])
    page = context.new_page()
    watched(page, at)
    return page


@pytest.fixture
def page(chromium, at):
    page = browser_of(chromium, at, "anna")
    yield page
    page.context.close()
    assert page.trouble == []


@pytest.fixture
def address(world, at):
    return f"{at.url}/contacts/{an_ended_contact(world).id}/registration"


def chip(page, question, label):
    return page.locator(f"#q-{question} .chip").filter(has=page.get_by_text(label, exact=True))


def stored(world):
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(registrations)).mappings()]


def stored_answers(world):
    found = stored(world)
    return found[0]["answers"] if found else {}


def is_saved(page):
    page.locator("#status", has_text="Gemt").wait_for()


def on_the_device(page):
    return page.evaluate("Object.values(localStorage).map((each) => JSON.parse(each))")


def test_a_plain_call_is_registered_with_few_taps_and_nothing_stays_on_the_phone(page, world, address):
    taps = 0
    page.goto(address)
    for question, label in PLAIN.items():
        chip(page, question, label).tap()
        taps += 1
    assert page.locator("#missing").is_hidden()
    page.get_by_role("button", name="Gem og afslut").tap()
    taps += 1
    page.get_by_text("Registreret", exact=True).wait_for()
    assert taps <= MOST_TAPS, taps
    assert world.contacts()[0].state == "registered"
    (row,) = stored(world)
    assert (row["answers"]["minutes"], row["answers"]["themes"]) == (10, ["anxiety"])
    assert on_the_device(page) == []


def test_by_keyboard_alone(chromium, at, world, address):
    page = browser_of(chromium, at, "anna", DESK)
    page.goto(address)
    page.locator("#q-who input").first.focus()
    for question in PLAIN:
        for _ in range(60):
            if (
                page.evaluate("document.activeElement.closest('[data-question]')?.dataset.question")
                == question
            ):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value === 'submit'"):
            break
    page.keyboard.press("Enter")
    page.get_by_text("Registreret", exact=True).wait_for()
    assert stored_answers(world)["who"] == "person_in_acute_mental_crisis"
    page.context.close()
    assert page.trouble == []


def test_without_a_connection_nothing_is_lost_and_it_is_sent_afterwards(chromium, at, world, address):
    """Opened before; then no connection: filled in, loaded again, filled in further, handed in; then sent."""
    page = browser_of(chromium, at, "anna")
    page.goto(address)
    shells = "caches.open('registration').then((each) => each.keys()).then((each) => each.length)"
    wait_until(lambda: page.evaluate(shells) >= 10, "empty forms are kept", seconds=30)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    questions = iter(PLAIN.items())
    for question, label in [next(questions), next(questions)]:
        chip(page, question, label).tap()
    page.get_by_label("Kort note").fill("Ringer igen i morgen.")
    page.get_by_text("Det ligger på telefonen").wait_for()
    assert stored(world) == []
    page.reload()  # the page itself comes from the phone now
    page.locator("form[data-shell]").wait_for()
    assert chip(page, "who", PLAIN["who"]).locator("input").is_checked()
    assert page.get_by_label("Kort note").input_value() == "Ringer igen i morgen."
    for question, label in questions:
        chip(page, question, label).tap()
    page.get_by_role("button", name="Gem og afslut").tap()
    page.get_by_text("bliver sendt og afsluttet").wait_for()
    assert "211062" not in json.dumps(on_the_device(page))
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_text("Registreret", exact=True).wait_for()
    assert page.get_by_text("Ringer igen i morgen.").is_visible()
    assert stored_answers(world)["minutes"] == 10
    assert on_the_device(page) == []
    page.context.close()


def test_handed_in_without_a_connection_and_put_away_it_is_sent_from_the_next_page(
    chromium, at, world, address
):
    page = browser_of(chromium, at, "anna")
    page.goto(address)
    page.context.set_offline(True)
    for question, label in PLAIN.items():
        chip(page, question, label).tap()
    page.get_by_role("button", name="Gem og afslut").tap()
    page.get_by_text("bliver sendt og afsluttet").wait_for()
    page.close()
    page.context.set_offline(False)
    another = page.context.new_page()
    another.goto(f"{at.url}/console")
    wait_until(lambda: another.wait_for_timeout(50) or world.contacts()[0].state == "registered", "sent")
    wait_until(lambda: on_the_device(another) == [], "nothing is left")
    another.context.close()


def test_two_in_one_form_both_are_shown_and_one_chooses(chromium, page, at, world, address):
    page.goto(address)
    other = browser_of(chromium, at, "koord")
    other.goto(address)
    chip(other, "who", "Pårørende").tap()
    chip(other, "sex", "Mand").tap()
    wait_until(lambda: stored_answers(world).get("sex") == "man", "saved")
    chip(page, "age", "18-29 år").tap()
    wait_until(lambda: stored_answers(world).get("age") == "18_29", "saved")
    chip(page, "who", "Behandlingspsykiatrien").tap()
    box = page.locator(".conflict")
    box.wait_for()
    assert "Pårørende" in box.text_content()
    assert "Kirsten" in box.text_content() or "Anna" in box.text_content()
    assert "Behandlingspsykiatrien" in box.text_content()
    box.get_by_role("button", name="Behold mit").tap()
    wait_until(lambda: stored_answers(world).get("who") == "treatment_psychiatry", "saved")
    assert stored_answers(world)["sex"] == "man"
    other.context.close()


def test_what_is_on_the_phone_holds_no_sent_words_and_no_number_and_goes_on_signing_out(page, world, address):
    page.goto(address)
    chip(page, "who", "Pårørende").tap()
    page.get_by_label("Kort note").fill("Bor ved åen.")
    wait_until(lambda: bool(stored(world)) and stored(world)[0]["texts"] is not None, "saved")
    is_saved(page)
    page.get_by_text("CPR-nummer, kun med samtykke").tap()
    page.get_by_label("CPR-nummer", exact=True).fill("211062-5629")
    page.wait_for_function("!JSON.stringify({...localStorage}).includes('Bor ved')")
    everything = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "relative" in everything
    assert "211062" not in everything
    page.get_by_role("button", name="Log ud", exact=True).tap()
    page.wait_for_url("**/sign-in")
    assert on_the_device(page) == []


def clean(page, state):
    """Looked at from its end, where the bar with the buttons covers nothing."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    fits_and_is_clean(page, state)


@pytest.mark.parametrize(
    ("screen", "worker", "hour"), [(PHONE, "anna", 22), (DESK, "koord", 11)], ids=["phone", "desk"]
)
def test_axe_finds_nothing_in_any_state(chromium, at, world, address, screen, worker, hour):
    world.clock.set(world.clock().replace(hour=hour))
    page = browser_of(chromium, at, worker, screen)
    for path in (
        address,
        f"{at.url}/registrations/new",
        f"{at.url}/registrations/new?form=overnight&line=foenix",
    ):
        page.goto(path)
        for each in page.locator("main details").all():
            each.evaluate("each => each.open = true")
        clean(page, path)
    page.goto(address)
    page.get_by_role("button", name="Gem og afslut").click()
    page.locator(".is-missing").first.wait_for()
    clean(page, "missing")
    for question, label in PLAIN.items():
        chip(page, question, label).click()
    page.get_by_role("button", name="Gem og afslut").click()
    page.get_by_text("Registreret", exact=True).wait_for()
    clean(page, "read")
    page.context.close()
    assert page.trouble == []


def test_that_it_is_being_saved_is_said_after_300_ms_and_not_before(chromium, at, address):
    page, held = browser_of(chromium, at, "anna"), []
    page.clock.install()
    page.goto(address)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.evaluate("""() => {
        window.said = [];
        const status = document.getElementById("status");
        new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
    }""")
    status = page.locator("#status")
    chip(page, "sex", "Kvinde").click()
    page.clock.run_for(500)  # what is chosen shortly after goes along
    is_saved(page)
    page.clock.run_for(1000)
    assert page.evaluate("window.said") == ["Gemt"]
    page.route("**/draft", lambda route: held.append(route))
    chip(page, "sex", "Mand").click()
    page.clock.run_for(500)
    wait_until(lambda: page.wait_for_timeout(20) or held, "it is sent")
    page.clock.run_for(299)
    assert page.evaluate("window.said") == ["Gemt"]
    page.clock.run_for(1)
    expect(status).to_have_text("Gemmer")
    held[0].continue_()
    is_saved(page)
    page.context.close()
    assert page.trouble == []
