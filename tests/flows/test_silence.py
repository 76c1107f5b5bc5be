"""What a whole call leaves behind: no number, name or keyed digit in a log, and none in the clear in SQL."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from config import logs
from gateway.carrier.virtual.scripts import Answers, Caller, RingsOut
from gateway.store.tables import metadata
from tests.flows.world import BACK_UP, CITIZEN, FOENIX, SHARED, World

KEYED_IN = "40506070"
# A shorter one turns up by chance in sealed bytes; test_nothing_is_left_readable.py has longer names.
SHORTEST_IN_BYTES = 4
# A telephone number, a ticket or a code: six digits in a row, however they are grouped.
DIGITS = re.compile(r"\d(?:[ .()-]*\d){5}")
RANDOM_IDS = re.compile(
    r"\b(?:CA|SM)?[0-9a-f]{32}\b|\b[0-9a-f]{64}\b|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"
)


def a_night(world: World) -> None:
    """Calls of every kind: answered and handed over, by postcode, called back, abandoned, refused, failed."""
    world.expect_trouble("webhook_refused", "ring_failed")
    world.on_duty(("foenix", 1, "anna"), ("foenix", 2, "bo"))
    for name in ("anna", "bo", "backup"):
        world.worker(name, Answers(3, keys=[(2, "1")]))
    world.faults.fail_next_api(500, operation="CreateCall")
    call = world.citizen_calls(FOENIX, Caller(keys=[(1, "2")]))
    world.run_until(lambda: bool(call.talking_with), limit=20)
    world.run(10)
    world.worker("anna").press("*")
    world.run(1)
    world.worker("anna").press("1")
    world.run(20)
    world.worker("anna").hang_up()
    world.run(10)
    call.hang_up()
    world.run(5)
    call = world.citizen_calls(SHARED, Caller(keys=[(1, "6700")]), from_=None)
    world.run_until(lambda: bool(call.talking_with), limit=20)
    call.hang_up()
    for name in ("anna", "bo", "backup"):
        world.worker(name, RingsOut())
    world.exchange.phone(f"+45{KEYED_IN}", Answers(2))
    world.expected.add(f"+45{KEYED_IN}")
    world.expect_message("koord")
    call = world.citizen_calls(FOENIX, Caller(keys=[(3, "5"), (12, f"{KEYED_IN}#"), (22, "1#")]))
    world.run(60)
    assert call.is_over
    world.worker("anna", Answers(3, keys=[(2, "1")], hangs_up_after_connected=20))
    world.run(150)
    world.worker("anna", RingsOut())
    world.citizen_calls(FOENIX, Caller(hangs_up_after=20))
    world.run(30)
    world.app.test_client().post("/voice/incoming", data={"From": CITIZEN, "To": FOENIX})
    world.run(10)
    assert {contact.state for contact in world.contacts()} == {"ended", "abandoned"}


def secrets(world: World) -> set[str]:
    numbers = {CITIZEN, FOENIX, SHARED, BACK_UP, f"+45{KEYED_IN}"}
    numbers |= {worker.mobile for worker in world.site.workers.values()}
    bare = {number.removeprefix("+45") for number in numbers}
    return bare | {worker.name for worker in world.site.workers.values()} | {"6700", "Esbjerg", "Fønix"}


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Any:
    logs.configure(strict=True)
    return lambda: "".join(capfd.readouterr())


def test_the_log_of_a_whole_night_names_nobody(world: World, logged: Any) -> None:
    a_night(world)
    log = RANDOM_IDS.sub("", logged())  # four digits of a postcode stand in some of them by chance
    assert log.count("\n") >= 3
    for secret in secrets(world):
        assert secret not in log
    assert not DIGITS.findall(log)


def test_no_column_holds_a_number_or_a_name_in_the_clear(world: World) -> None:
    a_night(world)
    hidden = secrets(world) - {"Esbjerg", "Fønix", "6700"}
    sealed = {("site_versions", "content")}
    with world.store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                for column, value in row.items():
                    if (table.name, column) in sealed:
                        assert value[:1] != b"[", "the site file is kept sealed"
                    is_bytes = isinstance(value, bytes)
                    text = value.decode("latin-1") if is_bytes else str(value)
                    for secret in hidden:
                        if not is_bytes or len(secret) >= SHORTEST_IN_BYTES:
                            assert secret not in text, f"{table.name}.{column}"


def test_no_address_that_the_carrier_is_told_holds_a_number(world: World) -> None:
    a_night(world)
    addresses = RANDOM_IDS.sub("", " ".join(letter.path for letter in world.post.letters))
    assert "/voice/contacts/" in addresses
    for secret in secrets(world):
        assert secret not in addresses


def test_a_worker_never_sees_or_hears_the_citizens_number(world: World) -> None:
    a_night(world)
    for call in world.exchange.calls.values():
        if call.direction == "inbound" or call.party == f"+45{KEYED_IN}":
            continue
        assert call.from_ in {FOENIX, SHARED}
        assert not any(number in " ".join(call.heard) for number in (CITIZEN, "30, 12", "40, 50"))
    for message in world.exchange.messages:
        assert CITIZEN[3:] not in message.body
        assert KEYED_IN not in message.body
