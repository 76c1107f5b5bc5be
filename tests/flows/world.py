"""A whole gateway and a telephone company in the box, in simulated time.

Stories read as ``world.citizen_calls(line); world.worker("anna").press("1")``. ``close`` fails on any ring or
message that the story did not expect, on anything the carrier complains of, on a webhook that failed, and on
anything logged that means trouble.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from werkzeug.test import TestResponse

from config import logs
from config.settings import Settings
from config.site_file import read_site
from gateway.app import build_app, dispatcher_for
from gateway.audit.log import AuditLog
from gateway.carrier.twilio import TwilioCarrier
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.phones import Phone, TextMessage
from gateway.carrier.virtual.rest import create_rest_app
from gateway.carrier.virtual.scripts import RingsOut, Script
from gateway.carrier.virtual.simulation import SetClock
from gateway.carrier.virtual.transports import WsgiHttpClient, WsgiTransport
from gateway.carrier.virtual.webhooks import signature_headers
from gateway.outbox.sweep import sweep_once
from gateway.privacy.callers import CallerHashes
from gateway.rosters.book import RosterBook
from gateway.rosters.forgotten_away import end_forgotten
from gateway.rosters.roster_import import import_roster
from gateway.store import contacts as contact_rows
from gateway.store import site_versions
from gateway.store.contacts import Contact, Event, Leg
from gateway.store.engine import StoreUnavailableError
from gateway.store.vault import Vault
from gateway.voice import hold_tone
from gateway.voice.notebook import write_down
from gateway.wiring import Gateway
from routing.roster import Shift
from tests.flows.databases import ready_store
from tests.flows.post import Post

ACCOUNT = "AC" + "0" * 32
TOKEN = "the-carriers-token-for-tests"
PUBLIC = "https://akut.example"
API = "https://carrier.example"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SITE = (Path(__file__).parent / "site.toml").read_text()
HOUSEKEEPING = timedelta(seconds=5)
# What is logged when something of ours or of the carrier failed: a story says so that expects it.
TROUBLE = frozenset(
    {
        "alarm_not_sent", "errand_failed", "hang_up_failed", "housekeeping_failed", "library_log",
        "log_field_dropped", "move_failed", "notebook_failed", "notebook_line_unreadable", "outbox_waits",
        "provisional_call", "ring_failed", "route_without_protection", "sms_failed", "store_hangs",
        "store_unavailable", "voice_failed", "wake_not_sent", "webhook_refused",
    }
)  # fmt: skip

CITIZEN = "+4530123456"
FOENIX, FOENIX_PARTNERS, TOFTEN, SHARED, BACK_UP = (
    "+4576160001", "+4576160091", "+4576160002", "+4570200000", "+4576160099",
)  # fmt: skip


def local(text: str) -> datetime:
    """A Copenhagen wall-clock time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


