"""Tickets with what stands on them: opened, loaded, saved, written to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Label, Row, bindparam, delete, func, insert, select, update
from sqlmodel import Session

from store import slack_threads
from store.eventcodec import decode, encode, encode_changes
from store.hot import hot
from store.messages import MessageRow, add_message, messages, move_messages
from store.numbering import Numbers
from store.schema.conversations import BEARING, EVENTS, MERGED, MESSAGES, PARTICIPANTS, TICKETS
from store.schema.people import IDENTITIES
from store.ticketrows import COLUMNS, WRITTEN, to_row, to_ticket
from tickets.events import Event
from tickets.model import Status, Ticket
from tickets.record import NOBODY, Doer, FieldChange

__all__ = [
    "MessageRow",
    "TicketRow",
    "add_event",
    "add_message",
    "events",
    "load",
    "messages",
    "move_messages",
    "open_ticket",
    "save",
    "set_participants",
    "tickets",
]

LARGEST = 2**53  # no ticket has a higher number, whatever a mail says


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list, with addresses instead of persons and the number of its messages."""

    ticket: Ticket
    requester: str | None
    owner: str | None
    messages: int


_T = TICKETS.c
_HIGHEST = hot("tickets.highest", select(func.max(_T.number)))
_OPEN = insert(TICKETS)
_LOAD = hot("tickets.load", select(*COLUMNS).where(_T.number == bindparam("of")), of=1)
_SAVE = hot(
    "tickets.save",
    update(TICKETS)
    .where(_T.number == bindparam("of"))
    .values({name: bindparam(f"new_{name}", type_=_T[name].type) for name in WRITTEN if name != "number"}),
    of=1,
    new_status="open",
    new_subject="",
    new_mailbox="",
    new_language="en",
    new_ask_first=False,
    new_touched=False,
    new_priority="normal",
    new_slipped=0,
    new_surveyed=False,
)
_HAPPEN = insert(EVENTS)
_EVENTS = hot(
    "tickets.events",
    select(EVENTS.c.happened_at, EVENTS.c.kind, EVENTS.c.payload)
    .where(EVENTS.c.ticket == bindparam("of"))
    .order_by(EVENTS.c.id),
    of=1,
)
_NOBODY = hot("tickets.nobody", delete(PARTICIPANTS).where(PARTICIPANTS.c.ticket == bindparam("of")), of=1)
_PARTICIPATE = insert(PARTICIPANTS)
_PARTICIPANTS = hot(
    "tickets.participants",
    select(PARTICIPANTS.c.person).where(PARTICIPANTS.c.ticket == bindparam("of")).order_by(PARTICIPANTS.c.person),
    of=1,
)
_BEARING = hot(
    "tickets.bearing",
    select(*COLUMNS)
    .where(BEARING, _T.reference == bindparam("defect"), _T.status != "closed", _T.merged_into.is_(None))
    .order_by(_T.number),
    defect="r1",
)
_MERGED = hot(
    "tickets.merged",
    select(_T.number).where(MERGED, _T.merged_into == bindparam("target")).order_by(_T.number),
    target=1,
)


def _first_address(person: str) -> Label[str]:
    mine = IDENTITIES.alias(person)
    return (
        select(mine.c.address)
        .where(mine.c.person == _T[person], mine.c.kind == "mail")
        .order_by(mine.c.id)
        .limit(1)
        .scalar_subquery()
        .label(f"{person}_address")
    )


_LIST = (
    select(
        *COLUMNS,
        _first_address("requester"),
        _first_address("owner"),
        select(func.count()).where(MESSAGES.c.ticket == _T.number).scalar_subquery().label("messages"),
    )
    .order_by(_T.number.desc())
    .limit(bindparam("many"))
)
_LIST_THESE = hot(
    "tickets.list_these", _LIST.where(_T.number.in_(bindparam("these", expanding=True))), these=[1], many=1
)
_LIST_ALL = hot("tickets.list", _LIST, many=50)
_LIST_STATUS = hot("tickets.list_status", _LIST.where(_T.status == bindparam("status")), status="new", many=50)


