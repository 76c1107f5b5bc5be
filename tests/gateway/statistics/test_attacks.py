"""Readers from outside try to work out what is hidden: from all tables of a period, and from many periods."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from config.forms import Words
from config.site_file import read_site
from gateway.statistics import catalogue
from gateway.statistics.counts import counts_of, empty
from gateway.statistics.equations import Solved
from gateway.statistics.outside import Outside, Quarter, whole_quarters
from gateway.statistics.readers import outside
from gateway.statistics.suppression import FEWEST, equations_of, hidden_in
from gateway.statistics.table import Asked, Column, Figure, Row, Sum, Table, figures_of, key_of
from tests.flows.databases import ready_store
from tests.flows.world import SITE
from tests.gateway.statistics.attack import worked_out
from tests.gateway.statistics.made_up import GROUP, at_random, register

WORDS = Words("a", "a")
YEAR = Asked(date(2026, 1, 1), date(2027, 1, 1), ("foenix", "toften"))


def counts_in(tables):
    """Every figure, also those that only a sum tells of."""
    found = {figure.key: figure.count for table in tables for figure in figures_of(table)}
    for table in tables:
        for each in table.sums:
            found |= {figure.key: figure.count for figure in (each.whole, *each.parts)}
    return found


def what_is_known(tables, hidden):
    """The equations that a reader of these tables can write down."""
    counts = counts_in(tables)
    for equation in equations_of(tables):
        unknown = {key: factor for key, factor in equation.items() if key in hidden}
        if unknown:
            seen = sum(factor * counts[key] for key, factor in equation.items() if key not in hidden)
            yield unknown, -seen


@pytest.fixture
def some(request, tmp_path):
    """Tables of one line's year with few contacts: many small cells."""
    store = ready_store(f"sqlite:///{tmp_path / 'a.db'}")
    chance = random.Random(request.param)
    rows = [
        at_random(
            chance,
            chance.choice(["foenix", "toften"]),
            date(2026, 1, 1) + timedelta(days=chance.randrange(365)),
        )
        for _ in range(60 + 240 * (request.param % 2))
    ]
    with store.write() as connection:
        register(connection, *rows)
    yield store
    store.close()


@pytest.mark.parametrize("some", range(3), indirect=True)
def test_all_tables_of_a_period_together_give_nothing_hidden_away(some):
    site = read_site(SITE)
    with some.read() as connection:
        tables = catalogue.tables(connection, site, YEAR)
    hidden, counts = hidden_in(tables), counts_in(tables)
    small = {key for key, count in counts.items() if 0 < count < FEWEST}
    assert small
    assert small <= hidden
    assert any(count >= FEWEST for key, count in counts.items() if key not in hidden)
    assert worked_out(what_is_known(tables, hidden)) == {}
    # The same attack on small cells that are hidden alone finds many: it is no blunt one.
    found = worked_out(what_is_known(tables, small))
    assert found
    assert all(counts[key] == value for key, value in found.items())


@pytest.mark.parametrize("some", range(2), indirect=True)
def test_no_sum_leaves_a_hidden_figure_fewer_than_four_values(some):
    """Who is hidden is at least one: a sum of two that comes to two would tell of both."""
    with some.read() as connection:
        tables = catalogue.tables(connection, read_site(SITE), YEAR)
    hidden, counts = hidden_in(tables), counts_in(tables)
    for equation in equations_of(tables):
        inside = [key for key in equation if key in hidden]
        (whole,) = [key for key, factor in equation.items() if factor == 1]
        if inside and whole not in hidden:
            room = sum(counts[key] for key in inside) - len(inside)
            assert room >= 3, inside


