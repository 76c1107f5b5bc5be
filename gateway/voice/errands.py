"""What the outbox does on the telephone, by kind of row.

Each errand may be done twice: a second call for a leg is recognised by its id and hung up, and hanging up or
moving a leg that is over changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.contacts import endings, ringing
from gateway.contacts.legs import RING
from gateway.outbox.dispatcher import Errand
from gateway.voice import calling_back, conversation
from gateway.voice.checking import Checking
from gateway.voice.moving import Moving
from gateway.voice.placing import Placing
from gateway.voice.silencing import Silencing
from gateway.wiring import Gateway


def errands(gateway: Gateway) -> Mapping[str, Errand]:
    """One errand for each kind of outbox row that concerns a call."""
    placing, silencing = Placing(gateway), Silencing(gateway.carrier)
    moving, checking = Moving(gateway), Checking(gateway)
    return {
        RING: Errand(placing.prepare, placing.ring, placing.record),
        ringing.HANG_UP: Errand(silencing.prepare, silencing.hang_up, silencing.record, urgent=True),
        ringing.STOP_RINGING: Errand(
            silencing.prepare_engaged, silencing.hang_up, silencing.record, urgent=True
        ),
        endings.MOVE_CITIZEN: Errand(moving.prepare_citizen, moving.move, moving.record_citizen, urgent=True),
        endings.MOVE_LEG: Errand(moving.prepare_leg, moving.move, moving.record_leg, urgent=True),
        conversation.CHECK_CALLS: Errand(checking.prepare, checking.ask, checking.record),
        endings.CALL_BACK_ROUND: Errand(
            lambda connection, row, now: calling_back.begin_round(connection, gateway, row, now) or None,
            lambda job: job,
            lambda *_: "begun",
        ),
    }
