"""Contacts over HTTP: who sees which, what of them, page by page."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers
from tests.flows.world import CITIZEN, FOENIX, SHARED, TOFTEN, World


@pytest.fixture
def talk(world: World):
    """Anna talks with a citizen who called Fønix."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    return call


def ids(answer) -> list[str]:
    return [item["contact"] for item in answer.get_json()["items"]]


def test_a_conversation_as_its_worker_sees_it(world, api, talk):
    anna = api("anna")
    (item,) = anna.get("/contacts").get_json()["items"]
    assert item["state"] == "answered"
    assert item["line"] == "foenix"
    assert item["municipality"] == "0561"
    assert item["answered_by"] == "anna"
    assert 4 < item["waited_seconds"] < 10
    whole = anna.get(f"/contacts/{item['contact']}").get_json()
    assert [step["ring"][0].get("worker") for step in whole["plan"]["steps"]] == ["anna", "bo", None]
    assert [event["kind"] for event in whole["events"]] == [
        "called", "ringing", "picked_up", "taken", "connected",
    ]  # fmt: skip
    assert (whole["legs"][0]["target"], whole["legs"][0]["state"]) == ("anna", "connected")


def test_no_answer_holds_the_citizens_number_or_a_workers(world, api, talk):
    anna = api("anna")
    contact = world.contact().id
    for answer in (anna.get("/contacts"), anna.get(f"/contacts/{contact}")):
        text = answer.get_data(as_text=True)
        assert CITIZEN.removeprefix("+45") not in text
        assert world.site.workers["anna"].mobile not in text
        assert world.contact().carrier_key not in text


@pytest.mark.parametrize(
    ("worker", "reaches"),
    [("anna", True), ("bo", True), ("carla", False), ("nadia", True), ("niels", True), ("koord", True)],
)
def test_only_those_who_serve_the_line_reach_its_contacts(world, api, talk, worker, reaches):
    contact = world.contact().id
    asking = api(worker)
    assert ids(asking.get("/contacts")) == ([contact] if reaches else [])
    answer = asking.get(f"/contacts/{contact}")
    assert answer.status_code == (200 if reaches else 404)
    if not reaches:
        nothing = asking.get(f"/contacts/{'0' * 32}")
        assert answer.get_data() == nothing.get_data()


def test_a_contact_of_a_night_line_is_reached_by_those_who_serve_it_alone(world, api):
    world.on_duty(("vest", 1, "nadia"))
    world.worker("nadia")
    world.citizen_calls(SHARED)
    world.run(10)  # no postcode: the shared number's night line answers
    assert world.contact().line is None
    for worker, count in (("nadia", 1), ("niels", 1), ("koord", 1), ("anna", 0), ("carla", 0)):
        assert len(ids(api(worker).get("/contacts"))) == count, worker


def test_by_state_and_a_page_at_a_time_newest_first(world, api):
    world.worker("backup")
    for _ in range(7):
        call = world.citizen_calls(FOENIX)
        world.run(2)
        call.hang_up()
        world.run(1)
    world.citizen_calls(TOFTEN)
    expected = [c.id for c in sorted(world.contacts(), key=lambda c: (c.waiting_since, c.id), reverse=True)]
    koord = api("koord")
    seen, after = [], ""
    for count in (3, 3, 2):
        answer = koord.get(f"/contacts?limit=3&after={after}").get_json()
        seen += [item["contact"] for item in answer["items"]]
        assert len(answer["items"]) == count
        after = answer["next"] or ""
    assert seen == expected
    assert not after
    assert len(ids(koord.get("/contacts?state=abandoned"))) == 7
    assert len(ids(koord.get("/contacts?state=waiting,offered"))) == 1
    assert ids(koord.get("/contacts?state=registered")) == []
    assert koord.get("/contacts?limit=8").get_json()["next"] is None


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("line=foenix", ["foenix"]),
        ("line=vest", [None]),
        ("line=toften&channel=voice", ["toften"]),
        ("channel=voice", [None, "toften", "foenix"]),
        ("channel=sms", []),
        ("municipality=0430", ["toften"]),
        ("municipality=9999", []),
        ("from=2026-11-24", [None, "toften", "foenix"]),
        ("from=2026-11-25", []),
        ("to=2026-11-24", []),  # the day after the last
        ("from=2026-11-24&to=2026-11-25&state=abandoned", ["toften", "foenix"]),
    ],
)
def test_by_line_channel_municipality_and_day(world, api, query, lines):
    world.worker("backup")
    for number in (FOENIX, TOFTEN):
        call = world.citizen_calls(number)
        world.run(2)
        call.hang_up()
        world.run(1)
    world.citizen_calls(SHARED)
    world.run(10)  # no postcode: the shared number's night line answers
    items = api("koord").get(f"/contacts?{query}").get_json()["items"]
    assert [item["line"] for item in items] == lines


def test_a_line_of_others_is_answered_as_one_that_there_is_not(world, api, talk):
    carla = api("carla")
    answer, nothing = carla.get("/contacts?line=foenix"), carla.get("/contacts?line=nosuch")
    assert (answer.status_code, answer.get_data()) == (404, nothing.get_data())
    assert carla.get("/contacts?line=toften").status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=lost", "state: must be one or more of waiting, offered"),
        ("limit=0", "limit: must be a whole number from 1 to 200"),
        ("limit=201", "limit: must be"),
        ("limit=1e9", "limit: must be"),
        ("limit=²", "limit: must be"),
        ("after=nonsense", "after: must be the `next` of the page before"),
        ("after=" + "A" * 5000, "after: must be"),
        ("limit=1&limit=2", "limit: is given 2 times"),
        ("channel=fax", "channel: must be one of voice, sms, chat"),
        ("line=%00", "line: must have at most"),
        ("municipality=" + "1" * 65, "municipality: must have at most"),
        ("from=2026-02-30", "from: is no day that exists"),
        ("to=tomorrow", "to: must be a day"),
        ("from=2026-11-24&to=2026-11-24", "to: must be after from"),
        ("from=2026-11-24&to=2026-11-23", "to: must be after from"),
        ("stat=waiting", "stat: is not known here; known is state, limit, after"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(api, query, words):
    answer = api("anna").get(f"/contacts?{query}")
    assert answer.status_code == 400
    assert answer.get_json(force=True)["detail"].startswith(words)


def test_everything_wrong_is_said_at_once(api):
    errors = api("anna").get("/contacts?state=x&limit=y&after=z&w=1").get_json(force=True)["errors"]
    assert [error.partition(":")[0] for error in errors] == ["w", "state", "limit", "after"]
