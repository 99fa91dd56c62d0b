"""A plan written into the store, event by event, in the caller's transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from commands.people import requester_of
from commands.plan import Plan
from commands.scene import Listing, On, Released, TakingBack
from daemon.agents.sorting import Sorting
from daemon.desk import Desk
from daemon.happen import happen
from daemon.sifting import teaching
from mail.model import Mail
from store import accounts, messages, persons, tickets
from store.engine import Session
from tickets.effects import Effect
from tickets.events import Created, Event, FactSet, Fixed, Noted, ParticipantsChanged, Replied, SplitFrom, SplitOff
from tickets.model import MessageKind, Status, Ticket
from tickets.record import Doer


@dataclass(slots=True)
class Carrying:
    """One plan on its way. `mail` bears the text that goes on the tickets."""

    session: Session
    desk: Desk
    mail: Mail
    doer: Doer
    now: datetime
    effects: list[tuple[Ticket, Effect]] = field(default_factory=list)

    def carry_out(self, plan: Plan) -> int | None:
        """Write all of it; the number of the ticket that a #new made."""
        ticket = plan.before.ticket
        if plan.says("new"):
            ticket = self._open(plan)
        for happening in plan.happenings:
            if isinstance(happening, On):
                other = tickets.load(self.session, happening.number)
                assert other is not None, "the plan was made of tickets of this very transaction"
                self._happen(other, happening.event)
            elif isinstance(happening, Listing | TakingBack | Released):
                self._sorting.carry_out(happening, ticket)
            else:
                ticket = self._happen(ticket, happening)
        return ticket.number if plan.says("new") else None

    @property
    def _sorting(self) -> Sorting:
        return Sorting(self.session, self.desk, self.doer, self.now)

    def _open(self, plan: Plan) -> Ticket:
        new = plan.invocation("new")
        asks = requester_of(new) if new is not None else None
        ticket = plan.before.ticket
        if isinstance(asks, str):
            ticket = replace(ticket, requester=persons.meet_nameless(self.session, asks, self.now))
        return tickets.open_ticket(self.session, ticket)

    def _happen(self, ticket: Ticket, event: Event) -> Ticket:
        event = self._store(ticket, event)
        decision = happen(self.session, ticket, event, self.doer, self.now)
        self.effects += [(decision.ticket, effect) for effect in decision.effects]
        self._sorting.put_back(ticket, decision.ticket)
        return decision.ticket

    def _store(self, ticket: Ticket, event: Event) -> Event:
        """What the event means beside the ticket itself; the event as it is then known."""
        match event:
            case Created(kind=MessageKind.CUSTOMER):
                self._add_message(ticket, MessageKind.CUSTOMER, ticket.requester)
            case Replied() | Fixed(told=True):
                self._add_message(ticket, MessageKind.PUBLIC, self.doer.person)
                teaching.teach_answered(self.session, self.desk, ticket.number, self._sorting.actor, self.now)
            case Noted():
                self._add_message(ticket, MessageKind.NOTE, self.doer.person)
            case ParticipantsChanged():
                tickets.change_participants(self.session, ticket.number, event.added, event.removed)
            case FactSet():
                accounts.set_fact(self.session, event.account, event.name, event.value, self.now)
            case SplitOff():
                return self._split(ticket, event)
            case _:
                pass
        return event

    def _add_message(self, ticket: Ticket, kind: MessageKind, author: int | None) -> None:
        messages.add_message(
            self.session,
            ticket.number,
            kind,
            self.mail,
            author=author,
            level=self.doer.level,
            arrival=self.doer.arrival,
            now=self.now,
        )

    def _split(self, ticket: Ticket, event: SplitOff) -> SplitOff:
        """Move the message to a ticket of its own, of whoever wrote it."""
        moved = next(each for each in messages.messages(self.session, ticket.number) if each.id == event.message)
        account = self.desk.directory.account_of(moved.author or "")
        fresh = Ticket(
            number=0,
            status=Status.NEW,
            subject=moved.subject,
            mailbox=ticket.mailbox,
            created_at=self.now,
            changed_at=self.now,
            requester=moved.author_id,
            language=ticket.language,
            account=account.name if account is not None else None,
            linked=ticket.number,
        )
        opened = tickets.open_ticket(self.session, fresh)
        messages.move_message(self.session, event.message, opened.number)
        self._happen(opened, SplitFrom(event.author, ticket.number))
        return replace(event, number=opened.number)
