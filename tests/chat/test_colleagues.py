"""A second worker in a conversation: who may be added, what they may, and when it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from gateway.contacts.claims import Claim, claim
from gateway.store.tables import audit_entries, joined_workers, messages
from tests.chat.conftest import Scene
from tests.chat.people import Place, agreed, eventually
from tests.chat.test_citizen import story
from tests.chat.test_staff import a_call_waits
from tests.ports import free_port

TWO_READ = "Nu er der to medarbejdere her. Begge kan læse det, du har skrevet, og svare dig."
ONE_READS = "Nu er der kun én medarbejder her igen."


async def adds(worker, contact, to="bo"):
    """Once the colleague's presence is written down."""
    for _ in range(50):
        answer = await worker.call("add_colleague", {"contact": contact, "to": to})
        if answer["ok"]:
            return answer
        await asyncio.sleep(0.1)
    return agreed(answer)


async def shared(scene, url=None):
    """Anna has it, Bo was added: (citizen, anna, bo, contact)."""
    citizen, anna, contact = await scene.conversation()
    agreed(await citizen.writes("hej"))
    bo = await scene.worker("bo", url=url)
    assert (await adds(anna, contact))["to"] == "bo"
    await eventually(lambda: bo.texts() == ["hej", TWO_READ], "the conversation so far")
    return citizen, anna, bo, contact


def code_of(answer):
    assert not answer["ok"], answer
    return answer["error"]["code"]


def rows(place, table):
    with place.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_a_colleague_reads_all_of_it_writes_types_and_goes_again(each_scene):
    scene = each_scene

    async def tell():
        citizen, anna, bo, contact = await shared(scene)
        assert bo.state == "answered"
        told = {"contact": contact, "lead": "anna", "colleagues": ["bo"]}
        await eventually(lambda: anna.received["colleagues"] == [told], "anna knows")
        assert bo.received["colleagues"] == [told]
        assert (await bo.writes(contact, "Jeg er her også."))["seq"] == 3
        await eventually(lambda: citizen.texts() == ["hej", TWO_READ, "Jeg er her også."], "all of it")
        assert [each["from"] for each in citizen.messages] == ["citizen", "system", "worker"]
        await eventually(lambda: anna.texts() == citizen.texts(), "anna reads it too")
        stored = {each["seq"]: each["worker"] for each in rows(scene.place, messages)}
        assert stored == {1: None, 2: None, 3: "bo"}
        agreed(await bo.call("typing", {"contact": contact, "on": True}))
        await eventually(lambda: citizen.received["typing"] == [{"on": True}], "somebody writes")
        # Closing and handing over are the first one's.
        assert code_of(await bo.call("close", {"contact": contact})) == "not_found"
        assert code_of(await bo.call("transfer", {"contact": contact, "to": "anna"})) == "not_found"
        assert code_of(await bo.call("add_colleague", {"contact": contact, "to": "nadia"})) == "not_found"
        assert code_of(await anna.call("leave", {"contact": contact})) == "not_found"
        agreed(await bo.call("leave", {"contact": contact}))
        await eventually(lambda: bo.state == "left", "the end for bo")
        await eventually(lambda: citizen.texts()[-1] == ONE_READS, "the citizen knows")
        assert citizen.received["typing"][-1] == {"on": False}
        await eventually(lambda: anna.received["colleagues"][-1]["colleagues"] == [], "anna is alone")
        assert code_of(await bo.writes(contact, "mere")) == "not_found"
        assert code_of(await bo.call("typing", {"contact": contact, "on": True})) == "not_found"
        assert code_of(await bo.call("leave", {"contact": contact})) == "not_found"
        agreed(await anna.writes(contact, "Jeg er her stadig."))
        assert anna.state == citizen.state == "answered"
        done = [(each["action"], each["actor"]) for each in rows(scene.place, audit_entries)]
        assert ("colleague_added", "anna") in done
        assert ("colleague_left", "bo") in done

    story(scene, tell)


