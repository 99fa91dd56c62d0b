"""What rules of the filters make of a new ticket: tags, a priority, a team, a call for help; each with its event."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.agents import calling
from daemon.agents.notice_facts import News
from daemon.agents.said import Said
from daemon.desk import Desk
from daemon.happen import happen
from daemon.judging import Ruling
from mail.model import Level, Mail
from store import journal, tickets
from store.engine import Session
from tickets.directory import Agent
from tickets.effects import CallIn
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


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The mail because of which somebody is called, in the transaction in which it is decided."""

    session: Session
    desk: Desk
    claimed: journal.Claimed
    mail: Mail
    level: Level
    now: datetime


def call(ticket: Ticket, ruling: Ruling | None, what: Occurrence) -> Ticket:
    """Call whom the rules want called; the ticket as it is then."""
    wanted = ruling.verdict.ways.call if ruling is not None else None
    if ruling is None or wanted is None:
        return ticket
    whom, _, area = wanted.partition(":")
    ticket = happen(what.session, ticket, Called(None, whom, area or None), ruling.doer, what.now).ticket
    call_for_rule(ticket, CallIn(ticket.number, whom, area or None), what)
    return ticket


def call_for_rule(ticket: Ticket, effect: CallIn, what: Occurrence) -> None:
    """Have somebody asked for help because a rule wants it, as #call does it."""
    claimed = what.claimed
    said = Said(
        session=what.session,
        desk=what.desk,
        agent=Agent("A rule of the filters", ()),
        mail=what.mail,
        raw=claimed.raw,
        arrival=claimed.id,
        cause=claimed.id,
        mailbox=claimed.mailbox,
        level=what.level,
        ticket=ticket,
        now=what.now,
    )
    news = News(f"arrival:{claimed.id}", what.mail, claimed.raw, what.level)
    calling.call_in(said, ticket, effect, news, None)
