"""The books: how many arrivals there ever were, what became of each, and single arrivals to look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, bindparam, func, select
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import ARRIVALS, CURSORS, RAW
from tickets.model import Outcome, Reason


@dataclass(frozen=True, slots=True)
class Ledger:
    """`arrivals` is counted as they are recorded, the rest from what became of them: two sides of one account."""

    arrivals: int
    in_work: int
    by_outcome: tuple[tuple[Outcome, int], ...]  # each outcome once, in the order of the product
    by_kind: tuple[tuple[str, int], ...]

    @property
    def adds_up(self) -> bool:
        """Arrivals are the sum of the outcomes and those still in work."""
        return self.arrivals == self.in_work + sum(count for _, count in self.by_outcome)


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """An arrival without its bytes; `size` is theirs."""

    id: int
    kind: str
    mailbox: str
    received_at: datetime
    recorded_at: datetime
    size: int
    left_out: str | None
    attempt: int
    released: bool
    outcome: Outcome | None  # None: in work
    reason: Reason | None
    why: str
    ticket: int | None
    message_id: str | None
    sender: str | None
    subject: str | None
    imported: bool  # old mail: nothing left for it


_A = ARRIVALS.c
COLUMNS: tuple[Column[Any], ...] = (
    _A.id,
    _A.kind,
    _A.mailbox,
    _A.received_at,
    _A.recorded_at,
    _A.size,
    _A.left_out,
    _A.attempt,
    _A.released,
    _A.outcome,
    _A.reason,
    _A.why,
    _A.ticket,
    _A.message_id,
    _A.sender,
    _A.subject,
    _A.imported,
)
_EVER = select(func.coalesce(func.sum(CURSORS.c.arrivals), 0))
_BY_OUTCOME = select(_A.outcome, _A.kind, func.count().label("many")).group_by(_A.outcome, _A.kind)
_NEWEST = select(*COLUMNS).order_by(_A.id.desc()).limit(bindparam("many"))
_BEFORE = hot("ledger.arrivals", _NEWEST.where(_A.id < bindparam("before")), before=50_000, many=50)
_ONE = hot("ledger.arrival", select(*COLUMNS).where(_A.id == bindparam("arrival")), arrival=1)
_RAW = hot("ledger.raw", select(RAW.c.content).where(RAW.c.arrival == bindparam("arrival")), arrival=1)


def ledger(session: Session) -> Ledger:
    """The books as they stand."""
    connection = session.connection()
    outcomes: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
    kinds: dict[str, int] = {}
    in_work = 0
    for row in connection.execute(_BY_OUTCOME):
        kinds[row.kind] = kinds.get(row.kind, 0) + row.many
        if row.outcome is None:
            in_work += row.many
        else:
            outcomes[Outcome(row.outcome)] += row.many
    arrivals = int(connection.execute(_EVER).scalar_one())
    return Ledger(arrivals, in_work, tuple(outcomes.items()), tuple(sorted(kinds.items())))


def arrivals(session: Session, limit: int, before: int | None = None) -> list[ArrivalRow]:
    """The newest arrivals, newest first; `before` goes on below the id of the last one seen."""
    statement, given = (_NEWEST, {"many": limit}) if before is None else (_BEFORE, {"many": limit, "before": before})
    return [arrival_row(row) for row in session.connection().execute(statement, given)]


def arrival(session: Session, number: int) -> ArrivalRow | None:
    """One arrival by its id."""
    row = session.connection().execute(_ONE, {"arrival": number}).first()
    return arrival_row(row) if row is not None else None


def raw(session: Session, number: int) -> bytes:
    """The bytes of an arrival as they came in. Raises LookupError where there are none, or none any more."""
    content: bytes | None = session.connection().execute(_RAW, {"arrival": number}).scalar()
    if content is None:
        raise LookupError(f"of arrival {number} no bytes are kept")
    return content


def arrival_row(row: Row[*tuple[Any, ...]]) -> ArrivalRow:
    """A row of COLUMNS as a value."""
    values = row._asdict()
    values["outcome"] = Outcome(row.outcome) if row.outcome is not None else None
    values["reason"] = Reason(row.reason) if row.reason is not None else None
    return ArrivalRow(**values)
