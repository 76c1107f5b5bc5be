"""The duty phone in a real browser, 360 by 740, with a real chat process behind it and citizens who write."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from gateway.conversations import opening
from gateway.conversations.opening import Wanted
from gateway.store import contacts as contact_rows
from tests.gateway.console.duty_phones import PATIENCE_MS
from tests.gateway.pages.test_in_chromium import fits_and_is_clean
from tests.waiting import wait_until

CONTACT = re.compile(r"/console/contacts/\w+$")


def until(page, expression, argument=None):
    """The page's own way to wait would need ``eval``, which our policy refuses."""
    wait_until(lambda: page.evaluate(expression, argument), expression, PATIENCE_MS / 1000)


def is_live(page):
    until(page, "window.duty?.live?.connected")
    return page


def takes(page):
    """Answers the alarm, and is in the conversation."""
    page.locator("dialog[open]").wait_for()
    page.wait_for_timeout(600)  # who taps in the first half second meant something else
    page.locator("dialog[open]").get_by_role("button", name="Tag den").click()
    page.wait_for_url(CONTACT)
    return is_live(page)


def writes(page, text):
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def reads(page, text):
    page.locator("#log .message-text", has_text=text).wait_for()


def contact_of(page):
    return page.url.rpartition("/")[2]


def state_of(night, contact):
    with night.gateway.store.read() as connection:
        found = contact_rows.find_contact(connection, contact)
        return found.state, found.answered_by


def arrived(citizen, text):
    wait_until(lambda: text in citizen.texts(), f"the citizen reads {text!r}", 20)


@pytest.fixture
def anna(night, chromium):
    return is_live(night.phone(chromium, "anna"))


def test_a_citizen_writes_the_phone_rings_and_they_talk(night, anna):
    assert anna.get_by_text("Ingen venter.").is_visible()
    citizen = night.citizen()
    night.writes(citizen, "Hej, er der nogen?")
    dialog = anna.locator("dialog[open]")
    dialog.wait_for()
    for words in ("Akuttilbuddet Fønix", "Chat", "Esbjerg", "dansk"):
        assert dialog.get_by_text(words, exact=True).is_visible()
    fits_and_is_clean(anna, "incoming")
    rang = anna.evaluate("duty.alarm.rang")
    assert rang >= 1
    until(anna, "before => duty.alarm.rang > before", rang)  # again and again
    anna.keyboard.press("Shift")  # seen: it is quiet, and stays
    assert anna.evaluate("duty.alarm.rings") is False
    takes(anna)
    reads(anna, "Hej, er der nogen?")
    anna.locator("#text").press_sequentially("Hej")
    wait_until(lambda: {"on": True} in citizen.received["typing"], "the citizen sees that Anna types", 20)
    writes(anna, "Hej. Jeg hedder Anna.")
    arrived(citizen, "Hej. Jeg hedder Anna.")
    night.wait(citizen.emit("typing", {"on": True}))
    anna.locator("#typing").wait_for()
    night.writes(citizen, "Jeg har det skidt.")
    reads(anna, "Jeg har det skidt.")
    assert not anna.locator("#typing").is_visible()
    assert anna.locator("#log").get_attribute("role") == "log"
    assert [each for each in citizen.texts() if each == "Hej. Jeg hedder Anna."] == ["Hej. Jeg hedder Anna."]
    assert anna.locator("#log .message.worker").count() == 1
    fits_and_is_clean(anna, "conversation")


def test_a_sentence_is_put_in_and_the_end_leads_to_the_form(night, anna):
    citizen = night.citizen(language="en")
    takes(anna)
    anna.get_by_text("Faste sætninger").click()
    fits_and_is_clean(anna, "phrases")
    anna.get_by_role("button", name="Take your time. I am here.").click()
    assert anna.locator("#text").input_value() == "Take your time. I am here."
    anna.get_by_role("button", name="Send", exact=True).click()
    arrived(citizen, "Take your time. I am here.")
    anna.get_by_text("Afslut", exact=True).click()
    fits_and_is_clean(anna, "end")
    contact = contact_of(anna)
    anna.get_by_role("button", name="Afslut og registrer").click()
    anna.wait_for_url(f"**/contacts/{contact}/registration")
    assert state_of(night, contact) == ("ended", "anna")
    anna.goto(f"{night.url}/console")
    anna.get_by_role("link", name="Se samtalen").wait_for()
    assert anna.locator(f'a[href="/contacts/{contact}/registration"]').count() == 1


