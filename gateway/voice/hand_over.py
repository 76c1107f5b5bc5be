"""Handing a call over warm: a colleague or the back-up is rung and joins the same room.

The worker presses star, chooses, and goes back to the citizen while the phones ring. Whoever presses 1 is in
the room with both; when the first worker hangs up, the colleague has the contact.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.texts import TextKey
from gateway.contacts.lifecycle import ContactState, LegState
from gateway.store.contacts import Contact
from gateway.voice import conversation, inviting, twiml
from gateway.voice.addresses import Addresses
from gateway.voice.twiml import Spoken
from gateway.voice.webhook import CallWebhook
from gateway.voice.words import Words
from gateway.wiring import Gateway

COLLEAGUE_KEY, BACK_UP_KEY = "1", "2"
MENU_SECONDS = 6


def menu(gateway: Gateway, leg_id: str, hook: CallWebhook) -> str:
    """What a worker hears who pressed star; one whose citizen has left meanwhile is told so."""
    now = gateway.now()
    to = Addresses(gateway.settings.public_url)
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is None or leg is None or leg.state == LegState.ENDED:
            return twiml.hang_up()
        if hook.is_over:
            conversation.leg_over(connection, contact, leg, now)
            answer = twiml.nothing()
        elif contact.state != ContactState.ANSWERED:
            answer = conversation.goodbye(connection, gateway, contact, leg, now)
        else:
            answer = twiml.ask_digits(
                [Words(gateway).worker(contact, "hand_over_menu")],
                key_url=to.leg(leg.id, "choice"),
                next_url=to.leg(leg.id, "choice"),
                digits=1,
                timeout_seconds=MENU_SECONDS,
            )
    gateway.wake()
    return answer


def choose(gateway: Gateway, leg_id: str, hook: CallWebhook) -> str:
    """1 a colleague, 2 the back-up; anything else, or nothing, goes back to the citizen."""
    now = gateway.now()
    with gateway.store.write() as connection:
        contact, leg = conversation.locked(connection, leg_id)
        if contact is None or leg is None or leg.state == LegState.ENDED:
            return twiml.hang_up()
        if hook.is_over:
            conversation.leg_over(connection, contact, leg, now)
            answer = twiml.nothing()
        elif contact.state != ContactState.ANSWERED:
            answer = conversation.goodbye(connection, gateway, contact, leg, now)
        else:
            # Told twice, it was carried out the first time, and the leg is in the menu no more.
            digits = hook.digits if leg.state == LegState.MENU else ""
            words = _chosen(connection, gateway, contact, digits, now)
            answer = conversation.back_to_room(connection, gateway, contact, leg, now, words)
    gateway.wake()
    return answer


def _chosen(
    connection: Connection, gateway: Gateway, contact: Contact, digits: str, now: datetime
) -> list[Spoken]:
    if digits == COLLEAGUE_KEY:
        rung = inviting.ring_colleagues(connection, gateway, contact, now)
    elif digits == BACK_UP_KEY:
        rung = inviting.ring_back_up(connection, gateway, contact, now)
    else:
        return []
    key: TextKey = "hand_over_ringing" if rung else "hand_over_nobody"
    return [Words(gateway).worker(contact, key)]
