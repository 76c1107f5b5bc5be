"""Numbers and opening hours as words that a synthetic voice says right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import phonenumbers

from config.texts.language import FIRST, Language, Spoken, languages
from config.windows import MINUTES_A_DAY, Window, WindowKind


def spoken_digits(digits: str) -> str:
    """Digits in pairs with pauses, ``"20, 12, 34, 56"``; a pair that begins with 0 is said digit by digit."""
    pairs = [digits[start : start + 2] for start in range(0, len(digits), 2)]
    return ", ".join(" ".join(pair) if pair.startswith("0") else pair for pair in pairs)


def spoken_number(number: str, language: str) -> str:
    """A telephone number in E.164 in pairs; the country code is said only where it isn't the Danish one."""
    parsed = phonenumbers.parse(number)
    digits = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == phonenumbers.country_code_for_region("DK"):
        return spoken_digits(digits)
    return f"{_language(language).spoken.plus} {parsed.country_code}, {spoken_digits(digits)}"


def spoken_hours(windows: Iterable[Window], language: str) -> str:
    """Opening windows as a phrase that ends a sentence: ``"hverdage fra klokken 15 til 23"``.

    No window, or only ``never``: words for "not set".
    """
    spoken = _language(language).spoken
    given = [window for window in windows if window.kind is not WindowKind.NEVER]
    if any(window.kind is WindowKind.ALWAYS for window in given):
        return spoken.around_the_clock
    if not given:
        return spoken.no_hours
    # A comma first: "Saturday and Sunday from noon, and Monday from ..." must not sound like one list.
    return f", {spoken.and_} ".join(_window(window, spoken) for window in given)


def _language(code: str) -> Language:
    known = languages()
    return known.get(code) or known[FIRST]


def _window(window: Window, spoken: Spoken) -> str:
    days = _days(window, spoken)
    if (window.start_minute, window.end_minute) == (0, MINUTES_A_DAY):
        every_day = days == spoken.every_day
        return spoken.around_the_clock if every_day else f"{days} {spoken.around_the_clock}"
    start, end = _time(window.start_minute, spoken), _time(window.end_minute, spoken)
    times = spoken.times_from_midnight if start == spoken.midnight else spoken.times
    return f"{days} {times.format(start=start, end=end)}"


def _days(window: Window, spoken: Spoken) -> str:
    if len(window.weekdays) == len(spoken.days):
        names = [spoken.every_day]
    elif window.weekdays == frozenset(range(5)):
        names = [spoken.working_days]
    else:
        names = [name for run in _runs(window.weekdays) for name in _run(run, spoken)]
    if window.holidays:
        names.append(spoken.holidays)
    return _listed(names, spoken)


def _runs(weekdays: frozenset[int]) -> list[list[int]]:
    """Days that follow each other, over the week's end too: fri-mon is one run."""
    firsts = sorted(day for day in weekdays if (day - 1) % 7 not in weekdays)
    runs = []
    for first in firsts:
        run = [first]
        while (run[-1] + 1) % 7 in weekdays:
            run.append((run[-1] + 1) % 7)
        runs.append(run)
    return runs


def _run(run: Sequence[int], spoken: Spoken) -> list[str]:
    if len(run) < 3:
        return [spoken.days[day] for day in run]
    return [spoken.day_range.format(first=spoken.days[run[0]], last=spoken.days[run[-1]])]


def _listed(names: Sequence[str], spoken: Spoken) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {spoken.and_} {names[-1]}"


def _time(minute_of_day: int, spoken: Spoken) -> str:
    hour, minute = divmod(minute_of_day % MINUTES_A_DAY, 60)
    if (hour, minute) == (0, 0):
        return spoken.midnight
    said = f"{(hour - 1) % 12 + 1 if spoken.clock == 12 else hour}"
    if minute:
        said += f" 0 {minute}" if minute < 10 else f" {minute}"
    if spoken.clock == 12:
        said += " am" if hour < 12 else " pm"
    return said
