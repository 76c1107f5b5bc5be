"""The tables of the evaluation of the trial offers (2010-2012), by their numbers there."""

from __future__ import annotations

from collections.abc import Mapping

from config.forms import Words
from gateway.statistics.counts import Counts
from gateway.statistics.parts import (
    COUNT,
    FUNCTIONS,
    GROUP,
    IN_ALL,
    PERCENT,
    Parts,
    by_function,
    function_columns,
    function_label,
    labels,
    shares,
)
from gateway.statistics.table import Column, Figure, Key, Note, Row, Share, Sum, Table, key_of

SEVERAL = Note(
    "several",
    Words(
        "Flere svar er mulige, så tallene giver ikke 100 procent", "Several answers are possible: no 100 %"
    ),
    None,
)


def table_4_1(counts: Counts) -> Table:
    parts = Parts(counts)
    whole = parts.contacts()
    notes = tuple(
        Note(word, label, Figure(key_of(channel=word), counts.function_channel[FUNCTIONS[0], word]))
        for word, label in labels("channel").items()
        if word in ("mail", "sms")
    )
    rows = shares([(each, function_label(each), parts.contacts(each)) for each in FUNCTIONS], whole)
    title = Words("Henvendelser efter funktion", "Contacts by function")
    return Table("4-1", title, (COUNT, PERCENT), rows, notes, parts.splits())


def table_4_2(counts: Counts) -> Table:
    parts = Parts(counts)
    whole = parts.contacts()
    columns = (
        Column("primary_target_group", Words("Primær målgruppe", "Primary target group"), "count"),
        Column("other", Words("Andre", "Others"), "count"),
        Column("total", IN_ALL, "count"),
        PERCENT,
        Column("unique_users_primary", Words("Første henvendelse", "First contact"), "count"),
        Column("repeat_users_primary", Words("Har henvendt sig før", "Been in contact before"), "count"),
        Column("unknown_or_blank", Words("Ved ikke", "Unknown"), "count"),
    )
    rows = tuple(
        Row(
            each or "total",
            function_label(each) if each else IN_ALL,
            (
                parts.group(each), parts.others(each), parts.contacts(each),
                Share(parts.contacts(each), whole),
                *(parts.group(each, word) for word in ("first", "before", "unknown")),
            ),
        )
        for each in (*FUNCTIONS, None)
    )  # fmt: skip
    title = Words("Målgruppe og gengangere", "Target group and repeated contact")
    return Table("4-2", title, columns, rows, sums=parts.splits())


def table_5_3(counts: Counts) -> Table:
    known = {nights: count for nights, count in counts.nights.items() if nights is not None}
    whole = Figure(key_of(function="overnight", nights="known"), sum(known.values()))
    unknown = Figure(key_of(function="overnight", nights="unknown"), counts.nights[None])
    figures = [
        (str(number), Words(str(number), str(number)), _nights(str(number), known.get(number, 0)))
        for number in range(1, 6)
    ]
    more = sum(count for nights, count in known.items() if nights > 5)
    figures.append(("more_than_5", Words("Mere end 5", "More than 5"), _nights("more_than_5", more)))
    sums = (
        Sum(whole, tuple(figure for _, _, figure in figures)),
        Sum(Parts(counts).contacts("overnight"), (whole, unknown)),
    )
    title = Words("Nætter i træk", "Consecutive nights")
    note = Note("unknown", Words("Antal nætter ikke oplyst", "Number of nights not told"), unknown)
    return Table("5-3", title, (COUNT, PERCENT), shares(figures, whole), (note,), sums)


def table_9_2(counts: Counts) -> Table:
    parts = Parts(counts)
    figures = [
        (word, label, Figure(key_of(age=word, group=GROUP), _over_functions(counts.function_age, word)))
        for word, label in labels("age").items()
    ]
    whole = parts.group()
    sums = (Sum(whole, tuple(figure for _, _, figure in figures)), *parts.splits())
    title = Words("Alder, primær målgruppe", "Age, primary target group")
    return Table("9-2", title, (COUNT, PERCENT), shares(figures, whole), sums=sums)


def table_9_3(counts: Counts) -> Table:
    parts = Parts(counts)
    columns = (
        Column("primary_target_group", Words("Primær målgruppe", "Primary target group"), "percent"),
        Column("other", Words("Andre", "Others"), "percent"),
    )
    rows = tuple(
        Row(
            each or "all",
            function_label(each) if each else IN_ALL,
            (
                Share(parts.group(each), parts.contacts(each)),
                Share(parts.others(each), parts.contacts(each)),
            ),
        )
        for each in (None, *FUNCTIONS)
    )
    title = Words("Andel i målgruppen", "Share in the target group")
    return Table("9-3", title, columns, rows, sums=parts.splits())


