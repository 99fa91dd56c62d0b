"""Whole lives of a ticket: anything happens in any order, against a model of a few lines."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mail.model import Level
from tests.test_tickets_lifecycle import check_sound
from tests.tickets_world import ticket
from tickets.events import (
    Assigned,
    Called,
    Closed,
    CopyArrived,
    CustomerWrote,
    Event,
    Fixed,
    Held,
    Merged,
    MovedAway,
    Noted,
    NudgesUnanswered,
    Opened,
    PrioritySet,
    Recalled,
    Recorded,
    Replied,
    RepliedElsewhere,
    RequesterChanged,
    Snoozed,
    StatusSet,
    Woke,
)
from tickets.lifecycle import decide
from tickets.model import MessageKind, Priority, Resolution, Status

NEW, OPEN, PENDING, ON_HOLD, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED
START = datetime(2026, 1, 1, tzinfo=UTC)
persons = st.integers(1, 9)
statuses = st.sampled_from([OPEN, PENDING])
moments = st.none() | st.builds(lambda days: START + timedelta(days=days), st.integers(0, 900))
KINDS: dict[type[Event], st.SearchStrategy[Event]] = {
    Opened: st.builds(Opened, persons, st.sampled_from(MessageKind), st.sampled_from(Level)),
    CustomerWrote: st.builds(
        CustomerWrote, st.none() | persons, st.sampled_from(Level), st.just("token"), st.booleans()
    ),
    RepliedElsewhere: st.builds(RepliedElsewhere, persons, is_agent=st.booleans()),
    Replied: st.builds(Replied, persons, keep_open=st.booleans()),
    Assigned: st.builds(Assigned, persons, st.none() | persons),
    StatusSet: st.builds(StatusSet, persons, statuses),
    Held: st.builds(Held, persons, st.just("ACME-7")),
    Fixed: st.builds(Fixed, persons, st.just("ACME-7"), told=st.booleans()),
    Closed: st.builds(Closed, persons, st.sampled_from(sorted(set(Resolution) - {Resolution.DUPLICATE}))),
    Snoozed: st.builds(Snoozed, persons, moments),
    Woke: st.builds(Woke),
    PrioritySet: st.builds(PrioritySet, persons, st.sampled_from(Priority)),
    Merged: st.builds(Merged, persons, st.just(99)),
}
events: st.SearchStrategy[Event] = st.one_of(
    *(KINDS[kind] if kind in KINDS else st.from_type(kind) for kind in get_args(Event) if kind is not CopyArrived),
    st.builds(CopyArrived, st.sampled_from(["support@acme.test", "hi@acme.test"]), st.booleans()),
)


@dataclass
class Model:
    """What a person would remember of a ticket."""

    status: Status = NEW
    owner: int | None = None
    asleep: datetime | None = None
    merged: bool = False
    waits: bool = False  # for the customer, with the days counted

    def happen(self, event: Event) -> None:
        if not self.merged:
            self._change(event)
            if self.status in {OPEN, PENDING, ON_HOLD} and self.owner is None:
                self.status = NEW
            asked = isinstance(event, Replied | RepliedElsewhere) or _says_pending(event)
            aside = isinstance(event, Snoozed) and event.until is not None
            self.waits = self.status is PENDING and (asked or self.waits) and not aside

    def _change(self, event: Event) -> None:
        closed = self.status is CLOSED
        match event:
            case CustomerWrote():
                self.asleep = None
                self.status = CLOSED if closed and event.thanks else OPEN
            case Replied():
                self.owner = self.owner or event.author
                self.status = OPEN if event.keep_open else CLOSED if closed else PENDING
            case RepliedElsewhere(is_agent=True) if not closed:
                self.owner = self.owner or event.author
                self.status = PENDING if self.status in {NEW, OPEN} else self.status
            case Recalled():
                self.status = OPEN if self.status is PENDING else self.status
            case StatusSet() | Held():
                self.owner = self.owner or event.author
                self.status = event.status if isinstance(event, StatusSet) else ON_HOLD
            case _:
                self._close_or_move(event, closed=closed)

    def _close_or_move(self, event: Event, *, closed: bool) -> None:
        match event:
            case Closed() | Merged() | MovedAway():
                self.status, self.asleep, self.merged = CLOSED, None, not isinstance(event, Closed)
            case Assigned() if not closed:
                self.owner, self.status = event.owner, OPEN if self.status is NEW else self.status
            case Fixed() if not closed:
                self.status = PENDING if event.told else OPEN
            case Snoozed() if not closed:
                self.asleep = event.until
            case Woke():
                self.asleep = None
            case NudgesUnanswered() if self.status is PENDING and self.waits:
                self.status, self.asleep = CLOSED, None
            case _:
                pass


def _says_pending(event: Event) -> bool:
    return (isinstance(event, StatusSet) and event.status is PENDING) or (isinstance(event, Fixed) and event.told)


class Life(RuleBasedStateMachine):
    """One ticket to which anything happens, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.ticket = self.before = ticket()
        self.model = Model()

    @rule(event=events, hours=st.integers(0, 400))
    def happen(self, event: Event, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.before = self.ticket
        self.ticket = decide(self.ticket, event, now=self.now).ticket
        self.model.happen(event)
        if isinstance(event, Recorded):
            assert self.ticket == self.before
        if not isinstance(event, RequesterChanged):
            assert self.ticket.requester == self.before.requester
        if isinstance(event, Noted | Called) and self.before.merged_into is None:
            by_a_rule = isinstance(event, Called) and event.author is None
            assert self.ticket.touched is (self.before.touched or not by_a_rule)

    @invariant()
    def is_as_the_model_says(self) -> None:
        seen = Model(
            self.ticket.status,
            self.ticket.owner,
            self.ticket.snoozed_until,
            self.ticket.merged_into is not None,
            self.ticket.pending_since is not None,
        )
        assert seen == self.model

    @invariant()
    def is_sound(self) -> None:
        check_sound(self.ticket)
        assert self.ticket.number == self.before.number
        assert self.before.merged_into is None or self.ticket == self.before
        assert self.ticket.touched or not self.before.touched

    @invariant()
    def was_closed_when_it_says_so(self) -> None:
        if self.ticket.status is CLOSED and self.before.status is CLOSED and self.before.closed_at is not None:
            assert self.ticket.closed_at == self.before.closed_at


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
