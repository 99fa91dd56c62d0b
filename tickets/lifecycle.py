"""The only place where a status changes: one table of all moves, and `decide`, which applies what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from pydantic import BaseModel, ConfigDict, Field

from tickets.effects import Acknowledge, Effect, TellAgents
from tickets.events import (
    Acknowledged,
    AutomaticArrived,
    CopyArrived,
    CustomerWrote,
    Event,
    MovedAway,
    NotAcknowledged,
    Noted,
    Opened,
    PulledIn,
    RepliedElsewhere,
    Undeliverable,
)
from tickets.model import MessageKind, Resolution, Status, Ticket
from tickets.notices import occasion_of

NEW, OPEN, PENDING, ON_HOLD, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED


class LifecycleSettings(BaseModel):
    """How long the steps of a ticket take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reopen_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="days after closing within which a customer's answer reopens the ticket; later it opens a new one "
        "that is linked to the old",
    )


class Cause(StrEnum):
    """Why a status may move."""

    CUSTOMER_WROTE = "a customer answers"
    CUSTOMER_THANKED = "a customer writes a short thank-you"
    AGENT_REPLIED = "an agent's public reply"
    AGENT_REPLIED_OPEN = "an agent's public reply that says #open"
    AGENT_REPLIED_ELSEWHERE = "an agent wrote to the customer and copied us in"
    STAFF_REPLIED_ELSEWHERE = "staff wrote to the customer and copied us in"
    NOTED = "an internal note"
    TAKEN = "#take"
    ASSIGNED = "#assign"
    UNASSIGNED = "#assign nobody"
    SET_OPEN = "#open"
    SET_PENDING = "#pending"
    HELD = "#hold"
    CLOSED = "#close"
    FIXED = "#fixed without a text"
    FIXED_AND_TOLD = "#fixed with a text that the customer gets"
    SNOOZED = "#snooze"
    NUDGED = "a nudge went out"
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
    Cause.NOTED: _STAY,
    Cause.TAKEN: _STAY_UNLESS_CLOSED | {NEW: OPEN},
    Cause.ASSIGNED: _STAY_UNLESS_CLOSED | {NEW: OPEN},
    Cause.UNASSIGNED: _all_but_closed(NEW),
    Cause.SET_OPEN: _all(OPEN),
    Cause.SET_PENDING: _all_but_closed(PENDING),
    Cause.HELD: _all_but_closed(ON_HOLD),
    Cause.CLOSED: _all(CLOSED),
    Cause.FIXED: _all_but_closed(OPEN),
    Cause.FIXED_AND_TOLD: _all_but_closed(PENDING),
    Cause.SNOOZED: _STAY_UNLESS_CLOSED,
    Cause.NUDGED: {PENDING: PENDING},
    Cause.NUDGES_UNANSWERED: {PENDING: CLOSED},
    Cause.MERGED: _all(CLOSED),
    Cause.MARKED_SPAM: _all(CLOSED),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The ticket as it is afterwards, and what must leave because of it."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()


def is_recent(ticket: Ticket, when: datetime, settings: LifecycleSettings) -> bool:
    """Whether a customer's answer of that time still belongs to this ticket: it is not closed, or not for long."""
    return ticket.closed_at is None or when - ticket.closed_at <= timedelta(days=settings.reopen_days)


def decide(ticket: Ticket, event: Event, *, now: datetime) -> Decision:
    """What this event makes of this ticket. A merged ticket is no more than a sign to another one: it stays."""
    if ticket.merged_into is not None:
        return Decision(ticket)
    decision = _apply(ticket, event, now)
    return replace(decision, effects=(*decision.effects, *_tell(ticket, event)))


def _tell(ticket: Ticket, event: Event) -> tuple[TellAgents, ...]:
    """Whom it concerns hears of it; `ticket` is as it was before."""
    occasion = occasion_of(event, ticket)
    if occasion is None:
        return ()
    said = f"{event.address}: {event.why}" if isinstance(event, Undeliverable) else ""
    return (TellAgents(ticket.number, occasion, getattr(event, "author", None), said=said),)


def _apply(ticket: Ticket, event: Event, now: datetime) -> Decision:
    match event:
        case Opened():
            return _open(ticket, event)
        case CustomerWrote() | RepliedElsewhere() | Noted():
            return Decision(_hear(replace(ticket, changed_at=now), event, now))
        case CopyArrived():
            return _take_copy(ticket, event, now)
        case PulledIn() | MovedAway():
            return Decision(_regroup(replace(ticket, changed_at=now), event, now))
        case AutomaticArrived() | Undeliverable() | Acknowledged() | NotAcknowledged():
            return Decision(ticket)
        case _:
            assert_never(event)


def _open(ticket: Ticket, event: Opened) -> Decision:
    """A customer is told that the ticket exists; what our own people opened is in their hands already."""
    if event.kind is MessageKind.CUSTOMER:
        return Decision(ticket, (Acknowledge(ticket.number),))
    ours = event.kind in {MessageKind.PUBLIC, MessageKind.NOTE}
    return Decision(replace(ticket, touched=ticket.touched or ours))


def _hear(ticket: Ticket, event: CustomerWrote | RepliedElsewhere | Noted, now: datetime) -> Ticket:
    """Somebody wrote on the ticket."""
    match event:
        case CustomerWrote():
            return _move(ticket, Cause.CUSTOMER_WROTE, now)
        case RepliedElsewhere():
            return _reply_elsewhere(replace(ticket, touched=True), event, now)
        case Noted():
            return _move(replace(ticket, touched=True), Cause.NOTED, now)
        case _:
            assert_never(event)


def _reply_elsewhere(ticket: Ticket, event: RepliedElsewhere, now: datetime) -> Ticket:
    """An agent's first reply takes the ticket; staff only leave word."""
    if not event.is_agent:
        return _move(ticket, Cause.STAFF_REPLIED_ELSEWHERE, now)
    free = ticket.owner is None and ticket.status is not CLOSED
    taken = replace(ticket, owner=event.author) if free else ticket
    return _move(taken, Cause.AGENT_REPLIED_ELSEWHERE, now)


def _take_copy(ticket: Ticket, event: CopyArrived, now: datetime) -> Decision:
    """The ticket lives in the best of the mailboxes that its mail came to, which acknowledges while nobody answered."""
    if not event.better or ticket.status is CLOSED:
        return Decision(ticket)
    moved = replace(ticket, mailbox=event.mailbox, changed_at=now)
    waits = ticket.status is NEW and not ticket.touched
    return Decision(moved, (Acknowledge(ticket.number),) if waits else ())


def _regroup(ticket: Ticket, event: PulledIn | MovedAway, now: datetime) -> Ticket:
    """Messages came to this ticket, or all of its own went to another one."""
    match event:
        case PulledIn():
            return ticket
        case MovedAway():
            merged = replace(ticket, merged_into=event.target)
            return replace(_move(merged, Cause.MERGED, now), resolution=Resolution.DUPLICATE)
        case _:
            assert_never(event)


def _move(ticket: Ticket, cause: Cause, now: datetime) -> Ticket:
    """The status after this cause, with what depends on it; a ticket that refuses it stays as it is."""
    after = TRANSITIONS[cause].get(ticket.status, ticket.status)
    if after is not CLOSED:
        return replace(ticket, status=after, closed_at=None, resolution=None)
    return replace(ticket, status=after, closed_at=ticket.closed_at or now)
