"""What the clock does next to a ticket, in words, for people who look at it."""

from daemon.desk import Desk
from store import steps
from store.engine import Session
from tickets.events import Event, StillPending, SurveyDue
from tickets.model import Rung, Ticket
from tickets.schedule import next_step

_RUNGS = {
    Rung.FORETELL: "the owner is told that a reminder comes",
    Rung.FIRST_NUDGE: "the customer is reminded",
    Rung.SECOND_NUDGE: "the customer is reminded for the second time",
    Rung.CALL_CE: "the account's customer engineer is told",
    Rung.FOREWARN: "the owner is told that it closes",
    Rung.CLOSE: "it closes as no-response, if the reminders have left",
}


def tell_next(session: Session, desk: Desk, ticket: Ticket) -> dict[str, str] | None:
    """The next step with its moment, both for a person; None where nothing happens by itself."""
    step = next_step(ticket, desk.config.timetable)
    if step is None:
        return None
    turn = steps.turn_of(session, ticket.number)
    at = max(step.at, turn) if turn is not None else step.at
    return {"at": at.isoformat(), "what": _say(step.event)}


def _say(event: Event) -> str:
    if isinstance(event, StillPending):
        return _RUNGS[event.rung]
    return "the requester is asked how it went" if isinstance(event, SurveyDue) else "its snooze is over"
