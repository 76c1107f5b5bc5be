"""Open or not, until when, out of date or not: on both sides of each boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from config.forms import newest
from config.forms.form import Function
from gateway.directory.entry import REFERRAL, Kind, Standing, shown
from gateway.store.directory import DirectoryRow

ZONE = ZoneInfo("Europe/Copenhagen")


def entry(*hours, valid_until=None):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return DirectoryRow("1", "0561", "police", "Politi", None, None, hours, None, valid_until, at, "koord")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("when", "standing", "changes"),
    [
        ("2026-11-25 07:59:59", Standing.CLOSED, "2026-11-25 08:00"),
        ("2026-11-25 08:00:00", Standing.OPEN, "2026-11-25 16:00"),
        ("2026-11-25 15:59:59", Standing.OPEN, "2026-11-25 16:00"),
        ("2026-11-25 16:00:00", Standing.CLOSED, "2026-11-26 08:00"),
    ],
)
def test_it_opens_and_closes_on_the_minute(when, standing, changes):
    found = shown(entry("daily 08:00-16:00"), at(when), ZONE)
    assert (found.standing, found.changes_at) == (standing, at(changes))


def test_what_is_always_open_never_changes_and_without_hours_nobody_knows():
    now = at("2026-11-25 03:00")
    assert (shown(entry("always"), now, ZONE).standing, shown(entry("always"), now, ZONE).changes_at) == (
        Standing.OPEN,
        None,
    )
    assert shown(entry(), now, ZONE).standing is Standing.UNKNOWN


@pytest.mark.parametrize(("when", "outdated"), [("2026-11-25 23:59:59", False), ("2026-11-26 00:00", True)])
def test_it_is_good_until_the_end_of_its_last_day(when, outdated):
    assert shown(entry(valid_until=date(2026, 11, 25)), at(when), ZONE).is_outdated is outdated


def test_every_kind_is_a_referral_of_the_form():
    assert REFERRAL.keys() == set(Kind)
    assert set(REFERRAL.values()) <= newest(Function.TELEPHONE).questions["referred_to"].options.keys()
