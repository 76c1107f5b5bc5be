"""A database that takes what is sent and says nothing: found out in seconds, and by one for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from config import logs
from gateway.store.engine import LOCK_SECONDS, Store, StoreUnavailableError
from gateway.store.pulse import Pulse
from tests.hanging import HeldLock, StoppedServer
from tests.services import Postgres
from tests.waiting import wait_until

# What is promised is LOCK_SECONDS; the rest is for a machine that does other things besides.
FOUND_OUT_SECONDS = LOCK_SECONDS + 3
# Less than the silence after which anybody begins to ask.
AT_ONCE_SECONDS = 0.9
# As many as a web process has threads.
CALLERS = 32


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    with store.write() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (name VARCHAR(20) PRIMARY KEY)")
    yield store
    store.close()


@pytest.fixture
def hang(store: Store, request: pytest.FixtureRequest) -> HeldLock | StoppedServer:
    if store.is_sqlite:
        return HeldLock(store.engine.url.database or "")
    return StoppedServer(request.getfixturevalue("postgres"))


def note(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(sa.text("INSERT INTO seen VALUES (:name)"), {"name": name})


def seen(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(sa.text("SELECT name FROM seen")).scalars())


def in_vain(act: Callable[[], object]) -> float:
    """Seconds until it was told that there is no database."""
    began = time.monotonic()
    with pytest.raises(StoreUnavailableError):
        act()
    return time.monotonic() - began


def soonest_in_vain(act: Callable[[], object]) -> float:
    """Of five. Were it waited for, each would be late; a busy machine is late with one or two."""
    return min(in_vain(act) for _ in range(5))


def is_back(store: Store, name: str) -> bool:
    try:
        note(store, name)
    except StoreUnavailableError:
        return False
    return True


def hangs_noticed() -> int:
    return logs.counts().get("store_hangs", 0)


def test_whoever_comes_first_finds_it_out_and_nobody_else_waits(store, hang):
    before = hangs_noticed()
    with store.read(), store.read(), store.read():  # as many connections, open from then on
        pass
    with hang:
        assert in_vain(lambda: note(store, "first")) < FOUND_OUT_SECONDS
        assert soonest_in_vain(lambda: note(store, "later")) < AT_ONCE_SECONDS
        assert hangs_noticed() == before + 1
    wait_until(lambda: is_back(store, "again"), "the database", 10)
    assert seen(store) == {"again"}


def test_those_who_come_together_do_not_wait_one_behind_the_other(store, hang):
    note(store, "before")
    with hang, ThreadPoolExecutor(CALLERS) as callers:
        waits = callers.map(lambda number: in_vain(lambda: note(store, f"caller {number}")), range(CALLERS))
        assert max(waits) < FOUND_OUT_SECONDS
    wait_until(lambda: is_back(store, "again"), "the database", 10)
    assert seen(store) == {"before", "again"}


def test_who_reads_on_sqlite_is_not_kept_from_it(store, hang):
    if not store.is_sqlite:
        pytest.skip("a server that is stopped is read by nobody")
    note(store, "before")
    with hang:
        in_vain(lambda: note(store, "first"))
        assert seen(store) == {"before"}


def test_who_reads_from_a_stopped_server_finds_it_out_too(store, hang):
    if store.is_sqlite:
        pytest.skip("who reads there needs no lock")
    with hang:
        assert in_vain(lambda: seen(store)) < FOUND_OUT_SECONDS
        assert soonest_in_vain(lambda: seen(store)) < AT_ONCE_SECONDS


def test_a_new_process_finds_it_out_when_it_connects(store, hang):
    fresh = Store(store.engine.url.render_as_string(hide_password=False))
    with hang:
        assert in_vain(lambda: note(fresh, "first")) < FOUND_OUT_SECONDS
        assert soonest_in_vain(lambda: note(fresh, "second")) < AT_ONCE_SECONDS
    fresh.close()


def test_a_server_that_stops_in_the_middle_of_a_transaction(postgres, postgres_url):
    store = Store(postgres_url)
    server = StoppedServer(postgres)

    def stops_before_the_end() -> None:
        with store.write() as connection:
            connection.exec_driver_sql("CREATE TABLE seen (name VARCHAR(20) PRIMARY KEY)")
            server.begin()

    assert in_vain(stops_before_the_end) < FOUND_OUT_SECONDS
    server.end()
    wait_until(lambda: is_back(store, "again"), "the database, and what was being committed", 10)
    store.close()


def test_what_is_only_slow_is_waited_for(postgres_url):
    """Longer than a silence; another connection is answered meanwhile."""
    store = Store(postgres_url)
    before = hangs_noticed()
    with store.read() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(2.5)")
    assert hangs_noticed() == before
    store.close()


def test_a_server_that_lets_nobody_else_in_has_answered(postgres, postgres_url):
    store = Store(postgres_url)
    name = sa.engine.make_url(postgres_url).database or ""
    before = hangs_noticed()
    with store.read() as connection:
        allow(postgres, name, allowed=False)
        connection.exec_driver_sql("SELECT pg_sleep(2.5)")
    allow(postgres, name, allowed=True)
    assert hangs_noticed() == before
    store.close()


def allow(server: Postgres, database: str, *, allowed: bool) -> None:
    statement = psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
        psycopg.sql.Identifier(database), psycopg.sql.Literal(allowed)
    )
    with psycopg.connect(
        f"host={server.directory} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(statement)


def test_a_lock_that_is_given_back_in_time_is_waited_for(store, hang):
    if not store.is_sqlite:
        pytest.skip("SQLite alone has one lock for all")
    before = hangs_noticed()
    hang.begin()
    threading.Timer(LOCK_SECONDS - 3, hang.end).start()  # longer than a silence
    note(store, "late")
    assert seen(store) == {"late"}
    assert hangs_noticed() == before


# --- the pulse itself -------------------------------------------------------------------------------


class Asked:
    """A database that answers as it is told, and counts how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self.answer = True
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self) -> bool:
        self.count += 1
        self.may_answer.wait(10)
        return self.answer


