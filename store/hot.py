"""The statements that run for every mail, in one list: a test reads the plan of each among 100,000 tickets."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable, Select, select

S = TypeVar("S", bound=Executable)


@dataclass(frozen=True, slots=True)
class Hot:
    """A statement and one set of parameters that it may run with."""

    statement: Executable
    example: dict[str, Any]


HOT: dict[str, Hot] = {}


def chosen_once(ids: Select[int]) -> Select[int]:
    """Ids of rows that a statement changes, chosen exactly once.

    PostgreSQL may run a plain subquery anew for each row, and with SKIP LOCKED or LIMIT that finds others every time.
    """
    chosen = ids.cte("chosen").prefix_with("MATERIALIZED")
    return select(chosen.c.id)


def hot(name: str, statement: S, /, **example: Any) -> S:
    """Put a statement on the list; it is handed back to be run. `name` says whose it is and what it does."""
    assert name not in HOT, f"{name} is on the list already"
    HOT[name] = Hot(statement, example)
    return statement
