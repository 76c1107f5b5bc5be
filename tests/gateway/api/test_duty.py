"""Who answers, and being away, over HTTP."""

from __future__ import annotations

import pytest

from tests.flows.world import FOENIX, SHARED


@pytest.fixture
def database_url(tmp_path):
    """One kind of database will do: nothing here depends on it."""
    return f"sqlite:///{tmp_path / 'akutlinjen.db'}"


@pytest.fixture(autouse=True)
def _on_duty(world):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"), ("toften", 1, "carla"))


def rung(answer) -> list[str]:
    return [
        ring.get("worker", ring.get("phone")) for step in answer.get_json()["steps"] for ring in step["ring"]
    ]


def test_now_as_the_command_says_it(world, api):
    answer = api("anna").get("/who-answers?line=foenix")
    assert answer.status_code == 200
    assert rung(answer) == ["anna", "bo", "nadia", "+4576160099"]
    assert answer.get_json()["at"] == "2026-11-24T14:00:00+01:00"
    assert answer.get_json()["channel"] == "voice"


@pytest.mark.parametrize("at", ["2026-11-24T14:00", "2026-11-24T14:00+01:00", "2026-11-24T14:00%2B01:00"])
def test_at_an_instant_and_on_a_channel(api, at):
    answer = api("anna").get(f"/who-answers?line=foenix&channel=sms&at={at}")
    assert answer.get_json()["at"] == "2026-11-24T14:00:00+01:00"
    assert answer.get_json()["channel"] == "sms"


def test_by_the_number_and_the_postcode(api):
    koord = api("koord")
    number = SHARED.replace("+", "%2B")
    assert koord.get(f"/who-answers?phone={number}&postcode=5600").get_json()["line"] == "toften"
    assert koord.get(f"/who-answers?phone={number}").get_json()["line"] == "vest"
    assert koord.get(f"/who-answers?phone={FOENIX[3:]}").get_json()["line"] == "foenix"


@pytest.mark.parametrize(
    ("worker", "line", "status"),
    [
        ("anna", "foenix", 200), ("anna", "vest", 200), ("anna", "toften", 404), ("anna", "nowhere", 404),
        ("nadia", "foenix", 200), ("nadia", "vest", 200), ("carla", "toften", 200), ("carla", "vest", 404),
    ],
)  # fmt: skip
def test_of_their_own_lines_alone(api, worker, line, status):
    assert api(worker).get(f"/who-answers?line={line}").status_code == status


def test_a_number_of_others_is_as_one_that_does_not_exist(api):
    carla = api("carla")
    answers = [carla.get(f"/who-answers?phone={phone}") for phone in (FOENIX[1:], "%2B4512345678", "abc")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.get_data() for answer in answers}) == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "give either line or phone"),
        ("line=foenix&phone=1", "give either line or phone"),
        ("line=foenix&postcode=6700", "postcode: goes with phone"),
        ("line=foenix&channel=fax", "channel: must be one or more of voice, sms, chat"),
        ("line=foenix&channel=sms,chat", "channel: must be one of"),
        ("line=foenix&at=tomorrow", '"tomorrow" is no time'),
        ("line=foenix&at=9999-01-01T00:00", '"9999-01-01T00:00" lies outside'),
        ("line=" + "x" * 65, "line: must have at most 64 characters"),
    ],
)
def test_what_is_wrong_is_said(api, query, words):
    answer = api("anna").get(f"/who-answers?{query}")
    assert answer.status_code == 400
    assert words in answer.get_json(force=True)["detail"]


def test_away_is_not_rung_until_back(world, api):
    anna = api("anna")
    assert anna.put("/away", {"on": True}).get_json() == {"worker": "anna", "on": True}
    assert anna.put("/away", {"on": True}).status_code == 200
    now = anna.get("/who-answers?line=foenix")
    assert rung(now)[0] == "bo"
    assert now.get_json()["skipped"] == [{"worker": "anna", "because": "away"}]
    later = anna.get("/who-answers?line=foenix&at=2026-11-25T14:00")
    assert rung(later)[0] == "anna"
    world.worker("bo")
    world.citizen_calls(FOENIX)
    world.run(1)
    assert world.ringing() == {"bo"}
    anna.put("/away", {"on": False})
    assert rung(anna.get("/who-answers?line=foenix"))[0] == "anna"


@pytest.mark.parametrize("body", [{}, {"on": 1}, {"on": "true"}, {"on": None}, {"on": True, "worker": "bo"}])
def test_away_is_true_or_false_and_ones_own(api, body):
    assert api("anna").put("/away", body).status_code == 400
