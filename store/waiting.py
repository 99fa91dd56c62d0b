"""What waits for an agent's next digest, and what that agent was sent lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.conversations import TICKETS
from store.schema.notices import WAITING
from store.schema.outgoing import NOTICES, OUTBOX
from tickets.acknowledgement import normalised


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that an agent is told of in a digest; `agent` is the address that notices go to."""

    key: str  # the same key is never kept twice
    agent: str
    ticket: int
    occasion: str
    who: str
    said: str  # the beginning of it
    due: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it waits, with what its ticket is about."""

    id: int
    ticket: int
    occasion: str
    who: str
    said: str
    added_at: datetime
    subject: str
    mailbox: str


_W, _O, _T = WAITING.c, OUTBOX.c, TICKETS.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_KEEP = insert(WAITING).on_conflict_do_nothing(index_elements=["key"])
_NEXT_DUE = hot(
    "waiting.next_due", select(func.min(_W.due)).where(_W.agent == bindparam("agent")), agent="a1@us.example"
)
_SENT = hot(
    "waiting.sent_since",
    select(func.count()).where(
        NOTICES,
        _O.address == bindparam("address"),
        _O.put_at > bindparam("since"),
        or_(_O.key.like("notice:%"), _O.key.like("digest:%")),  # not what answers the agent's own mail
    ),
    address="a1@us.example",
)
_READY = hot(
    "waiting.ready",
    select(_W.agent).where(_W.due <= bindparam("now")).order_by(_W.due, _W.agent).limit(bindparam("many")),
    many=1,
)
_OF_AGENT = hot(
    "waiting.of_agent",
    select(_W.id, _W.ticket, _W.occasion, _W.who, _W.said, _W.added_at, _T.subject, _T.mailbox)
    .join(TICKETS, _T.number == _W.ticket)
    .where(_W.agent == bindparam("agent"), _W.due <= bindparam("now"))
    .order_by(_W.due, _W.id)
    .limit(bindparam("many")),
    agent="a1@us.example",
    many=100,
)
_FORGET = hot("waiting.forget", delete(WAITING).where(_W.id.in_(bindparam("ids", expanding=True))), ids=[1, 2, 3])


def keep(session: Session, entry: Entry, now: datetime) -> None:
    """Write down what an agent will be told of; nothing where its key is there already."""
    session.connection().execute(
        _KEEP,
        {
            "key": entry.key,
            "agent": entry.agent,
            "ticket": entry.ticket,
            "occasion": entry.occasion,
            "who": entry.who,
            "said": entry.said,
            "added_at": now,
            "due": entry.due,
        },
    )


def next_due(session: Session, agent: str) -> datetime | None:
    """When the first of what waits for this agent is due."""
    found: datetime | None = session.connection().execute(_NEXT_DUE, {"agent": agent}).scalar()
    return found


def sent_since(session: Session, agent: str, since: datetime) -> int:
    """How many notices and digests were put into the outbox for this agent, whatever became of them."""
    given = {"address": normalised(agent), "since": since}
    return int(session.connection().execute(_SENT, given).scalar_one())


def first_ready(session: Session, now: datetime) -> str | None:
    """The agent for whom something has been due for longest."""
    found: str | None = session.connection().execute(_READY, {"now": now, "many": 1}).scalar()
    return found


def ready_for(session: Session, agent: str, now: datetime, limit: int) -> list[Kept]:
    """What is due for this agent, in the order in which it was to be told, at most `limit`."""
    rows = session.connection().execute(_OF_AGENT, {"agent": agent, "now": now, "many": limit})
    return [Kept(**row._asdict()) for row in rows]


def forget(session: Session, entries: Sequence[Kept]) -> None:
    """These lie in the outbox now."""
    session.connection().execute(_FORGET, {"ids": [entry.id for entry in entries]})
