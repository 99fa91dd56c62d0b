"""Business calendars: days are counted in their hours, over weekends, holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.hours import Calendar, Calendars, add_days, count_days, is_business_day, is_open, knows_holidays

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(zone=BERLIN, country="DE", subdivision="BY")
ALWAYS = Calendar(zone=BERLIN, days=tuple(range(7)), opens=0, closes=1440)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02 10:00", 0, "2026-03-02 10:00"),
        ("2026-03-02 10:00", 3, "2026-03-05 10:00"),
        ("2026-03-02 10:00", 5, "2026-03-09 10:00"),  # over a weekend
        ("2026-03-02 07:15", 1, "2026-03-03 09:00"),  # before opening counts as opening
        ("2026-03-02 07:15", 0, "2026-03-02 09:00"),
        ("2026-03-02 17:00", 0, "2026-03-03 09:00"),  # the closing minute is none of the day's
        ("2026-03-02 22:30", 1, "2026-03-04 09:00"),
        ("2026-03-07 12:00", 1, "2026-03-10 09:00"),  # a Saturday counts as the Monday after
        ("2026-03-27 16:30", 1, "2026-03-30 16:30"),  # the clock goes forward between them
        ("2026-10-23 16:30", 1, "2026-10-26 16:30"),  # and back
        ("2026-04-02 10:00", 1, "2026-04-07 10:00"),  # Good Friday, the weekend, Easter Monday
        ("2026-01-05 10:00", 1, "2026-01-07 10:00"),  # Epiphany is a holiday in Bavaria
        ("2026-12-23 10:00", 3, "2026-12-29 10:00"),  # Christmas on a Friday and a Saturday, and a day of one's own
    ],
)
def test_business_days_are_added_on_the_calendars_own_clock(start: str, days: int, end: str) -> None:
    calendar = Calendar(zone=BERLIN, country="DE", subdivision="BY", closed=(date(2026, 12, 30),))
    assert add_days(calendar, berlin(start), days) == berlin(end)


def test_a_day_of_ones_own_is_no_business_day_and_moves_what_follows() -> None:
    closed = Calendar(closed=(date(2026, 3, 4),))
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert not is_business_day(closed, date(2026, 3, 4))
    assert add_days(closed, monday, 2) == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert add_days(Calendar(), monday, 2) == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_day_with_a_change_of_clocks_has_all_its_hours_of_a_team_that_never_sleeps() -> None:
    forward, back = berlin("2026-03-29 00:00"), berlin("2026-10-25 00:00")
    assert add_days(ALWAYS, forward, 1) - forward.astimezone(UTC) == timedelta(hours=23)
    assert add_days(ALWAYS, back, 1) - back.astimezone(UTC) == timedelta(hours=25)
    late = datetime(2026, 10, 25, 22, 59, tzinfo=UTC)  # the last hour of a day of 25: the next has no such hour
    assert is_open(ALWAYS, add_days(ALWAYS, late, 1))


def test_hours_that_a_change_of_clocks_leaves_out_are_no_business_day() -> None:
    night = Calendar(zone=BERLIN, days=(6,), opens=150, closes=180)  # half past two to three, Sundays
    assert add_days(night, berlin("2026-03-28 12:00"), 0) == berlin("2026-04-05 02:30")


def test_a_calendar_that_never_opens_still_comes_to_an_end() -> None:
    fridays = Calendar(days=(4,), closed=tuple(date(2026, 1, 2) + timedelta(weeks=week) for week in range(200)))
    assert add_days(fridays, datetime(2026, 1, 1, tzinfo=UTC), 1) > datetime(2026, 1, 1, tzinfo=UTC)


def test_a_country_is_known_with_its_parts() -> None:
    assert knows_holidays("DE")
    assert knows_holidays("DE", "BY")
    assert not knows_holidays("DE", "Bavaria-ish")
    assert not knows_holidays("Germany")


def test_an_accounts_calendar_comes_before_its_mailboxs_and_that_before_the_default() -> None:
    calendars = Calendars(Calendar(), {"Globex": OFFICE}, {"hi@acme.test": ALWAYS})
    assert calendars.of("Globex", "hi@acme.test") is OFFICE
    assert calendars.of("Initech", "hi@acme.test") is ALWAYS
    assert calendars.of(None, "support@acme.test") is calendars.default


zones: st.SearchStrategy[tzinfo] = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 bounds are naive
closed = st.lists(st.dates(date(2020, 1, 1), date(2035, 1, 1)), max_size=5).map(lambda days: tuple(sorted(set(days))))
calendars = st.builds(
    lambda zone, days, clock, country, off: Calendar(zone, tuple(sorted(days)), clock[0], clock[1], country, None, off),
    zones,
    st.sets(st.integers(0, 6), min_size=1),
    hours,
    st.sampled_from([None, "DE", "US", "NP", "AU"]),
    closed,
)


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.integers(0, 20))
def test_what_is_added_always_ends_within_the_hours_and_never_before_the_start(
    calendar: Calendar, start: datetime, days: int
) -> None:
    end = add_days(calendar, start, days)
    assert is_open(calendar, end)
    assert end.tzinfo is UTC
    assert end >= start or days == 0
    assert end - start >= timedelta(days=days - 1) - timedelta(hours=3)


@settings(max_examples=150, deadline=None)
@given(calendars, moments, moments, st.integers(0, 20))
def test_what_starts_later_never_ends_earlier(calendar: Calendar, one: datetime, other: datetime, days: int) -> None:
    first, second = sorted((one, other))
    assert add_days(calendar, first, days) <= add_days(calendar, second, days)


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.integers(0, 20))
def test_a_day_more_ends_later_and_two_ways_lead_to_the_same_day(
    calendar: Calendar, start: datetime, days: int
) -> None:
    end, later = add_days(calendar, start, days), add_days(calendar, start, days + 1)
    assert end < later
    assert end.astimezone(calendar.zone).date() < later.astimezone(calendar.zone).date()
    again = add_days(calendar, add_days(calendar, start, 1), days)
    assert again.astimezone(calendar.zone).date() == later.astimezone(calendar.zone).date()


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.integers(0, 20))
def test_counting_turns_adding_back(calendar: Calendar, start: datetime, days: int) -> None:
    end = add_days(calendar, start, days)
    assert count_days(calendar, start, end) == days
    assert count_days(calendar, start, end - timedelta(seconds=1)) == max(0, days - 1)
    assert count_days(calendar, start, start - timedelta(days=3)) == 0
