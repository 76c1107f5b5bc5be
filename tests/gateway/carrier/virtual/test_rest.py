"""The REST side: what the carrier's published description allows, in its shapes, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from werkzeug.test import Client, TestResponse

from gateway.carrier.virtual.rest_check import PLAYED, is_of
from gateway.carrier.virtual.rest_table import OPERATIONS, PREFIX, Operation
from gateway.carrier.virtual.scripts import Answers
from tests.gateway.carrier.virtual.booth import ACCOUNT, CITIZEN, GATEWAY, LINE, TOKEN, WORKER, Booth

REFERENCE = Path(__file__).parents[5] / "shared" / "reference" / "twilio_api_v2010.json"
ACCOUNT_PATH = f"/2010-04-01/Accounts/{ACCOUNT}"
NOBODY = "CA" + "f" * 32
GOOD_CALL = {"To": WORKER, "From": LINE, "Url": f"{GATEWAY}/worker"}


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the carrier's published description is not here")
    return json.loads(REFERENCE.read_text())


@pytest.fixture
def booth() -> Booth:
    return Booth()


def post(booth: Booth, path: str, form: dict[str, Any]) -> TestResponse:
    return Client(booth.rest).post(ACCOUNT_PATH + path, data=form, auth=(ACCOUNT, TOKEN))


def get(booth: Booth, path: str) -> TestResponse:
    return Client(booth.rest).get(ACCOUNT_PATH + path, auth=(ACCOUNT, TOKEN))


# The table


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return "one of " + " ".join(schema["enum"])
    if schema["type"] == "array":
        return "list of " + _kind(schema["items"], schemas)
    if schema.get("pattern", "").endswith("[0-9a-fA-F]{32}$"):
        return "sid " + schema["pattern"].removeprefix("^").partition("[")[0].strip("()")
    if schema["type"] == "integer" and ("minimum" in schema or "maximum" in schema):
        return f"integer {schema.get('minimum', '')}..{schema.get('maximum', '')}"
    return schema.get("format", "string") if schema["type"] == "string" else schema["type"]


def _published_operation(
    name: str, published: dict[str, Any]
) -> tuple[str, str, int, dict[str, str], set[str], dict[str, str]]:
    schemas = published["components"]["schemas"]
    for path, methods in published["paths"].items():
        for method in {"get", "post", "delete"} & set(methods):
            operation = methods[method]
            if operation["operationId"] != name:
                continue
            parameters, required, sids = {}, set(), {}
            for parameter in operation["parameters"]:
                kind = _kind(parameter["schema"], schemas)
                if parameter["in"] == "query":
                    parameters[parameter["name"]] = kind
                    required |= {parameter["name"]} if parameter.get("required") else set()
                elif parameter["name"] != "AccountSid" and kind.startswith("sid "):
                    sids[parameter["name"]] = kind.removeprefix("sid ")
            if "requestBody" in operation:
                form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
                parameters |= {key: _kind(value, schemas) for key, value in form["properties"].items()}
                required |= set(form.get("required", []))
            return method.upper(), path, int(next(iter(operation["responses"]))), parameters, required, sids
    raise LookupError(name)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS.items())
def test_the_table_is_what_the_carrier_publishes(
    name: str, operation: Operation, published: dict[str, Any]
) -> None:
    assert (
        operation.method,
        PREFIX + operation.path,
        operation.answers,
        operation.parameters,
        set(operation.required),
        operation.sids or {},
    ) == _published_operation(name, published)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_played_is_in_the_table(name: str) -> None:
    assert set(PLAYED[name].split()) <= set(OPERATIONS[name].parameters)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("boolean", ["true", "False"], ["1", "yes", ""]),
        ("integer", ["60", "-1"], ["6.0", "x", ""]),
        ("integer 1..1000", ["1", "1000"], ["0", "1001", "-1"]),
        ("integer 0..", ["0", "99999"], ["-1"]),
        ("number", ["1", "1.5"], ["x"]),
        ("uri", ["https://a.example/x?y=1", "http://127.0.0.1:80"], ["/x", "ftp://a", "https://"]),
        ("endpoint", ["+4520000001"], ["20000001", "+0123456", "client:anna"]),
        ("sid CA", [NOBODY], ["CA1", "AC" + "f" * 32]),
        ("one of GET POST", ["GET"], ["PUT", "get"]),
        ("list of uri", ["https://a.example/"], ["x"]),
        ("date", ["2026-01-01"], ["1/1/2026"]),
        ("date-time", ["2026-01-01T10:00:00Z"], ["yesterday"]),
        ("twiml", ["<Response/>"], ["Response"]),
    ],
)
def test_values_of_a_kind(kind: str, good: list[str], bad: list[str]) -> None:
    assert all(is_of(kind, value) for value in good)
    assert not any(is_of(kind, value) for value in bad)


# Refusals


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": None}, 21201),
        ({"From": None}, 21213),
        ({"Url": None}, 21205),
        ({"To": "20000001"}, 21211),
        ({"Url": "/worker"}, 21205),
        ({"From": WORKER}, 21210),
        ({"Method": "PUT"}, 21403),
        ({"Method": "GET"}, 20001),
        ({"Timeout": "soon"}, 21218),
        ({"Timeout": "601"}, 21218),
        ({"StatusCallbackEvent": "hangup"}, 21626),
        ({"StatusCallbackEvent": "initiated ringing"}, 21626),
        ({"Twiml": "<Response/>"}, 21205),
        ({"Colour": "blue"}, 20001),
        ({"Record": "true"}, 20001),
        ({"To": [WORKER, CITIZEN]}, 20001),
    ],
)
def test_a_call_that_the_carrier_would_refuse(booth: Booth, change: dict[str, Any], code: int) -> None:
    form = {name: value for name, value in (GOOD_CALL | change).items() if value is not None}
    response = post(booth, "/Calls.json", form)
    assert (response.status_code, response.get_json()["code"]) == (400, code)
    assert len(booth.exchange.complaints) == 1
    assert not booth.exchange.calls


def test_a_good_call_is_no_complaint(booth: Booth) -> None:
    response = post(booth, "/Calls.json", GOOD_CALL | {"StatusCallbackEvent": ["initiated", "answered"]})
    assert response.status_code == 201
    assert booth.exchange.complaints == []


@pytest.mark.parametrize(
    "path",
    [
        "/Calls",
        "/Calls.xml",
        "/Calls/x.json",
        "/Queues.json",
        f"/Calls/{NOBODY}/Recordings.json",
        "/Calls/CA1.json",
    ],
)
def test_a_wrong_path_is_complained_of(booth: Booth, path: str) -> None:
    assert get(booth, path).status_code == 404
    assert len(booth.exchange.complaints) == 1


def test_a_method_that_is_not_played_is_complained_of(booth: Booth) -> None:
    response = Client(booth.rest).delete(f"{ACCOUNT_PATH}/Calls/{NOBODY}.json", auth=(ACCOUNT, TOKEN))
    assert response.status_code == 405
    assert len(booth.exchange.complaints) == 1


def test_another_account_is_not_served(booth: Booth) -> None:
    other = f"/2010-04-01/Accounts/AC{'1' * 32}/Calls.json"
    assert Client(booth.rest).get(other, auth=(ACCOUNT, TOKEN)).status_code == 404
    assert Client(booth.rest).get(ACCOUNT_PATH + "/Calls.json", auth=(ACCOUNT, "guess")).status_code == 401
    response = Client(booth.rest).get(ACCOUNT_PATH + "/Calls.json")
    assert (response.status_code, response.get_json()["code"]) == (401, 20003)


def test_an_unknown_sid_is_not_found(booth: Booth) -> None:
    response = get(booth, f"/Calls/{NOBODY}.json")
    assert (response.status_code, response.get_json()["code"]) == (404, 20404)
    assert booth.exchange.complaints == []


def test_form_parameters_in_the_address_are_refused(booth: Booth) -> None:
    assert post(booth, "/Calls.json?To=x", GOOD_CALL).status_code == 400


def test_cancelling_a_call_in_progress_does_nothing(booth: Booth) -> None:
    booth.says["/worker"] = "<Pause length='30'/>"
    booth.exchange.phone(WORKER, Answers(0))
    sid = booth.place()
    booth.run(2)
    response = post(booth, f"/Calls/{sid}.json", {"Status": "canceled"})
    booth.run(1)
    assert response.status_code == 200
    assert booth.exchange.calls[sid].state == "in-progress"


@pytest.mark.parametrize("change", [{"Status": "completed"}, {"Url": f"{GATEWAY}/x"}, {}])
def test_a_call_that_is_over_cannot_be_changed(booth: Booth, change: dict[str, str]) -> None:
    sid = booth.place()
    booth.settle()
    response = post(booth, f"/Calls/{sid}.json", change)
    assert (response.status_code, response.get_json()["code"]) == (400, 21220)
    assert booth.exchange.complaints == []


def test_a_document_can_be_given_in_place_of_an_address(booth: Booth) -> None:
    phone = booth.exchange.phone(WORKER, Answers(0))
    form = {"To": WORKER, "From": LINE, "Twiml": "<Response><Say>Hej.</Say></Response>"}
    assert post(booth, "/Calls.json", form).status_code == 201
    booth.settle()
    assert phone.calls[0].heard == ["Hej."]


# Shapes


def _validate(answer: dict[str, Any], name: str, published: dict[str, Any]) -> None:
    schemas = published["components"]["schemas"]
    wanted = schemas[name]["properties"]
    assert set(answer) <= set(wanted), "a property that the carrier does not have"
    for key, value in answer.items():
        schema = wanted[key]
        if value is None and ("$ref" in schema or schema.get("nullable")):
            continue
        jsonschema.validate(value, schema | {"components": {"schemas": schemas}})


def test_answers_have_the_carriers_shapes(booth: Booth, published: dict[str, Any]) -> None:
    booth.says["/worker"] = booth.says["/voice"] = "<Dial><Conference>a</Conference></Dial>"
    booth.exchange.phone(WORKER, Answers(0))
    call = post(booth, "/Calls.json", GOOD_CALL).get_json()
    _validate(call, "api.v2010.account.call", published)
    booth.exchange.call(CITIZEN, LINE)
    booth.run(3)
    for call in get(booth, "/Calls.json").get_json()["calls"]:
        _validate(call, "api.v2010.account.call", published)
    conference = get(booth, "/Conferences.json").get_json()["conferences"][0]
    _validate(conference, "api.v2010.account.conference", published)
    people = get(booth, f"/Conferences/{conference['sid']}/Participants.json").get_json()["participants"]
    assert len(people) == 2
    _validate(people[0], "api.v2010.account.conference.participant", published)
    number = get(booth, "/IncomingPhoneNumbers.json").get_json()["incoming_phone_numbers"][0]
    _validate(number, "api.v2010.account.incoming_phone_number", published)
    text = post(booth, "/Messages.json", {"To": WORKER, "From": LINE, "Body": "Hej"}).get_json()
    _validate(text, "api.v2010.account.message", published)
    booth.run(2)
    text = get(booth, f"/Messages/{text['sid']}.json").get_json()
    assert text["status"] == "delivered"
    _validate(text, "api.v2010.account.message", published)
    booth.exchange.calls[people[0]["call_sid"]].hang_up()
    booth.settle(limit_seconds=5 * 3600)
    _validate(
        get(booth, f"/Conferences/{conference['sid']}.json").get_json(),
        "api.v2010.account.conference",
        published,
    )


def test_lists_are_filtered(booth: Booth) -> None:
    booth.says["/worker"] = ""
    booth.exchange.phone(WORKER, Answers(0))
    sid = booth.place()
    booth.settle()
    booth.place()
    calls = get(booth, f"/Calls.json?Status=completed&To=%2B{WORKER[1:]}").get_json()["calls"]
    assert [call["sid"] for call in calls] == [sid]
    assert get(booth, f"/Calls.json?From=%2B{WORKER[1:]}").get_json()["calls"] == []
    assert len(get(booth, "/Calls.json?PageSize=1").get_json()["calls"]) == 1
