"""The crisis plan as pages: consent first, saved, printed without a name, withdrawn; for its own line."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from gateway.store.tables import crisis_plans
from tests.gateway.pages.served import PHONE, served
from tests.gateway.pages.test_in_chromium import fits_and_is_clean, watched
from tests.gateway.pages.visiting import Form, signed_in


def plan_in(world):
    with world.store.read() as connection:
        return connection.execute(sa.select(crisis_plans)).mappings().first()


@pytest.fixture
def anna(world):
    return signed_in(world, "anna")


@pytest.fixture
def path(anna):
    anna.get("/crisis-plans/new")
    anna.send("/crisis-plans/new", consent="yes")
    path = anna.page.headers["Location"]
    anna.follow()
    return path


def save(visitor, path, **answers):
    fields = Form(visitor.page.text).forms[path]
    shown = json.loads(fields["seen"])
    data = {name: str(value) for name, value in shown.items()}
    data |= {name: fields[name] for name in ("form_token", "seen", "fifth_day")} | {"do": "save"}
    return visitor.ask(
        "POST", path, data=data | {name.replace("__", "."): value for name, value in answers.items()}
    )


def test_without_consent_there_is_no_plan(world, anna):
    anna.get("/crisis-plans/new")
    page = anna.send("/crisis-plans/new")
    assert page.status_code == 400
    assert "bliver planen ikke gemt" in page.text
    assert plan_in(world) is None


def test_filled_in_printed_and_followed_up(world, anna, path):
    assert save(anna, path, before__network="2", text__goals="Gå en tur.").status_code == 303
    anna.get(path)
    assert "Gå en tur." in anna.page.text
    printed = anna.get(f"{path}/print").text
    assert "Gå en tur." in printed
    assert "76 16 00 01" in printed
    assert "Anna" not in printed.partition('<article class="paper">')[2]
    assert "den 29/11 kl. 12.00" in printed
    anna.get(path)
    save(anna, path, after__network="4", do="done")
    assert plan_in(world)["followed_up_at"] is not None
    assert "Fulgt op" in anna.get("/crisis-plans").text


def test_two_in_one_plan_see_each_others_words(world, anna, path):
    koord = signed_in(world, "koord")
    koord.get(path)
    save(anna, path, text__goals="Gå en tur.")
    page = save(koord, path, text__goals="Sove godt.")
    assert page.status_code == 409
    assert "En anden har svaret imens: Gå en tur." in page.text
    assert "Sove godt." in page.text
    assert save(koord, path, text__goals="Sove godt.").status_code == 303


@pytest.mark.parametrize("given", [{"before__network": "6"}, {"text__goals": "x" * 1001}])
def test_what_no_page_of_ours_sends(anna, path, given):
    assert save(anna, path, **given).status_code == 400


def test_withdrawn_it_is_gone_and_another_lines_plan_is_not_theirs(world, anna, path):
    assert signed_in(world, "carla").get(path).status_code == 404
    anna.send(f"{path}/withdraw")
    assert anna.get(path).status_code == 404
    assert plan_in(world)["wrapped_key"] is None


def test_from_a_conversation_once(world, contact, anna):
    address = f"/crisis-plans/new?contact={contact.id}"
    anna.get(address)
    anna.send("/crisis-plans/new", consent="yes")
    assert plan_in(world)["contact"] == contact.id
    anna.get(address)
    assert anna.page.headers["Location"] == f"/crisis-plans/{plan_in(world)['id']}"
    assert signed_in(world, "carla").get(address).status_code == 404


def test_on_a_phone_and_on_paper(chromium, world, anna, path):
    save(anna, path, before__network="2", text__goals="Gå en tur.")
    with served(world) as at:
        context = chromium.new_context(**PHONE, locale="da-DK")
        context.add_cookies([{"name": "akutlinjen-session", "value": at.session("anna"), "url": at.url}])
        page = context.new_page()
        watched(page, at)
        for address in ("/crisis-plans", "/crisis-plans/new", path, f"{path}/print"):
            page.goto(at.url + address)
            for each in page.locator("main details").all():
                each.evaluate("each => each.open = true")
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            fits_and_is_clean(page, address)
        page.emulate_media(media="print")
        assert page.locator(".paper").is_visible()
        assert page.locator("header.top").is_hidden()
        assert page.locator("#print").is_hidden()
        context.close()
        assert page.trouble == []
