"""A swap of shifts on two lines as each line's coordinator sees and answers it, on the page and over HTTP."""

from __future__ import annotations

import pytest

from gateway.rosters import swapping
from gateway.rosters.editing import editing
from gateway.store import roster_lines, roster_versions, swaps
from gateway.store.roster_lines import LineSettings
from gateway.store.swaps import SwapState
from tests.flows import world as worlds
from tests.gateway.api.asking import Api
from tests.gateway.pages.roster.conftest import EVENING, desk_of
from tests.gateway.pages.roster.test_swaps import PANEL, path, state

MORE = """
[[worker]]
id = "ole"
name = "Ole"
mobile = "+4520000021"
lines = ["foenix"]
night_lines = ["vest"]

[[worker]]
id = "dagny"
name = "Dagny"
mobile = "+4520000022"
lines = ["foenix"]
roles = ["coordinator"]

[[worker]]
id = "nat"
name = "Nat"
mobile = "+4520000023"
night_lines = ["vest"]
roles = ["coordinator"]
"""
OLE = ("foenix", 2, "ole", "2026-11-25 08:00", "2026-11-25 15:00")
NIELS = ("vest", 2, "niels", "2026-11-27 23:00", "2026-11-28 07:00")


@pytest.fixture
def world(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(worlds, "SITE", worlds.SITE + MORE)
    world = worlds.World(database_url, tmp_path / "var")
    world.on_duty(EVENING, OLE, NIELS)
    yield world
    world.store.close()


def agreed(world, *asking):
    """Ole's day on Fønix for Niels's night, which both want."""
    with editing(world.gateway, "ole") as edit:
        for line in asking:
            roster_lines.set_settings(edit.connection, line, LineSettings(swaps_need_consent=True))
        version = roster_versions.newest(edit.connection).roster.version
        rows = roster_versions.published_at(edit.connection, version, lines=["foenix", "vest"])
        keys = {row.shift.worker: row.key for row in rows}
        swap = swapping.offer(edit, keys["ole"], "niels", keys["niels"]).id
    with editing(world.gateway, "niels") as edit:
        swapping.answer(edit, swap, accept=True)
    return swap


@pytest.mark.parametrize(("line", "by", "other"), [("foenix", "dagny", "nat"), ("vest", "nat", "dagny")])
def test_only_the_line_that_asks_has_it_on_its_page(world, line, by, other):
    swap = agreed(world, line)
    not_asked = desk_of(world, other)
    assert PANEL not in not_asked.get("/roster").text
    assert "Ole bytter med Niels" not in not_asked.get("/today").text
    desk = desk_of(world, by)
    page = desk.get("/roster").text
    assert f'action="{path(swap, line)}"' in page
    assert "kræver også" not in page
    assert f'href="/roster?line={line}#swaps"' in desk.get("/today").text
    desk.get("/roster")
    assert desk.send(path(swap, line), consent="yes").status_code == 303
    day = {"foenix": "2026-11-25", "vest": "2026-11-27"}[line]
    assert desk.page.headers["Location"] == f"/roster?line={line}&view=week&date={day}&decided={swap}"
    assert "Byttet er godkendt og gælder nu." in desk.follow().text


@pytest.mark.parametrize("line", ["foenix", "vest"])
def test_the_line_that_does_not_ask_can_not_answer(world, line):
    swap = agreed(world, "vest" if line == "foenix" else "foenix")
    desk = desk_of(world, {"foenix": "dagny", "vest": "nat"}[line])
    answer = desk.ask("POST", path(swap, line), data={"form_token": desk.token(), "consent": "yes"})
    assert answer.status_code == 404
    assert state(world, swap) is SwapState.ACCEPTED


def test_where_both_ask_the_first_yes_waits_for_the_second(world):
    swap = agreed(world, "foenix", "vest")
    day, night = desk_of(world, "dagny"), desk_of(world, "nat")
    assert "Det kræver også et ja for Natlinjen Vest." in day.get("/roster").text
    assert day.send(path(swap), consent="yes").status_code == 303
    page = day.follow().text
    assert "Dit ja er gemt. Byttet venter også på et ja for Natlinjen Vest." in page
    assert PANEL not in page
    assert state(world, swap) is SwapState.ACCEPTED
    page = night.get("/roster").text
    assert f'action="{path(swap, "vest")}"' in page
    assert "kræver også" not in page
    assert "Dit ja" not in night.get("/roster", query_string={"decided": swap}).text
    night.get("/roster")
    assert night.send(path(swap, "vest"), consent="yes").status_code == 303
    assert "Byttet er godkendt og gælder nu." in night.follow().text


def test_who_coordinates_both_is_asked_once(world):
    swap = agreed(world, "foenix", "vest")
    desk = desk_of(world)
    page = desk.get("/roster?line=vest").text
    assert page.count(f"/swaps/{swap}") == 1
    assert "kræver også" not in page
    assert desk.send(path(swap), consent="yes").status_code == 303
    assert state(world, swap) is SwapState.DONE


def test_over_http(world):
    swap = agreed(world, "foenix", "vest")
    api = {who: Api(world.app, world.store, who, world) for who in ("dagny", "nat", "bo", "carla")}

    def awaits(who):
        return [each["awaits"] for each in api[who].get("/swaps").get_json()["items"]]

    assert awaits("dagny") == awaits("nat") == [["foenix", "vest"]]
    assert api["carla"].post(f"/swaps/{swap}/decide", {"consent": True}).status_code == 404
    assert api["bo"].post(f"/swaps/{swap}/decide", {"consent": True}).status_code == 403
    first = api["nat"].post(f"/swaps/{swap}/decide", {"consent": True})
    assert (first.status_code, first.get_json()["state"]) == (200, "accepted")
    assert awaits("dagny") == [["foenix"]]
    second = api["dagny"].post(f"/swaps/{swap}/decide", {"consent": True})
    assert second.get_json()["state"] == "done"


def test_over_http_the_line_that_does_not_ask_decides_nothing(world):
    swap = agreed(world, "vest")
    dagny, nat = (Api(world.app, world.store, who, world) for who in ("dagny", "nat"))
    assert dagny.post(f"/swaps/{swap}/decide", {"consent": True}).status_code == 403
    assert nat.post(f"/swaps/{swap}/decide", {"consent": False}).get_json()["state"] == "refused"
    with world.store.read() as connection:
        assert swaps.find(connection, swap).decided_by == "nat"
