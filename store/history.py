"""All that happened to a ticket, with who did it and what it changed: the audit log of that ticket."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from mail.model import Level
from store.eventcodec import decode, decode_changes
from store.hot import hot
from store.schema.conversations import EVENTS
from tickets.events import Event
from tickets.record import Doer, FieldChange

_E = EVENTS.c
_ALL = hot("history.all", select(EVENTS).where(_E.ticket == bindparam("of")).order_by(_E.id), of=1)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event with all that is kept of it."""

    at: datetime
    event: Event
    doer: Doer
    changes: tuple[FieldChange, ...]


def history(session: Session, number: int) -> list[Happened]:
    """Everything, in the order in which it happened."""
    rows = session.connection().execute(_ALL, {"of": number})
    return [
        Happened(
            row.happened_at,
            decode(row.kind, row.payload),
            Doer(row.person, row.actor, Level(row.level) if row.level is not None else None, row.arrival),
            decode_changes(row.changes),
        )
        for row in rows
    ]
