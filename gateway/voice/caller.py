"""Who called which number: a new contact's row, and the number that workers see instead of the citizen's."""

from __future__ import annotations

from datetime import datetime

from config.site import Channel, Site
from gateway.contacts.lifecycle import ContactState
from gateway.store.contacts import Contact
from gateway.store.ids import new_id
from gateway.voice.webhook import CallWebhook
from gateway.wiring import Gateway
from routing.destination import Destination

NUMBER = "caller number"
CALL_BACK_NUMBER = "call back number"


def new_contact(
    gateway: Gateway,
    hook: CallWebhook,
    destination: Destination,
    now: datetime,
    *,
    sealed: bool = True,
    caller_hash: str | None = None,
) -> Contact:
    """A contact for this call, not yet written. The caller's number is sealed under a key of its own."""
    site, _roster = gateway.book.current()
    key = gateway.vault.new_key() if sealed else None
    return Contact(
        id=new_id(),
        channel=Channel.VOICE,
        # A call without an id can't be recognised when it comes again, and is a call all the same.
        carrier_key=hook.call_sid or f"none-{new_id()}",
        entry=entry(site, hook.called, destination),
        language=site.languages[0],
        state=ContactState.WAITING,
        waiting_since=now,
        last_turn_at=now,
        line=destination.line,
        night_line=destination.night_line,
        municipality=destination.municipality,
        partner=destination.partner,
        wrapped_key=key.wrapped if key else None,
        caller_number=key.seal(hook.caller, NUMBER) if key and hook.caller else None,
        caller_hash=caller_hash,
    )


def entry(site: Site, called: str, destination: Destination) -> str:
    """Which of our own numbers was called, by name: no telephone number is stored."""
    if not destination.known:
        return "unknown"
    for place, shared in enumerate(site.shared_numbers):
        if shared.phone == called:
            return f"shared:{place}"
    return f"{'partner' if destination.partner else 'line'}:{destination.line}"


def own_number(site: Site, contact: Contact) -> str:
    """The service's number that a worker sees as calling, and a citizen who is called back."""
    kind, _, name = contact.entry.partition(":")
    if kind == "shared" and int(name) < len(site.shared_numbers):
        return site.shared_numbers[int(name)].phone
    if contact.line in site.lines:
        return site.lines[contact.line or ""].phone
    if site.shared_numbers:
        return site.shared_numbers[0].phone
    return next(iter(site.lines.values())).phone
