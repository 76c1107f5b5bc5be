"""Two who fill in the same form: nothing is put in place of what somebody has not seen."""

from __future__ import annotations

import pytest

from config.forms import Function, newest
from gateway.registration.merging import Change, changes_between, merged, only_asked


def test_nobody_saved_anything_yet_so_every_change_stands():
    result = merged({"who": "other"}, {"who": Change("relative", "unknown")}, is_new=True)
    assert (result.answers, dict(result.theirs)) == ({"who": "relative"}, {})


def test_two_people_answer_different_questions():
    result = merged({"sex": "woman"}, {"who": Change("relative")})
    assert (result.answers, dict(result.theirs)) == ({"sex": "woman", "who": "relative"}, {})


def test_two_people_answer_the_same_question_and_both_are_heard():
    result = merged({"who": "other"}, {"who": Change("relative"), "sex": Change("man")})
    assert (result.answers, dict(result.theirs)) == ({"who": "other", "sex": "man"}, {"who": "other"})


def test_the_same_answer_is_in_nobodys_way():
    themes = Change(["stress", "grief"])
    assert dict(merged({"themes": ["grief", "stress"]}, {"themes": themes}).theirs) == {}


def test_what_was_seen_may_be_replaced_and_taken_back():
    seen = {"who": "other", "sex": "man"}
    changes = {"who": Change("relative", "other"), "sex": Change(None, "man")}
    assert merged(seen, changes).answers == {"who": "relative"}


@pytest.mark.parametrize(
    ("stands", "in_the_way"), [({}, False), ({"note": "a"}, True), ({"note": "b"}, False)]
)
def test_a_device_that_does_not_know_what_stood_there_replaces_nothing(stands, in_the_way):
    result = merged(stands, {"note": Change("b", is_blind=True)})
    assert bool(result.theirs) is in_the_way


def test_changes_are_what_differs():
    before = {"who": "other", "themes": ["a", "b"], "sex": "man"}
    after = {"who": "other", "themes": ["b", "a"], "age": "18_29"}
    assert changes_between(before, after) == {"sex": Change(None, "man"), "age": Change("18_29", None)}


def test_what_is_not_asked_any_more_is_left_out():
    form = newest(Function.TELEPHONE)
    assert only_asked(form, {"who": "relative", "who_other": "a"}) == {"who": "relative"}
    assert only_asked(form, {"who": "other", "who_other": "a"}) == {"who": "other", "who_other": "a"}
