"""What was to leave for a ticket and does not any more, because its mail is spam."""

from datetime import datetime

from sqlalchemy import bindparam, delete, or_, update
from sqlmodel import Session

from store.hot import hot
from store.schema.notices import WAITING
from store.schema.outgoing import AUTOMATIC, OUTBOX, UNTRIED

_O = OUTBOX.c
_WITHDRAW = hot(
    "withdrawals.withdraw",
    update(OUTBOX)
    .where(
        _O.ticket == bindparam("of"),
        UNTRIED,
        or_(AUTOMATIC, _O.key.like("notice:%"), _O.key.like("call:%")),  # not what answers the agent's own mail
    )
    .values(
        state="cancelled",
        settled_at=bindparam("at", type_=_O.settled_at.type),
        last_error="the mail that opened the ticket is spam",
    ),
    of=1,
)
_FORGET = hot("withdrawals.forget", delete(WAITING).where(WAITING.c.ticket == bindparam("of")), of=1)


def withdraw(session: Session, ticket: int, now: datetime) -> int:
    """Cancel what has not begun to leave: acknowledgement, survey, notices, calls. What an agent wrote still leaves.

    Gives how many mails that were; lines for digests go, too.
    """
    connection = session.connection()
    connection.execute(_FORGET, {"of": ticket})
    return connection.execute(_WITHDRAW, {"of": ticket, "at": now}).rowcount
