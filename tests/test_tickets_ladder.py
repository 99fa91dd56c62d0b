"""A call that nobody answers goes up its ladder: each step once, in order, until somebody reacts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Level
from tickets.events import (
    Assigned,
    AutomaticArrived,
    Called,
    Closed,
    CustomerWrote,
    Event,
    Held,
    Merged,
    MovedAway,
    Noted,
    PrioritySet,
    Replied,
    RepliedElsewhere,
    StatusSet,
    Woke,
)
from tickets.ladder import CALL, REMINDER, Climb, Ended, Ladder, OpenCall, Rung, ending, step
from tickets.model import Priority, Resolution, Status

ASKED = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
LADDER = Ladder(
    2 * HOUR, (Rung("teammates", ("team",), "C024BE91L", 3 * HOUR), Rung("engineering", ("oncall",), None, 4 * HOUR))
)
CALLER, ENGINEER = 1, 2


def call(rung: int = CALL, due: timedelta | None = 2 * HOUR, author: int | None = CALLER) -> OpenCall:
    due_at = ASKED + due if due is not None else None
    return OpenCall(7, 42, "ce", None, author, "Anna", "#call by Anna", "Help", rung, ASKED, due_at)


def test_nothing_happens_before_it_is_due() -> None:
    assert step(call(), (), LADDER, ASKED + 2 * HOUR - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (CALL, Climb(REMINDER, ASKED + 5 * HOUR)),  # three more to the teammates
        (REMINDER, Climb(2, ASKED + 6 * HOUR)),
        (2, Climb(3, None)),
    ],
)
def test_the_reminder_comes_first_then_one_step_after_the_other(rung: int, expected: Climb) -> None:
    assert step(call(rung), (), LADDER, ASKED + 2 * HOUR) == expected


def test_without_a_ladder_the_reminder_is_the_last_step() -> None:
    assert step(call(), (), Ladder(2 * HOUR), ASKED + 2 * HOUR) == Climb(REMINDER, None)


def test_however_late_it_is_one_step_is_taken_and_the_next_waits_as_ever() -> None:
    late = ASKED + timedelta(days=2)
    assert step(call(), (), LADDER, late) == Climb(REMINDER, late + 3 * HOUR)


def test_steps_that_would_only_ask_those_again_who_were_called_are_left_out() -> None:
    assert [rung.name for rung in LADDER.without("team").rungs] == ["engineering"]
    assert LADDER.without("ce") == LADDER


REACTIONS: list[Event] = [
    Noted(ENGINEER),
    Replied(ENGINEER),
    RepliedElsewhere(ENGINEER, is_agent=False),
    StatusSet(ENGINEER, Status.PENDING),
    Held(ENGINEER, "ACME-7"),
    Assigned(ENGINEER, ENGINEER),
    Assigned(CALLER, CALLER),
]
ENDS: list[Event] = [Closed(CALLER, Resolution.CONFIRMED), Merged(CALLER, 41), MovedAway(41)]
NO_REACTIONS: list[Event] = [
    Noted(CALLER),
    Noted(None),
    Replied(CALLER),
    RepliedElsewhere(CALLER, is_agent=True),
    CustomerWrote(3, Level.PROVEN, "token"),
    AutomaticArrived(ENGINEER, "out of office"),
    Assigned(ENGINEER, None),
    Called(ENGINEER, "team"),
    PrioritySet(ENGINEER, Priority.HIGH),
    Held(CALLER, "ACME-7"),
    Woke(),
]


@pytest.mark.parametrize("event", REACTIONS, ids=repr)
def test_whoever_reacts_ends_it(event: Event) -> None:
    at = ASKED + HOUR
    assert step(call(), [(at, event)], LADDER, ASKED + 9 * HOUR) == Ended(at, reacted=True)


@pytest.mark.parametrize("event", ENDS, ids=repr)
def test_a_ticket_that_is_closed_or_merged_ends_it_without_a_reaction(event: Event) -> None:
    at = ASKED + HOUR
    assert step(call(), [(at, event)], LADDER, ASKED + 9 * HOUR) == Ended(at, reacted=False)


@pytest.mark.parametrize("event", NO_REACTIONS, ids=repr)
def test_what_is_no_reaction_ends_nothing(event: Event) -> None:
    assert isinstance(step(call(), [(ASKED + HOUR, event)], LADDER, ASKED + 2 * HOUR), Climb)


@pytest.mark.parametrize("event", [*REACTIONS, *ENDS], ids=repr)
def test_what_was_there_before_or_came_with_the_call_ends_nothing(event: Event) -> None:
    assert ending(call(), [(ASKED - HOUR, event), (ASKED, event)]) is None


def test_where_no_person_called_a_note_of_anybody_is_a_reaction() -> None:
    assert ending(call(author=None), [(ASKED + HOUR, Noted(CALLER))]) == Ended(ASKED + HOUR, reacted=True)


# ---------------------------------------------------------------- laws
ladders = st.builds(
    lambda remind, waits: Ladder(
        timedelta(minutes=remind),
        tuple(Rung(str(i), ("team",), None, timedelta(minutes=w)) for i, w in enumerate(waits)),
    ),
    st.integers(1, 300),
    st.lists(st.integers(1, 300), max_size=5),
)


@given(ladders, st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_looked_at_whenever_each_step_comes_once_in_order_and_never_early(ladder: Ladder, pauses: list[int]) -> None:
    at, now, taken = call(due=ladder.remind), ASKED, []
    for pause in pauses:
        now += timedelta(minutes=pause)
        due = at.due_at
        match step(at, (), ladder, now):
            case Climb(rung, due_at):
                assert due is not None
                assert due <= now
                taken.append(rung)
                at = OpenCall(7, 42, "ce", None, CALLER, "Anna", "", "", rung, ASKED, due_at)
            case None:
                assert due is None or due > now
            case Ended():
                raise AssertionError("nobody reacted")
    assert taken == list(range(1, len(taken) + 1))
    assert len(taken) <= 1 + len(ladder.rungs)


@given(ladders, st.integers(0, 6), st.sampled_from([*REACTIONS, *ENDS]), st.integers(1, 900))
def test_once_somebody_reacted_no_step_follows(ladder: Ladder, rung: int, event: Event, minutes: int) -> None:
    at = ASKED + timedelta(minutes=minutes)
    assert isinstance(step(call(rung), [(at, event)], ladder, at + timedelta(days=9)), Ended)
