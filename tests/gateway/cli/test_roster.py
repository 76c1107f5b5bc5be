from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.store import roster_lines
from gateway.store.engine import Store
from gateway.store.roster_lines import Staffing
from gateway.store.roster_versions import Span
from gateway.store.tables import audit_entries, outbox
from tests.gateway.rosters.example import SITE_TEXT, wall

ROOT = Path(__file__).parents[3]
HEADER = "line,tier,worker,start,end\n"
WEEK = (
    HEADER
    + "foenix,1,w1,2026-11-22 08:00,2026-11-22 16:00\n"
    + "foenix,2,w2,2026-11-22 00:00,2026-11-23 00:00\n"
    + "vest,1,w3,2026-11-22 23:00,2026-11-23 07:00\n"
)
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-12-01")


def test_import_says_what_it_did_and_the_same_again_does_nothing(with_site):
    path = with_site.file("week.csv", WEEK)
    assert with_site.good("roster", "import", path) == (
        "foenix: 2 added, 0 removed, 0 unchanged\nvest: 1 added, 0 removed, 0 unchanged\nroster version 1\n"
    )
    assert with_site.good("roster", "import", path) == (
        "foenix: 0 added, 0 removed, 2 unchanged\nvest: 0 added, 0 removed, 1 unchanged\n"
        "nothing changed; roster version 1\n"
    )


def test_a_shift_that_reaches_over_the_edge_is_told(with_site):
    with_site.good("roster", "import", with_site.file("week.csv", WEEK))
    said = with_site("roster", "import", with_site.file(
        "day.csv", HEADER + "foenix,1,w3,2026-11-22 08:00,2026-11-22 16:00\n"
    ))  # fmt: skip
    assert said.code == 0
    assert (
        said.out
        == "foenix: 1 added, 1 removed, 0 unchanged, 1 reaching over the edge stay\nroster version 2\n"
    )
    assert said.problems == [
        '"w2" stays on "foenix" from 2026-11-22 00:00 to 2026-11-23 00:00, '
        "which reaches over the edge of the file"
    ]


def test_every_problem_at_once_and_nothing_is_published(with_site):
    path = with_site.file("week.csv", WEEK.replace("w1", "w9").replace("vest,1", "vest,0"))
    said = with_site("roster", "import", path)
    assert said.code == 2
    assert said.out == ""
    assert [problem.removeprefix(f"{path}: ").split(":")[0] for problem in said.problems] == [
        "line 2",
        "line 4",
    ]
    assert with_site.good("roster", "export", *NOVEMBER) == HEADER


def test_export_and_import_again_over_both_databases(command, database_url, tmp_path):
    command.set(DATABASE_URL=database_url, AKUTLINJEN_SITE=command.file("site.toml", SITE_TEXT))
    command.good("db", "upgrade")
    command.good("roster", "import", command.file("week.csv", WEEK))
    exported = command.good("roster", "export", *NOVEMBER)
    assert sorted(exported.splitlines()) == sorted(WEEK.splitlines())
    said = command.good("roster", "import", command.file("again.csv", exported))
    assert said.endswith("nothing changed; roster version 1\n")
    # The same over a database where there was nothing.
    command.set(DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")
    command.good("roster", "import", tmp_path / "again.csv")
    assert command.good("roster", "export", *NOVEMBER) == exported


def test_export_of_days_on_both_sides_of_their_edges(with_site):
    with_site.good("roster", "import", with_site.file("week.csv", WEEK))

    def exported(first, last):
        return with_site.good("roster", "export", "--from", first, "--to", last).count("\n") - 1

    assert exported("2026-11-21", "2026-11-22") == 0
    assert exported("2026-11-22", "2026-11-23") == 3
    assert exported("2026-11-23", "2026-11-24") == 1
    assert exported("2026-11-24", "2026-11-25") == 0


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-22", "2026-11-22", "--to 2026-11-22 must be after --from 2026-11-22"),
        ("2026-11-23", "2026-11-22", "must be after"),
        ("22-11-2026", "2026-11-23", "does not match the format"),
    ],
)
def test_days_that_make_no_period(with_site, first, last, words):
    for subcommand in (["export"], ["gaps", "--line", "foenix"]):
        said = with_site("roster", *subcommand, "--from", first, "--to", last)
        assert (said.code, len(said.problems)) == (2, 1)
        assert words in said.problems[0]


