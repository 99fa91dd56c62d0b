"""Tickets and what stands on them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from mail.model import Level
from store.schema.columns import ID, Key, Utc, Words, one_of
from store.schema.naming import table_of
from tickets.model import MessageKind, Resolution, Status


class TicketRecord(SQLModel, table=True):
    """A ticket as it is now; what happened to it stands in its events."""

    __tablename__ = "tickets"
    __table_args__ = (
        one_of("status", Status, "status"),
        one_of("resolution", Resolution, "resolution"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_tickets_status", "status", "number"),
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
    reference: str | None = Field(default=None, sa_type=Words)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    linked: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    merged_into: int | None = Field(default=None, foreign_key="tickets.number", sa_type=ID)
    touched: bool = False


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


class ParentRow(SQLModel, table=True):
    """A Message-ID that a message answers, for the parent that comes later than its answer."""

    __tablename__ = "parents"
    __table_args__ = (Index("ix_parents_message_id", "message_id"),)

    message: int = Field(primary_key=True, foreign_key="messages.id", sa_type=ID)
    message_id: str = Field(primary_key=True, sa_type=Key)


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
    """What happened to a ticket; appended, never changed."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_ticket", "ticket", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    ticket: int = Field(foreign_key="tickets.number", sa_type=ID)
    happened_at: datetime = Field(sa_type=Utc)
    kind: str = Field(sa_type=Words)
    payload: str = Field(sa_type=Words)  # JSON


TICKETS, PARTICIPANTS, MESSAGES = table_of(TicketRecord), table_of(ParticipantRow), table_of(MessageRecord)
PARENTS, ATTACHMENTS, EVENTS = table_of(ParentRow), table_of(AttachmentRow), table_of(EventRow)
