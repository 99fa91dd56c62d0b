"""What agents will be told of in their next digest."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Key, Utc, Words
from store.schema.naming import table_of


class WaitingNotice(SQLModel, table=True):
    """One line of a digest that is not written yet; it is gone once the digest lies in the outbox."""

    __tablename__ = "waiting_notices"
    __table_args__ = (
        Index("ix_waiting_notices_agent", "agent", "due", "id"),
        Index("ix_waiting_notices_due", "due", "agent"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    key: str = Field(unique=True, sa_type=Key)
    agent: str = Field(sa_type=Key)  # the address that notices go to
    ticket: int = Field(foreign_key="tickets.number", sa_type=ID)
    occasion: str = Field(sa_type=Words)
    who: str = Field(sa_type=Words)
    said: str = Field(sa_type=Words)
    added_at: datetime = Field(sa_type=Utc)
    due: datetime = Field(sa_type=Utc)


WAITING = table_of(WaitingNotice)
