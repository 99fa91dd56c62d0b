"""A ticket as a row and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from store.schema.conversations import TICKETS
from tickets.model import Priority, Resolution, Rung, Status, Ticket
from tickets.schedule import Timetable, next_step

FIELDS = tuple(field.name for field in fields(Ticket))
COLUMNS = tuple(TICKETS.c[name] for name in FIELDS)
WRITTEN = (*FIELDS, "due_at")


def to_row(ticket: Ticket, timetable: Timetable) -> dict[str, Any]:
    """Column values of a ticket, with the moment at which the clock has something to do for it."""
    step = next_step(ticket, timetable)
    values = {name: getattr(ticket, name) for name in FIELDS}
    return values | {"tags": " ".join(ticket.tags) or None, "due_at": step.at if step is not None else None}


def to_ticket(row: Row[*tuple[Any, ...]]) -> Ticket:
    """The ticket of a row that begins with COLUMNS."""
    values = dict(zip(FIELDS, row, strict=False))
    values["status"] = Status(row.status)
    values["resolution"] = Resolution(row.resolution) if row.resolution is not None else None
    values["priority"] = Priority(row.priority)
    values["rung"] = Rung(row.rung) if row.rung is not None else None
    values["tags"] = tuple((row.tags or "").split())
    return Ticket(**values)
