"""The duty phone without a script: taking, writing, handing over, calling back, ending; and who may not."""

from __future__ import annotations

import pytest

from gateway.audit.log import Action
from gateway.carrier.virtual.scripts import Answers, RingsOut
from gateway.conversations import desk, handing_over, offers, opening
from gateway.conversations.opening import Wanted
from gateway.store import contacts as contact_rows
from gateway.store import conversations, staff_presence
from gateway.store.tables import audit_entries
from tests.flows.world import CITIZEN, FOENIX, World
from tests.gateway.console.site import with_chat
from tests.gateway.pages.visiting import Form, signed_in


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'akutlinjen.db'}", tmp_path / "var")
    with_chat(world)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    yield world
    world.close()


@pytest.fixture
def each_world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    with_chat(world)
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    yield world
    world.close()


def a_chat(world, language="da"):
    with world.store.write() as connection:
        return opening.begin(connection, world.gateway, Wanted(line="foenix"), language, world.clock())


def are_there(world, *workers):
    with world.store.write() as connection:
        staff_presence.beat(connection, "a process", workers, world.clock())


def ask(world):
    """What the chat process does each second."""
    with world.store.read() as connection:
        looked = desk.look(connection, world.gateway, world.clock())
    offers.make(world.store, looked, world.clock())


def taken(world, worker="anna"):
    """A chat that the worker has: their browser, at its page."""
    begun = a_chat(world)
    visitor = signed_in(world, worker)
    visitor.get("/console")
    assert visitor.send(f"/console/contacts/{begun.contact.id}/accept").status_code == 303
    visitor.follow()
    return visitor, begun.contact.id


def contact(world, contact_id):
    with world.store.read() as connection:
        return contact_rows.find_contact(connection, contact_id)


def test_a_form_takes_it_writes_and_ends_it(each_world):
    visitor, contact_id = taken(each_world)
    path = f"/console/contacts/{contact_id}"
    assert visitor.send(f"{path}/message", text="Hej. Jeg læser med.").status_code == 303
    assert "Hej. Jeg læser med." in visitor.follow().text
    assert visitor.send(f"{path}/close").headers["Location"] == f"/contacts/{contact_id}/registration"
    ended = contact(each_world, contact_id)
    assert (ended.state, ended.answered_by, ended.ended_by) == ("ended", "anna", "worker")
    assert f'href="/contacts/{contact_id}/registration"' in visitor.get("/console").text


def test_the_same_message_sent_twice_is_one(world):
    visitor, contact_id = taken(world)
    path = f"/console/contacts/{contact_id}"
    page = visitor.page
    for _ in range(2):
        visitor.page = page
        assert visitor.send(f"{path}/message", text="Kun én gang").status_code == 303
    assert visitor.follow().text.count("Kun én gang") == 1


@pytest.mark.parametrize(
    ("text", "status"), [("", 400), (" \n", 400), ("a\0b", 400), (4_000 * "x", 303), (4_001 * "x", 409)]
)
def test_a_message_has_its_bounds(world, text, status):
    visitor, contact_id = taken(world)
    assert visitor.send(f"/console/contacts/{contact_id}/message", text=text).status_code == status


def test_who_comes_second_is_told_kindly(world):
    begun = a_chat(world)
    anna, bo = signed_in(world, "anna"), signed_in(world, "bo")
    path = f"/console/contacts/{begun.contact.id}/accept"
    anna.get("/console"), bo.get("/console")
    assert anna.send(path).status_code == 303
    late = bo.send(path)
    assert late.status_code == 409
    assert "En kollega har den. Tak." in late.text


