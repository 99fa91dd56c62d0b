"""Business calendars: on which days and at which hours a team works, and what is so many business days from now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays
from holidays.version import __version__

DEFAULT_CALENDAR = "default"  # the name of the calendar that serves where nothing else does
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SOURCE = f"holidays {__version__}"  # whose word public holidays are
_DAY_MINUTES = 24 * 60
_MOST_CLOSED = 366  # days without an open one in between: then holidays are no longer looked at
_MOST_DAYS = 5000  # that are ever counted
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a team works, on its own clock; `opens` and `closes` are minutes after midnight, 1440 is the next one."""

    zone: tzinfo = UTC
    days: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    opens: int = 9 * 60
    closes: int = 17 * 60
    country: str | None = None  # ISO 3166-1: its public holidays are no business days
    subdivision: str | None = None  # ISO 3166-2, without the country
    closed: tuple[date, ...] = ()  # further days off


@dataclass(frozen=True, slots=True)
class Calendars:
    """Which calendar a ticket goes by: its account's, else its mailbox's, else the default one."""

    default: Calendar = field(default_factory=Calendar)
    accounts: Mapping[str, Calendar] = field(default_factory=dict)
    mailboxes: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, account: str | None, mailbox: str) -> Calendar:
        """The calendar of a ticket of that account in that mailbox."""
        return self.accounts.get(account or "") or self.mailboxes.get(mailbox) or self.default


def knows_holidays(country: str, subdivision: str | None = None) -> bool:
    """Whether the holidays of that country, and of that part of it, are known."""
    known = holidays.list_supported_countries()
    return country in known and (subdivision is None or subdivision in known[country])


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Whether the team works on that day of its own calendar."""
    if day.weekday() not in calendar.days or day in calendar.closed:
        return False
    return calendar.country is None or day not in _public(calendar.country, calendar.subdivision, day.year)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether the team works at that moment; the closing minute is none of its hours."""
    hours = _hours_of(calendar, moment.astimezone(calendar.zone).date())
    return hours is not None and hours[0] <= moment < hours[1]


def add_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The moment that many business days later, as long after opening as `start` is; it is always open then.

    What starts outside of the hours starts with the next opening, also for 0 days. The result is in UTC.
    """
    day, since_opening = _position(calendar, start)
    for _ in range(days):
        day = next(_business_days(calendar, day + timedelta(days=1)))
    opens, closes = _certain_hours(calendar, day)
    return min(opens + since_opening, closes - _SECOND)


def count_days(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The most business days that `add_days` can add to `start` without coming after `end`; 0 where none can."""
    day, since_opening = _position(calendar, start)
    for count, later in enumerate(_business_days(calendar, day + timedelta(days=1))):
        opens, closes = _certain_hours(calendar, later)
        if min(opens + since_opening, closes - _SECOND) > end or count == _MOST_DAYS:
            return count
    return 0


def _position(calendar: Calendar, moment: datetime) -> tuple[date, timedelta]:
    """The business day that a moment counts to, and how long after its opening."""
    today = moment.astimezone(calendar.zone).date()
    hours = _hours_of(calendar, today)
    if hours is not None and moment < hours[1]:
        return today, max(moment - hours[0], timedelta(0))
    return next(_business_days(calendar, today + timedelta(days=1))), timedelta(0)


def _business_days(calendar: Calendar, first: date) -> Iterator[date]:
    """The days on which the team works, from `first` on. There is always a next one, whatever the calendar says."""
    day, closed = first, 0
    while True:
        if _hours_of(calendar, day) is not None or closed >= _MOST_CLOSED:
            yield day
            closed = 0
        else:
            closed += 1
        day += timedelta(days=1)


def _hours_of(calendar: Calendar, day: date) -> tuple[datetime, datetime] | None:
    """Opening and closing of a day in UTC; None where the team does not work, or a change of clocks leaves no time."""
    if not is_business_day(calendar, day):
        return None
    opens, closes = _certain_hours(calendar, day)
    return (opens, closes) if opens < closes and opens.astimezone(calendar.zone).date() == day else None


def _certain_hours(calendar: Calendar, day: date) -> tuple[datetime, datetime]:
    return _at(calendar, day, calendar.opens), _at(calendar, day, calendar.closes)


def _at(calendar: Calendar, day: date, minutes: int) -> datetime:
    """That time of that day; one that the clock leaves out counts as it would have before the change."""
    days, minutes = divmod(minutes, _DAY_MINUTES)
    clock = time(*divmod(minutes, 60))
    return datetime.combine(day + timedelta(days=days), clock, calendar.zone).astimezone(UTC)


@lru_cache(maxsize=512)
def _public(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
