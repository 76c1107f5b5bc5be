"""`akutlinjen doctor`: all is well, and each thing that is not, with what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gateway.carrier.virtual.exchange import Exchange
from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.rest import create_rest_app
from gateway.carrier.virtual.transports import WsgiTransport
from gateway.cli.doctor import findings
from gateway.store import outbox
from gateway.store.engine import Store
from tests.gateway.carrier.virtual.loopback import serving
from tests.gateway.rosters import example

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token"
KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
# Mobiles in a range that is in use.
SITE_TEXT = example.SITE_TEXT.replace("+45200000", "+45260000")
NUMBERS = ["+4576160001", "+4576160091", "+4576160002", "+4570200000"]


@pytest.fixture
def exchange():
    exchange = Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        now=lambda: datetime.now(UTC),
        transport=WsgiTransport(lambda *_: [], "https://gateway.example"),
        faults=Faults(),
    )
    for number in NUMBERS:
        exchange.provision(number)
    return exchange


def roster(*rows: str) -> str:
    """Yesterday to the day after tomorrow, whatever day it is."""
    days = (datetime.now(UTC) - timedelta(days=1)).date(), (datetime.now(UTC) + timedelta(days=3)).date()
    shifts = [f"{row},{days[0]} 00:00,{days[1]} 00:00" for row in rows]
    return "\n".join(["line,tier,worker,start,end", *shifts, ""])


@pytest.fixture
def well(command, exchange):
    """A machine on which all is well, with a web process that answers at its PUBLIC_URL."""

    def gateway(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"status": "live"}']

    with serving(create_rest_app(exchange)) as url, serving(gateway) as public_url:
        command.set(
            SECRET_KEY=KEY,
            DATA_KEY=KEY,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_API_BASE_URL=url,
            PUBLIC_URL=public_url,
            FALLBACK_URL="http://127.0.0.1:1",
        )
        command.good("site", "load", command.file("site.toml", SITE_TEXT))
        everyone = roster("foenix,1,w1", "toften,1,w2", "vest,1,w1")
        command.good("roster", "import", command.file("roster.csv", everyone))
        command.good("numbers", "provision")
        yield command


def told(command, level: str) -> str:
    lines = command("doctor").out.splitlines()
    return "\n".join(line[6:] for line in lines if line.startswith(level.ljust(5)))


def test_all_is_well_but_for_what_comes_with_the_first_start(well):
    said = well("doctor")
    assert said.code == 0
    assert said.err == ""
    lines = said.out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        "ok    settings", "ok    disk", "warn  snapshot", "ok    redis", "ok    database", "ok    outbox",
        "ok    site", "ok    roster foenix", "ok    roster toften", "ok    roster vest", "ok    workers",
        "ok    back-up vest", "ok    carrier", "ok    numbers", "ok    clock", "ok    public address",
    ]  # fmt: skip
    assert lines[-1] == "nothing would fail tonight; 1 to look at"


def test_on_postgresql_it_wants_the_newest_schema(well, postgres_url):
    well.set(DATABASE_URL=postgres_url)
    assert "database: at schema none" in told(well, "fail")
    assert "akutlinjen db upgrade" in told(well, "fail")
    well.good("db", "upgrade")
    assert told(well, "fail").startswith("site: no site is loaded")
    assert "database: PostgreSQL, reachable" in told(well, "ok")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SECRET_KEY": ""}, "settings: SECRET_KEY is not set"),
        ({"TWILIO_AUTH_TOKEN": ""}, "settings: TWILIO_AUTH_TOKEN is not set"),
        ({"DATABASE_URL": "nonsense"}, "settings: DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "database: does not answer"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "redis: does not answer"),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "carrier: does not let us in"),
        ({"TWILIO_API_BASE_URL": "http://127.0.0.1:1"}, "carrier: does not answer"),
        ({"AKUTLINJEN_VAR": "/proc/nowhere"}, "disk: /proc/nowhere can't be written"),
        ({"DATA_KEY": KEY.replace("Q", "R")}, "site: "),
    ],
)
def test_what_would_fail_is_told_and_is_the_exit_code(well, settings, words):
    well.set(**settings)
    said = well("doctor")
    assert said.code == 1
    assert words in told(well, "fail")
    assert "would fail tonight" in said.out.splitlines()[-1]
    for line in said.out.splitlines()[:-1]:
        assert line.startswith("ok ") or ";" in line, "says what to do"


def test_a_site_file_that_is_to_be_loaded_is_checked(well):
    well.set(AKUTLINJEN_SITE=well.file("next.toml", SITE_TEXT.replace('municipalities = ["0561"]', "")))
    assert "next.toml: line" in told(well, "fail")


def test_a_number_that_points_elsewhere_or_is_not_ours(well, exchange):
    exchange.provision(NUMBERS[0], voice_url="https://elsewhere.example/voice")
    del exchange.numbers[NUMBERS[1]]
    exchange.numbers[NUMBERS[2]].sms_url = ""
    assert told(well, "fail").splitlines() == [
        f"number {NUMBERS[0]}: its calls go to https://elsewhere.example/voice; "
        "run: akutlinjen numbers provision",
        f"number {NUMBERS[1]}: is not the account's, so nobody who calls it gets here; "
        "buy or port it, or take it out of the site file",
    ]
    assert f"number {NUMBERS[2]}: not all of it points here: sms_url" in told(well, "warn")
    assert "numbers: 1 of 4 point here" in told(well, "ok")


def test_nobody_on_duty(well):
    begins, ends = (f"{datetime.now(UTC) + timedelta(hours=hours):%Y-%m-%d %H:00}" for hours in (30, 60))
    shifts = ("foenix,1,w1", "toften,1,w2", "vest,1,w1")
    rows = ["line,tier,worker,start,end", *(f"{shift},{begins},{ends}" for shift in shifts), ""]
    well.set(DATABASE_URL=f"sqlite:///{well.directory}/other.db")
    well.good("site", "load", well.directory / "site.toml")
    well.good("roster", "import", well.file("later.csv", "\n".join(rows)))
    failed, warned = told(well, "fail"), told(well, "warn")
    assert "roster toften: nobody is on duty" in failed
    assert "no phone would ring; publish shifts: akutlinjen roster import FILE" in failed
    assert "roster foenix: nobody is on duty" in warned
    assert "only the back-up phone would ring" in warned


def test_who_is_on_duty_and_not_in_the_site_any_more(well):
    well.good("site", "load", well.file("site.toml", SITE_TEXT.replace('id = "w2"', 'id = "w9"')))
    assert "worker w2: is on duty, but not in the site: nobody would be rung" in told(well, "fail")


@pytest.mark.parametrize(
    ("before", "after", "level", "words"),
    [
        ("+4526000002", "+4930123456", "warn", "worker w2: their mobile is no mobile"),
        ("+4526000002", "+4520000002", "warn", "worker w2: their mobile is no number that is in use"),
        ("+4576160099", "+4520000009", "warn", "back-up vest: is no number that is in use"),
        ('backup_phone = "+4576160099"', "", "warn", "back-up vest: there is none"),
    ],
)
def test_phones_that_ring_nobody(well, before, after, level, words):
    well.good("site", "load", well.file("site.toml", SITE_TEXT.replace(before, after)))
    assert words in told(well, level)


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (3, "ok"), (20, "warn"), (-20, "warn"), (300, "fail"), (-300, "fail")]
)
def test_a_clock_that_is_wrong(well, seconds, level):
    (found,) = [
        finding
        for finding in findings(datetime.now(UTC) + timedelta(seconds=seconds))
        if finding.what == "clock"
    ]
    assert found.level == level


def test_work_that_nobody_does(well):
    store = Store(f"sqlite:///{well.directory / 'var' / 'akutlinjen.db'}")
    since = datetime.now(UTC) - timedelta(minutes=5)
    with store.write() as connection:
        outbox.add(connection, "ring", now=since)
    store.close()
    (seconds,) = re.findall(r"^outbox: 1 overdue, the first for (\d+) s", told(well, "warn"), re.MULTILINE)
    assert 300 <= int(seconds) <= (datetime.now(UTC) - since).total_seconds()


def test_nobody_answers_where_the_carrier_sends_calls(well):
    well.set(PUBLIC_URL="http://127.0.0.1:1", FALLBACK_URL="")
    assert "public address: PUBLIC_URL does not answer from here" in told(well, "warn")
    assert "fallback: the carrier's fall-back address is on this machine too" in told(well, "warn")


def test_it_changes_nothing(well, exchange):
    before = (exchange.version, list(exchange.numbers.values()))
    store = Store(f"sqlite:///{well.directory / 'var' / 'akutlinjen.db'}")
    tables = sa.inspect(store.engine).get_table_names()
    well("doctor")
    assert sa.inspect(store.engine).get_table_names() == tables
    assert (exchange.version, list(exchange.numbers.values())) == before
    assert sorted(path.name for path in (well.directory / "var").iterdir()) == [
        "akutlinjen.db", "akutlinjen.db-shm", "akutlinjen.db-wal",
    ]  # fmt: skip
    store.close()