def test_what_several_sums_together_give_away_is_hidden_too():
    """Three pairs of three: no sum has one hidden alone, and the three sums give all of them."""
    a, b, c = (Figure(key_of(word=word), count) for word, count in (("a", 3), ("b", 7), ("c", 8)))
    sums = [
        Sum(Figure(key_of(word=name), one.count + two.count), (one, two))
        for name, one, two in (("ab", a, b), ("bc", b, c), ("ac", a, c))
    ]
    table = Table("t", WORDS, (), (Row("all", WORDS, (a, b, c)),), sums=tuple(sums))
    alone = frozenset(each.key for each in (a, b, c))
    assert worked_out(what_is_known([table], alone)) == {a.key: 3, b.key: 7, c.key: 8}
    hidden = hidden_in([table])
    assert alone < hidden
    assert worked_out(what_is_known([table], hidden)) == {}


def a_block(atoms):
    """A table of three kinds by two functions with all its sums; ``atoms``: counts by kind and function."""

    def cell(**wanted):
        return Figure(
            key_of(**wanted),
            sum(
                count
                for (kind, function), count in atoms.items()
                if wanted.get("kind", kind) == kind and wanted.get("function", function) == function
            ),
        )

    kinds, functions = "abc", "xy"
    by_kind, by_function = [cell(kind=k) for k in kinds], [cell(function=f) for f in functions]
    sums = [Sum(cell(kind=k), tuple(cell(kind=k, function=f) for f in functions)) for k in kinds]
    sums += [Sum(cell(function=f), tuple(cell(kind=k, function=f) for k in kinds)) for f in functions]
    sums += [Sum(cell(), tuple(by_kind)), Sum(cell(), tuple(by_function))]
    figures = {figure.key: figure for each in sums for figure in (each.whole, *each.parts)}
    rows = tuple(Row(str(key), WORDS, (figure,)) for key, figure in figures.items())
    return [Table("t", WORDS, (Column("n", WORDS, "count"),), rows, sums=tuple(sums))]


