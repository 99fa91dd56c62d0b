"""A ticket as a row and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from store.schema.conversations import TICKETS
from tickets.model import Resolution, Status, Ticket

FIELDS = tuple(field.name for field in fields(Ticket))
COLUMNS = tuple(TICKETS.c[name] for name in FIELDS)


def to_row(ticket: Ticket) -> dict[str, Any]:
    """Column values of a ticket."""
    return {name: getattr(ticket, name) for name in FIELDS}


def to_ticket(row: Row[*tuple[Any, ...]]) -> Ticket:
    """The ticket of a row that begins with COLUMNS."""
    values = dict(zip(FIELDS, row, strict=False))
    values["status"] = Status(row.status)
    values["resolution"] = Resolution(row.resolution) if row.resolution is not None else None
    return Ticket(**values)
