"""Lists of contacts: what was asked for and nothing else, page after page, and few are looked at for it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from config.site_file import read_site
from gateway.accounts import access
from gateway.accounts.access import reach_of
from gateway.contacts.lifecycle import ContactState
from gateway.contacts.listed import Among, Wanted, listed
from gateway.store import contact_pages
from gateway.store.contact_pages import Place
from gateway.store.ids import new_id
from gateway.store.tables import contacts, joined_workers
from tests.flows.databases import ready_store
from tests.flows.world import SITE

SITE_NOW = read_site(SITE)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
STATES = tuple(ContactState)
CHANNELS = ("voice", "sms", "chat")
TOWNS = ("0561", "0751", None)
EVERYTHING = 10_000


@pytest.fixture
def store(database_url):
    store = ready_store(database_url)
    yield store
    store.close()


def made(chance, count, lines, **always):
    for _ in range(count):
        since = FIRST + timedelta(hours=chance.randrange(200))  # many at the same instant
        yield {
            "id": f"{chance.randrange(16**8):032x}", "channel": chance.choice(CHANNELS),
            "carrier_key": new_id(), "entry": "line:foenix", "line": chance.choice(lines), "night_line": None,
            "municipality": chance.choice(TOWNS), "language": "da", "state": chance.choice(STATES),
            "waiting_since": since, "last_turn_at": since,
            "answered_by": chance.choice(["anna", "carla", None]),
        } | always  # fmt: skip


@pytest.fixture
def rows(store):
    chance = random.Random(7)
    found = [
        *made(chance, 250, ["foenix", "foenix", "toften", "a-line-that-was"]),
        *made(chance, 60, [None], night_line="vest"),
        *made(chance, 20, [None]),
    ]
    with store.write() as connection:
        connection.execute(sa.insert(contacts), found)
        joined = {"contact": found[200]["id"], "worker": "carla", "joined_at": FIRST}
        connection.execute(sa.insert(joined_workers), joined)
    return found


def pages(connection, among, wanted, size):
    """All of them, page after page."""
    found, after = [], None
    while some := listed(connection, among, wanted, after=after, limit=size):
        assert len(some) <= size
        found += some
        after = Place(some[-1].waiting_since, some[-1].id)
    return [each.id for each in found]


def asked_for(row, wanted):
    return (
        (wanted.states is None or row["state"] in wanted.states)
        and wanted.channel in (None, row["channel"])
        and wanted.municipality in (None, row["municipality"])
        and (wanted.since is None or row["waiting_since"] >= wanted.since)
        and (wanted.until is None or row["waiting_since"] < wanted.until)
    )


@pytest.mark.parametrize("worker", ["anna", "carla", "nadia", "koord"])
def test_every_list_is_what_the_reader_reaches_and_asked_for_newest_first(store, rows, worker):
    reach = reach_of(SITE_NOW, SITE_NOW.workers[worker])
    chance = random.Random(11)
    wanted = [
        Wanted(*some)
        for some in product(
            [None, ("ended",), ("waiting", "registered", "abandoned")], [None, "sms"], [None, "0751"],
            [None, FIRST + timedelta(hours=50)], [None, FIRST + timedelta(hours=150)],
        )
    ]  # fmt: skip
    with store.read() as connection:
        theirs = contact_pages.page(
            connection, access.reachable(reach), states=None, after=None, limit=EVERYTHING
        )
        order = {each.id: place for place, each in enumerate(theirs)}
        mine = sorted((row for row in rows if row["id"] in order), key=lambda row: order[row["id"]])
        assert mine
        for each in chance.sample(wanted, 24):
            expected = [row["id"] for row in mine if asked_for(row, each)]
            assert pages(connection, access.listed(reach), each, 7) == expected, each
            for place in sorted(reach.lines | reach.night_lines):
                of_it = {row["id"] for row in mine if place in (row["line"], row["night_line"])}
                one = pages(connection, access.listed(reach, place), each, 50)
                assert one == [contact for contact in expected if contact in of_it], (place, each)


def test_the_first_instant_of_a_period_is_in_it_and_its_end_is_not(store):
    with store.write() as connection:
        chance = random.Random(1)
        for seconds in (-1, 0, 1, 59, 60):
            at = FIRST + timedelta(seconds=seconds)
            connection.execute(sa.insert(contacts), list(made(chance, 1, ["foenix"], waiting_since=at)))
        wanted = Wanted(since=FIRST, until=FIRST + timedelta(seconds=60))
        found = listed(connection, Among(["foenix"]), wanted, after=None, limit=9)
    assert [(each.waiting_since - FIRST).total_seconds() for each in found] == [59, 1, 0]


@pytest.mark.parametrize("line", ["toften", "no-such-line", "", "øst", "ost"])
def test_a_line_that_is_not_theirs_is_one_that_there_is_not(line):
    reach = reach_of(SITE_NOW, SITE_NOW.workers["anna"])
    assert access.listed(reach, line) is None
    assert access.listed(reach, "foenix") == Among(lines=("foenix",))


def looked_at(connection, among, wanted):
    """How many were found, how many rows were read for it (PostgreSQL), and by which steps (SQLite)."""
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    found = listed(connection, among, wanted, after=None, limit=51)
    sa.event.remove(connection, "before_cursor_execute", note)
    rows, steps = 0, []
    for statement, parameters in asked:
        if connection.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps += [row[3] for row in plan if row[3].startswith(("SCAN", "SEARCH", "USE"))]
        else:
            plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            rows += _read(plan.scalar_one()[0]["Plan"])
    return len(found), rows, steps


def _read(node):
    own = 0
    if node.get("Relation Name") == "contacts":
        own = node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    return own + sum(_read(each) for each in node.get("Plans", ()))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "line_waiting_since"),
        (Wanted(channel="sms"), "narrowed"),
        (Wanted(municipality="0751"), "narrowed"),
        (Wanted(municipality="9999"), "narrowed"),
        (Wanted(states=("ended",)), "narrowed"),
        (Wanted(states=("call_back",), channel="chat", municipality="0751"), "narrowed"),
        (Wanted(channel="sms", since=FIRST, until=FIRST + timedelta(days=2)), "narrowed"),
    ],
)
@pytest.mark.parametrize("worker", [None, "anna"])
def test_a_page_of_very_many_reads_few(store, wanted, index, worker):
    """None of what is rare here is among the newest, where a list that looks row by row would find it."""
    chance = random.Random(2)
    usual = {"channel": "voice", "municipality": "0561", "state": "registered", "answered_by": "anna"}
    many = list(made(chance, 12_000, ["foenix", "toften"], **usual))
    rare = list(made(chance, 30, ["foenix", "toften"], waiting_since=FIRST - timedelta(days=1)))
    with store.write() as connection:
        connection.execute(sa.insert(contacts), [*many, *rare])
    with store.write() as connection:
        connection.execute(sa.text("ANALYZE"))
    with store.read() as connection:
        among = Among(["foenix", "toften"], ["vest"], worker)
        found, read, steps = looked_at(connection, among, wanted)
    assert found == min(51, sum(asked_for(row, wanted) for row in [*many, *rare]))
    assert read < 1500
    if connection.dialect.name == "sqlite":
        slow = [step for step in steps if step.startswith("SCAN contacts") or "B-TREE FOR ORDER" in step]
        assert len(slow) <= (found > 0)  # the page itself, when it has been found
        assert any(index in step for step in steps)
        exact = "line=? AND municipality=? AND channel=? AND state=?"
        assert any(exact in step for step in steps) is wanted.is_narrow
