"""What holds for every call of the API: tokens, problems, limits, and the description."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import sqlalchemy as sa

from gateway.accounts import tokens
from gateway.api.description import description
from gateway.api.problems import KINDS
from gateway.store.tables import staff_tokens
from tests.gateway.api.asking import PREFIX

OPERATIONS = [
    ("GET", "/contacts"), ("GET", "/contacts/x"), ("POST", "/contacts/x/transfer"),
    ("POST", "/contacts/x/close"), ("POST", "/contacts/x/lift"), ("POST", "/contacts/x/colleagues"),
    ("DELETE", "/contacts/x/colleagues/bo"),
    ("POST", "/contacts/x/erase"), ("GET", "/who-answers"), ("PUT", "/away"),
]  # fmt: skip


@pytest.fixture
def database_url(tmp_path):
    """One kind of database will do: nothing here depends on it."""
    return f"sqlite:///{tmp_path / 'akutlinjen.db'}"


def test_the_description_tells_of_the_routes_there_are_and_no_other(world):
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule).removeprefix(PREFIX), method)
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method.upper()) for path, methods in description()["paths"].items() for method in methods}
    assert told == routes


def test_the_description_is_served_to_anybody_and_is_whole(api):
    served = api(None).get("/openapi.json").get_json()
    assert served == description()
    text = json.dumps(served)
    for pointer in re.findall(r'"\$ref": "#([^"]+)"', text):
        found = served
        for part in pointer.strip("/").split("/"):
            found = found[part]
    for schema in served["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [op["operationId"] for path in served["paths"].values() for op in path.values()]
    assert len(names) == len(set(names))
    for path, methods in served["paths"].items():
        for operation in methods.values():
            in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nothing_is_told_without_a_valid_token(world, api, method, path):
    nobody, anna = api(None), api("anna")
    with world.store.write() as connection:
        gone = tokens.issue(connection, "someone-who-left", world.clock())
        revoked = tokens.issue(connection, "bo", world.clock())
        tokens.revoke_all(connection, "bo", world.clock())
    offered = [
        "", "Bearer", "Bearer ", f"Bearer {'x' * 43}", f"Bearer {anna.token[:-1]}", f"Bearer {anna.token}x",
        f"Basic {anna.token}", anna.token, f"Bearer {gone}", f"Bearer {revoked}",
        f"Bearer {anna.token.upper()}",
    ]  # fmt: skip
    answers = [nobody.ask(method, path, headers={"Authorization": given}) for given in offered]
    answers.append(nobody.ask(method, path))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.get_data() for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_opens_nothing(api):
    assert api(None).get(f"/contacts?token={api('anna').token}").status_code == 401


def test_bearer_may_be_written_in_any_case(api):
    anna = api("anna")
    for scheme in ("bearer", "BEARER"):
        answer = api(None).get("/contacts", headers={"Authorization": f"{scheme} {anna.token}"})
        assert answer.status_code == 200


def test_a_tokens_hash_alone_is_stored(world, api):
    token = api("anna").token
    with world.store.read() as connection:
        rows = connection.execute(sa.select(staff_tokens)).all()
    assert token not in str(rows)
    assert token.removeprefix(tokens.PREFIX) not in str(rows)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404), ("GET", "/", 404), ("GET", "/contacts/x/y/z", 404),
        ("DELETE", "/contacts", 405), ("PATCH", "/away", 405), ("GET", "/contacts/x/close", 405),
    ],
)  # fmt: skip
def test_what_there_is_not_is_a_problem_document_too(api, method, path, status):
    answer = api("anna").ask(method, path)
    assert answer.status_code == status
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        (b'{"on": true', "application/json", 400, "The body is no JSON: "),
        (b"", "application/json", 400, "The body is no JSON: "),
        (b'{"on": NaN}', "application/json", 400, "The body is no JSON."),
        (b"[" * 10_000, "application/json", 400, "The body is no JSON"),
        ('{"on": "ø"}'.encode("latin-1"), "application/json", 400, "The body is not UTF-8."),
        (b'{"on": true}', "text/plain", 415, "Send the body as application/json."),
        (b"on=true", "application/x-www-form-urlencoded", 415, "Send the body as application/json."),
        (b'{"on": true}', "", 415, "Send the body as application/json."),
        (
            b'{"on": ' + b" " * 20_000 + b"true}",
            "application/json",
            413,
            "A body here has at most 16384 bytes.",
        ),
        (b"x" * 1_000_000, "application/json", 413, "A body here has at most 16384 bytes."),
    ],
)
def test_bodies_that_are_none(api, body, content_type, status, words):
    answer = api("anna").ask("PUT", "/away", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.get_json(force=True)["detail"].startswith(words)


def test_a_charset_does_not_matter(api):
    answer = api("anna").ask(
        "PUT", "/away", data=b'{"on": false}', content_type="application/json; charset=utf-8"
    )
    assert answer.status_code == 200


def test_a_problem_points_into_the_description(api):
    problem = api("anna").get("/contacts?limit=0").get_json(force=True)
    path, _, pointer = problem["type"].partition("#")
    assert path == f"{PREFIX}/openapi.json"
    found = description()
    for part in pointer.strip("/").split("/"):
        found = found[part]
    assert found["description"] == problem["title"]
    assert {kind.name for kind in KINDS} == description()["components"]["responses"].keys()


def test_with_the_database_gone_it_says_so(world, api, monkeypatch):
    anna = api("anna")
    world.expect_trouble("store_unavailable")

    def gone(*_):
        from gateway.store.engine import StoreUnavailableError

        raise StoreUnavailableError

    monkeypatch.setattr(tokens, "worker_of", gone)
    answer = anna.get("/contacts")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_our_own_mistake_says_nothing_of_it(world, api, monkeypatch):
    anna = api("anna")

    def broken(*_, **__):
        raise RuntimeError("+4530123456 is in here")

    monkeypatch.setattr("gateway.api.contacts.listed", broken)
    answer = anna.get("/contacts")
    assert answer.status_code == 500
    assert "4530123456" not in answer.get_data(as_text=True)


def test_what_is_asked_is_not_repeated_to_whoever_reads_it(world, api):
    answer = api("anna").get("/contacts?<script>=1")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "to: is not set"),
        ({"to": 7}, "to: must be a text, not a number"),
        ({"to": True}, "to: must be a text, not true or false"),
        ({"to": ""}, "to: must have 1 to 64 characters"),
        ({"to": "x" * 65}, "to: must have 1 to 64 characters"),
        ({"to": "a\nb"}, "to: must have 1 to 64 characters, all of them printable"),
        ({"to": "bo", "now": 1}, "now: is not known here; known is to"),
        ([], "The body must be a JSON object, not a list."),
        ("bo", "The body must be a JSON object, not a text."),
    ],
)
def test_what_is_wrong_with_a_body_is_said(api, body, words):
    answer = api("anna").post("/contacts/x/transfer", body)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["detail"].startswith(words)
