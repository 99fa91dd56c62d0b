"""What a requester asked before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from store.hot import hot
from store.schema.conversations import TICKETS
from tickets.model import Status


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier ticket in one line."""

    number: int
    subject: str
    status: Status
    created_at: datetime


_T = TICKETS.c
_EARLIER = hot(
    "earlier.earlier",
    select(_T.number, _T.subject, _T.status, _T.created_at)
    .where(_T.requester == bindparam("requester"), _T.number < bindparam("before"), _T.merged_into.is_(None))
    .order_by(_T.number.desc())
    .limit(bindparam("many")),
    requester=1,
    before=9,
    many=5,
)


def earlier(session: Session, requester: int, before: int, limit: int = 5) -> list[Earlier]:
    """The requester's tickets before this one, newest first; merged ones are part of others."""
    given = {"requester": requester, "before": before, "many": limit}
    rows = session.connection().execute(_EARLIER, given)
    return [Earlier(row.number, row.subject, Status(row.status), row.created_at) for row in rows]
