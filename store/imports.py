"""Old mail that a person brings. Each is known by its bytes, so that an archive may be brought as often as one likes.

In the place of UIDVALIDITY and UID stands a hash of the mail; it is negative where that of a server never is.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam, distinct, func, select
from sqlmodel import Session

from store import journal
from store.hot import hot
from store.schema.arrivals import ARRIVALS
from store.schema.conversations import MESSAGES
from tickets.model import Outcome, Reason


@dataclass(frozen=True, slots=True)
class OldMail:
    """A mail from an archive, and the mailbox that it goes to."""

    mailbox: str
    received_at: datetime
    raw: bytes
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The arrival that a mail is; `is_new` is False where the same bytes were in that mailbox before."""

    arrival: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of an arrival; an outcome of None: nothing yet."""

    arrival: int
    outcome: Outcome | None
    reason: Reason | None
    ticket: int | None


_A = ARRIVALS.c
_FIND = hot(
    "imports.find",
    select(_A.id).where(
        _A.mailbox == bindparam("mailbox"), _A.uidvalidity == bindparam("epoch"), _A.uid == bindparam("uid")
    ),
    mailbox="support@us.example",
    epoch=-1,
    uid=1,
)
_DECIDED = hot(
    "imports.decided",
    select(_A.id, _A.outcome, _A.reason, _A.ticket).where(_A.id.in_(bindparam("ids", expanding=True))),
    ids=[1, 2, 3],
)
_TICKETS = (
    select(func.count(distinct(MESSAGES.c.ticket)))
    .join(ARRIVALS, _A.id == MESSAGES.c.arrival)
    .where(_A.id.between(bindparam("first"), bindparam("last")), _A.imported)
)


def place(session: Session, mails: Sequence[OldMail], now: datetime) -> list[Placed]:
    """Write mails down as arrivals for which nothing leaves; of each in order, which arrival it is."""
    placed: list[Placed] = []
    for mailbox, some in groupby(mails, key=lambda mail: mail.mailbox):
        new = [_as_arrival(mail) for mail in some]
        fresh = set(journal.record(session, mailbox, new, None, now))
        for each in new:
            given = {"mailbox": mailbox, "epoch": each.uidvalidity, "uid": each.uid}
            arrival: int = session.connection().execute(_FIND, given).scalar_one()
            placed.append(Placed(arrival, arrival in fresh))
            fresh.discard(arrival)
    return placed


def decided(session: Session, arrivals: Sequence[int]) -> list[Decided]:
    """What became of these arrivals, in no order."""
    rows = session.connection().execute(_DECIDED, {"ids": list(arrivals)})
    return [
        Decided(
            row.id,
            Outcome(row.outcome) if row.outcome is not None else None,
            Reason(row.reason) if row.reason is not None else None,
            row.ticket,
        )
        for row in rows
    ]


def count_tickets(session: Session, first: int, last: int) -> int:
    """On how many tickets the imported mails of this range of arrivals lie."""
    return int(session.connection().execute(_TICKETS, {"first": first, "last": last}).scalar_one())


def _as_arrival(mail: OldMail) -> journal.NewArrival:
    digest = hashlib.sha256(mail.raw).digest()
    epoch, uid = (int.from_bytes(digest[start : start + 8]) >> 2 for start in (0, 8))
    return journal.NewArrival(uid, -1 - epoch, mail.received_at, mail.raw, mail.left_out, imported=True)
