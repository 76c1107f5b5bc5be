"""Line ends, zero bytes and terminal commands, sent through everything that anybody may fill in: no header
of an answer and no line of the log is made of them, and no request fails on our side."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import gateway
from config import logs
from gateway.accounts import tokens
from gateway.api.blueprint import PREFIX
from gateway.api.description import description
from gateway.carrier.virtual.scripts import Answers
from gateway.carrier.virtual.webhooks import signature_headers
from tests.flows.world import FOENIX, PUBLIC, TOKEN, World
from tests.gateway.accounts.example_paths import ARGUMENT, example_path
from tests.gateway.pages.visiting import Form, signed_in

MARK = "zqInjectedqz"
PAYLOADS = {
    "lines": f"Fare for liv\r\nX-{MARK}: yes\r\n\r\n\x1b[2J\x1b]0;{MARK}\x07\u2028{MARK}\u202e\x85{MARK}",
    "zero": f"Fare for liv\x00{MARK}",
    "json": f'Fare for liv", "event": "{MARK}',
}
SOURCE = Path(gateway.__file__).parent
# What a request's fields are called in the code that takes them.
FIELD = re.compile(r"""(?:form|args|given|hook|values)\s*(?:\.get|\.getlist|\[)\(?\s*"([A-Za-z_]+)\"""")
UNSAFE = {"\r", "\n", "\0", "\x1b"}
SENT_ALONG = (
    "USER_AGENT",
    "REFERER",
    "ACCEPT_LANGUAGE",
    "X_FORWARDED_FOR",
    "X_REQUEST_ID",
    "ACCEPT",
    "COOKIE",
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    logs.configure(strict=False)
    world = World(database_url, tmp_path / "var")
    world.expect_trouble("webhook_refused")
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    call.hang_up()
    world.run(10)
    yield world
    logs.configure(strict=True)
    world.exchange.messages.clear()
    world.close()


@functools.cache
def fields() -> frozenset[str]:
    """Of forms and addresses, and of what the carrier posts."""
    found = frozenset(
        name for path in SOURCE.rglob("*.py") for name in FIELD.findall(path.read_text(encoding="utf-8"))
    )
    assert {"reason", "mobile", "token", "back", "on", "From", "Digits", "state"} <= found
    return found


def properties(rule: Rule, method: str) -> list[str]:
    """Of the body that the API's description shows for a route."""
    told = description()["paths"][ARGUMENT.sub(r"{\g<name>}", rule.rule.removeprefix(PREFIX))][method.lower()]
    if "requestBody" not in told:
        return []
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    schemas = description()["components"]["schemas"]
    return sorted(schemas[schema["$ref"].rpartition("/")[2]].get("properties", {}))


def paths(world: World, rule: Rule, payload: str) -> set[str]:
    """With what is there in the place of its arguments, with what is not, and with the payload."""
    contact = world.contacts()[0].id
    real = ARGUMENT.sub(lambda found: contact if found["name"] == "contact" else "x", rule.rule)
    injected = ARGUMENT.sub(lambda _: quote(payload, safe=""), rule.rule)
    return {real, injected, example_path(rule)}


def checked(answer: TestResponse, asked: object) -> None:
    assert answer.status_code < 500, asked
    for name, value in answer.headers:
        assert MARK not in name + value, (asked, name)
        assert not UNSAFE & set(name + value), (asked, name)


def log_is_whole(said: str) -> int:
    """Every line is one event of ours, and holds nothing of what was sent. Returns how many there are."""
    assert MARK not in said
    assert not (UNSAFE - {"\n"}) & set(said)
    lines = said.splitlines()
    for line in lines:
        assert {"at", "level", "log", "event"} <= json.loads(line).keys()
    return len(lines)


def rules(app: Flask, *blueprints: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in blueprints:
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule, method


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_through_the_pages(world: World, capfd: pytest.CaptureFixture[str], payload: str) -> None:
    answers = []
    for rule, method in rules(world.app, "pages"):
        for path in paths(world, rule, payload):
            visitor = signed_in(world, "koord")
            form = Form(visitor.get("/me/passkeys").text).forms["/sign-out"]
            form_token = form["form_token"]
            if path.startswith(("/sign-in", "/language")):
                form_token = Form(visitor.page.text).forms["/language"]["form_token"]
            given = dict.fromkeys(fields(), payload) | {"lift": "0" * 32}
            given["form_token"] = form_token
            for name in SENT_ALONG[:-1]:
                visitor.environ[f"HTTP_{name}"] = payload
            sent = {"data": given} if method != "GET" else {}
            query = "?" + "&".join(f"{name}={quote(payload, safe='')}" for name in fields())
            answers.append(visitor.ask(method, path + query, headers={"X-Form-Token": form_token}, **sent))
            checked(answers[-1], (method, path))
    statuses = {answer.status_code for answer in answers}
    assert {200, 303, 404} <= statuses, statuses
    assert log_is_whole("".join(capfd.readouterr())) > 1


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_through_the_api(world: World, capfd: pytest.CaptureFixture[str], payload: str) -> None:
    with world.store.write() as connection:
        token = tokens.issue(connection, "koord", world.clock())
    client = world.app.test_client()
    environ = {f"HTTP_{name}": payload for name in SENT_ALONG}
    query = "?" + "&".join(f"{name}={quote(payload, safe='')}" for name in sorted(fields()))
    statuses = set()
    for rule, method in rules(world.app, "api"):
        names = properties(rule, method)
        bodies = [dict.fromkeys(names, payload), *({name: payload} for name in names), {payload: payload}]
        for path in paths(world, rule, payload):
            for body in bodies if method != "GET" else [None]:
                for asked in (path, path + query):
                    answer = client.open(
                        asked, method=method, json=body, environ_overrides=environ,
                        headers={"Authorization": f"Bearer {token}"},
                    )  # fmt: skip
                    checked(answer, (method, asked, body))
                    statuses.add(answer.status_code)
    forged = client.get("/api/v1/contacts", environ_overrides={"HTTP_AUTHORIZATION": f"Bearer {payload}"})
    checked(forged, "token")
    assert {200, 400, 401, 404} <= statuses | {forged.status_code}
    assert log_is_whole("".join(capfd.readouterr())) > 1


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_through_what_the_carrier_posts(
    world: World, capfd: pytest.CaptureFixture[str], payload: str
) -> None:
    client, statuses = world.app.test_client(), set()
    for rule, method in rules(world.app, "voice", "sms"):
        for path in paths(world, rule, payload):
            form = dict.fromkeys(fields(), payload) | {"CallSid": payload, "To": FOENIX}
            headers = signature_headers(TOKEN, f"{PUBLIC}{path}", form if method == "POST" else {})
            data = form if method == "POST" else None
            answer = client.open(path, method=method, data=data, headers=headers, base_url=PUBLIC)
            checked(answer, (method, path))
            statuses.add(answer.status_code)
            unsigned = client.open(path, method=method, data=data, headers={"X-Twilio-Signature": "x"})
            checked(unsigned, (method, path))
    assert 200 in statuses
    assert log_is_whole("".join(capfd.readouterr())) > 1
