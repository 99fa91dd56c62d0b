"""Calls for help: written down, found when their next step is due, and ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import Session

from store.hot import hot
from store.schema.calls import CALL_DUE, CALLS
from tickets.ladder import Ended, OpenCall


@dataclass(frozen=True, slots=True)
class CallState:
    """A call with what became of it; `closed_at` is set as well where somebody reacted."""

    call: OpenCall
    reacted_at: datetime | None
    closed_at: datetime | None


_C = CALLS.c
_OPEN = insert(CALLS).returning(_C.id)
_DUE = hot(
    "calls.due",
    select(CALLS).where(CALL_DUE, _C.due_at <= bindparam("moment")).order_by(_C.due_at, _C.id).limit(bindparam("many")),
    many=10,
)
_OF_TICKET = hot("calls.of_ticket", select(CALLS).where(_C.ticket == bindparam("of")).order_by(_C.id), of=1)
_LOAD = hot("calls.load", select(CALLS).where(_C.id == bindparam("which")), which=1)
_CLIMB = hot(
    "calls.climb",
    update(CALLS)
    .where(_C.id == bindparam("which"))
    .values(rung=bindparam("to"), due_at=bindparam("next", type_=_C.due_at.type)),
    which=1,
    to=1,
)
_END = hot(
    "calls.end",
    update(CALLS)
    .where(_C.id == bindparam("which"))
    .values(
        due_at=None,
        reacted_at=bindparam("reacted", type_=_C.reacted_at.type),
        closed_at=bindparam("at", type_=_C.closed_at.type),
    ),
    which=1,
)


def open_call(session: Session, call: OpenCall) -> int:
    """Write a new call down, and its number; the id in `call` is not looked at."""
    row = {
        "ticket": call.ticket,
        "whom": call.whom,
        "area": call.area,
        "author": call.author,
        "caller": call.caller,
        "reason": call.reason,
        "text": call.text,
        "rung": call.rung,
        "asked_at": call.asked_at,
        "due_at": call.due_at,
    }
    return int(session.connection().execute(_OPEN, row).scalar_one())


def due(session: Session, now: datetime, limit: int) -> list[OpenCall]:
    """Calls whose next step is due, the longest overdue first."""
    return [_to_call(row) for row in session.connection().execute(_DUE, {"moment": now, "many": limit})]


def load(session: Session, call: int) -> OpenCall | None:
    """A call by its number, ended or not."""
    row = session.connection().execute(_LOAD, {"which": call}).first()
    return _to_call(row) if row is not None else None


def of_ticket(session: Session, number: int) -> list[CallState]:
    """All calls on a ticket, ended or not, in the order in which they were made."""
    rows = session.connection().execute(_OF_TICKET, {"of": number})
    return [CallState(_to_call(row), row.reacted_at, row.closed_at) for row in rows]


def climb(session: Session, call: int, rung: int, due_at: datetime | None) -> None:
    """This step is taken; the next is due then, if there is one."""
    session.connection().execute(_CLIMB, {"which": call, "to": rung, "next": due_at})


def end(session: Session, call: int, ended: Ended) -> None:
    """The call needs no further step."""
    given = {"which": call, "reacted": ended.at if ended.reacted else None, "at": ended.at}
    session.connection().execute(_END, given)


def _to_call(row: Row[*tuple[Any, ...]]) -> OpenCall:
    return OpenCall(
        id=row.id,
        ticket=row.ticket,
        whom=row.whom,
        area=row.area,
        author=row.author,
        caller=row.caller,
        reason=row.reason,
        text=row.text,
        rung=row.rung,
        asked_at=row.asked_at,
        due_at=row.due_at,
    )