class Door:
    """A lock that knows who has come to it, whether or not they are through."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.append(threading.get_ident())
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def pulse(asked: Asked) -> Iterator[Pulse]:
    pulse = Pulse(asked)
    yield pulse
    pulse.stop()


@pytest.mark.parametrize("answer", [True, False])
def test_many_who_ask_at_once_share_a_question(pulse, asked, answer):
    asked.answer = answer
    asked.may_answer.clear()
    pulse._asking = door = Door()
    with ThreadPoolExecutor(CALLERS) as callers:
        wanted = [callers.submit(pulse.beats) for _ in range(CALLERS)]
        wait_until(lambda: len(door.came) == CALLERS, "all of them")
        asked.may_answer.set()
        assert {each.result() for each in wanted} == {answer}
    # Whoever came while the first question was under way does not know what was answered to one before.
    assert asked.count <= 2


def test_it_is_asked_again_by_who_comes_later(pulse, asked):
    assert pulse.beats()
    assert pulse.beats()
    assert asked.count == 2


def test_it_is_gone_until_it_answers(pulse, asked):
    asked.answer = False
    assert not pulse.beats()
    assert pulse.is_gone
    wait_until(lambda: asked.count >= 3, "more questions in the background")
    assert pulse.is_gone
    asked.answer = True
    wait_until(lambda: not pulse.is_gone, "the answer")
    assert pulse.beats()


def test_missed_twice_it_is_listened_for_once(pulse, asked):
    asked.answer = False
    before = hangs_noticed()
    pulse.missed()
    pulse.missed()
    assert hangs_noticed() == before + 1
    assert [thread.name for thread in threading.enumerate()].count("pulse") == 1


def test_once_stopped_it_asks_no_more(pulse, asked):
    asked.answer = False
    pulse.missed()
    pulse.stop()
    wait_until(lambda: "pulse" not in [thread.name for thread in threading.enumerate()], "the thread's end")
