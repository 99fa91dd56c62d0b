"""All that must leave: put in the transaction of its cause, claimed when due, settled by what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, bindparam, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from store import sites
from store.hot import chosen_once, hot
from store.schema.outgoing import (
    ATTEMPTS,
    AUTOMATIC,
    CLAIMABLE,
    CLASSES,
    FIRST_AUTOMATIC,
    HELD,
    LEASED,
    OUTBOX,
    PAYLOADS,
    UNTRIED,
)
from tickets.acknowledgement import normalised

Class = Literal["answer", "alert", "notice", "acknowledgement", "survey"]
Kind = Literal["sent", "retry", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class OutgoingItem:
    """What must leave: its final bytes, to whom, and from when on. `held`: why the brake holds it back for now."""

    key: str  # the same key is never put twice: `ack:ticket:42`
    channel: str
    klass: Class
    recipient: str
    envelope_sender: str | None  # None: the null sender
    message_id: str
    payload: bytes
    due: datetime
    ticket: int | None = None
    held: str | None = None
    unproven: bool = False  # nobody vouches for the recipient having written to us


@dataclass(frozen=True, slots=True)
class Item:
    """What a channel needs to deliver it, exactly as it was put."""

    key: str
    recipient: str
    envelope_sender: str | None
    message_id: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that is the claimer's until its lease ends; `attempts` counts this one, `first_at` was the first."""

    id: int
    item: Item
    klass: Class
    ticket: int | None
    attempts: int
    resends: int
    put_at: datetime
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of one class are in one state, and how many attempts of theirs ended with unknown result."""

    klass: Class
    state: str
    many: int
    resends: int


_O = OUTBOX.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_PUT = upsert(OUTBOX).on_conflict_do_nothing(index_elements=["key"]).returning(_O.id)
_KEEP_BYTES = insert(PAYLOADS)
_RECALL = hot(
    "outbox.recall",
    update(OUTBOX)
    .where(
        _O.ticket == bindparam("of"),
        _O.key.like(bindparam("begins")),
        CLAIMABLE,
        _O.attempts == 0,
    )
    .values(state="cancelled", settled_at=bindparam("at", type_=_O.settled_at.type), last_error="stopped by its author")
    .returning(_O.key),
    of=1,
    begins="answer:1:%",
)
_KNOWN = hot("outbox.is_known", select(_O.id).where(_O.key == bindparam("name")), name="ack:ticket:1")
_SENT_OF = hot(
    "outbox.sent_of",
    select(_O.key).where(_O.key.in_(bindparam("names", expanding=True)), _O.state == "sent"),
    names=["nudge:1:20260302100000:1"],
)
_NO_LEASE = {"lease_until": null(), "resends": _O.resends + 1}
_EXPIRE = hot(
    "outbox.expire",
    update(OUTBOX).where(LEASED, _O.lease_until < bindparam("now")).values(_NO_LEASE).returning(_O.id, _O.attempts),
)
_RECOVER = update(OUTBOX).where(LEASED).values(_NO_LEASE).returning(_O.id, _O.attempts)
_DUE = (
    select(_O.id)
    .where(
        CLAIMABLE,
        _O.channel == bindparam("on"),
        _O.priority <= bindparam("lowest"),
        _O.due <= bindparam("now"),
    )
    .order_by(_O.priority, _O.due, _O.id)
    .limit(bindparam("many"))
    .with_for_update(skip_locked=True)
)
_CLAIM = hot(
    "outbox.claim",
    update(OUTBOX)
    .where(_O.id.in_(chosen_once(_DUE)))
    .values(
        lease_until=bindparam("until", type_=_O.lease_until.type),
        attempts=_O.attempts + 1,
        first_at=func.coalesce(_O.first_at, bindparam("at", type_=_O.first_at.type)),
    )
    .returning(
        _O.id,
        _O.key,
        _O["class"],
        _O.priority,
        _O.due,
        _O.recipient,
        _O.envelope_sender,
        _O.message_id,
        _O.ticket,
        _O.attempts,
        _O.resends,
        _O.put_at,
        _O.first_at,
    ),
    on="mail",
    lowest=4,
    many=10,
)
_BYTES = hot(
    "outbox.bytes",
    select(PAYLOADS.c.outbox, PAYLOADS.c.content).where(PAYLOADS.c.outbox.in_(bindparam("ids", expanding=True))),
    ids=[1, 2, 3],
)
_SETTLE = hot(
    "outbox.settle",
    update(OUTBOX)
    .where(_O.id == bindparam("row"), _O.state == "pending")
    .values(
        state=bindparam("to"),
        lease_until=null(),
        due=func.coalesce(bindparam("next", type_=_O.due.type), _O.due),
        last_error=bindparam("said"),
        resends=_O.resends + bindparam("again"),
        settled_at=bindparam("at", type_=_O.settled_at.type),
    )
    .returning(_O.attempts),
    row=1,
    to="sent",
    said=None,
    again=0,
)
_SENT = hot(
    "outbox.settle_sent",
    update(OUTBOX)
    .where(_O.id.in_(bindparam("rows", expanding=True)), _O.state == "pending")
    .values(
        state="sent",
        lease_until=null(),
        last_error=null(),
        settled_at=bindparam("at", type_=_O.settled_at.type),
    )
    .returning(_O.id, _O.attempts),
    rows=[1, 2, 3],
)
_TRIED = insert(ATTEMPTS)
_HELD = hot("outbox.held", select(func.count()).select_from(OUTBOX).where(HELD))
_HELD_FIRST = select(_O.id).where(HELD).order_by(_O.put_at, _O.id).limit(bindparam("many"))
_LET_GO = hot(
    "outbox.release_held",
    update(OUTBOX)
    .where(_O.id.in_(chosen_once(_HELD_FIRST)))
    .values(
        state="pending",
        held=null(),
        due=bindparam("at", type_=_O.due.type),
        let_go_at=bindparam("at", type_=_O.let_go_at.type),
    )
    .returning(_O.id),
    many=10,
)
_DROP = hot(
    "outbox.drop_stale",
    update(OUTBOX)
    .where(UNTRIED, AUTOMATIC, _O.put_at < bindparam("before"))
    .values(
        state="cancelled", settled_at=bindparam("at", type_=_O.settled_at.type), last_error="too late to make sense"
    ),
)
_COUNTS = select(
    _O["class"], _O.state, func.count().label("many"), func.coalesce(func.sum(_O.resends), 0).label("resends")
).group_by(_O.state, _O["class"])


def put(session: Session, item: OutgoingItem, now: datetime) -> bool:
    """Write an item down with its final bytes; False, and nothing is changed, where its key is there already."""
    connection = session.connection()
    new = connection.execute(
        _PUT,
        {
            "key": item.key,
            "channel": item.channel,
            "class": item.klass,
            "priority": CLASSES.index(item.klass),
            "recipient": item.recipient,
            "address": normalised(item.recipient),
            "domain": item.recipient.rpartition("@")[2].lower(),
            "envelope_sender": item.envelope_sender,
            "message_id": item.message_id,
            "ticket": item.ticket,
            "unproven": item.unproven,
            "put_at": now,
            "let_go_at": now if item.held is None else None,
            "due": item.due,
            "state": "pending" if item.held is None else "held",
            "held": item.held,
            "attempts": 0,
            "resends": 0,
        },
    ).scalar()
    if new is None:
        return False
    connection.execute(_KEEP_BYTES, {"outbox": new, "content": item.payload})
    return True


def is_known(session: Session, key: str) -> bool:
    """Something was put under this key, whatever became of it."""
    return session.connection().execute(_KNOWN, {"name": key}).first() is not None


def sent_of(session: Session, keys: Sequence[str]) -> list[str]:
    """Which of the items with these keys have left."""
    return list(session.connection().execute(_SENT_OF, {"names": list(keys)}).scalars())


def recall(session: Session, ticket: int, keys: str, now: datetime) -> list[str]:
    """Cancel what has not begun to leave of a ticket's mail whose key begins so (digits, letters and colons)."""
    given = {"of": ticket, "begins": f"{keys}%", "at": now}
    return [row.key for row in session.connection().execute(_RECALL, given)]


