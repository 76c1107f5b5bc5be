"""Figures for Prometheus, read with its own parser; and who may read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import build_app
from gateway.carrier.virtual.scripts import Answers
from tests.flows.world import CITIZEN, FOENIX, World
from tests.gateway.statistics.made_up import call

METRICS_TOKEN = "a-token-of-some-length"


@pytest.fixture
def world(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


def figures(world) -> dict[tuple[str, str], float]:
    answer = world.app.test_client().get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, "".join(v for k, v in sample.labels.items() if k != "process")): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_a_citizen_waits_is_answered_and_goes(world):
    world.on_duty(("foenix", 1, "anna"))
    anna = world.worker("anna")
    call = world.citizen_calls(FOENIX)
    world.run(3)
    waiting = figures(world)
    assert waiting["akutlinjen_contacts", "offered"] == 1
    assert waiting["akutlinjen_contacts_waiting", ""] == 1
    assert waiting["akutlinjen_oldest_wait_seconds", ""] == 3
    assert waiting["akutlinjen_phones_ringing", ""] == 1
    assert waiting["akutlinjen_database_up", ""] == 1
    assert waiting["akutlinjen_outbox_open", ""] == 1  # the back-up, due later
    assert waiting["akutlinjen_outbox_overdue", ""] == 0

    anna.pick_up()
    world.run(1)
    anna.press("1")
    world.run_until(lambda: bool(call.talking_with))
    talking = figures(world)
    assert talking["akutlinjen_contacts", "answered"] == 1
    assert talking["akutlinjen_contacts_waiting", ""] == 0
    assert talking["akutlinjen_oldest_wait_seconds", ""] == 0
    assert talking["akutlinjen_phones_ringing", ""] == 0

    call.hang_up()
    world.run(10)
    after = figures(world)
    assert after["akutlinjen_contacts", "answered"] == 0
    assert after["akutlinjen_contacts_last_24h", "ended"] == 1
    assert after["akutlinjen_rings_last_24h", "talked"] == 1
    world.clock.set(world.clock() + timedelta(hours=25))
    assert figures(world)["akutlinjen_contacts_last_24h", "ended"] == 0


def test_who_signs_badly_is_counted(world):
    world.expect_trouble("webhook_refused")
    before = figures(world).get(("akutlinjen_events_total", "webhook_refused"), 0)
    world.app.test_client().post("/voice/incoming", data={"CallSid": "CA1"})
    assert figures(world)["akutlinjen_events_total", "webhook_refused"] == before + 1


def test_nobody_is_in_the_figures(world):
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(3, keys=[(2, "1")]))
    world.citizen_calls(FOENIX)
    world.run(20)
    text = world.app.test_client().get("/metrics").get_data(as_text=True)
    for secret in (CITIZEN[3:], "anna", "Anna", "foenix", "Esbjerg", world.contact().id):
        assert secret not in text


def test_prometheus_gets_the_format_it_asks_for(world):
    client = world.app.test_client()
    plain = client.get("/metrics")
    assert plain.content_type.startswith("text/plain; version=")
    openmetrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.content_type.startswith("application/openmetrics-text")
    assert openmetrics.get_data(as_text=True).endswith("# EOF\n")


@pytest.mark.parametrize("token", [None, METRICS_TOKEN])
def test_this_machine_or_who_has_the_token(world, token):
    client = build_app(
        replace(world.gateway, settings=replace(world.settings, metrics_token=token))
    ).test_client()

    def ask(address, **headers):
        return client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code

    assert ask("127.0.0.1") == ask("::1") == 200
    assert ask("203.0.113.9") == 404
    assert ask("203.0.113.9", Authorization="Bearer ") == 404
    assert ask("203.0.113.9", Authorization="Bearer None") == 404
    assert ask("203.0.113.9", Authorization="Bearer wrong") == 404
    assert ask("203.0.113.9", Authorization=f"Bearer {METRICS_TOKEN}") == (200 if token else 404)
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert ask("127.0.0.1", **{name: "203.0.113.9"}) == 404


def test_without_sql_the_rest_is_told(world):
    from gateway.store.engine import Store

    gone = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    text = build_app(replace(world.gateway, store=gone)).test_client().get("/metrics").get_data(as_text=True)
    assert "akutlinjen_database_up 0.0" in text
    assert "akutlinjen_contacts" not in text
    assert "akutlinjen_roster_age_seconds" in text


def test_when_a_worker_first_wrote(world):
    def first_words():
        found = figures(world)
        return [
            found["akutlinjen_first_words_last_24h", when] for when in ("within_60_s", "later", "not_yet")
        ]

    assert first_words() == [0, 0, 0]
    since = world.clock()
    with world.store.write() as connection:
        for word in (0, 60, 60.001, None):
            at = None if word is None else since + timedelta(seconds=word)
            call(connection, "foenix", since, 5, channel="chat", first_word_at=at)
        call(connection, "foenix", since, 5, channel="sms", state="answered", ended_at=None)
        call(connection, "foenix", since, 5)  # on the telephone nobody writes
    assert first_words() == [2, 1, 2]
    world.clock.set(since + timedelta(hours=24))
    assert first_words() == [2, 1, 2]
    world.clock.set(since + timedelta(hours=24, seconds=1))
    assert first_words() == [0, 0, 0]