def test_two_phones_one_winner_and_the_other_is_told_kindly(night, anna, chromium):
    bo = is_live(night.phone(chromium, "bo"))
    night.citizen()
    # Anna is asked; Bo sees it wait, and takes it in the same moment.
    anna.locator("dialog[open]").wait_for()
    take = bo.get_by_role("button", name="Tag den fra Akuttilbuddet Fønix")
    take.wait_for()
    anna.wait_for_timeout(600)
    anna.route("**/accept", lambda route: (bo.evaluate("""async (path) => {
        const token = document.getElementById("duty").dataset.token;
        await fetch(path, {method: "POST", headers: {"X-Form-Token": token, Accept: "application/json"}});
    }""", re.sub(r"^https?://[^/]+", "", route.request.url)), route.continue_()))  # fmt: skip
    anna.locator("dialog[open]").get_by_role("button", name="Tag den").click()
    anna.get_by_text("En kollega har den. Tak.").wait_for()
    assert anna.locator("dialog[open]").count() == 0
    assert anna.evaluate("duty.alarm.rings") is False
    bo.get_by_text("I samtale").wait_for()


def test_who_passes_it_on_is_left_alone_and_the_next_is_asked(night, anna, chromium):
    bo = is_live(night.phone(chromium, "bo"))
    night.citizen()
    anna.locator("dialog[open]").wait_for()
    anna.wait_for_timeout(600)
    anna.get_by_role("button", name="Send videre").click()
    bo.locator("dialog[open]").wait_for()
    until(anna, "!document.querySelector('dialog[open]') && !duty.alarm.rings")


def test_a_colleague_gets_it_with_a_note_that_the_citizen_never_sees(night, anna, chromium):
    bo = is_live(night.phone(chromium, "bo"))
    citizen = night.citizen()
    night.writes(citizen, "Hej")
    takes(anna)
    contact = contact_of(anna)
    anna.get_by_text("Giv videre", exact=True).click()
    anna.get_by_label("Bo", exact=True).check()
    anna.get_by_label("Besked til kollegaen").fill("Hun er bange for at være alene.")
    fits_and_is_clean(anna, "hand over")
    anna.get_by_role("button", name="Giv samtalen videre").click()
    anna.wait_for_url(f"{night.url}/console")
    until(bo, "duty.alarm.rings")  # it is as loud as one that waits
    bo.locator(f'[data-own="{contact}"]').click()
    bo.wait_for_url(CONTACT)
    assert bo.get_by_text("Hun er bange for at være alene.").is_visible()
    fits_and_is_clean(bo, "handed over")
    reads(bo, "Hej")
    writes(is_live(bo), "Nu er jeg her. Jeg hedder Bo.")
    arrived(citizen, "Nu er jeg her. Jeg hedder Bo.")
    assert not [text for text in citizen.texts() if "bange" in text]
    assert state_of(night, contact) == ("answered", "bo")
    anna.goto(f"{night.url}/console/contacts/{contact}")
    anna.wait_for_url(f"{night.url}/contacts/{contact}")  # not hers any more: without the conversation
    assert "bange" not in anna.content()


def test_a_colleague_reads_and_writes_along_and_the_citizen_knows(night, anna, chromium):
    bo = is_live(night.phone(chromium, "bo"))
    citizen = night.citizen()
    takes(anna)
    contact = contact_of(anna)
    night.writes(citizen, "Jeg ved ikke, hvad jeg skal gøre.")
    reads(anna, "Jeg ved ikke, hvad jeg skal gøre.")
    anna.reload()
    is_live(anna).get_by_text("Få en kollega med", exact=True).click()
    anna.get_by_label("Hvem skal med?").select_option("Bo")
    fits_and_is_clean(anna, "add a colleague")
    anna.get_by_role("button", name="Få kollegaen med").click()
    anna.get_by_text("Bo er med i samtalen.").wait_for()
    arrived(citizen, "Nu er der to medarbejdere her. Begge kan læse det, du har skrevet, og svare dig.")
    until(bo, "duty.alarm.rings")
    fits_and_is_clean(bo, "a shared conversation among their own")
    bo.locator(f'[data-own="{contact}"]').click()
    bo.wait_for_url(CONTACT)
    reads(bo, "Jeg ved ikke, hvad jeg skal gøre.")
    fits_and_is_clean(bo, "in a colleague's conversation")
    writes(is_live(bo), "Jeg hedder Bo og er her også.")
    arrived(citizen, "Jeg hedder Bo og er her også.")
    # Anna sees at once which of them it was, without a reload.
    anna.locator("#log .message", has_text="Jeg hedder Bo og er her også.").get_by_text(
        "Bo", exact=True
    ).wait_for()
    writes(is_live(anna), "Vi bliver her.")
    bo.locator("#log .message", has_text="Vi bliver her.").get_by_text("Anna", exact=True).wait_for()
    bo.get_by_role("button", name="Gå ud af samtalen").click()
    bo.wait_for_url(f"{night.url}/console")
    arrived(citizen, "Nu er der kun én medarbejder her igen.")
    anna.get_by_text("Få en kollega med", exact=True).wait_for()
    assert state_of(night, contact) == ("answered", "anna")


