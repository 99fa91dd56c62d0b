"""Which Message-IDs the mails of one ticket bear that somebody has read, so that the next one stands below them."""

from mail.domains import ascii_address
from store import history, messages, sendings, tickets
from store.engine import Session
from tickets.events import TookOver
from tickets.model import MessageKind, Ticket


def customers_ids(session: Session, ticket: Ticket, person: int) -> list[str]:
    """The Message-IDs of the customer's mails, oldest first; where tickets became one, those of the reader's own."""
    return [row.message_id for row in _customers_rows(session, ticket, person) if row.message_id is not None]


def thread_of(session: Session, ticket: Ticket, person: int, address: str) -> tuple[str, ...]:
    """All that the customer wrote and all that we sent to this address, oldest first."""
    rows = _customers_rows(session, ticket, person)
    told = [(row.added_at, row.message_id) for row in rows if row.message_id is not None]
    ours = sendings.of_ticket(session, ticket.number)
    told += [
        (each.put_at, each.message_id)
        for each in ours
        if each.state == "sent" and ascii_address(each.recipient) == ascii_address(address)
    ]
    return tuple(name for _, name in sorted(told, key=lambda one: one[0]))


def is_merged(session: Session, ticket: Ticket) -> bool:
    """Whether another ticket was merged into this one."""
    return any(isinstance(each.event, TookOver) for each in history.history(session, ticket.number))


def subject_for(session: Session, ticket: Ticket, person: int) -> str:
    """What a reader knows the ticket by: whom a merge brought reads the subject of the ticket that they wrote on."""
    sources = (tickets.load(session, number) for number in tickets.merged_into(session, ticket.number))
    own = (source.subject for source in sources if source is not None and source.requester == person)
    return ticket.subject if person == ticket.requester else next(own, ticket.subject)


def _customers_rows(session: Session, ticket: Ticket, person: int) -> list[messages.MessageRow]:
    rows = [row for row in messages.messages(session, ticket.number) if row.kind is MessageKind.CUSTOMER]
    return [row for row in rows if row.author_id == person] if is_merged(session, ticket) else rows
