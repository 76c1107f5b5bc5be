"""The panel: real calls, asked of the real API, told to somebody who sees it for the first time."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.scripts import Answers, Caller
from gateway.demo.decisions import panel
from tests.flows.world import FOENIX, SHARED, World
from tests.gateway.api.asking import Api


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    yield world
    world.close()


@pytest.fixture
def look(world):
    api = Api(world.app, world.store, "koord", world)

    def now():
        contacts = api.get("/contacts?limit=6").get_json()["items"]
        whole = api.get(f"/contacts/{contacts[0]['contact']}").get_json() if contacts else None
        plans = [api.get(f"/who-answers?line={place}").get_json() for place in ("foenix", "toften", "vest")]
        return panel(world.site, contacts, whole, plans)

    return now


def danish(rows):
    return [row["danish"] for row in rows]


def test_before_the_first_call_there_is_only_who_is_on_duty(world, look):
    shown = look()
    assert (shown["now"], shown["earlier"]) == (None, [])
    assert [(each["number"], each["danish"]) for each in shown["duty"]] == [
        (world.site.workers["anna"].mobile, "På vagt: Akuttilbuddet Fønix"),
        (world.site.workers["bo"].mobile, "På vagt: Akuttilbuddet Fønix"),
        (world.site.workers["nadia"].mobile, "På vagt: Natlinjen Vest"),
        ("+4576160099", "Ringes op, når ingen andre tager den"),
    ]


def test_a_call_from_ringing_to_its_end(world, look):
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run(2)
    now = look()["now"]
    assert now["where"] == "Akuttilbuddet Fønix, Esbjerg"
    assert now["told"] == {"danish": "Der ringes op", "english": "Phones are ringing"}
    assert [step["when"]["danish"] for step in now["steps"]] == [
        "Straks", "Efter 25 s", "Efter 50 s", "Efter 75 s",
    ]  # fmt: skip
    first, *others = [phone for step in now["steps"] for phone in step["phones"]]
    assert (first["name"], first["state"], first["told"]["danish"]) == ("Anna", "ringing", "Ringer")
    assert first["because"] == {
        "danish": "på vagt på Akuttilbuddet Fønix, ringes først op på linjen",
        "english": "on duty on Akuttilbuddet Fønix until 2026-11-27 00:00, tier 1; speaks da",
    }
    assert [other["told"]["danish"] for other in others] == ["Endnu ikke"] * 3
    assert others[-1]["name"] == "Bagvagten (Natlinjen Vest)"
    assert now["otherwise"]["danish"] == "Ellers: tilbud om at blive ringet op"

    anna.pick_up()
    world.run(1)
    assert look()["now"]["steps"][0]["phones"][0]["told"]["danish"] == "Har taget telefonen"
    anna.press("1")
    world.run_until(lambda: bool(call.talking_with))
    now = look()["now"]
    assert now["told"]["danish"] == "I samtale med Anna"
    assert now["steps"][0]["phones"][0]["told"]["danish"] == "I samtalen"
    assert {p["told"]["danish"] for step in now["steps"][1:] for p in step["phones"]} == {"Ikke nødvendig"}

    call.hang_up()
    world.run(5)
    now = look()["now"]
    assert now["told"]["danish"] == "Slut. Ventede 3 s, talte med Anna"
    assert now["told"]["english"] == "Ended. Waited 3 s, talked with Anna"
    assert danish(now["events"]) == [
        "En borger ringer til Akuttilbuddet Fønix", "Ringer til Anna",
        "Anna tager telefonen og hører, hvem det er", "Anna har taget den", "De kan tale sammen",
        "Borgeren lagde på",
    ]  # fmt: skip


def test_a_phone_that_nobody_takes_and_one_who_is_away(world, look):
    Api(world.app, world.store, "bo", world).put("/away", {"on": True})
    world.worker("anna")
    world.worker("nadia")
    world.citizen_calls(FOENIX)
    world.run(45)
    now = look()["now"]
    assert [(p["name"], p["told"]["danish"]) for step in now["steps"][:2] for p in step["phones"]] == [
        ("Anna", "Ringer"), ("Nadia", "Ringer"),
    ]  # fmt: skip
    assert now["skipped"] == [{"name": "Bo", "danish": "væk lige nu", "english": "away"}]


def test_a_citizen_who_gives_up_and_one_who_wants_to_be_called(world, look):
    for name in ("anna", "bo", "nadia", "backup"):
        world.worker(name)
    world.citizen_calls(FOENIX, Caller(hangs_up_after=12))
    world.run(20)
    assert look()["now"]["told"]["danish"] == "Lagde på efter 12 s"
    world.citizen_calls(FOENIX, Caller(keys=[(10, "5"), (18, "1")]))
    world.run_until(lambda: any(each.state == "call_back" for each in world.contacts()))
    shown = look()
    assert shown["now"]["told"]["danish"] == "Bliver ringet op"
    assert [row["danish"] for row in shown["earlier"]] == ["Lagde på efter 12 s"]
    world.expect_message("koord")
    world.run(1)


def test_a_shared_number(world, look):
    world.worker("nadia", Answers(3, keys=[(2, "1")]))
    world.citizen_calls(SHARED)
    world.run(1)
    before = look()["now"]
    assert before["told"]["danish"] == "Borgeren venter"
    assert before["steps"] == []
    assert before["otherwise"] is None
    world.run(20)
    assert look()["now"]["where"] == "Natlinjen Vest"
    assert look()["now"]["told"]["danish"] == "I samtale med Nadia"