def test_only_who_could_be_handed_it_is_added_and_only_one(scene):
    async def tell():
        citizen, anna, contact = await scene.conversation()
        for nobody in ("bo", "olga", "carla", "anna", "nobody", "night_line"):  # none of them is there
            asked = {"contact": contact, "to": nobody}
            assert code_of(await anna.call("add_colleague", asked)) == "nobody"
        for name in ("olga", "carla"):  # there, and not on duty for it
            await scene.worker(name)
        bo, nadia = await scene.worker("bo"), await scene.worker("nadia")
        agreed(await adds(anna, contact, "night_line"))
        await eventually(lambda: nadia.state == "answered", "nadia is in it")
        for refused in ("bo", "olga", "carla", "anna"):
            assert code_of(await anna.call("add_colleague", {"contact": contact, "to": refused})) == "nobody"
        agreed(await anna.call("add_colleague", {"contact": contact, "to": "nadia"}))  # changes nothing
        assert citizen.texts() == [TWO_READ]
        assert code_of(await bo.writes(contact, "hej")) == "not_found"
        agreed(await nadia.call("leave", {"contact": contact}))
        for refused in ("olga", "carla", "anna"):
            assert code_of(await anna.call("add_colleague", {"contact": contact, "to": refused})) == "nobody"
        agreed(await bo.call("away", {"on": True}))
        assert code_of(await anna.call("add_colleague", {"contact": contact, "to": "bo"})) == "nobody"
        agreed(await bo.call("away", {"on": False}))
        agreed(await anna.call("add_colleague", {"contact": contact, "to": "bo"}))
        await eventually(lambda: citizen.texts() == [TWO_READ, ONE_READS, TWO_READ], "each is said")

    story(scene, tell)


def test_who_is_in_it_is_rung_for_nothing_else_until_it_is_over(scene):
    async def tell():
        _citizen, anna, bo, contact = await shared(scene)
        call = a_call_waits(scene.place)
        with scene.place.store.write() as connection:
            assert claim(connection, call, "bo", "leg", datetime.now(UTC)) is Claim.ENGAGED
        # Tapped on an old screen, "take it" neither takes it from Anna nor takes him out of it.
        assert code_of(await bo.call("accept", {"contact": contact})) == "taken"
        with scene.place.store.write() as connection:
            assert claim(connection, call, "bo", "leg", datetime.now(UTC)) is Claim.ENGAGED
        # A second chat is their choice, and stays when the shared one ends: then calls still keep away.
        other = await scene.citizen()
        await other.starts()
        await eventually(lambda: bo.queue and bo.queue[-1]["channel"] == "chat", "another one waits")
        second = next(item["contact"] for item in bo.queue if item["channel"] == "chat")
        agreed(await bo.takes(second, second=True))
        agreed(await bo.call("leave", {"contact": contact}))
        with scene.place.store.write() as connection:
            assert claim(connection, call, "bo", "leg", datetime.now(UTC)) is Claim.ENGAGED
        agreed(await bo.call("close", {"contact": second}))
        agreed(await adds(anna, contact))
        agreed(await anna.call("close", {"contact": contact}))
        with scene.place.store.write() as connection:
            assert claim(connection, call, "bo", "leg", datetime.now(UTC)) is Claim.WON

    story(scene, tell)


def test_whoever_has_it_lets_a_colleague_go_and_nobody_else_does(scene):
    async def tell():
        citizen, anna, bo, contact = await shared(scene)
        assert code_of(await bo.call("leave", {"contact": contact, "worker": "anna"})) == "not_found"
        assert code_of(await anna.call("leave", {"contact": contact, "worker": "nadia"})) == "not_found"
        agreed(await anna.call("leave", {"contact": contact, "worker": "bo"}))
        await eventually(lambda: bo.state == "left", "the end for bo")
        await eventually(lambda: citizen.texts()[-1] == ONE_READS, "the citizen knows")
        (left,) = [row for row in rows(scene.place, audit_entries) if row["action"] == "colleague_left"][-1:]
        assert left["actor"] == "anna"
        agreed(await adds(anna, contact))

    story(scene, tell)


