"""The site files that come with the house, held against the offers they stand for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from config.site import Channel, Role, Site
from config.site_file import SHIPPED, check_site, read_site
from config.windows import WindowKind, parse_windows

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.toml"))

MUNICIPALITIES_OF_THE_OFFERS = {
    "Akuttilbuddet Fønix": {"0561"},
    "Akuttilbuddet Toften": {"0430"},
    "Socialpsykiatriens Aftentelefon": {"0766"},
    "Akuttilbuddet i Hjørring": {"0860"},
    "Akut Team Holbæk": {"0316"},
    "Akuttilbuddet Slotsvænget": {"0173"},
    "Akuttilbuddet Islevgaard": {"0175", "0163"},
    "Socialt Akuttilbud Viborg": {"0791"},
    "Akut Krisecenter": {
        *("0461", "0479", "0561", "0607", "0253", "0370"),
        *("0851", "0751", "0217", "0510", "0860", "0101"),
    },
}


def site(name: str) -> Site:
    return read_site((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


def test_both_are_there() -> None:
    assert NAMES == ["demo", "trial"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_site_has_neither_problem_nor_warning(name: str) -> None:
    checked = check_site((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    assert (checked.problems, checked.warnings) == ((), ())


@pytest.mark.parametrize("name", NAMES)
def test_municipalities_have_their_official_names(name: str) -> None:
    table = REFERENCE / "municipalities.csv"
    if not table.exists():
        pytest.skip("the reference tables are not beside this repository")
    with table.open(encoding="utf-8") as file:
        official = {row["code"]: row["name"] for row in csv.DictReader(file)}
    assert {code: found.name for code, found in site(name).municipalities.items()}.items() <= official.items()


@pytest.mark.parametrize("name", NAMES)
def test_every_line_can_be_staffed_and_led(name: str) -> None:
    loaded = site(name)
    for line in loaded.lines:
        staff = [worker for worker in loaded.workers.values() if line in worker.lines]
        assert len([worker for worker in staff if Role.WORKER in worker.roles]) >= 3
        assert any(Role.COORDINATOR in worker.roles for worker in staff)
    for night_line in loaded.night_lines:
        assert len([w for w in loaded.workers.values() if night_line in w.night_lines]) >= 3
    assert any(Role.ADMINISTRATOR in worker.roles for worker in loaded.workers.values())


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_made_up_after_one_pattern(name: str) -> None:
    loaded = site(name)
    numbers = {line.phone for line in loaded.lines.values()}
    numbers |= {line.partner_phone for line in loaded.lines.values() if line.partner_phone}
    numbers |= {night.backup_phone for night in loaded.night_lines.values() if night.backup_phone}
    assert all(number.startswith("+45761600") for number in numbers)
    assert all(worker.mobile.startswith("+4520000") for worker in loaded.workers.values())


def test_the_trial_holds_every_offer() -> None:
    lines = site("trial").lines.values()
    assert {line.name: set(line.municipalities) for line in lines} == MUNICIPALITIES_OF_THE_OFFERS
    offers = REFERENCE / "offers.md"
    if offers.exists():
        text = offers.read_text(encoding="utf-8")
        assert all(line.name in text for line in lines)


def test_the_trials_hours_are_the_offers() -> None:
    lines = site("trial").lines
    around_the_clock = {"foenix", "toften", "hjoerring", "holbaek", "slotsvaenget", "islevgaard", "viborg"}
    for name in around_the_clock:
        assert [window.kind for window in lines[name].hours[Channel.VOICE]] == [WindowKind.ALWAYS]
    evening = lines["aftentelefon"].hours
    assert evening[Channel.VOICE] == parse_windows(["daily 17:00-07:00"])
    assert evening[Channel.SMS] == parse_windows(["daily 17:00-23:00"])
    with_sms = {name for name, line in lines.items() if Channel.SMS in line.hours}
    assert with_sms == {"foenix", "aftentelefon", "hjoerring"}


def test_the_trials_teams_are_large_enough() -> None:
    workers = site("trial").workers.values()
    for line, people in {"aftentelefon": 7, "holbaek": 15 + 4}.items():
        assert len([worker for worker in workers if line in worker.lines]) >= people


def test_each_trial_line_but_the_crisis_centre_pools_its_nights_and_shares_the_number() -> None:
    loaded = site("trial")
    pooled = {name for name, line in loaded.lines.items() if line.night_line}
    assert pooled == set(loaded.lines) - {"krisecenter"}
    assert set(loaded.shared_numbers[0].lines) == pooled


def test_the_demo_has_what_its_page_shows() -> None:
    demo = site("demo")
    assert set(demo.lines) == {"foenix", "toften"}
    assert set(demo.night_lines) == {"vest"}
    assert len(demo.municipalities) == 3
    assert [window.kind for window in demo.lines["foenix"].hours[Channel.CHAT]] == [WindowKind.ALWAYS]
    assert Channel.VOICE in demo.lines["toften"].hours
