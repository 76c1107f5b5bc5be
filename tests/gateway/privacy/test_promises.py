"""What is promised about people's data, told through calls: kept as long as needed, and then gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.accounts.passkeys import sealed_name
from gateway.audit.log import SYSTEM
from gateway.carrier.virtual.scripts import Answers
from gateway.conversations import opening
from gateway.conversations.opening import Wanted
from gateway.privacy.callers import CallerHashes, earlier_contacts
from gateway.privacy.lifting import NothingToLiftError, ReasonError, hide_due, is_lifted, lift
from gateway.privacy.purge import StillOpenError, erase, purge
from gateway.privacy.report import report
from gateway.privacy.rotation import SEALED, rotate
from gateway.store import contacts as rows
from gateway.store import staff_passkeys
from gateway.store.staff_passkeys import Passkey
from gateway.store.tables import metadata
from gateway.store.vault import Vault, VaultError
from tests.flows.world import CITIZEN, World
from tests.gateway.console.site import with_chat

REASON = "Borgeren siger, at der er taget piller."


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    world = World(database_url, tmp_path / "var")
    yield world
    world.close()


def a_call(world: World, *, from_: str | None = CITIZEN, talk: float = 30) -> rows.Contact:
    """A call that Anna takes and the citizen ends; the contact as it is then."""
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna", Answers(4, keys=[(2, "1")]))
    call = world.citizen_calls(from_=from_)
    world.run_until(lambda: bool(call.talking_with))
    world.run(talk)
    call.hang_up()
    world.run(10)
    return world.contacts()[-1]


def pass_time(world: World, **delta: float) -> None:
    world.clock.set(world.clock() + timedelta(**delta))


def purged(world: World) -> dict[str, int]:
    return purge(world.store, world.gateway.audit, world.clock(), actor=SYSTEM)


def test_the_number_is_kept_for_a_day_after_the_end_and_not_a_second_longer(world: World) -> None:
    contact = a_call(world)
    assert contact.ended_at is not None
    pass_time(world, seconds=(contact.ended_at + timedelta(hours=24) - world.clock()).total_seconds())
    assert purged(world)["caller numbers"] == 0
    pass_time(world, seconds=1)
    assert purged(world)["caller numbers"] == 1
    assert purged(world)["caller numbers"] == 0
    after = world.contacts()[-1]
    assert (after.caller_number, after.wrapped_key) == (None, None)
    assert after.state == "ended"


def test_the_number_of_a_call_that_is_not_over_is_never_purged(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.worker("anna")
    call = world.citizen_calls()
    world.run(1)
    pass_time(world, days=3)
    purged(world)
    assert world.contact().caller_number is not None
    call.hang_up()
    world.run(5)


def test_what_was_purged_is_counted_in_the_audit_log(world: World) -> None:
    a_call(world)
    pass_time(world, days=2)
    purged(world)
    with world.store.read() as connection:
        details = connection.execute(
            sa.text("SELECT details FROM audit_entries WHERE action = 'purged'")
        ).scalar_one()
    assert "caller_numbers" in str(details)
    assert world.gateway.audit.verify(world.store).faults == ()


def test_the_same_caller_is_known_for_a_month_and_not_longer(world: World) -> None:
    first = a_call(world)
    pass_time(world, days=1)
    second = a_call(world)
    with world.store.read() as connection:
        assert earlier_contacts(connection, second) == 1
        assert earlier_contacts(connection, first) == 0
    pass_time(world, days=31)
    third = a_call(world)
    with world.store.read() as connection:
        assert earlier_contacts(connection, third) == 0
    assert first.caller_hash == second.caller_hash != third.caller_hash
    assert purged(world)["caller hashes"] == 2
    with world.store.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM caller_keys")).scalar_one() == 1


def test_a_key_whose_transaction_was_rolled_back_makes_no_hash_afterwards(world: World) -> None:
    hashes, now = world.gateway.callers, world.clock()

    def fails() -> None:
        with world.store.write() as connection:
            hashes.hash(connection, CITIZEN, now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with world.store.write() as connection:
        kept = hashes.hash(connection, CITIZEN, now)
    with world.store.write() as connection:
        assert CallerHashes(world.gateway.vault).hash(connection, CITIZEN, now) == kept
        assert hashes.hash(connection, CITIZEN, now) == kept


def test_a_withheld_caller_has_no_hash_and_no_number(world: World) -> None:
    contact = a_call(world, from_=None)
    assert (contact.caller_hash, contact.caller_number) == (None, None)


def test_one_contact_is_erased_on_request_but_not_while_it_goes_on(world: World) -> None:
    contact = a_call(world)
    with world.store.write() as connection:
        erased = erase(connection, world.gateway.audit, contact, world.clock(), actor="koord")
    assert (erased.wrapped_key, erased.caller_number, erased.caller_hash) == (None, None, None)
    world.on_duty(("foenix", 1, "anna"))
    call = world.citizen_calls(from_="+4530999999")
    world.run(1)
    with pytest.raises(StillOpenError), world.store.write() as connection:
        erase(connection, world.gateway.audit, world.contacts()[-1], world.clock(), actor="koord")
    call.hang_up()
    world.run(5)


def test_a_number_is_lifted_with_a_reason_the_coordinator_is_told_and_it_is_hidden_after_an_hour(
    world: World,
) -> None:
    contact = a_call(world)
    world.expect_message("koord")
    with world.store.write() as connection:
        assert lift(connection, world.gateway, contact, "anna", REASON, world.clock()) == CITIZEN
    world.run(1)
    assert "livsfare" in world.exchange.phone(world.site.workers["koord"].mobile).texts[0]
    with world.store.write() as connection:
        pass_time(world, minutes=59)
        assert is_lifted(connection, contact.id, world.clock())
        assert hide_due(connection, world.gateway, world.clock()) == 0
        pass_time(world, minutes=1)
        assert not is_lifted(connection, contact.id, world.clock())
        assert hide_due(connection, world.gateway, world.clock()) == 1
        assert hide_due(connection, world.gateway, world.clock()) == 0
    with world.store.read() as connection:
        actions = [
            row.action
            for row in connection.execute(sa.text("SELECT action FROM audit_entries ORDER BY number"))
        ]
    assert actions == ["contact_claimed", "number_lifted", "number_hidden"]


@pytest.mark.parametrize("reason", ["", "fordi", "         x", "x" * 501])
def test_a_reason_that_is_none_lifts_nothing(world: World, reason: str) -> None:
    contact = a_call(world)
    with pytest.raises(ReasonError), world.store.write() as connection:
        lift(connection, world.gateway, contact, "anna", reason, world.clock())


def test_a_withheld_or_purged_number_can_not_be_lifted(world: World) -> None:
    contact = a_call(world, from_=None)
    with pytest.raises(NothingToLiftError, match="withholds"), world.store.write() as connection:
        lift(connection, world.gateway, contact, "anna", REASON, world.clock())
    pass_time(world, days=2)
    purged(world)
    gone = world.contacts()[-1]
    with pytest.raises(NothingToLiftError, match="gone"), world.store.write() as connection:
        lift(connection, world.gateway, gone, "anna", REASON, world.clock())


def test_a_chat_has_no_number_to_lift(world: World) -> None:
    with_chat(world)
    with world.store.write() as connection:
        chat = opening.begin(connection, world.gateway, Wanted(line="foenix"), "da", world.clock()).contact
        with pytest.raises(NothingToLiftError, match="no number here"):
            lift(connection, world.gateway, chat, "anna", REASON, world.clock())


def test_a_new_data_key_takes_over_while_the_old_one_still_opens(world: World) -> None:
    contact = a_call(world)
    passkey = Passkey(
        "1", "anna", "c", "k", "h", 0, sealed_name(world.gateway.vault, "Min telefon"), world.clock()
    )
    with world.store.write() as connection:
        staff_passkeys.insert(connection, passkey)
    old = world.settings.keys().data_key
    new = os.urandom(32)
    both = Vault(new, [old])
    assert rotate(world.store, both) == {
        "contacts.wrapped_key": 1,
        "conversations.wrapped_key": 0,
        "site_versions.content": 1,
        "caller_keys.sealed": 1,
        "sms_keys.sealed": 0,
        "registrations.wrapped_key": 0,
        "crisis_plans.wrapped_key": 0,
        "night_reports.wrapped_key": 0,
        "consents.cpr": 0,
        "person_keys.sealed": 0,
        "staff_passkeys.name": 1,
        "push_subscriptions.sealed": 0,
    }
    assert set(rotate(world.store, both).values()) == {0}
    after = world.contacts()[-1]
    assert after.wrapped_key is not None
    assert contact.wrapped_key is not None
    assert Vault(new).contact_key(after.wrapped_key).key == both.contact_key(contact.wrapped_key).key
    with pytest.raises(VaultError, match="DATA_KEY_OTHERS"):
        Vault(old).contact_key(after.wrapped_key)


def test_every_column_that_the_data_key_seals_is_rotated() -> None:
    """A new column of bytes is sealed either by DATA_KEY (listed) or by a contact's own key (named here)."""
    by_contact_key = {
        "contacts.caller_number",
        "contacts.call_back_number",
        "number_lifts.reason",
        "messages.body",
        "hand_over_notes.body",
        "sms_threads.own_number",
        "registrations.texts",
        "registration_versions.texts",
        "crisis_plans.texts",
        "night_reports.note",
    }
    of_bytes = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    listed = {f"{each.column.table.name}.{each.column.name}" for each in SEALED}
    assert of_bytes == listed | by_contact_key


def test_the_report_says_what_there_is(world: World) -> None:
    contact = a_call(world)
    lines = {line.name: line for line in report(world.store)}
    assert lines["caller numbers"].rows == 1
    assert lines["caller numbers"].oldest == contact.waiting_since
    assert lines["call-back numbers"].rows == 0
    assert all(line.where and line.why and line.how_long for line in lines.values())


def test_after_the_purge_the_database_file_holds_no_number_in_any_form(world: World) -> None:
    if not world.store.is_sqlite:
        pytest.skip("PostgreSQL's files are its own; its rows are looked at in the flows' dump")
    contact = a_call(world)
    assert contact.caller_number is not None
    path = Path(world.store.engine.url.database or "")
    held = lambda: b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))  # noqa: E731
    assert contact.caller_number in held()
    pass_time(world, days=2)
    purged(world)
    assert contact.caller_number not in held()
    assert contact.wrapped_key is not None
    assert contact.wrapped_key not in held()
