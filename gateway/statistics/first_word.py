"""How soon a human wrote to whoever wrote to us: the first message of a worker, not when they took it."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from config.forms import Words
from config.site import Channel
from gateway.statistics.answering import CHANNELS, percentile
from gateway.statistics.parts import IN_ALL
from gateway.statistics.table import Column, Derived, Figure, Row, Share, Sum, Table, key_of
from gateway.statistics.waits import Waits

WITHIN_SECONDS = 60
WRITTEN = tuple(channel for channel in CHANNELS if channel != Channel.VOICE)
Part = Literal["all", "first_word", "first_word_within_60", "no_word"]
_PARTS: tuple[Part, ...] = ("all", "first_word", "first_word_within_60", "no_word")
_COLUMNS = (
    Column("contacts", Words("Indkomne henvendelser på skrift", "Incoming contacts in writing"), "count"),
    Column("first_word", Words("Fik et ord fra en medarbejder", "Had a word from a worker"), "count"),
    Column("within_60", Words("Første ord inden 60 s", "First word within 60 s"), "count"),
    Column(
        "within_60_percent",
        Words("Første ord inden 60 s, procent", "First word within 60 s, percent"),
        "percent",
    ),
    Column("no_word", Words("Uden et ord fra en medarbejder", "Without a word from a worker"), "count"),
    Column("median_wait", Words("Tid til første ord, median", "Time to the first word, median"), "seconds"),
    Column(
        "wait_95",
        Words("Tid til første ord, 95-percentil", "Time to the first word, 95th percentile"),
        "seconds",
    ),
)


def first_word(found: Waits) -> Table:
    """A row for each channel in writing, and both. Who left before a word counts among all that came."""
    rows = [_row(found, channel, CHANNELS[channel]) for channel in WRITTEN]
    rows.append(_row(found, None, IN_ALL))
    sums = [
        Sum(_figure(found, None, part), tuple(_figure(found, channel, part) for channel in WRITTEN))
        for part in _PARTS
    ]
    for channel in (None, *WRITTEN):
        split = (_figure(found, channel, "first_word"), _figure(found, channel, "no_word"))
        sums.append(Sum(_figure(found, channel, "all"), split))
    title = Words("Første ord fra en medarbejder i chat og sms", "First word of a worker in chat and SMS")
    return Table("first-word", title, _COLUMNS, tuple(rows), sums=tuple(sums))


def _row(found: Waits, channel: str | None, label: Words) -> Row:
    whole, with_word, within, without = (_figure(found, channel, part) for part in _PARTS)
    seconds: Counter[int] = Counter()
    for (where, waited), count in found.first_words.items():
        if channel in (None, where):
            seconds[waited] += count
    waits = [Derived(percentile(seconds, share), with_word) for share in (0.5, 0.95)]
    return Row(channel or "total", label, (whole, with_word, within, Share(within, whole), without, *waits))


def _figure(found: Waits, channel: str | None, part: Part) -> Figure:
    """Of one channel, all contacts are the figure that the answering times have of it."""
    here = WRITTEN if channel is None else (channel,)
    came = sum(count for (where, _, _), count in found.channels.items() if where in here)
    words = Counter({key: count for key, count in found.first_words.items() if key[0] in here})
    soon = sum(count for (_, waited), count in words.items() if waited <= WITHIN_SECONDS)
    counts: dict[Part, int] = {
        "all": came, "first_word": words.total(), "first_word_within_60": soon,
        "no_word": came - words.total(),
    }  # fmt: skip
    return Figure(key_of(calls=part, channel=channel or "written"), counts[part])