@pytest.mark.parametrize("how", ["closed", "left", "erased"])
def test_the_end_is_the_colleagues_end_too(scene, how):
    async def tell():
        citizen, anna, bo, contact = await shared(scene)
        if how == "closed":
            agreed(await anna.call("close", {"contact": contact}))
        else:
            agreed(await citizen.call("leave", {"erase": how == "erased"}))
        await eventually(lambda: bo.state == anna.state == "ended", "the end for both")
        assert all(row["left_at"] is not None for row in rows(scene.place, joined_workers))
        refused = code_of(await bo.writes(contact, "mere"))
        assert refused == "gone"
        again = await scene.worker("bo")
        await eventually(lambda: again.queue == [], "bo is back")
        assert again.messages == []

    story(scene, tell)


@pytest.mark.parametrize("to", ["bo", "nadia"])
def test_handing_it_over_ends_it_for_the_colleague_or_makes_it_theirs(scene, to):
    async def tell():
        citizen, anna, bo, contact = await shared(scene)
        nadia = await scene.worker("nadia")
        for _ in range(50):  # until nadia's presence is written down
            answer = await anna.call("transfer", {"contact": contact, "to": to})
            if answer["ok"]:
                break
            await asyncio.sleep(0.1)
        agreed(answer)
        await eventually(lambda: anna.state == "handed_over", "the end for anna")
        await eventually(lambda: citizen.texts()[-1] == ONE_READS, "the citizen knows")
        has_it, has_not = (bo, nadia) if to == "bo" else (nadia, bo)
        agreed(await has_it.writes(contact, "Nu er det mig."))
        assert code_of(await has_not.writes(contact, "mig")) == "not_found"
        if to == "nadia":
            await eventually(lambda: bo.state == "handed_over", "the end for bo")
        else:
            assert [each["state"] for each in bo.received["state"]] == ["answered"]
            assert bo.received["colleagues"][-1] == {"contact": contact, "lead": "bo", "colleagues": []}
        agreed(await has_it.call("close", {"contact": contact}))
        call = a_call_waits(scene.place)
        with scene.place.store.write() as connection:
            assert (
                claim(connection, call, (has_not is bo and "bo") or "anna", "leg", datetime.now(UTC))
                is Claim.WON
            )

    story(scene, tell)


def test_a_colleague_who_comes_back_is_in_it_again(scene):
    async def tell():
        citizen, _anna, bo, contact = await shared(scene)
        await bo.leave_the_net()
        agreed(await citizen.writes("er I der?"))
        again = await scene.worker("bo", after={contact: 2})
        await eventually(lambda: again.texts() == ["er I der?"], "what bo has not")
        assert again.state == "answered"
        assert again.received["colleagues"] == [{"contact": contact, "lead": "anna", "colleagues": ["bo"]}]

    story(scene, tell)


@pytest.fixture(params=["with redis", "without"])
def two(request, tmp_path):
    """Two processes on one database; without a Redis they hear of each other from SQL alone."""
    redis = request.getfixturevalue("valkey_url") if request.param == "with redis" else ""
    place = Place(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path, redis_url=redis)
    place.start_together(free_port(), free_port())
    yield Scene(place, place.processes[0].url)
    place.close()


def test_on_another_process_it_is_the_same(two):
    async def tell():
        citizen, anna, bo, contact = await shared(two, two.place.processes[1].url)
        agreed(await bo.writes(contact, "Jeg er her også."))
        await eventually(lambda: citizen.texts()[-1] == "Jeg er her også.", "bo's words")
        await eventually(lambda: anna.texts() == citizen.texts(), "anna reads it too")
        agreed(await bo.call("leave", {"contact": contact}))
        await eventually(lambda: citizen.texts()[-1] == ONE_READS, "the citizen knows")
        await eventually(lambda: bo.state == "left", "bo is out")
        agreed(await adds(anna, contact))
        await eventually(lambda: bo.state == "answered", "bo is in it again")
        agreed(await anna.call("close", {"contact": contact}))
        await eventually(lambda: bo.state == "ended", "the end for bo")

    story(two, tell)
