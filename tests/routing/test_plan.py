from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.site import Channel, Site
from config.windows import parse_windows
from routing.plan import Plan, Question, UnknownLineError, plan
from routing.roster import Roster, Shift
from tests.routing.builders import COPENHAGEN, at, clock, line, night_line, shift, site, worker

EVENING = ("2026-11-22 23:00", "2026-11-23 07:00")
HALF_PAST_ELEVEN = at("2026-11-22 23:30+01:00")
BACKUP = "+4576160099"


@pytest.fixture
def here() -> Site:
    return site(
        [
            line(
                "foenix",
                name="Fønix",
                night_line="vest",
                hours={
                    Channel.VOICE: parse_windows(["daily 07:00-23:00"]),
                    Channel.SMS: parse_windows(["daily 08:00-22:00"]),
                },
            ),
            line("toften", municipalities=("0561", "0563"), night_line="vest"),
            line("havnen", municipalities=("0751",)),
        ],
        [night_line("vest", name="Natlinjen Vest", backup_phone=BACKUP)],
        [
            *(worker(f"w{n}", lines=("foenix",)) for n in range(1, 5)),
            worker("far", lines=("havnen",), night_lines=("vest",), languages=("da", "en")),
            worker("near", lines=("toften",), night_lines=("vest",)),
            worker("own", lines=("foenix",), night_lines=("vest",)),
            worker("far2", lines=("havnen",), night_lines=("vest",), languages=("da", "en", "ar")),
        ],
    )


def rostered(*duties: str, version: int = 1) -> Roster:
    """``"foenix 1 w1"``: line, tier, worker; all from 23:00 to 07:00."""
    shifts = []
    for duty in duties:
        on, tier, who = duty.split()
        shifts.append(shift(on, int(tier), who, *EVENING))
    return Roster.compile(shifts, COPENHAGEN, version)


def asked(here: Site, roster: Roster, line: str = "foenix", **given: object) -> Plan:
    standard: dict[str, object] = {"channel": Channel.VOICE, "at": HALF_PAST_ELEVEN}
    return plan(here, roster, Question(line, **{**standard, **given}))  # type: ignore[arg-type]


def phones(answer: Plan) -> list[tuple[int, list[str | None]]]:
    return [(step.after_seconds, [ring.worker or ring.phone for ring in step.ring]) for step in answer.steps]


def test_the_contracts_example() -> None:
    here = site(
        [line("foenix", name="Fønix", night_line="vest")],
        [night_line("vest", name="Natlinjen Vest", backup_phone=BACKUP)],
        [worker("w1"), worker("w2"), worker("w7")],
    )
    roster = rostered("foenix 1 w1", "foenix 1 w2", "vest 1 w7", version=12)
    assert asked(here, roster, unavailable={"w2": "in another contact"}).as_json() == {
        "line": "foenix",
        "municipality": "0561",
        "channel": "voice",
        "at": "2026-11-22T23:30:00+01:00",
        "open": True,
        "roster_version": 12,
        "steps": [
            {
                "after_seconds": 0,
                "ring": [
                    {
                        "worker": "w1",
                        "via": "line:foenix",
                        "tier": 1,
                        "because": "on duty on Fønix until 2026-11-23 07:00, tier 1",
                    }
                ],
            },
            {
                "after_seconds": 25,
                "ring": [
                    {
                        "worker": "w7",
                        "via": "night_line:vest",
                        "tier": 1,
                        "because": "on duty on Natlinjen Vest until 2026-11-23 07:00, tier 1",
                    }
                ],
            },
            {
                "after_seconds": 50,
                "ring": [
                    {
                        "phone": BACKUP,
                        "via": "night_line:vest",
                        "because": "backup of Natlinjen Vest, when nobody before answers",
                    }
                ],
            },
        ],
        "skipped": [{"worker": "w2", "because": "in another contact"}],
        "otherwise": "callback",
    }


def test_the_keys_stand_in_the_contracts_order(here: Site) -> None:
    answer = asked(here, rostered("foenix 1 w1")).as_json()
    assert list(answer) == [
        "line", "municipality", "channel", "at", "open", "roster_version", "steps", "skipped", "otherwise",
    ]  # fmt: skip
    assert list(answer["steps"][0]["ring"][0]) == ["worker", "via", "tier", "because"]


def test_own_tiers_then_the_night_lines_then_its_backup(here: Site) -> None:
    roster = rostered("vest 2 far2", "vest 1 far", "foenix 2 w2", "foenix 1 w1", "foenix 1 w3")
    assert phones(asked(here, roster)) == [
        (0, ["w1", "w3"]), (25, ["w2"]), (50, ["far"]), (75, ["far2"]), (100, [BACKUP]),
    ]  # fmt: skip


