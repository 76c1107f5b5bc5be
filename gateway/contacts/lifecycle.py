"""The states of a contact and the only moves between them (domain page, "A contact's life")."""

from __future__ import annotations

import enum


class ContactState(enum.StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ANSWERED = "answered"
    ENDED = "ended"
    REGISTERED = "registered"
    ABANDONED = "abandoned"
    CALL_BACK = "call_back"


class IllegalMoveError(Exception):
    def __init__(self, before: ContactState, after: ContactState) -> None:
        super().__init__(f"a contact that is {before} can't become {after}")
        self.before = before
        self.after = after


_S = ContactState
_MOVES: dict[ContactState, frozenset[ContactState]] = {
    _S.WAITING: frozenset({_S.OFFERED, _S.ANSWERED, _S.ABANDONED, _S.CALL_BACK}),
    _S.OFFERED: frozenset({_S.ANSWERED, _S.ABANDONED, _S.CALL_BACK}),
    # A call back that reached nobody goes back to be tried again.
    _S.ANSWERED: frozenset({_S.ENDED, _S.CALL_BACK}),
    _S.CALL_BACK: frozenset({_S.ANSWERED, _S.ENDED}),
    _S.ENDED: frozenset({_S.REGISTERED}),
    _S.ABANDONED: frozenset({_S.REGISTERED}),
    _S.REGISTERED: frozenset(),
}

UNANSWERED = frozenset({_S.WAITING, _S.OFFERED})
CLAIMABLE = frozenset({_S.WAITING, _S.OFFERED, _S.CALL_BACK})
OVER = frozenset({_S.ENDED, _S.ABANDONED, _S.REGISTERED})


def move(before: ContactState, after: ContactState) -> ContactState:
    """The state after the move. Raises IllegalMoveError for one that does not exist."""
    if after not in _MOVES[before]:
        raise IllegalMoveError(before, after)
    return after


class LegState(enum.StrEnum):
    """Where a telephone leg stands that the gateway placed for a contact."""

    PLANNED = "planned"  # due in the future, nothing asked of the carrier yet
    PLACING = "placing"  # the carrier was asked; it may or may not ring
    RINGING = "ringing"
    LISTENING = "listening"  # picked up, hears the whisper
    CONNECTED = "connected"  # pressed 1: in the conversation
    MENU = "menu"  # pressed star in the conversation: chooses whom to add
    UNSURE = "unsure"  # the conference ended and this leg has not said yet where it is
    ENDED = "ended"


LIVE_LEGS = frozenset({LegState.PLACING, LegState.RINGING, LegState.LISTENING})
TALKING_LEGS = frozenset({LegState.CONNECTED, LegState.MENU, LegState.UNSURE})


class LegOutcome(enum.StrEnum):
    """Why a leg that has ended ended."""

    TALKED = "talked"
    PASSED = "passed"  # pressed 2
    MISSED = "missed"  # picked up, but no 1: voicemail, or hung up in the whisper
    NO_ANSWER = "no_answer"
    BUSY = "busy"  # as the carrier says, or because it rings for another contact
    FAILED = "failed"  # the carrier could not reach the phone
    REFUSED = "refused"  # the carrier's API refused this number
    UNPLACED = "unplaced"  # the carrier's API did not answer: <Dial> is tried instead
    CANCELLED = "cancelled"  # taken by a colleague, or the citizen left
    OFF_DUTY = "off_duty"  # the shift ended, or was edited away, before this phone was due
    ENGAGED = "engaged"  # in another contact by the time this phone was due


class LegPurpose(enum.StrEnum):
    ANSWER = "answer"  # a worker is asked to take the contact
    DIAL = "dial"  # the same through <Dial> from the citizen's own leg, when the API fails
    HAND_OVER = "hand_over"  # a colleague or the back-up is asked to join
    CITIZEN = "citizen"  # the citizen is called back