def test_the_colleague_hears_that_it_is_over(night, anna, chromium):
    bo = is_live(night.phone(chromium, "bo"))
    night.citizen()
    takes(anna)
    anna.reload()
    is_live(anna).get_by_text("Få en kollega med", exact=True).click()
    anna.get_by_label("Hvem skal med?").select_option("Bo")
    anna.get_by_role("button", name="Få kollegaen med").click()
    bo.locator("[data-own]").click()
    bo.get_by_text("Anna har samtalen. Du er med og kan læse og skrive.").wait_for()
    is_live(anna).get_by_text("Afslut", exact=True).click()
    anna.get_by_role("button", name="Afslut og registrer").click()
    bo.get_by_text("Samtalen er slut.").wait_for()
    assert bo.get_by_text("Anna har samtalen nu.").count() == 0
    assert bo.locator("#composer").is_hidden()


def test_the_night_line_gets_it(night, anna, chromium):
    is_live(night.phone(chromium, "nadia"))
    night.citizen()
    takes(anna)
    contact = contact_of(anna)
    anna.reload()
    anna.get_by_text("Giv videre", exact=True).click()
    anna.get_by_label("Natlinjen").check()
    anna.get_by_role("button", name="Giv samtalen videre").click()
    anna.wait_for_url(f"{night.url}/console")
    assert state_of(night, contact) == ("answered", "nadia")


def test_no_letter_is_lost_when_the_page_is_fetched_anew_or_the_net_goes(night, anna):
    citizen = night.citizen()
    takes(anna)
    anna.locator("#text").press_sequentially("Jeg er ved at skrive noget langt")
    anna.reload()
    until(anna, "document.getElementById('text').value === 'Jeg er ved at skrive noget langt'")
    anna.context.set_offline(True)
    writes(anna, "Skrevet uden net")
    anna.locator("#queue .unsent", has_text="Skrevet uden net").wait_for()
    anna.locator("#text").press_sequentially("og mere")
    fits_and_is_clean(anna, "without net")
    anna.reload()
    anna.get_by_role("heading", name="Ingen forbindelse").wait_for()
    assert "Skrevet uden net" not in anna.content()
    assert citizen.texts() == []
    anna.context.set_offline(False)
    anna.locator("#text").wait_for()  # by itself
    until(anna, "document.getElementById('text').value === 'og mere'")
    arrived(citizen, "Skrevet uden net")
    reads(anna, "Skrevet uden net")
    is_live(anna)
    assert citizen.texts() == ["Skrevet uden net"]
    assert not anna.locator("#queue").is_visible()


def test_an_answer_that_was_lost_on_the_way_makes_no_second_message(night, anna):
    citizen = night.citizen()
    takes(anna)
    # The message arrives, and what the server says of it does not: twice.
    anna.evaluate("duty.live.emit = async () => null")
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    anna.route("**/message", lose)
    writes(anna, "Kun én gang")
    until(anna, "document.getElementById('queue').hidden")
    assert len(lost) == 2
    night.writes(citizen, "Tak")
    reads(anna, "Tak")
    assert anna.locator("#log .message-text", has_text="Kun én gang").count() == 1
    arrived(citizen, "Kun én gang")
    assert citizen.texts().count("Kun én gang") == 1


