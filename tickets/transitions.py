"""The table of all moves: from which status to which, and why."""

from collections.abc import Mapping
from enum import StrEnum

from tickets.model import Status

NEW, OPEN, PENDING, ON_HOLD, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED


class Cause(StrEnum):
    """Why a status may move."""

    CUSTOMER_WROTE = "a customer answers"
    CUSTOMER_THANKED = "a customer writes a short thank-you"
    AGENT_REPLIED = "an agent's public reply"
    AGENT_REPLIED_OPEN = "an agent's public reply that says #open"
    AGENT_REPLIED_ELSEWHERE = "an agent wrote to the customer and copied us in"
    STAFF_REPLIED_ELSEWHERE = "staff wrote to the customer and copied us in"
    RECALLED = "#undo of an answer that had not left"
    NOTED = "an internal note"
    ASSIGNED = "#take or #assign"
    UNASSIGNED = "#assign nobody"
    SET_OPEN = "#open"
    SET_PENDING = "#pending"
    HELD = "#hold"
    CLOSED = "#close"
    FIXED = "#fixed without a text"
    FIXED_AND_TOLD = "#fixed with a text that the customer gets"
    SNOOZED = "#snooze"
    NUDGES_UNANSWERED = "the nudges went unanswered"
    MERGED = "merged into another ticket"
    MARKED_SPAM = "#spam"


def _all(to: Status, *, but: Mapping[Status, Status] | None = None) -> dict[Status, Status]:
    return dict.fromkeys(Status, to) | dict(but or {})


def _all_but_closed(to: Status) -> dict[Status, Status]:
    return dict.fromkeys((NEW, OPEN, PENDING, ON_HOLD), to)


_STAY = {status: status for status in Status}
_STAY_UNLESS_CLOSED = {status: status for status in Status if status is not CLOSED}

# Cause → status before → status after. A status that a cause does not name refuses it.
TRANSITIONS: Mapping[Cause, Mapping[Status, Status]] = {
    Cause.CUSTOMER_WROTE: _all(OPEN, but={NEW: NEW}),
    Cause.CUSTOMER_THANKED: _all(OPEN, but={NEW: NEW, CLOSED: CLOSED}),
    Cause.AGENT_REPLIED: _all(PENDING, but={CLOSED: CLOSED}),  # a last word after closing asks for no answer
    Cause.AGENT_REPLIED_OPEN: _all(OPEN),
    Cause.AGENT_REPLIED_ELSEWHERE: _STAY | {NEW: PENDING, OPEN: PENDING},  # it cannot say that engineering is done
    Cause.STAFF_REPLIED_ELSEWHERE: _STAY,
    Cause.RECALLED: _STAY | {PENDING: OPEN},
    Cause.NOTED: _STAY,
    Cause.ASSIGNED: _STAY_UNLESS_CLOSED | {NEW: OPEN},
    Cause.UNASSIGNED: _all_but_closed(NEW),
    Cause.SET_OPEN: _all(OPEN),
    Cause.SET_PENDING: _all(PENDING),
    Cause.HELD: _all(ON_HOLD),
    Cause.CLOSED: _all(CLOSED),
    Cause.FIXED: _all_but_closed(OPEN),
    Cause.FIXED_AND_TOLD: _all_but_closed(PENDING),
    Cause.SNOOZED: _STAY_UNLESS_CLOSED,
    Cause.NUDGES_UNANSWERED: {PENDING: CLOSED},
    Cause.MERGED: _all(CLOSED),
    Cause.MARKED_SPAM: _all(CLOSED),
}
