"""What becomes of a call that nobody answers: a reminder, then step by step the ladder, each once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.events import (
    Assigned,
    Closed,
    Event,
    Held,
    Merged,
    MovedAway,
    Noted,
    Replied,
    RepliedElsewhere,
    StatusSet,
)

REACTIONS = (Noted, Replied, RepliedElsewhere, StatusSet, Held)
CALL, REMINDER = 0, 1  # rungs: the call itself, the reminder; behind them those of the ladder


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: who is asked in which channel, so long after the step before it."""

    name: str
    who: tuple[str, ...]  # kinds of callees, or addresses
    channel: str | None
    after: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """All steps. `remind` is how long the call itself waits for an answer."""

    remind: timedelta = timedelta(hours=2)
    rungs: tuple[Rung, ...] = ()

    def without(self, whom: str) -> "Ladder":
        """The same without steps that would only ask those again who were called."""
        return Ladder(self.remind, tuple(rung for rung in self.rungs if rung.who != (whom,)))

    def rung(self, number: int) -> Rung | None:
        """The configured step with that number; None for the call itself, the reminder, and behind the last one."""
        place = number - REMINDER - 1
        return self.rungs[place] if 0 <= place < len(self.rungs) else None

    def due_after(self, number: int, asked_at: datetime) -> datetime | None:
        """When the step behind this one is due, if that was taken at `asked_at`; None behind the last one."""
        if number == CALL:
            return asked_at + self.remind
        following = self.rung(number + 1)
        return asked_at + following.after if following is not None else None


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that has not ended. The author is a person of the store, or None where none of ours called."""

    id: int
    ticket: int
    whom: str
    area: str | None
    author: int | None
    caller: str  # their name, or nothing
    reason: str
    text: str
    rung: int  # the last that was taken
    asked_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The call needs no further step: somebody reacted, or the ticket is closed or went into another one."""

    at: datetime
    reacted: bool


@dataclass(frozen=True, slots=True)
class Climb:
    """Take this step now; the next is due at `due_at`, if there is one."""

    rung: int
    due_at: datetime | None


def ending(call: OpenCall, happened: Iterable[tuple[datetime, Event]]) -> Ended | None:
    """What ended the call, the first thing that did.

    A reaction is what one of ours does on the ticket after the call: a note, an answer to the customer or a status by
    anybody but the caller, or somebody who takes the ticket, the caller included.
    """
    for at, event in happened:
        if at <= call.asked_at:
            continue
        if isinstance(event, Closed | Merged | MovedAway):
            return Ended(at, reacted=False)
        is_theirs = isinstance(event, REACTIONS) and event.author not in {None, call.author}
        if is_theirs or (isinstance(event, Assigned) and event.owner is not None):
            return Ended(at, reacted=True)
    return None


def step(
    call: OpenCall, happened: Iterable[tuple[datetime, Event]], ladder: Ladder, now: datetime
) -> Ended | Climb | None:
    """What the clock does to the call now; None: nothing yet, or nothing any more.

    However late it is, one step is taken at a time, and the next waits for as long as ever.
    """
    ended = ending(call, happened)
    if ended is not None:
        return ended
    if call.due_at is None or call.due_at > now:
        return None
    return Climb(call.rung + 1, ladder.due_after(call.rung + 1, now))
