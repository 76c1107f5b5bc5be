"""Every role against every route of the pages, from the route map; forms that are not ours; roles that go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.site import Role
from gateway.accounts.protection import protection_of
from gateway.accounts.sessions import Method
from tests.gateway.accounts.example_paths import example_path
from tests.gateway.pages.visiting import Form, Visitor, session, signed_in

SAFE = {"GET", "HEAD", "OPTIONS"}
OPEN = {"public", "a form of our own, before sign-in"}
LOG = {"session of a coordinator or administrator"}
# worker of the site -> the names of the protections that let them through
LET_THROUGH = {
    None: OPEN,
    "anna": OPEN | {"session", "session, also to add a passkey"},
    "koord": OPEN | {"session", "session, also to add a passkey", "session of a coordinator"} | LOG,
    "adm": OPEN | {"session", "session, also to add a passkey"} | LOG,
}


def routes(world):
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.startswith("pages."):
            protection = protection_of(world.app.view_functions[rule.endpoint])
            for method in sorted(rule.methods):
                yield method, example_path(rule), protection.name


def token_of(visitor: Visitor) -> str:
    return Form(visitor.get("/me/passkeys").text).forms["/sign-out"]["form_token"]


@pytest.mark.parametrize("worker", LET_THROUGH)
def test_every_role_against_every_route(world, worker):
    seen = set()
    for method, path, protection in routes(world):
        visitor = signed_in(world, worker) if worker else Visitor(world)
        headers = {}
        if worker and method not in SAFE and protection not in OPEN:
            headers = {"X-Form-Token": token_of(visitor)}
        answer = visitor.ask(method, path, headers=headers)
        let_through = protection in LET_THROUGH[worker]
        seen.add(let_through)
        assert answer.status_code < 500, (method, path)
        if method == "OPTIONS" and let_through:
            assert answer.status_code == 200
        elif not let_through:
            to_sign_in = answer.headers.get("Location") == "/sign-in"
            assert to_sign_in if worker is None else answer.status_code == 403, (method, path)
        elif protection not in OPEN:
            assert answer.headers.get("Location") != "/sign-in" or path == "/sign-out", (method, path)
    assert seen == ({True} if worker == "koord" else {True, False})


@pytest.mark.parametrize("method", [Method.LINK, Method.OIDC])
def test_an_administrator_without_a_passkey_gets_no_further_than_adding_one(world, method):
    for verb, path, protection in routes(world):
        if protection in OPEN:
            continue
        visitor = signed_in(world, "adm", method)
        headers = {"X-Form-Token": token_of(visitor)} if verb not in SAFE else {}
        answer = visitor.ask(verb, path, headers=headers)
        if protection == "session, also to add a passkey":
            assert answer.status_code in {200, 303, 400, 404}, path
        else:
            assert answer.headers["Location"] == "/me/passkeys", path


FOREIGN = [
    {},
    {"X-Form-Token": "x"},
    {"X-Form-Token": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "https://akut.example.evil.example"},
    {"Origin": "http://akut.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_every_form_is_refused_from_elsewhere(world, headers):
    for method, path, protection in routes(world):
        if method in SAFE or protection == "public":
            continue
        visitor = signed_in(world, "koord")
        given = dict(headers)
        if "Origin" in given or "Sec-Fetch-Site" in given:
            # With the right token: a page of another site can't have it, but if it had, it is still refused.
            visitor.get("/sign-out")
            given["X-Form-Token"] = token_of(visitor)
            if protection in OPEN:
                given["X-Form-Token"] = Form(visitor.page.text).forms["/language"]["form_token"]
        assert visitor.ask(method, path, headers=given).status_code == 403, path
        assert visitor.get("/me").status_code == 200


def test_our_own_forms_are_taken_with_what_browsers_say_of_them(world):
    for headers in ({"Origin": "null"}, {"Origin": "https://akut.example", "Sec-Fetch-Site": "same-origin"}):
        visitor = signed_in(world, "anna")
        token = token_of(visitor)
        answer = visitor.ask("POST", "/away", data={"on": "yes", "form_token": token}, headers=dict(headers))
        assert answer.status_code == 303


def test_the_token_of_another_session_or_from_before_sign_in_does_not_fit(world):
    visitor, other = signed_in(world, "anna"), signed_in(world, "anna")
    before = Form(visitor.get("/sign-in/sent").text).forms["/language"]["form_token"]
    for token in (token_of(other), before):
        assert visitor.ask("POST", "/away", data={"on": "yes", "form_token": token}).status_code == 403


@pytest.mark.parametrize(
    "secret", ["", "x", "null", "A" * 43, "A" * 3000, "æøå", "' OR 1=1 --", "%00", "\u2028"]
)
def test_a_forged_cookie_is_nobodys(world, secret):
    visitor = Visitor(world)
    visitor.has(secret)
    assert visitor.get("/console").headers["Location"] == "/sign-in"


def test_a_session_that_ended_can_not_be_replayed(world):
    secret = session(world, "anna")
    visitor = Visitor(world)
    visitor.has(secret)
    visitor.get("/console")
    assert visitor.send("/sign-out").headers["Location"] == "/sign-in"
    assert visitor.page.headers["Clear-Site-Data"]
    assert visitor.cookie() is None
    thief = Visitor(world)
    thief.has(secret)
    assert thief.get("/console").headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("worker", "idle", "is_in"),
    [
        ("anna", timedelta(hours=11, minutes=59), True),
        ("anna", timedelta(hours=12, minutes=1), False),
        ("koord", timedelta(minutes=59), True),
        ("koord", timedelta(minutes=61), False),
        ("adm", timedelta(minutes=61), False),
    ],
)
def test_a_session_ends_when_nobody_uses_it(world, worker, idle, is_in):
    visitor = signed_in(world, worker)
    assert visitor.get("/me").status_code == 200
    world.clock.set(world.clock() + idle)
    assert (visitor.get("/me").status_code == 200) is is_in


def test_a_session_that_is_used_lasts_a_long_shift_and_not_for_ever(world):
    visitor = signed_in(world, "anna")
    for _ in range(33):
        world.clock.set(world.clock() + timedelta(hours=10))
        assert visitor.get("/me").status_code == 200
    world.clock.set(world.clock() + timedelta(hours=10))
    assert visitor.get("/me").status_code == 303


def change_worker(world, name, **values):
    """The site is loaded anew, with this worker changed; ``None`` for the roles: without them."""
    site, _roster = world.book.current()
    workers = dict(site.workers)
    if values:
        workers[name] = replace(workers[name], **values)
    else:
        del workers[name]
    world.book._standing = replace(world.book._standing, site=replace(site, workers=workers))


def test_who_is_removed_from_the_site_is_signed_out(world):
    visitor = signed_in(world, "anna")
    change_worker(world, "anna")
    assert visitor.get("/console").headers["Location"] == "/sign-in"
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, details FROM audit_entries").all()
    assert [(row[0], row[1]) for row in rows] == [("system", "session_ended")]


def test_who_loses_a_role_is_signed_out_and_who_gains_one_is_not(world):
    coordinator, worker = signed_in(world, "koord"), signed_in(world, "anna")
    change_worker(world, "koord", roles=frozenset({Role.WORKER}))
    change_worker(world, "anna", roles=frozenset({Role.WORKER, Role.COORDINATOR}))
    assert coordinator.get("/today").headers["Location"] == "/sign-in"
    assert worker.get("/today").status_code == 200


def test_a_contact_of_another_line_is_as_if_it_did_not_exist(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.citizen_calls()
    contact = world.contact().id
    for path in (f"/contacts/{contact}", "/contacts/0123456789abcdef0123456789abcdef"):
        answer = signed_in(world, "carla").get(path)
        assert answer.status_code == 404
        assert contact not in answer.text
    assert contact not in signed_in(world, "carla").get("/contacts").text
    assert signed_in(world, "anna").get(f"/contacts/{contact}").status_code == 200
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, contact FROM audit_entries").all()
    assert [tuple(row) for row in rows] == [("anna", "contact_read", contact)]


def test_nobody_ends_or_changes_what_is_another_workers(world):
    with world.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM staff_sessions").scalar() == 0
    session(world, "bo")
    with world.store.read() as connection:
        theirs = connection.exec_driver_sql("SELECT id FROM staff_sessions").scalar()
    visitor = signed_in(world, "anna")
    token = token_of(visitor)
    for path in (f"/me/sessions/{theirs}/end", f"/me/passkeys/{theirs}/remove"):
        assert visitor.ask("POST", path, data={"form_token": token}).status_code == 404
    with world.store.read() as connection:
        ended = connection.exec_driver_sql("SELECT ended_at FROM staff_sessions WHERE worker = 'bo'").scalar()
    assert ended is None
