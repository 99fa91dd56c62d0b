"""What the clock does to a ticket by itself, and when: the next step is a pure function of the ticket."""

from dataclasses import dataclass
from datetime import datetime

from tickets.events import Event, Woke
from tickets.model import Ticket


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at that moment unless something else happens before."""

    at: datetime
    event: Event


def next_step(ticket: Ticket) -> Step | None:
    """The step that is due first; None where the clock has nothing to do for this ticket."""
    return Step(ticket.snoozed_until, Woke()) if ticket.snoozed_until is not None else None


def due_event(ticket: Ticket, now: datetime) -> Event | None:
    """What happens to the ticket now, because its time has come."""
    step = next_step(ticket)
    return step.event if step is not None and step.at <= now else None
