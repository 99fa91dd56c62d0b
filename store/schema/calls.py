"""Calls for help."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Utc, Words
from store.schema.naming import table_of

CALL_DUE = text("due_at IS NOT NULL")


class CallRow(SQLModel, table=True):
    """Somebody of ours is asked for help on a ticket; `rung` is the last step that was taken."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_due", "due_at", "id", sqlite_where=CALL_DUE, postgresql_where=CALL_DUE),
        Index("ix_calls_ticket", "ticket", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    ticket: int = Field(foreign_key="tickets.number", sa_type=ID)
    whom: str = Field(sa_type=Words)
    area: str | None = Field(default=None, sa_type=Words)
    author: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)
    caller: str = Field(sa_type=Words)
    reason: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    rung: int
    asked_at: datetime = Field(sa_type=Utc)
    due_at: datetime | None = Field(default=None, sa_type=Utc)  # of the next step
    reacted_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)  # also where somebody reacted


CALLS = table_of(CallRow)
