"""300 calls at once, faults of every kind from a seed, a web process and the worker killed in the middle.

Real processes, real time. What is checked are states, never how long something took: a slow machine makes
the storm longer, not the test red.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

import pytest
import sqlalchemy as sa

from gateway.carrier import CallStatus
from gateway.carrier.virtual.calls import Call
from gateway.carrier.virtual.flow import APPLICATION_ERROR
from gateway.carrier.virtual.scripts import MayHangUpAt
from gateway.contacts.lifecycle import ContactState, LegPurpose
from gateway.contacts.ringing import HANG_UP
from gateway.store import contacts as contact_rows
from gateway.store.tables import outbox
from tests.flows import storm
from tests.flows.house import House, in_memory
from tests.flows.watch import Watch
from tests.waiting import wait_until

CALLS = 300
SEED = int(os.environ.get("STORM_SEED", "2026"))
# A call's life is some tens of seconds here; this is for a machine that is busy with other things.
LONGEST_SECONDS = 300
# Hanging up is tried again after a second or two; what a killed process had begun, after its lease of twelve.
RINGS_ON_SECONDS = 12
# What news gets for an answer while SQL can't be reached in time. It may be lost: nothing hangs on it.
SQL_IS_BUSY = "503"
MOST_TOO_BUSY = CALLS // 10  # of some thousands
AT_REST = frozenset({ContactState.ENDED, ContactState.ABANDONED, ContactState.CALL_BACK})

pytestmark = [pytest.mark.storm, pytest.mark.timeout(900), pytest.mark.xdist_group("storm")]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """As everywhere, but SQLite's file is in memory, as PostgreSQL is told not to wait for the disk."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_url")
        return
    directory = in_memory("akutlinjen-storm-")
    yield f"sqlite:///{directory / 'akutlinjen.db'}"
    shutil.rmtree(directory)


def test_nobody_is_lost_in_a_storm(database_url, capsys):
    with House(
        database_url,
        storm.site(),
        storm.shifts(),
        faults=storm.weather(SEED),
        habits=storm.HABITS,
        web_processes=2,
    ) as house:
        chance = random.Random(SEED)
        for worker in house.site.workers.values():
            house.exchange.phone(worker.mobile, storm.Moods(random.Random(chance.random())))
        with Watch(house.exchange) as watch:
            calls = [_calls(house, *caller, chance) for caller in storm.citizens(SEED, CALLS)]
            _kill_a_web_process(house, calls)
            _kill_the_worker(house, calls)
            _until_all_is_quiet(house, calls)
        after = Aftermath(house, calls)
        with capsys.disabled():
            print(f"\n  {after.summary()}")
        assert not watch.seen
        after.check()


def _calls(house: House, number: str | None, line: str, script: storm.Script, chance: random.Random) -> Call:
    if number is not None:
        house.exchange.phone(number, storm.answers_the_call_back(chance))
    return house.exchange.call(number, line, script)


