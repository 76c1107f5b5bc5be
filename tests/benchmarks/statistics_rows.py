"""Ten million registrations and their contacts, made by PostgreSQL itself, and the same rows in DuckDB."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

FIRST_YEAR, YEARS = 2016, 10
LINES = ("foenix", "toften", *(f"line{n}" for n in range(18)))
COLUMNS = (
    "line, day, hour, function, channel, in_target_group, who, first_contact, sex, age, crisis_level, "
    "background, further, nights, minutes, themes, life_situation, referred_to, person"
)
CONTACT_COLUMNS = "line, channel, state, closed_because, waiting_since, answered_at, first_word_at, ended_at"
_DROPPED = (
    "ALTER TABLE registration_facts DROP CONSTRAINT pk_registration_facts",
    "DROP INDEX ix_registration_facts_line_day, ix_registration_facts_day, ix_registration_facts_person",
    "ALTER TABLE contacts DROP CONSTRAINT uq_contacts_carrier_key",
    "DROP INDEX ix_contacts_line_waiting_since, ix_contacts_state_waiting_since, ix_contacts_narrowed, "
    "ix_contacts_answered_by_line_waiting_since",
)
_INDEXES = (
    "ALTER TABLE registration_facts ADD CONSTRAINT pk_registration_facts PRIMARY KEY (registration)",
    "CREATE INDEX ix_registration_facts_line_day ON registration_facts (line, day)",
    "CREATE INDEX ix_registration_facts_day ON registration_facts (day)",
    "CREATE INDEX ix_registration_facts_person ON registration_facts (line, day, function, person) "
    "WHERE person IS NOT NULL",
    "ALTER TABLE contacts ADD CONSTRAINT uq_contacts_carrier_key UNIQUE (carrier_key)",
    "CREATE INDEX ix_contacts_line_waiting_since ON contacts (line, waiting_since)",
    "CREATE INDEX ix_contacts_state_waiting_since ON contacts (state, waiting_since)",
    "CREATE INDEX ix_contacts_narrowed ON contacts (line, municipality, channel, state, waiting_since)",
    "CREATE INDEX ix_contacts_answered_by_line_waiting_since ON contacts (answered_by, line, waiting_since) "
    "WHERE answered_by IS NOT NULL",
)
_VACUUMS = (
    "VACUUM (ANALYZE, FREEZE) registration_facts",
    "VACUUM (ANALYZE, FREEZE) contacts",
)
_TYPES = (
    "line VARCHAR, day DATE, hour SMALLINT, function VARCHAR, channel VARCHAR, in_target_group SMALLINT, "
    "who VARCHAR, first_contact VARCHAR, sex VARCHAR, age VARCHAR, crisis_level VARCHAR, background VARCHAR, "
    "further VARCHAR, nights SMALLINT, minutes INTEGER, themes BIGINT, life_situation BIGINT, "
    "referred_to BIGINT, person VARCHAR"
)
_CONTACT_TYPES = (
    "line VARCHAR, channel VARCHAR, state VARCHAR, closed_because VARCHAR, waiting_since TIMESTAMP, "
    "answered_at TIMESTAMP, first_word_at TIMESTAMP, ended_at TIMESTAMP"
)


class AsPostgres:
    """DuckDB under the queries that the tables are made of: it speaks PostgreSQL's SQL."""

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self._duck = duck

    def execute(self, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> AsPostgres:
        literal = query.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True})
        self._rows = self._duck.execute(str(literal)).fetchall()
        return self

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)


def fill(conninfo: str, registrations: int) -> None:
    """Of four registrations three are of a contact by telephone, about as the evaluation has it.

    Foreign keys are not checked and indexes are made afterwards, else it would take an hour.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in _DROPPED:
            connection.execute(statement)
    half, contacts = registrations // 2, registrations * 3 // 4
    at_once(
        conninfo,
        [
            [_facts(1, half), _contacts(1, contacts // 2)],
            [_facts(half + 1, registrations), _contacts(contacts // 2 + 1, contacts)],
        ],
    )
    at_once(conninfo, [_INDEXES[0::2], _INDEXES[1::2]])
    at_once(conninfo, [[statement] for statement in _VACUUMS])


def at_once(conninfo: str, jobs: Sequence[Sequence[str]]) -> None:
    """Each list of statements on a connection of its own."""

    def run(statements: Sequence[str]) -> None:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET maintenance_work_mem = '1GB'")
            for statement in statements:
                connection.execute(statement)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def to_duckdb(conninfo: str, folder: Path) -> duckdb.DuckDBPyConnection:
    """The columns that are counted, in DuckDB's own columns."""
    found = duckdb.connect(str(folder / "same.duckdb"), config={"threads": 2})
    utc = CONTACT_COLUMNS
    for column in ("waiting_since", "answered_at", "first_word_at", "ended_at"):
        utc = utc.replace(column, f"{column} AT TIME ZONE 'UTC'")
    for table, columns, types in (
        ("registration_facts", COLUMNS, _TYPES),
        ("contacts", utc, _CONTACT_TYPES),
    ):
        file = folder / f"{table}.csv"
        with (
            psycopg.connect(conninfo) as connection,
            connection.cursor() as cursor,
            file.open("wb") as out,
            cursor.copy(f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT csv)") as rows,
        ):
            for block in rows:
                out.write(block)
        found.execute(f"CREATE TABLE {table} ({types})")
        found.execute(f"COPY {table} FROM '{file}' (FORMAT csv, HEADER false)")
        file.unlink()
    return found


