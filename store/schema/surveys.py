"""Who was asked how it went, what they answered, and who wants to be asked no more."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Utc, Words, one_of
from store.schema.naming import table_of

WAYS = ("mail", "web")


class SurveyRow(SQLModel, table=True):
    """One survey, about one ticket, to one person; owner, account and mailbox are those of the day it was asked."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        one_of("way", WAYS, "way"),
        Index("ix_surveys_person", "person", "asked_at"),
        Index("ix_surveys_asked_at", "asked_at"),
    )

    ticket: int = Field(primary_key=True, foreign_key="tickets.number", sa_type=ID)
    person: int = Field(foreign_key="persons.id", sa_type=ID)
    asked_at: datetime = Field(sa_type=Utc)
    mailbox: str = Field(sa_type=Words)
    owner: int | None = Field(default=None, foreign_key="persons.id", sa_type=ID)
    account: str | None = Field(default=None, sa_type=Words)
    score: int | None = None
    comment: str | None = Field(default=None, sa_type=Words)
    way: str | None = Field(default=None, sa_type=Words)
    rated_at: datetime | None = Field(default=None, sa_type=Utc)  # first
    changed_at: datetime | None = Field(default=None, sa_type=Utc)  # last


class OptOutRow(SQLModel, table=True):
    """Somebody who is never asked again."""

    __tablename__ = "opt_outs"
    __table_args__ = (one_of("way", WAYS, "way"),)

    person: int = Field(primary_key=True, foreign_key="persons.id", sa_type=ID)
    opted_out_at: datetime = Field(sa_type=Utc)
    way: str = Field(sa_type=Words)


SURVEYS, OPT_OUTS = table_of(SurveyRow), table_of(OptOutRow)
