"""A ticket's thread in a channel of Slack: begun once, known by its first message, stale when the ticket moved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, false, insert, select, true, update
from sqlmodel import Session

from store.hot import hot
from store.schema.outgoing import OUTBOX
from store.schema.slack import STALE, THREADS


@dataclass(frozen=True, slots=True)
class Thread:
    """`ts` names the first message; None: Slack has not taken it yet."""

    ticket: int
    channel: str
    ts: str | None
    opening: str
    shown: str


_T, _O = THREADS.c, OUTBOX.c
_ALL = (_T.ticket, _T.channel, _T.ts, _T.opening, _T.shown)
_OF = _T.ticket == bindparam("of")
_IN = _T.channel == bindparam("where")
_FIND = hot("slack_threads.find", select(*_ALL).where(_OF, _IN), of=1, where="C1")
_ON = hot("slack_threads.of_post", select(_T.ticket).where(_IN, _T.ts == bindparam("post")), where="C1", post="1.1")
_UNPOSTED = hot("slack_threads.unposted", select(_T.ticket).where(_IN, _T.ts.is_(None)).limit(1), where="C1")
_OPEN = insert(THREADS)
_POSTED = update(THREADS).where(_OF, _IN).values(ts=bindparam("post"))
_FORGET = delete(THREADS).where(_OF, _IN)
_TOUCH = hot("slack_threads.touch", update(THREADS).where(_OF, _T.is_stale.is_(false())).values(is_stale=true()), of=1)
_STALE = hot(
    "slack_threads.stale", select(*_ALL).where(STALE).order_by(_T.ticket, _T.channel).limit(bindparam("many")), many=20
)
_SHOW = update(THREADS).where(_OF, _IN).values(shown=bindparam("state"), is_stale=false())
_PENDING = hot(
    "slack_threads.pending",
    select(_O.id).where(_O.ticket == bindparam("of"), _O.state == "pending", _O.key.like(bindparam("begins"))).limit(1),
    of=1,
    begins="slack:update:1:%",
)


def find(session: Session, ticket: int, channel: str) -> Thread | None:
    """The thread of a ticket in a channel."""
    row = session.connection().execute(_FIND, {"of": ticket, "where": channel}).first()
    return Thread(*row) if row is not None else None


def of_post(session: Session, channel: str, ts: str) -> int | None:
    """The ticket whose thread begins with this message."""
    number: int | None = session.connection().execute(_ON, {"where": channel, "post": ts}).scalar()
    return number


def has_unposted(session: Session, channel: str) -> bool:
    """A thread in this channel is about to begin, or has begun without our knowing by which message."""
    return session.connection().execute(_UNPOSTED, {"where": channel}).first() is not None


def begin(session: Session, thread: Thread, now: datetime) -> None:
    """Write down that a first message is under way. There is no thread of this ticket in this channel yet."""
    row = {
        "ticket": thread.ticket,
        "channel": thread.channel,
        "ts": thread.ts,
        "opening": thread.opening,
        "shown": thread.shown,
        "is_stale": False,
        "opened_at": now,
    }
    session.connection().execute(_OPEN, row)


def posted(session: Session, ticket: int, channel: str, ts: str) -> None:
    """Slack has taken the first message."""
    session.connection().execute(_POSTED, {"of": ticket, "where": channel, "post": ts})


def forget(session: Session, ticket: int, channel: str) -> None:
    """The first message will never be, or is gone: the next post begins another thread."""
    session.connection().execute(_FORGET, {"of": ticket, "where": channel})


def touch(session: Session, ticket: int) -> None:
    """The ticket was written: what its first messages show may not be so any more."""
    session.connection().execute(_TOUCH, {"of": ticket})


def stale(session: Session, limit: int) -> list[Thread]:
    """Threads whose ticket was written since their first message was."""
    return [Thread(*row) for row in session.connection().execute(_STALE, {"many": limit})]


def show(session: Session, ticket: int, channel: str, shown: str) -> None:
    """The first message shows this state of the ticket, or will as soon as Slack takes it."""
    session.connection().execute(_SHOW, {"of": ticket, "where": channel, "state": shown})


def is_pending(session: Session, ticket: int, keys: str) -> bool:
    """Something of a ticket whose key begins so has not left yet."""
    return session.connection().execute(_PENDING, {"of": ticket, "begins": f"{keys}%"}).first() is not None
