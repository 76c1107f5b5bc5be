"""What citizens do on the page, on a phone's screen, with a worker at the other end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.chat.widget.conftest import (
    SMALL,
    begins,
    log_of,
    net_trouble_is_known,
    reads,
    without_net,
    writes,
)
from tests.waiting import wait_until

NUMBER, CLOSED_NUMBER = (f"76\u00a016\u00a000\u00a00{last}" for last in (1, 3))


def asks_for_number(page):
    page.get_by_role("button", name="Giv mig et nummer, så jeg kan fortsætte senere").click()
    page.get_by_role("heading", name="Dit nummer og din kode").wait_for()
    return page.locator("[data-part=ticket-shown]").inner_text(), page.locator(
        "[data-part=code-shown]"
    ).inner_text()


def resumes(page, ticket, code):
    page.get_by_role("button", name="Jeg har et nummer og en kode").click()
    page.get_by_label("Nummer, seks tal").fill(ticket)
    page.get_by_label("Kode, otte tal").fill(code)
    page.get_by_role("button", name="Åbn samtalen").click()


def status(page):
    return expect(page.locator("[data-screen=talk] [role=status]"))


def test_a_conversation_is_begun_had_ended_and_gone_on_with_elsewhere(house, visit):
    anna, page = house.at_desk("anna"), visit("/")
    page.get_by_label("Dit postnummer eller din kommune").fill("6700")
    begins(page)
    status(page).to_contain_text("Du er den næste. Vi finder en medarbejder.")
    writes(page, "Jeg begynder bare.")
    assert anna.takes()["municipality"] == "0561"
    status(page).to_have_text("En medarbejder er her nu.")
    anna.writes("Hej. Godt, du skriver.")
    page.get_by_label("Skriv her").press_sequentially("Tak")
    anna.sees_typing(True)
    page.get_by_role("button", name="Send").click()
    anna.sees_typing(False)
    reads(page, "Jeg begynder bare.", "Hej. Godt, du skriver.", "Tak")
    anna.hears("Jeg begynder bare.", "Hej. Godt, du skriver.", "Tak")
    assert [who for who, _, _ in log_of(page)] == ["Dig", "Medarbejder", "Dig"]
    anna.types(True)
    page.get_by_text("Medarbejderen skriver").wait_for()
    anna.closes()
    status(page).to_have_text("Samtalen er slut. Du kan altid skrive eller ringe igen.")
    assert page.get_by_text("Medarbejderen skriver").count() == 0
    assert page.get_by_label("Skriv her").count() == 0 or not page.get_by_label("Skriv her").is_visible()

    ticket, code = asks_for_number(page)
    assert re.fullmatch(r"\d{3} \d{3}", ticket)
    assert re.fullmatch(r"\d{4} \d{4}", code)

    other = visit("/", **SMALL)
    resumes(other, ticket, code)
    reads(other, "Jeg begynder bare.", "Hej. Godt, du skriver.", "Tak")
    status(other).to_have_text("Skriv til os, så finder vi en medarbejder igen.")
    writes(other, "Nu er jeg her igen.")
    status(other).to_contain_text("Vi finder en medarbejder.")
    anna.takes()
    status(other).to_have_text("En medarbejder er her nu.")
    reads(other, "Jeg begynder bare.", "Hej. Godt, du skriver.", "Tak", "Nu er jeg her igen.")


def test_the_page_leads_where_its_address_says(house, visit):
    page = visit("/?municipality=0430&language=en")
    assert page.get_by_text("Akuttilbuddet Toften").is_visible()
    assert page.get_by_role("link", name="Call us on 76 16 00 02").get_attribute("href") == "tel:+4576160002"
    page.get_by_role("button", name="Start the chat").click()
    page.get_by_text("Right now no one is at the chat").wait_for()
    (item,) = house.at_desk("carla").sees(1)
    assert (item["line"], item["language"], item["municipality"]) == ("toften", "en", "0430")
    page.get_by_text("You are next.").wait_for()


def test_a_municipality_may_be_written_out_and_mistakes_are_told(house, visit):
    page = visit("/?line=nonsense")
    place, problem = page.get_by_label("Dit postnummer eller din kommune"), page.locator("#start-problem")
    page.get_by_role("button", name="Start samtalen").click()
    expect(problem).to_have_text("Skriv dit postnummer eller din kommune.")
    for wrong, told in [("her", "Vi kender ikke det sted."), ("2200", "Vi har ingen chat for det sted.")]:
        place.fill(wrong)
        page.get_by_role("button", name="Start samtalen").click()
        expect(problem).to_contain_text(told)
        expect(place).to_be_focused()
    place.fill("faaborg-midtfyn Kommune")
    begins(page)
    house.at_desk("carla").takes()


def test_nobody_at_the_chat_is_said_with_the_number_to_call(house, visit):
    page = visit()
    begins(page)
    status(page).to_contain_text(f"Lige nu sidder ingen ved chatten. Ring til os på {NUMBER}.")
    link = page.get_by_role("link", name=f"Ring til os på {NUMBER}").last
    assert link.get_attribute("href") == "tel:+4576160001"
    house.at_desk("anna").sees(1)
    status(page).to_contain_text("Du er den næste.")
    assert not page.locator("[data-part=instead-phone]").is_visible()


def test_the_place_in_the_queue_is_true(house, visit):
    anna, first, second = house.at_desk("anna"), visit(), visit()
    begins(first)
    begins(second)
    status(second).to_contain_text("Du er nummer 2.")
    first.get_by_role("button", name="Mere").click()
    first.get_by_role("button", name="Afslut samtalen").click()
    first.get_by_role("heading", name="Samtalen er slut").wait_for()
    status(second).to_contain_text("Du er den næste.")
    anna.takes()


@pytest.mark.parametrize("path", ["/?line=viborg", "/"])
def test_a_closed_chat_says_whom_to_call(visit, path):
    page = visit(path)
    if path == "/":
        page.get_by_label("Dit postnummer eller din kommune").fill("8800")
        page.get_by_role("button", name="Start samtalen").click()
    page.get_by_role("heading", name="Chatten er lukket nu").wait_for()
    numbers = page.locator("a:visible").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert numbers[:2] == ["tel:112", "tel:+4576160003"]
    assert page.locator("[data-part=closed-phone]").inner_text() == f"Ring til os på {CLOSED_NUMBER}"
    page.get_by_role("button", name="Prøv igen").click()
    page.get_by_role("heading", name="Chatten er lukket nu").wait_for()


@pytest.mark.parametrize("path", ["/?line=skive", "/?municipality=0779", "/?postcode=7800"])
def test_a_line_without_chat_says_its_number(visit, path):
    page = visit(path)
    page.get_by_role("heading", name="Her kan du ringe").wait_for()
    numbers = page.locator("a:visible").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert numbers[:2] == ["tel:112", "tel:+4576160004"]
    assert page.locator("[data-part=closed-phone]").get_attribute("href") == "tel:+4576160004"
    assert page.get_by_text("Her er ingen chat. Ring på 76\u00a016\u00a000\u00a004").is_visible()
    assert page.get_by_role("button", name="Prøv igen").is_hidden()  # it would come to the same
    assert page.get_by_label("Dit postnummer eller din kommune").count() == 0


def test_what_was_written_is_erased_when_the_citizen_says_so(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    writes(page, "Det her skal væk")
    anna.takes()
    page.get_by_role("button", name="Mere").click()
    ticket, code = asks_for_number(page)
    page.get_by_role("button", name="Tilbage til samtalen").click()
    page.get_by_role("button", name="Mere").click()
    page.get_by_role("button", name="Slet det, jeg har skrevet, nu").click()
    page.get_by_role("button", name="Ja, slet den nu").click()
    page.get_by_text("Det, du skrev, er slettet.").wait_for()
    assert log_of(page) == []
    anna.hears_that_it_is("ended")
    with house.place.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 0
        assert connection.exec_driver_sql("SELECT wrapped_key FROM conversations").scalar() is None
    resumes(page, ticket, code)
    expect(page.locator("#resume-problem")).not_to_be_empty()


def test_a_wrong_code_and_a_wrong_number_are_told_apart_from_a_slip(house, visit):
    page = visit()
    begins(page)
    page.get_by_role("button", name="Mere").click()
    ticket, code = asks_for_number(page)
    other, problem = visit("/"), "#resume-problem"
    resumes(other, ticket, code[:-1])
    expect(other.locator(problem)).to_have_text("Nummeret har seks tal, og koden har otte.")
    slip = str((int(ticket[-1]) + 1) % 10)
    for number, word, told in [
        (ticket[:-1] + slip, code, "Det nummer findes ikke."),
        (ticket, "0000 0000" if code != "0000 0000" else "1111 1111", "Nummer og kode passer ikke sammen."),
    ]:
        other.get_by_label("Nummer, seks tal").fill(number)
        other.get_by_label("Kode, otte tal").fill(word)
        other.get_by_role("button", name="Åbn samtalen").click()
        expect(other.locator(problem)).to_contain_text(told)


def test_a_lost_net_loses_nothing_and_doubles_nothing(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    writes(page, "en")
    anna.takes()
    reads(page, "en")
    with without_net(page):
        status(page).to_contain_text("Ingen forbindelse lige nu.")
        writes(page, "to")
        writes(page, "tre")
        anna.writes("fra vagten")
        assert [note for _, _, note in log_of(page)] == ["", "Venter på forbindelse", "Venter på forbindelse"]
    reads(page, "en", "fra vagten", "to", "tre")
    status(page).to_have_text("En medarbejder er her nu.")
    anna.hears("en", "fra vagten", "to", "tre")
    net_trouble_is_known(page)


def test_a_server_that_dies_between_two_words_loses_nothing(house, visit):
    page = visit()
    begins(page)
    writes(page, "en")
    reads(page, "en")
    process = house.place.processes[-1]
    process.kill()
    status(page).to_contain_text("Ingen forbindelse lige nu.")
    writes(page, "to")
    house.place.start(process.port)
    reads(page, "en", "to")
    writes(page, "tre")
    reads(page, "en", "to", "tre")
    anna = house.at_desk("anna")
    anna.takes()
    anna.hears("en", "to", "tre")
    net_trouble_is_known(page)


def test_what_is_on_disk_though_nobody_heard_so_is_there_once(house, visit):
    lines, deaf = [], []

    def take(line):
        lines.append(line)
        server = line.connect_to_server()
        line.on_message(server.send)
        server.on_message(lambda said: deaf or line.send(said))

    page = visit(prepared=lambda page: page.route_web_socket("**/socket.io/**", take))
    begins(page)
    writes(page, "en")
    reads(page, "en")
    wait_until(lambda: page.wait_for_timeout(20) or lines, "a WebSocket")
    anna = house.at_desk("anna")
    anna.takes()
    page.wait_for_timeout(500)  # the better way is in use
    deaf.append(True)
    writes(page, "to")
    anna.hears("en", "to")
    assert [note for _, _, note in log_of(page)] == ["", "Sendes"]
    deaf.clear()
    lines[-1].close()
    reads(page, "en", "to")
    writes(page, "tre")
    reads(page, "en", "to", "tre")
    anna.hears("en", "to", "tre")


POLLING = "window.WebSocket = class { constructor() { throw new Error('no such thing here'); } };"


def test_where_nothing_but_plain_requests_pass_it_works_all_the_same(house, visit):
    anna, page = house.at_desk("anna"), visit(before=POLLING)
    begins(page)
    anna.takes()
    anna.writes("Hej")
    writes(page, "Hej selv")
    reads(page, "Hej", "Hej selv")
    page.get_by_role("link", name="Forlad siden").click()
    page.get_by_text("Vejret").wait_for()
    anna.hears_that_it_is("ended")


def test_a_long_text_goes_in_pieces_and_strange_characters_stay_out(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    anna.takes()
    long = " ".join(["hele natten"] * 600)
    writes(page, long)
    writes(page, "a\u0000\u0007b\tc 😀\r\nd")
    page.wait_for_function("() => document.querySelectorAll('.said').length === 3")
    texts = [text for _, text, _ in log_of(page)]
    assert " ".join(texts[:2]) == long
    assert texts[2] == "ab\tc 😀\nd"
    anna.hears(*texts)


def test_markup_is_text(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    anna.takes()
    anna.writes("<img src=x onerror=alert(1)><b>fed</b>")
    reads(page, "<img src=x onerror=alert(1)><b>fed</b>")


def test_news_while_nobody_looks_is_told_without_a_word_of_it(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    anna.takes()
    page.get_by_role("button", name="Mere").click()
    anna.writes("hemmeligt")
    page.get_by_text("1 ny besked").wait_for()
    page.get_by_role("button", name="Tilbage til samtalen").click()
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
    }""")
    anna.writes("hemmeligt")
    page.wait_for_function("() => document.title === '(1) Samtale'")
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: false, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_function("() => document.title === 'Samtale'")


def test_what_was_begun_is_kept_when_the_worker_ends_it(house, visit):
    anna, page = house.at_desk("anna"), visit()
    begins(page)
    anna.takes()
    page.get_by_label("Skriv her").fill("ikke sendt end")
    anna.closes()
    status(page).to_contain_text("Samtalen er slut.")
    expect(page.locator("#talk-heading")).to_be_focused()  # the field that had it is gone
    page.get_by_role("button", name="Start en ny samtale").click()
    page.locator("[data-screen=talk]").wait_for()
    status(page).to_contain_text("Vi finder en medarbejder")
    assert page.get_by_label("Skriv her").input_value() == "ikke sendt end"
    assert log_of(page) == []
