from __future__ import annotations

import pytest

from config.phone_numbers import e164, problem_with


@pytest.mark.parametrize("number", ["+4576160001", "+4520000001", "+12025550100", "+4915112345678"])
def test_a_number_in_full_has_no_problem(number: str) -> None:
    assert problem_with(number) is None
    assert e164(number) == number


@pytest.mark.parametrize(
    "written", ["76 16 00 01", "76160001", "+45 76160001", "004576160001", "45 76 16 00 01", "+45-7616-0001"]
)
def test_a_number_as_people_write_it_is_told_its_full_form(written: str) -> None:
    assert problem_with(written) == f'"{written}" is not written in full; write "+4576160001"'


@pytest.mark.parametrize(
    "written", ["+457616000", "+45761600011", "112", "", "abc", "+4576160001x5", "+99976160001"]
)
def test_what_cannot_be_a_number_is_refused(written: str) -> None:
    assert e164(written) is None
    assert "is no telephone number" in (problem_with(written) or "")
