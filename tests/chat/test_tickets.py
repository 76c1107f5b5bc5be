"""Tickets and codes: check digits, locks, and how long guessing takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters

from chat.limits import WRONG_CODES, Visitors
from gateway.conversations import tickets
from gateway.conversations.tickets import MOST_WRONG, MOST_WRONG_A_DAY, Resumed, Right
from gateway.limits import Limits
from gateway.store import contacts as contact_rows
from gateway.store import conversations
from gateway.store.contacts import Contact
from gateway.store.conversations import Conversation
from tests.flows.databases import ready_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESSES = 1_000
CONVERSATION = "v" * 32
TEN_YEARS_IN_DAYS = 3_653


@pytest.fixture
def store(database_url):
    store = ready_store(database_url)
    yield store
    store.close()


def test_guessing_takes_more_than_ten_years_on_average():
    """Each try has one chance in 10**8, whichever ticket it is for and however many there are."""
    a_try = 1 / 10**tickets.CODE_DIGITS
    by_address = ADDRESSES * WRONG_CODES.most * (86_400 / WRONG_CODES.seconds)
    for tries_a_day in (by_address, MOST_WRONG_A_DAY):
        assert 1 / (a_try * tries_a_day) > TEN_YEARS_IN_DAYS
    # One ticket alone is not worth while: five tries, once.
    assert MOST_WRONG * a_try < 1e-7


def test_an_address_has_few_wrong_codes_a_day():
    visitors = Visitors(Limits(None), ())
    for _ in range(WRONG_CODES.most):
        assert visitors.may_try_a_code("192.0.2.1")
        visitors.tried_wrong("192.0.2.1")
    assert not visitors.may_try_a_code("192.0.2.1")
    assert visitors.may_try_a_code("192.0.2.2")


def test_all_together_have_so_many_wrong_codes_a_day(store):
    with store.write() as connection:
        connection.exec_driver_sql(f"INSERT INTO wrong_codes VALUES ('2026-11-22', {MOST_WRONG_A_DAY - 1})")
    assert tickets.try_code(store, "000000", "12345678", NOW) is Resumed.WRONG_CODE
    assert tickets.try_code(store, "000000", "12345678", NOW) is Resumed.TOO_MANY
    assert tickets.try_code(store, "000000", "12345678", NOW + timedelta(days=1)) is Resumed.WRONG_CODE


def test_five_wrong_codes_lock_whether_or_not_the_ticket_was_ever_given(store):
    tried = [tickets.try_code(store, "000000", "12345678", NOW) for _ in range(MOST_WRONG + 2)]
    assert tried == [Resumed.WRONG_CODE] * MOST_WRONG + [Resumed.LOCKED] * 2


class CountedHasher:
    """The real one, and which hashes it was asked about."""

    def __init__(self, hasher):
        self.hasher, self.verified, self.hashed = hasher, [], 0

    def verify(self, stored, code):
        self.verified.append(stored)
        return self.hasher.verify(stored, code)

    def hash(self, secret):
        self.hashed += 1
        return self.hasher.hash(secret)


def given_ticket(store):
    with store.write() as connection:
        contact_rows.insert_contact(
            connection,
            Contact(
                id="c" * 32,
                channel="chat",
                carrier_key="chat-1",
                entry="line:foenix",
                language="da",
                state="waiting",
                waiting_since=NOW,
                last_turn_at=NOW,
                line="foenix",
                conversation=CONVERSATION,
            ),
        )
        conversations.insert(
            connection,
            Conversation(
                id=CONVERSATION,
                contact="c" * 32,
                wrapped_key=b"key",
                began_at=NOW,
                changed_at=NOW,
                citizen_seen_at=NOW,
            ),
        )
        return tickets.give(connection, CONVERSATION)


def test_every_try_is_as_much_work_whatever_the_ticket(store, monkeypatch):
    """One hash of one cost is verified, so that nobody learns by the clock which tickets are in use."""
    known = given_ticket(store)
    unknown = "000000" if known != "000000" else "123455"
    tickets._nobodys_hash()  # made once a process
    counted = CountedHasher(tickets._HASHER)
    monkeypatch.setattr(tickets, "_HASHER", counted)

    def work_of(ticket, code):
        counted.verified.clear()
        came = tickets.try_code(store, ticket, code, NOW)
        return came, [extract_parameters(each) for each in counted.verified]

    a_hash = [extract_parameters(counted.hasher.hash("00000000"))]
    assert work_of(known, "12345678") == (Resumed.WRONG_CODE, a_hash)  # it has no code yet
    assert work_of(unknown, "12345678") == (Resumed.WRONG_CODE, a_hash)
    with store.write() as connection:
        assert tickets.set_code(connection, CONVERSATION, counted.hasher.hash("87654321"), NOW)
    assert work_of(known, "87654321") == (Right(CONVERSATION), a_hash)
    for ticket in (known, unknown):
        for _ in range(MOST_WRONG - 1):
            assert work_of(ticket, "12345678") == (Resumed.WRONG_CODE, a_hash)
        assert work_of(ticket, "12345678") == (Resumed.LOCKED, a_hash)
        assert work_of(ticket, "87654321") == (Resumed.LOCKED, a_hash)
    assert counted.hashed == 0


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [
        ("000000", True),
        ("123451", False),
        ("12345", False),
        ("1234567", False),
        ("०१२३४५", False),
        ("", False),
    ],
)
def test_what_a_ticket_looks_like(digits, is_one):
    assert tickets.is_ticket(digits) is is_one


def test_a_slip_of_one_finger_is_noticed():
    from stdnum import damm

    for digits in ("00000", "12345", "90210"):
        ticket = digits + damm.calc_check_digit(digits)
        assert tickets.is_ticket(ticket)
        for place in range(6):
            for other in "0123456789":
                slip = ticket[:place] + other + ticket[place + 1 :]
                assert tickets.is_ticket(slip) is (slip == ticket)
