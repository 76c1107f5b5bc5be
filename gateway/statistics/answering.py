"""How soon contacts were answered, and how many left before.

Abandoned is told both as it is and counted only after 30 s, the field's convention: who hangs up at once has
often dialled wrongly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from config.forms import Words
from config.site import Channel
from gateway.statistics.parts import IN_ALL
from gateway.statistics.table import Column, Derived, Figure, Row, Share, Sum, Table, key_of
from gateway.statistics.waits import Waits

Channels = Mapping[tuple[str, bool, int], int]

WITHIN_SECONDS = (20, 30, 60)
ABANDONED_AFTER_SECONDS = 30
CHANNELS = {
    str(Channel.VOICE): Words("Telefon", "Telephone"),
    str(Channel.SMS): Words("Sms", "Text message"),
    str(Channel.CHAT): Words("Chat", "Chat"),
}


def answering(found: Waits) -> Table:
    """A row for each channel, and all of them."""
    channels = found.channels
    columns = [
        Column("contacts", Words("Indkomne henvendelser", "Incoming contacts"), "count"),
        Column("answered", Words("Besvaret", "Answered"), "count"),
    ]
    for seconds in WITHIN_SECONDS:
        within = Words(f"Besvaret inden {seconds} s", f"Answered within {seconds} s")
        columns.append(Column(f"within_{seconds}", within, "count"))
        share = Words(f"{within.da}, procent", f"{within.en}, percent")
        columns.append(Column(f"within_{seconds}_percent", share, "percent"))
    columns += [
        Column("abandoned", Words("Opgivet", "Abandoned"), "count"),
        Column("abandoned_percent", Words("Opgivet, procent", "Abandoned, percent"), "percent"),
        Column("abandoned_after_30", Words("Opgivet efter 30 s", "Abandoned after 30 s"), "count"),
        Column(
            "abandoned_after_30_percent",
            Words("Opgivet efter 30 s, procent", "Abandoned after 30 s, percent"),
            "percent",
        ),
        Column("median_wait", Words("Ventetid, median", "Waiting time, median"), "seconds"),
        Column("wait_95", Words("Ventetid, 95-percentil", "Waiting time, 95th percentile"), "seconds"),
    ]
    rows = [_row(channels, channel, label) for channel, label in CHANNELS.items()]
    rows.append(_row(channels, None, IN_ALL))
    title = Words("Svartider", "Answering times")
    return Table("answering", title, tuple(columns), tuple(rows), sums=_sums(channels))


def percentile(seconds: Counter[int], share: float) -> int | None:
    """The least number of whole seconds that this share of the waits does not exceed (nearest rank)."""
    rank, passed = share * seconds.total(), 0
    for waited in sorted(seconds):
        passed += seconds[waited]
        if passed >= rank:
            return waited
    return None


def _row(found: Channels, channel: str | None, label: Words) -> Row:
    whole, answered = _figure(found, channel, "all"), _figure(found, channel, "answered")
    seconds: Counter[int] = Counter()
    for (where, was_answered, waited), count in found.items():
        if was_answered and channel in (None, where):
            seconds[waited] += count
    cells: list[Figure | Share | Derived] = [whole, answered]
    for limit in WITHIN_SECONDS:
        within = _figure(found, channel, f"within_{limit}", most=limit)
        cells += [within, Share(within, whole)]
    for name, least in (("abandoned", 0), ("abandoned_after_30", ABANDONED_AFTER_SECONDS + 1)):
        left = _figure(found, channel, name, least=least)
        cells += [left, Share(left, whole)]
    cells += [Derived(percentile(seconds, share), answered) for share in (0.5, 0.95)]
    return Row(channel or "total", label, tuple(cells))


def _figure(
    found: Channels, channel: str | None, name: str, *, least: int = 0, most: int | None = None
) -> Figure:
    counted = sum(
        count
        for (where, answered, waited), count in found.items()
        if channel in (None, where)
        and (name == "all" or answered != name.startswith("abandoned"))
        and waited >= least
        and (most is None or waited <= most)
    )
    return Figure(key_of(calls=name, channel=channel or "all"), counted)


def _sums(found: Channels) -> tuple[Sum, ...]:
    def parts(name: str, **bounds: int) -> Iterable[Figure]:
        return (_figure(found, channel, name, **bounds) for channel in CHANNELS)

    names: list[tuple[str, dict[str, int]]] = [("all", {}), ("answered", {}), ("abandoned", {})]
    names += [(f"within_{limit}", {"most": limit}) for limit in WITHIN_SECONDS]
    names.append(("abandoned_after_30", {"least": ABANDONED_AFTER_SECONDS + 1}))
    sums = [Sum(_figure(found, None, name, **bounds), tuple(parts(name, **bounds))) for name, bounds in names]
    for channel in (None, *CHANNELS):
        split = (_figure(found, channel, "answered"), _figure(found, channel, "abandoned"))
        sums.append(Sum(_figure(found, channel, "all"), split))
    return tuple(sums)
