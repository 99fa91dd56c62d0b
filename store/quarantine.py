"""What was put aside, for a person to look at and to let go."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, false, func, insert, null, select, true, update
from sqlmodel import Session

from store import audit, ledger, sites
from store.hot import hot
from store.ledger import COLUMNS, ArrivalRow, arrival_row
from store.schema.arrivals import ARRIVALS, QUARANTINED, RAW
from store.schema.filters import LESSONS
from store.schema.held import RELEASES
from tickets.model import Outcome, Reason

_A = ARRIVALS.c
_WAITING = hot(
    "quarantine.waiting",
    select(*COLUMNS).where(QUARANTINED).order_by(_A.id.desc()).limit(bindparam("many")),
    many=50,
)
_HAS_BYTES = select(RAW.c.arrival).where(RAW.c.arrival == _A.id).exists()
_KEEP = insert(RELEASES).from_select(
    ["arrival", "mailbox", "reason", "held_at", "released_at", "actor"],
    select(
        _A.id,
        _A.mailbox,
        _A.reason,
        _A.finished_at,
        bindparam("at", type_=RELEASES.c.released_at.type),
        bindparam("who", type_=RELEASES.c.actor.type),
    ).where(_A.id == bindparam("released_arrival"), _A.outcome == Outcome.QUARANTINED, _HAS_BYTES),
)
_RELEASE = (
    update(ARRIVALS)
    .where(_A.id == bindparam("arrival"), _A.outcome == Outcome.QUARANTINED, _HAS_BYTES)
    .values(outcome=null(), reason=null(), why="", released=true(), attempt=0, lease_until=null(), finished_at=null())
)

_TAKE_BACK = hot(
    "quarantine.take_back",
    update(ARRIVALS)
    .where(_A.id == bindparam("which"), _A.outcome == Outcome.TICKETED)
    .values(
        outcome=Outcome.QUARANTINED,
        reason=Reason.SPAM,
        why=bindparam("in_words"),
        released=false(),
        finished_at=bindparam("at", type_=_A.finished_at.type),
    ),
    which=1,
    in_words="",
)
_OLD = hot(
    "quarantine.old",
    select(_A.id, _A.finished_at)
    .where(QUARANTINED, _HAS_BYTES, _A.finished_at >= bindparam("since"), _A.finished_at <= bindparam("before"))
    .where(
        _A.reason == Reason.SPAM, _A.ticket.is_(None), ~select(LESSONS.c.id).where(LESSONS.c.arrival == _A.id).exists()
    )
    .order_by(_A.finished_at, _A.id)
    .limit(bindparam("many")),
    many=100,
)
_PURGE = hot("quarantine.purge", delete(RAW).where(RAW.c.arrival.in_(bindparam("ids", expanding=True))), ids=[1, 2])
_BY_REASON = select(_A.reason, func.count().label("many")).where(QUARANTINED).group_by(_A.reason)
_EVER = datetime.min.replace(tzinfo=UTC)
_PURGED_UNTIL, _PURGED = "quarantine_purged_until", "quarantine_purged"  # what the site remembers of it


def waiting(session: Session, limit: int) -> list[ArrivalRow]:
    """What lies in quarantine, newest first."""
    return [arrival_row(row) for row in session.connection().execute(_WAITING, {"many": limit})]


def show(session: Session, arrival: int) -> ArrivalRow | None:
    """One arrival if it lies in quarantine; its bytes are `ledger.raw`."""
    row = ledger.arrival(session, arrival)
    return row if row is not None and row.outcome is Outcome.QUARANTINED else None


def release(session: Session, arrival: int, actor: str, now: datetime) -> bool:
    """Put an arrival back to work, marked as let out by a person.

    False where it does not lie in quarantine, or its bytes are not kept any more.
    """
    session.connection().execute(_KEEP, {"released_arrival": arrival, "at": now, "who": actor})
    if session.connection().execute(_RELEASE, {"arrival": arrival}).rowcount != 1:
        return False
    audit.note(session, actor, "quarantine release", str(arrival), now)
    return True


def take_back(session: Session, arrival: int, why: str, now: datetime) -> bool:
    """Put an arrival that became a ticket among the spam; the ticket stays. False where it is not such a one."""
    given = {"which": arrival, "in_words": why, "at": now}
    return session.connection().execute(_TAKE_BACK, given).rowcount == 1


def purge(session: Session, before: datetime, limit: int) -> int:
    """Let go of the bytes of spam that was put aside before that moment, eldest first, at most `limit` mails; how many.

    The arrivals stay with their verdicts. So do the bytes of what lies on a ticket, and of what somebody called spam or
    genuine: the learner may need them.
    """
    connection = session.connection()
    since = sites.get(session, _PURGED_UNTIL)
    given = {"since": datetime.fromisoformat(since) if since else _EVER, "before": before, "many": limit}
    rows = connection.execute(_OLD, given).all()
    if rows:
        connection.execute(_PURGE, {"ids": [row.id for row in rows]})
        sites.remember(session, _PURGED_UNTIL, rows[-1].finished_at.isoformat())
        sites.remember(session, _PURGED, str(purged(session) + len(rows)))
    return len(rows)


def purged(session: Session) -> int:
    """Of how many mails the bytes were let go, ever."""
    return int(sites.get(session, _PURGED) or 0)


def counts(session: Session) -> Mapping[Reason, int]:
    """How many arrivals lie in quarantine for each reason."""
    found = {Reason(row.reason): row.many for row in session.connection().execute(_BY_REASON)}
    return {reason: found.get(reason, 0) for reason in Reason}
