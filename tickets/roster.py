"""Everybody of ours who may be called in, when they are away and who stands in, as configured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Absence:
    """The days on which somebody is away, both ends included, on their own calendar."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Person:
    """One of ours; the address is where we write to."""

    name: str
    address: str
    slack: str | None = None  # their member id there
    absences: tuple[Absence, ...] = ()
    stand_in: str | None = None  # the address of whoever is asked while they are away
    zone: tzinfo = UTC

    def absence(self, now: datetime) -> Absence | None:
        """The absence that they are in now; the one that ends last, where several hold."""
        day = now.astimezone(self.zone).date()
        held = [each for each in self.absences if each.holds(day)]
        return max(held, key=lambda each: each.last, default=None)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the product."""

    owner: str  # their address
    channel: str | None = None  # the Slack id of its internal channel


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty on these days, whatever the rota says."""

    who: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rota:
    """Whose turn it is to be on call: one after the other, each for the same number of days, from hand-over on."""

    people: tuple[str, ...]  # addresses
    start: date  # when the first of them begins
    days: int = 7
    handover: time = time(9)
    zone: tzinfo = UTC
    shifts: tuple[Shift, ...] = ()

    def duty(self, now: datetime) -> tuple[str, ...]:
        """Whose turn it is now, and behind them those who come next, each once."""
        local = now.astimezone(self.zone)
        day = local.date() if local.time() >= self.handover else local.date() - timedelta(days=1)
        turn = (day - self.start).days // self.days % len(self.people) if self.people else 0
        shifts = [each.who for each in self.shifts if each.first <= day <= each.last]
        return tuple(dict.fromkeys((*shifts, *self.people[turn:], *self.people[:turn])))


@dataclass(frozen=True, slots=True)
class Roster:
    """All of it in one value."""

    people: Mapping[str, Person] = field(default_factory=dict)  # by each of their addresses
    areas: Mapping[str, Area] = field(default_factory=dict)  # by their names in lower case
    team: tuple[str, ...] = ()  # addresses
    oncall: tuple[str, ...] = ()  # addresses, all of whom are asked; not looked at where there is a rota
    rota: Rota | None = None

    def person(self, address: str) -> Person:
        """Whoever has this address; of somebody who is listed nowhere no more is known."""
        return self.people.get(address) or Person(address, address)
