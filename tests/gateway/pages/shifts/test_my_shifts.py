"""A worker's own shifts on the phone: seen, confirmed, swapped, taken, given back."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from gateway.pages.shifts.mine import AHEAD, CONFIRM_AHEAD
from gateway.store import roster_lines
from gateway.store.roster_lines import LineSettings
from routing.wall_clock import wall
from tests.gateway.pages.visiting import Form, signed_in

A_DAY = timedelta(days=1)


@pytest.fixture
def world(world):
    yield world
    sent = Counter(each.to for each in world.exchange.messages)
    for worker in world.site.workers.values():  # what they are told by SMS is tested where it is decided
        if sent[worker.mobile]:
            world.expect_message(worker.id, sent[worker.mobile])


def at(world, days, hour):
    """A whole hour, some days ahead, as the roster writes it."""
    day = wall(world.clock(), world.site.zone).date() + days * A_DAY
    return f"{day} {hour:02}:00"


def has_shifts(world, *rows):
    """(worker, days ahead) each from 8 to 16."""
    world.on_duty(*(("foenix", 1, worker, at(world, days, 8), at(world, days, 16)) for worker, days in rows))


def key(visitor):
    """Of the first shift on their page."""
    return visitor.get("/shifts").text.split('href="/shifts/')[1].split('"')[0]


def named(visitor, kind):
    """What the first form of a kind on the open page is about."""
    return visitor.page.text.split(f'action="/{kind}/')[1].split("/")[0]


def duties(world, worker):
    _site, roster = world.book.current()
    noon = [world.clock().replace(hour=12) + days * A_DAY for days in range(1, 6)]
    return [number for number, when in enumerate(noon, 1)
            if worker in [duty.worker for duty in roster.on_duty("foenix", when)]]  # fmt: skip


def test_what_is_soon_is_asked_to_be_confirmed_and_others_see_none_of_it(world):
    has_shifts(world, ("anna", 1), ("bo", 2), ("anna", CONFIRM_AHEAD.days + 1))
    anna = signed_in(world, "anna")
    page = anna.get("/shifts").text
    assert page.count('class="item" href="/shifts/') == 2
    assert page.count("Bekræft vagten") == 1
    anna.send(f"/shifts/{key(anna)}/confirm")
    assert "Bekræftet" in anna.follow().text
    assert "Bekræft vagten" not in anna.page.text
    bo = signed_in(world, "bo")
    bo.get("/shifts")
    token = {"X-Form-Token": Form(bo.page.text).forms["/shifts/notices"]["form_token"]}
    assert bo.ask("POST", f"/shifts/{key(anna)}/confirm", headers=token).status_code == 404
    assert bo.get(f"/shifts/{key(anna)}").status_code == 404


def test_the_day_of_a_shift_is_said_once(world):
    has_shifts(world, ("anna", 1))
    said = re.sub(r"<[^>]+>", "", signed_in(world, "anna").get("/shifts").text)
    assert re.search(r"\w+\. kl\. 08\.00 – 16\.00", said)


@pytest.mark.parametrize(("days", "shown"), [(AHEAD.days - 1, True), (AHEAD.days + 1, False)])
def test_two_months_are_shown(world, days, shown):
    has_shifts(world, ("anna", days))
    assert ("Ingen vagter" not in signed_in(world, "anna").get("/shifts").text) is shown


@pytest.mark.parametrize(("answer", "bos"), [("yes", [1]), ("no", [])])
def test_a_shift_is_given_away_once_the_colleague_says_yes(world, answer, bos):
    has_shifts(world, ("anna", 1))
    anna, bo = signed_in(world, "anna"), signed_in(world, "bo")
    shift = key(anna)
    anna.get(f"/shifts/{shift}")
    anna.send(f"/shifts/{shift}/offer", to="bo", back="")
    assert "Venter på svar" in anna.follow().text
    assert duties(world, "bo") == []
    assert "Anna vil gerne give dig en vagt" in bo.get("/shifts").text
    assert "vil gerne bytte" not in bo.page.text
    swap = named(bo, "swaps")
    bo.send(f"/swaps/{swap}/answer", answer=answer)
    assert duties(world, "bo") == bos
    token = {"X-Form-Token": Form(bo.get("/shifts").text).forms["/shifts/notices"]["form_token"]}
    again = bo.ask("POST", f"/swaps/{swap}/answer", data={"answer": "yes"}, headers=token)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("hour", "said"),
    [(3, None), (2, "Du har kun 10 t. hvil før"), (-9, "Du er to steder:"), (-8, None)],
)
def test_whoever_is_asked_sees_what_is_hard_on_them_and_on_nobody_else(world, hour, said):
    begins = datetime.fromisoformat(at(world, 2, 0)) + timedelta(hours=hour)
    near = [f"{each:%Y-%m-%d %H:%M}" for each in (begins, begins + timedelta(hours=4))]
    world.on_duty(
        ("foenix", 1, "anna", at(world, 1, 8), at(world, 1, 16)),
        ("foenix", 2, "bo", *near),
        ("foenix", 1, "bo", at(world, 3, 8), at(world, 3, 16)),
        ("foenix", 2, "anna", at(world, 3, 17), at(world, 3, 20)),
    )
    anna, bo = signed_in(world, "anna"), signed_in(world, "bo")
    shift = key(anna)
    anna.get(f"/shifts/{shift}")
    back = anna.page.text.split('<option value="">')[1].split('<option value="')[-1].split('"')[0]
    anna.send(f"/shifts/{shift}/offer", to="bo", back=back)
    warned = bo.get("/shifts").text.partition('<div class="note warn">')[2].partition("</div>")[0]
    assert said in warned if said else warned == ""
    assert warned.count("<p>") == (1 if said else 0)
    assert "note warn" not in anna.get("/shifts").text


def test_whoever_is_asked_for_a_time_in_which_they_are_away_sees_it(world):
    has_shifts(world, ("anna", 1))
    anna, bo = signed_in(world, "anna"), signed_in(world, "bo")
    bo.get("/shifts/absence")
    bo.send("/shifts/absence", kind="holiday", start=at(world, 1, 15).replace(" ", "T"),
            end=at(world, 2, 12).replace(" ", "T"))  # fmt: skip
    shift = key(anna)
    anna.get(f"/shifts/{shift}")
    anna.send(f"/shifts/{shift}/offer", to="bo", back="")
    assert "Du er fraværende:" in bo.get("/shifts").text


def test_a_swap_for_one_of_theirs_waits_for_the_coordinator_where_the_line_says_so(world):
    has_shifts(world, ("anna", 1), ("bo", 2))
    with world.store.write() as connection:
        roster_lines.set_settings(connection, "foenix", LineSettings(swaps_need_consent=True))
    anna, bo = signed_in(world, "anna"), signed_in(world, "bo")
    shift = key(anna)
    anna.get(f"/shifts/{shift}")
    back = anna.page.text.split('<option value="">')[1].split('<option value="')[1].split('"')[0]
    anna.send(f"/shifts/{shift}/offer", to="bo", back=back)
    assert "Anna vil gerne bytte" in bo.get("/shifts").text
    assert "Du giver:" in bo.page.text
    bo.send(f"/swaps/{named(bo, 'swaps')}/answer", answer="yes")
    assert "Venter på koordinatoren" in anna.get("/shifts").text
    assert duties(world, "anna") == [1]
    anna.send(f"/swaps/{named(anna, 'swaps')}/withdraw")
    assert "Venter på koordinatoren" not in anna.follow().text


def test_an_ill_workers_shift_is_free_and_the_first_who_takes_it_has_it(world):
    has_shifts(world, ("anna", 1))
    anna, bo, niels = (signed_in(world, name) for name in ("anna", "bo", "niels"))
    anna.get("/shifts/absence")
    anna.send("/shifts/absence", kind="ill", end=at(world, 3, 12).replace(" ", "T"))
    page = anna.follow().text
    assert "Syg" in page
    assert "Ingen vagter" in page
    assert "Tag vagten" not in page
    assert "Tag vagten" in bo.get("/shifts").text
    assert "Tag vagten" in niels.get("/shifts").text
    shift = named(bo, "open-shifts")
    bo.send(f"/open-shifts/{shift}/take")
    assert duties(world, "bo") == [1]
    assert niels.send(f"/open-shifts/{shift}/take").status_code == 409
    anna.send(f"/absences/{named(anna, 'absences')}/end")
    assert "Meldt væk" not in anna.follow().text


@pytest.mark.parametrize(("start", "end"), [("", ""), ("2026-11-25T08:00", "2026-11-25T08:00"), ("x", "y")])
def test_an_absence_that_is_none_is_told_and_changes_nothing(world, start, end):
    has_shifts(world, ("anna", 1))
    anna = signed_in(world, "anna")
    anna.get("/shifts/absence")
    answer = anna.send("/shifts/absence", kind="ill", start=start, end=end)
    assert answer.status_code == 400
    assert "et tidspunkt derefter" in answer.text
    assert duties(world, "anna") == [1]


def test_the_calendars_address_is_shown_once_and_can_be_closed(world):
    has_shifts(world, ("anna", 1))
    anna = signed_in(world, "anna")
    anna.get("/shifts")
    address = anna.send("/shifts/calendar").text.split("readonly>")[1].split("<")[0]
    path = address.removeprefix("https://akut.example")
    assert "BEGIN:VEVENT" in anna.get(path).text
    assert "Du har en adresse" in anna.get("/shifts").text
    assert address not in anna.page.text
    anna.send("/shifts/calendar/revoke")
    assert anna.get(path).status_code == 404


def test_what_one_wants_to_be_told_is_kept(world):
    anna = signed_in(world, "anna")
    anna.get("/shifts")
    anna.send("/shifts/notices", reminder="60", quiet_from="21:30", quiet_until="06:00")
    page = anna.follow().text
    assert 'value="60" selected' in page
    assert 'value="21:30"' in page
    assert 'value="yes" checked' not in page
    assert anna.send("/shifts/notices", reminder="60", quiet_from="half nine").status_code == 400
