"""Senders whom agents let in or keep out by a command, beside the lists in the admin's files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.columns import shorten
from store.schema.filters import LISTED

Kind = Literal["allow", "block"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry and who made it; `who` is an address or a domain in its one spelling."""

    who: str
    kind: Kind
    actor: str
    listed_at: datetime


_T = LISTED.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_KEEP = insert(LISTED)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["who"], set_={name: _KEEP.excluded[name] for name in ("kind", "actor", "listed_at")}
)
_DROP = hot("listed.drop", delete(LISTED).where(_T.who == bindparam("whom")), whom="d1.example")
_FIND = hot(
    "listed.find", select(LISTED).where(_T.who.in_(bindparam("names", expanding=True))), names=["c1@d1.example"]
)
_ALL = select(LISTED).order_by(_T.who).limit(bindparam("many"))


def put(session: Session, entry: Listed) -> None:
    """Put a sender on one of the lists; it is taken off the other."""
    given = {"who": entry.who, "kind": entry.kind, "actor": entry.actor, "listed_at": entry.listed_at}
    session.connection().execute(_KEEP, given)


def drop(session: Session, who: str) -> None:
    """Take a sender off whichever list they are on."""
    session.connection().execute(_DROP, {"whom": shorten(who)})


def find(session: Session, names: Collection[str]) -> Mapping[str, Listed]:
    """The entries of these addresses and domains, by name."""
    if not names:
        return {}
    rows = session.connection().execute(_FIND, {"names": [shorten(name) for name in names]})
    return {row.who: Listed(row.who, row.kind, row.actor, row.listed_at) for row in rows}


def entries(session: Session, limit: int = 1000) -> list[Listed]:
    """All that is on the lists, by name."""
    rows = session.connection().execute(_ALL, {"many": limit})
    return [Listed(row.who, row.kind, row.actor, row.listed_at) for row in rows]