def open_ticket(session: Session, ticket: Ticket) -> Ticket:
    """Write a new ticket down under the next number, never given before; the one in `ticket` is not looked at.

    Raises StoreFault where the file of the highest number cannot be written.
    """
    numbers: Numbers = session.info["numbers"]
    connection = session.connection()
    opened = replace(ticket, number=numbers.take(lambda: connection.execute(_HIGHEST).scalar() or 0))
    connection.execute(_OPEN, to_row(opened, session.info["timetable"]))
    return opened


def load(session: Session, number: int) -> Ticket | None:
    """A ticket by its number, as it is, merged or not."""
    if not 0 < number < LARGEST:
        return None
    row = session.connection().execute(_LOAD, {"of": number}).first()
    return to_ticket(row) if row is not None else None


def save(session: Session, ticket: Ticket) -> None:
    """Write a ticket over what was there. Raises LookupError where there was none."""
    values = {
        f"new_{name}": value for name, value in to_row(ticket, session.info["timetable"]).items() if name != "number"
    }
    if session.connection().execute(_SAVE, {"of": ticket.number, **values}).rowcount != 1:
        raise LookupError(f"there is no ticket {ticket.number}")
    slack_threads.touch(session, ticket.number)


def tickets(session: Session, status: Status | None = None, limit: int = 50) -> list[TicketRow]:
    """The newest tickets, newest first."""
    statement, given = (_LIST_ALL, {}) if status is None else (_LIST_STATUS, {"status": status})
    return _as_rows(session.connection().execute(statement, {"many": limit, **given}))


def rows_of(session: Session, numbers: Sequence[int]) -> list[TicketRow]:
    """These tickets, newest first."""
    given = {"these": list(numbers), "many": len(numbers)}
    return _as_rows(session.connection().execute(_LIST_THESE, given)) if numbers else []


def bearing(session: Session, reference: str) -> list[Ticket]:
    """Tickets that bear this defect and are not closed."""
    return [to_ticket(row) for row in session.connection().execute(_BEARING, {"defect": reference})]


def participants(session: Session, number: int) -> list[int]:
    """The persons who take part in a ticket beside its requester."""
    return list(session.connection().execute(_PARTICIPANTS, {"of": number}).scalars())


def merged_into(session: Session, number: int) -> list[int]:
    """The numbers of the tickets that were merged into this one."""
    return list(session.connection().execute(_MERGED, {"target": number}).scalars())


def _as_rows(found: Iterable[Row[*tuple[Any, ...]]]) -> list[TicketRow]:
    return [TicketRow(to_ticket(row), row.requester_address, row.owner_address, row.messages) for row in found]


def set_participants(session: Session, number: int, persons: Iterable[int]) -> None:
    """Make exactly these persons the participants of a ticket."""
    connection = session.connection()
    connection.execute(_NOBODY, {"of": number})
    rows = [{"ticket": number, "person": person} for person in dict.fromkeys(persons)]
    if rows:
        connection.execute(_PARTICIPATE, rows)


def change_participants(session: Session, number: int, added: Iterable[int], removed: Iterable[int]) -> None:
    """Let persons take part in a ticket, or no longer."""
    gone = set(removed)
    set_participants(session, number, [one for one in (*participants(session, number), *added) if one not in gone])


def add_event(
    session: Session,
    number: int,
    event: Event,
    now: datetime,
    doer: Doer = NOBODY,
    *,
    changes: Iterable[FieldChange] = (),
) -> None:
    """Append what happened, who did it and what it changed; it is never changed again."""
    kind, payload = encode(event)
    row = {"ticket": number, "happened_at": now, "kind": kind, "payload": payload}
    who = {"person": doer.person, "actor": doer.actor, "level": doer.level, "arrival": doer.arrival}
    session.connection().execute(_HAPPEN, row | who | {"changes": encode_changes(changes)})


def events(session: Session, number: int) -> list[tuple[datetime, Event]]:
    """All that happened to a ticket, in order."""
    rows = session.connection().execute(_EVENTS, {"of": number})
    return [(row.happened_at, decode(row.kind, row.payload)) for row in rows]