def claim(session: Session, channel: str, limit: int, now: datetime, lease: timedelta) -> list[Claimed]:
    """Take what is due on a channel, most urgent class first, then by due time; paused classes are left alone.

    A lease that ended counts as an attempt with unknown result: the same bytes are sent again, and it is counted.
    """
    connection = session.connection()
    _give_up_leases(session, _EXPIRE, now)
    lowest = FIRST_AUTOMATIC - 1 if is_paused(session) else len(CLASSES) - 1
    given = {"on": channel, "lowest": lowest, "now": now, "at": now, "until": now + lease, "many": limit}
    rows = connection.execute(_CLAIM, given).all()
    if not rows:
        return []
    found = connection.execute(_BYTES, {"ids": [row.id for row in rows]})
    content: dict[int, bytes] = {row.outbox: row.content for row in found}
    rows = sorted(rows, key=lambda row: (row.priority, row.due, row.id))
    return [_claimed(row, content[row.id]) for row in rows]


def settle(
    session: Session, row: int, kind: Kind, detail: str, now: datetime, *, next_due: datetime | None = None
) -> bool:
    """Write down what became of an attempt; False where the row was settled before.

    `retry` and `unknown` (it may have been delivered) need `next_due`; the others end the row.
    """
    ends = kind in {"sent", "refused"}
    connection = session.connection()
    attempt = connection.execute(
        _SETTLE,
        {
            "row": row,
            "to": kind if ends else "pending",
            "next": next_due,
            "said": None if kind == "sent" else detail,
            "again": int(kind == "unknown"),
            "at": now if ends else None,
        },
    ).scalar()
    if attempt is None:
        return False
    tried = {"outbox": row, "number": attempt, "ended_at": now, "receipt": kind, "detail": detail}
    connection.execute(_TRIED, tried)
    return True


