"""Days and times of day as the configuration writes them, in quotes."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def read_days(value: str) -> tuple[date, date]:
    """The first and the last of the days that are meant. Raises ValueError."""
    first, to, last = value.partition(" to ")
    try:
        begin = date.fromisoformat(first.strip())
        return begin, date.fromisoformat(last.strip()) if to else begin
    except ValueError as fault:
        raise ValueError('these are no days; write them like "2026-12-24" or "2026-12-24 to 2027-01-01"') from fault


def _check_days(value: str) -> str:
    first, last = read_days(value)
    if last < first:
        raise ValueError("the last day lies before the first")
    return value


def _check_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError as fault:
        raise ValueError('this is no day; write it like "2026-12-24"') from fault
    return value


def _check_clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError('this is no time of day; write it like "09:00"')
    return value


Days = Annotated[str, AfterValidator(_check_days)]
Day = Annotated[str, AfterValidator(_check_day)]
Clock = Annotated[str, AfterValidator(_check_clock)]
