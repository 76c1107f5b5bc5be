"""A contact as lists and its own page show it: whose line, which municipality, how it stands. No number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.site import Site
from gateway.pages.duty import name_of, worker_name
from gateway.store.contacts import Contact

# words: states and channels, in Danish; the page says them in its language
STATES = {
    "waiting": "Venter",
    "offered": "Ringer op til en medarbejder",
    "answered": "I samtale",
    "ended": "Slut",
    "registered": "Registreret",
    "abandoned": "Lagde på før svar",
    "call_back": "Vil ringes op",
}
CHANNELS = {"voice": "Telefon", "sms": "SMS", "chat": "Chat"}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """``state`` and ``channel`` are Danish words for the template to say."""

    id: str
    channel: str
    place: str
    municipality: str
    state: str
    since: datetime
    waited: timedelta
    answered_by: str


def row_of(site: Site, contact: Contact, now: datetime) -> ContactRow:
    municipality = site.municipalities.get(contact.municipality or "")
    until = contact.answered_at or contact.ended_at or now
    return ContactRow(
        id=contact.id,
        channel=CHANNELS.get(contact.channel, contact.channel),
        place=name_of(site, contact.line or contact.night_line or ""),
        municipality=municipality.name if municipality else "",
        state=STATES.get(contact.state, contact.state),
        since=contact.waiting_since,
        waited=until - contact.waiting_since,
        answered_by=worker_name(site, contact.answered_by) if contact.answered_by else "",
    )


def rows_of(site: Site, found: Iterable[Contact], now: datetime) -> list[ContactRow]:
    return [row_of(site, contact, now) for contact in found]
