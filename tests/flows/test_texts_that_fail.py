"""What the carrier loses, repeats, turns round and refuses of SMS, and what a worker is told of it."""

from __future__ import annotations

import pytest

from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.webhooks import Kind
from gateway.store import sms
from tests.flows.outage import Outage
from tests.flows.texts import Writer, conversation, said, states
from tests.flows.world import CITIZEN, FOENIX, SHARED, TOFTEN, World


def texts(world: World) -> list[str]:
    return world.exchange.phone(CITIZEN).texts


def answered(world: World) -> Writer:
    """Anna has a conversation; the first answer has arrived."""
    world.on_duty(("foenix", 1, "anna"))
    world.citizen_texts("Hej")
    anna = Writer(world, "anna")
    anna.accepts()
    world.run(3)
    assert states(world) == ["delivered"]
    return anna


@pytest.mark.parametrize("kind", [429, 500, 503, "timeout", "garbled"])
def test_what_fails_for_a_moment_is_sent_again(world: World, kind: int | str) -> None:
    anna = answered(world)
    world.expect_texts(2)
    world.faults.fail_next_api(kind, times=3, operation="CreateMessage")
    anna.writes("Er du der?")
    world.run(2)
    assert states(world)[-1] == "queued"
    world.run(60)
    assert texts(world)[1:] == ["Er du der?"]
    assert states(world)[-1] == "delivered"


def test_what_the_carrier_took_without_saying_so_is_not_sent_twice(world: World) -> None:
    anna = answered(world)
    world.expect_texts(2)
    world.faults.fail_next_api("timeout-after", operation="CreateMessage")
    anna.writes("Er du der?")
    world.run(120)
    assert texts(world)[1:] == ["Er du der?"]
    assert states(world)[-1] == "delivered"


def test_a_phone_out_of_reach_is_tried_again_and_nothing_overtakes(world: World) -> None:
    anna = answered(world)
    world.expect_texts(4)
    world.faults.fail_next_text(times=1)
    anna.writes("Først")
    world.run(3)
    assert states(world)[-1] == "queued"
    anna.writes("Så")
    world.run(30)
    assert texts(world)[1:] == []
    world.run(60)
    assert texts(world)[1:] == ["Først", "Så"]
    assert states(world)[1:] == ["delivered", "delivered"]


def test_a_phone_that_stays_out_of_reach_is_given_up_and_the_worker_told(quick_world: World) -> None:
    anna = answered(quick_world)
    quick_world.faults.fail_next_text(times=100)
    anna.writes("Er du der?")
    quick_world.run(3600)
    assert states(quick_world)[-1] == "undelivered"
    assert anna.reads()["deliveries"][-1]["error_code"] == 30003
    assert quick_world.kinds().count("sms_not_delivered") == 1
    quick_world.expect_texts(9)


def test_an_api_that_never_answers_is_given_up_and_the_worker_told(quick_world: World) -> None:
    anna = answered(quick_world)
    quick_world.expect_texts(1)
    quick_world.faults.fail_next_api(500, times=100, operation="CreateMessage")
    anna.writes("Er du der?")
    quick_world.run(3600)
    assert states(quick_world)[-1] == "failed"
    assert quick_world.kinds().count("sms_not_delivered") == 1


def test_what_is_refused_for_good_is_told_and_never_overwritten(world: World) -> None:
    anna = answered(world)
    world.exchange.phone(CITIZEN).takes_texts = False
    anna.writes("Er du der?")
    world.run(3)
    assert states(world)[-1] == "undelivered"
    assert anna.reads()["deliveries"][-1]["error_code"] == 30006
    with world.store.read() as connection:
        (_first, last) = sms.deliveries_of(connection, [world.contact().conversation or ""])
    for told in ("sent", "delivered", "queued", "failed", "nonsense", ""):
        world.signed(f"/sms/status/{last.id}/{last.tries}", MessageStatus=told)
    assert states(world)[-1] == "undelivered"
    world.run(600)
    assert states(world)[-1] == "undelivered"
    world.expect_texts(2)


def test_news_backwards_and_twice(world: World) -> None:
    anna = answered(world)
    world.expect_texts(2)
    world.faults.hold(Kind.MESSAGE_STATUS)
    anna.writes("Er du der?")
    world.run(3)
    assert states(world)[-1] == "sent"
    world.faults.release(backwards=True)
    world.run(1)
    assert states(world)[-1] == "delivered"


