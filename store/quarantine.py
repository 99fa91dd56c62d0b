"""What was put aside, for a person to look at and to let go."""

from datetime import datetime

from sqlalchemy import bindparam, insert, null, select, true, update
from sqlmodel import Session

from store import audit, ledger
from store.hot import hot
from store.ledger import COLUMNS, ArrivalRow, arrival_row
from store.schema.arrivals import ARRIVALS, QUARANTINED
from store.schema.held import RELEASES
from tickets.model import Outcome

_A = ARRIVALS.c
_WAITING = hot(
    "quarantine.waiting",
    select(*COLUMNS).where(QUARANTINED).order_by(_A.id.desc()).limit(bindparam("many")),
    many=50,
)
_KEEP = insert(RELEASES).from_select(
    ["arrival", "mailbox", "reason", "held_at", "released_at", "actor"],
    select(
        _A.id,
        _A.mailbox,
        _A.reason,
        _A.finished_at,
        bindparam("at", type_=RELEASES.c.released_at.type),
        bindparam("who", type_=RELEASES.c.actor.type),
    ).where(_A.id == bindparam("released_arrival"), _A.outcome == Outcome.QUARANTINED),
)
_RELEASE = (
    update(ARRIVALS)
    .where(_A.id == bindparam("arrival"), _A.outcome == Outcome.QUARANTINED)
    .values(outcome=null(), reason=null(), why="", released=true(), attempt=0, lease_until=null(), finished_at=null())
)


def waiting(session: Session, limit: int) -> list[ArrivalRow]:
    """What lies in quarantine, newest first."""
    return [arrival_row(row) for row in session.connection().execute(_WAITING, {"many": limit})]


def show(session: Session, arrival: int) -> ArrivalRow | None:
    """One arrival if it lies in quarantine; its bytes are `ledger.raw`."""
    row = ledger.arrival(session, arrival)
    return row if row is not None and row.outcome is Outcome.QUARANTINED else None


def release(session: Session, arrival: int, actor: str, now: datetime) -> bool:
    """Put an arrival back to work, marked as let out by a person; False where it does not lie in quarantine."""
    session.connection().execute(_KEEP, {"released_arrival": arrival, "at": now, "who": actor})
    if session.connection().execute(_RELEASE, {"arrival": arrival}).rowcount != 1:
        return False
    audit.note(session, actor, "quarantine release", str(arrival), now)
    return True
