"""The status of a ticket: the table of all moves, each event on each status, and laws over whole lives."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from mail.model import Level
from tests.tickets_world import NOW, ticket
from tickets.effects import Acknowledge, CallIn, SendReply, TellAgents
from tickets.events import (
    Acknowledged,
    Assigned,
    AutomaticArrived,
    Called,
    Closed,
    CopyArrived,
    Created,
    CustomerWrote,
    Event,
    FactSet,
    Fixed,
    Held,
    Merged,
    MovedAway,
    NotAcknowledged,
    Noted,
    NotNudged,
    Nudged,
    NudgesUnanswered,
    Opened,
    ParticipantsChanged,
    PrioritySet,
    PulledIn,
    Rated,
    Recalled,
    Replied,
    RepliedElsewhere,
    RequesterChanged,
    Snoozed,
    SplitFrom,
    SplitOff,
    StatusSet,
    StaysPending,
    StillPending,
    SurveyAsked,
    SurveyDue,
    SurveyNotAsked,
    Tagged,
    TookOver,
    Undeliverable,
    Woke,
)
from tickets.lifecycle import Decision, LifecycleSettings, decide, is_recent, refusal
from tickets.model import MessageKind, Priority, Resolution, Rung, Status, Ticket
from tickets.notices import Occasion
from tickets.transitions import TRANSITIONS, Cause

NEW, OPEN, PENDING, ON_HOLD, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED

# Event → the status after New, Open, Pending, On-hold, Closed
EVENTS: list[tuple[Event, str]] = [
    (Opened(1, MessageKind.CUSTOMER, Level.PROVEN), "new open pending on-hold closed"),
    (Opened(1, MessageKind.PUBLIC, Level.PROVEN), "new open pending on-hold closed"),
    (Opened(1, MessageKind.NOTE, Level.PROVEN), "new open pending on-hold closed"),
    (Rated(1, 1, "slow", "web", bad=True), "new open pending on-hold closed"),
    (CustomerWrote(1, Level.PROVEN, "token"), "new open open open open"),
    (RepliedElsewhere(5, is_agent=True), "pending pending pending on-hold closed"),
    (RepliedElsewhere(5, is_agent=False), "new open pending on-hold closed"),
    (Noted(5), "new open pending on-hold closed"),
    (AutomaticArrived(1, "out of office"), "new open pending on-hold closed"),
    (Undeliverable("ann@globex.test", "no such user"), "new open pending on-hold closed"),
    (CopyArrived("support@acme.test", better=True), "new open pending on-hold closed"),
    (CopyArrived("support@acme.test", better=False), "new open pending on-hold closed"),
    (PulledIn(52), "new open pending on-hold closed"),
    (MovedAway(52), "closed closed closed closed closed"),
    (Created(5, MessageKind.PUBLIC), "new open pending on-hold closed"),
    (SplitFrom(5, 52), "new open pending on-hold closed"),
    (CustomerWrote(1, Level.PROVEN, "token", thanks=True), "new open open open closed"),
    (Replied(5), "pending pending pending pending closed"),
    (Replied(5, keep_open=True), "open open open open open"),
    (Replied(None), "new pending pending pending closed"),
    (Recalled(5), "new open open on-hold closed"),
    (Called(5, "ce"), "new open pending on-hold closed"),
    (Assigned(5, 6), "open open pending on-hold closed"),
    (Assigned(5, None), "new new new new closed"),
    (StatusSet(5, OPEN), "open open open open open"),
    (StatusSet(None, OPEN), "new open open open open"),
    (StatusSet(5, PENDING), "pending pending pending pending pending"),
    (Held(5, "ACME-7"), "on-hold on-hold on-hold on-hold on-hold"),
    (Fixed(5, "ACME-7", told=False), "new open open open closed"),
    (Fixed(5, "ACME-7", told=True), "new pending pending pending closed"),
    (Closed(5, Resolution.CONFIRMED), "closed closed closed closed closed"),
    (Snoozed(5, NOW + timedelta(days=2)), "new open pending on-hold closed"),
    (Snoozed(5, None), "new open pending on-hold closed"),
    (Woke(), "new open pending on-hold closed"),
    (PrioritySet(5, Priority.HIGH), "new open pending on-hold closed"),
    (Tagged(5, ("sso",), ("login",)), "new open pending on-hold closed"),
    (FactSet(5, "Globex", "version", "5.2", "5.1"), "new open pending on-hold closed"),
    (RequesterChanged(5, 2, None), "new open pending on-hold closed"),
    (ParticipantsChanged(5, (3,)), "new open pending on-hold closed"),
    (Merged(5, 52), "closed closed closed closed closed"),
    (TookOver(5, 52), "new open pending on-hold closed"),
    (SplitOff(5, 7), "new open pending on-hold closed"),
    (Acknowledged("ann@globex.test"), "new open pending on-hold closed"),
    (NotAcknowledged("brake"), "new open pending on-hold closed"),
    (StillPending(Rung.FIRST_NUDGE), "new open pending on-hold closed"),
    (NudgesUnanswered(2), "new open closed on-hold closed"),
    (StaysPending("mail to the customer comes back"), "new open pending on-hold closed"),
    (SurveyDue(), "new open pending on-hold closed"),
    (Nudged(1, "ann@globex.test"), "new open pending on-hold closed"),
    (NotNudged(1, "nobody reads it"), "new open pending on-hold closed"),
    (SurveyAsked("ann@globex.test"), "new open pending on-hold closed"),
    (SurveyNotAsked("asked lately"), "new open pending on-hold closed"),
]

# Cause → the status after New, Open, Pending, On-hold, Closed; - refuses
MOVES = {
    Cause.CUSTOMER_WROTE: "new open open open open",
    Cause.CUSTOMER_THANKED: "new open open open closed",
    Cause.AGENT_REPLIED: "pending pending pending pending closed",
    Cause.AGENT_REPLIED_OPEN: "open open open open open",
    Cause.AGENT_REPLIED_ELSEWHERE: "pending pending pending on-hold closed",
    Cause.STAFF_REPLIED_ELSEWHERE: "new open pending on-hold closed",
    Cause.NOTED: "new open pending on-hold closed",
    Cause.RECALLED: "new open open on-hold closed",
    Cause.ASSIGNED: "open open pending on-hold -",
    Cause.UNASSIGNED: "new new new new -",
    Cause.SET_OPEN: "open open open open open",
    Cause.SET_PENDING: "pending pending pending pending pending",
    Cause.HELD: "on-hold on-hold on-hold on-hold on-hold",
    Cause.CLOSED: "closed closed closed closed closed",
    Cause.FIXED: "open open open open -",
    Cause.FIXED_AND_TOLD: "pending pending pending pending -",
    Cause.SNOOZED: "new open pending on-hold -",
    Cause.NUDGES_UNANSWERED: "- - closed - -",
    Cause.MERGED: "closed closed closed closed closed",
    Cause.MARKED_SPAM: "closed closed closed closed closed",
}


def standing(status: Status) -> Ticket:
    """A ticket as it is in that status."""
    if status is CLOSED:
        return replace(ticket(status=CLOSED, closed_days=2), resolution=Resolution.CONFIRMED, owner=5)
    since = NOW - timedelta(days=9) if status is PENDING else None
    return replace(ticket(status=status), owner=None if status is NEW else 5, pending_since=since)


def check_sound(made: Ticket) -> None:
    assert (made.closed_at is not None) == (made.status is CLOSED)
    assert (made.resolution is not None) == (made.status is CLOSED)
    assert made.merged_into is None or made.resolution is Resolution.DUPLICATE
    assert made.status is not NEW or made.owner is None
    assert made.status in {NEW, CLOSED} or made.owner is not None
    assert made.snoozed_until is None or made.status is not CLOSED
    assert made.pending_since is None or made.status is PENDING
    assert made.pending_since is not None or (made.rung is None and made.slipped == 0)


def test_the_table_names_every_move_of_every_status() -> None:
    shown = {
        cause: " ".join(TRANSITIONS[cause][status].value if status in TRANSITIONS[cause] else "-" for status in Status)
        for cause in TRANSITIONS
    }
    assert shown == MOVES
    assert set(MOVES) == set(Cause)


def test_every_kind_of_event_stands_in_the_table() -> None:
    assert {type(event) for event, _ in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize(("event", "after"), EVENTS)
@pytest.mark.parametrize("status", Status)
def test_every_event_on_every_status(event: Event, after: str, status: Status) -> None:
    decision = decide(standing(status), event, now=NOW)
    assert decision.ticket.status.value == after.split()[list(Status).index(status)]
    check_sound(decision.ticket)


@pytest.mark.parametrize(("event", "after"), EVENTS)
def test_a_merged_ticket_stays_as_it_is(event: Event, after: str) -> None:
    del after
    merged = decide(standing(OPEN), MovedAway(9), now=NOW - timedelta(days=1)).ticket
    assert decide(merged, event, now=NOW) == Decision(merged)


def test_a_customers_new_ticket_asks_for_its_acknowledgement_and_ours_do_not() -> None:
    for kind in (MessageKind.CUSTOMER, MessageKind.PUBLIC, MessageKind.NOTE, MessageKind.AUTOMATIC):
        decision = decide(standing(NEW), Opened(1, kind, Level.UNPROVEN), now=NOW)
        asked = [effect for effect in decision.effects if isinstance(effect, Acknowledge)]
        assert asked == ([Acknowledge(41)] if kind is MessageKind.CUSTOMER else [])
        assert decision.ticket.touched == (kind in {MessageKind.PUBLIC, MessageKind.NOTE})


def test_a_customers_answer_reopens_with_nothing_left_of_the_closing() -> None:
    opened = decide(standing(CLOSED), CustomerWrote(1, Level.PROVEN, "token"), now=NOW).ticket
    assert (opened.status, opened.closed_at, opened.resolution, opened.owner) == (OPEN, None, None, 5)
    assert opened.changed_at == NOW


def test_an_agents_first_reply_takes_the_ticket_and_a_second_agents_does_not() -> None:
    taken = decide(standing(NEW), RepliedElsewhere(5, is_agent=True), now=NOW).ticket
    assert (taken.owner, taken.status, taken.touched) == (5, PENDING, True)
    again = decide(taken, RepliedElsewhere(6, is_agent=True), now=NOW).ticket
    assert again.owner == 5


def test_staffs_word_to_the_customer_and_a_note_take_nothing_but_touch_the_ticket() -> None:
    for event in (RepliedElsewhere(8, is_agent=False), Noted(5)):
        after = decide(standing(NEW), event, now=NOW).ticket
        assert (after.owner, after.status, after.touched) == (None, NEW, True)


def test_a_copy_in_a_better_mailbox_moves_the_ticket_and_asks_again_while_nobody_answered() -> None:
    hi = replace(standing(NEW), mailbox="hi@acme.test")
    better = CopyArrived("support@acme.test", better=True)
    moved = decide(hi, better, now=NOW)
    assert moved == Decision(replace(hi, mailbox="support@acme.test", changed_at=NOW), (Acknowledge(41),))
    assert decide(hi, CopyArrived("support@acme.test", better=False), now=NOW) == Decision(hi)
    for worked_on in (replace(hi, touched=True), replace(hi, status=OPEN, owner=5)):
        assert decide(worked_on, better, now=NOW).effects == ()
        assert decide(worked_on, better, now=NOW).ticket.mailbox == "support@acme.test"


def test_a_ticket_whose_messages_moved_away_is_closed_as_a_duplicate_that_names_the_other() -> None:
    gone = decide(standing(NEW), MovedAway(52), now=NOW).ticket
    assert (gone.merged_into, gone.resolution, gone.closed_at) == (52, Resolution.DUPLICATE, NOW)
    closed = standing(CLOSED)
    assert decide(closed, MovedAway(52), now=NOW).ticket.closed_at == closed.closed_at


def test_an_answer_is_recent_up_to_the_configured_day() -> None:
    closed = ticket(status=CLOSED, closed_days=5)
    assert is_recent(closed, NOW, LifecycleSettings(reopen_days=5))
    assert not is_recent(closed, NOW, LifecycleSettings(reopen_days=4))
    assert is_recent(standing(OPEN), NOW, LifecycleSettings(reopen_days=0))


def test_a_first_reply_takes_the_ticket_and_sends_itself() -> None:
    decision = decide(standing(NEW), Replied(5), now=NOW)
    assert (decision.ticket.owner, decision.ticket.status) == (5, PENDING)
    assert decision.effects == (SendReply(41), TellAgents(41, Occasion.REPLIED, 5))
    assert decide(decision.ticket, Replied(6), now=NOW).ticket.owner == 5


def test_a_call_keeps_the_status_and_asks_for_help() -> None:
    assert decide(standing(NEW), Called(5, "product", "search"), now=NOW).effects == (CallIn(41, "product", "search"),)


def test_only_a_fixed_defect_with_a_text_is_told_to_the_customer() -> None:
    held, heard = replace(standing(ON_HOLD), reference="ACME-7"), TellAgents(41, Occasion.FIXED, 6)
    assert decide(held, Fixed(6, "ACME-7", told=True), now=NOW).effects == (SendReply(41), heard)
    assert decide(held, Fixed(6, "ACME-7", told=False), now=NOW).effects == (heard,)


def test_a_closing_keeps_the_defect_that_the_ticket_waited_for() -> None:
    held = decide(standing(OPEN), Held(5, "ACME-7"), now=NOW).ticket
    assert decide(held, Closed(5, Resolution.DEFECT_FIXED), now=NOW).ticket.reference == "ACME-7"
    closed = decide(held, Closed(5, Resolution.FEATURE_REQUEST, "https://a.test/9"), now=NOW).ticket
    assert (closed.reference, closed.resolution, closed.closed_at) == (
        "https://a.test/9",
        Resolution.FEATURE_REQUEST,
        NOW,
    )


def test_the_customer_the_alarm_and_the_closing_end_a_snooze() -> None:
    asleep = decide(standing(PENDING), Snoozed(5, NOW + timedelta(days=2)), now=NOW).ticket
    assert asleep.snoozed_until == NOW + timedelta(days=2)
    for event in (CustomerWrote(1, Level.PROVEN, "token"), Woke(), Closed(5, Resolution.CONFIRMED), Merged(5, 9)):
        assert decide(asleep, event, now=NOW).ticket.snoozed_until is None


def test_who_cannot_own_a_ticket_cannot_say_whose_step_is_next_while_nobody_owns_it() -> None:
    assert refusal(standing(NEW), Held(None, "ACME-7")) == "nobody owns ticket #41; #assign it first"
    assert refusal(standing(NEW), Held(5, "ACME-7")) is None
    assert refusal(standing(CLOSED), Assigned(5, 5)) == "ticket #41 is closed; reopen it with #open first"
    assert refusal(replace(standing(CLOSED), merged_into=9), StatusSet(5, OPEN)) == "ticket #41 was merged into #9"


def test_a_ticket_that_was_closed_while_nobody_owned_it_is_anybodys_again_when_the_customer_answers() -> None:
    closed = replace(standing(CLOSED), owner=None)
    assert decide(closed, CustomerWrote(1, Level.PROVEN, "token"), now=NOW).ticket.status is NEW


def test_tags_stand_in_order_and_once() -> None:
    tagged = decide(replace(standing(OPEN), tags=("login",)), Tagged(5, ("sso", "api", "login"), ()), now=NOW).ticket
    assert tagged.tags == ("api", "login", "sso")
    assert decide(tagged, Tagged(5, (), ("login",)), now=NOW).ticket.tags == ("api", "sso")
