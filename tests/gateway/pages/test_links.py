"""The one-time link: from the form to the SMS to the session, and everything that is no link."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from time import perf_counter

import pytest
import sqlalchemy as sa

from config.addresses import parse_networks
from gateway.accounts.door import WRONG_LINKS, WRONG_STEPS
from gateway.app import build_app
from gateway.store.tables import outbox, sign_in_links, staff_sessions
from tests.gateway.pages.visiting import Form, Visitor

ANNA, BO, STRANGER = "+4520000001", "+4520000002", "+4599999999"


@pytest.fixture
def visitor(world):
    return Visitor(world)


def test_a_link_by_sms_signs_in_once(world, visitor):
    visitor.asks_for_link("20 00 00 01")
    assert visitor.follow().status_code == 200
    assert "Se efter en SMS" in visitor.page.text
    world.expect_message("anna")
    link = visitor.link()
    assert len(world.exchange.messages[-1].body) <= 160
    visitor.get(link)
    assert visitor.send("/sign-in/link/use").headers["Location"] == "/"
    visitor.follow()
    assert visitor.follow().status_code == 200
    assert "Vagttelefon" in visitor.page.text
    other = Visitor(world)
    other.get(link)
    assert other.send("/sign-in/link/use").status_code == 403
    assert other.cookie() is None


def test_looking_at_a_link_does_not_use_it_up(world, visitor):
    visitor.asks_for_link(ANNA)
    world.expect_message("anna")
    link = visitor.link()
    for _ in range(3):
        assert Visitor(world, address="198.51.100.1").get(link).status_code == 200
        assert Visitor(world, address="198.51.100.1").ask("HEAD", link).status_code == 200
    visitor.get(link)
    assert visitor.send("/sign-in/link/use").status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(9 * 60 + 50, 303), (10 * 60 + 10, 403)])
def test_a_link_lives_ten_minutes(world, visitor, seconds, status):
    visitor.asks_for_link(ANNA)
    world.expect_message("anna")
    visitor.get(visitor.link())  # five seconds pass while it is sent
    world.run(seconds - 5)
    assert visitor.send("/sign-in/link/use").status_code == status


def test_five_links_an_hour(world, visitor):
    for _ in range(7):
        visitor.asks_for_link(ANNA)
        assert visitor.page.headers["Location"] == "/sign-in/sent"
        world.run(2)
    assert len(world.exchange.messages) == 5
    world.run(3600)
    visitor.asks_for_link(ANNA)
    world.run(2)
    world.expect_message("anna", 6)


def test_nobody_can_tell_whose_number_it_is(world, visitor):
    answers = []
    for mobile in (ANNA, STRANGER, "not a number", ""):
        visitor.asks_for_link(mobile)
        answers.append((visitor.page.status_code, visitor.page.headers["Location"], visitor.page.text))
    assert len(set(answers)) == 1
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sign_in_links)).scalar() == 4
        assert connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar() == 4
    world.run(5)
    world.expect_message("anna")


def test_numbers_that_are_nobodys_cost_the_same_work_each_by_itself(world, visitor):
    """Else the sixth stranger would be answered faster than a worker."""
    for number in range(8):
        visitor.asks_for_link(f"+459910000{number}")
    for _ in range(7):
        visitor.asks_for_link(STRANGER)
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sign_in_links)).scalar() == 8 + 5
        assert connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar() == 8 + 5
    world.run(5)
    assert world.exchange.messages == []


def test_what_is_stored_opens_nothing(world, visitor):
    visitor.asks_for_link(ANNA)
    world.expect_message("anna")
    token = visitor.link().rpartition("/")[2]
    with world.store.read() as connection:
        (link,) = connection.execute(sa.select(sign_in_links)).all()
        rows = connection.execute(sa.select(outbox)).all()
    assert token not in repr(rows)
    assert token != link.id
    assert token[16:] not in repr((link, rows))
    assert ANNA[3:] not in repr(rows)


def test_a_forged_link_is_refused_and_five_tries_lock_the_real_one(world, visitor):
    visitor.asks_for_link(ANNA)
    world.expect_message("anna")
    link = visitor.link()
    token = link.rpartition("/")[2]
    forged = token[:16] + ("A" if token[16] != "A" else "B") + token[17:]
    visitor.get(link)
    for _ in range(5):
        assert visitor.send("/sign-in/link/use", token=forged).status_code == 403
        visitor.get(link)
    assert visitor.send("/sign-in/link/use", token=token).status_code == 403


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 38, "A" * 39, "æ" * 38, "A" * 37 + "\n", "../../etc/passwd"]
)
def test_what_is_no_link_signs_nobody_in(world, visitor, token):
    visitor.get("/sign-in/link/" + "A" * 38)
    assert visitor.send("/sign-in/link/use", token=token).status_code == 403
    assert visitor.cookie() is None


@pytest.mark.parametrize("token", ["", "x", "A" * 37, "A" * 39, "A" * 38 + ".", "æ" * 38])
def test_a_link_that_was_cut_off_says_how_to_get_another_as_one_that_is_over_does(world, visitor, token):
    answer = visitor.get(f"/sign-in/link/{token}")
    assert answer.status_code == 404
    told = answer.text.partition('<main id="main"')[2].partition("</main>")[0]
    assert "Linket virker ikke" in told
    assert 'href="/sign-in"' in told
    visitor.get("/sign-in/link/" + "A" * 38)
    assert told in visitor.send("/sign-in/link/use").text


@pytest.mark.timeout(300)
def test_ten_thousand_wrong_links_lock_their_sender_and_nobody_else(world, visitor):
    attacker = Visitor(world, address="198.51.100.66")
    attacker.get("/sign-in/link/" + "A" * 38)
    fields = Form(attacker.page.text).forms["/sign-in/link/use"]
    seen = Counter()
    began = perf_counter()
    Visitor(world).signs_in("bo")
    usual = perf_counter() - began
    for number in range(10_000):
        answer = attacker.ask("POST", "/sign-in/link/use", data=fields | {"token": f"{number:038d}"})
        seen[answer.status_code] += 1
        if number == 5_000:
            began = perf_counter()
            visitor.signs_in("anna")
            assert perf_counter() - began < 3 * usual + 5
            assert visitor.page.status_code == 303
    assert seen == {403: WRONG_LINKS.most, 429: 10_000 - WRONG_LINKS.most}


def test_one_address_can_have_thirty_links_sent_an_hour(world, visitor):
    for number in range(30):
        visitor.asks_for_link(f"+45991000{number:02d}")
        assert visitor.page.status_code == 303
    visitor.asks_for_link("+4599200000")
    assert visitor.page.status_code == 429
    elsewhere = Visitor(world, address="2001:db8::1")
    elsewhere.asks_for_link("+4599200000")
    assert elsewhere.page.status_code == 303


def test_signing_in_ends_other_links_and_the_session_that_was_there(world, visitor):
    visitor.asks_for_link(ANNA)
    first = visitor.link()
    visitor.asks_for_link(ANNA)
    second = visitor.link()
    world.expect_message("anna", 2)
    visitor.get(second)
    visitor.send("/sign-in/link/use")
    before = visitor.cookie()
    other = Visitor(world)
    other.get(first)
    assert other.send("/sign-in/link/use").status_code == 403
    other.asks_for_link(ANNA)
    world.expect_message("anna", 3)
    visitor.get(other.link())
    assert visitor.send("/sign-in/link/use").status_code == 303
    assert visitor.cookie() not in {None, before}
    with world.store.read() as connection:
        open_ = connection.execute(sa.select(staff_sessions).where(staff_sessions.c.ended_at.is_(None))).all()
    assert len(open_) == 1


def test_a_session_fixed_before_sign_in_is_worth_nothing(world, visitor):
    """The attacker's cookie in the victim's browser: after signing in it is another one."""
    fixed = "attackers-own-choice"
    visitor.has(fixed)
    visitor.signs_in("anna")
    assert visitor.cookie() != fixed
    attacker = Visitor(world)
    attacker.has(fixed)
    assert attacker.get("/console").status_code == 303


def test_the_audit_log_says_who_was_sent_a_link_and_signed_in(world, visitor):
    visitor.signs_in("anna")
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action FROM audit_entries ORDER BY number").all()
    assert [tuple(row) for row in rows] == [("system", "sign_in_link_sent"), ("anna", "signed_in")]
    assert world.gateway.audit.verify(world.store).faults == ()


def test_behind_a_proxy_of_ours_visitors_are_counted_apart(world):
    gateway = replace(
        world.gateway, settings=replace(world.settings, trusted_proxies=parse_networks("10.0.0.5"))
    )
    visitor = Visitor(world, build_app(gateway), address="10.0.0.5")

    def tries(address: str) -> int:
        visitor.get("/sign-in/link/" + "A" * 38)
        fields = Form(visitor.page.text).forms["/sign-in/link/use"]
        headers = {"X-Forwarded-For": f"1.2.3.4, {address}"}
        return visitor.ask("POST", "/sign-in/link/use", data=fields, headers=headers).status_code

    assert [tries("203.0.113.9") for _ in range(WRONG_LINKS.most + 1)] == [403] * WRONG_LINKS.most + [429]
    assert tries("203.0.113.10") == 403


def test_passkeys_that_do_not_fit_lock_their_sender_alone(world):
    visitor = Visitor(world)

    def tries(visitor: Visitor) -> int:
        token = re.search(r'data-token="([^"]+)"', visitor.get("/sign-in").text)[1]
        headers = {"X-Form-Token": token, "Accept": "application/json"}
        visitor.ask("POST", "/sign-in/passkey/options", json={}, headers=dict(headers))
        return visitor.ask(
            "POST", "/sign-in/passkey/finish", json={"rawId": "x"}, headers=headers
        ).status_code

    assert [tries(visitor) for _ in range(WRONG_STEPS.most + 1)] == [403] * WRONG_STEPS.most + [429]
    assert tries(Visitor(world, address="203.0.113.10")) == 403
