"""When contacts come: heat map, quarters, day, evening and night; and where, line by line."""

from __future__ import annotations

from collections import Counter

from config.forms import Words
from gateway.statistics.counts import Counts
from gateway.statistics.parts import COUNT, FUNCTIONS, IN_ALL, PERCENT, Parts, function_label, shares
from gateway.statistics.table import Asked, Column, Derived, Figure, Note, Row, Sum, Table, key_of

WEEKDAYS = (
    Words("Mandag", "Monday"), Words("Tirsdag", "Tuesday"), Words("Onsdag", "Wednesday"),
    Words("Torsdag", "Thursday"), Words("Fredag", "Friday"), Words("Lørdag", "Saturday"),
    Words("Søndag", "Sunday"),
)  # fmt: skip
DAY_PARTS = (
    ("day", range(8, 16), Words("Dag 08-16", "Day 08-16")),
    ("evening", range(16, 24), Words("Aften 16-24", "Evening 16-24")),
    ("night", range(8), Words("Nat 00-08", "Night 00-08")),
)
# The evaluation's bands begin at 100, 200, 300 and 400 contacts in an hour of the week, for 45,013 contacts
# with a usable date. Another period has bands in the same proportion to its own contacts.
BANDS = 5
BAND_CONTACTS, OF_CONTACTS = 100, 45_013
UNDATED = Words("Uden brugbar dato, ikke talt med", "Without a usable date, left out")


def table_9_16(counts: Counts) -> Table:
    """The heat map: for each hour and weekday the count and its band, 1 (fewest) to 5."""
    cells: Counter[tuple[int, int]] = Counter()
    for (weekday, hour, _), count in counts.hours.items():
        if hour:
            cells[int(hour), int(weekday)] += count
    dated = cells.total()
    figures = {
        (hour, weekday): Figure(key_of(hour=f"{hour:02}", weekday=str(weekday)), cells[hour, weekday])
        for hour in range(24)
        for weekday in range(7)
    }
    columns: list[Column] = []
    for number, label in enumerate(WEEKDAYS):
        columns.append(Column(f"weekday_{number + 1}", label, "count"))
        name = Words(f"{label.da}, bånd", f"{label.en}, band")
        columns.append(Column(f"weekday_{number + 1}_band", name, "number"))
    rows = tuple(
        Row(
            f"{hour:02}-{hour + 1:02}",
            Words(f"{hour:02}-{hour + 1:02}", f"{hour:02}-{hour + 1:02}"),
            tuple(
                cell
                for weekday in range(7)
                for cell in (
                    figures[hour, weekday],
                    Derived(band(figures[hour, weekday].count, dated), figures[hour, weekday]),
                )
            ),
        )
        for hour in range(24)
    )
    sums = [
        Sum(_part(counts, name, hours), tuple(figures[hour, day] for hour in hours for day in range(7)))
        for name, hours, _ in DAY_PARTS
    ]
    title = Words("Henvendelser efter time og ugedag", "Contacts by hour and weekday")
    return Table("9-16", title, tuple(columns), rows, (_undated(counts),), (*sums, *_dated_sums(counts)))


