"""After calls and sign-ins nothing of anybody is readable in what is stored and logged; after the purge not
even encrypted (issue of roles and audit, "Must hold")."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import logs
from gateway.accounts import tokens
from gateway.app import build_app
from gateway.audit.log import SYSTEM
from gateway.carrier.virtual.scripts import Answers, Caller, RingsOut
from gateway.privacy.lifting import hide_due
from gateway.privacy.purge import purge
from gateway.store import contacts as rows
from gateway.store.tables import (
    caller_keys,
    contacts,
    conversations,
    crisis_plans,
    messages,
    number_lifts,
    registration_versions,
    registrations,
    sms_deliveries,
    sms_received,
    sms_stops,
    sms_threads,
    tickets,
)
from tests.flows import world as the_world
from tests.flows.outage import Outage
from tests.flows.readable import Secrets, in_database, in_files, in_redis
from tests.flows.site_of_names import named
from tests.flows.texts import Writer, ticket
from tests.flows.world import BACK_UP, FOENIX, SHARED, World
from tests.gateway.pages.registration.filling_in import PLAIN, send_sheet
from tests.gateway.pages.visiting import Form, Visitor

Capture = pytest.CaptureFixture[str]

TALKS, CALLS_BACK, KEYED_IN, PROVISIONAL, STRANGER = (
    "+4531415926", "+4527182818", "+4526535897", "+4551413562", "+4561803398",
)  # fmt: skip
TAKES_IT = Answers(3, keys=[(2, "1")])
REASON = "Har taget Panodil ved Ørstedsparken og svarer langsomt"
NOTE = "Bor ved Kærmindestien og venter på sin storesøster"
GOAL = "Gå til søen med Ingeborg hver morgen"
CPR = "211062-5629"
ADDRESS = "198.51.100.77"
BROWSER = "Mozilla/5.0 (Bornholmerbrowser 77.1) Gecko/20100101 Firefox/131.0"
TROUBLE = (
    "store_unavailable", "provisional_call", "outbox_waits", "webhook_refused", "library_log", "voice_failed",
)  # fmt: skip


class Story:
    """One world, its secrets, and a browser; ``left`` is all that can be found of it now."""

    def __init__(
        self, world: World, redis_url: str, secrets: Secrets, said: pytest.CaptureFixture[str]
    ) -> None:
        self.world, self.redis_url, self.secrets = world, redis_url, secrets
        settings = replace(world.settings, redis_url=redis_url)
        self.app = build_app(replace(world.gateway, settings=settings))
        self._capture, self._said = said, ""

    def browser(self) -> Visitor:
        visitor = Visitor(self.world, self.app, address=ADDRESS)
        visitor.environ["HTTP_USER_AGENT"] = BROWSER
        return visitor

    def remember(self, visitor: Visitor) -> None:
        """The secrets of the page that is open, and of the browser's cookies."""
        for fields in Form(visitor.page.text).forms.values():
            if "form_token" in fields:
                self.secrets.text("a form's token", fields["form_token"])
        for name in ("session", "form", "step"):
            value = visitor.cookie(f"__Host-{name}")
            if value:
                self.secrets.text(f"the cookie {name}", value)

    def logged(self) -> str:
        out, error = self._capture.readouterr()
        self._said += out + error
        return self._said

    def left(self) -> dict[str, bytes]:
        return {
            **in_database(self.world.store),
            **in_redis(self.redis_url),
            **in_files(self.world.settings.var_dir),
            "the log": self.logged().encode(),
        }


@pytest.fixture
def story(
    database_url: str,
    tmp_path: Path,
    valkey_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: Capture,
) -> Iterator[Story]:
    secrets = Secrets()
    site = named(the_world.SITE, secrets)
    for number in (TALKS, CALLS_BACK, KEYED_IN, PROVISIONAL, STRANGER, BACK_UP):
        secrets.number(number)
    secrets.text("the reason", REASON)
    secrets.text("the note", NOTE)
    secrets.text("the plan", GOAL)
    secrets.text("the CPR number", CPR)
    secrets.text("the CPR number's digits", CPR.replace("-", ""))
    secrets.text("the address", ADDRESS)
    secrets.text("the browser", BROWSER)
    secrets.text("the browser's name", "Bornholmerbrowser")
    secrets.text("the carrier's token", the_world.TOKEN)
    monkeypatch.setattr(the_world, "SITE", site)
    logs.configure(strict=False)
    world = World(database_url, tmp_path / "var")
    world.expect_trouble(*TROUBLE)
    yield Story(world, valkey_url, secrets, capfd)
    logs.configure(strict=True)
    world.close()