def test_gaps(with_site):
    with_site.good("roster", "import", with_site.file("week.csv", WEEK))
    days = ("--from", "2026-11-22", "--to", "2026-11-24")
    assert with_site.good("roster", "gaps", "--line", "foenix", *days) == (
        "Mon 23 Nov 2026 07:00 to Mon 23 Nov 2026 15:00: voice\n"
        "Mon 23 Nov 2026 15:00 to Mon 23 Nov 2026 23:00: voice, chat\n"
        "Mon 23 Nov 2026 23:00 to Tue 24 Nov 2026 00:00: voice\n"
    )
    found = json.loads(with_site.good("roster", "gaps", "--line", "foenix", *days, "--json"))
    assert found[1] == {
        "line": "foenix",
        "from": "2026-11-23T15:00:00+01:00",
        "to": "2026-11-23T23:00:00+01:00",
        "channels": ["voice", "chat"],
    }
    assert with_site.good(
        "roster", "gaps", "--line", "foenix", "--from", "2026-11-22", "--to", "2026-11-23"
    ) == ("no gaps\n")
    said = with_site("roster", "gaps", "--line", "fonix", *days)
    assert said.code == 2
    assert said.problems == ['line "fonix" is not in the site; did you mean "foenix"?']


def test_gaps_that_are_meant_to_be_and_minimum_staffing(with_site):
    with_site.good("roster", "import", with_site.file("week.csv", WEEK))
    store = Store(f"sqlite:///{with_site.directory / 'var' / 'akutlinjen.db'}")
    with store.write() as connection:
        span = Span(wall("23 07:00"), wall("23 15:00"))
        roster_lines.intend(connection, "foenix", span, by="w3", at=datetime.now(UTC))
        staffing = [Staffing(1, ("daily 08:00-12:00",), 1), Staffing(None, ("sun 15:00-17:00",), 2)]
        roster_lines.set_staffing(connection, "foenix", staffing)
    store.close()
    said = with_site.good("roster", "gaps", "--line", "foenix", "--from", "2026-11-22", "--to", "2026-11-24")
    assert said == (
        "Mon 23 Nov 2026 15:00 to Mon 23 Nov 2026 23:00: voice, chat\n"
        "Mon 23 Nov 2026 23:00 to Tue 24 Nov 2026 00:00: voice\n"
        "Mon 23 Nov 2026 08:00 to Mon 23 Nov 2026 12:00: 0 of 1 on duty in tier 1\n"
        "Sun 22 Nov 2026 16:00 to Sun 22 Nov 2026 17:00: 1 of 2 on duty\n"
    )


def test_fairness(with_site):
    with_site.good("roster", "import", with_site.file("week.csv", WEEK))
    days = ("--line", "foenix", "--from", "2026-11-22", "--to", "2026-11-23")
    assert with_site.good("roster", "fairness", *days) == (
        "worker   hours  nights  weekends  holidays\n"
        "w1         8.0       0         1         0\n"
        "w2        24.0       1         1         0\n"
    )
    found = json.loads(with_site.good("roster", "fairness", *days, "--json"))
    assert [(each["worker"], each["hours"]) for each in found] == [("w1", 8.0), ("w2", 24.0)]
    assert with_site("roster", "fairness", "--line", "fonix", *days[2:]).code == 2


def test_a_preview_changes_nothing(with_site):
    path = with_site.file("week.csv", WEEK)
    assert with_site.good("roster", "import", "--preview", path) == (
        "foenix: 2 added, 0 removed, 0 unchanged\nvest: 1 added, 0 removed, 0 unchanged\n"
    )
    assert with_site.good("roster", "export", *NOVEMBER) == HEADER


def test_an_import_is_in_the_audit_log(with_site):
    for _ in range(2):
        with_site.good("roster", "import", with_site.file("week.csv", WEEK))
    store = Store(f"sqlite:///{with_site.directory / 'var' / 'akutlinjen.db'}")
    with store.read() as connection:
        rows = connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number)).all()
    store.close()
    assert [
        (row.actor, row.line, row.night_line, row.details) for row in rows if row.action == "roster_changed"
    ] == [
        ("command-line", "foenix", None, {"version": 1, "ended": 0, "begun": 2}),
        ("command-line", None, "vest", {"version": 1, "ended": 0, "begun": 1}),
    ]