def test_what_lies_on_the_phone_is_not_to_be_read_without_the_sign_in(night, anna):
    night.citizen()
    takes(anna)
    anna.locator("#text").press_sequentially("Hemmeligt om borgeren")
    read = """async () => {
        const open = indexedDB.open("drafts");
        const base = await new Promise((done) => { open.onsuccess = () => done(open.result); });
        const all = base.transaction("drafts").objectStore("drafts").getAll();
        const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
        const kept = await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((each) => each.url)));
        return {rows: rows.map((row) => new TextDecoder("latin1").decode(row.sealed)), kept: kept.flat(),
                local: {...localStorage}, session: {...sessionStorage}};
    }"""
    until(anna, "() => indexedDB.databases().then((found) => found.length === 1)")
    wait_until(lambda: anna.evaluate(read)["rows"], "a draft is kept", 20)
    found = anna.evaluate(read)
    assert len(found["rows"]) == 1
    assert "Hemmeligt" not in str(found)
    assert (found["local"], found["session"]) == ({}, {})
    assert not [url for url in found["kept"] if "/assets/" not in url and not url.endswith("/offline")]
    anna.goto(f"{night.url}/me")
    anna.get_by_role("button", name="Log ud", exact=True).last.click()
    anna.wait_for_url("**/sign-in")
    assert anna.evaluate("indexedDB.databases().then((found) => found.length)") == 0


def test_without_the_chat_process_the_page_goes_on(night, chromium):
    night.chat.kill()
    try:
        anna = night.phone(chromium, "anna")
        with night.gateway.store.write() as connection:
            begun = opening.begin(connection, night.gateway, Wanted(line="foenix"), "da", night.gateway.now())
        take = anna.get_by_role("button", name="Tag den fra Akuttilbuddet Fønix")
        take.wait_for()
        anna.get_by_text("Siden opdateres hvert femte sekund lige nu.").wait_for()
        fits_and_is_clean(anna, "without chat")
        take.click()
        anna.wait_for_url(CONTACT)
        writes(anna, "Jeg er her")
        reads(anna, "Jeg er her")
        assert state_of(night, begun.contact.id) == ("answered", "anna")
        anna.goto(f"{night.url}/console")
        anna.get_by_role("button", name="Jeg er væk lidt").click()
        anna.get_by_text("Du er væk").wait_for()
    finally:
        night.chat = night.place.start(night.chat.port)


def test_who_is_away_is_not_asked(night, anna):
    anna.get_by_role("button", name="Jeg er væk lidt").click()
    anna.get_by_role("heading", name="Du er væk").wait_for()
    night.citizen()
    is_live(anna)
    anna.reload()
    anna.locator("time[data-since]").first.wait_for()
    assert anna.locator("dialog[open]").count() == 0
    assert anna.get_by_role("button", name="Tag den fra Akuttilbuddet Fønix").count() == 0
    fits_and_is_clean(anna, "away")
    anna.get_by_role("button", name="Jeg er tilbage").click()
    anna.locator("dialog[open]").wait_for()


def test_a_citizen_who_leaves_leaves_the_page_standing(night, anna):
    citizen = night.citizen()
    night.writes(citizen, "Hej")
    takes(anna)
    anna.locator("#text").press_sequentially("Jeg var midt i")
    night.leaves(citizen)
    anna.get_by_text("Borgeren har afsluttet samtalen.").wait_for()
    reads(anna, "Hej")
    assert anna.locator("#text").input_value() == "Jeg var midt i"
    fits_and_is_clean(anna, "over")
    night.citizen()  # the next one is not missed by whoever still reads
    anna.get_by_role("link", name="Der er en, der venter").wait_for()
    assert anna.evaluate("duty.alarm.rings") is True
    fits_and_is_clean(anna, "the next one waits")
    anna.keyboard.press("Shift")
    assert anna.evaluate("duty.alarm.rings") is False
    anna.get_by_role("link", name="Registrer nu").click()
    anna.wait_for_url("**/registration")


def test_a_session_that_was_ended_elsewhere_ends_the_socket_and_keeps_the_text(night, anna):
    night.citizen()
    takes(anna)
    anna.locator("#text").press_sequentially("Ikke tabt")
    with night.gateway.store.write() as connection:
        connection.exec_driver_sql("UPDATE staff_sessions SET ended_at = '2026-01-01 00:00:00.000000'")
    anna.get_by_role("link", name="Du er logget ud.").wait_for(timeout=2 * PATIENCE_MS)
    assert anna.locator("#text").input_value() == "Ikke tabt"
    assert anna.evaluate("duty.live.connected") is False


