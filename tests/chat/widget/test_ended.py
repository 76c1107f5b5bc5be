"""The last screen: however it ended, a number and erasing are there; after the quick exit nothing is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.chat.widget.conftest import (
    EXIT,
    begins,
    log_of,
    net_trouble_is_known,
    reads,
    without_net,
    writes,
)
from tests.chat.widget.test_stories import asks_for_number, resumes

SECRET = "Kun til jer"
WATCH_FOR_TALK = """() => {
    window.shown = 0;
    const talk = document.querySelector("[data-screen=talk]");
    new MutationObserver(() => { window.shown += talk.hidden ? 0 : 1; }).observe(talk, { attributes: true });
}"""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


def number(page):
    return button(page, "Giv mig et nummer, så jeg kan fortsætte senere")


def erase(page):
    return button(page, "Slet det, jeg har skrevet, nu")


def ends(page):
    button(page, "Mere").click()
    button(page, "Afslut samtalen").click()
    page.get_by_role("heading", name="Samtalen er slut").wait_for()


def scalar(house, query):
    with house.place.store.read() as connection:
        return connection.exec_driver_sql(query).scalar()


@pytest.fixture
def talk(house, visit):
    """A citizen's page and its worker, who talk."""
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    writes(page, SECRET)
    anna.takes()
    reads(page, SECRET)
    return page, anna


def test_who_ends_it_is_led_to_a_last_screen_without_a_word_of_it(house, talk):
    page, anna = talk
    page.evaluate(WATCH_FOR_TALK)
    ends(page)
    anna.hears_that_it_is("ended")
    assert page.evaluate("window.shown") == 0  # not for a moment
    assert log_of(page) == []
    assert number(page).is_visible()
    assert erase(page).is_visible()
    assert page.get_by_text("Ellers sletter vi den om et døgn.").is_visible()
    expect(page.locator("#left-heading")).to_be_focused()


def test_a_number_from_the_last_screen_opens_the_conversation_elsewhere(house, talk, visit):
    page, _anna = talk
    ends(page)
    assert scalar(house, "SELECT has_code FROM conversations") in (0, False)
    ticket, code = asks_for_number(page)
    assert re.fullmatch(r"\d{3} \d{3}", ticket)
    assert scalar(house, "SELECT has_code FROM conversations") in (1, True)
    assert button(page, "Tilbage til samtalen").count() == 0
    button(page, "Tilbage").click()
    page.get_by_role("heading", name="Samtalen er slut").wait_for()
    other = visit("/")
    resumes(other, ticket, code)
    reads(other, SECRET)


def test_the_number_opens_it_on_the_very_same_page(talk):
    page, _anna = talk
    ends(page)
    ticket, code = asks_for_number(page)
    button(page, "Tilbage").click()
    resumes(page, ticket, code)
    reads(page, SECRET)
    button(page, "Mere").click()
    assert button(page, "Tilbage til samtalen").is_visible()


def test_what_was_left_is_erased_from_the_last_screen(house, talk):
    page, _anna = talk
    ends(page)
    erase(page).click()
    assert page.get_by_text("Samtalen slutter også.").is_hidden()  # it has ended
    button(page, "Tilbage").click()
    page.get_by_role("heading", name="Samtalen er slut").wait_for()
    erase(page).click()
    button(page, "Ja, slet den nu").click()
    page.get_by_text("Det, du skrev, er slettet.").wait_for()
    assert scalar(house, "SELECT count(*) FROM messages") == 0
    assert scalar(house, "SELECT wrapped_key FROM conversations") is None
    assert number(page).count() == 0  # there is nothing to come back to
    assert erase(page).count() == 0


def test_who_gave_up_waiting_has_the_same_last_screen(house, visit):
    page = visit()
    begins(page)
    writes(page, SECRET)
    ends(page)
    asks_for_number(page)
    button(page, "Tilbage").click()
    button(page, "Start en ny samtale").click()
    page.locator("[data-screen=talk]").wait_for()
    assert log_of(page) == []
    house.at_desk("anna").sees(1)


def test_without_a_net_the_last_screen_says_so_and_works_once_it_is_back(house, talk):
    page, _anna = talk
    ends(page)
    with without_net(page):
        page.wait_for_timeout(1500)
        number(page).click()
        page.get_by_text("Vi kunne ikke få forbindelse.").wait_for()
    problem = page.locator("[data-part=left-problem]")
    for _ in range(60):
        number(page).click()
        page.wait_for_timeout(250)
        if page.get_by_role("heading", name="Dit nummer og din kode").is_visible():
            break
    expect(problem).to_be_empty()
    expect(page.locator("[data-part=code-shown]")).to_have_text(re.compile(r"\d{4} \d{4}"))
    assert log_of(page) == []  # and what it caught up with is not shown
    net_trouble_is_known(page)


def test_an_end_that_nobody_heard_is_told_and_the_conversation_goes_on(talk):
    page, anna = talk
    button(page, "Mere").click()
    with without_net(page):
        page.wait_for_timeout(1500)
        button(page, "Afslut samtalen").click()
        page.get_by_text("Samtalen er ikke slut endnu.").wait_for()
    button(page, "Tilbage til samtalen").click()
    anna.writes("Er du der?")
    reads(page, SECRET, "Er du der?")
    net_trouble_is_known(page)


def test_the_quick_exit_leaves_nothing_behind_from_the_last_screen_either(house, talk):
    page, _anna = talk
    ends(page)
    assert scalar(house, "SELECT count(*) FROM citizen_tokens") == 1
    page.get_by_role("link", name="Forlad siden").click()
    page.get_by_text("Vejret").wait_for()
    assert page.url == EXIT
    for _ in range(100):
        if scalar(house, "SELECT count(*) FROM citizen_tokens") == 0:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the token still opens it")
