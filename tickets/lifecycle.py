"""The only place where a status changes: `decide` applies what happened, `refusal` says what cannot happen now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from pydantic import BaseModel, ConfigDict, Field

from tickets.effects import (
    Acknowledge,
    AskSurvey,
    CallIn,
    Effect,
    Nudge,
    SendReply,
    TellAgents,
    TellClosed,
    TellSlack,
)
from tickets.events import (
    Assigned,
    Begun,
    Called,
    Closed,
    CopyArrived,
    Created,
    CustomerWrote,
    Described,
    Elapsed,
    Event,
    FactSet,
    Fixed,
    Held,
    Merged,
    Moved,
    MovedAway,
    Noted,
    NudgesUnanswered,
    Opened,
    ParticipantsChanged,
    PrioritySet,
    PulledIn,
    Rated,
    Recalled,
    Recorded,
    Regrouped,
    Replied,
    RepliedElsewhere,
    RequesterChanged,
    Snoozed,
    SplitFrom,
    SplitOff,
    StatusSet,
    StaysPending,
    StillPending,
    SurveyDue,
    Tagged,
    TookOver,
    Undeliverable,
    Woke,
    Written,
)
from tickets.model import MessageKind, Resolution, Rung, Status, Ticket
from tickets.notices import occasion_of
from tickets.transitions import CLOSED, NEW, PENDING, TRANSITIONS, Cause


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


UNANSWERED = "unanswered"  # the reason of a CallIn that no agent asked for: the nudges ran out
# After these the customer owns the next step anew, and the days are counted from there.
_ASKING = {
    Cause.AGENT_REPLIED,
    Cause.AGENT_REPLIED_ELSEWHERE,
    Cause.STAFF_REPLIED_ELSEWHERE,
    Cause.SET_PENDING,
    Cause.FIXED_AND_TOLD,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The ticket as it is afterwards, and what must leave because of it."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()


def is_recent(ticket: Ticket, when: datetime, settings: LifecycleSettings) -> bool:
    """Whether a customer's answer of that time still belongs to this ticket: it is not closed, or not for long."""
    return ticket.closed_at is None or when - ticket.closed_at <= timedelta(days=settings.reopen_days)


def refusal(ticket: Ticket, event: Moved) -> str | None:
    """Why this cannot happen to this ticket as it is; None where it can. `decide` itself never refuses aloud."""
    if ticket.merged_into is not None:
        return f"ticket #{ticket.number} was merged into #{ticket.merged_into}"
    cause = _cause_of(event)
    if cause is not None and ticket.status not in TRANSITIONS[cause]:
        return f"ticket #{ticket.number} is {ticket.status.value}; reopen it with #open first"
    if isinstance(event, StatusSet | Held) and ticket.owner is None and event.author is None:
        return f"nobody owns ticket #{ticket.number}; #assign it first"
    return None


def decide(ticket: Ticket, event: Event, *, now: datetime) -> Decision:
    """What this event makes of this ticket. A merged ticket is no more than a sign to another one: it stays."""
    if ticket.merged_into is not None:
        return Decision(ticket)
    decision = _apply(ticket, event, now)
    return replace(decision, effects=(*decision.effects, *_tell(ticket, event)))


def _tell(ticket: Ticket, event: Event) -> tuple[TellAgents | TellSlack, ...]:
    """Whom it concerns hears of it; `ticket` is as it was before."""
    occasion = occasion_of(event, ticket)
    if occasion is None:
        return ()
    targets = (event.owner,) if isinstance(event, Assigned) and event.owner is not None else ()
    told = TellAgents(ticket.number, occasion, getattr(event, "author", None), targets, _said_of(event))
    return (told, TellSlack(ticket.number, f"Rated {told.said}")) if isinstance(event, Rated) else (told,)


def _said_of(event: Event) -> str:
    """What there is to say beside the mail at hand."""
    match event:
        case Undeliverable():
            return f"{event.address}: {event.why}"
        case StaysPending():
            return event.why
        case Rated():
            changed = f", {event.before} before" if event.before is not None else ""
            return f"{event.score} of 5{changed}" + (f": {event.comment}" if event.comment else "")
        case _:
            return ""


def _apply(ticket: Ticket, event: Event, now: datetime) -> Decision:
    if isinstance(event, Recorded):
        return Decision(ticket)
    if isinstance(event, StillPending | NudgesUnanswered | StaysPending | SurveyDue):
        return _let_time_pass(ticket, event, now)
    if isinstance(event, Opened | Created | SplitFrom):
        return _begin(ticket, event)
    if isinstance(event, CopyArrived):
        return _take_copy(ticket, event, now)
    return _change(replace(ticket, changed_at=now), event, now)


