"""An application on the phone: manifest, icons, a service worker, a socket's token, messages, sentences."""

from __future__ import annotations

import json
import re
import struct
import zlib
from datetime import timedelta

import pytest

from config.phrases import phrases, shipped
from config.site_file import SiteFileError, read_site
from gateway.accounts import sessions, socket_tokens, tokens
from gateway.app import build_app
from gateway.console import icon
from gateway.push import keys
from tests.flows.world import SITE, World
from tests.gateway.pages.visiting import Form, Visitor, signed_in
from tests.gateway.push.browsers import push_service
from tests.gateway.push.conftest import Office


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    yield world
    world.close()


def test_the_manifest_makes_it_installable(world):
    answer = Visitor(world).get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/console", "/", "standalone")
    sizes = {each["sizes"] for each in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for each in manifest["icons"]:
        shown = Visitor(world).get(each["src"])
        width, height = struct.unpack(">II", shown.data[16:24])
        assert f"{width}x{height}" == each["sizes"]
    assert Visitor(world).get("/icon-100000.png").status_code == 404


def test_the_icon_is_the_drawing():
    png = icon.png(192)
    at = png.index(b"IDAT")
    length = struct.unpack(">I", png[at - 4 : at])[0]
    rows = zlib.decompress(png[at + 4 : at + 4 + length])

    def pixel(x, y):
        start = y * (192 * 3 + 1) + 1 + x * 3
        return tuple(rows[start : start + 3])

    assert pixel(0, 0) == icon.BRAND
    assert pixel(96, 120) == icon.WHITE  # the dot
    assert pixel(96, 66) == icon.WHITE  # the arc
    assert pixel(96, 90) == icon.BRAND  # between the two


def test_the_service_worker_keeps_the_shell_and_nothing_of_anybody(world):
    visitor = signed_in(world, "anna")
    script = visitor.get("/service-worker.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    kept = re.search(r"const KEPT = \[(.*?)\];", script.text)[1]
    for address in re.findall(r'"([^"]+)"', kept):
        assert address == "/offline" or address.startswith("/assets/")
        assert Visitor(world).get(address).status_code == 200  # without anybody's cookie
    assert "Anna" not in Visitor(world).get("/offline").text


def token_for(visitor):
    visitor.get("/console")
    token = Form(visitor.page.text).forms["/away"]["form_token"]
    return visitor.ask("POST", "/console/token", headers={"X-Form-Token": token}).get_json()["token"]


def test_a_sockets_token_comes_in_for_two_minutes_and_stays_with_its_session(world):
    token = token_for(signed_in(world, "anna"))
    now = world.clock()
    with world.store.write() as connection:
        assert socket_tokens.comes_in(connection, token, now + timedelta(seconds=119)) == "anna"
        assert socket_tokens.comes_in(connection, token, now + timedelta(seconds=120)) is None
        assert socket_tokens.stays(connection, token) == "anna"
        assert tokens.worker_of(connection, token) is None  # it does not open the API
        assert token not in repr(connection.exec_driver_sql("SELECT * FROM socket_tokens").all())
        connection.exec_driver_sql("UPDATE staff_sessions SET ended_at = began_at")
        assert socket_tokens.comes_in(connection, token, now) is None
        assert socket_tokens.stays(connection, token) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "\0", "akutlinjen_" + "x" * 43])
def test_what_is_no_token_opens_nothing(world, token):
    with world.store.read() as connection:
        assert socket_tokens.comes_in(connection, token, world.clock()) is None


def test_no_token_is_given_to_another_sites_form(world):
    visitor = signed_in(world, "anna")
    assert visitor.ask("POST", "/console/token").status_code == 403
    visitor.get("/console")
    token = Form(visitor.page.text).forms["/away"]["form_token"]
    headers = {"X-Form-Token": token, "Sec-Fetch-Site": "cross-site"}
    assert visitor.ask("POST", "/console/token", headers=headers).status_code == 403


def seen_at(world):
    with world.store.read() as connection:
        return sessions.of_worker(connection, world.site, "anna", world.clock())[0].seen_at


@pytest.mark.parametrize("on_duty", [True, False])
def test_an_open_page_keeps_signed_in_who_is_on_duty_and_nobody_else(world, on_duty):
    if on_duty:
        world.on_duty(("foenix", 1, "anna"))
    visitor = signed_in(world, "anna")
    before = seen_at(world)
    world.run(120)
    visitor.get("/console/now", headers={"X-Unattended": "1"})
    assert (seen_at(world) > before) is on_duty
    visitor.get("/console")
    assert seen_at(world) > before


# --- messages on the phone ------------------------------------------------------------------------


def test_a_phone_is_switched_on_tried_and_switched_off(world):
    with push_service() as service:
        office = Office(world, service)
        visitor = Visitor(world, build_app(office.gateway))
        visitor.has(signed_in(world, "anna").cookie())
        phone = service.browser("anna")
        page = visitor.get("/me").text
        key = re.search(r'data-key="([^"]+)"', page)[1]
        assert key == keys.public_key(office.gateway.settings.keys().secret_key)
        headers = {"X-Form-Token": re.search(r'id="push"[^>]*data-token="([^"]+)"', page)[1]}
        on = visitor.ask("POST", "/me/push", json=phone.subscription, headers=dict(headers))
        assert on.get_json() == {"on": True}
        visitor.get("/me")
        assert visitor.send("/me/push/test").status_code == 303
        world.run(0)
        assert phone.words == ["Sådan ser det ud, når nogen venter."]
        off = {"endpoint": phone.subscription["endpoint"]}
        assert visitor.ask("POST", "/me/push/off", json=off, headers=dict(headers)).get_json() == {
            "on": False
        }
        assert "Ingen telefon får beskeder endnu." in visitor.get("/me").text
        for bad in ({}, {"endpoint": "https://example.org/x"}, phone.subscription | {"keys": []}):
            assert visitor.ask("POST", "/me/push", json=bad, headers=dict(headers)).status_code == 400
        assert visitor.ask("POST", "/me/push", data="no json", headers=dict(headers)).status_code == 400


# --- sentences ------------------------------------------------------------------------------------


def lix(text):
    words = re.findall(r"[^\W\d_]+|\d+", text)
    sentences = len(re.findall(r"[.:?!]+(?=\s|$)", text))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_every_sentence_is_calm_short_and_in_both_languages():
    for each in shipped():
        assert each.keys() == {"da", "en"}
        for text in each.values():
            assert "!" not in text
            assert text[-1] in ".?"
            assert len(text) <= 300
        assert lix(each["da"]) < 35, each["da"]


def test_a_lines_own_sentences_come_first_and_in_its_language_alone():
    site = read_site(_with_phrases('["Vi er her på Fønix."]'))
    own = site.lines["foenix"].phrases
    assert phrases("da", own)[0] == "Vi er her på Fønix."
    assert phrases("en", own) == phrases("en", {})
    assert phrases("pl", own) == phrases("da", own)
    with pytest.raises(SiteFileError, match="use 300 at most"):
        read_site(_with_phrases(json.dumps(["x" * 301])))


def _with_phrases(listed):
    first, rest = SITE.split("[[line]]", 2)[:2], SITE.split("[[line]]", 2)[2]
    return first[0] + "[[line]]" + first[1].rstrip() + f"\n[line.phrases]\nda = {listed}\n\n[[line]]" + rest
