"""What is new in quarantine, what its readers were shown of it, and what they let out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import ARRIVALS, QUARANTINED
from store.schema.held import DIGESTS, RELEASES
from tickets.model import Reason


@dataclass(frozen=True, slots=True)
class Held:
    """A mail as it lies in quarantine; `held_at` is when it was put aside."""

    arrival: int
    reason: Reason
    why: str
    sender: str
    subject: str
    received_at: datetime
    held_at: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader was shown: the numbers from 1 on mean these arrivals."""

    id: int
    reader: str
    mailbox: str
    arrivals: tuple[int, ...]
    written_at: datetime


@dataclass(frozen=True, slots=True)
class LetOut:
    """Genuine mail that had been held as spam: how many within the time asked for, and how long each."""

    held_for: tuple[timedelta, ...]

    @property
    def many(self) -> int:
        """How many mails."""
        return len(self.held_for)

    @property
    def longest(self) -> timedelta:
        """How long the one that waited longest."""
        return max(self.held_for, default=timedelta())

    @property
    def middle(self) -> timedelta:
        """How long the one in the middle (the upper one of two)."""
        return sorted(self.held_for)[len(self.held_for) // 2] if self.held_for else timedelta()


_A, _D, _R = ARRIVALS.c, DIGESTS.c, RELEASES.c
_NEW = hot(
    "held.new_in",
    select(_A.id, _A.reason, _A.why, _A.sender, _A.subject, _A.received_at, _A.finished_at)
    .where(QUARANTINED, _A.mailbox == bindparam("box"), _A.finished_at > bindparam("since"))
    .order_by(_A.finished_at, _A.id)
    .limit(bindparam("many")),
    box="support@us.example",
    many=200,
)
_LAST = hot(
    "held.last_digest",
    select(_D.written_at)
    .where(_D.reader == bindparam("whom"), _D.mailbox == bindparam("box"))
    .order_by(_D.id.desc())
    .limit(bindparam("many")),
    whom="a1@us.example",
    box="support@us.example",
    many=1,
)
_BY_ID = hot("held.digest", select(DIGESTS).where(_D.id == bindparam("digest")), digest=1)
_WRITE = insert(DIGESTS).returning(_D.id)
_LET_OUT = hot(
    "held.let_out",
    select(_R.held_at, _R.released_at).where(_R.released_at >= bindparam("since"), _R.reason == bindparam("because")),
    because="spam",
)


def key_of(number: int) -> str:
    """The key of a digest's mail in the outbox."""
    return f"quarantine:{number}"


def number_of(key: str) -> int | None:
    """The digest whose mail has this key; None where it is no digest's."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "quarantine" and number.isdecimal() else None


def new_in(session: Session, mailbox: str, since: datetime, limit: int) -> list[Held]:
    """What was put aside in a mailbox after that moment, in the order in which it was."""
    rows = session.connection().execute(_NEW, {"box": mailbox, "since": since, "many": limit})
    return [
        Held(row.id, Reason(row.reason), row.why, row.sender or "", row.subject or "", row.received_at, row.finished_at)
        for row in rows
    ]


def last_written(session: Session, reader: str, mailbox: str) -> datetime | None:
    """When this reader's last digest of this mailbox was written; None where there was none yet."""
    given = {"whom": reader, "box": mailbox, "many": 1}
    found: datetime | None = session.connection().execute(_LAST, given).scalar()
    return found


def write_digest(session: Session, reader: str, mailbox: str, arrivals: Sequence[int], now: datetime) -> int:
    """Write down what the numbers of a digest mean; gives its id."""
    row = {"reader": reader, "mailbox": mailbox, "arrivals": json.dumps(list(arrivals)), "written_at": now}
    return int(session.connection().execute(_WRITE, row).scalar_one())


def digest(session: Session, number: int) -> Digest | None:
    """A digest by its id."""
    row = session.connection().execute(_BY_ID, {"digest": number}).first()
    if row is None:
        return None
    return Digest(row.id, row.reader, row.mailbox, tuple(json.loads(row.arrivals)), row.written_at)


def let_out(session: Session, since: datetime) -> LetOut:
    """What was released from among spam since that moment."""
    rows = session.connection().execute(_LET_OUT, {"since": since, "because": Reason.SPAM})
    return LetOut(tuple(row.released_at - row.held_at for row in rows))
