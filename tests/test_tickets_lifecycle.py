"""The status of a ticket: the table of all moves, each event on each status, and laws over whole lives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mail.model import Level
from tests.tickets_world import NOW, ticket
from tickets.effects import Acknowledge, TellAgents
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
from tickets.lifecycle import TRANSITIONS, Cause, Decision, LifecycleSettings, decide, is_recent
from tickets.model import MessageKind, Resolution, Status, Ticket

NEW, OPEN, PENDING, ON_HOLD, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED

# Event → the status after New, Open, Pending, On-hold, Closed
EVENTS: list[tuple[Event, str]] = [
    (Opened(1, MessageKind.CUSTOMER, Level.PROVEN), "new open pending on-hold closed"),
    (Opened(1, MessageKind.PUBLIC, Level.PROVEN), "new open pending on-hold closed"),
    (Opened(1, MessageKind.NOTE, Level.PROVEN), "new open pending on-hold closed"),
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
    (Acknowledged("ann@globex.test"), "new open pending on-hold closed"),
    (NotAcknowledged("brake"), "new open pending on-hold closed"),
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
    Cause.TAKEN: "open open pending on-hold -",
    Cause.ASSIGNED: "open open pending on-hold -",
    Cause.UNASSIGNED: "new new new new -",
    Cause.SET_OPEN: "open open open open open",
    Cause.SET_PENDING: "pending pending pending pending -",
    Cause.HELD: "on-hold on-hold on-hold on-hold -",
    Cause.CLOSED: "closed closed closed closed closed",
    Cause.FIXED: "open open open open -",
    Cause.FIXED_AND_TOLD: "pending pending pending pending -",
    Cause.SNOOZED: "new open pending on-hold -",
    Cause.NUDGED: "- - pending - -",
    Cause.NUDGES_UNANSWERED: "- - closed - -",
    Cause.MERGED: "closed closed closed closed closed",
    Cause.MARKED_SPAM: "closed closed closed closed closed",
}


def standing(status: Status) -> Ticket:
    """A ticket as it is in that status."""
    if status is CLOSED:
        return replace(ticket(status=CLOSED, closed_days=2), resolution=Resolution.CONFIRMED, owner=5)
    return replace(ticket(status=status), owner=None if status is NEW else 5)


def check_sound(made: Ticket) -> None:
    assert (made.closed_at is not None) == (made.status is CLOSED)
    assert (made.resolution is not None) == (made.status is CLOSED)
    assert made.merged_into is None or made.resolution is Resolution.DUPLICATE
    assert made.status is not NEW or made.owner is None
    assert made.status is not PENDING or made.owner is not None


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


persons = st.integers(1, 9)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Opened, persons, st.sampled_from(MessageKind), st.sampled_from(Level)),
    st.builds(CustomerWrote, st.none() | persons, st.sampled_from(Level), st.just("token")),
    st.builds(RepliedElsewhere, persons, is_agent=st.booleans()),
    st.builds(Noted, persons),
    st.builds(AutomaticArrived, st.none() | persons, st.just("it says so")),
    st.builds(Undeliverable, st.just("a@b.test"), st.just("full")),
    st.builds(CopyArrived, st.sampled_from(["support@acme.test", "hi@acme.test"]), st.booleans()),
    st.builds(PulledIn, persons),
    st.builds(Acknowledged, st.just("a@b.test")),
    st.builds(NotAcknowledged, st.just("brake")),
)


class Life(RuleBasedStateMachine):
    """One ticket to which anything happens, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.ticket = ticket()
        self.before = self.ticket
        self.is_ours = False  # one of our people acted

    @rule(event=events, hours=st.integers(0, 100))
    def happen(self, event: Event, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.before = self.ticket
        decision = decide(self.ticket, event, now=self.now)
        self.ticket = decision.ticket
        if self.before.merged_into is None:
            wrote = isinstance(event, Noted | RepliedElsewhere)
            opened = isinstance(event, Opened) and event.kind in {MessageKind.NOTE, MessageKind.PUBLIC}
            self.is_ours |= wrote or opened
        kinds = [type(effect) for effect in decision.effects]
        assert kinds in ([], [Acknowledge], [TellAgents], [Acknowledge, TellAgents])
        assert Acknowledge not in kinds or isinstance(event, Opened | CopyArrived)

    @rule()
    def move_away(self) -> None:
        self.happen(MovedAway(99), 0)

    @rule(days=st.integers(0, 30))
    def close(self, days: int) -> None:
        """As `#close` will: only decide() may change a status, so the state is put there by hand."""
        if self.ticket.merged_into is None:
            self.now += timedelta(days=days)
            self.ticket = replace(
                self.ticket, status=CLOSED, closed_at=self.now, resolution=Resolution.CONFIRMED, owner=self.ticket.owner
            )
            self.before = self.ticket

    @invariant()
    def is_sound(self) -> None:
        check_sound(self.ticket)

    @invariant()
    def remembers_that_a_person_of_ours_worked_on_it(self) -> None:
        assert self.ticket.touched == self.is_ours

    @invariant()
    def keeps_its_owner_and_what_it_is(self) -> None:
        assert self.before.owner is None or self.ticket.owner == self.before.owner
        assert self.ticket.number == self.before.number
        assert self.ticket.requester == self.before.requester
        assert self.before.merged_into is None or self.ticket == self.before


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
