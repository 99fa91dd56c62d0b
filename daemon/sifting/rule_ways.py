"""What rules of the filters make of a new ticket: tags, a priority, a team, a call for help; each with its event."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from daemon.agents.notice_facts import News
from daemon.calls import opening
from daemon.calls.opening import Caller
from daemon.desk import Desk
from daemon.happen import happen
from daemon.sifting.judging import Ruling
from store import tickets
from store.engine import Session
from tickets.callees import Wanted
from tickets.events import Called, Event, PrioritySet, Tagged
from tickets.model import Priority, Ticket
from tickets.record import changed

TEAM = "team-"  # what the tag of a team begins with: agents can take it off, as any other


def mark(ticket: Ticket, ruling: Ruling | None) -> Ticket:
    """A ticket that is about to be opened, as the rules want it."""
    if ruling is None:
        return ticket
    ways = ruling.verdict.ways
    team = (f"{TEAM}{ways.team}",) if ways.team is not None else ()
    tags = {"-".join(tag.lower().split()) for tag in (*ticket.tags, *ways.tags, *team)}
    priority = Priority(ways.priority) if ways.priority is not None else ticket.priority
    return replace(ticket, tags=tuple(sorted(tags)), priority=priority)


def note(session: Session, ticket: Ticket, ruling: Ruling | None, now: datetime) -> None:
    """Put on record what `mark` did to a ticket that is open now, and by which rules."""
    if ruling is None:
        return
    for event, before in _marks(ticket):
        tickets.add_event(session, ticket.number, event, now, ruling.doer, changes=changed(before, ticket))


def _marks(ticket: Ticket) -> Iterator[tuple[Event, Ticket]]:
    """Each event with the ticket as it would be without it."""
    if ticket.tags:
        yield Tagged(None, ticket.tags), replace(ticket, tags=())
    if ticket.priority is not Priority.NORMAL:
        yield PrioritySet(None, ticket.priority), replace(ticket, priority=Priority.NORMAL)


def call(session: Session, desk: Desk, ticket: Ticket, ruling: Ruling | None, news: News, now: datetime) -> Ticket:  # noqa: PLR0917 the transaction, the house, and all that is known of the mail
    """Call whom the rules want called; the ticket as it is then."""
    wanted = ruling.verdict.ways.call if ruling is not None else None
    if ruling is None or wanted is None:
        return ticket
    whom, _, area = wanted.partition(":")
    ticket = happen(session, ticket, Called(None, whom, area or None), ruling.doer, now).ticket
    opening.begin(
        session,
        desk,
        ticket,
        Wanted(whom, area or None),
        caller=Caller(),
        reason=f"a rule of the filters: {', '.join(ruling.rules)}",
        text="",
        now=now,
        news=news,
    )
    return ticket
