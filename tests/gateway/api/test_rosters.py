"""Rosters over HTTP: shifts, drafts, publishing, versions, and who may do what."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest

from tests.flows.world import FOENIX

LONG = ("foenix", 1, "anna", "2026-11-20 00:00", "2026-12-24 00:00")
BO = ("foenix", 2, "bo", "2026-11-25 08:00", "2026-11-25 16:00")
NEW = {"line": "foenix", "tier": 2, "worker": "bo", "start": "2026-11-26T08:00", "end": "2026-11-26T16:00"}


@pytest.fixture
def database_url(tmp_path):
    """One kind of database will do: the services are tested on both."""
    return f"sqlite:///{tmp_path / 'akutlinjen.db'}"


@pytest.fixture(autouse=True)
def _roster(world):
    world.on_duty(LONG, BO)


@pytest.fixture
def koord(api):
    return api("koord")


@pytest.fixture
def anna(api):
    return api("anna")


def only(answer, worker):
    (found,) = [each for each in answer.get_json()["items"] if each["worker"] == worker]
    return found


def workers(client, query="line=foenix"):
    return [each["worker"] for each in client.get(f"/shifts?{query}").get_json()["items"]]


def on_duty(client, at):
    answer = client.get(f"/who-answers?line=foenix&at={at}").get_json()
    return [ring["worker"] for step in answer["steps"] for ring in step["ring"] if "worker" in ring]


def test_a_shift_made_counts_at_once_and_is_gone_when_it_is_removed(koord, anna):
    made = koord.post("/shifts", NEW)
    assert made.status_code == 201
    shift = made.get_json()["shift"]
    assert on_duty(anna, "2026-11-26T12:00") == ["anna", "bo"]
    assert koord.get(f"/shifts/{shift}").get_json()["start"] == "2026-11-26T08:00"
    changed = koord.ask("PATCH", f"/shifts/{shift}", json={"start": "2026-11-26T13:00", "worker": "niels"})
    assert (changed.status_code, changed.get_json()["shift"]) == (200, shift)
    assert on_duty(anna, "2026-11-26T12:59") == ["anna"]
    assert on_duty(anna, "2026-11-26T13:00") == ["anna", "niels"]
    assert koord.ask("DELETE", f"/shifts/{shift}").status_code == 200
    assert on_duty(anna, "2026-11-26T13:00") == ["anna"]
    assert koord.get(f"/shifts/{shift}").status_code == 404


def test_times_with_an_offset_are_what_the_sites_clocks_show(koord):
    body = NEW | {"start": "2026-11-26T07:00Z", "end": "2026-11-26T16:00:00+01:00"}
    made = koord.post("/shifts", body).get_json()
    assert (made["start"], made["end"]) == ("2026-11-26T08:00", "2026-11-26T16:00")
    assert made["starts"] == "2026-11-26T07:00:00.000+00:00"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"end": "2026-11-26T08:00"}, "end: the end 2026-11-26 08:00 is not after the start"),
        ({"worker": "nobody"}, 'worker: worker "nobody" is not in the site'),
        ({"worker": "carla"}, 'worker: worker "carla" does not serve "foenix"'),
        ({"worker": "anna"}, 'worker: "anna" is on "foenix" already'),
        ({"tier": 0}, "tier: must be a whole number from 1 to 9"),
        ({"tier": True}, "tier: must be a whole number from 1 to 9"),
        ({"start": "26/11 8"}, "start: must be a time, as 2026-11-22T23:30"),
        ({"start": "2026-11-26T08:00:30"}, "start: must be a time"),
        ({"start": "2026-02-30T08:00"}, "start: is no day or time that exists"),
        ({"start": "1026-02-20T08:00"}, "start: lies outside of the years"),
        ({"start": None}, "start: must be a time"),
        ({"more": 1}, "more: is not known here"),
        ({"draft": 1}, "draft: must be true or false"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(koord, body, words):
    answer = koord.post("/shifts", NEW | body)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["errors"][0].startswith(words)
    assert workers(koord) == ["anna", "bo"]


def test_a_worker_sees_the_plan_and_changes_nothing(koord, anna, api):
    shift = only(anna.get("/shifts?line=foenix"), "bo")["shift"]
    for answer in (
        anna.post("/shifts", NEW),
        anna.ask("PATCH", f"/shifts/{shift}", json={"tier": 3}),
        anna.ask("DELETE", f"/shifts/{shift}"),
        anna.post(f"/shifts/{shift}/split", {"at": "2026-11-25T12:00"}),
        anna.get("/shifts?line=foenix&drafts=true"),
        anna.post("/rosters/foenix/publish", {}),
        anna.get("/rosters/foenix/preview"),
        anna.get("/rosters/foenix/versions"),
        anna.get("/rosters/foenix/settings"),
        anna.get("/fairness?line=foenix"),
        anna.post("/rosters/foenix/copy-week", {"from": "2026-11-23", "to": "2026-11-30"}),
    ):
        assert answer.status_code == 403, answer.get_json(force=True)
    carla = api("carla")
    for answer in (
        carla.get("/shifts?line=foenix"),
        carla.get(f"/shifts/{shift}"),
        carla.ask("PATCH", f"/shifts/{shift}", json={"tier": 3}),
        carla.get("/rosters/foenix"),
        carla.get("/gaps?line=foenix"),
        carla.get("/rosters/nothing"),
    ):
        assert answer.status_code == 404
    assert workers(carla, "from=2026-11-24") == []
    # A night line's worker sees the lines that it answers for, and plans nothing.
    assert workers(api("nadia")) == ["anna", "bo"]
    assert workers(koord) == ["anna", "bo"]


def test_drafts_are_for_coordinators_until_they_are_published(koord, anna):
    drafted = koord.post("/shifts", NEW | {"draft": True})
    assert (drafted.status_code, drafted.get_json()["state"]) == (201, "draft")
    shift = drafted.get_json()["shift"]
    assert koord.get(f"/shifts/{shift}").status_code == 200
    assert anna.get(f"/shifts/{shift}").status_code == 404
    assert workers(anna) == ["anna", "bo"]
    assert workers(koord, "line=foenix&drafts=true") == ["anna", "bo", "bo"]
    assert on_duty(anna, "2026-11-26T12:00") == ["anna"]
    koord.ask("PATCH", f"/shifts/{shift}", json={"worker": "niels"})
    preview = koord.get("/rosters/foenix/preview").get_json()
    assert [(each["worker"], len(each["gets"])) for each in preview["summary"]["workers"]] == [("niels", 1)]
    done = koord.post("/rosters/foenix/publish", {}, headers={"If-Match": f'"{preview["version"]}"'})
    assert (done.status_code, done.get_json()["new"]) == (200, True)
    assert on_duty(anna, "2026-11-26T12:00") == ["anna", "niels"]
    assert not koord.post("/rosters/foenix/publish", {}).get_json()["new"]


def test_two_coordinators_never_overwrite_each_other(koord, api):
    seen = koord.get("/rosters/foenix").headers["ETag"]
    shift = only(koord.get("/shifts?line=foenix"), "bo")["shift"]
    assert (
        koord.ask("PATCH", f"/shifts/{shift}", json={"tier": 3}, headers={"If-Match": seen}).status_code
        == 200
    )
    for method, path, body in (
        ("PATCH", f"/shifts/{shift}", {"tier": 4}),
        ("POST", "/shifts", NEW),
        ("POST", "/shifts", NEW | {"draft": True}),
        ("DELETE", f"/shifts/{shift}", None),
        ("POST", "/rosters/foenix/publish", {}),
    ):
        late = koord.ask(method, path, json=body, headers={"If-Match": seen})
        assert late.status_code == 412
        problem = late.get_json(force=True)
        assert problem["meanwhile"]["published"][0]["what"].startswith("changed bo, tier 3")
        assert late.headers["ETag"] == f'"{problem["current"]}"' != seen
    assert koord.get(f"/shifts/{shift}").get_json()["tier"] == 3
    again = koord.ask(
        "PATCH", f"/shifts/{shift}", json={"tier": 4}, headers={"If-Match": late.headers["ETag"]}
    )
    assert again.status_code == 200
    assert koord.post("/shifts", NEW, headers={"If-Match": "what"}).status_code == 400


def test_a_gap_within_a_week_needs_a_confirmation_and_alarms(world, koord):
    shift = only(koord.get("/shifts?line=foenix"), "anna")["shift"]
    change = {"start": "2026-11-27T00:00"}
    refused = koord.ask("PATCH", f"/shifts/{shift}", json=change)
    assert refused.status_code == 409
    assert refused.get_json(force=True)["gaps"][0]["line"] == "foenix"
    assert koord.ask("DELETE", f"/shifts/{shift}").status_code == 409
    done = koord.ask("PATCH", f"/shifts/{shift}", json=change | {"confirm_gaps": True})
    assert done.status_code == 200
    world.expect_message("koord", 2)  # a stretch before bo's day and one after it
    world.expect_message("anna")
    world.run(1)


def test_split_copied_filled_undone_and_discarded(koord):
    shift = only(koord.get("/shifts?line=foenix"), "bo")["shift"]
    assert len(koord.post(f"/shifts/{shift}/split", {"at": "2026-11-25T12:00"}).get_json()["shifts"]) == 2
    copied = koord.post("/rosters/foenix/copy-week", {"from": "2026-11-23", "to": "2026-11-30"}).get_json()
    assert [each["start"] for each in copied["shifts"]] == ["2026-12-02T08:00", "2026-12-02T12:00"]
    slot = {"weekdays": [0, 1, 2, 3, 4], "start": "08:00", "minutes": 480}
    made = koord.post(
        "/rosters/foenix/templates",
        {"name": "Hverdage", "tier": 3, "workers": ["bo", "niels"], "slots": [slot]},
    )
    assert made.status_code == 201
    template = made.get_json()["template"]
    filled = koord.post(
        "/rosters/foenix/fill", {"template": template, "from": "2026-12-07", "to": "2026-12-12"}
    ).get_json()
    assert [each["worker"] for each in filled["shifts"]] == ["bo", "niels", "bo", "niels", "bo"]
    assert len(workers(koord, "line=foenix&drafts=true&from=2026-12-07&to=2026-12-12")) == 6
    assert koord.post("/rosters/foenix/undo", {}).status_code == 200
    assert len(workers(koord, "line=foenix&drafts=true&from=2026-12-07&to=2026-12-12")) == 1
    koord.post("/rosters/foenix/discard", {"shift": shift})
    koord.post("/rosters/foenix/discard", {})
    assert koord.post("/rosters/foenix/publish", {}).get_json()["new"] is False
    assert (
        koord.post(
            "/rosters/foenix/fill", {"template": "x", "from": "2026-12-07", "to": "2026-12-12"}
        ).status_code
        == 404
    )
    assert koord.ask("DELETE", f"/rosters/foenix/templates/{template}").status_code == 200
    assert koord.get("/rosters/foenix/templates").get_json()["items"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"workers": []}, "workers: must be a list of 1 to 60 workers"),
        ({"workers": ["bo", "bo"]}, "a worker stands twice in the rotation"),
        ({"workers": ["carla"]}, 'workers: worker "carla" does not serve "foenix"'),
        ({"slots": [{"weekdays": [7], "start": "08:00", "minutes": 5}]}, "slots: weekdays must be a list"),
        ({"slots": [{"weekdays": [0], "start": "24:00", "minutes": 5}]}, "slots: must be a time of day"),
        ({"slots": [{"weekdays": [0], "start": "08:00", "minutes": 0}]}, "slots: must be a whole number"),
        ({"slots": [{"weekdays": [], "start": "08:00", "minutes": 5}]}, "a shift needs weekdays"),
        (
            {"slots": [{"weekdays": [0], "start": "08:00", "minutes": 5, "week": 1}]},
            "a shift's week lies outside",
        ),
        ({"slots": [1]}, "slots: each needs weekdays, start and minutes"),
        ({"name": ""}, "name: must have 1 to 80 characters"),
        ({"unit": "month"}, "unit: must be one of shift, day, week"),
    ],
)
def test_templates_that_can_not_be(koord, change, words):
    slot = {"weekdays": [0], "start": "08:00", "minutes": 480}
    body = {"name": "Hverdage", "workers": ["bo"], "slots": [slot]} | change
    answer = koord.post("/rosters/foenix/templates", body)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["errors"][0].startswith(words)


def test_the_editors_month(koord, anna):
    koord.put(
        "/rosters/foenix/settings",
        {
            "swaps_need_consent": True, "check_minutes": 60,
            "staffing": [{"tier": None, "windows": ["mon-fri 16:00-22:00"], "workers": 2}],
        },
    )  # fmt: skip
    koord.post("/shifts", NEW | {"worker": "anna", "tier": 5, "line": "foenix", "draft": True})
    koord.post(
        "/shifts",
        NEW | {"worker": "niels", "start": "2026-11-25T20:00", "end": "2026-11-25T23:00", "draft": True},
    )
    koord.post("/shifts", NEW | {"worker": "niels", "draft": True})
    month = koord.get("/rosters/foenix?from=2026-11-20&to=2026-12-20").get_json()
    assert month["gaps"] == []
    assert {(each["wanted"], each["on_duty"]) for each in month["short_of"]} == {(2, 1)}
    assert [each["hours"] for each in month["short_rests"]] == [9]
    assert [each["worker"] for each in month["loads"]] == ["anna", "bo", "niels"]
    seen = anna.get("/rosters/foenix?from=2026-11-20&to=2026-12-20").get_json()
    assert {each["state"] for each in seen["shifts"]} == {"published"}
    night = koord.get("/rosters/vest?from=2026-11-24&to=2026-11-26").get_json()
    assert [each["starts"] for each in night["gaps"]][:2] == [
        "2026-11-23T23:00:00.000+00:00", "2026-11-24T22:00:00.000+00:00",
    ]  # fmt: skip


SETTINGS = {
    "swaps_need_consent": True,
    "check_minutes": 60,
    "staffing": [{"tier": None, "windows": ["mon-fri 16:00-22:00"], "workers": 2}],
}


def test_two_who_set_the_same_lines_settings_overwrite_nothing_unseen(koord, api):
    path, other = "/rosters/foenix/settings", api("koord")
    seen = koord.get(path).get_json()["version"]
    first = other.put(path, SETTINGS | {"version": seen})
    assert first.status_code == 200
    late = koord.put(path, SETTINGS | {"check_minutes": 90, "version": seen})
    assert late.status_code == 409
    problem = late.get_json(force=True)
    assert problem["type"].endswith("/RulesChanged")
    assert problem["settings"] == {
        name: value for name, value in first.get_json().items() if name != "intended_gaps"
    }
    assert koord.get(path).get_json() == first.get_json()
    now = problem["current"]
    assert now == problem["settings"]["version"]
    done = koord.put(path, SETTINGS | {"check_minutes": 90, "version": now})
    assert (done.status_code, done.get_json()["check_minutes"]) == (200, 90)
    assert done.get_json()["version"] not in {seen, now}


def test_whoever_names_no_version_of_the_settings_replaces_what_is_there(koord):
    path = "/rosters/foenix/settings"
    assert koord.put(path, SETTINGS).status_code == 200
    assert koord.put(path, SETTINGS | {"check_minutes": None}).get_json()["check_minutes"] is None
    for wrong in ("", None, 1, "x" * 65):
        answer = koord.put(path, SETTINGS | {"version": wrong})
        assert answer.get_json(force=True)["errors"][0].startswith("version: must ")
    assert koord.put(path, SETTINGS | {"version": "x"}).status_code == 409


def test_a_gap_that_is_meant_to_be_is_no_other_version_of_the_settings(koord):
    path = "/rosters/vest/settings"
    seen = koord.get(path).get_json()["version"]
    koord.post("/rosters/vest/intended-gaps", {"start": "2026-11-24T00:00", "end": "2026-11-24T07:00"})
    assert koord.put(path, SETTINGS | {"version": seen}).status_code == 200


def test_gaps_and_fairness(koord, anna):
    gaps = anna.get("/gaps?line=vest&from=2026-11-24&to=2026-11-25").get_json()["items"]
    assert [(each["line"], each["channels"]) for each in gaps] == [("vest", ["voice"])] * 2
    assert anna.get("/gaps?line=foenix&from=2026-11-24&to=2026-12-01").get_json()["items"] == []
    koord.post("/rosters/vest/intended-gaps", {"start": "2026-11-24T00:00", "end": "2026-11-24T07:00"})
    gaps = anna.get("/gaps?line=vest&from=2026-11-24&to=2026-11-25").get_json()["items"]
    assert [each["starts"] for each in gaps] == ["2026-11-24T22:00:00.000+00:00"]
    found = koord.get("/fairness?line=foenix&from=2026-11-23&to=2026-11-30").get_json()["items"]
    assert [(each["worker"], each["hours"], each["nights"]) for each in found] == [
        ("anna", 168, 7),
        ("bo", 8, 0),
    ]


def test_history(world, koord):
    before = world.clock().isoformat()
    world.clock.set(world.clock() + timedelta(hours=1))
    shift = only(koord.get("/shifts?line=foenix"), "bo")["shift"]
    koord.ask("PATCH", f"/shifts/{shift}", json={"worker": "niels"})
    assert workers(koord) == ["anna", "niels"]
    assert workers(koord, f"line=foenix&as_of={before}") == ["anna", "bo"]
    month = koord.get(f"/rosters/foenix?as_of={before}").get_json()
    assert [each["worker"] for each in month["shifts"]] == ["anna", "bo"]
    newest = koord.get("/rosters/foenix/versions").get_json()["items"][0]
    assert (newest["by"], newest["version"]) == ("koord", 2)
    change = koord.get("/rosters/foenix/versions/2").get_json()
    assert [each["worker"] for each in change["before"] + change["after"]] == ["bo", "niels"]
    assert koord.get("/rosters/toften/versions/2").status_code == 404
    assert koord.get("/rosters/foenix/versions/99999999999").status_code == 404
    assert koord.post("/rosters/foenix/versions/2/undo", {}).status_code == 200
    assert workers(koord) == ["anna", "bo"]
    assert koord.post("/rosters/foenix/versions/2/undo", {}).status_code == 409
    assert koord.get("/shifts?as_of=tomorrow").status_code == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-11-24&to=2026-11-24", "to: must be after from"),
        ("line=foenix&from=2026-11-24&to=2028-01-01", "to: at most 400 days"),
        ("from=2026-11-24&to=2027-01-26", "to: at most 62 days"),
        ("from=24/11", "from: must be a day, as 2026-11-22"),
        ("from=2026-02-30", "from: is no day that exists"),
        ("line=" + "x" * 65, "line: must have at most 64 characters"),
        ("drafts=1", "drafts: must be one or more of true, false"),
    ],
)
def test_questions_that_can_not_be_answered(koord, query, words):
    answer = koord.get(f"/shifts?{query}")
    assert answer.status_code == 400
    assert words in answer.get_json(force=True)["detail"]


# --- workers ----------------------------------------------------------------------------------------


def test_a_sick_call_and_a_colleague_who_comes(world, api, anna):
    bo, carla = api("bo"), api("carla")
    reported = bo.post("/absences", {"kind": "ill", "start": "2026-11-25T00:00", "end": "2026-11-26T00:00"})
    assert reported.status_code == 201
    (opened,) = reported.get_json()["open_shifts"]
    assert anna.get("/open-shifts").get_json()["items"] == [opened]
    assert carla.get("/open-shifts").get_json()["items"] == []
    assert carla.post(f"/open-shifts/{opened['open_shift']}/take", {}).status_code == 404
    niels = api("niels")
    assert niels.post(f"/open-shifts/{opened['open_shift']}/take", {"worker": "koord"}).status_code == 403
    assert niels.post(f"/open-shifts/{opened['open_shift']}/take", {}).status_code == 200
    assert niels.post(f"/open-shifts/{opened['open_shift']}/take", {}).status_code == 409
    assert on_duty(anna, "2026-11-25T12:00") == ["anna", "niels"]
    assert [each["kind"] for each in bo.get("/absences").get_json()["items"]] == ["ill"]
    assert anna.get("/absences").get_json()["items"] == []
    assert len(api("koord").get("/absences").get_json()["items"]) == 1
    assert (
        anna.post(
            "/absences",
            {"worker": "bo", "kind": "ill", "start": "2026-11-25T00:00", "end": "2026-11-26T00:00"},
        ).status_code
        == 403
    )
    absence = reported.get_json()["absence"]
    assert anna.ask("DELETE", f"/absences/{absence}").status_code == 404
    assert bo.ask("DELETE", f"/absences/{absence}").status_code == 200
    assert bo.ask("DELETE", f"/absences/{absence}").status_code == 404


def test_a_swap(koord, api, anna):
    bo, niels = api("bo"), api("niels")
    shift = only(bo.get("/shifts?line=foenix"), "bo")["shift"]
    assert niels.post("/swaps", {"shift": shift, "taker": "bo"}).status_code == 404
    assert bo.post("/swaps", {"shift": shift, "taker": "carla"}).status_code == 400
    swap = bo.post("/swaps", {"shift": shift, "taker": "niels"}).get_json()["swap"]
    assert [each["swap"] for each in niels.get("/swaps").get_json()["items"]] == [swap]
    assert anna.get("/swaps").get_json()["items"] == []
    assert anna.post(f"/swaps/{swap}/answer", {"accept": True}).status_code == 404
    assert anna.post(f"/swaps/{swap}/decide", {"consent": True}).status_code == 403
    assert niels.post(f"/swaps/{swap}/answer", {"accept": True}).get_json()["state"] == "done"
    assert niels.post(f"/swaps/{swap}/answer", {"accept": True}).status_code == 409
    assert on_duty(anna, "2026-11-25T12:00") == ["anna", "niels"]


def test_whoever_is_asked_for_a_swap_sees_what_it_would_be_hard_on(koord, api, anna):
    bo, niels = api("bo"), api("niels")
    koord.post("/shifts", NEW | {"worker": "niels", "start": "2026-11-25T15:00", "end": "2026-11-25T23:00"})
    koord.post("/shifts", NEW | {"start": "2026-11-25T18:00", "end": "2026-11-25T22:00"})
    bos = [each for each in bo.get("/shifts?line=foenix").get_json()["items"] if each["worker"] == "bo"]
    swap = bo.post("/swaps", {"shift": bos[0]["shift"], "taker": "niels"}).get_json()["swap"]
    (seen,) = niels.get("/swaps").get_json()["items"]
    (overlap,) = seen["strain"]["overlaps"]
    assert [overlap["worker"], *(each["start"][-5:] for each in overlap["shifts"])] == [
        "niels", "08:00", "15:00",
    ]  # fmt: skip
    assert (seen["strain"]["short_rests"], seen["strain"]["away"]) == ([], [])
    assert [each.get("strain") for each in bo.get("/swaps").get_json()["items"]] == [None]
    assert [each["swap"] for each in koord.get("/swaps").get_json()["items"]] == [swap]
    niels.post(f"/swaps/{swap}/answer", {"accept": False})


def test_a_confirmation_is_of_ones_own_and_of_the_shift_as_it_is(koord, api, anna):
    bo = api("bo")
    shift = only(bo.get("/shifts?line=foenix"), "bo")["shift"]
    assert anna.post(f"/shifts/{shift}/confirm", {}).status_code == 404
    assert bo.post(f"/shifts/{shift}/confirm", {}).get_json()["confirmed"] is True
    assert only(koord.get("/shifts?line=foenix"), "bo")["confirmed"] is True
    koord.ask("PATCH", f"/shifts/{shift}", json={"end": "2026-11-25T17:00"})
    assert only(koord.get("/shifts?line=foenix"), "bo")["confirmed"] is False


def test_notices(anna):
    assert anna.get("/notices").get_json() == {
        "changes": True, "reminder_minutes": None, "quiet_from": "22:00", "quiet_until": "07:00",
    }  # fmt: skip
    wanted = {"changes": False, "reminder_minutes": 60, "quiet_from": "23:00", "quiet_until": "06:30"}
    assert anna.put("/notices", wanted).get_json() == wanted
    assert anna.get("/notices").get_json() == wanted
    for wrong in ({"quiet_from": "24:00"}, {"reminder_minutes": 4}, {"reminder_minutes": 7 * 1440 + 1}):
        assert anna.put("/notices", wanted | wrong).status_code == 400


def test_a_calendars_address_can_be_revoked(world, anna):
    made = anna.post("/calendar-feed", {}).get_json()
    path = made["address"].removeprefix("https://akut.example")
    client = world.app.test_client()
    found = client.get(path)
    assert found.content_type == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(found.data).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Akuttilbuddet Fønix"
    assert client.get(path, headers={"If-None-Match": found.headers["ETag"]}).status_code in {200, 304}
    assert anna.get("/calendar-feed").get_json()["address"] is None
    again = anna.post("/calendar-feed", {}).get_json()["address"].removeprefix("https://akut.example")
    assert client.get(path).status_code == 404
    assert client.get(again).status_code == 200
    anna.ask("DELETE", "/calendar-feed")
    assert client.get(again).status_code == 404
    assert client.get("/calendar/x.ics").status_code == 404
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM calendar_feeds").all()
    secret = again.rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(rows)


def test_a_citizen_is_answered_by_what_the_editor_published(world, koord):
    koord.post("/shifts", NEW | {"start": "2026-11-24T13:00", "end": "2026-11-24T18:00", "tier": 1})
    world.worker("anna")
    world.worker("bo")
    world.expect_message("bo")
    world.citizen_calls(FOENIX)
    world.run(3)
    assert world.ringing() == {"anna", "bo"}