def test_each_step_waits_for_as_long_as_the_one_before_rings(here: Site) -> None:
    lines = {**here.lines, "foenix": replace(here.lines["foenix"], no_answer_seconds=15)}
    nights = {"vest": replace(here.night_lines["vest"], no_answer_seconds=40)}
    there = replace(here, lines=lines, night_lines=nights)
    roster = rostered("foenix 1 w1", "foenix 3 w2", "vest 1 far", "vest 2 far2")
    assert [step.after_seconds for step in asked(there, roster).steps] == [0, 15, 30, 70, 110]


def test_with_nobody_on_duty_on_the_line_the_night_line_is_step_one(here: Site) -> None:
    answer = asked(here, rostered("vest 1 far"))
    assert phones(answer) == [(0, ["far"]), (25, [BACKUP])]
    assert answer.steps[0].ring[0].because == (
        "on duty on Natlinjen Vest until 2026-11-23 07:00, tier 1; nobody is on duty on Fønix"
    )


def test_with_everybody_of_the_line_busy_the_night_line_is_step_one(here: Site) -> None:
    answer = asked(here, rostered("foenix 1 w1", "vest 1 far"), unavailable={"w1": "away"})
    assert phones(answer) == [(0, ["far"]), (25, [BACKUP])]
    assert answer.steps[0].ring[0].because.endswith("; nobody on duty on Fønix is free")


def test_a_tier_whose_people_are_all_skipped_makes_no_step(here: Site) -> None:
    roster = rostered("foenix 1 w1", "foenix 1 w2", "foenix 2 w3", "foenix 3 w4")
    answer = asked(here, roster, unavailable={"w2": "away", "w3": "in another contact", "nobody": "away"})
    assert phones(answer) == [(0, ["w1"]), (25, ["w4"]), (50, [BACKUP])]
    assert answer.skipped == (("w2", "away"), ("w3", "in another contact"))


def test_a_worker_rings_in_the_first_place_only(here: Site) -> None:
    roster = rostered("foenix 1 own", "foenix 2 own", "vest 1 own", "vest 1 far", "vest 2 own")
    answer = asked(here, roster)
    assert phones(answer) == [(0, ["own"]), (25, ["far"]), (50, [BACKUP])]
    assert answer.steps[0].ring[0].via == "line:foenix"
    skipped = asked(here, roster, unavailable={"own": "away"})
    assert (phones(skipped), skipped.skipped) == ([(0, ["far"]), (25, [BACKUP])], (("own", "away"),))


def test_nobody_on_duty_and_no_backup(here: Site) -> None:
    answer = asked(here, rostered("havnen 1 far"), "havnen", unavailable={"far": "away"})
    assert (answer.steps, answer.otherwise) == ((), "callback")
    assert asked(here, rostered(), "havnen").steps == ()


def test_a_worker_whom_the_site_no_longer_has(here: Site) -> None:
    answer = asked(here, rostered("foenix 1 gone", "foenix 1 w1"))
    assert phones(answer)[0] == (0, ["w1"])
    assert answer.skipped == (("gone", "not among the site's workers"),)


def test_a_night_line_asked_itself(here: Site) -> None:
    answer = asked(here, rostered("vest 1 far", "foenix 1 w1"), "vest")
    assert phones(answer) == [(0, ["far"]), (25, [BACKUP])]
    assert (answer.line, answer.municipality, answer.open) == ("vest", None, True)
    assert answer.steps[0].ring[0].because == "on duty on Natlinjen Vest until 2026-11-23 07:00, tier 1"
    assert asked(here, rostered(), "vest", municipality="0561").municipality == "0561"


def test_an_unknown_line_is_an_error(here: Site) -> None:
    with pytest.raises(UnknownLineError, match="nowhere"):
        asked(here, rostered(), "nowhere")


# Order within a tier.


def test_the_nearest_of_the_pool_ring_first(here: Site) -> None:
    roster = rostered("vest 1 far", "vest 1 far2", "vest 1 near", "vest 1 own")
    answer = asked(here, roster)
    assert phones(answer)[0] == (0, ["own", "near", "far", "far2"])
    because = [ring.because.split("; ")[1:] for ring in answer.steps[0].ring]
    nobody = "nobody is on duty on Fønix"
    assert because == [
        ["serves the caller's own line", nobody],
        ["serves a line in the caller's municipality", nobody],
        [nobody],
        [nobody],
    ]