def test_a_call_is_taken_on_the_telephone_and_a_stranger_reaches_nothing(world):
    begun = a_chat(world)
    carla = signed_in(world, "carla")
    carla.get("/console")
    token = Form(carla.page.text).forms["/away"]["form_token"]
    for act in ("accept", "pass", "message", "hand-over", "colleague", "leave", "call", "close"):
        path = f"/console/contacts/{begun.contact.id}/{act}"
        given = {"form_token": token, "to": "bo", "text": "x", "id": "0" * 32}
        answer = carla.ask("POST", path, data=given)
        assert answer.status_code == 404, act
    for page in ("", "/now", "/messages"):
        assert carla.get(f"/console/contacts/{begun.contact.id}{page}").status_code == 404
    assert begun.contact.id not in carla.get("/console").text


def test_the_conversation_is_only_for_who_has_it(world):
    visitor, contact_id = taken(world)
    visitor.send(f"/console/contacts/{contact_id}/message", text="Fortroligt")
    bo = signed_in(world, "bo")
    assert bo.get(f"/console/contacts/{contact_id}").headers["Location"] == f"/contacts/{contact_id}"
    assert bo.get(f"/console/contacts/{contact_id}/messages").status_code == 404
    assert "Fortroligt" not in bo.get(f"/console/contacts/{contact_id}/now").text


def test_opening_the_conversation_stands_in_the_log(world):
    _visitor, contact_id = taken(world)
    with world.store.read() as connection:
        read = connection.execute(
            audit_entries.select().where(audit_entries.c.action == Action.CONTACT_READ)
        ).all()
    assert [row.contact for row in read] == [contact_id]
    assert [row.actor for row in read] == ["anna"]


def test_passing_on_asks_the_next_and_the_same_again_only_after_a_while(world):
    begun = a_chat(world)
    are_there(world, "anna")
    ask(world)
    anna = signed_in(world, "anna")
    assert "Der er en, der venter" in anna.get("/console").text
    assert anna.send(f"/console/contacts/{begun.contact.id}/pass").status_code == 303
    assert "Der er en, der venter" not in anna.follow().text

    def asked():
        with world.store.read() as connection:
            return conversations.find(connection, begun.conversation).offered_to

    for seconds, wanted in ((1, None), (18, None), (2, "anna")):
        world.run(seconds)
        are_there(world, "anna")
        ask(world)
        assert asked() == wanted, seconds
    are_there(world, "anna", "bo")
    anna.get("/console")
    anna.send(f"/console/contacts/{begun.contact.id}/pass")
    ask(world)
    assert asked() == "bo"


def test_away_is_seen_also_while_in_a_conversation(world):
    visitor, _contact = taken(world)
    visitor.get("/console")
    visitor.send("/away", on="yes")
    assert "Du er væk" in visitor.follow().text
    other = a_chat(world)
    assert f"/console/contacts/{other.contact.id}/accept" not in visitor.get("/console").text


def test_a_note_goes_to_the_colleague_and_dies_with_the_conversation(each_world):
    world = each_world
    visitor, contact_id = taken(world)
    are_there(world, "anna", "bo", "nadia")
    visitor.get(f"/console/contacts/{contact_id}")
    assert "Natlinjen" in visitor.page.text
    path = f"/console/contacts/{contact_id}/hand-over"
    assert visitor.send(path, to="bo", note="Hun er bange.").headers["Location"] == "/console"
    assert contact(world, contact_id).answered_by == "bo"
    assert "Hun er bange." in signed_in(world, "bo").get(f"/console/contacts/{contact_id}").text
    conversation = contact(world, contact_id).conversation
    with world.store.write() as connection:
        stored = repr(connection.exec_driver_sql("SELECT * FROM hand_over_notes").all())
        assert "bange" not in stored
        conversations.erase(connection, conversation, world.clock())
        assert handing_over.notes(connection, world.gateway, conversation) == []
        assert connection.exec_driver_sql("SELECT * FROM hand_over_notes").all() == []


