"""What is overdue after a long silence: it goes out by and by and in order, never in a burst, the admins told first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.events import Event, StillPending, SurveyDue, Woke

OVERDUE = timedelta(days=1)  # from here on a step is late
MISSED = timedelta(hours=1)  # a turn that was not taken within it is given anew
LEAD = timedelta(minutes=15)  # between what the admins are told and the first late step, so that they can say no


@dataclass(frozen=True, slots=True)
class Late:
    """A step that waits for its turn."""

    number: int  # of its ticket
    at: datetime  # when it should have been
    event: Event
    opens: datetime | None = None  # when the hours begin that it waits for


def is_late(at: datetime, turn: datetime, now: datetime) -> bool:
    """Whether a step of that moment needs a new turn; `turn` is the one that it has, at first the moment itself."""
    return now - at > OVERDUE and now - turn > MISSED


def spread(
    steps: Iterable[Late], last: datetime | None, now: datetime, an_hour: int, lead: timedelta = LEAD
) -> tuple[tuple[int, datetime], ...]:
    """The turn of each ticket, at most so many an hour; `last` is the last turn that was given to others.

    What concerns our own people comes first, then what customers wait for, surveys last; of a kind the oldest first.
    What waits for its hours comes from then on.
    """
    gap = timedelta(hours=1) / an_hour
    turns: list[tuple[int, datetime]] = []
    begins = {step: step.opens or now + lead for step in steps}
    for begin in sorted(set(begins.values())):
        together = [step for step in begins if begins[step] == begin]
        first = begin if last is None else max(begin, last + gap)
        ordered = sorted(together, key=lambda step: (_rank(step.event), step.at, step.number))
        turns += ((step.number, first + place * gap) for place, step in enumerate(ordered))
        last = turns[-1][1]
    return tuple(turns)


def _rank(event: Event) -> int:
    match event:
        case Woke():
            return 0
        case StillPending():
            return 1
        case SurveyDue():
            return 3
        case _:
            return 2