QUARTERS = [Quarter(2026, number) for number in range(1, 5)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lines", [("a", "b"), ("a", "b", "c", "own")])
def test_no_period_or_lines_give_away_what_others_hide(seed, lines):
    """Every quarter and the year, of every line, of all and of some: all that can be asked for, together."""
    chance = random.Random(seed)
    others = tuple(line for line in lines if line != "own")
    atoms = {
        (line, quarter, kind, function): chance.choice([0, 1, 2, 3, 5, 9, 30, 200])
        for line in lines for quarter in QUARTERS for kind in "abc" for function in "xy"
    }  # fmt: skip

    def tables(asked_lines, first, last):
        return a_block(
            {
                (kind, function): sum(
                    n for (line, quarter, k, f), n in atoms.items()
                    if (k, f) == (kind, function) and line in asked_lines and first <= quarter.first < last
                )
                for kind in "abc" for function in "xy"
            }
        )  # fmt: skip

    reader = Outside(lines, frozenset({"own"}), tables)
    keys = [figure.key for table in tables(lines, *span(QUARTERS)) for figure in figures_of(table)]
    equations = []
    for asked_lines in (*[(line,) for line in others], lines, others[:2]):
        for quarters in (*[[quarter] for quarter in QUARTERS], QUARTERS, QUARTERS[:2]):
            asked = Asked(*span(quarters), asked_lines)
            hidden = reader.hides(asked, keys)
            theirs = [line for line in asked_lines if line != "own"]
            counts = counts_in(tables(theirs, asked.first, asked.last))
            assert {key for key, count in counts.items() if 0 < count < FEWEST} <= hidden
            for key in set(keys) - hidden:
                parts = {(line, quarter, key): 1 for line in theirs for quarter in quarters}
                equations.append((parts, counts[key]))
    for line in others:
        for quarter in QUARTERS:
            for equation in equations_of(tables((line,), *span([quarter]))):
                equations.append(({(line, quarter, key): factor for key, factor in equation.items()}, 0))
    found = worked_out(equations)
    for line in others:
        for quarter in QUARTERS:
            asked = Asked(*span([quarter]), (line,))
            hidden = reader.hides(asked, keys)
            assert not [key for key in hidden if (line, quarter, key) in found]


def span(quarters):
    return quarters[0].first, quarters[-1].following.first


def test_every_sum_between_figures_is_known_to_suppression():
    """Figures are sums of registrations: made up at random, they show no other sums than those we list."""
    chance = random.Random(1)
    site_lines = ("foenix", "toften")
    asked = Asked(date(2026, 1, 1), date(2026, 7, 1), site_lines)
    vectors = []
    listed: dict = {}
    for _ in range(300):
        day = date(2026, chance.choice([1, 6]), chance.choice([5, 6]))
        row = at_random(chance, chance.choice(site_lines), day, rare=1)
        row["hour"] = chance.choice([None, 3, 15])
        if chance.random() < 0.8:
            row |= {"who": GROUP, "in_target_group": 1, "first_contact": "first"}
        tables = tables_of(row, asked)
        counts = counts_in(tables)
        vectors.append({key: n for key, n in counts.items() if n and "persons" not in dict(key)})
        for equation in equations_of(tables):
            listed[tuple(sorted(equation.items()))] = equation
    # A figure never met is zero in all of them: that is no sum of others.
    keys = {key for vector in vectors for key in vector}
    rank = Solved(vectors, frozenset(keys)).rank
    known = [{key: n for key, n in equation.items() if key in keys} for equation in listed.values()]
    assert len(keys) - rank == Solved(known, frozenset(keys)).rank


def tables_of(row, asked):
    """The tables of one registration, counted by hand."""
    tally = empty()
    function, group = row["function"], row["in_target_group"]
    tally["who"][f"{function}|{row['who']}|{row['first_contact']}"] = 1
    tally["channel"][f"{function}|{row['channel'] or ''}"] = 1
    tally["line"][f"{row['line']}|{function}"] = 1
    tally["hours"][f"{row['day'].weekday()}|{'' if row['hour'] is None else row['hour']}|{function}"] = 1
    tally["quarters"][f"any|{function}"] = int(row["hour"] is not None)
    if function == "overnight":
        tally["nights"][str(row["nights"] or "")] = 1
    if group:
        for name in ("age", "sex", "crisis_level", "further"):
            tally[name][f"{function}|{row[name]}"] = 1
        if row["first_contact"] == "first":
            tally["background"][f"{function}|{row['background']}"] = 1
    counts = counts_of(tally, Counter())
    return catalogue.tables_from(counts, asked)


@pytest.mark.parametrize(
    ("first", "last", "wider"),
    [
        ("2026-11-01", "2026-12-01", ("2026-10-01", "2027-01-01")),
        ("2026-01-01", "2027-01-01", ("2026-01-01", "2027-01-01")),
        ("2026-03-31", "2026-04-02", ("2026-01-01", "2026-07-01")),
        ("2026-12-31", "2027-01-01", ("2026-10-01", "2027-01-01")),
    ],
)
def test_outside_readers_get_whole_quarters(first, last, wider):
    asked = whole_quarters(Asked(date.fromisoformat(first), date.fromisoformat(last), ("a",)))
    assert (str(asked.first), str(asked.last)) == wider


@pytest.mark.parametrize("some", [1], indirect=True)
def test_a_line_and_a_quarter_within_larger_tables_hide_what_they_hide_alone(some):
    site = read_site(SITE)
    both = outside(some, site, YEAR)
    for line in YEAR.lines:
        alone = outside(some, site, Asked(date(2026, 1, 1), date(2026, 4, 1), (line,)))
        whole = outside(some, site, Asked(date(2026, 1, 1), date(2027, 1, 1), (line,)))
        for key in alone.hidden:
            if dict(key).keys() == {"quarter", "function"}:
                assert key in whole.hidden
        for key in whole.hidden:
            if dict(key).keys() == {"function"}:
                assert key_of(line=line, **dict(key)) in both.hidden
    hides = outside(some, site, YEAR, frozenset({"foenix"})).hidden
    assert not [key for key in hides if dict(key).get("line") == "foenix"]
