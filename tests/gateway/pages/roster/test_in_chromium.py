"""The editor in a real browser: with the mouse, by keyboard alone, on a phone, by two at once."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from gateway.rosters import line_rules
from gateway.rosters.editing import editing
from gateway.rosters.line_rules import Rules
from gateway.store.roster_lines import LineSettings, Staffing
from gateway.store.roster_versions import Span
from tests.gateway.pages.roster.conftest import desk_of
from tests.gateway.pages.served import DESK, PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.gateway.pages.visiting import session

SLOT = 22  # pixels of half an hour
expect.set_options(timeout=20_000)


@pytest.fixture
def at(world):
    with served(world) as at:
        yield at


@pytest.fixture
def opened(chromium, at, world):
    """Opens the editor for a coordinator in a browser of their own."""
    contexts = []

    def opened(path="/roster", *, screen=DESK, zone="Europe/Copenhagen", wait=True, **options):
        context = chromium.new_context(**screen, locale="da-DK", timezone_id=zone, **options)
        contexts.append(context)
        context.add_cookies([{"name": "akutlinjen-session", "value": session(world, "koord"), "url": at.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        watched(page, at)
        page.goto(at.url + path)
        if wait:
            ready(page)
        return page

    yield opened
    trouble = [each for context in contexts for page in context.pages for each in page.trouble]
    for context in contexts:
        context.close()
    assert trouble == []


def ready(page):
    page.locator("#editor[data-ready]").wait_for()


def event(page, name):
    return page.locator("#calendar .ec-event.shift", has_text=name).first


def focused_event(page, name):
    event(page, name).locator("[data-shift]").focus()


def row(page, name):
    return page.locator("#list [data-shift]", has_text=name).first


def drags(page, place, *, by, handle="middle"):
    """Real mouse events, in steps as a hand makes them.

    From the middle of the screen: near its edge the calendar scrolls along with the pointer, as it should.
    """
    place.evaluate("each => each.scrollIntoView({block: 'center'})")
    box = place.bounding_box()
    x = box["x"] + box["width"] / 2
    y = box["y"] + (box["height"] - 3 if handle == "end" else min(40, box["height"] / 2))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + by[0] * step / 8, y + by[1] * step / 8)
    page.mouse.up()


def saved(page):
    expect(page.locator("#status")).to_contain_text("Gemt som kladde")


def shift_of(world, worker):
    return desk_of(world).shift(worker)


WEEK = "/roster?line=foenix&view=week&date=2026-11-25"


def test_dragged_stretched_undone_and_published_with_the_mouse(opened, world):
    page = opened(WEEK, zone="America/New_York")
    drags(page, event(page, "Bo"), by=(0, 2 * SLOT))
    saved(page)
    assert (shift_of(world, "bo")["start"], shift_of(world, "bo")["end"]) == (
        "2026-11-25T16:00",
        "2026-11-26T00:00",
    )
    page.locator("#calendar .ec-body, #calendar .ec-main").first.evaluate("each => each.scrollTop = 9999")
    drags(page, event(page, "Bo"), by=(0, -4 * SLOT), handle="end")
    expect(page.locator("#calendar .ec-event.changed .times").first).to_have_text(re.compile(r"16.00–2\d\."))
    page.keyboard.press("Control+z")
    expect(page.locator("#calendar .ec-event.changed .times").first).to_have_text("16.00–00.00")
    page.get_by_role("button", name="Udgiv (1)").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("mister ons 25/11 15.00–23.00")
    expect(dialog).to_contain_text("får ons 25/11 16.00–00.00")
    dialog.get_by_role("button", name="Udgiv nu").click()
    expect(page.locator("#status")).to_contain_text("Udgivet. Planen gælder nu.")
    assert shift_of(world, "bo")["state"] == "published"


def test_what_publishing_does_to_open_shifts_is_shown_in_its_summary(opened, world):
    desk = desk_of(world)
    for start, end in (("08:00", "16:00"), ("16:00", "23:00")):
        desk.does("shifts", worker=None, tier=1, start=f"2026-11-26T{start}", end=f"2026-11-26T{end}")
    desk.does("publish")
    desk.does("shifts", worker="niels", tier=1, start="2026-11-26T08:00", end="2026-11-26T20:00")
    page = opened(WEEK, screen=PHONE)
    page.get_by_role("button", name="Udgiv (1)").click()
    rows = page.get_by_role("dialog").locator("#publish-workers li")
    expect(rows.nth(1)).to_contain_text("Åbne vagter, der lukkes, fordi de nu er dækket")
    expect(rows.nth(1)).to_contain_text("tor 26/11 08.00–16.00")
    expect(rows.nth(2)).to_contain_text("delvist dækket og bliver stående")
    expect(rows.nth(2)).to_contain_text("tor 26/11 16.00–23.00")
    fits_and_is_clean(page, "publish")
    page.get_by_role("dialog").get_by_role("button", name="Udgiv nu").click()
    expect(page.locator("#status")).to_contain_text("Udgivet. Planen gælder nu.")
    expect(page.locator("#list")).not_to_contain_text("08.00–16.00")


def test_a_shift_is_made_by_dragging_over_an_empty_stretch(opened, world):
    page = opened("/roster?line=foenix&view=week&date=2026-12-08")
    page.locator("#calendar").scroll_into_view_if_needed()
    at_ten = page.locator('#calendar .ec-slot time[datetime$="T10:00:00"]').first.bounding_box()
    days = page.locator(
        '#calendar .ec-day-head time[datetime="2026-12-08"], #calendar time[datetime="2026-12-08"]'
    ).first
    x = days.bounding_box()["x"] + 20
    y = at_ten["y"] + at_ten["height"] / 2 + 4
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 7):
        page.mouse.move(x, y + step * SLOT)
    page.mouse.up()
    page.get_by_role("dialog").wait_for()
    assert page.get_by_label("Begynder").input_value() == "2026-12-08T10:00"
    assert page.get_by_label("Slutter").input_value().startswith("2026-12-08T13:")
    page.get_by_label("Medarbejder").select_option("Niels")
    page.get_by_role("button", name="Gem som kladde").click()
    saved(page)
    expect(page.locator("#calendar .ec-event.draft")).to_contain_text("Niels")


def test_in_the_night_of_the_spring_change_the_calendar_shows_what_the_plan_says(opened, world):
    """A calendar that reckons in the browser's own zone would show and save 03:30 for 02:30."""
    desk = desk_of(world)
    desk.does("shifts", worker="bo", tier=1, start="2026-03-29T00:30", end="2026-03-29T02:30")
    page = opened("/roster?line=foenix&view=day&date=2026-03-29")
    labels = page.locator("#calendar .ec-slot time").all_text_contents()
    assert [label for label in labels if label.endswith(".00")] == [f"{hour:02}.00" for hour in range(24)]
    expect(event(page, "Bo")).to_contain_text("00.30–02.30")
    drags(page, event(page, "Bo"), by=(0, 2 * SLOT))
    saved(page)
    expect(event(page, "Bo")).to_contain_text("01.30–03.30")
    drags(page, event(page, "Bo"), by=(0, 2 * SLOT))
    expect(event(page, "Bo")).to_contain_text("02.30–04.30")
    (found,) = [
        each for each in desk.opens(view="day", date="2026-03-29")["shifts"] if each["worker"] == "bo"
    ]
    assert (found["start"], found["end"]) == ("2026-03-29T02:30", "2026-03-29T04:30")