def test_one_bad_line_among_fifty_thousand(with_site):
    first = datetime.fromisoformat("2026-01-01 00:00")
    times = [f"{first + timedelta(hours=2 * n):%Y-%m-%d %H:%M}" for n in range(50_001)]
    rows = [f"foenix,1,w1,{start},{end}" for start, end in pairwise(times)]
    rows[40_000] = rows[40_000].replace("w1", "w9")
    said = with_site("roster", "import", with_site.file("long.csv", HEADER + "\n".join(rows) + "\n"))
    assert said.code == 2
    (problem,) = said.problems
    assert 'line 40002: worker "w9" is not in the site' in problem
    assert with_site.good("roster", "export", *NOVEMBER) == HEADER


def test_an_unknown_file_and_no_site(command):
    said = command("roster", "import", "nowhere.csv")
    assert said.code == 2
    assert said.problems == ["nowhere.csv: can't be read: No such file or directory"]
    said = command("roster", "import", command.file("week.csv", WEEK))
    assert said.code == 2
    assert said.problems == [
        "no site is loaded; run: akutlinjen site load FILE, or set AKUTLINJEN_SITE to one"
    ]


def test_the_site_of_the_environment_is_loaded_first(command):
    command.set(AKUTLINJEN_SITE=command.file("site.toml", SITE_TEXT))
    command.good("roster", "import", command.file("week.csv", WEEK))
    command.file("site.toml", SITE_TEXT.replace('"w3"', '"w4"'))
    said = command("roster", "import", command.file("week.csv", WEEK))
    assert "w3" in said.problems[0]
    path = command.file("site.toml", "[site]\n")
    said = command("roster", "import", command.file("week.csv", WEEK))
    assert said.code == 2
    assert said.problems[0].startswith(f"{path}: line ")


def test_another_data_key_is_told_and_a_load_mends_it(with_site, tmp_path):
    (tmp_path / "var" / "keys.json").unlink()
    said = with_site("who-answers", "--line", "foenix")
    assert said.code == 1
    assert "DATA_KEY" in said.problems[0]
    with_site.good("site", "load", tmp_path / "site.toml")
    with_site.good("who-answers", "--line", "foenix")


def test_a_change_in_one_process_counts_in_the_next(with_site, tmp_path):
    def akutlinjen(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            cwd=ROOT, env=with_site.environment(), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def first_ring():
        plan = json.loads(akutlinjen("who-answers", "--line", "foenix", "--at", "2026-11-22T12:00", "--json"))
        return plan["roster_version"], plan["steps"][0]["ring"][0]["worker"]

    akutlinjen("roster", "import", str(with_site.file("week.csv", WEEK)))
    assert first_ring() == (1, "w1")
    akutlinjen("roster", "import", str(with_site.file("week.csv", WEEK.replace("w1", "w3"))))
    assert first_ring() == (2, "w3")


def test_whose_shifts_change_is_told_and_of_a_preview_nobody(with_site):
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    rows = [f"foenix,1,{worker},{day} {start},{day} {end}\n" for worker, start, end in (
        ("w1", "08:00", "16:00"), ("w2", "16:00", "22:00"),
    )]  # fmt: skip
    path = with_site.file("both.csv", HEADER + "".join(rows))
    with_site.good("roster", "import", "--preview", path)
    assert told(with_site) == []
    with_site.good("roster", "import", path)
    assert told(with_site) == ["w1", "w2"]
    longer = with_site.file("longer.csv", HEADER + rows[0] + rows[1].replace("22:00", "23:00"))
    with_site.good("roster", "import", longer)
    with_site.good("roster", "import", longer)
    assert told(with_site) == ["w1", "w2", "w2"]


def told(command):
    store = Store(f"sqlite:///{command.directory / 'var' / 'akutlinjen.db'}")
    try:
        with store.read() as connection:
            rows = connection.execute(sa.select(outbox)).all()
        return sorted(
            row.details["worker"] for row in rows if row.details.get("text") == "sms_roster_changed"
        )
    finally:
        store.close()
