"""What was put aside is shown so that a person decides quickly, and so that nothing in it can be followed."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.directory import Agent
from tickets.held import Held, arrange, defuse, is_weekly, latest_hour, read_numbers, say_span

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BEN = Agent("Ben", ("ben@us.example",), zone=ZoneInfo("America/New_York"))
_held = st.builds(
    Held,
    st.integers(1, 500),
    st.sampled_from(["a@x.example", "b@x.example", "c@y.example"]),
    st.sampled_from(["", "You won 100 dollars", "You won 2000 dollars!", "RE: you won 3 dollars", "Invoice 12", "hi"]),
    st.just("why"),
    st.just(NOW),
    st.none() | st.floats(-5, 50),
)


def mail(arrival: int, subject: str, score: float | None = 6.0, sender: str = "a@x.example") -> Held:
    return Held(arrival, sender, subject, "why", NOW, score)


def test_the_doubtful_come_first_and_what_has_no_score_before_them() -> None:
    groups = arrange([mail(1, "Cheap watches", 12.0), mail(2, "My question", 5.1), mail(3, "Broken mail", None)])
    assert [group.mails[0].arrival for group in groups] == [3, 2, 1]


def test_look_alikes_are_one_group_whatever_their_numbers_signs_and_senders() -> None:
    subjects = ["You won 100 dollars", "Re: YOU WON 2,000 dollars!!!", "you won dollars"]
    one, other = arrange(
        [*(mail(n, s, 9.0 - n, f"{n}@x.example") for n, s in enumerate(subjects)), mail(9, "Hello", 9)]
    )
    assert {each.arrival for each in one.mails} == {0, 1, 2}
    assert [each.arrival for each in other.mails] == [9]


def test_a_subject_that_says_little_makes_no_look_alikes_of_different_senders() -> None:
    assert len(arrange([mail(1, "Hi", sender="a@x.example"), mail(2, "Hi", sender="b@x.example")])) == 2
    assert len(arrange([mail(1, "", sender="a@x.example"), mail(2, "", sender="a@x.example")])) == 1


@given(st.lists(_held, max_size=30, unique_by=lambda each: each.arrival))
def test_every_mail_stands_in_exactly_one_group_and_groups_are_in_order_of_doubt(mails: list[Held]) -> None:
    groups = arrange(mails)
    shown = [each.arrival for group in groups for each in group.mails]
    assert sorted(shown) == sorted(each.arrival for each in mails)
    assert [group.doubt for group in groups] == sorted(group.doubt for group in groups)
    assert arrange(reversed(mails)) == groups


@pytest.mark.parametrize(
    "text",
    [
        "see http://evil.example/x",
        "HTTPS://evil.example",
        "www.evil.example",
        "evil.example",
        "mailto:a@evil.example",
        "a@evil.example",
        "ftp://evil.example",
        "xn--evl-hoa.example/path",
        "bücher.example",
        "1.evil.co.uk",
    ],
)
def test_nothing_in_a_defused_text_is_taken_for_a_link(text: str) -> None:
    safe = defuse(text)
    assert "@" not in safe
    assert not re.search(r"(?i)(?:https?|ftp|mailto):", safe)
    assert not re.search(r"\w\.[^\W\d_]{2,}", safe)
    assert "evil" in safe or "evl" in safe or "cher" in safe


def test_figures_and_sentences_stay_as_they_are() -> None:
    assert defuse("score 5.2: it is like spam (+4.1). Look!") == "score 5.2: it is like spam (+4.1). Look!"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("3", "5"), (3, 5)),
        (("3,5",), (3, 5)),
        (("3-5", "4"), (3, 4, 5)),
        (("#3",), (3,)),
        (("1-9",), tuple(range(1, 10))),
    ],
)
def test_numbers_are_read_as_people_write_them(words: tuple[str, ...], numbers: tuple[int, ...]) -> None:
    assert read_numbers(words, 9) == numbers


@pytest.mark.parametrize("words", [(), ("0",), ("10",), ("5-3",), ("a",), ("3-",), ("-3",), ("3-99999999999",), ("²",)])
def test_what_is_no_number_of_the_digest_is_told(words: tuple[str, ...]) -> None:
    assert isinstance(read_numbers(words, 9), str)


def test_a_digest_tells_of_what_was_held_until_the_readers_own_hour() -> None:
    eight = datetime(2026, 3, 2, 13, tzinfo=UTC)  # in New York
    assert latest_hour(BEN, 8, eight - timedelta(seconds=1)) == eight - timedelta(days=1)
    assert latest_hour(BEN, 8, eight) == eight
    assert latest_hour(BEN, 8, eight + timedelta(hours=23)) == eight
    assert latest_hour(BEN, 8, eight + timedelta(hours=24)) == eight + timedelta(hours=24)


def test_the_day_on_which_clocks_change_has_its_digest_too() -> None:
    for day in (7, 8, 9):  # clocks go forward on the 8th
        morning = datetime(2026, 3, day, 8, tzinfo=BEN.zone).astimezone(UTC)
        assert latest_hour(BEN, 8, morning) == morning
        assert latest_hour(BEN, 8, morning - timedelta(minutes=1)) < morning


def test_the_figure_of_the_week_is_told_on_the_readers_monday() -> None:
    assert is_weekly(BEN, datetime(2026, 3, 2, 13, tzinfo=UTC))
    assert not is_weekly(BEN, datetime(2026, 3, 2, 3, tzinfo=UTC))  # it is Sunday evening there


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=5), "1 min"),
        (timedelta(minutes=89), "89 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 d"),
    ],
)
def test_spans_are_told_in_one_rough_unit(span: timedelta, said: str) -> None:
    assert say_span(span) == said