def test_handed_over_by_dragging_to_a_colleagues_row(opened, world):
    page = opened("/roster?line=foenix&view=workers&date=2026-11-25")
    bo, niels = (
        page.locator("#calendar .ec-row-head", has_text=name).bounding_box() for name in ("Bo", "Niels")
    )
    drags(page, event(page, "Bo"), by=(0, niels["y"] - bo["y"]))
    saved(page)
    assert shift_of(world, "niels")["start"] == "2026-11-25T15:00"


def test_moved_to_another_day_in_the_month(opened, world):
    page = opened("/roster?line=foenix&view=month&date=2026-11-25")
    width = page.locator("#calendar .ec-day").first.bounding_box()["width"]
    drags(page, event(page, "Bo"), by=(width, 0))
    saved(page)
    assert shift_of(world, "bo")["start"] == "2026-11-26T15:00"


def test_everything_by_keyboard_alone(opened, world):
    page = opened(WEEK)
    press = page.keyboard.press
    row(page, "Bo").focus()
    press("Alt+ArrowRight")
    expect(row(page, "Bo")).to_contain_text("tor 26/11 15.00–23.00")
    expect(row(page, "Bo")).to_be_focused()
    press("Alt+ArrowDown")
    expect(row(page, "Bo")).to_contain_text("15.30–23.30")
    press("Shift+Alt+ArrowUp")
    expect(row(page, "Bo")).to_contain_text("15.30–23.00")
    press("d")
    expect(page.get_by_label("Del ved")).to_be_focused()
    page.get_by_label("Del ved").fill("2026-11-26T20:00")
    press("Tab")
    press("Tab") if page.evaluate("document.activeElement.dataset.part") != "split" else None
    page.get_by_role("button", name="Del", exact=True).press("Enter")
    expect(page.locator("#list [data-shift]", has_text="Bo")).to_have_count(2)
    row(page, "Bo").focus()
    press("ArrowDown")
    expect(page.locator("#list [data-shift]", has_text="Bo").nth(1)).to_be_focused()
    press("Delete")
    expect(page.locator("#list [data-shift]", has_text="Bo")).to_have_count(1)
    press("Control+z")
    expect(page.locator("#list [data-shift]", has_text="Bo")).to_have_count(2)
    row(page, "Bo").focus()
    press("n")
    expect(page.get_by_label("Medarbejder")).to_be_focused()
    page.get_by_label("Medarbejder").select_option("Niels")
    page.get_by_label("Slutter").fill("2026-11-26T19:00")
    press("Enter")
    expect(page.locator("#shift-end-fault")).to_contain_text("Det er ikke efter")
    expect(page.get_by_label("Slutter")).to_be_focused()
    page.get_by_label("Slutter").fill("2026-11-27T04:00")
    press("Enter")
    expect(row(page, "Niels")).to_contain_text("kladde")
    row(page, "Niels").focus()
    press("Shift+?")
    expect(page.get_by_role("dialog", name="Taster")).to_be_visible()
    press("Escape")
    row(page, "Niels").focus()
    press("u")
    expect(page.get_by_role("dialog", name="Udgiv vagtplanen")).to_contain_text("Niels")
    page.get_by_role("button", name="Udgiv nu").press("Enter")
    expect(page.locator("#status")).to_contain_text("Udgivet")
    # The same keys on a shift in the calendar.
    focused_event(page, "Niels")
    press("Alt+ArrowLeft")
    expect(row(page, "Niels")).to_contain_text("ændret")
    focused_event(page, "Niels")
    press("Enter")
    expect(page.get_by_role("dialog", name="Ret vagten")).to_contain_text("Udgivet nu: Niels")