def _kill_a_web_process(house: House, calls: Sequence[Call]) -> None:
    """Once some talk, and most still wait."""
    wait_until(lambda: _connected(calls) >= CALLS // 20, "the first conversations", LONGEST_SECONDS)
    victim = random.Random(SEED).choice(house.web_pids())
    house.kill(victim)
    wait_until(lambda: victim not in house.web_pids(), "the end of a web process")


def _kill_the_worker(house: House, calls: Sequence[Call]) -> None:
    wait_until(lambda: _connected(calls) >= CALLS // 5, "a fifth of the conversations", LONGEST_SECONDS)
    house.kill(house.worker_pid())


def _connected(calls: Sequence[Call]) -> int:
    return sum(call.connected_at is not None or call.is_over for call in calls)


def _until_all_is_quiet(house: House, calls: Sequence[Call]) -> None:
    wait_until(lambda: all(call.is_over for call in calls), "the end of every call", LONGEST_SECONDS)
    # Those who asked for it are called back meanwhile: it is quiet when nobody of them is on the line either.
    wait_until(
        lambda: all(contact.state in AT_REST for contact in house.contacts()) and not house.engaged(),
        "the end of every contact",
        LONGEST_SECONDS,
    )
    wait_until(lambda: not _still_ringing(house), "silence", LONGEST_SECONDS)


def _still_ringing(house: House) -> list[str]:
    """Phones that ring or talk for a contact that is over."""
    over = {leg.id: leg for leg in house.legs() if leg.state == "ended"}
    with house.exchange.lock:
        open_calls = [call for call in house.exchange.calls.values() if not call.is_over]
        return [call.sid for call in open_calls if _leg_id(call) in over]


def _leg_id(call: Call) -> str | None:
    """The leg that an outgoing call was placed for."""
    return (
        None
        if call.status_callback is None or call.direction == "inbound"
        else (call.status_callback.url.split("/")[-2])
    )


class Aftermath:
    """What SQL, the carrier and the log say when it is over."""

    def __init__(self, house: House, calls: Sequence[Call]) -> None:
        self.calls = calls
        self.exchange = house.exchange
        self.contacts = {contact.carrier_key: contact for contact in house.contacts()}
        self.legs = {leg.id: leg for leg in house.legs()}
        with house.store.read() as connection:
            self.kinds = {
                contact.id: Counter(event.kind for event in contact_rows.events_of(connection, contact.id))
                for contact in self.contacts.values()
            }
            tries = sa.select(outbox.c.leg, sa.func.max(outbox.c.attempts)).where(outbox.c.kind == HANG_UP)
            self.hang_up_tries = dict(connection.execute(tries.group_by(outbox.c.leg)).all())
        self.error_statuses = [status for each in self.exchange.failures if (status := _status(each))]
        # The server says so itself when one of its processes was killed.
        self.errors = [line for line in house.log() if line["level"] == "error" and line["log"] != "_granian"]
        self.rung_on = [
            (call, seconds) for call in self.exchange.calls.values() if (seconds := self._rings_on(call))
        ]

    def summary(self) -> str:
        waits = [
            (call.connected_at - call.created_at).total_seconds() for call in self.calls if call.connected_at
        ]
        states = Counter(str(contact.state) for contact in self.contacts.values())
        asked = sum(kinds["call_back_asked"] > 0 for kinds in self.kinds.values())
        rings = sum(call.direction != "inbound" for call in self.exchange.calls.values())
        rung_on = sorted(seconds for _call, seconds in self.rung_on) or [0.0]
        waited = (
            f"wait {median(waits):.1f} s, 95th percentile {quantiles(waits, n=20)[-1]:.1f} s"
            if len(waits) > 1
            else "hardly anybody was answered"
        )
        return (
            f"{len(self.calls)} calls: {states['ended']} answered, {states['abandoned']} abandoned, "
            f"{asked} asked to be called back ({states['call_back']} still wait for it); "
            f"{rings} rings; {waited}; {self.error_statuses.count(SQL_IS_BUSY)} times SQL was too busy; "
            f"{len(self.rung_on)} phones rang on for {median(rung_on):.1f} s, at most {rung_on[-1]:.1f} s"
        )

    def check(self) -> None:
        assert not self.exchange.complaints
        assert not [status for status in self.error_statuses if status != SQL_IS_BUSY]
        assert not self.errors
        for call in self.calls:
            self._check_call(call)
        busy = self.error_statuses.count(SQL_IS_BUSY)
        assert busy <= MOST_TOO_BUSY, f"SQL was too busy {busy} times: that is no storm's work"
        without = [call for call in self.calls if call.sid not in self.contacts]
        assert len(without) <= CALLS // 100, f"{len(without)} calls came and went without a trace"
        dropped = [call for call in self.calls if APPLICATION_ERROR in call.heard]
        assert len(dropped) <= CALLS // 100, "the carrier itself ended calls that it got no document for"
        for call, seconds in self.rung_on:
            rang_out = call.status is CallStatus.NO_ANSWER and seconds > RINGS_ON_SECONDS
            tries = self.hang_up_tries.get(_leg_id(call) or "", 0)
            assert not rang_out or tries > 1, (
                f"{call} rang on for {seconds} s and nobody tried hard to end it"
            )

    def _check_call(self, call: Call) -> None:
        contact = self.contacts.get(call.sid)
        if contact is None and call.answered_at is None and isinstance(call.script, MayHangUpAt):
            return  # left before a word was said, and the news of both call and end was lost on the way
        assert contact is not None, f"{call} is lost"
        assert contact.state in AT_REST
        kinds = self.kinds[contact.id]
        again = kinds["call_back_no_answer"] + kinds["dropped"]
        assert kinds["taken"] <= 1 + again, f"two winners: {kinds}"
        dropped = APPLICATION_ERROR in call.heard
        assert not dropped or len(call.twiml_errors) >= 2, "a document lost once must not end a call"
        if contact.state == ContactState.ABANDONED:
            assert call.connected_at is None
            assert dropped or isinstance(call.script, MayHangUpAt), f"{call} did not hang up by itself"

    def _rings_on(self, call: Call) -> float:
        """How long a phone rang after its contact was taken, or over. Calls back are rung more than once."""
        leg = self.legs.get(_leg_id(call) or "")
        if leg is None or leg.purpose != LegPurpose.ANSWER:
            return 0.0
        contact = next(each for each in self.contacts.values() if each.id == leg.contact)
        over = contact.answered_at or contact.ended_at
        until = call.answered_at or call.ended_at
        if over is None or until is None or self.kinds[contact.id]["call_back_asked"] or until <= over:
            return 0.0
        return (until - max(over, call.created_at)).total_seconds()


def _status(failure: str) -> str | None:
    """What was answered; None for a request that was lost on the way, or to a process that was killed."""
    last = failure.rpartition(" ")[2]
    return last if last.isdigit() else None