def test_the_nearest_by_the_callers_municipality_where_no_line_was_called(here: Site) -> None:
    roster = rostered("vest 1 far", "vest 1 near", "vest 1 own")
    assert phones(asked(here, roster, "vest"))[0] == (0, ["far", "near", "own"])
    assert phones(asked(here, roster, "vest", municipality="0563"))[0] == (0, ["near", "far", "own"])
    assert phones(asked(here, roster, "vest", municipality="0561"))[0] == (0, ["near", "own", "far"])


def test_a_tier_goes_before_nearness(here: Site) -> None:
    assert phones(asked(here, rostered("vest 2 own", "vest 1 far")))[:2] == [(0, ["far"]), (25, ["own"])]


def test_the_language_asked_for_goes_before_nearness(here: Site) -> None:
    roster = rostered("vest 1 own", "vest 1 near", "vest 1 far", "vest 1 far2")
    answer = asked(here, roster, language="en")
    assert phones(answer)[0] == (0, ["far", "far2", "own", "near"])
    assert "; speaks en" in answer.steps[0].ring[0].because
    assert "speaks" not in answer.steps[0].ring[2].because
    assert phones(asked(here, roster, language="ar"))[0] == (0, ["far2", "own", "near", "far"])
    # Nobody speaks it, or all do: the order is as without.
    for language in ("so", "da", None):
        assert phones(asked(here, roster, language=language))[0] == (0, ["own", "near", "far", "far2"])


def test_the_lines_own_ring_in_roster_order_but_for_language(here: Site) -> None:
    roster = rostered("foenix 1 w3", "foenix 1 far", "foenix 1 w1")
    assert phones(asked(here, roster))[0] == (0, ["w3", "far", "w1"])
    assert phones(asked(here, roster, language="en"))[0] == (0, ["far", "w3", "w1"])


# Open or closed.


@pytest.mark.parametrize(
    ("channel", "instant", "expected"),
    [
        (Channel.VOICE, "2026-11-22 06:59:59+01:00", True),  # the night line's window
        (Channel.VOICE, "2026-11-22 07:00+01:00", True),
        (Channel.VOICE, "2026-11-22 23:00+01:00", True),
        (Channel.SMS, "2026-11-22 21:59:59+01:00", True),
        (Channel.SMS, "2026-11-22 22:00+01:00", False),
        (Channel.SMS, "2026-11-22 23:30+01:00", False),  # the night line keeps voice open only
        (Channel.CHAT, "2026-11-22 12:00+01:00", False),  # not offered
    ],
)
def test_open_by_channel(here: Site, channel: Channel, instant: str, expected: bool) -> None:
    assert asked(here, rostered(), channel=channel, at=at(instant)).open is expected


def test_a_line_without_night_line_closes_by_its_own_hours(here: Site) -> None:
    lines = {**here.lines, "foenix": replace(here.lines["foenix"], night_line=None)}
    there = replace(here, lines=lines)
    assert not asked(there, rostered()).open
    assert asked(there, rostered(), at=at("2026-11-22 22:59:59+01:00")).open


def test_partners_always_get_through(here: Site) -> None:
    assert asked(here, rostered(), channel=Channel.CHAT, partner=True).open


def test_a_night_line_is_open_by_its_window_on_any_channel(here: Site) -> None:
    for channel in Channel:
        assert asked(here, rostered(), "vest", channel=channel).open
        assert not asked(here, rostered(), "vest", channel=channel, at=at("2026-11-22 12:00+01:00")).open


def test_a_closed_line_with_somebody_on_duty_rings_all_the_same(here: Site) -> None:
    answer = asked(here, rostered("foenix 1 w1"), channel=Channel.SMS)
    assert not answer.open
    assert phones(answer)[0] == (0, ["w1"])


# What is told about the plan.


def test_the_municipality(here: Site) -> None:
    assert asked(here, rostered()).municipality == "0561"
    assert asked(here, rostered(), municipality="0751").municipality == "0751"
    assert asked(here, rostered(), "toften").municipality is None
    assert asked(here, rostered(), "toften").as_json()["municipality"] is None
    assert asked(here, rostered(), "toften", municipality="0563").municipality == "0563"