def band(count: int, dated: int) -> int:
    """1 (fewest) to 5, for so many contacts in one hour of the week out of ``dated`` in the whole period."""
    return 1 if dated == 0 else min(BANDS, count * OF_CONTACTS // (BAND_CONTACTS * dated) + 1)


def quarters(counts: Counts) -> Table:
    """Contacts per quarter, a column for each function (evaluation, figures 4-2 to 4-5)."""
    names = sorted({quarter for quarter, _ in counts.quarters})
    columns = tuple(Column(each, function_label(each), "count") for each in FUNCTIONS)

    def cell(quarter: str, function: str) -> Figure:
        return Figure(key_of(quarter=quarter, function=function), counts.quarters[quarter, function])

    rows = tuple(
        Row(name, Words(name, name), tuple(cell(name, each) for each in FUNCTIONS)) for name in names
    )
    parts = Parts(counts)
    undated = {each: undated_figure(counts, each) for each in FUNCTIONS}
    sums = [
        Sum(parts.contacts(each), (*(cell(name, each) for name in names), undated[each]))
        for each in FUNCTIONS
    ]
    notes = tuple(
        Note(f"undated_{each}", Words(f"{UNDATED.da}: {function_label(each).da}",
             f"{UNDATED.en}: {function_label(each).en}"), undated[each])
        for each in FUNCTIONS
    )  # fmt: skip
    title = Words("Henvendelser pr. kvartal", "Contacts per quarter")
    return Table("quarters", title, columns, rows, notes, (*sums, *parts.splits(), *_dated_sums(counts)))


def day_parts(counts: Counts) -> Table:
    """Day, evening and night (evaluation, figure 5-5)."""
    figures = [(name, label, _part(counts, name, hours)) for name, hours, label in DAY_PARTS]
    whole = _dated(counts)
    title = Words("Dag, aften og nat", "Day, evening and night")
    return Table(
        "day-parts", title, (COUNT, PERCENT), shares(figures, whole), (_undated(counts),), _dated_sums(counts)
    )


def lines(counts: Counts, asked: Asked, names: dict[str, str]) -> Table:
    """Contacts per line and function. ``names``: of the lines, by id."""

    def cell(line: str, function: str) -> Figure:
        return Figure(key_of(line=line, function=function), counts.line_function[line, function])

    def whole(line: str) -> Figure:
        count = sum(counts.line_function[line, each] for each in FUNCTIONS)
        return Figure(key_of(line=line), count)

    parts = Parts(counts)
    columns = (
        *(Column(each, function_label(each), "count") for each in FUNCTIONS), Column("total", IN_ALL, "count")
    )  # fmt: skip
    rows = [
        Row(line, Words(names.get(line, line), names.get(line, line)),
            (*(cell(line, each) for each in FUNCTIONS), whole(line)))
        for line in asked.lines
    ]  # fmt: skip
    rows.append(Row("total", IN_ALL, (*(parts.contacts(each) for each in FUNCTIONS), parts.contacts())))
    sums = [Sum(whole(line), tuple(cell(line, each) for each in FUNCTIONS)) for line in asked.lines]
    sums += [Sum(parts.contacts(each), tuple(cell(line, each) for line in asked.lines)) for each in FUNCTIONS]
    sums.append(Sum(parts.contacts(), tuple(whole(line) for line in asked.lines)))
    title = Words("Henvendelser pr. linje", "Contacts per line")
    return Table("lines", title, columns, tuple(rows), sums=(*sums, *parts.splits()))


def _part(counts: Counts, name: str, hours: range) -> Figure:
    found = sum(count for (_, hour, _), count in counts.hours.items() if hour and int(hour) in hours)
    return Figure(key_of(day_part=name), found)


def _dated(counts: Counts) -> Figure:
    found = sum(count for (_, hour, _), count in counts.hours.items() if hour)
    return Figure(key_of(dated="yes"), found)


def undated_figure(counts: Counts, function: str) -> Figure:
    found = sum(n for (_, hour, where), n in counts.hours.items() if not hour and where == function)
    return Figure(key_of(dated="no", function=function), found)


def _undated(counts: Counts) -> Note:
    found = sum(undated_figure(counts, each).count for each in FUNCTIONS)
    return Note("undated", UNDATED, Figure(key_of(dated="no"), found))


def _dated_sums(counts: Counts) -> tuple[Sum, ...]:
    undated = Figure(key_of(dated="no"), sum(undated_figure(counts, each).count for each in FUNCTIONS))
    return (
        Sum(_dated(counts), tuple(_part(counts, name, hours) for name, hours, _ in DAY_PARTS)),
        Sum(Parts(counts).contacts(), (_dated(counts), undated)),
        Sum(undated, tuple(undated_figure(counts, each) for each in FUNCTIONS)),
    )
