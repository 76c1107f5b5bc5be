from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gateway.store import contacts
from gateway.store.engine import Store
from tests.gateway.cli.test_roster import HEADER

ROSTER = (
    HEADER
    + "foenix,1,w1,2026-11-22 15:00,2026-11-23 08:00\n"
    + "foenix,2,w2,2026-11-22 15:00,2026-11-23 08:00\n"
    + "vest,1,w3,2026-11-22 23:00,2026-11-23 07:00\n"
)
NIGHT = ("--at", "2026-11-22T23:30")


@pytest.fixture
def rostered(with_site):
    with_site.good("roster", "import", with_site.file("roster.csv", ROSTER))
    return with_site


def plan(command, *arguments):
    return json.loads(command.good("who-answers", *arguments, "--json"))


def test_json_is_as_the_contract_shows_it(rostered):
    out = rostered.good("who-answers", "--line", "foenix", *NIGHT, "--json")
    assert out.count("\n") == 1
    found = json.loads(out)
    for ring in (ring for step in found["steps"] for ring in step["ring"]):
        assert ring.pop("because")
    assert json.dumps(found) == json.dumps({
        "line": "foenix", "municipality": "0561", "channel": "voice", "at": "2026-11-22T23:30:00+01:00",
        "open": True, "roster_version": 1,
        "steps": [
            {"after_seconds": 0, "ring": [{"worker": "w1", "via": "line:foenix", "tier": 1}]},
            {"after_seconds": 25, "ring": [{"worker": "w2", "via": "line:foenix", "tier": 2}]},
            {"after_seconds": 50, "ring": [{"worker": "w3", "via": "night_line:vest", "tier": 1}]},
            {"after_seconds": 75, "ring": [{"phone": "+4576160099", "via": "night_line:vest"}]},
        ],
        "skipped": [], "otherwise": "callback",
    })  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "line", "municipality"),
    [
        (["--line", "foenix"], "foenix", "0561"),
        (["--line", "vest"], "vest", None),
        (["--phone", "+4576160001"], "foenix", "0561"),
        (["--phone", "7616 0001"], "foenix", "0561"),
        (["--phone", "+4576160091"], "foenix", "0561"),
        (["--phone", "+4570200000"], "vest", None),
        (["--phone", "+4570200000", "--postcode", "6700"], "foenix", "0561"),
        (["--phone", "+4570200000", "--postcode", "8000"], "toften", "0751"),
    ],
)
def test_who_is_asked(rostered, arguments, line, municipality):
    found = plan(rostered, *arguments, *NIGHT)
    assert (found["line"], found["municipality"]) == (line, municipality)
    assert rostered("who-answers", *arguments, *NIGHT).err == ""


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["--phone", "+4570200000", "--postcode", "9999"],
         "postcode 9999 is in none of the site's municipalities; vest answers"),
        (["--phone", "+4570200000", "--postcode", "67"], '"67" is no postcode of four digits; vest answers'),
    ],
)  # fmt: skip
def test_an_unknown_postcode_leads_to_the_fallback_with_a_note(rostered, arguments, note):
    said = rostered("who-answers", *arguments, *NIGHT, "--json")
    assert (said.code, json.loads(said.out)["line"]) == (0, "vest")
    assert said.problems == [note]


def test_a_postcode_on_a_line_of_its_own_has_no_say(rostered):
    said = rostered("who-answers", "--phone", "+4576160001", "--postcode", "8000", *NIGHT, "--json")
    assert (said.code, json.loads(said.out)["line"]) == (0, "foenix")
    assert said.problems == ["+4576160001 asks for no postcode; 8000 has no say"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "give either --line or --phone"),
        (["--line", "foenix", "--phone", "+4576160001"], "give either --line or --phone"),
        (["--line", "foenix", "--postcode", "6700"], "--postcode goes with --phone"),
        (["--line", "fonix"], 'line "fonix" is not in the site; did you mean "foenix"?'),
        (["--line", "x"], 'line "x" is not in the site; known are foenix, toften, vest'),
        (["--phone", "alarm"], 'nobody answers "alarm" here; known are'),
        (["--phone", "+4599999999"], 'nobody answers "+4599999999" here; known are +4576160001, +4576160091'),
        (["--phone", "+4576160099"], 'nobody answers "+4576160099" here'),  # the back-up, whom we call
        (["--line", "foenix", "--at", "tonight"], '"tonight" is no time; write it as 2026-11-22T23:30'),
        (["--line", "foenix", "--at", "2026-02-30T12:00"], "is no time"),
        (["--line", "foenix", "--at", "1999-12-31T23:59"], "outside of the years 2000 to 2199"),
        (["--line", "foenix", "--at", "9999-12-31T23:59"], "outside of the years 2000 to 2199"),
        (["--line", "foenix", "--channel", "fax"], "Invalid value for '--channel'"),
    ],
)
def test_what_can_not_be_answered_is_bad_input_in_one_line(rostered, arguments, problem):
    said = rostered("who-answers", *arguments)
    assert (said.code, said.out, len(said.problems)) == (2, "", 1)
    assert said.problems[0].startswith(problem) or problem in said.problems[0]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-22T23:30", "2026-11-22T23:30:00+01:00"),
        ("2026-11-22 23:30", "2026-11-22T23:30:00+01:00"),
        ("2026-11-22T23:30:15", "2026-11-22T23:30:15+01:00"),
        ("2026-11-22T22:30Z", "2026-11-22T23:30:00+01:00"),
        ("2026-11-22T17:30-05:00", "2026-11-22T23:30:00+01:00"),
        ("2026-07-01T12:00", "2026-07-01T12:00:00+02:00"),
        ("2026-03-29T02:30", "2026-03-29T03:00:00+02:00"),  # skipped: the first instant after the gap
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),  # twice: the first
        ("2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00"),
        ("2000-01-01T00:00", "2000-01-01T00:00:00+01:00"),
        ("2199-12-31T23:59", "2199-12-31T23:59:00+01:00"),
    ],
)
def test_times_on_the_clock_of_the_site_and_elsewhere(rostered, at, told):
    assert plan(rostered, "--line", "foenix", "--at", at)["at"] == told