class World:
    def __init__(
        self,
        database_url: str,
        var_dir: Path,
        *,
        at: str = "2026-11-24 14:00",
        faults: Faults | None = None,
        habits: Habits | None = None,
    ) -> None:
        self._counted = logs.counts()
        self.clock = SetClock(local(at))
        self.faults = faults or Faults()
        self.site = read_site(SITE)
        self.settings = Settings.from_environment(
            {
                "DATABASE_URL": database_url, "PUBLIC_URL": PUBLIC, "AKUTLINJEN_VAR": str(var_dir),
                "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_BASE_URL": API,
            }
        )  # fmt: skip
        self.store = ready_store(database_url)
        vault = Vault(self.settings.keys().data_key)
        site_versions.save(self.store, vault, SITE, self.clock())
        self.book = RosterBook(self.store, vault, var_dir)
        self.book.refresh()
        self.exchange = Exchange(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            now=self.clock,
            transport=WsgiTransport(lambda *_: [], PUBLIC),
            faults=self.faults,
            habits=habits or Habits(play_seconds=hold_tone.SECONDS),
        )
        carrier = TwilioCarrier(
            ACCOUNT, TOKEN, API, http_client=WsgiHttpClient(create_rest_app(self.exchange))
        )
        self.gateway = Gateway(
            settings=self.settings,
            store=self.store,
            vault=vault,
            book=self.book,
            carrier=carrier,
            audit=AuditLog(self.settings.keys().secret_key),
            callers=CallerHashes(vault),
            now=self.clock,
        )
        self.dispatcher = dispatcher_for(self.gateway)
        self.gateway = replace(self.gateway, wake=lambda: None)
        self.app = build_app(self.gateway)
        self.post = self.exchange.transport = Post(WsgiTransport(self.app, PUBLIC), self.clock)
        for number in (FOENIX, FOENIX_PARTNERS, TOFTEN, "+4576160092", SHARED):
            self.exchange.provision(
                number, f"{PUBLIC}/voice/incoming", f"{PUBLIC}/voice/fallback", f"{PUBLIC}/voice/status",
                f"{PUBLIC}/sms/incoming", f"{PUBLIC}/sms/fallback",
            )  # fmt: skip
        for worker in self.site.workers.values():
            self.exchange.phone(worker.mobile, RingsOut())
        self.exchange.phone(BACK_UP, RingsOut())
        self.expected: set[str] = set()
        self.expected_trouble: set[str] = set()
        self.expected_failures = 0
        self.expected_messages: dict[str, int] = {}
        self._next_housekeeping = self.clock() + HOUSEKEEPING
        self.keeps_house = True

    # --- who is on duty ---------------------------------------------------------------------------

    def on_duty(self, *rows: tuple[str, int, str] | tuple[str, int, str, str, str]) -> None:
        """Publish (line, tier, worker) for these days, or with start and end."""
        day = self.clock().astimezone(COPENHAGEN).date()
        start = datetime.combine(day - timedelta(days=1), datetime.min.time())
        shifts = [
            Shift(row[0], row[1], row[2], start, start + timedelta(days=4))
            if len(row) == 3
            else Shift(row[0], row[1], row[2], datetime.fromisoformat(row[3]), datetime.fromisoformat(row[4]))
            for row in rows
        ]
        import_roster(self.store, shifts, by="test", source="test", at=self.clock())
        self.book.refresh()

    # --- what people do ---------------------------------------------------------------------------

    def worker(self, name: str, script: Script | None = None) -> Phone:
        """A worker's phone (or ``backup``); naming it says that the story expects it to ring."""
        number = BACK_UP if name == "backup" else self.site.workers[name].mobile
        self.expected.add(number)
        return self.exchange.phone(number, script)

    def expect_message(self, name: str, count: int = 1) -> None:
        self.expected_messages[self.site.workers[name].mobile] = count

    def expect_trouble(self, *events: str) -> None:
        self.expected_trouble |= set(events)

    def citizen_calls(
        self, to: str = FOENIX, script: Script | None = None, *, from_: str | None = CITIZEN
    ) -> Call:
        call = self.exchange.call(from_, to, script)
        self.run(0)
        return call

    def signed(self, path: str, **form: str) -> TestResponse:
        """A webhook by hand, signed as the carrier does, and what follows from it at once."""
        answer = self.signed_quietly(path, **form)
        self.run(0)
        return answer

    def signed_quietly(self, path: str, **form: str) -> TestResponse:
        """A webhook by hand alone, from any thread."""
        headers = signature_headers(TOKEN, f"{PUBLIC}{path}", form)
        return self.app.test_client().post(path, data=form, headers=headers)

    def citizen_texts(
        self, body: str, to: str = FOENIX, *, from_: str = CITIZEN, media: int = 0
    ) -> TextMessage:
        message = self.exchange.text(from_, to, body, media=media)
        self.run(0)
        return message

    def expect_texts(self, count: int, number: str = CITIZEN) -> None:
        """So many SMS to a citizen in the whole story."""
        self.expected_messages[number] = count

    # --- time -------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        until = self.clock() + timedelta(seconds=seconds)
        self._work()
        while (at := self._next_at()) <= until:
            self.clock.set(at)
            self._work()
        self.clock.set(until)
        self._work()

    def run_until(self, done: Callable[[], bool], limit: float = 300) -> float:
        """Seconds that passed. Fails after ``limit``."""
        began = self.clock()
        self._work()
        while not done():
            at = self._next_at()
            assert (at - began).total_seconds() <= limit, f"not within {limit} s"
            self.clock.set(at)
            self._work()
        return (self.clock() - began).total_seconds()

    def _next_at(self) -> datetime:
        times = [self._next_housekeeping, self.exchange.next_event_at(), self._outbox_at()]
        return max(min(at for at in times if at is not None), self.clock())

    def _outbox_at(self) -> datetime | None:
        try:
            at = self.dispatcher.next_due_at()
        except StoreUnavailableError:
            return None
        return at if at is None or at > self.clock() else None

    def _work(self) -> None:
        while True:
            self.exchange.run_due()
            if not self._errands():
                break
        self.exchange.run_due()

    def _errands(self) -> int:
        """What a web process does besides answering; without SQL it waits, as its threads do."""
        try:
            if self.clock() >= self._next_housekeeping:
                self._next_housekeeping = self.clock() + HOUSEKEEPING
                if self.keeps_house:
                    write_down(self.gateway)
                    sweep_once(self.gateway)
                    end_forgotten(self.gateway)
            return self.dispatcher.run_due()
        except StoreUnavailableError:
            return 0

    # --- what came of it --------------------------------------------------------------------------

    def contacts(self) -> list[Contact]:
        with self.store.read() as connection:
            states = ["waiting", "offered", "answered", "ended", "registered", "abandoned", "call_back"]
            return contact_rows.contacts_in(connection, states)

    def contact(self) -> Contact:
        (only,) = self.contacts()
        return only

    def legs(self) -> list[Leg]:
        with self.store.read() as connection:
            return [
                leg for contact in self.contacts() for leg in contact_rows.legs_of(connection, contact.id)
            ]

    def events(self) -> list[Event]:
        return self.events_of(self.contact().id)

    def events_of(self, contact: str) -> list[Event]:
        with self.store.read() as connection:
            return contact_rows.events_of(connection, contact)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    def engaged(self) -> set[str]:
        with self.store.read() as connection:
            return set(contact_rows.unavailable(connection))

    def rung(self) -> list[tuple[str, float]]:
        """Who was rung, in order, and how many seconds after the first call began."""
        began = min(call.created_at for call in self.exchange.calls.values())
        return [
            (self._name(call.to), (call.created_at - began).total_seconds())
            for call in self.exchange.calls.values()
            if call.direction != "inbound"
        ]

    def ringing(self) -> set[str]:
        """Names of the workers (or ``backup``) whose phones ring now."""
        return {self._name(phone.number) for phone in self.exchange.phones.values() if phone.is_ringing}

    def _name(self, number: str) -> str:
        names = {worker.mobile: worker.id for worker in self.site.workers.values()} | {BACK_UP: "backup"}
        return names.get(number, "citizen")

    def trouble(self) -> set[str]:
        """What was logged since this world began that means trouble."""
        return {
            event
            for event, count in logs.counts().items()
            if event in TROUBLE and count > self._counted.get(event, 0)
        }

    def close(self) -> None:
        rung = {call.to for call in self.exchange.calls.values() if call.direction != "inbound"}
        messages: dict[str, int] = {}
        for message in self.exchange.messages:
            if message.direction == "inbound":
                continue
            messages[message.to] = messages.get(message.to, 0) + 1
        self.store.close()
        assert not self.exchange.complaints, self.exchange.complaints
        assert len(self.exchange.failures) <= self.expected_failures, self.exchange.failures
        assert self.trouble() <= self.expected_trouble, self.trouble() - self.expected_trouble
        assert rung <= self.expected, f"rang unexpectedly: {rung - self.expected}"
        assert messages == self.expected_messages, "messages that the story did not expect"
