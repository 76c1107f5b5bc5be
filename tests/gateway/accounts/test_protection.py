"""Every route says what stands before it, and what stands there holds."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from gateway.accounts.protection import Protection, guard, protected_by, protection_of, public
from tests.flows.world import World
from tests.gateway.accounts.example_paths import example_path

# A new public route is a decision: it is written down here too.
PUBLIC = {
    "/api/v1/openapi.json", "/assets/<path:name>", "/calendar/<secret>.ics", "/health/live", "/health/ready",
    "/voice/hold-tone.wav",
    "/manifest.webmanifest", "/icon-<int:size>.png", "/service-worker.js", "/offline",
}  # fmt: skip
BEFORE_SIGN_IN = "a form of our own, before sign-in"
KINDS = {
    "public", "carrier signature", "bearer token", "loopback or token", BEFORE_SIGN_IN,
    "session", "session, also to add a passkey", "session of a coordinator",
    "session of a coordinator or administrator",
}  # fmt: skip


@pytest.fixture
def app(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    world.expected_trouble = {"webhook_refused"}
    yield world.app
    world.close()


def test_every_route_of_the_application_says_what_protects_it(app):
    found = {rule.rule: protection_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert {rule for rule, protection in found.items() if protection is None} == set()
    assert {protection.name for protection in found.values()} <= KINDS
    assert {rule for rule, protection in found.items() if protection.name == "public"} == PUBLIC


def test_what_is_not_public_refuses_a_stranger(app):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        protection = protection_of(app.view_functions[rule.endpoint]).name
        if protection == "public":
            continue
        path = example_path(rule)
        for method in rule.methods:
            if protection == BEFORE_SIGN_IN and method in {"GET", "HEAD", "OPTIONS"}:
                continue  # pages to sign in with; what they send is refused without their token
            answer = client.open(path, method=method, environ_base={"REMOTE_ADDR": "203.0.113.9"})
            to_sign_in = answer.status_code == 303 and answer.headers["Location"] == "/sign-in"
            assert answer.status_code in {401, 403, 404} or to_sign_in, (method, path)


@pytest.fixture
def small():
    app = Flask("small", static_folder=None)
    guard(app)

    @app.get("/open")
    @public("a test")
    def open_() -> str:
        return "open"

    @app.get("/undeclared")
    def undeclared() -> str:
        return "a secret"

    @app.get("/refused")
    @protected_by(Protection("never", lambda: Response("no", 418)))
    def refused() -> str:
        return "a secret"

    return app.test_client()


def test_a_route_that_says_nothing_is_answered_to_nobody(small):
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = small.open("/undeclared", method=method)
        assert answer.status_code == 403
        assert "secret" not in answer.get_data(as_text=True)


def test_a_protection_lets_through_or_answers_itself(small):
    assert small.get("/open").get_data(as_text=True) == "open"
    assert small.get("/refused").status_code == 418
    assert small.get("/nothing").status_code == 404
