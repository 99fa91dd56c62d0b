"""What the filters decided, what they were taught, what came of that, and whom agents let in or kept out."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from store.schema.columns import BYTES, ID, Key, Utc, Words, one_of
from store.schema.naming import table_of

LISTS = ("allow", "block")


class VerdictRow(SQLModel, table=True):
    """What was decided about an arrival, the last time that it was judged."""

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_judged_at", "judged_at", "decision"),)

    arrival: int = Field(primary_key=True, foreign_key="arrivals.id", sa_type=ID)
    score: float
    decision: str = Field(sa_type=Words)
    symbols: str = Field(sa_type=Words)  # JSON: name, score, group and reason of each
    reason: str = Field(sa_type=Words)
    circumstances: str = Field(sa_type=Words)  # JSON: what it rested on beside the mail
    judged_at: datetime = Field(sa_type=Utc)


class LessonRow(SQLModel, table=True):
    """What somebody said an arrival is, in the order in which it was said; appended, never changed."""

    __tablename__ = "lessons"
    __table_args__ = (Index("ix_lessons_arrival", "arrival", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    arrival: int = Field(foreign_key="arrivals.id", sa_type=ID)
    mailbox: str = Field(sa_type=Key)
    spam: bool
    by: str = Field(sa_type=Words)  # command, release, answer, digest, train
    actor: str = Field(sa_type=Words)
    taught_at: datetime = Field(sa_type=Utc)


class LearnedRow(SQLModel, table=True):
    """All that the learner knew after a lesson, packed; there is one row, or none."""

    __tablename__ = "learned"

    name: str = Field(primary_key=True, sa_type=Words)
    lesson: int = Field(sa_type=ID)  # the last that it knew of
    state: bytes = Field(sa_type=BYTES)
    kept_at: datetime = Field(sa_type=Utc)


class ListedRow(SQLModel, table=True):
    """A sender whom agents let in or keep out: an address or a domain."""

    __tablename__ = "listed"
    __table_args__ = (one_of("kind", LISTS, "kind"),)

    who: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(sa_type=Words)
    actor: str = Field(sa_type=Words)
    listed_at: datetime = Field(sa_type=Utc)


VERDICTS, LESSONS, LEARNED, LISTED = (
    table_of(VerdictRow),
    table_of(LessonRow),
    table_of(LearnedRow),
    table_of(ListedRow),
)