FOCUS_AFTER_A_CHANGE = """
    place => new Promise(found => new MutationObserver(() => {
        const next = new MessageChannel();  // a key that was pressed meanwhile would come as such a task
        const held = () => document.activeElement.closest("[data-shift]")?.innerText;
        next.port1.onmessage = () => found(held() ?? "lost");
        next.port2.postMessage(null);
    }).observe(document.querySelector(place), {childList: true, subtree: true}))
"""


@pytest.mark.parametrize("place", ["#list", "#calendar"])
def test_a_key_pressed_at_once_after_another_is_heard(opened, world, place):
    """The plan is drawn anew after each change: whatever is pressed next must find its shift in focus."""
    page = opened(WEEK)
    page.evaluate(
        "() => { window.requestAnimationFrame = draw => setTimeout(draw, 2000); }"
    )  # a slow machine
    (row(page, "Bo") if place == "#list" else event(page, "Bo").locator("[data-shift]")).focus()
    page.evaluate(f"() => {{ window.found = ({FOCUS_AFTER_A_CHANGE})({place!r}); }}")
    page.keyboard.press("Alt+ArrowRight")
    saved(page)
    assert "Bo" in page.evaluate("window.found")


def test_on_a_phone_the_list_and_the_dialogs_do_it_all(opened, world):
    page = opened("/roster?line=foenix&view=month&date=2026-11-25", screen=PHONE)
    expect(page.locator("#calendar")).to_be_hidden()
    row(page, "Bo").tap()
    page.get_by_label("Slutter").fill("2026-11-25T22:00")
    page.get_by_role("button", name="Gem som kladde").tap()
    expect(row(page, "Bo")).to_contain_text("15.00–22.00")
    page.get_by_role("button", name="Ny vagt").tap()
    page.get_by_label("Medarbejder").select_option("Niels")
    page.get_by_label("Begynder").fill("2026-11-28T08:00")
    page.get_by_label("Slutter").fill("2026-11-28T16:00")
    page.get_by_role("button", name="Gem som kladde").tap()
    expect(row(page, "Niels")).to_contain_text("kladde")
    page.get_by_role("button", name="Fortryd").tap()
    expect(page.locator("#list [data-shift]", has_text="Niels")).to_have_count(0)
    page.get_by_role("button", name="Udgiv (1)").tap()
    page.get_by_role("button", name="Udgiv nu").tap()
    expect(page.locator("#status")).to_contain_text("Udgivet")
    page.get_by_role("link", name="Dag", exact=True).tap()
    ready(page)
    expect(page.locator("#calendar")).to_be_visible()


