"""Registrations with their versions, consents, and what statistics count."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
)

from gateway.store.tables.base import metadata, where
from gateway.store.types import UtcInstant

# The form after a contact, or one by hand (no contact): a draft until it is submitted.
registrations = Table(
    "registrations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), nullable=True, unique=True),
    Column("form", String(24), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("line", String(64), nullable=False),
    Column("worker", String(64), nullable=False),
    # Rises with every draft that is saved and every correction: who saves names the one they changed.
    Column("version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    # The free texts, sealed with the contact's key, or with this row's own where there is no contact.
    Column("texts", LargeBinary, nullable=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("began_at", UtcInstant, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    # Who saved it last: a draft may pass from hand to hand.
    Column("changed_by", String(64), nullable=True),
    Column("submitted_at", UtcInstant, nullable=True),
    Index(None, "line", "submitted_at"),
    Index(None, "worker", "submitted_at"),
    sqlite_with_rowid=False,
)

# Every form of a registration since it was submitted.
registration_versions = Table(
    "registration_versions",
    metadata,
    Column("registration", ForeignKey("registrations.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcInstant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("texts", LargeBinary, nullable=True),
    sqlite_with_rowid=False,
)

# What statistics count: a narrow row for each submitted registration, written with it.
registration_facts = Table(
    "registration_facts",
    metadata,
    Column("registration", ForeignKey("registrations.id"), primary_key=True),
    # On the line's wall clock. Where the contact's time is not known, the day is that of the registration,
    # and there is no hour.
    Column("day", Date, nullable=False),
    Column("hour", SmallInteger, nullable=True),
    Column("line", String(64), nullable=False),
    Column("municipality", String(4), nullable=True),
    Column("function", String(12), nullable=False),
    Column("channel", String(8), nullable=True),
    Column("in_target_group", SmallInteger, nullable=False),
    Column("who", String(32), nullable=False),
    Column("first_contact", String(8), nullable=False),
    Column("sex", String(8), nullable=False),
    Column("age", String(12), nullable=False),
    Column("crisis_level", String(12), nullable=False),
    Column("background", String(48), nullable=False),
    Column("further", String(16), nullable=False),
    Column("nights", SmallInteger, nullable=True),
    Column("minutes", Integer, nullable=True),
    # A bit for each option, as the forms' lists number them.
    Column("themes", BigInteger, nullable=False),
    Column("life_situation", BigInteger, nullable=False),
    Column("referred_to", BigInteger, nullable=False),
    # The same person, by a keyed hash of the CPR number, while the consent stands.
    Column("person", String(64), nullable=True),
    Index(None, "line", "day"),
    Index(None, "day"),
    # Different persons are counted from rows: they don't add up over months.
    Index("ix_registration_facts_person", "line", "day", "function", "person", **where("person IS NOT NULL")),
    sqlite_with_rowid=False,
)

# What a line's facts of a month come to, where that is fresh: statistics over years are made of these.
registration_months = Table(
    "registration_months",
    metadata,
    Column("line", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("is_fresh", Boolean, nullable=False),
    Column("counted", JSON, nullable=True),
    sqlite_with_rowid=False,
)

# The same of contacts: how long was waited in them.
waiting_months = Table(
    "waiting_months",
    metadata,
    Column("line", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("is_fresh", Boolean, nullable=False),
    Column("counted", JSON, nullable=True),
    sqlite_with_rowid=False,
)

# A CPR number that the citizen agreed to give, apart from what it was given with.
consents = Table(
    "consents",
    metadata,
    Column("registration", ForeignKey("registrations.id"), primary_key=True),
    Column("purpose", String(12), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("given_at", UtcInstant, nullable=False),
    Column("withdrawn_at", UtcInstant, nullable=True),
    # Sealed with DATA_KEY; null once it was withdrawn or has been kept long enough.
    Column("cpr", LargeBinary, nullable=True),
    Column("person", String(64), nullable=True),
)

# The one key of the persons' hashes, sealed: it outlives DATA_KEY, so that a person stays one.
person_keys = Table(
    "person_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
