"""What people were shown of the quarantine, and what they let out of it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Key, Utc, Words
from store.schema.naming import table_of


class QuarantineDigest(SQLModel, table=True):
    """One digest to one reader: its numbers mean these arrivals, whatever comes later."""

    __tablename__ = "quarantine_digests"
    __table_args__ = (Index("ix_quarantine_digests_reader", "reader", "mailbox", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    reader: str = Field(sa_type=Key)  # the address that it was written to
    mailbox: str = Field(sa_type=Key)
    arrivals: str = Field(sa_type=Words)  # JSON: ids in the order of their numbers, which begin at 1
    written_at: datetime = Field(sa_type=Utc)


class Release(SQLModel, table=True):
    """That somebody let an arrival out, and for how long it had been held."""

    __tablename__ = "releases"
    __table_args__ = (Index("ix_releases_released_at", "released_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    arrival: int = Field(foreign_key="arrivals.id", sa_type=ID)
    mailbox: str = Field(sa_type=Key)
    reason: str = Field(sa_type=Words)
    held_at: datetime = Field(sa_type=Utc)
    released_at: datetime = Field(sa_type=Utc)
    actor: str = Field(sa_type=Words)


DIGESTS, RELEASES = table_of(QuarantineDigest), table_of(Release)
