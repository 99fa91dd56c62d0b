"""What has left, or waits to leave, on behalf of one ticket: for people who look at it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from store.hot import hot
from store.schema.outgoing import OUTBOX

_O = OUTBOX.c
_OF_TICKET = hot(
    "sendings.of_ticket",
    select(
        _O.key,
        _O.recipient,
        _O.message_id,
        _O.state,
        _O.held,
        _O.attempts,
        _O.resends,
        _O.put_at,
        _O.settled_at,
        _O.last_error,
    )
    .where(_O.ticket == bindparam("of"))
    .order_by(_O.id),
    of=1,
)


@dataclass(frozen=True, slots=True)
class Sending:
    """One row of the outbox without its bytes."""

    key: str
    recipient: str
    message_id: str
    state: str
    held: str | None
    attempts: int
    resends: int
    put_at: datetime
    settled_at: datetime | None
    last_error: str | None


def of_ticket(session: Session, number: int) -> list[Sending]:
    """All that left or waits for a ticket, oldest first."""
    rows = session.connection().execute(_OF_TICKET, {"of": number})
    return [Sending(**row._asdict()) for row in rows]
