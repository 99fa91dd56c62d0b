"""Arrivals: recorded before anything looks at them, claimed in order, finished exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from store import sites
from store.hot import chosen_once, hot
from store.ledger import ArrivalRow, Ledger, arrival, arrivals, ledger, raw
from store.schema.arrivals import ARRIVALS, CURSORS, RAW
from tickets.model import Outcome, Reason

__all__ = [
    "AlreadyFinished",
    "ArrivalRow",
    "Claimed",
    "Ledger",
    "NewArrival",
    "arrival",
    "arrivals",
    "claim",
    "cursor",
    "done_uids",
    "finish",
    "first_start",
    "ledger",
    "mark_settled",
    "postpone",
    "raw",
    "record",
    "recover",
    "release_claims",
    "since",
]


@dataclass(frozen=True, slots=True)
class NewArrival:
    """One mail as a source hands it over; `uid` and `uidvalidity` are None where the source has no such thing."""

    uid: int | None
    uidvalidity: int | None
    received_at: datetime
    raw: bytes
    left_out: str | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """An arrival that is the claimer's until its lease ends; `attempt` counts from one."""

    id: int
    mailbox: str
    received_at: datetime
    attempt: int
    raw: bytes
    left_out: str | None
    released: bool
    uid: int | None
    uidvalidity: int | None
    imported: bool = False  # old mail: nothing leaves for it
    kind: str = "mail"  # what it is, and so who reads it


class AlreadyFinished(Exception):
    """An arrival has its one outcome already: whatever else was written for it must be rolled back."""


_A = ARRIVALS.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_RECORD = (
    upsert(ARRIVALS)
    .on_conflict_do_nothing(index_elements=["mailbox", "uidvalidity", "uid"])
    .returning(_A.id, _A.uidvalidity, _A.uid)
)
_KEEP_BYTES = insert(RAW)
_MOVE_CURSOR = upsert(CURSORS)
_MOVE_CURSOR = _MOVE_CURSOR.on_conflict_do_update(
    index_elements=["mailbox"],
    set_={
        "uidvalidity": func.coalesce(_MOVE_CURSOR.excluded.uidvalidity, CURSORS.c.uidvalidity),
        "uid": func.coalesce(_MOVE_CURSOR.excluded.uid, CURSORS.c.uid),
        "arrivals": CURSORS.c.arrivals + _MOVE_CURSOR.excluded.arrivals,
    },
)
_CURSOR = select(CURSORS.c.uidvalidity, CURSORS.c.uid).where(CURSORS.c.mailbox == bindparam("mailbox"))
_OLDEST = (
    select(_A.id)
    .where(_A.outcome.is_(None), or_(_A.lease_until.is_(None), _A.lease_until < bindparam("now")))
    .order_by(_A.received_at, _A.id)
    .limit(bindparam("many"))
    .with_for_update(skip_locked=True)
)
_CLAIM = hot(
    "journal.claim",
    update(ARRIVALS)
    .where(_A.id.in_(chosen_once(_OLDEST)), _A.outcome.is_(None))
    .values(attempt=_A.attempt + 1, lease_until=bindparam("until", type_=_A.lease_until.type))
    .returning(
        *(_A.id, _A.mailbox, _A.received_at, _A.attempt, _A.left_out),
        *(_A.released, _A.uid, _A.uidvalidity, _A.imported, _A.kind),
    ),
    many=10,
)
_BYTES = hot(
    "journal.bytes",
    select(RAW.c.arrival, RAW.c.content).where(RAW.c.arrival.in_(bindparam("ids", expanding=True))),
    ids=[1, 2, 3],
)
_FINISH = hot(
    "journal.finish",
    update(ARRIVALS)
    .where(
        _A.id == bindparam("arrival"),
        or_(_A.outcome.is_(None), (_A.outcome == Outcome.QUARANTINED) & (bindparam("to") != Outcome.QUARANTINED)),
    )
    .values(
        outcome=bindparam("to"),
        reason=bindparam("because"),
        why=bindparam("in_words"),
        ticket=func.coalesce(bindparam("on", type_=_A.ticket.type), _A.ticket),
        finished_at=bindparam("at", type_=_A.finished_at.type),
        lease_until=null(),
        message_id=func.coalesce(bindparam("own_id", type_=_A.message_id.type), _A.message_id),
        fingerprint=func.coalesce(bindparam("print", type_=_A.fingerprint.type), _A.fingerprint),
        sender=func.coalesce(bindparam("by", type_=_A.sender.type), _A.sender),
        subject=func.coalesce(bindparam("about", type_=_A.subject.type), _A.subject),
    ),
    arrival=1,
    to="ticketed",
)
_GIVE_BACK = (
    update(ARRIVALS)
    .where(_A.id.in_(bindparam("ids", expanding=True)), _A.outcome.is_(None), _A.lease_until.is_not(None))
    .values(lease_until=null(), attempt=_A.attempt - bindparam("uncount"))
)
_POSTPONE = (
    update(ARRIVALS)
    .where(_A.id == bindparam("arrival"), _A.outcome.is_(None))
    .values(lease_until=bindparam("until", type_=_A.lease_until.type), attempt=_A.attempt - 1)
)
_RECOVER = update(ARRIVALS).where(_A.outcome.is_(None), _A.lease_until.is_not(None)).values(lease_until=null())
_DONE = hot(
    "journal.done_uids",
    select(_A.uid)
    .where(
        _A.mailbox == bindparam("mailbox"),
        _A.uidvalidity == bindparam("epoch"),
        _A.uid.is_not(None),
        _A.settled_at.is_(None),
        _A.outcome.is_not(None),
    )
    .order_by(_A.uid)
    .limit(bindparam("many")),
    mailbox="support@us.example",
    epoch=1,
    many=500,
)
_SETTLED = hot(
    "journal.mark_settled",
    update(ARRIVALS)
    .where(
        _A.mailbox == bindparam("box"),
        _A.uidvalidity == bindparam("epoch"),
        _A.uid.in_(bindparam("uids", expanding=True)),
    )
    .values(settled_at=_A.finished_at),
    box="support@us.example",
    epoch=1,
    uids=[1, 2, 3],
)