def table_9_4(counts: Counts) -> Table:
    parts = Parts(counts)
    whole = parts.contacts("telephone")
    person = "person_in_acute_mental_crisis"
    figures = [
        (
            word,
            label,
            parts.group("telephone")  # the same people as in 4-2
            if word == person
            else Figure(key_of(function="telephone", who=word), _who(counts, "telephone", word)),
        )
        for word, label in labels("who").items()
    ]
    sums = (Sum(whole, tuple(figure for _, _, figure in figures)), *parts.splits())
    title = Words("Hvem henvender sig på telefon", "Who makes contact by telephone")
    return Table("9-4", title, (COUNT, PERCENT), shares(figures, whole), sums=sums)


def table_9_5(counts: Counts) -> Table:
    parts = Parts(counts)
    whole = parts.group()
    figures = [
        (word, label, parts.chosen("life_situation", word))
        for word, label in labels("life_situation").items()
    ]
    title = Words("Livssituation, primær målgruppe", "Life situation, primary target group")
    sizes = {figure.key: whole for _, _, figure in figures}
    rows = shares(figures, whole, in_all=False)
    return Table("9-5", title, (COUNT, PERCENT), rows, (SEVERAL, _n(whole)), parts.splits(), sizes)


def table_9_6(counts: Counts) -> Table:
    parts = Parts(counts)
    first, before = parts.group(None, "first"), parts.group(None, "before")
    whole = Figure(key_of(group=GROUP, first_contact="known"), first.count + before.count)
    words = labels("first_contact")
    rows = shares([("unique", words["first"], first), ("repeat", words["before"], before)], whole)
    unknown = parts.group(None, "unknown")
    sums = (Sum(whole, (first, before)), Sum(parts.group(), (whole, unknown)), *parts.splits())
    title = Words("Første og gentagen henvendelse", "First and repeated contact")
    note = Note("unknown", words["unknown"], unknown)
    return Table("9-6", title, (COUNT, PERCENT), rows, (note,), sums)


def table_9_13(counts: Counts) -> Table:
    return _several(counts, "9-13", Words("Temaer, primær målgruppe", "Themes, primary group"), "themes")


def table_9_14(counts: Counts) -> Table:
    parts = Parts(counts)

    def cell(function: str, word: str) -> Figure:
        conditions = key_of(background=word, first_contact="first", function=function, group=GROUP)
        return Figure(conditions, counts.function_background[function, word])

    words = labels("background")
    rows = tuple(
        Row(word, label, by_function([(cell(each, word), parts.group(each, "first")) for each in FUNCTIONS]))
        for word, label in words.items()
    )
    sums = tuple(
        Sum(parts.group(each, "first"), tuple(cell(each, word) for word in words)) for each in FUNCTIONS
    )
    title = Words("Baggrund for første henvendelse", "Background for the first contact")
    notes = tuple(Note(each, function_label(each), parts.group(each, "first")) for each in FUNCTIONS)
    return Table("9-14", title, function_columns(), rows, notes, (*sums, *parts.splits()))


def table_9_15(counts: Counts) -> Table:
    title = Words("Hjulpet videre til, primær målgruppe", "Referred to, primary target group")
    return _several(counts, "9-15", title, "referred_to")


def _several(counts: Counts, name: str, title: Words, question: str) -> Table:
    parts = Parts(counts)
    rows: list[Row] = []
    sizes: dict[Key, Figure] = {}
    for word, label in labels(question).items():
        cells = by_function([(parts.chosen(question, word, each), parts.group(each)) for each in FUNCTIONS])
        rows.append(Row(word, label, cells))
        sizes |= {parts.chosen(question, word, each).key: parts.group(each) for each in FUNCTIONS}
    notes = (SEVERAL, *(Note(each, function_label(each), parts.group(each)) for each in FUNCTIONS))
    return Table(name, title, function_columns(), tuple(rows), notes, parts.splits(), sizes)


def _n(whole: Figure) -> Note:
    return Note("n", Words("Henvendelser i alt", "Contacts in all"), whole)


def _nights(word: str, count: int) -> Figure:
    return Figure(key_of(function="overnight", nights=word), count)


def _over_functions(counter: Mapping[tuple[str, ...], int], word: str) -> int:
    return sum(counter.get((function, word), 0) for function in FUNCTIONS)


def _who(counts: Counts, function: str, word: str) -> int:
    found = counts.function_who_first.items()
    return sum(count for (where, who, _), count in found if (where, who) == (function, word))
