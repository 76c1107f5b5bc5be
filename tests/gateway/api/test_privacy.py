"""Showing a number in danger to life, and erasing, over HTTP; and what the audit log holds of it all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gateway.carrier.virtual.scripts import Answers, Caller
from gateway.store import staff_presence
from gateway.store.tables import audit_entries, number_lifts
from tests.flows.texts import Writer, said
from tests.flows.world import BACK_UP, CITIZEN, FOENIX, World

REASON = "Borgeren siger, at der er taget piller."


@pytest.fixture
def talk(world: World):
    """Anna talks with a citizen; Bo is her second tier, Nadia on the night line."""
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    return call


@pytest.fixture
def over(world: World, talk) -> str:
    talk.hang_up()
    world.run(10)
    return world.contact().id


def audited(world: World) -> list[tuple]:
    with world.store.read() as connection:
        rows = connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number)).all()
    assert world.gateway.audit.verify(world.store).faults == ()
    return [(row.actor, row.action, row.line, row.details) for row in rows]


def lifts(world: World) -> int:
    with world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(number_lifts)).scalar_one()


def test_who_has_the_conversation_is_shown_the_number_and_the_coordinator_is_told(world, api, talk):
    contact = world.contact().id
    world.expect_message("koord")
    anna = api("anna")
    answer = anna.post(f"/contacts/{contact}/lift", {"reason": REASON})
    assert (answer.status_code, answer.get_json()) == (200, {"number": CITIZEN})
    assert answer.headers["Cache-Control"] == "no-store"
    world.run(1)
    assert "livsfare" in world.exchange.phone(world.site.workers["koord"].mobile).texts[0]
    assert anna.get(f"/contacts/{contact}").get_json()["number_lifted"] is True
    (_claimed, lifted, read) = audited(world)
    assert lifted[:3] == ("anna", "number_lifted", "foenix")
    assert read[:2] == ("anna", "contact_read")
    assert REASON not in str(audited(world))


@pytest.mark.parametrize(
    ("worker", "status"), [("anna", 200), ("koord", 200), ("bo", 403), ("nadia", 403), ("carla", 404)]
)
def test_nobody_else_is_shown_it(world, api, over, worker, status):
    if status == 200:
        world.expect_message("koord")
    answer = api(worker).post(f"/contacts/{over}/lift", {"reason": REASON})
    assert answer.status_code == status
    assert (CITIZEN in answer.get_data(as_text=True)) is (status == 200)
    assert lifts(world) == (status == 200)
    if status == 404:
        assert answer.get_data() == api(worker).post("/contacts/none/lift", {"reason": REASON}).get_data()
    world.run(1)


def test_who_had_the_conversation_before_it_was_handed_over_is_shown_it_too(world, api, talk):
    world.worker("bo", Answers(3, keys=[(2, "1")]))
    contact, anna = world.contact().id, world.worker("anna")
    assert api("bo").post(f"/contacts/{contact}/lift", {"reason": REASON}).status_code == 403
    api("anna").post(f"/contacts/{contact}/transfer", {"to": "bo"})
    world.run_until(lambda: len(talk.talking_with) == 2)
    anna.hang_up()
    world.run_until(lambda: world.contact().answered_by == "bo")
    world.expect_message("koord", 2)
    for worker in ("anna", "bo"):
        assert api(worker).post(f"/contacts/{contact}/lift", {"reason": REASON}).status_code == 200
    world.run(1)
    assert [entry[:2] for entry in audited(world)] == [
        ("anna", "contact_claimed"), ("anna", "contact_transferred"), ("bo", "contact_transferred"),
        ("anna", "number_lifted"), ("bo", "number_lifted"),
    ]  # fmt: skip


def test_who_handed_over_in_writing_is_shown_it_too_and_may_fill_in_the_form(world, api):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("foenix", 2, "niels"))
    world.expect_texts(1)
    world.citizen_texts("Hej")
    Writer(world, "anna").accepts()
    contact = world.contact().id
    with world.store.write() as connection:
        staff_presence.beat(connection, "a process", ["anna", "bo"], world.clock())
    assert api("anna").post(f"/contacts/{contact}/transfer", {"to": "bo"}).status_code == 200
    world.expect_message("koord", 2)
    draft = {"answers": {}, "submit": False}
    for worker, status in (("anna", 200), ("bo", 200), ("niels", 403)):
        lifted = api(worker).post(f"/contacts/{contact}/lift", {"reason": REASON})
        written = api(worker).put(f"/contacts/{contact}/registration", draft)
        assert (lifted.status_code, written.status_code) == (status, status), worker
    world.run(1)


def test_a_phone_that_only_rang_is_no_conversation(world, api):
    world.on_duty(("foenix", 1, "anna"), ("foenix", 1, "bo"))
    world.worker("bo")
    world.worker("anna", Answers(6, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(call.talking_with))
    assert api("bo").post(f"/contacts/{world.contact().id}/lift", {"reason": REASON}).status_code == 403


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reason": "fordi"}, "reason: Write in a sentence what the danger is."),
        ({"reason": " \x00\x1b\n\r\u202e" * 20}, "reason: Write in a sentence"),
        ({"reason": "x" * 501}, "reason: Write at most 500 characters."),
        ({"reason": 7}, "reason: must be a text, not a number"),
        ({}, "reason: is not set"),
    ],
)
def test_a_reason_that_is_none_is_refused(world, api, over, body, said):
    answer = api("anna").post(f"/contacts/{over}/lift", body)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["detail"].startswith(said)
    assert lifts(world) == 0


def test_a_withheld_number_can_not_be_shown(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(FOENIX, from_=None)
    world.run_until(lambda: bool(call.talking_with))
    answer = api("anna").post(f"/contacts/{world.contact().id}/lift", {"reason": REASON})
    assert answer.status_code == 409
    assert "withholds" in answer.get_json(force=True)["detail"]


def test_erasing_destroys_the_key_and_the_number_at_once(world, api, over):
    before = world.contact()
    koord = api("koord")
    world.expect_message("koord")
    koord.post(f"/contacts/{over}/lift", {"reason": REASON})
    world.run(1)
    answer = koord.post(f"/contacts/{over}/erase")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "ended")
    after = world.contact()
    assert (after.wrapped_key, after.caller_number, after.caller_hash) == (None, None, None)
    assert before.wrapped_key is not None
    assert koord.post(f"/contacts/{over}/lift", {"reason": REASON}).status_code == 409
    assert audited(world)[-1][:3] == ("koord", "contact_erased", "foenix")
    if world.store.is_sqlite:
        files = [path.read_bytes() for path in world.settings.var_dir.parent.glob("akutlinjen.db*")]
        assert not any(before.wrapped_key in content for content in files)


@pytest.mark.parametrize(("worker", "status"), [("anna", 403), ("nadia", 403), ("carla", 404)])
def test_only_a_coordinator_erases(world, api, over, worker, status):
    assert api(worker).post(f"/contacts/{over}/erase").status_code == status
    assert world.contact().wrapped_key is not None


def test_what_goes_on_is_not_erased(world, api, talk):
    answer = api("koord").post(f"/contacts/{world.contact().id}/erase")
    assert (answer.status_code, answer.get_json(force=True)["detail"]) == (
        409, "It is answered; end or close it first.",
    )  # fmt: skip


def test_what_a_citizen_has_come_back_to_is_not_erased_under_their_hands(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(3)
    world.citizen_texts("Hej")
    anna = Writer(world, "anna")
    anna.accepts()
    anna.closes()
    world.run(2)
    first, koord = world.contact().id, api("koord")
    world.citizen_texts("Nu er det slemt igen")
    world.run(2)
    answer = koord.post(f"/contacts/{first}/erase")
    assert answer.status_code == 409
    assert "goes on" in answer.get_json(force=True)["detail"]
    anna.accepts()
    assert "Nu er det slemt igen" in [text for _who, text in said(world)]
    world.citizen_texts("STOP")
    assert koord.post(f"/contacts/{first}/erase").status_code == 200
    assert said(world) == []


def test_who_waits_to_be_called_back_is_erased_once_that_is_called_off(world, api):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    world.worker("backup")
    world.expect_message("koord")
    world.citizen_calls(FOENIX, Caller(keys=[(10, "5"), (18, "1")]))
    world.run_until(lambda: world.contact().state == "call_back")
    koord, contact = api("koord"), world.contact().id
    assert koord.post(f"/contacts/{contact}/erase").status_code == 409
    assert koord.post(f"/contacts/{contact}/close", {"reason": "hoax"}).status_code == 200
    assert koord.post(f"/contacts/{contact}/erase").status_code == 200
    world.run(30)
    assert world.ringing() == set()


def test_reading_and_closing_leave_their_trace_once(world, api, over):
    koord, path = api("koord"), f"/contacts/{over}/close"
    assert koord.get(f"/contacts/{over}").get_json()["number_lifted"] is False
    assert api("carla").get(f"/contacts/{over}").status_code == 404
    for reason, status in (("hoax", 200), ("hoax", 200), ("test", 409)):
        assert koord.post(path, {"reason": reason}).status_code == status
    assert [entry[:2] for entry in audited(world)] == [
        ("anna", "contact_claimed"), ("koord", "contact_read"), ("koord", "contact_closed"),
    ]  # fmt: skip
    assert audited(world)[-1][3] == {"because": "hoax"}


def test_a_hand_over_that_rings_nobody_leaves_none(world, api, talk):
    api("anna").post(f"/contacts/{world.contact().id}/transfer", {"to": "carla"})
    assert [entry[1] for entry in audited(world)] == ["contact_claimed"]


def test_earlier_contacts_of_the_same_caller_are_counted(world, api, over):
    assert api("anna").get(f"/contacts/{over}").get_json()["earlier_contacts"] == 0
    second = world.citizen_calls(FOENIX)
    world.run_until(lambda: bool(second.talking_with))
    newest = max(world.contacts(), key=lambda contact: contact.waiting_since)
    assert api("anna").get(f"/contacts/{newest.id}").get_json()["earlier_contacts"] == 1


def test_the_back_ups_number_is_told_with_the_plan_but_not_stored_with_it(world, api, talk):
    assert BACK_UP.removeprefix("+45") not in str(world.contact().plan)
    plan = api("anna").get(f"/contacts/{world.contact().id}").get_json()["plan"]
    assert plan["steps"][-1]["ring"] == [
        {"phone": BACK_UP, "via": "night_line:vest", "because": plan["steps"][-1]["ring"][0]["because"]}
    ]
