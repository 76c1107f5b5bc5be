"""A citizen who texts, as a console sees it: the same queue and protocol, and what became of each SMS."""

from __future__ import annotations

import uuid

import pytest

from config.settings import Settings
from gateway.app import build
from gateway.sms.receiving import receive
from gateway.sms.sending import fared
from gateway.sms.webhook import TextWebhook
from gateway.store import sms
from tests.chat.people import agreed, eventually
from tests.chat.test_citizen import story

CITIZEN, FOENIX = "+4530123456", "+4576160001"


@pytest.fixture
def web(place):
    """What the web process does of it."""
    gateway, _dispatcher = build(Settings.from_environment(place.environment()))
    yield gateway
    gateway.book.stop()
    gateway.store.close()


def texts(web, words):
    hook = TextWebhook(f"SM{uuid.uuid4().hex}", CITIZEN, FOENIX, words, 0, "")
    return receive(web, hook).conversation


def tell(web, conversation, seq, state, code=None):
    """The carrier's news of one message."""
    with web.store.write() as connection:
        (delivery,) = [d for d in sms.deliveries_of(connection, [conversation]) if d.seq == seq]
        fared(connection, delivery.id, delivery.tries, state, code, web.now())


def test_a_text_is_taken_from_the_queue_and_every_step_of_an_answer_is_told(scene, web):
    async def tell_it():
        anna, carla = await scene.worker("anna"), await scene.worker("carla")
        conversation = texts(web, "Hej, er der nogen?")
        (item,) = await anna.sees(1)
        assert (item["channel"], item["line"]) == ("sms", "foenix")
        assert len(item["ticket"]) == 6
        await eventually(
            lambda: item["contact"] in anna.waiting() and anna.queue[0]["offered_until"], "an offer"
        )
        contact = item["contact"]
        agreed(await anna.takes(contact))
        await eventually(lambda: len(anna.messages) == 2, "what was written")
        assert [message["from"] for message in anna.messages] == ["citizen", "system"]
        message = {"contact": contact, "id": str(uuid.uuid4()), "text": "Hej, jeg hedder Anna"}
        seq = agreed(await anna.call("message", message))["seq"]
        assert agreed(await anna.call("message", message))["seq"] == seq
        heard = anna.received["delivery"]

        def states(of):
            return [each["state"] for each in heard if each["seq"] == of]

        await eventually(lambda: states(seq) == ["queued"], "queued")
        tell(web, conversation, seq, "sent")
        await eventually(lambda: states(seq) == ["queued", "sent"], "sent")
        tell(web, conversation, seq, "undelivered", 30006)
        await eventually(lambda: states(seq) == ["queued", "sent", "undelivered"], "undelivered")
        assert heard[-1] == {
            "contact": contact, "seq": seq, "state": "undelivered", "error_code": 30006,
            "at": heard[-1]["at"],
        }  # fmt: skip
        assert carla.received["delivery"] == []
        again = await scene.worker("anna", after={contact: seq})
        await eventually(lambda: len(again.received["delivery"]) == 2, "how all of it stands")
        assert again.received["delivery"][-1]["state"] == "undelivered"
        texts(web, "Tak for svaret, men jeg er stadig bange")
        await eventually(
            lambda: again.texts() == ["Tak for svaret, men jeg er stadig bange"], "the next text"
        )
        agreed(await again.call("close", {"contact": contact}))
        await eventually(lambda: again.state == "ended", "the end")

    story(scene, tell_it)
