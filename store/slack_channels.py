"""Channels and events of Slack: where internal words may stand, as Slack said last, and what it has told us already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.slack import CHANNELS, SEEN


@dataclass(frozen=True, slots=True)
class Known:
    """What Slack said of a channel; `refused`: why nothing internal may stand there."""

    refused: str | None
    checked_at: datetime


_C = CHANNELS.c
_FIND = hot(
    "slack_channels.find", select(_C.refused, _C.checked_at).where(_C.channel == bindparam("channel")), channel="C1"
)
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_NOTE = insert(CHANNELS)
_NOTE = _NOTE.on_conflict_do_update(
    index_elements=["channel"],
    set_={"refused": _NOTE.excluded.refused, "checked_at": _NOTE.excluded.checked_at},
)
_SEE = insert(SEEN).on_conflict_do_nothing(index_elements=["event"]).returning(SEEN.c.event)


def find(session: Session, channel: str) -> Known | None:
    """What is known of a channel; None where Slack was never asked."""
    row = session.connection().execute(_FIND, {"channel": channel}).first()
    return Known(row.refused, row.checked_at) if row is not None else None


def note(session: Session, channel: str, refused: str | None, now: datetime) -> None:
    """Write down what Slack said of a channel."""
    session.connection().execute(_NOTE, {"channel": channel, "refused": refused, "checked_at": now})


def is_first(session: Session, event: str, now: datetime) -> bool:
    """Whether this event is told for the first time; it is written down."""
    return session.connection().execute(_SEE, {"event": event, "seen_at": now}).first() is not None