def test_times_say_their_exact_one_on_touch_and_a_list_fetched_anew_keeps_it(night, anna):
    citizen = night.citizen()
    night.writes(citizen, "Hej")
    takes(anna)
    reads(anna, "Hej")
    writes(anna, "Godaften")  # comes by itself, the other came with the page
    reads(anna, "Godaften")
    for number in (0, 1):
        message = anna.locator("#log .message").nth(number)
        message.get_by_role("button", name="kl.").tap()
        expect(message.locator(".exact")).to_have_text(
            re.compile(r"\S+ den \d+\. \w+ \d{4} kl\. \d\d\.\d\d\.\d\d")
        )
    fits_and_is_clean(anna, "exact times in a conversation")
    night.leaves(citizen)
    anna.locator("[data-state=over]").wait_for()
    anna.goto(f"{night.url}/console")
    is_live(anna)
    time = anna.get_by_role("button", name="slut lige nu")
    time.tap()
    expect(anna.locator("#now .exact").filter(has_text="kl.")).to_have_count(1)
    time.focus()
    anna.evaluate("document.querySelector('#now > *').dataset.old = 'yes'")
    anna.evaluate("window.duty.live.refresh()")
    until(anna, "!document.querySelector('#now > [data-old]')")
    expect(anna.locator("#now .exact").filter(has_text="kl.")).to_have_count(1)
    assert anna.evaluate("document.activeElement.id").startswith("ended-")


def test_by_keyboard_alone(night, anna):
    citizen = night.citizen()
    anna.locator("dialog[open]").wait_for()
    anna.wait_for_timeout(600)
    anna.keyboard.press("Tab")
    assert anna.evaluate("document.activeElement.textContent.trim()") == "Tag den"
    anna.keyboard.press("Enter")
    anna.wait_for_url(CONTACT)
    is_live(anna)
    anna.locator("#text").focus()
    anna.keyboard.type("Skrevet med tastatur")
    anna.keyboard.press("Control+Enter")
    arrived(citizen, "Skrevet med tastatur")
    for _ in range(40):
        anna.keyboard.press("Shift+Tab")
        if anna.evaluate("document.activeElement.textContent.trim()") == "Afslut":
            break
    anna.keyboard.press("Enter")
    anna.keyboard.press("Tab")
    assert anna.evaluate("document.activeElement.textContent.trim()") == "Afslut og registrer"
    anna.keyboard.press("Enter")
    anna.wait_for_url("**/registration")


def test_a_pushed_message_rings_until_it_is_touched_and_goes_when_it_is_over(night, anna):
    anna.context.grant_permissions(["notifications"], origin=night.url)
    anna.goto(f"{night.url}/me")  # the duty phone itself takes away what it shows already
    until(anna, "navigator.serviceWorker.ready.then((found) => found.active.state === 'activated')")
    cdp = anna.context.new_cdp_session(anna)
    versions = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    wait_until(lambda: anna.wait_for_timeout(50) or versions, "the service worker is there", 20)
    push = {"origin": night.url, "registrationId": versions[0]["registrationId"]}
    shown = """async () => {
        const worker = await navigator.serviceWorker.ready;
        return (await worker.getNotifications()).map((each) =>
            [each.body, each.tag, each.requireInteraction]);
    }"""
    told = {"title": "Akutlinjen", "tag": "offer", "path": "/console"}
    alarm = json.dumps(told | {"body": "Der er en, der venter.", "alarm": True})
    over = json.dumps(told | {"body": "Tak.", "alarm": False})
    for data, wanted in (
        (alarm, ["Der er en, der venter.", "offer", True]),
        (over, ["Tak.", "offer", False]),
    ):
        cdp.send("ServiceWorker.deliverPushMessage", push | {"data": data})
        wait_until(
            lambda wanted=wanted: [row[:3] for row in anna.evaluate(shown)] == [wanted], "it is shown", 20
        )


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_first_page_and_on_mine(night, chromium, language, scheme):
    page = is_live(night.phone(chromium, "anna", language=language, color_scheme=scheme))
    for address in ("/console", "/me", "/offline"):
        page.goto(night.url + address)
        fits_and_is_clean(page, f"{address} {language} {scheme}")
