"""The next step of a ticket as a table, what a late step does to those after it, and how a backlog goes out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets_world import ticket
from tickets.backlog import LEAD, MISSED, OVERDUE, Late, is_late, spread
from tickets.events import Event, NudgesUnanswered, StaysPending, StillPending, SurveyDue, Woke
from tickets.hours import Calendar, Calendars, count_days, is_open
from tickets.lifecycle import decide
from tickets.model import Resolution, Rung, Status, Ticket
from tickets.schedule import (
    ScheduleSettings,
    Step,
    Timetable,
    Waited,
    day_of,
    due_step,
    end_of_waiting,
    next_step,
    rung_at,
)

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
OURS = Timetable()
PENDING = replace(ticket(status=Status.PENDING), account=None, owner=5, pending_since=MONDAY)
CLOSED = replace(
    ticket(status=Status.CLOSED, closed_days=1), resolution=Resolution.CONFIRMED, closed_at=MONDAY, owner=5
)
OFF = {f"{name}_day": 0 for name in ("foretell", "first_nudge", "second_nudge", "ce", "forewarn", "close")}


def with_days(**days: int) -> Timetable:
    return Timetable(ScheduleSettings(**days))


# The ticket, the days → what comes next, and on which day of March (10 o'clock); None: nothing
TABLE: list[tuple[Ticket, Timetable, Event | None, int]] = [
    (PENDING, OURS, StillPending(Rung.FORETELL), 4),
    (replace(PENDING, rung=Rung.FORETELL), OURS, StillPending(Rung.FIRST_NUDGE), 5),
    (replace(PENDING, rung=Rung.FIRST_NUDGE), OURS, StillPending(Rung.SECOND_NUDGE), 11),
    (replace(PENDING, rung=Rung.SECOND_NUDGE), OURS, StillPending(Rung.CALL_CE), 16),
    (replace(PENDING, rung=Rung.CALL_CE), OURS, StillPending(Rung.FOREWARN), 18),
    (replace(PENDING, rung=Rung.FOREWARN), OURS, StillPending(Rung.CLOSE), 19),
    (replace(PENDING, rung=Rung.CLOSE), OURS, None, 0),
    # late steps move those after them
    (replace(PENDING, rung=Rung.FIRST_NUDGE, slipped=2), OURS, StillPending(Rung.SECOND_NUDGE, 2), 13),
    # what is switched off is left out
    (PENDING, with_days(foretell_day=0), StillPending(Rung.FIRST_NUDGE), 5),
    (PENDING, with_days(foretell_day=2, first_nudge_day=0), StillPending(Rung.SECOND_NUDGE), 11),
    (replace(PENDING, rung=Rung.SECOND_NUDGE), with_days(ce_day=0), StillPending(Rung.FOREWARN), 18),
    (replace(PENDING, rung=Rung.CALL_CE), with_days(forewarn_day=0), StillPending(Rung.CLOSE), 19),
    (replace(PENDING, rung=Rung.CALL_CE), with_days(close_day=0), None, 0),
    (PENDING, with_days(**OFF), None, 0),
    # nobody's ticket is closed unawares
    (replace(PENDING, rung=Rung.CALL_CE), with_days(first_nudge_day=0, second_nudge_day=0), None, 0),
    # whoever does not owe an answer, or not since a known moment, is left in peace
    (replace(PENDING, pending_since=None), OURS, None, 0),
    (replace(PENDING, status=Status.OPEN), OURS, None, 0),
    (replace(PENDING, merged_into=7), OURS, None, 0),
    # a snooze, before or after other steps
    (replace(PENDING, snoozed_until=MONDAY + timedelta(days=1)), OURS, Woke(), 3),
    (replace(PENDING, snoozed_until=MONDAY + timedelta(days=9)), OURS, StillPending(Rung.FORETELL), 4),
    (replace(ticket(status=Status.NEW), snoozed_until=MONDAY), OURS, Woke(), 2),
    (ticket(status=Status.NEW), OURS, None, 0),
    # the survey
    (CLOSED, OURS, SurveyDue(), 3),
    (CLOSED, Timetable(ScheduleSettings(survey_hours=48)), SurveyDue(), 4),
    (CLOSED, Timetable(ScheduleSettings(survey_hours=0)), None, 0),
    (replace(CLOSED, surveyed=True), OURS, None, 0),
    (replace(CLOSED, resolution=Resolution.SPAM), OURS, None, 0),
    (replace(CLOSED, resolution=Resolution.DUPLICATE), OURS, None, 0),
    (replace(CLOSED, merged_into=7), OURS, None, 0),
    (replace(CLOSED, resolution=Resolution.NO_RESPONSE), OURS, SurveyDue(), 3),
]


@pytest.mark.parametrize(("given", "timetable", "event", "day"), TABLE)
def test_what_comes_next(given: Ticket, timetable: Timetable, event: Event | None, day: int) -> None:
    expected = Step(datetime(2026, 3, day, 10, tzinfo=UTC), event) if event is not None else None
    assert next_step(given, timetable) == expected
    if expected is not None:
        assert due_step(given, timetable, expected.at - timedelta(seconds=1)) is None
        assert due_step(given, timetable, expected.at) == expected


def test_every_rung_stands_in_the_table() -> None:
    shown = {event.rung for _, _, event, _ in TABLE if isinstance(event, StillPending)}
    assert shown == set(Rung)


def test_the_tickets_own_calendar_counts() -> None:
    six_days = Calendar(days=(0, 1, 2, 3, 4, 5), opens=0, closes=1440)
    timetable = Timetable(calendars=Calendars(accounts={"Globex": six_days}))
    assert rung_at(PENDING, Rung.CLOSE, timetable) == datetime(2026, 3, 19, 10, tzinfo=UTC)
    theirs = replace(PENDING, account="Globex")
    assert rung_at(theirs, Rung.CLOSE, timetable) == datetime(2026, 3, 17, 10, tzinfo=UTC)


def test_a_step_that_comes_late_moves_those_after_it_by_as_many_business_days() -> None:
    waiting = replace(PENDING, rung=Rung.FORETELL)
    late = due_step(waiting, OURS, datetime(2026, 3, 12, 15, tzinfo=UTC))
    assert late is not None
    assert late.event == StillPending(Rung.FIRST_NUDGE, slipped=5)
    after = decide(waiting, late.event, now=MONDAY + timedelta(days=10)).ticket
    following = next_step(after, OURS)
    assert following == Step(datetime(2026, 3, 18, 10, tzinfo=UTC), StillPending(Rung.SECOND_NUDGE, slipped=5))


def test_a_step_that_comes_within_its_day_moves_nothing() -> None:
    waiting = replace(PENDING, rung=Rung.FORETELL)
    taken = due_step(waiting, OURS, datetime(2026, 3, 6, 9, 59, tzinfo=UTC))
    assert taken is not None
    assert taken.event == StillPending(Rung.FIRST_NUDGE)


@pytest.mark.parametrize(
    ("waited", "closes"),
    [
        (Waited(2, 2), True),
        (Waited(1, 1), True),
        (Waited(2, 1), False),
        (Waited(2, 0), False),
        (Waited(2, 2, is_undeliverable=True), False),
    ],
)
def test_it_closes_only_where_every_reminder_was_sent_and_could_arrive(waited: Waited, *, closes: bool) -> None:
    end = end_of_waiting(waited)
    assert isinstance(end, NudgesUnanswered if closes else StaysPending)
    assert not isinstance(end, StaysPending) or end.why


days = st.integers(0, 20)
timetables = st.builds(
    lambda first, gaps, off: Timetable(_climbing(first, gaps, off)),
    st.integers(1, 4),
    st.lists(st.integers(1, 5), min_size=5, max_size=5),
    st.sets(st.integers(0, 5)),
)


def _climbing(first: int, gaps: list[int], off: set[int]) -> ScheduleSettings:
    climbing = [first]
    for gap in gaps:
        climbing.append(climbing[-1] + gap)
    return ScheduleSettings(**{name: 0 if at in off else climbing[at] for at, name in enumerate(OFF)})


@settings(max_examples=150, deadline=None)
@given(timetables, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.lists(st.integers(0, 400), max_size=12))  # noqa: DTZ001 bounds are naive
def test_each_step_comes_once_in_order_within_the_hours_and_keeps_its_distance_from_a_late_one(
    timetable: Timetable, start: datetime, delays: list[int]
) -> None:
    """Whatever the days are, and however many hours late each step is taken."""
    assert timetable.settings.misplaced_day() is None
    waiting = replace(PENDING, pending_since=start.replace(tzinfo=UTC))
    taken: list[tuple[Rung, datetime]] = []
    for delay in [*delays, *([0] * 12)]:
        step = next_step(waiting, timetable)
        if step is None:
            break
        assert is_open(timetable.calendar_of(waiting), step.at)
        now = step.at + timedelta(hours=delay)
        due = due_step(waiting, timetable, now)
        assert due is not None
        assert isinstance(due.event, StillPending)
        for before, moment in taken[-1:]:
            gap = day_of(due.event.rung, timetable.settings) - day_of(before, timetable.settings)
            assert step.at > moment
            assert count_days(timetable.calendar_of(waiting), moment, step.at) >= gap - 1
        taken.append((due.event.rung, now))
        waiting = decide(waiting, due.event, now=now).ticket
    wanted = [rung for rung in Rung if rung_at(replace(PENDING, pending_since=MONDAY), rung, timetable) is not None]
    assert [rung for rung, _ in taken] == wanted


def test_a_day_that_is_no_later_than_one_before_it_is_named() -> None:
    assert ScheduleSettings().misplaced_day() is None
    assert ScheduleSettings(first_nudge_day=2).misplaced_day() == "first_nudge_day"
    assert ScheduleSettings(first_nudge_day=8).misplaced_day() == "second_nudge_day"
    assert ScheduleSettings(**OFF).misplaced_day() is None


def test_a_timetable_is_known_again_by_its_fingerprint_and_another_is_another() -> None:
    assert Timetable().fingerprint() == OURS.fingerprint()
    others = {
        with_days(close_day=14).fingerprint(),
        Timetable(calendars=Calendars(Calendar(country="DE"))).fingerprint(),
        Timetable(calendars=Calendars(accounts={"Globex": Calendar()})).fingerprint(),
    }
    assert len(others | {OURS.fingerprint()}) == 4


def test_a_step_is_late_after_a_day_and_keeps_the_turn_that_it_has_for_an_hour() -> None:
    now = MONDAY
    assert not is_late(now - OVERDUE, now - OVERDUE, now)
    long_ago = now - OVERDUE - timedelta(seconds=1)
    assert is_late(long_ago, long_ago, now)
    assert not is_late(long_ago, now - MISSED, now)
    assert is_late(long_ago, now - MISSED - timedelta(seconds=1), now)


late_steps = st.lists(
    st.builds(
        Late,
        st.integers(1, 500),
        st.integers(1, 900).map(lambda hours: MONDAY - timedelta(hours=hours)),
        st.sampled_from([Woke(), StillPending(Rung.FIRST_NUDGE), StillPending(Rung.CLOSE), SurveyDue()]),
    ),
    max_size=40,
    unique_by=lambda step: step.number,
)


@settings(max_examples=150, deadline=None)
@given(late_steps, st.none() | st.integers(-90, 900), st.integers(1, 400))
def test_turns_are_far_enough_apart_after_those_given_before_and_nobody_is_forgotten(
    steps: list[Late], minutes: int | None, an_hour: int
) -> None:
    last = MONDAY + timedelta(minutes=minutes) if minutes is not None else None
    turns = spread(steps, last, MONDAY, an_hour)
    assert {number for number, _ in turns} == {step.number for step in steps}
    gap = timedelta(hours=1) / an_hour
    moments = [moment for _, moment in turns]
    apart = [later - earlier for earlier, later in pairwise(moments)]
    assert all(abs(each - gap) < timedelta(milliseconds=1) for each in apart)
    assert all(moment >= MONDAY + LEAD for moment in moments)
    assert last is None or all(moment > last for moment in moments)


def test_our_own_people_come_first_then_those_who_wait_longest_and_surveys_last() -> None:
    steps = [
        Late(1, MONDAY - timedelta(days=9), SurveyDue()),
        Late(2, MONDAY - timedelta(days=3), StillPending(Rung.FIRST_NUDGE)),
        Late(3, MONDAY - timedelta(days=5), StillPending(Rung.CLOSE)),
        Late(4, MONDAY - timedelta(days=2), Woke()),
    ]
    assert [number for number, _ in spread(steps, None, MONDAY, 60)] == [4, 3, 2, 1]


def test_what_waits_for_its_hours_gets_its_turn_when_they_begin_and_after_what_need_not_wait() -> None:
    opens = MONDAY + timedelta(hours=2)
    steps = [
        Late(1, MONDAY - timedelta(days=3), StillPending(Rung.FIRST_NUDGE), opens),
        Late(2, MONDAY - timedelta(days=4), StillPending(Rung.CLOSE), opens),
        Late(3, MONDAY - timedelta(days=2), SurveyDue()),
    ]
    minute = timedelta(minutes=1)
    assert spread(steps, None, MONDAY, 60) == ((3, MONDAY + LEAD), (2, opens), (1, opens + minute))
    assert spread(steps[:2], opens, MONDAY, 60) == ((2, opens + minute), (1, opens + 2 * minute))