def _change(ticket: Ticket, event: Written | Moved | Described | Regrouped, now: datetime) -> Decision:
    match event:
        case CustomerWrote() | RepliedElsewhere() | Noted() | Replied() | Recalled() | Called():
            return _hear(ticket, event, now)
        case Assigned() | StatusSet() | Held() | Fixed() | Closed() | Snoozed() | Woke():
            return _move_by_hand(ticket, event, now)
        case PrioritySet() | Tagged() | FactSet() | RequesterChanged() | ParticipantsChanged():
            return Decision(_describe(replace(ticket, touched=True), event))
        case PulledIn() | MovedAway() | Merged() | TookOver() | SplitOff():
            return Decision(_regroup(ticket, event, now))
        case _:
            assert_never(event)


def _begin(ticket: Ticket, event: Begun) -> Decision:
    """A customer is told that the ticket exists; what our own people opened is in their hands already."""
    if isinstance(event, Opened) and event.kind is MessageKind.CUSTOMER:
        return Decision(ticket, (Acknowledge(ticket.number),))
    ours = not isinstance(event, Opened) or event.kind in {MessageKind.PUBLIC, MessageKind.NOTE}
    return Decision(replace(ticket, touched=ticket.touched or ours))


def _hear(ticket: Ticket, event: Written, now: datetime) -> Decision:
    """Somebody wrote on the ticket."""
    match event:
        case CustomerWrote():
            cause = Cause.CUSTOMER_THANKED if event.thanks else Cause.CUSTOMER_WROTE
            return Decision(_move(replace(ticket, snoozed_until=None), cause, now))
        case RepliedElsewhere():
            return Decision(_reply_elsewhere(replace(ticket, touched=True), event, now))
        case Noted():
            return Decision(_move(replace(ticket, touched=True), Cause.NOTED, now))
        case Replied():
            cause = Cause.AGENT_REPLIED_OPEN if event.keep_open else Cause.AGENT_REPLIED
            return Decision(_move(_take_if_free(ticket, event.author), cause, now), (SendReply(ticket.number),))
        case Recalled():
            return Decision(_move(ticket, Cause.RECALLED, now))
        case Called():
            touched = ticket.touched or event.author is not None  # a rule of the filters is no person
            return Decision(replace(ticket, touched=touched), (CallIn(ticket.number, event.whom, event.area),))
        case _:
            assert_never(event)


def _reply_elsewhere(ticket: Ticket, event: RepliedElsewhere, now: datetime) -> Ticket:
    """An agent's first reply takes the ticket; staff only leave word."""
    if not event.is_agent:
        return _move(ticket, Cause.STAFF_REPLIED_ELSEWHERE, now)
    taken = ticket if ticket.status is CLOSED else _take_if_free(ticket, event.author)
    return _move(taken, Cause.AGENT_REPLIED_ELSEWHERE, now)


def _move_by_hand(ticket: Ticket, event: Moved, now: datetime) -> Decision:
    """Somebody of ours moves the ticket, or its snooze is over; what the status refuses changes nothing."""
    cause = _cause_of(event)
    if cause is None:
        return Decision(replace(ticket, snoozed_until=None))
    if ticket.status not in TRANSITIONS[cause]:
        return Decision(ticket)
    moved = _move(_prepare(replace(ticket, touched=True), event), cause, now)
    if isinstance(event, Closed):
        reference = event.reference or ticket.reference
        moved = replace(moved, resolution=event.resolution, reference=reference, snoozed_until=None)
    return Decision(moved, (SendReply(ticket.number),) if isinstance(event, Fixed) and event.told else ())


def _prepare(ticket: Ticket, event: Moved) -> Ticket:
    """What the event changes beside the status."""
    match event:
        case Assigned():
            return replace(ticket, owner=event.owner)
        case StatusSet():
            return _take_if_free(ticket, event.author)
        case Held():
            return replace(_take_if_free(ticket, event.author), reference=event.reference)
        case Snoozed():
            aside = replace(ticket, snoozed_until=event.until)
            return stop_waiting(aside) if event.until is not None else aside
        case Fixed() | Closed() | Woke():
            return ticket
        case _:
            assert_never(event)


