"""``privacy report`` leaves nothing out: every table is in it, or is named here with the reason why not."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import groupby

import pytest
import sqlalchemy as sa

from gateway.privacy.report import report
from gateway.privacy.retention import kinds
from gateway.store import joined_workers
from gateway.store.tables import metadata
from tests.flows.world import FOENIX, World

# Neither about anybody nor about one conversation.
OF_NOBODY = {
    "minimum_staffing": "how many workers a line wants, by the hour",
    "registration_months": "counts of a month and a line",
    "roster_lines": "a line's rules for its roster",
    "waiting_months": "counts of a month and a line",
    "wrong_codes": "how many codes were wrong on a day, whoever tried",
}
# A table with one of these is about somebody, or about one conversation.
ABOUT_SOMEBODY = re.compile(
    r"worker|(^|_)by$|contact|conversation|registration$|citizen|caller|person|sealed|body|texts|key|note$|cpr"
)


def reported() -> set[str]:
    """The tables, which each kind's ``where`` begins with."""
    return {re.match(r"[a-z_]+", kind.where)[0] for kind in kinds()}


def test_every_table_is_in_the_report_or_is_about_nobody():
    assert reported() | OF_NOBODY.keys() == metadata.tables.keys()
    assert reported() & OF_NOBODY.keys() == set()


@pytest.mark.parametrize("table", sorted(OF_NOBODY))
def test_what_is_about_nobody_has_no_column_for_anybody(table):
    columns = [column.name for column in metadata.tables[table].columns]
    # How many workers, not which.
    assert [name for name in columns if ABOUT_SOMEBODY.search(name) and name != "workers"] == []


def test_whatever_is_sealed_or_hashed_is_named_by_its_own_column_or_table():
    """A table may hold several kinds: none of its sealed columns is hidden behind another."""
    named = {kind.where.split(",")[0] for kind in kinds()}
    whole = {where for where in named if "." not in where}
    columns = {where.split(".")[0] for where in named if "." in where}
    assert columns <= metadata.tables.keys()
    for where in named - whole:
        table, column = where.split(".")
        assert column in metadata.tables[table].columns, where
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    hidden = {each for each in sealed - named if each.split(".")[0] not in whole}
    # The key goes with what it seals, in the same statement.
    assert hidden == {"night_reports.wrapped_key", "crisis_plans.wrapped_key"}


def test_no_two_kinds_have_one_name():
    names = sorted(kind.name for kind in kinds())
    assert [name for name, same in groupby(names) if len(list(same)) > 1] == []


def test_it_counts_colleagues_who_joined_and_says_since_when(database_url, tmp_path):
    world = World(database_url, tmp_path / "var")
    world.expect_texts(1)
    world.citizen_texts("Er der nogen?", FOENIX)
    (contact,) = world.contacts()
    joined_at = world.clock()
    with world.store.write() as connection:
        joined_workers.add(connection, contact.id, "anna", joined_at)
        joined_workers.leave(connection, contact.id, joined_at + timedelta(minutes=1), "anna")
        joined_workers.add(connection, contact.id, "bo", joined_at + timedelta(minutes=2))
    line = next(line for line in report(world.store) if line.name == "colleagues in a conversation")
    assert (line.rows, line.oldest) == (2, joined_at)
    assert line.where.startswith("joined_workers")
    world.close()