@pytest.mark.parametrize("to", ["carla", "anna", "nobody", "night_line"])
def test_nobody_who_is_not_there_gets_it(world, to):
    visitor, contact_id = taken(world)
    are_there(world, "anna", "carla")
    visitor.get(f"/console/contacts/{contact_id}")
    assert "Ingen andre er ved vagttelefonen lige nu." in visitor.page.text
    token = Form(visitor.page.text).forms[f"/console/contacts/{contact_id}/close"]["form_token"]
    answer = visitor.ask(
        "POST", f"/console/contacts/{contact_id}/hand-over", data={"form_token": token, "to": to}
    )
    assert answer.status_code == 409
    assert contact(world, contact_id).answered_by == "anna"


def test_who_comes_back_by_ticket_is_shown_with_what_was_said_before(world):
    visitor, contact_id = taken(world)
    visitor.send(f"/console/contacts/{contact_id}/message", text="Fra i går")
    visitor.follow()
    visitor.send(f"/console/contacts/{contact_id}/close")
    conversation = contact(world, contact_id).conversation
    world.run(60)
    with world.store.write() as connection:
        assert opening.begin_again(connection, world.gateway, conversation, world.clock())
        again = conversations.find(connection, conversation).contact
    visitor.get("/console")
    visitor.send(f"/console/contacts/{again}/accept")
    page = visitor.follow().text
    assert page.index("Tidligere samtale") < page.index("Fra i går") < page.index('role="log"')


# --- calls ----------------------------------------------------------------------------------------


@pytest.fixture
def talk(world):
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    return call


def test_a_colleague_is_rung_into_a_call(world, talk):
    world.worker("bo", RingsOut())
    anna = signed_in(world, "anna")
    anna.get(f"/console/contacts/{world.contact().id}")
    assert "Samtalen er på telefonen." in anna.page.text
    assert anna.send(f"/console/contacts/{world.contact().id}/hand-over", to="bo").status_code == 303
    world.run(2)
    assert world.ringing() == {"bo"}


def test_the_worker_calls_back_and_nobody_sees_the_number(world, talk):
    talk.hang_up()
    world.run(10)
    first = world.contact()
    anna = signed_in(world, "anna")
    page = anna.get(f"/console/contacts/{first.id}").text
    assert "Ring til borgeren" in page
    world.expected.add(CITIZEN)
    world.exchange.phone(CITIZEN, Answers(3))
    phone = world.worker("anna", Answers(3, keys=[(2, "1")]))
    assert anna.send(f"/console/contacts/{first.id}/call").headers["Location"] == "/console"
    world.run_until(lambda: bool(phone.call and phone.call.talking_with), limit=60)
    assert phone.call.from_ == FOENIX
    assert world.exchange.phone(CITIZEN).call.from_ == FOENIX
    second = next(each for each in world.contacts() if each.id != first.id)
    assert (second.state, second.answered_by, second.line) == ("answered", "anna", "foenix")
    whole = anna.get("/console").text + anna.get(f"/console/contacts/{second.id}").text + page
    assert CITIZEN.removeprefix("+45") not in whole.replace(" ", "")
    world.exchange.phone(CITIZEN).call.hang_up()
    world.run(10)
    assert contact(world, second.id).state == "ended"


def test_who_does_not_pick_up_their_own_call_leaves_it_to_the_others(world, talk):
    talk.hang_up()
    world.run(10)
    first = world.contact()
    anna = signed_in(world, "anna")
    anna.get(f"/console/contacts/{first.id}")
    world.worker("anna", RingsOut())
    world.worker("bo", RingsOut())
    world.worker("nadia", RingsOut())
    world.worker("backup", RingsOut())
    anna.send(f"/console/contacts/{first.id}/call")
    world.run(45)
    assert world.ringing() == set()
    world.run_until(lambda: "bo" in world.ringing(), limit=120)


