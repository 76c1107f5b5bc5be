"""Who has which number in a site: the lines that can be called, and the phones of those who answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.site import Site
from gateway.carrier.virtual.exchange import Exchange

CITIZENS_NUMBER = "+4522000001"  # what the page offers a citizen to call from


@dataclass(frozen=True, slots=True)
class Entry:
    """``kind``: line, partner, shared, worker, backup."""

    number: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Directory:
    """``lines`` can be called by citizens; ``people`` have a phone that rings; ``zone``: their clocks."""

    lines: tuple[Entry, ...]
    people: tuple[Entry, ...]
    zone: str

    @classmethod
    def of(cls, site: Site) -> Directory:
        shared = [Entry(number.phone, site.name, "shared") for number in site.shared_numbers]
        own = [Entry(line.phone, line.name, "line") for line in site.lines.values()]
        partner = [
            Entry(line.partner_phone, line.name, "partner")
            for line in site.lines.values()
            if line.partner_phone is not None
        ]
        workers = [Entry(worker.mobile, worker.name, "worker") for worker in site.workers.values()]
        backup = [
            Entry(night.backup_phone, night.name, "backup")
            for night in site.night_lines.values()
            if night.backup_phone is not None
        ]
        return cls(_once([*own, *shared, *partner]), _once([*workers, *backup]), site.zone.key)

    def name_of(self, number: str) -> str | None:
        """The name to a number; None when it is nobody's here."""
        entries = (*self.lines, *self.people)
        return next((entry.name for entry in entries if entry.number == number), None)


@dataclass(frozen=True, slots=True)
class GatewayAddresses:
    """Where a gateway at ``base_url`` takes its webhooks, until it points its numbers elsewhere itself."""

    base_url: str
    voice: str = "/voice/incoming"
    voice_fallback: str = "/voice/fallback"
    status: str = "/voice/status"
    sms: str = "/sms/incoming"
    sms_fallback: str = "/sms/fallback"


def move_in(exchange: Exchange, directory: Directory, gateway: GatewayAddresses | None) -> None:
    """Give the account the lines' numbers and everybody a phone. ``gateway`` None: numbers point nowhere."""
    for entry in directory.lines:
        if gateway is None:
            exchange.provision(entry.number)
            continue
        base = gateway.base_url.rstrip("/")
        exchange.provision(
            entry.number,
            base + gateway.voice,
            base + gateway.voice_fallback,
            base + gateway.status,
            base + gateway.sms,
            base + gateway.sms_fallback,
        )
    for entry in directory.people:
        exchange.phone(entry.number)
    exchange.phone(CITIZENS_NUMBER)


def _once(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple({entry.number: entry for entry in reversed(entries)}.values())[::-1]
