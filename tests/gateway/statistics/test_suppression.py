from __future__ import annotations

from config.forms import Words
from gateway.statistics.suppression import hidden_in
from gateway.statistics.table import Column, Figure, Row, Sum, Table, key_of, percent

WORDS = Words("a", "a")


def figure(word, count):
    return Figure(key_of(word=word), count)


def table(figures, *sums, sizes=None):
    rows = tuple(Row(str(n), WORDS, (each,)) for n, each in enumerate(figures))
    return Table("t", WORDS, (Column("n", WORDS, "count"),), rows, sums=sums, sizes=sizes or {})


def hidden(*tables):
    return {dict(key)["word"] for key in hidden_in(tables)}


def test_under_five_is_hidden_and_five_and_zero_are_not():
    assert hidden(table([figure("a", 4), figure("b", 5), figure("c", 0), figure("d", 1)])) == {"a", "d"}


def test_what_could_be_worked_out_by_subtracting_is_hidden_by_another_cell():
    parts = [figure("a", 3), figure("b", 20), figure("c", 9)]
    whole = figure("all", 32)
    assert hidden(table([*parts, whole], Sum(whole, tuple(parts)))) == {"a", "c"}


def test_where_no_other_part_is_left_the_whole_is_hidden():
    parts = [figure("a", 3), figure("b", 0)]
    assert hidden(table(parts, Sum(figure("all", 3), tuple(parts)))) == {"a", "all"}


def test_two_tables_of_the_same_period_dont_give_each_other_away():
    parts = [figure("a", 3), figure("b", 20), figure("c", 9)]
    first = table(parts, Sum(figure("all", 32), tuple(parts)))
    second = table([figure("c", 9), figure("x", 6), figure("y", 3)])
    assert hidden(first, second) >= {"a", "c", "y"}
    halves = (figure("x", 6), figure("z", 3))
    assert "x" in hidden(table([*halves], Sum(figure("c", 9), halves)), first)


def test_all_but_three_tells_of_the_three():
    chosen, whole = figure("a", 97), figure("all", 100)
    assert hidden(table([chosen, whole], sizes={chosen.key: whole})) == {"a"}


def test_percentages_are_rounded_half_up():
    assert [percent(1, 200), percent(1, 201), percent(3, 200), percent(0, 0)] == [1, 0, 2, None]
