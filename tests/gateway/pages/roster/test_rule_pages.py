"""A line's rules: minimum staffing, gaps, swaps. What can't be is said at its field, nothing half-saved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from gateway.pages.roster import rules_form
from gateway.rosters.line_rules import Rules, rules_of
from gateway.store import roster_lines
from gateway.store.roster_lines import LineSettings, Staffing
from gateway.store.tables import audit_entries
from tests.gateway.pages.roster.conftest import desk_of

PATH, PAGE = "/roster/foenix/rules", "/roster/rules?line=foenix"
FRIDAY = Staffing(None, ("fri 20:00-08:00",), 2)
NONE = Rules(LineSettings(), ())


def rules(world, line="foenix"):
    with world.store.read() as connection:
        return rules_of(connection, line)


def gaps(world, line="foenix"):
    with world.store.read() as connection:
        return [
            (f"{each.span.start:%d %H:%M}", f"{each.span.end:%d %H:%M}")
            for each in roster_lines.intended(connection, [line])
        ]


def writes(desk, *, seen=None, path=PATH, days=("4",), **values):
    """``workers_0="2"`` is the field ``workers-0``."""
    if seen is None:
        (seen,) = re.findall(r'name="seen" value="([^"]+)"', desk.get(PAGE).text)
    given = MultiDict({"form_token": desk.token(), "seen": seen, "workers-0": "2", "tier-0": ""})
    given.update({"start-0-0": "20:00", "end-0-0": "08:00"})
    given.setlist("days-0-0", list(days))
    for name, value in values.items():
        given[name.replace("_", "-") if name[-1].isdigit() else name] = value
    return desk.ask("POST", path, data=given)


def looks(desk):
    return [each["words"] for each in desk.now()["looks"] if each["kind"] == "short"]


def test_a_minimum_is_set_seen_in_the_plan_and_taken_back(desk, world):
    assert looks(desk) == []
    assert writes(desk).status_code == 303
    assert "Reglerne er gemt og gælder nu." in desk.follow().text
    assert rules(world) == Rules(LineSettings(), (FRIDAY,))
    assert "For få på vagt (1 af 2): fre 27/11 20.00–08.00" in looks(desk)
    assert writes(desk, remove_0="yes").status_code == 303
    assert rules(world) == NONE
    assert looks(desk) == []


def test_nothing_is_lost_of_what_is_only_looked_at_and_saved(desk, world):
    kept = Rules(
        LineSettings(swaps_need_consent=True, check_minutes=90),
        (
            Staffing(2, ("mon,tue,wed,thu,fri 08:00-16:00", "sat,sun,holidays 10:00-24:00"), 3),
            Staffing(None, ("daily 00:00-24:00",), 1),
        ),
    )
    assert rules_form.rules_of(rules_form.as_written(kept)) == kept


@pytest.mark.parametrize(
    ("windows", "again"),
    [
        (("always",), ("daily 00:00-24:00",)),
        (("mon-wed 8:00-16:00",), None),
        (("mon-wed 08:00-16:00",), ("mon,tue,wed 08:00-16:00",)),
        (("never", "holidays 00:00-00:00"), ("holidays 00:00-24:00",)),
        (("daily 22:00-06:00",), ("daily 22:00-06:00",)),
        (("mon-sun,holidays 22:00-06:00",), ("mon,tue,wed,thu,fri,sat,sun,holidays 22:00-06:00",)),
    ],
)
def test_times_as_others_wrote_them(windows, again):
    before = Rules(LineSettings(), (Staffing(None, windows, 1),))
    if again is None:
        with pytest.raises(ValueError, match="write 08:00"):
            rules_form.as_written(before)
        return
    (after,) = rules_form.rules_of(rules_form.as_written(before)).staffing
    assert after.windows == again


def test_a_second_rule_more_times_and_the_switches(desk, world):
    more = {"start_0_1": "10:00", "end_0_1": "16:00", "days_0_1": "7", "workers_1": "1", "tier_1": "9"}
    second = {"start_1_0": "00:00", "end_1_0": "00:00", "days_1_0": "6"}
    answer = writes(desk, **more, **second, swaps_need_consent="yes", check_minutes="10")
    assert answer.status_code == 303
    assert rules(world) == Rules(
        LineSettings(swaps_need_consent=True, check_minutes=10),
        (
            Staffing(None, ("fri 20:00-08:00", "holidays 10:00-16:00"), 2),
            Staffing(9, ("sun 00:00-24:00",), 1),
        ),
    )
    assert 'name="swaps_need_consent" value="yes" checked' in desk.get(PAGE).text
    assert rules(world, "toften") == NONE


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"workers_0": "0"}, "workers-0", "Skriv et tal fra 1 til 99."),
        ({"workers_0": "100"}, "workers-0", "Skriv et tal fra 1 til 99."),
        ({"workers_0": ""}, "workers-0", "Skriv et tal fra 1 til 99."),
        ({"tier_0": "10"}, "tier-0", "Skriv et tal fra 1 til 9."),
        ({"tier_0": "0"}, "tier-0", "Skriv et tal fra 1 til 9."),
        ({"days": ()}, "days-0-0", "Vælg mindst én dag."),
        ({"start_0_0": ""}, "start-0-0", "Skriv en tid, som 20:00."),
        ({"end_0_0": "24:01"}, "end-0-0", "Skriv en tid, som 20:00."),
        ({"check_minutes": "9"}, "check_minutes", "Skriv et tal fra 10 til 1440."),
        ({"check_minutes": "1441"}, "check_minutes", "Skriv et tal fra 10 til 1440."),
        ({"days": (), "start_0_0": "", "end_0_0": ""}, "days-0-0", "Vælg mindst én dag."),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_nothing_is_saved(desk, world, values, field, words):
    answer = writes(desk, swaps_need_consent="yes", **values)
    assert answer.status_code == 400
    assert f'id="{field}-fault" role="alert">{words}' in answer.text
    assert f'aria-describedby="{field}-fault"' in answer.text
    assert 'name="swaps_need_consent" value="yes" checked' in answer.text  # what was written stays
    assert rules(world) == NONE


def test_everything_that_is_wrong_is_said_at_once(desk):
    answer = writes(desk, workers_0="x", start_0_0="", check_minutes="1")
    assert all(f'id="{field}-fault"' in answer.text for field in ("workers-0", "start-0-0", "check_minutes"))


@pytest.mark.parametrize(
    "values", [{"workers_0": "1"}, {"workers_0": "99"}, {"tier_0": "1"}, {"tier_0": "9"}]
)
def test_what_just_can_be(desk, values):
    assert writes(desk, **values).status_code == 303


def test_where_a_colleague_was_first_both_are_shown_and_nothing_is_overwritten_unseen(desk, world):
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', desk.get(PAGE).text)
    assert writes(desk_of(world), workers_0="3", swaps_need_consent="yes").status_code == 303
    answer = writes(desk, seen=seen, workers_0="4")
    assert answer.status_code == 409
    assert "En anden har ændret reglerne imens" in answer.text
    assert "3 på vagt: fre 20.00–08.00" in answer.text
    assert 'name="workers-0" min="1" max="99" inputmode="numeric" value="4"' in answer.text
    assert rules(world).staffing[0].workers == 3
    (now,) = re.findall(r'name="seen" value="([^"]+)"', answer.text)
    assert writes(desk, seen=now, workers_0="4").status_code == 303
    assert rules(world) == Rules(LineSettings(), (Staffing(None, FRIDAY.windows, 4),))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [("90", "Medarbejderen bliver spurgt 90 minutter før en vagt"), ("", "bliver ikke spurgt før en vagt")],
)
def test_all_that_a_colleague_has_set_meanwhile_is_shown(desk, world, minutes, words):
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', desk.get(PAGE).text)
    assert writes(desk_of(world), check_minutes=minutes).status_code == 303
    answer = writes(desk, seen=seen, check_minutes="60")
    assert answer.status_code == 409
    assert words in answer.text
    assert 'inputmode="numeric" value="60"' in answer.text


@pytest.mark.parametrize("seen", ["", "x"])
def test_without_the_rules_that_were_looked_at_nothing_is_saved(desk, world, seen):
    assert writes(desk, seen=seen).status_code == 409
    assert rules(world) == NONE


# --- gaps that are meant to be ----------------------------------------------------------------------


def test_who_silenced_an_alarm_is_known_when_the_gap_is_gone(desk, world):
    assert writes(desk).status_code == 303
    given = {"gap_start": "2026-12-20T00:00", "gap_end": "2026-12-21T00:00", "form_token": desk.token()}
    assert desk.ask("POST", "/roster/foenix/intended-gaps", data=given).status_code == 303
    (delete,) = re.findall(r'action="(/roster/foenix/intended-gaps/[^"]+/delete)"', desk.get(PAGE).text)
    desk.send(delete)
    assert desk.ask("POST", delete, data={"form_token": desk.token()}).status_code == 404
    with world.store.read() as connection:
        entries = connection.execute(audit_entries.select().order_by(audit_entries.c.number)).mappings()
        found = [each for each in entries if "rules" in each["details"]]
    assert [each["details"]["rules"] for each in found] == ["set", "gap_intended", "gap_forgotten"]
    assert {(each["actor"], each["line"], each["action"]) for each in found} == {
        ("koord", "foenix", "roster_changed")
    }


def test_a_gap_that_is_meant_to_be_is_set_and_deleted(desk, world):
    line = desk_of(world)
    line.line, line.query = "toften", "view=month&date=2026-12-22"
    assert line.now()["gaps"] != []
    path = "/roster/toften/intended-gaps"
    line.get("/roster/rules?line=toften")
    given = {"gap_start": "2026-12-20T00:00", "gap_end": "2027-02-01T00:00", "form_token": line.token()}
    assert line.ask("POST", path, data=given).status_code == 303
    assert "Hullet er gemt." in line.follow().text
    assert line.now()["gaps"] == []
    line.get("/roster/rules?line=toften")
    (delete,) = re.findall(rf'action="({path}/[^"]+/delete)"', line.page.text)
    assert line.send(delete).status_code == 303
    assert gaps(world, "toften") == []
    assert line.now()["gaps"] != []
    assert line.ask("POST", delete, data={"form_token": line.token()}).status_code == 404


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("", "2026-12-02T00:00", "gap_start"),
        ("2026-12-01T00:00", "", "gap_end"),
        ("2026-12-01T00:00", "2026-12-01T00:00", "gap_end"),
        ("2026-12-01T00:00", "2026-13-01T00:00", "gap_end"),
        ("2026-12-01T00:00", "2026-12-02T00:00+01:00", "gap_end"),
        ("9999-12-01T00:00", "9999-12-02T00:00", "gap_start"),
    ],
)
def test_a_gap_that_can_not_be(desk, world, start, end, field):
    given = {"gap_start": start, "gap_end": end, "form_token": desk.token()}
    answer = desk.ask("POST", "/roster/foenix/intended-gaps", data=given)
    assert answer.status_code == 400
    assert f'id="{field}-fault"' in answer.text
    assert gaps(world) == []


def test_a_gap_of_one_minute_and_none_that_are_over_are_shown(desk, world):
    given = {"gap_start": "2026-11-24T14:00", "gap_end": "2026-11-24T14:01", "form_token": desk.token()}
    assert desk.ask("POST", "/roster/foenix/intended-gaps", data=given).status_code == 303
    assert "tir 24/11 14.00–14.01" in desk.get(PAGE).text
    world.clock.set(world.clock() + timedelta(minutes=1))
    assert "tir 24/11 14.00–14.01" not in desk.get(PAGE).text


def test_of_a_line_that_is_not_theirs(desk, world):
    koord = desk_of(world, "anna")
    assert koord.get(PAGE).status_code in (403, 404)
    assert writes(desk, path="/roster/nowhere/rules", seen=rules(world).stamp).status_code == 404