def test_two_coordinators_see_each_others_changes_and_overwrite_nothing(opened, world):
    one, other = opened(WEEK), opened(WEEK)
    row(one, "Bo").focus()
    one.keyboard.press("Alt+ArrowRight")
    expect(row(other, "Bo")).to_contain_text("tor 26/11")
    expect(other.locator("#status")).to_contain_text("Planen er ændret af en anden")
    # Both have the shift open; who saves second is told, and nothing is overwritten.
    row(one, "Bo").click()
    row(other, "Bo").click()
    one.get_by_label("Medarbejder").select_option("Niels")
    one.get_by_role("button", name="Gem som kladde").click()
    expect(row(one, "Niels")).to_contain_text("tor 26/11")
    saved(one)
    other.get_by_label("Slutter").fill("2026-11-26T22:00")
    other.get_by_role("button", name="Gem som kladde").click()
    fault = other.locator('#shift-dialog [data-fault=""]')
    expect(fault).to_contain_text("Din ændring er ikke gemt")
    assert shift_of(world, "niels")["end"] == "2026-11-26T23:00"
    assert other.get_by_label("Slutter").input_value() == "2026-11-26T22:00"


def test_marks_follow_the_rules_of_the_line_without_a_reload(opened, world):
    page = opened("/roster?line=toften&view=day&date=2026-12-21")
    expect(page.locator("#calendar .ec-event.gap")).to_have_count(1)
    page.evaluate("window.loadedOnce = true")
    row = page.locator("#looks li").first
    expect(row).to_contain_text("Ingen på vagt")
    span = Span(datetime.fromisoformat("2026-12-21 00:00"), datetime.fromisoformat("2026-12-22 00:00"))
    with editing(world.gateway, "koord") as edit:
        line_rules.intend_gap(edit, "toften", span)
    expect(page.locator("#calendar .ec-event.gap")).to_have_count(0)
    expect(page.locator("#no-looks")).to_be_visible()
    with editing(world.gateway, "koord") as edit:
        minimum = Staffing(None, ("daily 08:00-20:00",), 2)
        line_rules.save(edit, "toften", Rules(LineSettings(), (minimum,)))
    expect(row).to_contain_text("For få på vagt (0 af 2)")
    assert page.evaluate("window.loadedOnce")
    expect(page.locator("#status")).not_to_contain_text("ændret af en anden")


