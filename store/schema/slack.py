"""Slack: the thread of each ticket in each channel, what we know of channels, and which events have come."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Key, Utc, Words
from store.schema.naming import table_of

# What partial indexes hold; queries that need one use the same words.
STALE = text("is_stale AND ts IS NOT NULL")


class SlackThreadRow(SQLModel, table=True):
    """The one thread of a ticket in a channel; `ts` names its first message once Slack has taken it."""

    __tablename__ = "slack_threads"
    __table_args__ = (
        Index("ix_slack_threads_post", "channel", "ts"),
        Index("ix_slack_threads_stale", "ticket", "channel", sqlite_where=STALE, postgresql_where=STALE),
    )

    ticket: int = Field(primary_key=True, foreign_key="tickets.number", sa_type=ID)
    channel: str = Field(primary_key=True, sa_type=Key)
    ts: str | None = Field(default=None, sa_type=Key)
    opening: str = Field(sa_type=Words)  # JSON: what the first message says beside the state of the ticket
    shown: str = Field(sa_type=Words)  # the state of the ticket that it shows
    is_stale: bool = False  # the ticket was written since
    opened_at: datetime = Field(sa_type=Utc)


class SlackChannelRow(SQLModel, table=True):
    """Whether internal words may stand in a channel, as Slack said last."""

    __tablename__ = "slack_channels"

    channel: str = Field(primary_key=True, sa_type=Key)
    refused: str | None = Field(default=None, sa_type=Words)  # why nothing internal may stand there
    checked_at: datetime = Field(sa_type=Utc)


class SlackEventRow(SQLModel, table=True):
    """An event that Slack has told: it tells some of them twice."""

    __tablename__ = "slack_events"

    event: str = Field(primary_key=True, sa_type=Key)
    seen_at: datetime = Field(sa_type=Utc)


THREADS, CHANNELS, SEEN = table_of(SlackThreadRow), table_of(SlackChannelRow), table_of(SlackEventRow)
