"""What the learner knew, kept so that a start need not learn everything again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.filters import LEARNED

_NAME = "learner"  # the one row


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that was known after one lesson, packed, and the id of that lesson."""

    lesson: int
    state: bytes


# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_KEEP = insert(LEARNED)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["name"], set_={name: _KEEP.excluded[name] for name in ("lesson", "state", "kept_at")}
)
_GET = hot(
    "learning.get", select(LEARNED.c.lesson, LEARNED.c.state).where(LEARNED.c.name == bindparam("name")), name=_NAME
)


def keep(session: Session, checkpoint: Checkpoint, now: datetime) -> None:
    """Write it down in place of the last one."""
    given = {"name": _NAME, "lesson": checkpoint.lesson, "state": checkpoint.state, "kept_at": now}
    session.connection().execute(_KEEP, given)


def checkpoint(session: Session) -> Checkpoint | None:
    """The one that was kept last."""
    row = session.connection().execute(_GET, {"name": _NAME}).first()
    return Checkpoint(row.lesson, row.state) if row is not None else None