@pytest.mark.parametrize(
    ("at", "first"),
    [("2026-11-22T14:59:59", "+4576160099"), ("2026-11-22T15:00", "w1"), ("2026-11-23T07:59:59", "w1"),
     ("2026-11-23T08:00", "+4576160099")],
)  # fmt: skip
def test_a_shift_begins_and_ends_to_the_second(rostered, at, first):
    (ring, *_) = plan(rostered, "--line", "foenix", "--at", at)["steps"][0]["ring"]
    assert ring.get("worker", ring.get("phone")) == first


def test_now_skips_who_is_busy_and_another_time_does_not(rostered, tmp_path):
    now = datetime.now(UTC)
    around = f"{now:%Y}-01-01 00:00,{now.year + 1}-12-31 00:00"
    rostered.good("roster", "import", rostered.file(
        "always.csv", f"{HEADER}toften,1,w2,{around}\ntoften,1,w3,{around}\n"
    ))  # fmt: skip
    store = Store(f"sqlite:///{tmp_path / 'var' / 'akutlinjen.db'}")
    with store.write() as connection:
        contacts.set_away(connection, "w2", now)
    store.close()
    found = plan(rostered, "--line", "toften")
    assert [ring["worker"] for ring in found["steps"][0]["ring"]] == ["w3"]
    assert found["skipped"] == [{"worker": "w2", "because": "away"}]
    assert "." not in found["at"]
    found = plan(rostered, "--line", "toften", "--at", now.isoformat())
    assert [ring["worker"] for ring in found["steps"][0]["ring"]] == ["w2", "w3"]
    assert found["skipped"] == []
    told = rostered.good("who-answers", "--line", "toften")
    assert "Not rung:\n  Vagt 2 (w2): away\n" in told


def test_in_words(rostered):
    told = rostered.good("who-answers", "--line", "foenix", *NIGHT)
    lines = told.splitlines()
    assert lines[:2] == [
        "Akuttilbuddet Fønix (foenix), for Esbjerg, by telephone, Sun 22 Nov 2026 23:30",
        "Open.",
    ]
    assert "At once:" in lines
    assert "After 25 seconds, if nobody took it:" in lines
    assert lines[4].startswith("  Vagt 1 (w1): on duty on Akuttilbuddet Fønix until 2026-11-23 08:00")
    assert any(line.startswith("  back-up +4576160099: ") for line in lines)
    assert lines[-2:] == ["The next shift begins or ends Mon 23 Nov 2026 07:00.", "Roster version 1."]


def test_in_words_when_closed_and_when_nobody_is_there(rostered):
    at = ("--at", "2026-11-23T23:30")
    assert "Closed.\n\nNobody rings.\n" in rostered.good("who-answers", "--line", "toften", *at)
    rostered.good("roster", "import", rostered.file(
        "toften.csv", HEADER + "toften,1,w2,2026-11-23 22:00,2026-11-24 08:00\n"
    ))  # fmt: skip
    assert "Closed. Put through all the same to those on duty.\n" in rostered.good(
        "who-answers", "--line", "toften", *at
    )
    told = rostered.good("who-answers", "--phone", "+4576160091", *at)
    assert "on the partners' number" in told
    assert "Open.\n" in told


def test_channels(rostered):
    assert plan(rostered, "--line", "foenix", *NIGHT, "--channel", "chat")["open"] is False
    assert plan(rostered, "--line", "foenix", "--at", "2026-11-23T15:00", "--channel", "chat")["open"] is True
    assert plan(rostered, "--line", "foenix", "--at", "2026-11-23T15:00", "--channel", "sms")["open"] is False


def test_on_postgresql_too(command, postgres_url):
    from tests.gateway.rosters.example import SITE_TEXT

    command.set(DATABASE_URL=postgres_url, AKUTLINJEN_SITE=command.file("site.toml", SITE_TEXT))
    command.good("db", "upgrade")
    command.good("roster", "import", command.file("roster.csv", ROSTER))
    assert plan(command, "--line", "foenix", *NIGHT)["steps"][0]["ring"][0]["worker"] == "w1"
