"""Where the next page begins, as a word that programs hand back without looking into it."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from gateway.store.contact_pages import Place

MOST_CHARACTERS = 200


def cursor_of(place: Place) -> str:
    at = place.waiting_since.astimezone(UTC).isoformat()
    return base64.urlsafe_b64encode(f"{at} {place.contact}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """Raises ValueError for what is no cursor. It opens nothing: a page is filtered as any other is."""
    place = _place(cursor) if len(cursor) <= MOST_CHARACTERS else None
    if place is None:
        raise ValueError("must be the `next` of the page before")
    return place


def _place(cursor: str) -> Place | None:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, contact = text.split(" ")
        since = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        return None
    return Place(since, contact) if since.tzinfo is not None and contact.isalnum() else None
