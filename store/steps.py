"""For which tickets the clock has something to do, found by one index; and turns for what comes late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from store import sites
from store.hot import hot
from store.schema.conversations import DUE, TICKETS
from store.ticketrows import COLUMNS, to_ticket
from tickets.model import Status, Ticket

_LAST_TURN = "last_turn"  # that was given to a late step

_T = TICKETS.c
_DUE = hot(
    "steps.due",
    select(*COLUMNS, _T.due_at)
    .where(DUE, _T.due_at <= bindparam("moment"))
    .order_by(_T.due_at, _T.number)
    .limit(bindparam("many")),
    many=10,
)
_OVERDUE = hot(
    "steps.overdue",
    select(_T.status, func.count().label("many")).where(DUE, _T.due_at < bindparam("before")).group_by(_T.status),
)
_TURN = hot("steps.turn", select(_T.due_at).where(_T.number == bindparam("of")), of=1)
_PUT_OFF = hot(
    "steps.put_off",
    update(TICKETS).where(_T.number == bindparam("of")).values(due_at=bindparam("turn", type_=_T.due_at.type)),
    of=1,
)
_WAITING = hot(
    "steps.waiting",
    select(*COLUMNS)
    .where(_T.status == bindparam("status"), _T.number > bindparam("after"))
    .order_by(_T.number)
    .limit(bindparam("many")),
    status="pending",
    after=0,
    many=10,
)


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket whose turn has come: the moment of its next step, or one that was given to it later."""

    ticket: Ticket
    turn: datetime


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """Tickets for which the clock has something to do, the longest overdue first."""
    rows = session.connection().execute(_DUE, {"moment": now, "many": limit})
    return [Due(to_ticket(row), row.due_at) for row in rows]


def overdue(session: Session, before: datetime) -> dict[Status, int]:
    """How many tickets of each status have a step that should have been before that moment."""
    rows = session.connection().execute(_OVERDUE, {"before": before})
    return {Status(row.status): row.many for row in rows}


def turn_of(session: Session, number: int) -> datetime | None:
    """When the next step of a ticket is looked at; None where none comes."""
    found: datetime | None = session.connection().execute(_TURN, {"of": number}).scalar()
    return found


def put_off(session: Session, turns: Iterable[tuple[int, datetime]]) -> None:
    """Give these tickets (number and turn) a turn of their own, until they are saved again."""
    rows = [{"of": number, "turn": turn} for number, turn in turns]
    if rows:
        session.connection().execute(_PUT_OFF, rows)


def last_turn(session: Session) -> datetime | None:
    """The latest turn that was ever given to a late step."""
    found = sites.get(session, _LAST_TURN)
    return datetime.fromisoformat(found) if found else None


def remember_last_turn(session: Session, turn: datetime) -> None:
    """The next late step comes after this one."""
    sites.remember(session, _LAST_TURN, turn.isoformat())


def waiting(session: Session, after: int, limit: int) -> list[Ticket]:
    """Pending tickets with a higher number, in order: those whose times depend on a calendar."""
    rows = session.connection().execute(_WAITING, {"status": Status.PENDING, "after": after, "many": limit})
    return [to_ticket(row) for row in rows]