def settle_sent(session: Session, details: Mapping[int, str], now: datetime) -> None:
    """Write down that these rows were sent, each with what the other side said; what was settled before stays as it is.

    As `settle` does it, but for all of them in two statements.
    """
    connection = session.connection()
    settled = connection.execute(_SENT, {"rows": list(details), "at": now}).all()
    if settled:
        tried = {"ended_at": now, "receipt": "sent"}
        rows = [tried | {"outbox": row.id, "number": row.attempts, "detail": details[row.id]} for row in settled]
        connection.execute(_TRIED, rows)


def recover(session: Session, now: datetime) -> int:
    """At the start, under the store's lock: whoever held claims is dead, and nobody knows what they sent. How many."""
    return _give_up_leases(session, _RECOVER, now)


def held(session: Session) -> int:
    """How many items the brake holds back."""
    return int(session.connection().execute(_HELD).scalar_one())


def release_held(session: Session, limit: int, now: datetime) -> int:
    """Let go of what the brake holds, oldest first, at most `limit`; how many."""
    return len(session.connection().execute(_LET_GO, {"many": limit, "at": now}).all())


def drop_stale(session: Session, older_than: datetime, now: datetime) -> int:
    """Cancel automatic mail to customers put before `older_than` that was held or paused and never tried; how many."""
    return session.connection().execute(_DROP, {"before": older_than, "at": now}).rowcount


def pause(session: Session, *, on: bool, now: datetime, actor: str) -> None:
    """Stop automatic mail to customers (acknowledgements, surveys) or let it go on; all other classes always go."""
    sites.remember(session, "paused", f"{now.isoformat()} {actor}" if on else "")


def is_paused(session: Session) -> bool:
    """Automatic mail to customers is stopped."""
    return bool(sites.get(session, "paused"))


def counts(session: Session) -> list[Count]:
    """How many items there are by class and state, in the order of urgency."""
    rows = session.connection().execute(_COUNTS).all()
    found = [Count(row[0], row.state, row.many, int(row.resends)) for row in rows]
    return sorted(found, key=lambda count: (CLASSES.index(count.klass), count.state))


def _give_up_leases(session: Session, statement: Any, now: datetime) -> int:
    connection = session.connection()
    lost = connection.execute(statement, {"now": now}).all()
    if lost:
        connection.execute(
            _TRIED,
            [
                {
                    "outbox": row.id,
                    "number": row.attempts,
                    "ended_at": now,
                    "receipt": "unknown",
                    "detail": "whoever sent it went down before it could say what became of it",
                }
                for row in lost
            ],
        )
    return len(lost)


def _claimed(row: Row[*tuple[Any, ...]], payload: bytes) -> Claimed:
    item = Item(row.key, row.recipient, row.envelope_sender, row.message_id, payload)
    return Claimed(
        row.id, item, row[2], row.ticket, row.attempts, resends=row.resends, put_at=row.put_at, first_at=row.first_at
    )
