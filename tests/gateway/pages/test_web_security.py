"""What every answer tells browsers, what sizes are taken, what comes back and what is logged of bad input."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gateway.app import build_app
from tests.gateway.pages.visiting import Visitor, signed_in

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
INJECTED = [
    "x\r\nSet-Cookie: evil=1",
    "x\nX-Evil: 1",
    "%0d%0aSet-Cookie:%20evil=1",
    "<script>alert(1)</script>",
]


@pytest.fixture
def visitor(world):
    return Visitor(world)


def test_every_answer_has_the_headers(world, visitor):
    paths = [
        "/sign-in",
        "/console",
        "/none",
        "/assets/staff.css",
        "/api/v1/contacts",
        "/health/live",
        "/voice/x",
    ]
    for path in paths:
        answer = visitor.get(path)
        assert HEADERS.items() <= dict(answer.headers).items(), path
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        if not path.startswith("/assets/"):
            assert answer.headers["Cache-Control"] == "no-store", path


def test_no_page_has_inline_script_or_style(world):
    visitor = signed_in(world, "koord")
    for path in ("/console", "/today", "/contacts", "/me", "/me/passkeys", "/none", "/sign-in/sent"):
        body = visitor.get(path).text
        assert not re.search(r"<script(?![^>]* src=)", body), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", body), path
        assert not re.search(r"""(src|href)=["']?(https?:)?//""", body), path


def test_over_plain_http_browsers_are_not_told_to_insist_on_https(world):
    gateway = replace(world.gateway, settings=replace(world.settings, public_url="http://localhost:8000"))
    answer = Visitor(world, build_app(gateway)).get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    assert "akutlinjen-form=" in answer.headers["Set-Cookie"]


def test_cookies_are_bound_to_the_host_and_out_of_reach(world, visitor):
    visitor.signs_in("anna")
    for cookie in visitor.page.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


def test_assets_are_kept_long_and_nothing_else_is_found_there(visitor):
    style = re.search(r'href="(/assets/staff\.css\?v=[0-9a-f]+)"', visitor.get("/sign-in").text)[1]
    assert "max-age=31536000" in visitor.get(style).headers["Cache-Control"]
    for path in (
        "/assets/../frame.py",
        "/assets/%2e%2e/frame.py",
        "/assets/",
        "/assets/x",
    ):
        assert visitor.get(path).status_code == 404, path


@pytest.mark.parametrize("text", INJECTED)
def test_nothing_injected_reaches_a_header_or_a_page(world, text):
    visitor = signed_in(world, "anna")
    visitor.get("/me")
    answers = [
        visitor.send("/language", language=text, back=text),
        visitor.get("/contacts", query_string={"state": text, "after": text}),
        visitor.get(f"/contacts/{text}".replace("\r", "").replace("\n", "")),
        visitor.get("/sign-in/oidc/callback", query_string={"code": text, "state": text}),
        visitor.get("/sign-in", headers={"User-Agent": "x<script>"}),
    ]
    for answer in answers:
        assert "evil" not in repr(answer.headers).lower()
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "\\\\x"]
)
def test_the_language_form_leads_nowhere_else(world, visitor, back):
    visitor.get("/sign-in")
    assert visitor.send("/language", language="en", back=back).headers["Location"] == "/"


def test_the_language_is_remembered(world, visitor):
    visitor.get("/sign-in")
    visitor.send("/language", language="en")
    assert "Sign in with a passkey" in visitor.follow().text
    assert '<html lang="en"' in visitor.page.text


def test_too_much_is_refused(world, visitor):
    visitor.get("/sign-in")
    assert visitor.send("/sign-in/link", mobile="2" * 41).status_code == 413
    visitor.get("/sign-in")
    assert visitor.send("/sign-in/link", mobile="2" * 200_000).status_code == 413
    inside = signed_in(world, "anna")
    inside.get("/me")
    answer = inside.ask(
        "POST",
        "/me/passkeys",
        data=b"{" * 200_000,
        content_type="application/json",
        headers={"X-Form-Token": "x"},
    )
    assert answer.status_code in {403, 413}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff\xfe", b'{"rawId": 1}', b'{"rawId": "x"}']
)
def test_garbage_for_a_passkey_is_a_clear_refusal(world, visitor, body):
    gateway = replace(world.gateway, settings=replace(world.settings, public_url="https://akut.example"))
    visitor = Visitor(world, build_app(gateway))
    visitor.get("/sign-in")
    token = re.search(r'data-token="([^"]+)"', visitor.page.text)[1]
    headers = {"X-Form-Token": token, "Accept": "application/json"}
    visitor.ask("POST", "/sign-in/passkey/options", json={}, headers=dict(headers))
    answer = visitor.ask(
        "POST", "/sign-in/passkey/finish", data=body, content_type="application/json", headers=dict(headers)
    )
    assert answer.status_code in {400, 403}
    assert answer.json["title"]


def test_without_the_database_the_pages_say_that_calls_go_on(world, visitor, monkeypatch):
    inside = signed_in(world, "anna")
    world.expected_trouble |= {"store_unavailable"}

    def gone(*_args, **_kwargs):
        from gateway.store.engine import StoreUnavailableError

        raise StoreUnavailableError

    monkeypatch.setattr(type(world.store), "read", gone)
    monkeypatch.setattr(type(world.store), "write", gone)
    answer = inside.get("/console")
    assert answer.status_code == 503
    assert "Opkald bliver stillet igennem" in answer.text
    visitor.get("/sign-in")
    assert visitor.send("/sign-in/link", mobile="20000001").status_code == 503


def test_signing_in_leaves_nothing_of_anybody_behind(world, visitor, capfd):
    """What was typed, sent, and kept by the browser stands nowhere: not in SQL, not in the log."""
    visitor.asks_for_link("+4520000001")
    world.expect_message("anna")
    link = visitor.link()
    visitor.get(link)
    visitor.send("/sign-in/link/use")
    visitor.asks = visitor.follow()
    visitor.get("/me")
    secrets = [
        "20000001", "20 00 00 01", link.rpartition("/")[2], visitor.cookie(), visitor.cookie("__Host-form"),
        "203.0.113.7", "Anna",
    ]  # fmt: skip
    said = "".join(capfd.readouterr())
    with world.store.read() as connection:
        from gateway.store.tables import metadata

        dump = repr([connection.execute(table.select()).all() for table in metadata.sorted_tables])
    for secret in secrets:
        assert secret
        assert secret not in dump, secret
        assert secret not in said, secret
