"""Statements that go past SQLAlchemy to the driver: they say the same, and fail the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from psycopg.pq import PipelineStatus

from gateway.contacts.lifecycle import ContactState, LegPurpose, LegState
from gateway.contacts.rounds import write_round
from gateway.store import contacts
from gateway.store.contacts import Contact, Leg
from gateway.store.engine import Store, StoreUnavailableError
from gateway.store.ids import new_id
from gateway.store.migrate import upgrade
from gateway.store.prepared import pipelined
from gateway.store.tables import contact_events, outbox

NOW = datetime(2026, 11, 25, 3, 0, 0, 250_000, tzinfo=UTC)
DANISH = timezone(timedelta(hours=1))
DETAILS = {"words": "blåbærgrød på øen", "count": 3, "none": None, "list": [1, {"a": True}]}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    upgrade(store)
    yield store
    store.close()


def contact(**values: object) -> Contact:
    a_call = {"channel": "voice", "entry": "line:foenix", "language": "da", "state": ContactState.WAITING}
    always = {"id": new_id(), "carrier_key": new_id(), "waiting_since": NOW, "last_turn_at": NOW}
    return Contact(**{**a_call, **always, **values})  # type: ignore[arg-type]


def leg(contact: Contact, target: str, **values: object) -> Leg:
    planned = {"round": 1, "purpose": LegPurpose.ANSWER, "via": "line:foenix", "state": LegState.PLANNED}
    always = {"id": new_id(), "contact": contact.id, "target": target, "due_at": NOW, "ring_seconds": 30}
    return Leg(**{"tier": None, **planned, **always, **values})  # type: ignore[arg-type]


def test_what_they_write_is_read_as_it_was(store):
    whole = contact(
        line="foenix",
        partner=True,
        wrapped_key=b"\x00\xff'",
        plan=DETAILS,
        waiting_since=NOW.astimezone(DANISH),
        round=1,
    )
    bare = contact()
    planned = [leg(whole, "anna", tier=1), leg(whole, "bo", due_at=NOW + timedelta(seconds=1))]
    with store.write() as connection:
        assert contacts.insert_contact(connection, whole)
        assert contacts.insert_contact(connection, bare)
        with pipelined(connection):
            write_round(connection, planned, NOW)
            contacts.add_event(connection, whole.id, NOW, "called", **DETAILS)
    with store.read() as connection:
        assert contacts.find_contact(connection, whole.id) == whole
        assert contacts.find_contact(connection, bare.id) == bare
        assert contacts.legs_of(connection, whole.id) == planned
        assert contacts.events_of(connection, whole.id) == [contacts.Event(NOW, "called", DETAILS)]
        rows = connection.execute(sa.select(outbox.c.leg, outbox.c.due_at, outbox.c.details))
        assert set(map(tuple, map(str, rows))) == set(
            map(tuple, map(str, [(each.id, each.due_at, {}) for each in planned]))
        )


def test_a_key_that_is_known_writes_nothing(store):
    first = contact()
    with store.write() as connection:
        assert contacts.insert_contact(connection, first)
        assert not contacts.insert_contact(connection, contact(carrier_key=first.carrier_key))
    with store.read() as connection:
        assert contacts.find_by_carrier_key(connection, first.carrier_key) == first


def test_of_a_pipeline_that_fails_nothing_is_kept(store):
    known, unknown = contact(), contact()

    def writes() -> None:
        with store.write() as connection:
            contacts.insert_contact(connection, known)
            with pipelined(connection):
                contacts.add_event(connection, known.id, NOW, "called")
                contacts.add_event(connection, unknown.id, NOW, "called")
                contacts.add_event(connection, known.id, NOW, "called")

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        writes()
    with store.write() as connection:
        assert contacts.find_contact(connection, known.id) is None
        assert connection.execute(sa.select(sa.func.count()).select_from(contact_events)).scalar_one() == 0
        assert contacts.insert_contact(connection, known)


@pytest.mark.parametrize("inside", [True, False], ids=["in a pipeline", "one by one"])
def test_a_connection_that_is_lost_is_a_store_that_is_not_there(store, inside):
    if store.is_sqlite:
        pytest.skip("has no server that could end a connection")
    known = contact()

    def writes() -> None:
        with store.write() as connection:
            contacts.insert_contact(connection, known)
            own = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            with store.read() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:own)"), {"own": own})
            if not inside:
                contacts.add_event(connection, known.id, NOW, "called")
            with pipelined(connection):
                contacts.add_event(connection, known.id, NOW, "called")
                contacts.add_event(connection, known.id, NOW, "called")

    with pytest.raises(StoreUnavailableError):
        writes()
    with store.write() as connection:
        assert contacts.insert_contact(connection, known)


def test_only_in_the_block_answers_are_not_waited_for(store):
    if store.is_sqlite:
        pytest.skip("is not waited for over a network")
    known = contact()
    with store.write() as connection:
        info = connection.connection.driver_connection.info
        contacts.insert_contact(connection, known)
        with pipelined(connection):
            contacts.add_event(connection, known.id, NOW, "called")
            assert info.pipeline_status == PipelineStatus.ON
        assert info.pipeline_status == PipelineStatus.OFF