def test_a_citizen_is_not_called_twice_for_one_press_too_many(world, talk):
    talk.hang_up()
    world.run(10)
    first = world.contact()
    anna = signed_in(world, "anna")
    page = anna.get(f"/console/contacts/{first.id}")
    for name in ("anna", "bo", "nadia", "backup"):
        world.worker(name, RingsOut())
    for _ in range(2):
        anna.page = page
        assert anna.send(f"/console/contacts/{first.id}/call").headers["Location"] == "/console"
        world.run(1)
    assert len(world.contacts()) == 2
    world.run_until(lambda: "bo" in world.ringing(), limit=120)
    anna.page = page
    answer = anna.send(f"/console/contacts/{first.id}/call")
    assert answer.status_code == 409
    assert "Borgeren bliver ringet op." in answer.text
    assert len(world.contacts()) == 2


def test_whom_three_calls_did_not_reach_may_be_called_again(world, talk):
    talk.hang_up()
    world.run(10)
    first = world.contact()
    world.expect_message("koord")
    world.expected.add(CITIZEN)
    world.exchange.phone(CITIZEN, RingsOut())
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    anna = signed_in(world, "anna")
    page = anna.get(f"/console/contacts/{first.id}")
    anna.send(f"/console/contacts/{first.id}/call")
    world.run(1800)
    anna.page = page
    assert anna.send(f"/console/contacts/{first.id}/call").headers["Location"] == "/console"
    assert len(world.contacts()) == 3


def test_without_a_number_nobody_is_called(world):
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX, from_=None)
    world.run_until(lambda: bool(call.talking_with))
    call.hang_up()
    world.run(10)
    anna = signed_in(world, "anna")
    assert "Ring til borgeren" not in anna.get(f"/console/contacts/{world.contact().id}").text


def test_while_in_another_contact_nobody_is_called(world, talk):
    talk.hang_up()
    world.run(10)
    first = world.contact()
    anna = signed_in(world, "anna")
    page = anna.get(f"/console/contacts/{first.id}")
    begun = a_chat(world)
    anna.get("/console")
    assert anna.send(f"/console/contacts/{begun.contact.id}/accept").status_code == 303
    anna.page = page
    answer = anna.send(f"/console/contacts/{first.id}/call")
    assert answer.status_code == 409
    assert "Du er i en anden samtale." in answer.text


def test_a_colleague_is_added_reads_writes_and_goes_again(each_world):
    visitor, contact_id = taken(each_world)
    path = f"/console/contacts/{contact_id}"
    visitor.send(f"{path}/message", text="Skrevet før Bo kom.")
    bo = signed_in(each_world, "bo")
    assert bo.get(path).headers["Location"] == f"/contacts/{contact_id}"
    are_there(each_world, "anna", "bo")
    assert 'value="bo"' in visitor.get(path).text
    assert visitor.send(f"{path}/colleague", to="bo").headers["Location"] == path
    assert "Bo er med i samtalen." in visitor.follow().text
    assert f"{path}/colleague" not in visitor.page.text  # one is enough
    assert "Delt med Bo" in visitor.get("/console").text
    # Bo's phone: among their own, marked, and all of it to be read.
    shared = bo.get("/console").text
    assert f'data-own="{contact_id}"' in shared
    assert "Delt: Anna har den" in shared
    page = bo.get(path).text
    assert "Skrevet før Bo kom." in page
    assert "Nu er der to medarbejdere her." in page
    assert "Anna har samtalen. Du er med og kan læse og skrive." in page
    for theirs in ("hand-over", "close", "colleague"):
        assert f"{path}/{theirs}" not in page
    assert bo.send(f"{path}/message", text="Jeg er her også.").status_code == 303
    written = visitor.get(f"{path}/messages?after=0").json["messages"]
    assert [(each["from"], each["who"]) for each in written] == [
        ("worker", None), ("system", None), ("worker", "Bo"),
    ]  # fmt: skip
    assert '<span class="message-who">Bo</span>' in visitor.get(path).text
    assert bo.get(f"{path}/messages?after=2").json["messages"][0]["who"] is None
    token = Form(bo.get(path).text).forms[f"{path}/leave"]["form_token"]
    for act, more in (("close", {}), ("hand-over", {"to": "anna"}), ("colleague", {"to": "nadia"})):
        answer = bo.ask("POST", f"{path}/{act}", data={"form_token": token, **more})
        assert answer.status_code == 409, act
    bo.get(path)
    assert bo.send(f"{path}/leave").headers["Location"] == "/console"
    assert f'data-own="{contact_id}"' not in bo.get("/console").text
    assert bo.get(f"{path}/messages").status_code == 404
    assert f"/contacts/{contact_id}" in bo.get(path).headers["Location"]
    assert "er med i samtalen" not in visitor.get(path).text
    now = contact(each_world, contact_id)
    assert (now.state, now.answered_by) == ("answered", "anna")