def test_valid_until_the_first_boundary_of_any_line_asked(here: Site) -> None:
    roster = Roster.compile(
        [
            shift("foenix", 1, "w1", "2026-11-22 15:00", "2026-11-23 07:00"),
            shift("vest", 1, "far", "2026-11-22 23:00", "2026-11-23 06:00"),
            shift("toften", 1, "near", "2026-11-22 23:30", "2026-11-22 23:45"),
        ],
        COPENHAGEN,
        version=1,
    )
    assert asked(here, roster).valid_until == at("2026-11-23 06:00+01:00")
    assert asked(here, roster, at=at("2026-11-22 22:00+01:00")).valid_until == at("2026-11-22 23:00+01:00")
    assert asked(here, roster, at=at("2026-11-23 06:00+01:00")).valid_until == at("2026-11-23 07:00+01:00")
    assert asked(here, roster, at=at("2026-11-23 07:00+01:00")).valid_until is None
    assert asked(here, roster, "havnen").valid_until is None


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        ("2026-11-22 22:30:00.9+00:00", "2026-11-22T23:30:00+01:00"),
        ("2026-10-25 00:30+00:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25 01:30+00:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_the_instant_is_told_on_the_sites_clock(here: Site, instant: str, told: str) -> None:
    answer = asked(here, rostered(), at=at(instant))
    assert answer.as_json()["at"] == told
    assert answer.at == at(instant)


def test_an_instant_without_a_zone_is_refused(here: Site) -> None:
    for name in ("foenix", "vest", "havnen"):
        with pytest.raises(ValueError, match="needs a time zone"):
            asked(here, rostered(), name, at=clock("2026-11-22 23:30"))


def test_the_handover_on_duty_at_the_instant_and_a_second_either_side(here: Site) -> None:
    handover = clock("2026-10-25 02:30")
    night = timedelta(hours=8)
    roster = Roster.compile(
        [
            Shift("foenix", 1, "w1", handover - night, handover),
            Shift("foenix", 1, "w2", handover, handover + night),
        ],
        COPENHAGEN,
        version=1,
    )
    then = at("2026-10-25 02:30+02:00")
    second = timedelta(seconds=1)
    answers = [asked(here, roster, at=then + n * second) for n in (-1, 0, 1, 3599, 3600, 3601)]
    assert [phones(answer)[0] for answer in answers] == [(0, ["w1"]), *[(0, ["w2"])] * 5]
    assert answers[0].valid_until == then


# A process of its own for each zone: nothing is remembered from another, and this process keeps its own.
AROUND_MIDNIGHT = """
import json
import sys
import time
from config.site import Channel
from config.windows import parse_windows
from routing.plan import Question, plan
from routing.roster import Roster
from tests.routing.builders import COPENHAGEN, at, line, shift, site, worker

hours = {Channel.VOICE: parse_windows(["mon-fri 00:00-08:00", "thu 20:00-24:00", "holidays 12:00-24:00"])}
here = site([line("foenix", hours=hours)], [], [worker("w1"), worker("w2"), worker("w3")])
roster = Roster.compile(
    [
        shift("foenix", 1, "w1", "2026-11-22 16:00", "2026-11-23 00:00"),
        shift("foenix", 1, "w2", "2026-11-23 00:00", "2026-11-23 08:00"),
        shift("foenix", 1, "w3", "2026-12-24 00:00", "2026-12-25 00:00"),
    ],
    COPENHAGEN,
    version=1,
)
answers = [plan(here, roster, Question("foenix", Channel.VOICE, at(each))).as_json() for each in sys.argv[1:]]
print(json.dumps([time.tzname[0], time.timezone, answers]))
"""


def answered_in(zone: str, *instants: str) -> tuple[str, int, list[dict[str, object]]]:
    run = subprocess.run(
        [sys.executable, "-c", AROUND_MIDNIGHT, *instants],
        env=os.environ | {"TZ": zone},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    name, west_of_utc, answers = json.loads(run.stdout)
    return name, west_of_utc, answers


def test_the_zone_of_the_process_has_no_say_at_midnight() -> None:
    instants = {
        "2026-11-22 22:59:59+00:00": ("2026-11-22T23:59:59+01:00", False, ["w1"]),
        "2026-11-22 23:00:00+00:00": ("2026-11-23T00:00:00+01:00", True, ["w2"]),
        "2026-11-22 15:00:00+00:00": ("2026-11-22T16:00:00+01:00", False, ["w1"]),  # midnight in Tokyo
        "2026-11-23 00:00:00+00:00": ("2026-11-23T01:00:00+01:00", True, ["w2"]),  # midnight in UTC
        # Christmas begins at midnight, and with it the hours of a holiday.
        "2026-12-24 22:59:59+00:00": ("2026-12-24T23:59:59+01:00", True, ["w3"]),
        "2026-12-24 23:00:00+00:00": ("2026-12-25T00:00:00+01:00", False, []),
    }
    in_utc, in_tokyo = answered_in("UTC", *instants), answered_in("Asia/Tokyo", *instants)
    assert (in_utc[1], in_tokyo[1]) == (0, -9 * 3600)
    assert in_utc[2] == in_tokyo[2]
    for answer, (told, is_open, ring) in zip(in_tokyo[2], instants.values(), strict=True):
        assert (answer["at"], answer["open"]) == (told, is_open)
        assert [each["worker"] for step in answer["steps"] for each in step["ring"]] == ring  # type: ignore
