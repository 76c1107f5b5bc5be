"""Tickets and codes: going on with an anonymous conversation from another device.

A ticket is five random digits and a Damm check digit; it names a conversation and opens nothing. The code is
eight digits, kept as an Argon2id hash alone. What an attacker can do is bounded three times: five wrong codes
lock a ticket for good, one address has few tries a day (``chat.limits``), and all addresses together have
``MOST_WRONG_A_DAY``. By the last alone, whoever tries all they may, day and night and against as many tickets
as there are, needs 10**8 / 25,000 = 4,000 days on average to open any conversation: almost eleven years.
"""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError
from sqlalchemy.engine import Connection
from stdnum import damm

from gateway.store import conversations
from gateway.store import tickets as store
from gateway.store.engine import Store
from gateway.store.tickets import Ticket

TICKET_DIGITS, CODE_DIGITS = 6, 8
MOST_WRONG = 5
MOST_WRONG_A_DAY = 25_000
KEPT = timedelta(days=30)
GIVING_TRIES = 50

# OWASP's lowest cost for Argon2id: the limits above carry the weight, and a phone is not kept waiting.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


class TicketsGoneError(Exception):
    """No free ticket was found: nearly all hundred thousand are in use."""


class Resumed(enum.Enum):
    """Why a conversation was not opened."""

    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    TOO_MANY = "too many"  # wrong codes today, by everybody together


@dataclass(frozen=True, slots=True)
class Right:
    conversation: str


def give(connection: Connection, conversation: str) -> str:
    """A free ticket, now the conversation's own. Raises TicketsGoneError."""
    for _ in range(GIVING_TRIES):
        digits = f"{secrets.randbelow(10 ** (TICKET_DIGITS - 1)):0{TICKET_DIGITS - 1}}"
        ticket = digits + damm.calc_check_digit(digits)
        if store.give(connection, ticket, conversation):
            return ticket
    raise TicketsGoneError


def is_ticket(digits: str) -> bool:
    """Whether six digits are a ticket that may exist: a slip of the finger is told apart from a wrong one."""
    return (
        len(digits) == TICKET_DIGITS and digits.isascii() and digits.isdigit() and bool(damm.is_valid(digits))
    )


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def hash_code(code: str) -> str:
    """Takes some 20 ms of a processor, on purpose."""
    return _HASHER.hash(code)


def set_code(connection: Connection, conversation: str, code_hash: str, now: datetime) -> bool:
    """From now on this code opens the conversation, and it is kept for longer. False when it is locked."""
    if not store.set_code(connection, conversation, code_hash, MOST_WRONG):
        return False
    conversations.change(connection, conversation, has_code=True, changed_at=now)
    return True


def try_code(database: Store, ticket: str, code: str, now: datetime) -> Right | Resumed:
    """Open a conversation by ticket and code.

    A try is counted, durably, before the code is looked at, and the count is taken back when it was right.
    The work is the same whether or not the ticket was ever given, has a code, or is locked. Raises
    StoreUnavailableError.
    """
    day = now.date().isoformat()
    with database.write() as connection:
        if store.wrong_on(connection, day) >= MOST_WRONG_A_DAY:
            return Resumed.TOO_MANY
        tried, had_a_try = store.try_once(connection, ticket, MOST_WRONG, now + KEPT)
    matches = _matches(tried, code)
    with database.write() as connection:
        if matches and had_a_try and tried.conversation is not None:
            store.was_right(connection, ticket)
            return Right(tried.conversation)
        store.count_wrong(connection, day)
    return Resumed.WRONG_CODE if had_a_try else Resumed.LOCKED


def _matches(tried: Ticket, code: str) -> bool:
    try:
        _HASHER.verify(tried.code_hash or _nobodys_hash(), code)
    except VerificationError:
        return False
    return tried.code_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex(16))