def test_a_gap_in_the_calendar_is_filled_from_it(opened, world):
    page = opened("/roster?line=toften&view=day&date=2026-12-21")
    page.locator("#calendar .ec-event.gap").first.click()
    assert page.get_by_label("Begynder").input_value() == "2026-12-21T08:00"
    assert page.get_by_label("Slutter").input_value() == "2026-12-21T20:00"
    page.get_by_label("Medarbejder").select_option("Carla")
    page.get_by_role("button", name="Gem som kladde").click()
    expect(page.locator("#calendar .ec-event.gap")).to_have_count(0)
    expect(page.locator("#no-looks")).to_be_visible()


def test_line_and_period_survive_a_reload_and_going_back(opened):
    page = opened("/roster?line=toften&view=week&date=2026-12-08")
    page.get_by_role("link", name="Senere").click()
    expect(page.get_by_role("heading", name=re.compile("uge 51"))).to_be_visible()
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", name=re.compile("uge 51"))).to_be_visible()
    assert page.get_by_label("Linje").input_value() == "toften"
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("uge 50"))).to_be_visible()


VIEWS = ("month", "week", "day", "workers")
PAGES = (
    "/roster/who", "/roster/who?at=x", "/roster/fairness", "/roster/fairness?to=x", "/roster/templates",
    "/roster/rules", "/roster/import", "/roster/history",
)  # fmt: skip


