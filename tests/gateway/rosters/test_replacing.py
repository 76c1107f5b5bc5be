"""Which published shifts an imported file replaces, at the edges of its period."""

from __future__ import annotations

import pytest

from gateway.rosters.replacing import replacement
from gateway.store.roster_versions import PublishedShift
from tests.gateway.rosters.example import shift as on_line


def shift(worker, start, end, tier=1):
    return on_line("foenix", tier, worker, start, end)


def published(*shifts):
    return [PublishedShift(row, shift) for row, shift in enumerate(shifts, 1)]


def test_the_same_again_changes_nothing():
    week = [shift("w1", "22 08:00", "22 16:00"), shift("w2", "22 16:00", "23 08:00")]
    found = replacement("foenix", published(*week), week)
    assert not found.changes_anything
    assert (found.added, found.removed, found.unchanged) == (0, 0, 2)


def test_what_lies_wholly_inside_is_replaced():
    old = published(shift("w1", "22 08:00", "22 16:00"), shift("w2", "22 16:00", "22 20:00"))
    found = replacement("foenix", old, [shift("w3", "22 08:00", "22 20:00")])
    assert found.ending == (1, 2)
    assert found.beginning == (shift("w3", "22 08:00", "22 20:00"),)
    assert (found.added, found.removed, found.unchanged) == (1, 2, 0)


@pytest.mark.parametrize(
    ("start", "end", "goes"),
    [
        ("22 08:00", "22 20:00", True),
        ("22 07:59", "22 20:00", False),
        ("22 08:00", "22 20:01", False),
        ("22 07:59", "22 08:01", False),
        ("22 19:59", "22 20:01", False),
        ("22 00:00", "24 00:00", False),
    ],
)
def test_what_reaches_over_an_edge_stays(start, end, goes):
    old = shift("w1", start, end)
    found = replacement("foenix", published(old), [shift("w3", "22 08:00", "22 20:00")])
    assert found.ending == ((1,) if goes else ())
    assert found.staying == (() if goes else (old,))


def test_new_times_for_the_same_worker_replace_a_shift_over_the_edge():
    old = published(shift("w1", "22 23:00", "23 08:00"), shift("w2", "22 23:00", "23 08:00"))
    found = replacement("foenix", old, [shift("w1", "22 23:00", "23 07:00")])
    assert found.ending == (1,)
    assert found.staying == (shift("w2", "22 23:00", "23 08:00"),)


def test_a_shift_of_the_same_worker_that_only_meets_stays():
    old = published(shift("w1", "22 16:00", "22 23:00"), shift("w1", "23 07:00", "23 15:00"))
    assert replacement("foenix", old, [shift("w1", "22 23:00", "23 07:00")]).ending == ()


def test_another_tier_is_another_shift():
    old = published(shift("w1", "22 08:00", "22 16:00"))
    found = replacement("foenix", old, [shift("w1", "22 08:00", "22 16:00", tier=2)])
    assert (found.ending, found.beginning) == ((1,), (shift("w1", "22 08:00", "22 16:00", tier=2),))


def test_of_two_rows_that_are_the_same_the_first_is_kept():
    twice = shift("w1", "22 08:00", "22 16:00")
    found = replacement("foenix", published(twice, twice), [twice])
    assert (found.ending, found.beginning) == ((2,), ())
    assert (found.added, found.removed, found.unchanged) == (0, 1, 1)


A, B, C = (shift(worker, "22 08:00", "22 16:00") for worker in ("w1", "w2", "w3"))
LATER = shift("w2", "22 16:00", "22 20:00")
BEHIND = shift("w2", "22 08:00", "22 16:00", tier=2)


@pytest.mark.parametrize(
    ("old", "new", "ending", "beginning"),
    [
        ([A, B], [B, A], [1], [A]),
        ([A, C], [A, B, C], [2], [B, C]),
        ([A, B, C], [C, A, B], [1, 2], [A, B]),
        ([A, B], [A, C, B], [2], [C, B]),
        ([A, B, C], [A, C], [2], []),
        # Ahead of others in the file, but not at once with them or in another tier: nothing moves.
        ([A], [LATER, A], [], [LATER]),
        ([A], [BEHIND, A], [], [BEHIND]),
    ],
)
def test_the_order_of_the_file_is_the_order_of_ringing(old, new, ending, beginning):
    found = replacement("foenix", published(*old), new)
    assert list(found.ending) == ending
    assert list(found.beginning) == beginning
    # And so the rows that are left, in order, are those of the file wherever it matters.
    left = [row.shift for row in published(*old) if row.id not in found.ending] + list(found.beginning)
    assert sorted(left, key=str) == sorted(new, key=str)
    for one in new:
        for other in new:
            at_once = one.tier == other.tier and one.start < other.end and other.start < one.end
            if at_once and new.index(one) < new.index(other):
                assert left.index(one) < left.index(other)


def test_moving_within_a_tier_counts_as_unchanged():
    found = replacement("foenix", published(A, B), [B, A])
    assert (found.added, found.removed, found.unchanged) == (0, 0, 2)
    assert found.changes_anything
