"""What agents will be told of in their next digest, and what waits for their word."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Key, Utc, Words
from store.schema.naming import table_of


class WaitingNotice(SQLModel, table=True):
    """One line of a digest that is not written yet; it is gone once the digest lies in the outbox."""

    __tablename__ = "waiting_notices"
    __table_args__ = (
        Index("ix_waiting_notices_agent", "agent", "due", "id"),
        Index("ix_waiting_notices_due", "due", "agent"),
        Index("ix_waiting_notices_ticket", "ticket"),
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


UNTOLD = text("told_at IS NULL")


class Unconfirmed(SQLModel, table=True):
    """A mail in an agent's name that nothing proves, and what would come of it; it runs once its code is brought."""

    __tablename__ = "unconfirmed"
    __table_args__ = (
        Index("ix_unconfirmed_agent", "agent", "added_at"),
        Index("ix_unconfirmed_untold", "agent", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
    )

    arrival: int = Field(primary_key=True, foreign_key="arrivals.id", sa_type=ID)
    agent: str = Field(sa_type=Key)  # the address that the code goes to
    asked: str = Field(sa_type=Words)  # JSON: why, and what would run
    added_at: datetime = Field(sa_type=Utc)
    told_at: datetime | None = Field(default=None, sa_type=Utc)  # when the code was mailed


WAITING, UNCONFIRMED = table_of(WaitingNotice), table_of(Unconfirmed)
