"""Persons and the addresses they write from."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from mail.model import Address
from store.hot import hot
from store.schema.people import IDENTITIES, PERSONS

_I = IDENTITIES.c
_FIND = hot(
    "persons.find",
    select(_I.person, _I.undeliverable_at).where(_I.kind == "mail", _I.address == bindparam("address")),
    address="c1@one.example",
)
_FIND_MEMBER = hot(
    "persons.find_member",
    select(_I.person).where(_I.kind == "slack", _I.address == bindparam("member")),
    member="U0123456789",
)
_MEET = insert(PERSONS).returning(PERSONS.c.id)
_NAME = insert(IDENTITIES)
_ADDRESSES = hot(
    "persons.addresses",
    select(_I.person, PERSONS.c.name, _I.address, _I.undeliverable_at)
    .join(PERSONS, PERSONS.c.id == _I.person)
    .where(_I.person.in_(bindparam("ids", expanding=True)), _I.kind == "mail")
    .order_by(_I.id.desc()),
    ids=[1, 2, 3],
)
_NAMES = hot(
    "persons.names",
    select(PERSONS.c.id, PERSONS.c.name, _I.address)
    .join(IDENTITIES, (_I.person == PERSONS.c.id) & (_I.kind == "mail"), isouter=True)
    .where(PERSONS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_I.id.desc()),
    ids=[1, 2, 3],
)
_MARK = (
    update(IDENTITIES)
    .where(_I.kind == "mail", _I.address == bindparam("who"))
    .values(undeliverable_at=bindparam("at", type_=_I.undeliverable_at.type), undeliverable_why=bindparam("because"))
)


def person(session: Session, address: Address, now: datetime) -> int:
    """The id of whoever writes from this address, met now if never before."""
    connection = session.connection()
    known = connection.execute(_FIND, {"address": address.address}).first()
    if known is not None:
        return int(known.person)
    new: int = connection.execute(_MEET, {"name": address.name, "met_at": now}).scalar_one()
    connection.execute(_NAME, {"person": new, "kind": "mail", "address": address.address})
    return new


def meet_nameless(session: Session, name: str, now: datetime) -> int:
    """The id of somebody new of whom no address is known."""
    return int(session.connection().execute(_MEET, {"name": name, "met_at": now}).scalar_one())


def member(session: Session, user: str, known_as: Address, now: datetime) -> int:
    """The id of a member of our Slack, met now if never before; they are one with whoever writes from that address.

    An empty address names nobody else.
    """
    connection = session.connection()
    found: int | None = connection.execute(_FIND_MEMBER, {"member": user}).scalar()
    if found is not None:
        return found
    new = person(session, known_as, now) if known_as.address else meet_nameless(session, known_as.name, now)
    connection.execute(_NAME, {"person": new, "kind": "slack", "address": user})
    return new


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """How each of these persons is shown: name and address, as far as they are known."""
    wanted = list(ids)
    rows = session.connection().execute(_NAMES, {"ids": wanted}) if wanted else ()
    return {row.id: " ".join(filter(None, [row.name, f"<{row.address}>" if row.address else ""])) for row in rows}


def addresses(session: Session, ids: Iterable[int]) -> dict[int, Address]:
    """The first mail address of each of these persons; who has none is not in it."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = session.connection().execute(_ADDRESSES, {"ids": wanted})
    return {row.person: Address(row.name, row.address) for row in rows}


def reach(session: Session, person: int) -> tuple[Address, bool] | None:
    """The first mail address of a person, and whether mail to it was found not to arrive; None without one."""
    found = session.connection().execute(_ADDRESSES, {"ids": [person]}).all()
    return (Address(found[-1].name, found[-1].address), found[-1].undeliverable_at is not None) if found else None


def mark_undeliverable(session: Session, address: str, now: datetime, why: str) -> None:
    """Mail to this address does not arrive; nothing where nobody writes from it."""
    session.connection().execute(_MARK, {"who": address, "at": now, "because": why})


def is_undeliverable(session: Session, address: str) -> bool:
    """Mail to this address was found not to arrive."""
    row = session.connection().execute(_FIND, {"address": address}).first()
    return row is not None and row.undeliverable_at is not None
