"""Surveys: asked once about a ticket, answered once, and who wants no more of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from store.hot import hot
from store.schema.conversations import MESSAGES
from store.schema.people import IDENTITIES
from store.schema.surveys import OPT_OUTS, SURVEYS
from tickets.model import MessageKind

Way = Literal["mail", "web"]


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey with its answer, as far as there is one; persons by id."""

    ticket: int
    person: int
    asked_at: datetime
    mailbox: str
    owner: int | None = None
    account: str | None = None
    score: int | None = None
    comment: str | None = None
    way: Way | None = None
    rated_at: datetime | None = None
    changed_at: datetime | None = None


_S, _M = SURVEYS.c, MESSAGES.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_ASK = insert(SURVEYS)
_LOAD = hot("surveys.load", select(SURVEYS).where(_S.ticket == bindparam("of")), of=1)
_RATE = hot(
    "surveys.rate",
    update(SURVEYS)
    .where(_S.ticket == bindparam("of"))
    .values(
        score=bindparam("given"),
        comment=bindparam("said"),
        way=bindparam("by"),
        changed_at=bindparam("at", type_=_S.changed_at.type),
        rated_at=func.coalesce(_S.rated_at, bindparam("at", type_=_S.rated_at.type)),
    ),
    of=1,
    given=5,
    said="",
    by="web",
)
_LAST = hot("surveys.last_asked", select(func.max(_S.asked_at)).where(_S.person == bindparam("who")), who=1)
_SINCE = hot("surveys.since", select(SURVEYS).where(_S.asked_at >= bindparam("start")).order_by(_S.asked_at))
_OPT_OUT = upsert(OPT_OUTS).on_conflict_do_nothing(index_elements=["person"])
_OPTED_OUT = hot("surveys.opted_out", select(OPT_OUTS.c.person).where(OPT_OUTS.c.person == bindparam("who")), who=1)
_NAMES = hot(
    "surveys.names",
    select(IDENTITIES.c.address).where(IDENTITIES.c.person == bindparam("who"), IDENTITIES.c.kind == "mail"),
    who=1,
)
_FIRST = hot(
    "surveys.first_arrival",
    select(_M.arrival)
    .where(_M.ticket == bindparam("of"), _M.kind == MessageKind.CUSTOMER, _M.author == bindparam("who"))
    .order_by(_M.id)
    .limit(1),
    of=1,
    who=1,
)


def ask(session: Session, survey: Survey) -> None:
    """Write down that somebody is asked; once for each ticket."""
    asked = {name: getattr(survey, name) for name in ("ticket", "person", "asked_at", "mailbox", "owner", "account")}
    session.connection().execute(_ASK, asked)


def load(session: Session, ticket: int) -> Survey | None:
    """The survey about this ticket."""
    row = session.connection().execute(_LOAD, {"of": ticket}).first()
    return Survey(**row._mapping) if row is not None else None  # noqa: SLF001 SQLAlchemy's public name for it


def rate(session: Session, survey: Survey, *, score: int, comment: str, way: Way, now: datetime) -> None:
    """Write an answer down, over the one before."""
    given = {"of": survey.ticket, "given": score, "said": comment, "by": way, "at": now}
    session.connection().execute(_RATE, given)


def last_asked(session: Session, person: int) -> datetime | None:
    """When this person was asked last, about whatever ticket."""
    found: datetime | None = session.connection().execute(_LAST, {"who": person}).scalar()
    return found


def asked_since(session: Session, start: datetime) -> list[Survey]:
    """All surveys from then on, in the order in which they were asked."""
    rows = session.connection().execute(_SINCE, {"start": start})
    return [Survey(**row._mapping) for row in rows]  # noqa: SLF001 SQLAlchemy's public name for it


def opt_out(session: Session, person: int, way: Way, now: datetime) -> None:
    """Never ask this person again."""
    session.connection().execute(_OPT_OUT, {"person": person, "opted_out_at": now, "way": way})


def has_opted_out(session: Session, person: int) -> bool:
    """This person wants to be asked no more."""
    return session.connection().execute(_OPTED_OUT, {"who": person}).first() is not None


def addresses(session: Session, person: int) -> list[str]:
    """All addresses that this person writes from."""
    return list(session.connection().execute(_NAMES, {"who": person}).scalars())


def first_arrival(session: Session, ticket: int, person: int) -> int | None:
    """The arrival of the first mail of this person on a ticket."""
    found: int | None = session.connection().execute(_FIRST, {"of": ticket, "who": person}).scalar()
    return found
