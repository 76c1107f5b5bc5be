"""Templates made and changed with a form; what can't be is said at its field, and nothing written is lost."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from gateway.pages.roster import template_form
from gateway.store import roster_templates
from routing.rotation import Rotation, Slot, Unit


def of_line(world, line="foenix"):
    with world.store.read() as connection:
        return roster_templates.of_line(connection, line)


def sends(desk, path="/roster/foenix/templates", **values):
    given = MultiDict(
        {"form_token": desk.token(), "name": "Aften", "tier": "2", "unit": "shift", "weeks": "1"}
    )
    given.update(
        {"anchor": "2026-11-24", "start-0": "16:00", "end-0": "08:00", "turn-0": "bo", "turn-3": "niels"}
    )
    for day in "01234":
        given.add("days-0", day)
    for name, value in values.items():
        given[name.replace("_", "-") if name[-1].isdigit() else name] = value
    return desk.ask("POST", path, data=given)


def test_made_changed_filled_and_deleted(desk, world):
    assert sends(desk).status_code == 303
    (made,) = of_line(world)
    assert made.rotation == Rotation(
        "foenix", 2, ("bo", "niels"), (Slot(frozenset(range(5)), 960, 960),), anchor=date(2026, 11, 24)
    )
    answer = desk.does("fill", template=made.id, begins="", **{"from": "2026-12-01", "to": "2026-12-01"})
    assert [each["worker"] for each in answer.get_json()["plan"]["shifts"] if each["state"] == "draft"] == [
        "bo"
    ]
    assert 'value="Aften"' in desk.get(f"/roster/templates?line=foenix&template={made.id}").text
    assert sends(desk, f"/roster/foenix/templates/{made.id}", name="Nat", unit="week").status_code == 303
    (changed,) = of_line(world)
    assert (changed.id, changed.name, changed.rotation.unit) == (made.id, "Nat", Unit.WEEK)
    desk.get("/roster/templates?line=foenix")
    assert desk.send(f"/roster/foenix/templates/{made.id}/delete").status_code == 303
    assert of_line(world) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": " "}, "Skriv et navn."),
        ({"tier": "10"}, "Skriv et tal fra 1 til 9."),
        ({"weeks": "0"}, "Skriv et tal fra 1 og op."),
        ({"weeks": "53"}, "En runde har 1 til"),
        ({"start-0": ""}, "Skriv begge tider for hver vagt"),
        ({"end-0": "25:00"}, "Skriv begge tider for hver vagt"),
        ({"turn-1": "carla"}, "Carla hører ikke til Akuttilbuddet Fønix."),
        ({"turn-1": "bo"}, "En medarbejder står der to gange."),
        ({"unit": "year"}, "Vælg, hvordan turen går."),
        ({"anchor": ""}, "Vælg en dag."),
        ({"start-1": "08:00", "end-1": "16:00"}, "Vælg mindst én ugedag for hver vagt."),
        ({"week-0": "2"}, "En vagts uge ligger uden for runden."),
        ({"later-0": "0"}, "En vagt varer 1 til"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_written_stays(desk, world, values, words):
    answer = sends(desk, **values)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="16:00"' in answer.text or "start-0" in values
    assert of_line(world) == []


@pytest.mark.parametrize(
    ("start", "end", "later", "minutes"),
    [
        ("08:00", "16:00", "", 480),
        ("20:00", "08:00", "", 720),
        ("08:00", "08:00", "", 1440),
        ("08:00", "08:00", "7", 10080),
    ],
)
def test_how_long_a_shift_of_a_template_is(start, end, later, minutes):
    given = MultiDict({"name": "x", "turn-0": "bo", "anchor": "2026-01-01", "days-0": "0"})
    given.update({"start-0": start, "end-0": end, "later-0": later})
    rotation = template_form.rotation_of(template_form.read(given), "foenix")
    assert [slot.minutes for slot in rotation.slots] == [minutes]
    again = template_form.as_written("x", rotation)
    assert template_form.rotation_of(again, "foenix") == rotation


def test_of_another_line_or_of_none(desk, world):
    sends(desk)
    (made,) = of_line(world)
    for path in (f"/roster/toften/templates/{made.id}", f"/roster/toften/templates/{made.id}/delete"):
        assert desk.ask("POST", path, data={"form_token": desk.token()}).status_code == 404
    assert desk.get("/roster/templates?line=foenix&template=x").status_code == 404
    assert len(of_line(world)) == 1
