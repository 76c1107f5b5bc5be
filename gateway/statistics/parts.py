"""The figures that several tables are made of, each made in one way only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from config.forms import Function, Words, newest
from gateway.registration.facts import TARGET_GROUP
from gateway.statistics.counts import Counts
from gateway.statistics.table import Column, Figure, Row, Share, Sum, key_of

FUNCTIONS = tuple(str(function) for function in Function)
IN_ALL = Words("I alt", "In all")
COUNT = Column("count", Words("Antal", "Count"), "count")
PERCENT = Column("percent", Words("Procent", "Percent"), "percent")
GROUP = "yes"


class Parts:
    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._group: Counter[tuple[str | None, str | None]] = Counter()
        for (function, who, first), count in counts.function_who_first.items():
            if who == TARGET_GROUP:
                for key in ((function, first), (function, None), (None, first), (None, None)):
                    self._group[key] += count

    def contacts(self, function: str | None = None) -> Figure:
        """All contacts, or those of a function."""
        if function is None:
            return Figure(key_of(), sum(self.counts.contacts(each) for each in FUNCTIONS))
        return Figure(key_of(function=function), self.counts.contacts(function))

    def group(self, function: str | None = None, first: str | None = None) -> Figure:
        """Contacts from the primary target group (evaluation: people in acute mental crisis)."""
        conditions = {"group": GROUP}
        if function is not None:
            conditions["function"] = function
        if first is not None:
            conditions["first_contact"] = first
        return Figure(key_of(**conditions), self._group[function, first])

    def others(self, function: str | None = None) -> Figure:
        conditions = {"group": "no"} | ({"function": function} if function is not None else {})
        return Figure(key_of(**conditions), self.contacts(function).count - self.group(function).count)

    def chosen(self, question: str, word: str, function: str | None = None) -> Figure:
        """Contacts from the target group where one of several answers is this one."""
        conditions = {question: word, "group": GROUP}
        if function is not None:
            conditions["function"] = function
        counter = self.counts.masks[question]
        functions = FUNCTIONS if function is None else (function,)
        return Figure(key_of(**conditions), sum(counter.get((each, word), 0) for each in functions))

    def splits(self) -> tuple[Sum, ...]:
        """How the figures that many tables share hang together."""
        everywhere: tuple[str | None, ...] = (None, *FUNCTIONS)
        found = [Sum(self.contacts(), tuple(self.contacts(function) for function in FUNCTIONS))]
        for make in (self.group, self.others):
            found.append(Sum(make(), tuple(make(function) for function in FUNCTIONS)))
        for function in everywhere:
            found.append(Sum(self.contacts(function), (self.group(function), self.others(function))))
            firsts = tuple(self.group(function, word) for word in ("first", "before", "unknown"))
            found.append(Sum(self.group(function), firsts))
        for word in ("first", "before", "unknown"):
            found.append(
                Sum(self.group(None, word), tuple(self.group(function, word) for function in FUNCTIONS))
            )
        return tuple(found)


def function_label(function: str) -> Words:
    return newest(Function(function)).label


def labels(question: str, function: Function = Function.TELEPHONE) -> dict[str, Words]:
    """The words of a question's options, in their order."""
    options = newest(function).questions[question].options or {}
    return {word: option.label for word, option in options.items()}


def shares(
    figures: Sequence[tuple[str, Words, Figure]], whole: Figure, *, in_all: bool = True
) -> tuple[Row, ...]:
    """Rows of a count and its share of the whole; the last is the whole."""
    rows = [Row(key, label, (figure, Share(figure, whole))) for key, label, figure in figures]
    if in_all:
        rows.append(Row("total", IN_ALL, (whole, Share(whole, whole))))
    return tuple(rows)


def by_function(pairs: Sequence[tuple[Figure, Figure]]) -> tuple[Figure | Share, ...]:
    """Cells of count and percent. ``pairs``: part and whole of each function, in their order."""
    return tuple(cell for part, whole in pairs for cell in (part, Share(part, whole)))


def function_columns() -> tuple[Column, ...]:
    columns: list[Column] = []
    for function in FUNCTIONS:
        label = function_label(function)
        columns.append(Column(function, label, "count"))
        columns.append(
            Column(f"{function}_percent", Words(f"{label.da}, procent", f"{label.en}, percent"), "percent")
        )
    return tuple(columns)
