from __future__ import annotations

import pytest

from gateway.statistics.erlang_c import answered_within, waits


@pytest.mark.parametrize(
    ("load", "workers", "share"),
    # M/M/1: the load itself. M/M/2: 2a²/(2+a)/2 worked out by hand, 1 Erlang: 1/3. Tables: 10 on 14, 0.1741.
    [(0.5, 1, 0.5), (1, 2, 1 / 3), (10, 14, 0.1741)],
)
def test_published_values(load, workers, share):
    assert waits(load * 12, 5, workers) == pytest.approx(share, abs=5e-4)


def test_a_hundred_calls_of_three_minutes_in_half_an_hour_by_fourteen():
    """The textbook's example: ten Erlangs, and 88.8 % are answered within 20 seconds."""
    assert answered_within(20, 200, 3, 14) == pytest.approx(0.888, abs=1e-3)


def test_the_edges():
    assert waits(0, 5, 1) == 0
    assert answered_within(30, 0, 5, 0) == 1
    assert waits(12, 5, 1) == 1
    assert answered_within(30, 12, 5, 1) == 0
    assert answered_within(0, 6, 5, 1) == pytest.approx(0.5)
