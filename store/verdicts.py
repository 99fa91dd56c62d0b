"""What was decided about mails, with everything that spoke for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.filters import VERDICTS


@dataclass(frozen=True, slots=True)
class Found:
    """A symbol that was found in a mail."""

    name: str
    score: float
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict; `decision` is genuine, doubtful or spam."""

    arrival: int
    score: float
    decision: str
    symbols: tuple[Found, ...]
    reason: str
    judged_at: datetime
    circumstances: str = ""  # what it rested on beside the mail, as whoever judged wrote it down


_V = VERDICTS.c
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_KEEP = insert(VERDICTS)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["arrival"],
    set_={each.name: _KEEP.excluded[each.name] for each in VERDICTS.columns if not each.primary_key},
)
_ONE = hot("verdicts.verdict", select(VERDICTS).where(_V.arrival == bindparam("arrival")), arrival=1)
_SCORES = hot(
    "verdicts.scores",
    select(_V.arrival, _V.score).where(_V.arrival.in_(bindparam("ids", expanding=True))),
    ids=[1, 2, 3],
)
_COUNTS = hot(
    "verdicts.counts",
    select(_V.decision, func.count().label("many")).where(_V.judged_at >= bindparam("since")).group_by(_V.decision),
)


def keep(session: Session, verdict: Judged) -> None:
    """Write a verdict down, in place of an earlier one on the same arrival."""
    session.connection().execute(
        _KEEP,
        {
            "arrival": verdict.arrival,
            "score": verdict.score,
            "decision": verdict.decision,
            "symbols": json.dumps([[each.name, each.score, each.group, each.reason] for each in verdict.symbols]),
            "reason": verdict.reason,
            "judged_at": verdict.judged_at,
            "circumstances": verdict.circumstances,
        },
    )


def verdict(session: Session, arrival: int) -> Judged | None:
    """The last verdict on an arrival."""
    row = session.connection().execute(_ONE, {"arrival": arrival}).first()
    return read_row(row) if row is not None else None


def read_row(row: Row[*tuple[Any, ...]]) -> Judged:
    """A row with all columns of a verdict as a value."""
    symbols: Sequence[Sequence[object]] = json.loads(row.symbols)
    found = tuple(Found(str(name), float(str(score)), str(group), str(why)) for name, score, group, why in symbols)
    return Judged(row.arrival, row.score, row.decision, found, row.reason, row.judged_at, row.circumstances)


def scores(session: Session, arrivals: Sequence[int]) -> Mapping[int, float]:
    """The scores of these arrivals, as far as they were judged."""
    return {row.arrival: row.score for row in session.connection().execute(_SCORES, {"ids": list(arrivals)})}


def counts(session: Session, since: datetime) -> Mapping[str, int]:
    """How many mails were judged how since that moment, by decision."""
    return {row.decision: row.many for row in session.connection().execute(_COUNTS, {"since": since})}
