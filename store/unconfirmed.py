"""Mails in agents' names that nothing proves: what would come of each, until its code is brought or it is too old."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import ARRIVALS
from store.schema.columns import shorten
from store.schema.notices import UNCONFIRMED, UNTOLD
from tickets.model import Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One such mail; `asked` is what the agent is told of it, as JSON has it."""

    arrival: int
    asked: Mapping[str, Any]


_U = UNCONFIRMED.c
_KEEP = insert(UNCONFIRMED)
_OF_AGENT = hot(
    "unconfirmed.of_agent",
    select(_U.arrival, _U.asked)
    .join(ARRIVALS, ARRIVALS.c.id == _U.arrival)
    .where(ARRIVALS.c.outcome == Outcome.QUARANTINED, _U.agent == bindparam("whose"), _U.added_at > bindparam("since"))
    .order_by(_U.added_at, _U.arrival)
    .limit(bindparam("many")),
    whose="a1@us.example",
    many=200,
)
_UNTOLD = hot("unconfirmed.untold", select(_U.agent).where(UNTOLD).distinct().order_by(_U.agent))
_TOLD = hot(
    "unconfirmed.mark_told",
    update(UNCONFIRMED)
    .where(_U.agent == bindparam("whose"), UNTOLD)
    .values(told_at=bindparam("at", type_=_U.told_at.type)),
    whose="a1@us.example",
)
_DROP = hot(
    "unconfirmed.drop",
    delete(UNCONFIRMED).where(_U.agent == bindparam("whose"), _U.added_at < bindparam("before")),
    whose="a1@us.example",
)
_TAKE = hot(
    "unconfirmed.take", delete(UNCONFIRMED).where(_U.arrival == bindparam("which")).returning(_U.asked), which=1
)


def keep(session: Session, entry: Entry, agent: str, now: datetime) -> None:
    """Write down that this mail waits for a code of the agent with this (first) address."""
    session.connection().execute(
        _KEEP, {"arrival": entry.arrival, "agent": agent, "asked": json.dumps(entry.asked), "added_at": now}
    )


def waiting(session: Session, agent: str, since: datetime, limit: int = 200) -> list[Entry]:
    """What waits for a code of this agent and came after `since`, eldest first."""
    given = {"whose": shorten(agent), "since": since, "many": limit}
    return [Entry(row.arrival, json.loads(row.asked)) for row in session.connection().execute(_OF_AGENT, given)]


def untold(session: Session) -> list[str]:
    """The agents who were not mailed yet of something that waits for them."""
    return [row.agent for row in session.connection().execute(_UNTOLD)]


def mark_told(session: Session, agent: str, now: datetime) -> None:
    """All that waits for this agent has been mailed to them."""
    session.connection().execute(_TOLD, {"whose": shorten(agent), "at": now})


def drop(session: Session, agent: str, before: datetime) -> None:
    """What came before that waits no longer: its codes are too old."""
    session.connection().execute(_DROP, {"whose": shorten(agent), "before": before})


def take(session: Session, arrival: int) -> Mapping[str, Any]:
    """What was asked about a mail that waits; it waits no longer."""
    asked: str | None = session.connection().execute(_TAKE, {"which": arrival}).scalar()
    found: dict[str, Any] = json.loads(asked) if asked is not None else {}
    return found
