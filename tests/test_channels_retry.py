from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channels.retry import BY_MAIL, BY_POST, SPREAD, next_attempt

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
jitters = st.floats(0, 1)


def test_the_wait_doubles_from_a_minute_to_four_hours() -> None:
    waits = []
    for attempts in range(1, 12):
        due = next_attempt(attempts, START, START, 0.0)
        assert due is not None
        waits.append((due - START) / timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


@given(st.integers(-5, 10_000), jitters)
def test_no_wait_is_shorter_or_longer_than_said(attempts: int, jitter: float) -> None:
    due = next_attempt(attempts, START, START, jitter)
    assert due is not None
    assert timedelta(minutes=1) <= due - START <= BY_MAIL.longest * (1 + SPREAD)


@given(st.integers(1, 20), jitters, st.floats(1, 86_400))
def test_what_the_other_side_asks_for_wins(attempts: int, jitter: float, after: float) -> None:
    due = next_attempt(attempts, START, START, jitter, after)
    assert due is not None
    assert due - START >= timedelta(seconds=after)


@given(jitters)
def test_a_mail_is_tried_for_five_days_and_then_given_up(jitter: float) -> None:
    now, attempts = START, 1
    while (due := next_attempt(attempts, START, now, jitter)) is not None:
        assert now < due <= START + BY_MAIL.life
        now, attempts = due, attempts + 1
    assert now == START + BY_MAIL.life
    assert 30 <= attempts <= 45


def test_nobody_is_asked_before_the_time_that_they_named() -> None:
    late = START + BY_MAIL.life - timedelta(hours=1)
    assert next_attempt(30, START, late, 0.0) == START + BY_MAIL.life
    assert next_attempt(30, START, late, 0.0, after=7200) is None
    assert next_attempt(30, START, START + BY_MAIL.life, 0.0) is None


@given(st.floats(allow_nan=False, allow_infinity=True), st.floats(allow_nan=False))
def test_no_number_that_a_server_may_say_breaks_it(after: float, jitter: float) -> None:
    due = next_attempt(1, START, START, jitter, after)
    assert due is None or due > START


def test_a_post_is_tried_for_a_day_and_every_quarter_of_an_hour() -> None:
    assert next_attempt(30, START, START, 0.0, None, BY_POST) == START + timedelta(minutes=15)
    assert next_attempt(30, START, START + timedelta(days=1), 0.0, None, BY_POST) is None