def a_conversation(story: Story) -> None:
    """Anna takes it, hands it over to Bo, who has the number shown to him; the citizen hangs up."""
    world = story.world
    anna, _bo = world.worker("anna", TAKES_IT), world.worker("bo", TAKES_IT)
    call = world.citizen_calls(SHARED, Caller(keys=[(8, "6700")]), from_=TALKS)
    world.run_until(lambda: call.talking_with == {anna.number})
    contact = world.contact().id
    with world.store.write() as connection:
        token = tokens.issue(connection, "anna", world.clock())
    story.secrets.text("a program's token", token)
    headers = {"Authorization": f"Bearer {token}"}
    client = story.app.test_client()
    path = f"/api/v1/contacts/{contact}"
    assert client.post(f"{path}/transfer", json={"to": "bo"}, headers=headers).status_code == 202
    world.run_until(lambda: len(call.talking_with) == 2)
    anna.hang_up()
    world.run_until(lambda: world.contact().answered_by == "bo")
    bo = by_link(story, "bo")
    bo.get(f"/contacts/{contact}")
    story.remember(bo)
    answer = bo.send(f"/contacts/{contact}/lift", reason=REASON)
    assert "31 41 59 26" in answer.text
    story.remember(bo)
    lifted = client.post(f"{path}/lift", json={"reason": REASON}, headers=headers)
    assert lifted.get_json() == {"number": TALKS}
    world.expect_message("koord", 3)
    world.run(5)
    call.hang_up()
    world.run(10)


def a_registration(story: Story) -> None:
    """Bo registers it, with a note and a number, and makes a crisis plan with the citizen."""
    contact = story.world.contacts()[0].id
    bo = by_link(story, "bo")
    path = f"/contacts/{contact}/registration"
    bo.get(path)
    story.remember(bo)
    sent = send_sheet(bo, path, PLAIN | {"note": NOTE}, do="submit", cpr=CPR, purpose="course")
    assert sent.status_code == 303
    assert NOTE in bo.follow().text
    bo.get(f"/crisis-plans/new?contact={contact}")
    bo.send("/crisis-plans/new", consent="yes")
    plan = bo.page.headers["Location"]
    bo.follow()
    story.remember(bo)
    assert bo.send(plan, **{"text.goals": GOAL, "before.network": "2"}).status_code == 303
    assert GOAL in bo.get(f"{plan}/print").text


def a_call_back(story: Story) -> None:
    """Nobody takes it; the citizen keys in another number and is called there."""
    world = story.world
    for name in ("anna", "bo", "nadia", "backup"):
        world.worker(name, RingsOut())
    world.exchange.phone(KEYED_IN, Answers(3))
    world.expected.add(KEYED_IN)
    call = world.citizen_calls(FOENIX, Caller(keys=[(70, "5")]), from_=CALLS_BACK)
    world.run(78)
    call.press(f"{KEYED_IN.removeprefix('+45')}#")
    world.run(8)
    assert "26, 53, 58, 97" in call.heard[-1]
    call.press("1#")
    world.run_until(lambda: call.is_over, limit=20)
    anna = world.worker("anna", TAKES_IT)
    world.run_until(lambda: KEYED_IN in (anna.call.talking_with if anna.call else set()), limit=300)
    anna.hang_up()
    world.run(10)


def a_call_without_sql(story: Story) -> None:
    """Looked at while its notes are on the disk, too."""
    world, outage = story.world, Outage(story.world.store)
    anna = world.worker("anna", TAKES_IT)
    outage.begin()
    try:
        call = world.citizen_calls(FOENIX, from_=PROVISIONAL)
        world.run_until(lambda: call.talking_with == {anna.number}, limit=60)
        notes = in_files(world.settings.var_dir)
        assert any("notebook" in place for place in notes)
        assert story.secrets.readable_in(notes | {"the log": story.logged().encode()}) == []
        call.hang_up()
        world.run(5)
    finally:
        outage.end()
    world.run(10)


def by_link(story: Story, worker: str) -> Visitor:
    visitor = story.browser()
    visitor.asks_for_link(story.world.site.workers[worker].mobile)
    story.remember(visitor)
    link = visitor.link()
    story.secrets.text("a link's token", link.rsplit("/", 1)[1])
    visitor.get(link)
    story.remember(visitor)
    assert visitor.send("/sign-in/link/use").status_code == 303
    visitor.follow()
    story.remember(visitor)
    mobile = story.world.site.workers[worker].mobile
    sent = sum(message.to == mobile for message in story.world.exchange.messages)
    story.world.expect_message(worker, sent)
    return visitor