def test_news_that_never_comes_is_not_taken_for_delivered(quick_world: World) -> None:
    anna = answered(quick_world)
    quick_world.expect_texts(2)
    quick_world.faults.drop(Kind.MESSAGE_STATUS, times=2)
    anna.writes("Er du der?")
    quick_world.run(600)
    assert states(quick_world)[-1] == "sent"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_goes_wrong_each_text_arrives_once_and_in_order(tmp_path, seed: int) -> None:
    faults = Faults(
        seed, lose=0.2, double=0.2, delay=(0.3, 4.0), reorder=0.3, fetch_lose=0.1, fetch_double=0.2,
        api_errors={429: 0.15, 500: 0.15}, texts_unreached=0.1,
    )  # fmt: skip
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, faults=faults)
    world.on_duty(("foenix", 1, "anna"))
    for number in range(12):
        world.citizen_texts(f"Nummer {number}")
        world.run(6)
        if number == 0:
            anna = Writer(world, "anna")
            anna.accepts()
        anna.writes(f"Svar {number}")
        world.run(6)
    world.run(3600)
    came = [text for who, text in said(world) if who == "citizen"]
    # One that the carrier could bring to neither address is lost to everybody.
    brought = {each.form["Body"] for each in world.post.letters if "NumMedia" in each.form}
    assert len(brought) >= 10
    assert sorted(came) == sorted(brought)
    arrived = [text for text in texts(world) if text.startswith("Svar")]
    assert arrived == [f"Svar {number}" for number in range(12)]
    assert set(states(world)) <= {"delivered", "sent"}
    numbers = [message.seq for message in conversation(world)]
    assert numbers == list(range(1, len(numbers) + 1))
    world.expect_texts(sum(message.direction != "inbound" for message in world.exchange.messages))
    world.expected_failures = 1000
    world.close()


# --- without SQL ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "phone"), [(FOENIX, "76 16 00 01"), (SHARED, "70 20 00 00")])
def test_without_sql_a_text_is_told_to_be_lost_and_what_to_do(world: World, number: str, phone: str) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_trouble("store_unavailable", "outbox_waits")
    world.expected_failures = 1
    world.expect_texts(1)
    outage = Outage(world.store)
    outage.begin()
    world.citizen_texts("Hej", number)
    world.run(3)
    outage.end()
    assert [letter.path for letter in world.post.letters] == ["/sms/incoming", "/sms/fallback"]
    assert texts(world) == [
        f"Vi kan ikke læse din sms lige nu. Ring til {phone}. Er nogen i livsfare, så ring 112."
    ]
    assert world.contacts() == []


def test_a_gateway_that_comes_back_in_between_keeps_the_text(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expected_failures = 1
    quick_world.expect_texts(1)
    quick_world.faults.drop(Kind.SMS)
    quick_world.citizen_texts("Hej")
    quick_world.run(20)
    assert [who for who, _ in said(quick_world)] == ["citizen", "system"]


# --- what nobody should send ----------------------------------------------------------------------


def text_form(**other: str) -> dict[str, str]:
    return {"MessageSid": "SM" + "1" * 32, "From": CITIZEN, "To": FOENIX, "Body": "Hej"} | other


@pytest.mark.parametrize("path", ["/sms/incoming", "/sms/fallback", "/sms/status/" + "a" * 32 + "/1"])
def test_what_the_carrier_did_not_sign_is_refused(quick_world: World, path: str) -> None:
    quick_world.expect_trouble("webhook_refused")
    client = quick_world.app.test_client()
    for headers in ({}, {"X-Twilio-Signature": "bm8="}):
        assert client.post(path, data=text_form(), headers=headers).status_code == 403
    assert quick_world.contacts() == []


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        (text_form(Body="ø" * 100_000), "ø" * 4000),
        (text_form(Body="Hej\x00\x07\x1b[2Jmed\u2028dig\r\nigen"), "Hej   [2Jmed\u2028dig\nigen"),
        (text_form(Body="  \n "), None),
        (text_form(From=""), None),
        (text_form(From="INFO"), None),
        (text_form(From=FOENIX), None),
        (text_form(From=TOFTEN), None),
        ({"From": CITIZEN, "To": FOENIX, "Body": "Hej"}, "Hej"),
        ({"Body": "Hej"}, None),
        ({}, None),
        (text_form(NumMedia="-1", MessageSid="x" * 500), "Hej"),
        (text_form(Body="<Message>&\"'</Message>"), "<Message>&\"'</Message>"),
    ],
)
def test_whatever_comes_is_answered(quick_world: World, form: dict[str, str], kept: str | None) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    answer = quick_world.signed("/sms/incoming", **form)
    assert answer.status_code == 200
    quick_world.run(2)
    assert [text for who, text in said(quick_world)[:1]] == [kept] if kept else not quick_world.contacts()
    quick_world.expect_texts(1) if kept else None


def test_news_of_what_never_was(quick_world: World) -> None:
    for path in ("/sms/status/" + "a" * 32 + "/1", "/sms/status/x/99999"):
        assert quick_world.signed(path, MessageStatus="delivered", ErrorCode="x").status_code == 204


def test_one_phone_that_never_stops_is_kept_out_and_others_are_not(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.expect_texts(1, "+4530999888")
    for number in range(130):
        quick_world.signed_quietly("/sms/incoming", **text_form(MessageSid=f"SM{number}", Body=f"{number}"))
    quick_world.run(2)
    assert len(conversation(quick_world)) == 121
    quick_world.citizen_texts("Hej", from_="+4530999888")
    quick_world.run(2)
    assert len(quick_world.contacts()) == 2
