"""Who writes: a person is a row with identities, and everything else holds the person's id only."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.schema.columns import ID, Key, Utc, Words, one_of
from store.schema.naming import table_of


class Person(SQLModel, table=True):
    """Somebody with at least one identity."""

    __tablename__ = "persons"

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    name: str = Field(sa_type=Words)
    met_at: datetime = Field(sa_type=Utc)


class Identity(SQLModel, table=True):
    """One way in which a person writes to us; a lower-cased mail address belongs to one person."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("kind", "address"),
        one_of("kind", ["mail", "slack"], "kind"),
        Index("ix_identities_person", "person"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    person: int = Field(foreign_key="persons.id", sa_type=ID)
    kind: str = Field(sa_type=Words)
    address: str = Field(sa_type=Key)
    undeliverable_at: datetime | None = Field(default=None, sa_type=Utc)
    undeliverable_why: str | None = Field(default=None, sa_type=Words)


PERSONS, IDENTITIES = table_of(Person), table_of(Identity)
