"""What people said of mails, spam or genuine: a journal that the learner can be trained from again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import ARRIVALS
from store.schema.conversations import MESSAGES
from store.schema.filters import LESSONS
from tickets.model import MessageKind, Outcome


@dataclass(frozen=True, slots=True)
class Lesson:
    """That an arrival is spam or is not; `by` says by what it was taught: command, release, answer, digest, train."""

    id: int
    arrival: int
    mailbox: str
    spam: bool
    by: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an arrival; `spam` is what was said of it last, None where nobody said anything."""

    mailbox: str
    imported: bool
    spam: bool | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The mail that a ticket began with, and the address that it came from: one of ours where we passed it on."""

    arrival: int
    sender: str


_L, _A, _M = LESSONS.c, ARRIVALS.c, MESSAGES.c
_ADD = insert(LESSONS)
_KNOWN = hot(
    "lessons.known",
    select(_A.mailbox, _A.imported, _L.spam)
    .join(LESSONS, _L.arrival == _A.id, isouter=True)
    .where(_A.id == bindparam("arrival"))
    .order_by(_L.id.desc())
    .limit(1),
    arrival=1,
)
_AFTER = hot(
    "lessons.after",
    select(_L.id, _L.arrival, _L.mailbox, _L.spam, _L.by)
    .where(_L.id > bindparam("last"))
    .order_by(_L.id)
    .limit(bindparam("many")),
    last=99_900,
    many=50,
)
_LAST = hot("lessons.last", select(func.max(_L.id)))
_OPENING = hot(
    "lessons.opening",
    select(_M.arrival, _A.sender)
    .join(ARRIVALS, _A.id == _M.arrival)
    .where(_M.ticket == bindparam("of"), _M.kind == MessageKind.CUSTOMER)
    .where(_A.outcome.in_([Outcome.TICKETED, Outcome.QUARANTINED]))  # what an agent wrote down for somebody is handled
    .order_by(_M.id)
    .limit(1),
    of=1,
)


def known(session: Session, arrival: int) -> Known | None:
    """What there is to know before an arrival teaches something; None where there is no such arrival."""
    row = session.connection().execute(_KNOWN, {"arrival": arrival}).first()
    return Known(row.mailbox, row.imported, row.spam) if row is not None else None


def add(session: Session, arrival: int, *, spam: bool, by: str, actor: str, now: datetime) -> bool:
    """Write a lesson down; False where that was said of this arrival last, or where there is none."""
    found = known(session, arrival)
    if found is None or found.spam is spam:
        return False
    given = {"arrival": arrival, "mailbox": found.mailbox, "spam": spam, "by": by, "actor": actor, "taught_at": now}
    session.connection().execute(_ADD, given)
    return True


def after(session: Session, last: int, limit: int) -> list[Lesson]:
    """The lessons that follow this one, in their order."""
    rows = session.connection().execute(_AFTER, {"last": last, "many": limit})
    return [Lesson(row.id, row.arrival, row.mailbox, row.spam, row.by) for row in rows]


def last(session: Session) -> int:
    """The id of the newest lesson; 0 where there is none."""
    return int(session.connection().execute(_LAST).scalar() or 0)


def opening(session: Session, ticket: int) -> Opening | None:
    """The first mail of a customer's on a ticket; None where there is none."""
    row = session.connection().execute(_OPENING, {"of": ticket}).first()
    return Opening(row.arrival, row.sender or "") if row is not None else None
