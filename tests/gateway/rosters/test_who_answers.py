"""The question as the API asks it: on the live roster, with who is busy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.site import Channel
from gateway.rosters.roster_import import import_roster
from gateway.rosters.who_answers import (
    Inquiry,
    InquiryError,
    about_line,
    about_phone,
    answer,
    answer_from_sql,
    lines_asked,
)
from gateway.store import contacts
from gateway.store.contacts import Contact
from routing.roster import Roster
from tests.gateway.rosters.example import SITE, shift

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHIFTS = [
    shift("foenix", 1, "w1", "22 08:00", "22 16:00"),
    shift("foenix", 1, "w2", "22 08:00", "22 16:00"),
    shift("vest", 1, "w3", "22 08:00", "22 16:00"),
]


def rung(plan):
    return [ring.worker or ring.phone for step in plan.steps for ring in step.ring]


def test_a_line_and_its_night_line_are_asked():
    assert lines_asked(SITE, "foenix") == {"foenix", "vest"}
    assert lines_asked(SITE, "toften") == {"toften"}
    assert lines_asked(SITE, "vest") == {"vest"}


def test_numbers_lead_where_the_site_says():
    assert about_phone(SITE, "+4576160091") == Inquiry("foenix", "0561", partner=True)
    assert about_phone(SITE, "+4570200000", "8000") == Inquiry("toften", "0751")
    assert about_phone(SITE, "+4570200000") == Inquiry("vest")
    for unknown in ("+4520000001", "+4599999999", "", "hello"):
        with pytest.raises(InquiryError, match="nobody answers"):
            about_phone(SITE, unknown)


def test_a_postcode_of_a_municipality_that_no_line_of_the_number_serves():
    (shared,) = SITE.shared_numbers
    only_foenix = replace(SITE, shared_numbers=(replace(shared, lines=("foenix",)),))
    inquiry = about_phone(only_foenix, "+4570200000", "8000")
    assert (inquiry.line, inquiry.municipality) == ("vest", "0751")
    assert inquiry.notes == ("postcode 8000 is in Aarhus, which no line of this number serves; vest answers",)


def test_on_the_live_roster():
    roster = Roster.compile(SHIFTS, SITE.zone, 7)
    plan = answer(SITE, roster, about_line(SITE, "foenix"), Channel.VOICE, AT, {"w1": "away"})
    assert rung(plan) == ["w2", "w3", "+4576160099"]
    assert plan.roster_version == 7


def test_from_sql_who_is_in_a_contact_or_away_is_skipped_only_now(store):
    version = import_roster(store, SHIFTS, by="test", source="test", at=AT).version
    with store.write() as connection:
        contact = Contact(
            id="c1", channel="voice", carrier_key="CA1", entry="+4576160001", language="da", state="answered",
            waiting_since=AT, last_turn_at=AT,
        )  # fmt: skip
        contacts.insert_contact(connection, contact)
        contacts.engage(connection, "w1", "c1", AT)
        contacts.set_away(connection, "w3", AT)

    def plan(*, is_now):
        return answer_from_sql(store, SITE, about_line(SITE, "foenix"), Channel.VOICE, AT, is_now=is_now)

    now = plan(is_now=True)
    assert rung(now) == ["w2", "+4576160099"]
    assert [tuple(each) for each in now.skipped] == [("w1", "in another contact"), ("w3", "away")]
    assert now.roster_version == version
    assert rung(plan(is_now=False)) == ["w1", "w2", "w3", "+4576160099"]


def test_from_sql_it_is_the_same_plan_as_on_the_live_roster(store):
    version = import_roster(store, SHIFTS, by="test", source="test", at=AT).version
    inquiry = about_line(SITE, "foenix")
    live = answer(SITE, Roster.compile(SHIFTS, SITE.zone, version), inquiry, Channel.VOICE, AT)
    assert answer_from_sql(store, SITE, inquiry, Channel.VOICE, AT, is_now=False) == live
