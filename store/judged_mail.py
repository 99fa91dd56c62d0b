"""Mails that the filters judged, each with its verdict and what somebody said of it since: to judge them once more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from store.schema.arrivals import ARRIVALS
from store.schema.filters import LESSONS, VERDICTS
from store.verdicts import Judged, read_row


@dataclass(frozen=True, slots=True)
class JudgedMail:
    """One of them without its bytes; `spam` is what was said of it last, None where nobody said anything."""

    judged: Judged
    mailbox: str
    received_at: datetime
    size: int
    sender: str | None
    subject: str | None
    ticket: int | None
    spam: bool | None


_V, _A, _L = VERDICTS.c, ARRIVALS.c, LESSONS.c
_SAID = select(_L.spam).where(_L.arrival == _V.arrival).order_by(_L.id.desc()).limit(1).scalar_subquery()
_PAGE = (
    select(
        *VERDICTS.columns,
        *(_A.mailbox, _A.received_at, _A.size, _A.sender, _A.subject, _A.ticket),
        _SAID.label("spam"),
    )
    .join(ARRIVALS, _A.id == _V.arrival)
    .where(_V.arrival > bindparam("after"), _V.judged_at >= bindparam("since", type_=_V.judged_at.type))
    .order_by(_V.arrival)
    .limit(bindparam("many"))
)
_COUNT = select(func.count()).select_from(VERDICTS).where(_V.judged_at >= bindparam("since", type_=_V.judged_at.type))


def page(session: Session, since: datetime, after: int, limit: int) -> list[JudgedMail]:
    """The first that were judged since then, by arrival; the next page begins after the last arrival of this one."""
    rows = session.connection().execute(_PAGE, {"since": since, "after": after, "many": limit})
    return [
        JudgedMail(
            *(read_row(row), row.mailbox, row.received_at, row.size, row.sender, row.subject, row.ticket, row.spam)
        )
        for row in rows
    ]


def count(session: Session, since: datetime) -> int:
    """How many were judged since then."""
    return int(session.connection().execute(_COUNT, {"since": since}).scalar_one())
