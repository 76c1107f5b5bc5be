from __future__ import annotations

from dataclasses import replace

import pytest

from config.site import Channel, SharedNumber, Site
from routing.destination import Destination, called
from tests.routing.builders import ALWAYS, line, night_line, site

SHARED = "+4570200000"


@pytest.fixture
def here() -> Site:
    return site(
        [
            line("foenix", municipalities=("0561",), phone="+4576160001", partner_phone="+4576160091"),
            line("chatten", municipalities=("0607",), phone="+4576160002", hours={Channel.CHAT: ALWAYS}),
            line("toften", municipalities=("0607", "0630"), phone="+4576160003"),
            line("havnen", municipalities=("0751",), phone="+4576160004"),
        ],
        [night_line("oest"), night_line("vest")],
        shared_numbers=[SharedNumber(SHARED, ("foenix", "chatten", "toften"), "vest")],
        postcodes={
            "0561": ["6700", "6705"],
            "0607": ["7000"],
            "0630": ["7100"],
            "0751": ["8000", "7100"],
            "0999": ["9999"],
        },
    )


def test_a_lines_own_number(here: Site) -> None:
    assert called(here, "+4576160001") == Destination("foenix", None, "0561")
    # Several municipalities: nobody knows which the citizen is from.
    assert called(here, "+4576160003") == Destination("toften", None, None)


def test_a_partners_number(here: Site) -> None:
    assert called(here, "+4576160091") == Destination("foenix", None, "0561", partner=True)


def test_a_postcode_has_no_say_on_a_lines_own_number(here: Site) -> None:
    assert called(here, "+4576160001", "7000").line == "foenix"


def test_a_shared_number_asks_and_answers_all_the_same(here: Site) -> None:
    assert called(here, SHARED) == Destination(None, "vest", None, asks_postcode=True)


def test_a_shared_number_with_a_postcode(here: Site) -> None:
    assert called(here, SHARED, "6705") == Destination("foenix", None, "0561")
    # Of the two that serve Fredericia the first offers no voice.
    assert called(here, SHARED, "7000") == Destination("toften", None, "0607")


def test_a_line_without_voice_where_no_other_serves() -> None:
    only_chat = site(
        [line("chatten", municipalities=("0607",), hours={Channel.CHAT: ALWAYS})],
        [night_line("vest")],
        shared_numbers=[SharedNumber(SHARED, ("chatten",), "vest")],
        postcodes={"0607": ["7000"]},
    )
    assert called(only_chat, SHARED, "7000").line == "chatten"


@pytest.mark.parametrize("postcode", ["1234", "", "#", "70000"])
def test_an_unknown_postcode_goes_to_the_fallback_and_is_not_asked_again(here: Site, postcode: str) -> None:
    assert called(here, SHARED, postcode) == Destination(None, "vest", None)


def test_a_municipality_that_no_line_of_the_number_serves(here: Site) -> None:
    assert called(here, SHARED, "8000") == Destination(None, "vest", "0751")
    assert called(here, SHARED, "9999") == Destination(None, "vest", "0999")


def test_a_postcode_in_two_municipalities_leads_to_the_one_that_is_served(here: Site) -> None:
    reversed_ = replace(here, municipalities=dict(reversed(here.municipalities.items())))
    for order in (here, reversed_):
        assert called(order, SHARED, "7100") == Destination("toften", None, "0630")


def test_somebody_answers_a_number_that_nobody_knows(here: Site) -> None:
    assert called(here, "+4599999999") == Destination(None, "vest", None, known=False)
    without_shared = replace(here, shared_numbers=())
    assert called(without_shared, "+4599999999") == Destination(None, "oest", None, known=False)
    without_night = replace(without_shared, night_lines={})
    assert called(without_night, "+4599999999") == Destination("foenix", None, "0561", known=False)
    with pytest.raises(ValueError, match="no line"):
        called(replace(without_night, lines={}), "+4599999999")
