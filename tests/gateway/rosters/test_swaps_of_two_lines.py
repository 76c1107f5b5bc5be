"""A swap of shifts on two lines: whichever of them asks for a coordinator's yes has its own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config.site_file import read_site
from gateway.rosters import swapping
from gateway.rosters.edit import NotFoundError
from gateway.rosters.swapping import SwapError
from gateway.store import roster_lines, swaps
from gateway.store.roster_lines import LineSettings
from gateway.store.swaps import SwapState
from gateway.store.tables import outbox
from tests.gateway.rosters.example import SITE_TEXT, shift
from tests.gateway.rosters.office import Office

COORDINATORS = """
[[worker]]
id = "day"
name = "Dag"
mobile = "+4520000011"
lines = ["foenix"]
roles = ["coordinator"]

[[worker]]
id = "night"
name = "Nat"
mobile = "+4520000012"
night_lines = ["vest"]
roles = ["coordinator"]

[[worker]]
id = "both"
name = "Begge"
mobile = "+4520000013"
lines = ["foenix"]
night_lines = ["vest"]
roles = ["coordinator"]
"""
LINES = ("foenix", "vest")
ASKING = [("foenix",), ("vest",), LINES]
DONE = {"foenix": "w3 1 23 08:00-16:00", "vest": "w1 1 24 23:00-25 07:00"}


@pytest.fixture
def office(store):
    site = read_site(SITE_TEXT.replace('roles = ["worker", "coordinator"]', "") + COORDINATORS)
    office = Office(store, site=site)
    office.publish(
        shift("foenix", 1, "w1", "23 08:00", "23 16:00"), shift("vest", 1, "w3", "24 23:00", "25 07:00")
    )
    return office


def asks(office, *lines):
    with office.edit("both") as edit:
        for line in LINES:
            roster_lines.set_settings(edit.connection, line, LineSettings(swaps_need_consent=line in lines))


def offered(office):
    """w1's day on Fønix for w3's night."""
    with office.edit("w1") as edit:
        keys = (int(office.key("w1")), int(office.key("w3", "vest")))
        return swapping.offer(edit, keys[0], "w3", keys[1]).id


def accepted(office, swap):
    with office.edit("w3") as edit:
        return swapping.answer(edit, swap, accept=True)


def decides(office, by, swap, *, consent=True):
    with office.edit(by) as edit:
        return swapping.decide(edit, swap, consent=consent)


def is_done(office):
    return [office.roster(line) == [DONE[line]] for line in LINES] == [True, True]


def asked(office):
    """Who was told that it waits for their yes, and of which line."""
    with office.store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    return {
        (row.details["worker"], row.details["line"])
        for row in rows
        if row.details["text"] == "sms_swap_consent"
    }


def test_where_neither_asks_the_two_workers_yes_is_enough(office):
    asks(office)
    assert accepted(office, offered(office)) is SwapState.DONE
    assert is_done(office)
    assert asked(office) == set()


@pytest.mark.parametrize(
    ("asking", "by", "other", "told"),
    [
        ("foenix", "day", "night", {("day", "foenix"), ("both", "foenix")}),
        ("vest", "night", "day", {("night", "vest"), ("both", "vest")}),
    ],
)
def test_the_line_that_asks_is_asked_and_no_other(office, asking, by, other, told):
    asks(office, asking)
    swap = offered(office)
    assert accepted(office, swap) is SwapState.ACCEPTED
    assert asked(office) == told
    for consent in (True, False):
        with pytest.raises(NotFoundError):
            decides(office, other, swap, consent=consent)
    assert not is_done(office)
    assert decides(office, by, swap) is SwapState.DONE
    assert is_done(office)


@pytest.mark.parametrize(("first", "second"), [("day", "night"), ("night", "day"), ("day", "both")])
def test_where_both_ask_it_is_done_with_the_second_yes(office, first, second):
    asks(office, *LINES)
    swap = offered(office)
    accepted(office, swap)
    assert {each for each, _line in asked(office)} == {"day", "night", "both"}
    for _ in range(2):  # whoever says it twice has said it once
        assert decides(office, first, swap) is SwapState.ACCEPTED
    assert not is_done(office)
    assert decides(office, second, swap) is SwapState.DONE
    assert is_done(office)


def test_who_coordinates_both_says_it_for_both(office):
    asks(office, *LINES)
    swap = offered(office)
    accepted(office, swap)
    assert decides(office, "both", swap) is SwapState.DONE


@pytest.mark.parametrize("by", ["day", "night"])
def test_one_lines_no_ends_it_also_after_the_others_yes(office, by):
    asks(office, *LINES)
    swap = offered(office)
    accepted(office, swap)
    decides(office, "night" if by == "day" else "day", swap)
    assert decides(office, by, swap, consent=False) is SwapState.REFUSED
    assert not is_done(office)
    with pytest.raises(SwapError, match="refused already"):
        decides(office, "both", swap)


def test_a_yes_before_the_colleague_has_answered_counts_afterwards(office):
    asks(office, *LINES)
    swap = offered(office)
    assert decides(office, "day", swap) is SwapState.OFFERED
    assert accepted(office, swap) is SwapState.ACCEPTED
    assert decides(office, "night", swap) is SwapState.DONE


def test_a_line_that_asks_no_more_is_not_waited_for(office):
    asks(office, *LINES)
    swap = offered(office)
    accepted(office, swap)
    asks(office, "vest")
    assert decides(office, "night", swap) is SwapState.DONE


def test_where_none_asks_any_more_either_may_decide(office):
    asks(office, "vest")
    swap = offered(office)
    accepted(office, swap)
    asks(office)
    assert decides(office, "day", swap) is SwapState.DONE


def test_workers_decide_nothing(office):
    asks(office, "vest")
    swap = offered(office)
    accepted(office, swap)
    for by in ("w1", "w3", "nobody"):
        with pytest.raises(NotFoundError):
            decides(office, by, swap)


def test_it_is_found_by_either_of_its_lines(office):
    asks(office, "vest")
    swap = offered(office)
    accepted(office, swap)
    with office.store.read() as connection:
        for lines, found in ((["foenix"], 1), (["vest"], 1), (LINES, 1), (["toften"], 0), ([], 0)):
            assert len(swaps.agreed(connection, lines)) == found
            assert len(swaps.seen_by(connection, "night", lines)) == found
