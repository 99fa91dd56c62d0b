"""What came in: arrivals, their bytes, how far each mailbox has been read, and what the site remembers of itself."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from store.schema.columns import BYTES, ID, Key, Utc, Words, one_of
from store.schema.naming import table_of
from tickets.model import Outcome, Reason

# What partial indexes hold; queries that need one use the same words.
IN_WORK = text("outcome IS NULL")
QUARANTINED = text("outcome = 'quarantined'")
UNSETTLED = text("settled_at IS NULL AND outcome IS NOT NULL")


class Arrival(SQLModel, table=True):
    """One thing as it came in; it ends in exactly one outcome."""

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        one_of("kind", ["mail", "slack"], "kind"),
        one_of("outcome", Outcome, "outcome"),
        one_of("reason", Reason, "reason"),
        CheckConstraint("(reason IS NOT NULL) = (coalesce(outcome, '') = 'quarantined')", name="reason_of_quarantine"),
        Index("ix_arrivals_in_work", "received_at", "id", sqlite_where=IN_WORK, postgresql_where=IN_WORK),
        Index("ix_arrivals_outcome", "outcome", "kind"),
        Index("ix_arrivals_quarantined", "id", sqlite_where=QUARANTINED, postgresql_where=QUARANTINED),
        Index("ix_arrivals_held", "mailbox", "finished_at", sqlite_where=QUARANTINED, postgresql_where=QUARANTINED),
        Index("ix_arrivals_put_aside", "finished_at", "id", sqlite_where=QUARANTINED, postgresql_where=QUARANTINED),
        Index("ix_arrivals_fingerprint", "fingerprint"),
        Index(
            "ix_arrivals_unsettled",
            "mailbox",
            "uidvalidity",
            "uid",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    kind: str = Field(sa_type=Words)
    mailbox: str = Field(sa_type=Key)
    uidvalidity: int | None = Field(default=None, sa_type=BigInteger)
    uid: int | None = Field(default=None, sa_type=BigInteger)
    size: int = Field(sa_type=BigInteger)  # bytes
    left_out: str | None = Field(default=None, sa_type=Words)
    received_at: datetime = Field(sa_type=Utc)
    recorded_at: datetime = Field(sa_type=Utc)
    attempt: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Utc)
    released: bool = False  # a person let it out of quarantine
    outcome: str | None = Field(default=None, sa_type=Words)
    reason: str | None = Field(default=None, sa_type=Words)
    why: str = Field(default="", sa_type=Words)
    ticket: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    finished_at: datetime | None = Field(default=None, sa_type=Utc)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)  # the mailbox on the server has been told
    message_id: str | None = Field(default=None, sa_type=Key)
    fingerprint: str | None = Field(default=None, sa_type=Key)
    sender: str | None = Field(default=None, sa_type=Words)
    subject: str | None = Field(default=None, sa_type=Words)
    # old mail that a person brought: nothing leaves for it
    imported: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Raw(SQLModel, table=True):
    """The bytes of an arrival, apart from the hot tables so that their pages stay small."""

    __tablename__ = "raw"

    arrival: int = Field(primary_key=True, foreign_key="arrivals.id", sa_type=ID)
    content: bytes = Field(sa_type=BYTES)


class ProvenId(SQLModel, table=True):
    """A Message-ID that has proven a sender, and by which content: it does so for no other."""

    __tablename__ = "proven_ids"

    id_hash: str = Field(primary_key=True, sa_type=Words)  # sha256, so that no address stands here
    fingerprint: str = Field(sa_type=Words)


class CursorRow(SQLModel, table=True):
    """How far a mailbox has been read, and how many arrivals it ever brought: the other side of the ledger."""

    __tablename__ = "cursors"

    mailbox: str = Field(primary_key=True, sa_type=Key)
    uidvalidity: int | None = Field(default=None, sa_type=BigInteger)
    uid: int | None = Field(default=None, sa_type=BigInteger)
    arrivals: int = Field(default=0, sa_type=BigInteger)


class SettingRow(SQLModel, table=True):
    """What the site remembers of itself: its first start, since when each mailbox is read, whether it is paused."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Words)


ARRIVALS, RAW, CURSORS, SETTINGS = table_of(Arrival), table_of(Raw), table_of(CursorRow), table_of(SettingRow)
PROVEN_IDS = table_of(ProvenId)