def _one_of(*words: str) -> str:
    return f"(ARRAY{list(words)})[1 + floor(random() * {len(words)})::int]"


def _facts(first: int, last: int) -> str:
    days = f"DATE '{FIRST_YEAR}-01-01' + floor(random() * {365 * YEARS})::int"
    return f"""
INSERT INTO registration_facts (registration, municipality, {COLUMNS})
SELECT md5(n::text), '0561', {_one_of(*LINES)}, {days},
  CASE WHEN random() < 0.01 THEN NULL ELSE floor(24 * sqrt(random()))::int END, function,
  CASE WHEN function = 'telephone' THEN {_one_of("voice", "voice", "voice", "sms", "mail")} END,
  (r < 0.77)::int, CASE WHEN r < 0.77 THEN 'person_in_acute_mental_crisis' ELSE
    {_one_of("relative", "treatment_psychiatry", "other_municipal_service", "other", "unknown")} END,
  {_one_of("first", "before", "before", "before", "unknown")}, {_one_of("woman", "man", "unknown")},
  {_one_of("unknown", "under_18", "18_29", "30_49", "50_65", "over_65")},
  {_one_of("severe", "moderate", "mild", "unknown")},
  {_one_of("contacted_on_own_initiative", "urged_by_relative", "other", "unknown")},
  {_one_of("none", "none", "call_back", "visit", "crisis_plan")},
  CASE WHEN function = 'overnight' THEN 1 + floor(random() * 8)::int END, floor(random() * 60)::int,
  floor(random() * 4194304)::bigint & floor(random() * 4194304)::bigint, floor(random() * 1024)::bigint,
  CASE WHEN random() < 0.2 THEN floor(random() * 512)::bigint ELSE 0 END,
  CASE WHEN random() < 0.02 THEN md5(floor(random() * 50000)::text) END
FROM (SELECT n, random() AS r, {_one_of(*["telephone"] * 15, *["in_house"] * 3, "outgoing", "overnight")}
  AS function FROM generate_series({first}, {last}) AS n) AS made"""


def _contacts(first: int, last: int) -> str:
    seconds = 365 * 86_400 * YEARS
    return f"""
INSERT INTO contacts (id, channel, carrier_key, entry, line, municipality, partner, language, state,
  provisional, waiting_since, offered_at, answered_at, connected_at, first_word_at, ended_at, answered_by,
  ended_by, closed_because, round, roster_version, last_turn_at, turns, room)
SELECT md5('c' || n), {_one_of("voice", "voice", "voice", "sms", "chat")}, 'CA' || md5('k' || n),
  'line:' || line, line, '0561', false, 'da', CASE WHEN r < 0.95 THEN 'registered' ELSE 'abandoned' END,
  false, since, since, CASE WHEN r < 0.95 THEN since + waited END,
  CASE WHEN r < 0.95 THEN since + waited END,
  CASE WHEN r < 0.9 THEN since + waited + date_trunc('milliseconds', random() * interval '30 seconds') END,
  since + waited + interval '8 minutes',
  CASE WHEN r < 0.95 THEN 'w1' END, 'citizen', CASE WHEN r > 0.99 THEN 'test' END, 1, 1, since, 3, 1
FROM (SELECT n, random() AS r, {_one_of(*LINES)} AS line,
  make_timestamptz({FIRST_YEAR}, 1, 1, 0, 0, 0, 'UTC') + random() * {seconds} * interval '1 second' AS since,
  date_trunc('milliseconds', -ln(1 - random()) * 12 * interval '1 second') AS waited
  FROM generate_series({first}, {last}) AS n) AS made"""