def what_goes_wrong(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that are refused, and faults whose words hold what nobody should read."""
    world, app = story.world, story.app
    stranger = story.browser()
    stranger.asks_for_link(STRANGER)
    stranger.get(f"/sign-in/link/{story.secrets.text('a wrong link', 'Zz9' * 12 + 'Zz')}")
    stranger.send("/sign-in/link/use")
    stranger.get(f"/{TALKS}?number={TALKS}&name={REASON}")
    stranger.get(f"/contacts/{TALKS}")
    stranger.has(story.secrets.text("a forged cookie", "forged-cookie-Qq7Qq7"))
    stranger.get("/console")
    client = app.test_client()
    forged = {"Authorization": f"Bearer {story.secrets.text('a forged token', 'akutlinjen_Yy6Yy6Yy6Yy6')}"}
    client.get(f"/api/v1/contacts/{TALKS}", headers=forged)
    client.post("/voice/incoming", data={"From": TALKS, "To": FOENIX, "CallSid": "CA1"})
    world.signed("/voice/legs/none/key", From=TALKS, To=FOENIX, CallSid="CA2", Digits="27182818")
    anna = by_link(story, "anna")

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError(f"{TALKS} said: {REASON}")

    def fails_in_sql(connection: sa.Connection, *_args: object, **_more: object) -> None:
        words = sa.text("SELECT * FROM nowhere WHERE number = :number AND reason = :reason")
        connection.execute(words, {"number": TALKS, "reason": REASON})

    for broken in (fails, fails_in_sql):
        with monkeypatch.context() as patched:
            patched.setattr("gateway.pages.contact_shown.earlier_contacts", broken)
            patched.setattr("gateway.pages.contact_shown.is_lifted", broken)
            assert anna.get(f"/contacts/{world.contacts()[0].id}").status_code in {500, 503}
    logging.getLogger("some.library").error("could not reach %s: %s", TALKS, REASON)
    logging.getLogger("werkzeug").warning("%s - - GET /%s", ADDRESS, TALKS)


def sealed(world: World) -> set[bytes]:
    """What the calls left in encrypted columns and as hashes."""
    with world.store.read() as connection:
        columns = (
            contacts.c.wrapped_key, contacts.c.caller_number, contacts.c.call_back_number,
            contacts.c.caller_hash, number_lifts.c.reason, caller_keys.c.sealed, registrations.c.texts,
            registration_versions.c.texts, crisis_plans.c.texts, crisis_plans.c.wrapped_key,
        )  # fmt: skip
        found = {value for column in columns for value in connection.execute(sa.select(column)).scalars()}
    return {value.encode() if isinstance(value, str) else value for value in found if value}


def test_a_whole_service_leaves_nothing_readable_and_after_the_purge_nothing_at_all(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = story.world
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"), ("vest", 1, "nadia"))
    a_conversation(story)
    a_registration(story)
    a_call_back(story)
    a_call_without_sql(story)
    what_goes_wrong(story, monkeypatch)
    assert len(world.contacts()) == 3
    assert story.secrets.readable_in(story.left()) == []
    assert any(place.startswith("Redis") for place in in_redis(story.redis_url))
    for event in ("number_lifted", "signed_in", "page_failed", "library_log", "webhook_refused"):
        assert f'"event": "{event}"' in story.logged()

    kept = sealed(world)
    assert len(kept) >= 3 + 4 + 2 + 2 + 4  # keys, numbers, hashes, reasons, notes and plans
    world.clock.set(world.clock() + timedelta(days=62))
    with world.store.write() as connection:
        hide_due(connection, world.gateway, world.clock())
    purge(world.store, world.gateway.audit, world.clock(), actor=SYSTEM)
    assert sealed(world) == set()
    left = story.left()
    assert story.secrets.readable_in(left) == []
    assert [place for place, content in left.items() for each in kept if each in content] == []
    assert world.gateway.audit.verify(world.store).faults == ()
    world.expected_messages = {
        message.to: sum(other.to == message.to for other in world.exchange.messages)
        for message in world.exchange.messages
    }


def a_conversation_by_sms(story: Story) -> str:
    """Written both ways, a code asked for, a picture, a STOP and a START; then by phone with the ticket."""
    world, secrets = story.world, story.secrets
    texts = [
        secrets.text("a citizen's text", "Jeg står ved Kværndrup Mølle og fryser"),
        secrets.text("a worker's text", "Kom indenfor hos os i Sct. Nicolai Gade"),
        secrets.text("a later text", "Nu er det Hjørdis der skriver igen"),
    ]
    world.citizen_texts(texts[0], from_=TALKS, media=1)
    anna = Writer(world, "anna", story.app)
    secrets.text("a program's token", anna.token)
    anna.accepts()
    anna.writes(texts[1])
    world.run(3)
    world.citizen_texts("KODE", from_=TALKS)
    world.run(3)
    told = world.exchange.phone(TALKS).texts[-1]
    code = told.partition("din kode er ")[2][:9]
    secrets.numbers.add(code.replace(" ", ""))
    for word in ("STOP", "START", texts[2]):
        world.citizen_texts(word, from_=TALKS)
    anna.accepts()
    anna.closes()
    world.run(3)
    number = ticket(world)
    keys = [(9, "4"), (14, number), (20, code.replace(" ", ""))]
    world.worker("anna", Answers(30, keys=[(2, "1")]))
    world.worker("bo")
    call = world.citizen_calls(FOENIX, Caller(keys=keys), from_=TALKS)
    world.run_until(lambda: bool(call.talking_with), limit=60)
    assert world.contacts()[-1].earlier_conversation is not None
    assert texts[0] in json.dumps(anna.reads(), ensure_ascii=False)
    call.hang_up()
    world.run(5)
    world.signed("/sms/status/none/1", To=TALKS, MessageStatus="sent")
    story.app.test_client().post("/sms/incoming", data={"From": TALKS, "Body": texts[0], "MessageSid": "x"})
    return number


def test_a_conversation_by_sms_leaves_nothing_readable_and_after_the_purge_nothing_at_all(
    story: Story,
) -> None:
    world = story.world
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    number = a_conversation_by_sms(story)
    assert story.secrets.readable_in(story.left()) == []
    for event in ("sms_received", "sms_stopped", "sms_started", "webhook_refused"):
        assert f'"event": "{event}"' in story.logged()
    shown = f"{number[:3]} {number[3:]}"
    assert [place for place, content in story.left().items() if shown.encode() in content] == []
    assert re.search(rf"(?<![0-9a-f]){number}(?![0-9a-f])", story.logged()) is None

    def bodies() -> set[bytes]:
        with world.store.read() as connection:
            columns = (messages.c.body, conversations.c.wrapped_key, sms_threads.c.own_number)
            return {value for each in columns for value in connection.execute(sa.select(each)).scalars()}

    kept = sealed(world) | {body for body in bodies() if body}
    world.clock.set(world.clock() + timedelta(days=62))
    purge(world.store, world.gateway.audit, world.clock(), actor=SYSTEM)
    assert sealed(world) == set()
    assert {body for body in bodies() if body} == set()
    left = story.left()
    assert story.secrets.readable_in(left) == []
    assert [place for place, content in left.items() for each in kept if each in content] == []
    with world.store.read() as connection:
        for table in (tickets, sms_deliveries, sms_received, sms_threads, sms_stops):
            assert connection.execute(sa.select(table)).all() == [], table.name
    world.expect_texts(sum(m.to == TALKS for m in world.exchange.messages), TALKS)


def test_the_search_finds_what_is_there(story: Story) -> None:
    """Breaking it on purpose: a secret at each kind of place, in several forms."""
    world, secrets = story.world, story.secrets
    world.worker("anna")
    world.on_duty(("foenix", 1, "anna"))
    world.citizen_calls(FOENIX, from_=TALKS)
    world.run(1)
    assert secrets.readable_in(story.left()) == []
    with world.store.write() as connection:
        for said in (TALKS, "31 41 59 26", "31, 41, 59, 26", "0045-31-41-59-26"):
            rows.add_event(connection, world.contact().id, world.clock(), "ended", said=said)
        rows.add_event(connection, world.contact().id, world.clock(), "ended", said=REASON)
    found = secrets.readable_in(in_database(world.store))
    assert len([each for each in found if "5926" in each]) >= 2
    assert len([each for each in found if "reason" in each]) >= 2
    places = [
        TALKS.encode(), b"31 41 59 26", b"3 1 4 1 5 9 2 6", b"(31) 41.59-26", TALKS.encode("utf-16-le"),
        TALKS.encode().hex().encode(), b"eyJuIjogIis0NTMxNDE1OTI2In0=",
    ]  # fmt: skip
    for content in places:
        assert secrets.readable_in({"x": content}), content
    (world.settings.var_dir / "note").write_text(ADDRESS)
    os.write(2, BROWSER.encode())
    found = [re.sub(r" \d+ ", " ", each) for each in secrets.readable_in(story.left())]
    assert "the address is readable in file note" in found
    assert "the browser is readable in the log" in found
