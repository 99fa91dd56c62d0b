"""One event on one ticket: decided, saved, and written down with who did it and what it changed."""

from datetime import datetime

from store import tickets
from store.engine import Session
from tickets.events import Event
from tickets.lifecycle import Decision, decide
from tickets.model import Ticket
from tickets.record import Doer, changed


def happen(session: Session, ticket: Ticket, event: Event, doer: Doer, now: datetime) -> Decision:
    """Let it happen in the caller's transaction; what must leave because of it is the caller's to send."""
    decision = decide(ticket, event, now=now)
    if decision.ticket != ticket:
        tickets.save(session, decision.ticket)
    tickets.add_event(session, ticket.number, event, now, doer, changes=changed(ticket, decision.ticket))
    return decision
