"""Tickets and what stands on them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, false, text
from sqlmodel import Field, SQLModel

from mail.model import Level
from store.schema.columns import ID, Key, Utc, Words, one_of
from store.schema.naming import table_of
from tickets.model import MessageKind, Priority, Resolution, Rung, Status

# What partial indexes hold; queries that need one use the same words.
DUE = text("due_at IS NOT NULL")
BEARING = text("reference IS NOT NULL")
MERGED = text("merged_into IS NOT NULL")

# What a partial index holds; the query that needs it uses the same words.
IN_CONVERSATION = text("conversation IS NOT NULL")


class TicketRecord(SQLModel, table=True):
    """A ticket as it is now; what happened to it stands in its events."""

    __tablename__ = "tickets"
    __table_args__ = (
        one_of("status", Status, "status"),
        one_of("resolution", Resolution, "resolution"),
        one_of("priority", Priority, "priority"),
        one_of("rung", Rung, "rung"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_tickets_status", "status", "number"),
        Index("ix_tickets_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_tickets_reference", "reference", sqlite_where=BEARING, postgresql_where=BEARING),
        Index("ix_tickets_merged_into", "merged_into", sqlite_where=MERGED, postgresql_where=MERGED),
        Index("ix_tickets_requester", "requester", "number"),
    )

    number: int = Field(primary_key=True, sa_type=ID, sa_column_kwargs={"autoincrement": False})
    status: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    mailbox: str = Field(sa_type=Words)
    created_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
    requester: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)
    owner: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)
    language: str = Field(sa_type=Words)
    account: str | None = Field(default=None, sa_type=Words)
    source: str | None = Field(default=None, sa_type=Words)
    ask_first: bool = False
    resolution: str | None = Field(default=None, sa_type=Words)
    reference: str | None = Field(default=None, sa_type=Key)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    linked: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    merged_into: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    touched: bool = False
    priority: str = Field(sa_type=Words, sa_column_kwargs={"server_default": "normal"})
    tags: str | None = Field(default=None, sa_type=Words)  # a blank between each two
    snoozed_until: datetime | None = Field(default=None, sa_type=Utc)
    pending_since: datetime | None = Field(default=None, sa_type=Utc)
    rung: str | None = Field(default=None, sa_type=Words)
    slipped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    surveyed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    due_at: datetime | None = Field(default=None, sa_type=Utc)  # of the next step that the clock takes


class ParticipantRow(SQLModel, table=True):
    """Another person who gets the public replies of a ticket."""

    __tablename__ = "participants"

    ticket: int = Field(primary_key=True, foreign_key="tickets.number", sa_type=ID)
    person: int = Field(primary_key=True, foreign_key="persons.id", sa_type=ID)


class MessageRecord(SQLModel, table=True):
    """One entry on a ticket; `reply` is the part of `text` that is new."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("kind", MessageKind, "kind"),
        one_of("level", Level, "level"),
        Index("ix_messages_ticket", "ticket", "id"),
        Index("ix_messages_message_id", "message_id"),
        Index(
            "ix_messages_conversation",
            "conversation",
            sqlite_where=IN_CONVERSATION,
            postgresql_where=IN_CONVERSATION,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    ticket: int = Field(foreign_key="tickets.number", sa_type=ID)
    kind: str = Field(sa_type=Words)
    author: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)
    level: str | None = Field(default=None, sa_type=Words)
    arrival: int | None = Field(default=None, foreign_key="arrivals.id", sa_type=ID)
    added_at: datetime = Field(sa_type=Utc)
    message_id: str | None = Field(default=None, sa_type=Key)
    subject: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    reply: str = Field(sa_type=Words)
    conversation: str | None = Field(default=None, sa_type=Key)  # the GUID of Exchange's Thread-Index: a hint


class NamedRow(SQLModel, table=True):
    """A Message-ID that a message answers: for the parent that comes later, and for other answers to it.

    One row for a ticket is enough, however many of its messages name the same. `ticket` is where the message lay when
    it came, and only keeps rows apart; where it lies now, the message itself says.
    """

    __tablename__ = "named"

    message_id: str = Field(primary_key=True, sa_type=Key)
    ticket: int = Field(primary_key=True, foreign_key="tickets.number", sa_type=ID)
    message: int = Field(foreign_key="messages.id", sa_type=ID)


class AttachmentRow(SQLModel, table=True):
    """A view into the raw bytes of the message's arrival, never a second copy."""

    __tablename__ = "attachments"

    message: int = Field(primary_key=True, foreign_key="messages.id", sa_type=ID)
    position: int = Field(primary_key=True)  # two may share a part: what a winmail.dat holds
    part: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    type: str = Field(sa_type=Words)
    size: int = Field(sa_type=BigInteger)  # decoded bytes
    sha256: str = Field(sa_type=Words)
    inline: bool
    cid: str | None = Field(default=None, sa_type=Words)
    from_tnef: bool


class EventRow(SQLModel, table=True):
    """What happened to a ticket, and by whom; appended, never changed."""

    __tablename__ = "events"
    __table_args__ = (one_of("level", Level, "level"), Index("ix_events_ticket", "ticket", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    ticket: int = Field(foreign_key="tickets.number", sa_type=ID)
    happened_at: datetime = Field(sa_type=Utc)
    kind: str = Field(sa_type=Words)
    payload: str = Field(sa_type=Words)  # JSON
    person: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)  # who did it
    actor: str | None = Field(default=None, sa_type=Words)  # or who else: `cli:root`, `clock`
    level: str | None = Field(default=None, sa_type=Words)  # how far that was proven
    arrival: int | None = Field(default=None, foreign_key="arrivals.id", sa_type=ID)  # by which mail
    changes: str | None = Field(default=None, sa_type=Words)  # JSON: field of the ticket → [before, after]


class AccountFactRow(SQLModel, table=True):
    """Something that agents learned of an account."""

    __tablename__ = "account_facts"

    account: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Words)
    set_at: datetime = Field(sa_type=Utc)


TICKETS, PARTICIPANTS, MESSAGES = table_of(TicketRecord), table_of(ParticipantRow), table_of(MessageRecord)
NAMED, ATTACHMENTS, EVENTS = table_of(NamedRow), table_of(AttachmentRow), table_of(EventRow)
ACCOUNT_FACTS = table_of(AccountFactRow)