def _cause_of(event: Moved) -> Cause | None:
    match event:
        case Assigned():
            return Cause.UNASSIGNED if event.owner is None else Cause.ASSIGNED
        case StatusSet():
            return Cause.SET_PENDING if event.status is Status.PENDING else Cause.SET_OPEN
        case Fixed():
            return Cause.FIXED_AND_TOLD if event.told else Cause.FIXED
        case Woke():
            return None
        case Held() | Closed() | Snoozed():
            return {Held: Cause.HELD, Closed: Cause.CLOSED, Snoozed: Cause.SNOOZED}[type(event)]
        case _:
            assert_never(event)


def _describe(ticket: Ticket, event: Described) -> Ticket:
    """Something about the ticket changes, and nobody's next step."""
    match event:
        case PrioritySet():
            return replace(ticket, priority=event.priority)
        case Tagged():
            return replace(ticket, tags=tuple(sorted((set(ticket.tags) | set(event.added)) - set(event.removed))))
        case RequesterChanged():
            return replace(ticket, requester=event.requester, account=event.account)
        case FactSet() | ParticipantsChanged():
            return ticket
        case _:
            assert_never(event)


def _take_copy(ticket: Ticket, event: CopyArrived, now: datetime) -> Decision:
    """The ticket lives in the best of the mailboxes that its mail came to, which acknowledges while nobody answered."""
    if not event.better or ticket.status is CLOSED:
        return Decision(ticket)
    moved = replace(ticket, mailbox=event.mailbox, changed_at=now)
    waits = ticket.status is NEW and not ticket.touched
    return Decision(moved, (Acknowledge(ticket.number),) if waits else ())


def _regroup(ticket: Ticket, event: Regrouped, now: datetime) -> Ticket:
    """Tickets became one, or one became two."""
    match event:
        case PulledIn():
            return ticket
        case TookOver() | SplitOff():
            return replace(ticket, touched=True)
        case MovedAway() | Merged():
            merged = replace(ticket, merged_into=event.target, snoozed_until=None)
            return replace(_move(merged, Cause.MERGED, now), resolution=Resolution.DUPLICATE)
        case _:
            assert_never(event)


def _take_if_free(ticket: Ticket, author: int | None) -> Ticket:
    return replace(ticket, touched=True, owner=ticket.owner if ticket.owner is not None else author)


def _move(ticket: Ticket, cause: Cause, now: datetime) -> Ticket:
    """The status after this cause, with what depends on it; a ticket that refuses it stays as it is."""
    after = TRANSITIONS[cause].get(ticket.status, ticket.status)
    if after is CLOSED:
        return stop_waiting(replace(ticket, status=after, closed_at=ticket.closed_at or now))
    owned = after if ticket.owner is not None else NEW  # a next step is somebody's, or the ticket is anybody's to take
    moved = replace(ticket, status=owned, closed_at=None, resolution=None)
    if owned is not PENDING:
        return stop_waiting(moved)
    return replace(stop_waiting(moved), pending_since=now) if cause in _ASKING else moved


def stop_waiting(ticket: Ticket) -> Ticket:
    """The same ticket with the days of Pending no longer counted."""
    return replace(ticket, pending_since=None, rung=None, slipped=0)


def _let_time_pass(ticket: Ticket, event: Elapsed, now: datetime) -> Decision:
    """A step of the clock; it changes no ticket that has moved on meanwhile."""
    is_waiting = ticket.status is PENDING and ticket.pending_since is not None
    if not (ticket.status is CLOSED if isinstance(event, SurveyDue) else is_waiting):
        return Decision(ticket)
    match event:
        case SurveyDue():
            return Decision(replace(ticket, surveyed=True), (AskSurvey(ticket.number),))
        case StillPending():
            waiting = replace(ticket, rung=event.rung, slipped=event.slipped)
            return Decision(waiting, _rung_effects(ticket.number, event.rung))
        case StaysPending():
            return Decision(replace(ticket, rung=Rung.CLOSE))
        case NudgesUnanswered():
            moved = _move(replace(ticket, changed_at=now), Cause.NUDGES_UNANSWERED, now)
            closed = replace(moved, resolution=Resolution.NO_RESPONSE, snoozed_until=None)
            return Decision(closed, (TellClosed(ticket.number),))
        case _:
            assert_never(event)


def _rung_effects(number: int, rung: Rung) -> tuple[Effect, ...]:
    match rung:
        case Rung.FIRST_NUDGE | Rung.SECOND_NUDGE:
            return (Nudge(number, 1 if rung is Rung.FIRST_NUDGE else 2),)
        case Rung.CALL_CE:
            return (CallIn(number, "ce", reason=UNANSWERED),)
        case Rung.FORETELL | Rung.FOREWARN | Rung.CLOSE:
            return ()  # agents are told
        case _:
            assert_never(rung)
