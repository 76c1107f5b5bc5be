"""What the editor's script asks of the server: changes as drafts, versions, words, who may."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from gateway.rosters import line_rules, offers
from gateway.rosters.editing import editing
from gateway.rosters.line_rules import Rules
from gateway.store import roster_templates
from gateway.store.roster_lines import LineSettings, Staffing
from gateway.store.roster_versions import Span
from routing.rotation import Rotation, Slot
from tests.flows.world import local
from tests.gateway.pages.roster.conftest import desk_of
from tests.gateway.pages.visiting import signed_in

NEW = {"worker": "niels", "tier": 2, "start": "2026-11-26T20:00", "end": "2026-11-27T08:00"}


def on_duty(world, at, line="foenix"):
    _site, roster = world.book.current()
    return [each.worker for each in roster.on_duty(line, local(at))]


def test_line_view_and_day_stand_in_the_address(desk):
    plan = desk.opens(line="toften", view="week", date="2026-12-02")
    assert (plan["line"], plan["from"], plan["until"]) == ("toften", "2026-11-30", "2026-12-07")
    assert "uge 49" in desk.page.text
    assert 'href="/roster?line=toften&amp;view=week&amp;date=2026-11-23"' in desk.page.text


def test_without_any_the_first_line_and_the_month_of_today(desk):
    desk.get("/roster")
    plan = desk.plan()
    assert (plan["line"], plan["from"], plan["until"]) == ("foenix", "2026-10-26", "2026-12-07")


def test_a_new_shift_is_a_draft_and_counts_once_it_is_published(desk, world):
    answer = desk.does("shifts", **NEW)
    assert answer.status_code == 200
    (made,) = [each for each in answer.get_json()["plan"]["shifts"] if each["worker"] == "niels"]
    assert (made["state"], made["start"], made["end"], made["tier"]) == (
        "draft", "2026-11-26T20:00", "2026-11-27T08:00", 2,
    )  # fmt: skip
    assert on_duty(world, "2026-11-26 21:00") == ["anna"]
    preview = desk.asks("preview").get_json()
    assert preview["workers"] == [{"name": "Niels", "gets": ["tor 26/11 20.00–08.00"], "loses": []}]
    world.expect_message("niels")
    done = desk.does("publish", seen=preview["version"])
    assert done.status_code == 200
    assert on_duty(world, "2026-11-26 21:00") == ["anna", "niels"]
    assert done.get_json()["plan"]["drafts"] == 0


def test_moved_stretched_handed_over_split_removed_and_each_step_undone(desk):
    bo = desk.shift("bo")["id"]
    steps = [
        ("", {"start": "2026-11-26T15:00", "end": "2026-11-26T23:00"}),
        ("", {"end": "2026-11-27T01:00"}),
        ("", {"worker": "niels"}),
        ("/split", {"at": "2026-11-26T20:00"}),
        ("/remove", {}),
    ]
    seen = [desk.now()["shifts"]]
    for what, body in steps:
        answer = desk.does(f"shifts/{bo}{what}", **body)
        assert answer.status_code == 200, answer.get_json()
        seen.append(answer.get_json()["plan"]["shifts"])
    assert len({str(each) for each in seen}) == len(steps) + 1
    for before in reversed(seen[:-1]):
        answer = desk.does("undo")
        assert answer.get_json()["plan"]["shifts"] == before
    assert answer.get_json()["plan"]["undo"] is False
    refused = desk.does("undo")
    assert (refused.status_code, refused.get_json()["detail"]) == (409, "Du har ingen ændring at fortryde.")


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"end": "2026-11-26T20:00"}, "end", "Det er ikke efter"),
        ({"end": "2026-11-26T08:00"}, "end", "Går den over midnat, så slutter den næste dag."),
        ({"worker": "nobody"}, "worker", 'Medarbejderen "nobody" findes ikke.'),
        ({"worker": "carla"}, "worker", "Carla hører ikke til Akuttilbuddet Fønix."),
        ({"worker": "anna"}, "worker", "Anna er allerede på Akuttilbuddet Fønix"),
        ({"tier": 10}, "tier", "Trin 10 er ikke et tal fra 1 til 9."),
        ({"tier": "to"}, "tier", "Skriv et tal fra 1 til 9."),
        ({"tier": True}, "tier", "Skriv et tal fra 1 til 9."),
        ({"start": ""}, "start", "Skriv, hvornår vagten begynder."),
        ({"start": "2026-11-26T20:00+01:00"}, "start", "Skriv, hvornår vagten begynder."),
        ({"start": "2026-11-31T20:00"}, "start", "Skriv, hvornår vagten begynder."),
        ({"end": None}, "end", "Skriv, hvornår den slutter."),
        ({"start": "2026-03-29T02:00", "end": "2026-03-29T03:00"}, "end", "springes over om foråret"),
        ({"end": "2027-01-26T20:00"}, "end", "længere end 31 dage"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_nothing_is_kept(desk, body, field, words):
    before = desk.now()
    answer = desk.does("shifts", **{**NEW, **body})
    assert answer.status_code == 400
    assert list(answer.get_json()["fields"]) == [field]
    assert words in answer.get_json()["fields"][field]
    assert desk.now() == before


def test_in_english_it_is_said_in_english(desk):
    desk.client.set_cookie("__Host-language", "en", domain="akut.example", secure=True)
    answer = desk.does("shifts", **NEW | {"worker": "carla"})
    assert answer.get_json()["fields"]["worker"].startswith('Worker "carla" does not serve "foenix"')


def test_two_coordinators_never_overwrite_each_other(desk, world):
    other = desk_of(world)
    seen = desk.now()["version"]
    bo = desk.shift("bo")["id"]
    assert other.does(f"shifts/{bo}", seen=seen, worker="niels").status_code == 200
    answer = desk.does(f"shifts/{bo}", seen=seen, start="2026-11-25T16:00")
    assert (answer.status_code, answer.get_json()["kind"]) == (409, "outdated")
    assert answer.get_json()["detail"].startswith("Kirsten har ændret planen.")
    assert any("Niels" in each for each in answer.get_json()["meanwhile"])
    assert desk.shift("niels")["start"] == "2026-11-25T15:00"
    assert desk.does(f"shifts/{bo}", start="2026-11-25T16:00").status_code == 200


@pytest.mark.parametrize("seen", ["", "x", "1", None, 3, "1.2.3"])
def test_a_change_that_names_no_version_changes_nothing(desk, seen):
    headers = {"Accept": "application/json", "X-Form-Token": desk.token()}
    answer = desk.ask("POST", "/roster/foenix/shifts", json=NEW | {"seen": seen}, headers=headers)
    assert answer.status_code == 400
    assert desk.now()["drafts"] == 0


def test_an_open_editor_sees_by_two_numbers_that_a_colleague_changed_something(desk, world):
    before = desk.asks("version").get_json()
    assert before == {"stamp": desk.now()["stamp"]}
    desk_of(world).does("shifts", **NEW)
    assert desk.asks("version").get_json() != before


def test_an_open_editor_sees_that_the_rules_behind_its_marks_are_others(desk, world):
    seen = [desk.now()["stamp"]]
    version = desk.now()["version"]
    span = Span(datetime.fromisoformat("2026-12-20 00:00"), datetime.fromisoformat("2026-12-21 00:00"))
    minimum = Rules(LineSettings(), (Staffing(None, ("daily 20:00-08:00",), 2),))

    def is_another():
        seen.append(desk.asks("version").get_json()["stamp"])
        assert desk.now()["stamp"] == seen[-1]
        return len(set(seen)) == len(seen)

    with editing(world.gateway, "koord") as edit:
        line_rules.save(edit, "foenix", minimum)
    assert is_another()
    with editing(world.gateway, "koord") as edit:
        line_rules.intend_gap(edit, "foenix", span)
    assert is_another()
    desk.does("shifts", worker=None, tier=2, start="2026-11-28T08:00", end="2026-11-28T16:00")
    desk.does("publish")
    assert is_another()
    assert desk.now()["version"] != version
    version, (opened,) = desk.now()["version"], desk.now()["open"]
    with editing(world.gateway, "koord") as edit:
        offers.withdraw(edit, opened["id"])
    assert is_another()
    # None of it is a change of the plan: what somebody is about to save is not refused for it.
    assert desk.now()["version"] == version
    with editing(world.gateway, "koord") as edit:
        line_rules.save(edit, "toften", minimum)
        line_rules.intend_gap(edit, "toften", span)
    assert not is_another()


def test_looking_every_second_keeps_nobody_signed_in(desk, world):
    headers = {"Accept": "application/json", "X-Unattended": "1"}
    assert desk.get("/roster/foenix/version", headers=dict(headers)).status_code == 200
    for _ in range(7):
        world.clock.set(world.clock() + timedelta(minutes=10))
        watching = desk.get("/roster/foenix/version", headers=dict(headers)).status_code
    assert watching == 401
    assert desk.asks(f"plan?{desk.query}").status_code == 401


def test_a_gap_within_a_week_needs_a_confirmation(desk, world):
    carla = desk_of(world)
    carla.line = "toften"
    carla.does(f"shifts/{carla.shift('carla')['id']}", end="2026-11-25T12:00")
    preview = carla.asks("preview").get_json()
    assert preview["gaps"][0] == "Akuttilbuddet Toften: ons 25/11 12.00–20.00"
    refused = carla.does("publish")
    assert (refused.status_code, refused.get_json()["kind"]) == (409, "gaps")
    assert refused.get_json()["gaps"] == preview["gaps"]
    assert on_duty(world, "2026-11-25 13:00", "toften") == ["carla"]
    assert carla.does("publish", confirm_gaps=True).status_code == 200
    assert on_duty(world, "2026-11-25 13:00", "toften") == []


def test_a_week_is_copied_from_whatever_day_of_it(desk):
    answer = desk.does("copy-week", **{"from": "2026-11-27", "to": "2026-12-02"})
    copies = [each for each in answer.get_json()["plan"]["shifts"] if each["state"] == "draft"]
    assert [(each["name"], each["start"]) for each in copies] == [("Bo", "2026-12-02T15:00")]
    same = desk.does("copy-week", **{"from": "2026-11-23", "to": "2026-11-29"})
    assert same.get_json()["fields"] == {"to": "Vælg en anden uge."}


def test_a_template_fills_a_period_and_tells_what_it_left_out(desk, world):
    rotation = Rotation("foenix", 2, ("bo", "niels"), (Slot(frozenset(range(5)), 900, 480),))
    with world.store.write() as connection:
        template = roster_templates.save(connection, "Aften", rotation, by="koord", at=world.clock())
    asked = {"template": template.id, "from": "2026-11-26", "to": "2026-11-27", "begins": ""}
    answer = desk.does("fill", **asked)
    drafts = [each for each in answer.get_json()["plan"]["shifts"] if each["state"] == "draft"]
    assert [(each["worker"], each["start"][:10]) for each in drafts] == [
        ("bo", "2026-11-26"),
        ("niels", "2026-11-27"),
    ]
    for wrong, field in (
        ({"template": "x"}, "template"),
        ({"to": "2026-11-25"}, "to"),
        ({"from": ""}, "from"),
    ):
        assert list(desk.does("fill", **asked | wrong).get_json()["fields"]) == [field]


def test_what_needs_a_look_is_marked_on_the_shift_and_listed(desk):
    desk.line = "toften"
    desk.does(f"shifts/{desk.shift('carla')['id']}", end="2026-11-30T18:00")
    plan = desk.does("shifts", worker="carla", start="2026-12-01T04:00", end="2026-12-25T09:00").get_json()[
        "plan"
    ]
    kinds = [look["kind"] for look in plan["looks"]]
    assert kinds[0] == "gap"
    assert "rest" in kinds
    first, second = plan["shifts"]
    assert [note["mark"] for note in first["notes"]] == ["hvil 10 t"]
    assert {note["kind"] for note in second["notes"]} == {"rest", "holiday"}
    assert plan["looks"][kinds.index("rest")]["words"].startswith(
        "Carla har kun 10 t. hvil før tir 1/12 04.00"
    )


def test_one_worker_on_two_lines_at_once_is_marked(desk, world):
    world.on_duty(("vest", 1, "niels", "2026-11-28 00:00", "2026-11-29 00:00"))
    plan = desk.does(
        "shifts", worker="niels", tier=2, start="2026-11-28T10:00", end="2026-11-28T14:00"
    ).get_json()["plan"]
    (shift,) = [each for each in plan["shifts"] if each["worker"] == "niels"]
    assert [(note["kind"], note["words"]) for note in shift["notes"]] == [
        ("overlap", "Er samtidig på Natlinjen Vest, lør 28/11 00.00–00.00")
    ]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_wall_clock_times_go_out_as_they_came_in_over_both_changes_of_the_clock(desk, day):
    times = [("01:30", "02:30"), ("02:30", "03:30"), ("03:30", "10:00")]
    for start, end in times:
        body = {"worker": "bo", "tier": 3, "start": f"{day}T{start}", "end": f"{day}T{end}"}
        assert desk.does("shifts", **body).status_code == 200
    plan = desk.opens(view="day", date=day)
    assert [
        (each["start"][11:], each["end"][11:]) for each in plan["shifts"] if each["worker"] == "bo"
    ] == times


def test_history_says_who_did_what_and_takes_it_back(desk, world):
    world.expect_message("niels", 2)
    desk.does("shifts", **NEW)
    version = desk.does("publish").get_json()["roster_version"]
    page = desk.get("/roster/history?line=foenix").text
    assert f"Udgave {version}" in page
    assert "Niels tor 26/11 20.00–08.00" in page
    path = f"/roster/foenix/versions/{version}/undo"
    assert desk.send(path).status_code == 303
    assert on_duty(world, "2026-11-26 21:00") == ["anna"]
    desk.get("/roster/history?line=foenix")
    assert f"tog udgave {version} tilbage" in desk.page.text
    assert desk.ask("POST", path, data={"form_token": desk.token()}).status_code == 409


def test_taking_back_asks_before_it_opens_a_gap(desk, world):
    desk.get("/roster/history?line=toften")
    path = "/roster/toften/versions/1/undo"
    assert desk.send(path).status_code == 409
    assert "Akuttilbuddet Toften: tir 24/11 14.00–20.00" in desk.page.text
    assert on_duty(world, "2026-11-24 15:00", "toften") == ["carla"]
    assert desk.send(path, confirm_gaps="yes").status_code == 303
    assert on_duty(world, "2026-11-24 15:00", "toften") == []


def test_what_is_not_theirs_is_as_if_it_were_not(desk, world):
    for path in (
        "/roster?line=nowhere",
        "/roster/nowhere/plan",
        "/roster/nowhere/version",
        "/roster/history?line=x",
    ):
        assert desk.get(path).status_code == 404, path
    assert desk.does("shifts", seen="0.0", line="nowhere", **NEW).status_code == 404
    for path in ("/roster", "/roster/foenix/plan"):
        assert signed_in(world, "anna").get(path).status_code == 403


def test_a_shift_of_another_line_is_not_changed_by_way_of_this_one(desk, world):
    other = desk_of(world)
    other.line = "toften"
    carla = other.shift("carla")["id"]
    assert desk.does(f"shifts/{carla}", end="2026-11-30T18:00").status_code == 404
    assert desk.does(f"shifts/{carla}/remove").status_code == 404
    assert other.now()["drafts"] == 0


def test_vagtplan_is_in_the_menu_of_coordinators_alone(world):
    assert 'href="/roster"' in signed_in(world, "koord").get("/today").text
    assert 'href="/roster"' not in signed_in(world, "anna").get("/duty").text


def test_modules_are_asked_for_anew_each_time(desk):
    page = desk.get("/roster").text
    (script,) = re.findall(r'src="(/assets/roster/editor.js[^"]*)"', page)
    assert "max-age=31536000" in desk.get(script).headers["Cache-Control"]
    for module in ("calendar", "plan", "list", "dialogs", "wall"):
        answer = desk.get(f"/assets/roster/{module}.js")
        assert answer.headers["Cache-Control"] == "public, max-age=0"
        again = desk.get(f"/assets/roster/{module}.js", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(("end", "filled", "partly"), [("16:00", 1, 0), ("15:59", 0, 1), ("08:01", 0, 1)])
def test_what_a_draft_does_to_an_open_shift_is_said_before_it_is_published(desk, end, filled, partly):
    desk.query = "view=month&date=2026-12-10"
    desk.does("shifts", worker=None, tier=2, start="2026-12-10T08:00", end="2026-12-10T16:00")
    desk.does("publish")
    desk.does("shifts", worker="niels", tier=2, start="2026-12-10T08:00", end=f"2026-12-10T{end}")
    preview = desk.asks("preview").get_json()
    words = "Akuttilbuddet Fønix: tor 10/12 08.00–16.00, trin 2"
    assert (preview["filled"], preview["partly"]) == ([words] * filled, [words] * partly)
    assert len(desk.now()["open"]) == 1
    done = desk.does("publish", seen=preview["version"]).get_json()
    assert (done["filled"], done["partly"]) == (preview["filled"], preview["partly"])
    assert len(done["plan"]["open"]) == partly
