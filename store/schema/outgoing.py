"""What must leave, every attempt at it, and what people did to the site."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from store.schema.columns import BYTES, ID, Key, Utc, Words, one_of
from store.schema.naming import table_of

CLASSES = ("answer", "alert", "notice", "acknowledgement", "survey")  # in the order in which they are served
FIRST_AUTOMATIC = CLASSES.index(
    "acknowledgement"
)  # from here on: automatic mail to customers, which the brake may stop
STATES = ("pending", "held", "sent", "refused", "cancelled")
RECEIPTS = ("sent", "retry", "refused", "unknown")

# What partial indexes hold. Queries use these very words: with a parameter in place of a literal neither database
# could be sure that the index covers them.
CLAIMABLE = text("state = 'pending' AND lease_until IS NULL")
LEASED = text("state = 'pending' AND lease_until IS NOT NULL")
HELD = text("state = 'held'")
UNTRIED = text("state IN ('held', 'pending') AND attempts = 0")
AUTOMATIC = text(f"priority >= {FIRST_AUTOMATIC}")
NOTICES = text(f"priority = {CLASSES.index('notice')}")
UNPROVEN = text(f"unproven AND priority >= {FIRST_AUTOMATIC}")


class OutboxRow(SQLModel, table=True):
    """One thing that must leave. Its final bytes lie in `payloads`, so that a claim rewrites no page of them."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("class", CLASSES, "class"),
        one_of("state", STATES, "state"),
        CheckConstraint(f"priority BETWEEN 0 AND {len(CLASSES) - 1}", name="priority"),
        Index(
            "ix_outbox_claimable",
            "channel",
            "priority",
            "due",
            "id",
            sqlite_where=CLAIMABLE,
            postgresql_where=CLAIMABLE,
        ),
        Index("ix_outbox_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_outbox_held", "put_at", "id", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_outbox_untried", "put_at", sqlite_where=UNTRIED, postgresql_where=UNTRIED),
        Index("ix_outbox_message_id", "message_id"),
        Index("ix_outbox_ticket", "ticket"),
        Index("ix_outbox_counted", "state", "class", "resends"),
        Index("ix_outbox_address", "address", "put_at", sqlite_where=AUTOMATIC, postgresql_where=AUTOMATIC),
        Index("ix_outbox_domain", "domain", "put_at", sqlite_where=AUTOMATIC, postgresql_where=AUTOMATIC),
        Index("ix_outbox_notices", "address", "put_at", sqlite_where=NOTICES, postgresql_where=NOTICES),
        Index("ix_outbox_unproven", "let_go_at", sqlite_where=UNPROVEN, postgresql_where=UNPROVEN),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    key: str = Field(unique=True, sa_type=Key)
    channel: str = Field(sa_type=Words)
    klass: str = Field(sa_column_kwargs={"name": "class"}, sa_type=Words)
    priority: int
    recipient: str = Field(sa_type=Words)
    address: str = Field(sa_type=Key)  # the recipient without +tag, lower-cased: what limits count by
    domain: str = Field(sa_type=Key)
    envelope_sender: str | None = Field(default=None, sa_type=Words)
    message_id: str = Field(sa_type=Key)
    ticket: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    unproven: bool = False
    put_at: datetime = Field(sa_type=Utc)
    let_go_at: datetime | None = Field(default=None, sa_type=Utc)  # when it stopped being held; the brake counts by it
    due: datetime = Field(sa_type=Utc)
    state: str = Field(sa_type=Words)
    held: str | None = Field(default=None, sa_type=Words)  # why the brake held it
    lease_until: datetime | None = Field(default=None, sa_type=Utc)
    attempts: int = 0
    first_at: datetime | None = Field(default=None, sa_type=Utc)  # when it was first claimed
    resends: int = 0  # attempts whose result nobody knows, so that they were made again
    last_error: str | None = Field(default=None, sa_type=Words)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)


class PayloadRow(SQLModel, table=True):
    """The final bytes of an outbox row: every attempt sends exactly these."""

    __tablename__ = "payloads"

    outbox: int = Field(primary_key=True, foreign_key="outbox.id", sa_type=ID)
    content: bytes = Field(sa_type=BYTES)


class AttemptRow(SQLModel, table=True):
    """One attempt to deliver an outbox row, and what the other side said."""

    __tablename__ = "attempts"
    __table_args__ = (one_of("receipt", RECEIPTS, "receipt"),)

    outbox: int = Field(primary_key=True, foreign_key="outbox.id", sa_type=ID)
    number: int = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=Utc)
    receipt: str = Field(sa_type=Words)
    detail: str = Field(sa_type=Words)


class AuditRow(SQLModel, table=True):
    """What a person did to the site by a command."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    noted_at: datetime = Field(sa_type=Utc)
    actor: str = Field(sa_type=Words)
    verb: str = Field(sa_type=Words)
    details: str = Field(sa_type=Words)


OUTBOX, PAYLOADS, ATTEMPTS, AUDIT = table_of(OutboxRow), table_of(PayloadRow), table_of(AttemptRow), table_of(AuditRow)