def record(
    session: Session,
    mailbox: str,
    mails: Sequence[NewArrival],
    cursor: tuple[int, int] | None,
    now: datetime,
    *,
    kind: str = "mail",
) -> list[int]:
    """Write mails and cursor (uidvalidity, uid) down together; the ids of those that were new, oldest UID first.

    The same mailbox, uidvalidity and uid a second time is ignored, whatever its bytes. A cursor of None leaves it.
    """
    connection = session.connection()
    common = {"kind": kind, "mailbox": mailbox, "recorded_at": now, "attempt": 0, "released": False, "why": ""}
    content: list[dict[str, Any]] = []
    for mail in mails:
        row = connection.execute(
            _RECORD,
            {
                **common,
                "uidvalidity": mail.uidvalidity,
                "uid": mail.uid,
                "received_at": mail.received_at,
                "size": len(mail.raw),
                "left_out": mail.left_out,
                "imported": mail.imported,
            },
        ).first()
        if row is not None:
            content.append({"arrival": row.id, "content": mail.raw})
    if content:
        connection.execute(_KEEP_BYTES, content)
    uidvalidity, uid = cursor or (None, None)
    connection.execute(
        _MOVE_CURSOR, {"mailbox": mailbox, "uidvalidity": uidvalidity, "uid": uid, "arrivals": len(content)}
    )
    return [row["arrival"] for row in content]


def cursor(session: Session, mailbox: str) -> tuple[int, int] | None:
    """How far a mailbox has been read: (uidvalidity, uid); None before the first time."""
    row = session.connection().execute(_CURSOR, {"mailbox": mailbox}).first()
    return (row.uidvalidity, row.uid) if row is not None and row.uidvalidity is not None else None


def first_start(session: Session, now: datetime) -> datetime:
    """When this site first ran; the first call makes it now and must be a write."""
    return datetime.fromisoformat(sites.remember_once(session, "first_start", now.isoformat()))


def since(session: Session, mailbox: str, default: datetime) -> datetime:
    """From when on this mailbox is read; the first call for it fixes `default` and must be a write."""
    return datetime.fromisoformat(sites.remember_once(session, f"since:{mailbox}", default.isoformat()))


def claim(session: Session, limit: int, now: datetime, lease: timedelta) -> list[Claimed]:
    """Take the oldest arrivals in work that nobody holds, and count the attempt; oldest first."""
    connection = session.connection()
    rows = connection.execute(_CLAIM, {"many": limit, "now": now, "until": now + lease}).all()
    if not rows:
        return []
    found = connection.execute(_BYTES, {"ids": [row.id for row in rows]})
    content: dict[int, bytes] = {row.arrival: row.content for row in found}
    rows = sorted(rows, key=lambda row: (row.received_at, row.id))
    return [
        Claimed(
            id=row.id,
            mailbox=row.mailbox,
            received_at=row.received_at,
            attempt=row.attempt,
            raw=content[row.id],
            left_out=row.left_out,
            released=row.released,
            uid=row.uid,
            uidvalidity=row.uidvalidity,
            imported=row.imported,
            kind=row.kind,
        )
        for row in rows
    ]


def finish(
    session: Session,
    arrival: int,
    outcome: Outcome,
    *,
    now: datetime,
    reason: Reason | None = None,
    why: str = "",
    ticket: int | None = None,
    message_id: str | None = None,
    fingerprint: str | None = None,
    sender: str | None = None,
    subject: str | None = None,
) -> None:
    """Give an arrival its one outcome; what is known of it already stays where None is passed.

    A quarantined one may get another (a copy took its place); any other that has one raises AlreadyFinished.
    """
    done = session.connection().execute(
        _FINISH,
        {
            "arrival": arrival,
            "to": outcome,
            "because": reason,
            "in_words": why,
            "on": ticket,
            "at": now,
            "own_id": message_id,
            "print": fingerprint or None,
            "by": sender,
            "about": subject,
        },
    )
    if done.rowcount != 1:
        raise AlreadyFinished(f"arrival {arrival}")


def release_claims(session: Session, ids: Sequence[int], *, uncount: bool = False) -> None:
    """Give claimed arrivals back before their lease ends; `uncount`: they were not begun, it was no attempt."""
    if ids:
        session.connection().execute(_GIVE_BACK, {"ids": list(ids), "uncount": int(uncount)})


def postpone(session: Session, arrival: int, until: datetime) -> None:
    """Have a claimed arrival claimed again from then on; that it was looked at is no attempt."""
    session.connection().execute(_POSTPONE, {"arrival": arrival, "until": until})


def recover(session: Session) -> None:
    """At the start, under the store's lock: whoever held claims is dead, and their attempts stay counted."""
    session.connection().execute(_RECOVER)


def done_uids(session: Session, mailbox: str, uidvalidity: int, limit: int) -> list[int]:
    """UIDs of arrivals that have their outcome and still lie where they came in, lowest first."""
    rows = session.connection().execute(_DONE, {"mailbox": mailbox, "epoch": uidvalidity, "many": limit})
    return [row.uid for row in rows]


def mark_settled(session: Session, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
    """The source has moved these on the server."""
    if uids:
        session.connection().execute(_SETTLED, {"box": mailbox, "epoch": uidvalidity, "uids": list(uids)})
