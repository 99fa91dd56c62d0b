"""What agents were told: the notices as they left or will leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from store.hot import hot
from store.schema.outgoing import OUTBOX, PAYLOADS
from tickets.acknowledgement import normalised


@dataclass(frozen=True, slots=True)
class SentNotice:
    """What an agent was told, as it left or will leave."""

    key: str
    put_at: datetime
    ticket: int | None
    content: bytes


_O = OUTBOX.c
_NOTICE = hot(
    "sent_notices.find_notice",
    select(_O.key, _O.put_at, _O.ticket, PAYLOADS.c.content)
    .join(OUTBOX, _O.id == PAYLOADS.c.outbox)
    .where(_O.message_id == bindparam("called"), _O["class"] == "notice"),
    called="<o1@us.example>",
)
_NOTICES_TO = hot(
    "sent_notices.notices_to",
    select(PAYLOADS.c.content)
    .join(OUTBOX, _O.id == PAYLOADS.c.outbox)
    .where(_O.ticket == bindparam("of"), _O.address == bindparam("whom"), _O.key.like("notice:%"))
    .order_by(_O.id.desc())
    .limit(bindparam("many")),
    of=1,
    whom="a1@us.example",
    many=5,
)


def find_notice(session: Session, message_id: str) -> SentNotice | None:
    """The notice that bears this Message-ID (with angle brackets)."""
    row = session.connection().execute(_NOTICE, {"called": message_id}).first()
    return SentNotice(row.key, row.put_at, row.ticket, row.content) if row is not None else None


def notices_to(session: Session, ticket: int, address: str, limit: int) -> list[bytes]:
    """What an agent was told of a ticket, as it left, the newest first; not what answered their own mail."""
    given = {"of": ticket, "whom": normalised(address), "many": limit}
    return list(session.connection().execute(_NOTICES_TO, given).scalars())