@pytest.mark.parametrize(("screen", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_axe_finds_nothing(opened, world, screen, scheme):
    desk_of(world).does("shifts", worker="niels", start="2026-11-25T20:00", end="2026-11-26T02:00")
    desk_of(world).does("shifts", worker="", start="2026-11-26T20:00", end="2026-11-27T02:00")
    page = opened(screen=screen, color_scheme=scheme)
    for view in VIEWS:
        page.goto(page.url.partition("/roster")[0] + f"/roster?line=foenix&view={view}&date=2026-11-25")
        ready(page)
        fits_and_is_clean(page, view)
    for path in PAGES:
        page.goto(page.url.partition("/roster")[0] + path)
        fits_and_is_clean(page, path)
    page.goto(page.url.partition("/roster")[0] + "/roster?view=week&date=2026-11-25")
    ready(page)
    for button in ("Ny vagt", "Fyld fra skabelon", "Kopiér uge", "Taster", re.compile("Udgiv")):
        page.get_by_role("button", name=button).first.click()
        page.get_by_role("dialog").wait_for()
        fits_and_is_clean(page, button)
        page.keyboard.press("Escape")


# What is cut off at the edge of the picture's section, or smaller than 12 px.
UNREADABLE = """() => {
    const room = document.querySelector("section:has(.fairness)").getBoundingClientRect();
    return [...document.querySelectorAll(".fairness text")]
        .map((text) => [text.textContent, text.getBoundingClientRect()])
        .filter(([, place]) => place.width && (place.right > room.right || place.height < 12))
        .map(([text]) => text);
}"""


@pytest.mark.parametrize(("screen", "names"), [(PHONE, 4), (DESK, 1)], ids=["phone", "desk"])
def test_every_number_of_the_fairness_picture_can_be_read(opened, screen, names):
    page = opened("/roster/fairness?line=toften", screen=screen, wait=False)
    assert page.evaluate(UNREADABLE) == []
    expect(page.locator(".fairness .name", has_text="Carla").filter(visible=True)).to_have_count(names)
    fits_and_is_clean(page, "fairness")


# ---- by touch ------------------------------------------------------------------------------------------

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
DAY = "/roster?line=foenix&view=day&date=2026-11-25"
TOUCHED = pytest.mark.parametrize(("screen", "path"), [(TABLET, WEEK), (PHONE, DAY)], ids=["tablet", "phone"])


class Finger:
    """Real touches, as the screen sends them: what becomes of them, a press or a scroll, the browser says."""

    def __init__(self, page):
        self.page = page
        self._cdp = page.context.new_cdp_session(page)
        self.x = self.y = 0

    def down(self, place, *, at=0.5, right=0):
        """At that part of the place's height, in the middle of the screen; ``right``: of its middle."""
        place.evaluate("each => each.scrollIntoView({block: 'center'})")
        box = place.bounding_box()
        self.x, self.y = box["x"] + box["width"] / 2 + right, box["y"] + box["height"] * at
        self._send("touchStart")

    def holds(self):
        """Until what is under it comes along."""
        self.page.locator("#calendar .ec-preview").first.wait_for()

    def moves(self, by, steps=8):
        x, y = self.x, self.y
        for step in range(1, steps + 1):
            self.x, self.y = x + by[0] * step / steps, y + by[1] * step / steps
            self._send("touchMove")

    def up(self):
        self._send("touchEnd")

    def cancelled(self):
        """As a call or a second hand on the screen does it."""
        self._send("touchCancel")

    def _send(self, kind):
        points = [] if kind in ("touchEnd", "touchCancel") else [{"x": self.x, "y": self.y}]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@TOUCHED
def test_dragged_by_a_finger_that_rests_first(opened, world, screen, path):
    page = opened(path, screen=screen)
    finger = Finger(page)
    finger.down(event(page, "Bo"), at=0.2)
    finger.holds()
    finger.moves((0, -4 * SLOT))
    finger.up()
    saved(page)
    shift = shift_of(world, "bo")
    assert (shift["start"], shift["end"]) == ("2026-11-25T13:00", "2026-11-25T21:00")
    expect(page.get_by_role("dialog")).to_have_count(0)


@TOUCHED
def test_stretched_by_a_finger(opened, world, screen, path):
    page = opened(path, screen=screen)
    finger = Finger(page)
    finger.down(event(page, "Bo"), at=0.99)
    finger.holds()
    finger.moves((0, -4 * SLOT))
    finger.up()
    saved(page)
    shift = shift_of(world, "bo")
    assert (shift["start"], shift["end"]) == ("2026-11-25T15:00", "2026-11-25T21:00")


def test_handed_over_by_a_finger(opened, world):
    page = opened("/roster?line=foenix&view=workers&date=2026-11-25", screen=TABLET)
    finger = Finger(page)
    finger.down(event(page, "Bo"))
    finger.holds()
    bo, niels = (
        page.locator("#calendar .ec-row-head", has_text=name).bounding_box() for name in ("Bo", "Niels")
    )
    finger.moves((0, niels["y"] - bo["y"]))
    finger.up()
    saved(page)
    assert shift_of(world, "niels")["start"] == "2026-11-25T15:00"


@TOUCHED
def test_a_finger_that_rests_and_goes_again_changes_nothing(opened, world, screen, path):
    page, before = opened(path, screen=screen), desk_of(world).now()["version"]
    finger = Finger(page)
    finger.down(event(page, "Bo"), at=0.2)
    finger.holds()
    finger.up()
    expect(page.locator("#calendar .ec-preview")).to_have_count(0)
    finger.down(event(page, "Bo"), at=0.2)
    finger.holds()
    finger.moves((0, -4 * SLOT))
    finger.moves((0, 4 * SLOT))
    finger.up()
    expect(page.locator("#calendar .ec-preview")).to_have_count(0)
    page.wait_for_timeout(150)  # what comes in the first 100 ms is taken for the end of the drag
    event(page, "Bo").tap()
    page.get_by_role("dialog").wait_for()  # whatever was asked before this has been answered
    expect(page.locator("#status")).to_be_empty()
    assert desk_of(world).now()["version"] == before


@TOUCHED
def test_a_drag_that_the_screen_breaks_off_changes_nothing_and_holds_nothing(opened, world, screen, path):
    page = opened(path, screen=screen)
    finger = Finger(page)
    finger.down(event(page, "Bo"), at=0.2)
    finger.holds()
    finger.moves((0, -4 * SLOT))
    finger.cancelled()
    expect(page.locator("#calendar .ec-preview, #calendar .ec-ghost")).to_have_count(0)
    expect(event(page, "Bo")).to_contain_text("15.00–23.00")
    desk = desk_of(world)
    assert desk.shift("bo")["state"] == "published"
    # A colleague's change is still seen, and the next drag is like any other.
    desk.does(f"shifts/{desk.shift('bo')['id']}", start="2026-11-25T16:00", end="2026-11-25T23:00")
    expect(event(page, "Bo")).to_contain_text("16.00–23.00")
    finger.down(event(page, "Bo"), at=0.2)
    finger.holds()
    finger.moves((0, -4 * SLOT))
    finger.up()
    saved(page)
    expect(event(page, "Bo")).to_contain_text("14.00–21.00")


@TOUCHED
def test_a_finger_that_moves_at_once_scrolls(opened, world, screen, path):
    page = opened(path, screen=screen)
    page.locator("#calendar").scroll_into_view_if_needed()
    far = "[scrollY, ...[...document.querySelectorAll('#calendar .ec-main')].map(each => each.scrollTop)]"
    finger = Finger(page)
    for _ in range(10):
        finger.down(event(page, "Bo"), at=0.2)
        before = page.evaluate(far)
        finger.moves((0, -120))
        if page.locator("#calendar .ec-preview").count():
            finger.cancelled()  # this machine was so slow that the finger rested
            continue
        finger.up()
        if page.evaluate(far) != before:
            break
    else:
        pytest.fail("it never scrolled")
    event(page, "Bo").tap()
    page.get_by_role("dialog").wait_for()
    assert shift_of(world, "bo")["state"] == "published"


def test_a_finger_over_an_empty_stretch_makes_a_shift_and_one_broken_off_makes_none(opened, world):
    page = opened("/roster?line=foenix&view=day&date=2026-12-08", screen=PHONE)
    finger = Finger(page)
    ten = page.locator('#calendar .ec-slot time[datetime$="T10:00:00"]').first
    for broken_off in (True, False):
        finger.down(ten, at=0.75, right=150)
        finger.holds()
        finger.moves((0, 6 * SLOT))
        if broken_off:
            finger.cancelled()
            expect(page.locator("#calendar .ec-preview")).to_have_count(0)
            expect(page.get_by_role("dialog")).to_have_count(0)
        else:
            finger.up()
    page.get_by_role("dialog").wait_for()
    assert page.get_by_label("Begynder").input_value() == "2026-12-08T10:00"
    assert page.get_by_label("Slutter").input_value().startswith("2026-12-08T13:")


def test_what_changed_between_the_press_and_the_drag_is_not_overwritten(opened, world):
    page, desk = opened(WEEK), desk_of(world)
    place = event(page, "Bo")
    place.evaluate("each => each.scrollIntoView({block: 'center'})")
    box = place.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    desk.does(f"shifts/{desk.shift('bo')['id']}", start="2026-11-25T16:00", end="2026-11-25T22:00")
    expect(row(page, "Bo")).to_contain_text("16.00–22.00")
    for step in range(1, 9):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40 + 2 * SLOT * step / 8)
    page.mouse.up()
    expect(page.locator("#trouble")).to_contain_text("Din ændring er ikke gemt")
    shift = desk.shift("bo")
    assert (shift["start"], shift["end"]) == ("2026-11-25T16:00", "2026-11-25T22:00")
    expect(event(page, "Bo")).to_contain_text("16.00–22.00")