def test_whoever_reads_a_shared_conversation_leaves_a_trace(world):
    visitor, contact_id = taken(world)
    are_there(world, "anna", "bo")
    visitor.get(f"/console/contacts/{contact_id}")
    visitor.send(f"/console/contacts/{contact_id}/colleague", to="bo")
    signed_in(world, "bo").get(f"/console/contacts/{contact_id}")
    with world.store.read() as connection:
        found = [(row.action, row.actor) for row in connection.execute(audit_entries.select())]
    assert ("colleague_added", "anna") in found
    assert (Action.CONTACT_READ, "bo") in found


def test_whoever_has_it_goes_on_without_the_colleague(world):
    visitor, contact_id = taken(world)
    path = f"/console/contacts/{contact_id}"
    are_there(world, "anna", "bo")
    visitor.get(path)
    visitor.send(f"{path}/colleague", to="bo")
    assert "Fortsæt uden Bo" in visitor.get(path).text
    assert visitor.send(f"{path}/leave", worker="bo").headers["Location"] == path
    assert "er med i samtalen" not in visitor.follow().text
    assert signed_in(world, "bo").get(f"{path}/messages").status_code == 404


def test_a_colleague_hears_that_it_is_over_and_not_that_it_goes_on(world):
    visitor, contact_id = taken(world)
    path = f"/console/contacts/{contact_id}"
    are_there(world, "anna", "bo")
    visitor.get(path)
    visitor.send(f"{path}/colleague", to="bo")
    bo = signed_in(world, "bo")
    bo.get(path)
    visitor.get(path)
    visitor.send(f"{path}/close")
    now = bo.get(f"{path}/now", headers={"Accept": "text/html"}).text
    assert "Samtalen er slut." in now
    assert "har samtalen nu" not in now
    assert "Registrer nu" not in now


@pytest.mark.parametrize("to", ["", "x" * 65, "carla", "anna", "bo"])
def test_nobody_is_added_who_is_not_there_for_it(world, to):
    visitor, contact_id = taken(world)
    are_there(world, "anna", "nadia", "carla")
    path = f"/console/contacts/{contact_id}"
    visitor.get(path)
    token = Form(visitor.page.text).forms[f"{path}/colleague"]["form_token"]
    answer = visitor.ask("POST", f"{path}/colleague", data={"form_token": token, "to": to})
    assert answer.status_code == (409 if 0 < len(to) < 65 else 400)
    assert "er med i samtalen" not in visitor.get(path).text


def test_a_colleague_may_write_the_form_later_as_one_who_talked(world):
    visitor, contact_id = taken(world)
    are_there(world, "anna", "bo")
    visitor.get(f"/console/contacts/{contact_id}")
    visitor.send(f"/console/contacts/{contact_id}/colleague", to="bo")
    visitor.get(f"/console/contacts/{contact_id}")
    visitor.send(f"/console/contacts/{contact_id}/close")
    bo, path = signed_in(world, "bo"), f"/console/contacts/{contact_id}"
    assert bo.get(f"{path}/messages").status_code == 404  # it is over: their part, too
    assert bo.get(f"/contacts/{contact_id}/registration").status_code == 200
    assert contact_id not in bo.get("/console").text  # the form is the first one's to do
