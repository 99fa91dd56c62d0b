"""Mails that were judged, from the store to whoever judges them once more: told by the daemon page by page.

They are read and judged where the verb runs, so that the daemon goes on with the mail of today.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.answers import plain
from daemon.desk import Desk
from daemon.sifting.recalling import Kept
from filters import Symbol
from filters.verdict import Decision
from store import judged_mail, ledger, listed
from store.engine import Session

_MANY = 200  # mails of one page
_BYTES = 8 * 1024 * 1024  # of its mails; one more at most
_LISTED = 100_000

Ask = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Past:
    """One of them; `spam` is what was said of it last; `raw` None where its bytes were not wanted or are gone."""

    arrival: int
    sender: str | None
    subject: str | None
    kept: Kept
    decision: Decision
    score: float
    symbols: tuple[Symbol, ...]
    spam: bool | None
    raw: bytes | None


# ---------------------------------------------------------------- in the daemon
def tell(desk: Desk, request: dict[str, Any]) -> Any:
    """A page of mails judged since a moment, or how many there are and whom agents listed."""
    since = datetime.fromisoformat(request["since"])
    with desk.store.read() as session:
        if "after" not in request:
            entries = listed.entries(session, _LISTED)
            return {"count": judged_mail.count(session, since), "listed": plain(entries)}
        return list(_tell_page(session, since, int(request["after"]), with_raw=bool(request["with_raw"])))


def _tell_page(session: Session, since: datetime, after: int, *, with_raw: bool) -> Iterator[dict[str, Any]]:
    size = 0
    for row in judged_mail.page(session, since, after, _MANY):
        if size > _BYTES:
            return
        told: dict[str, Any] = plain(row)
        if with_raw:
            told["raw"] = _raw(session, row.judged.arrival)
            size += row.size
        yield told


def _raw(session: Session, arrival: int) -> str | None:
    try:
        return base64.b64encode(ledger.raw(session, arrival)).decode()
    except LookupError:
        return None


# ---------------------------------------------------------------- where the verb runs
def ask_scope(ask: Ask, since: datetime) -> tuple[int, tuple[listed.Listed, ...]]:
    """How many mails were judged since then, and whom agents let in or keep out."""
    said = ask({"since": since.isoformat()})
    entries = [{**each, "listed_at": datetime.fromisoformat(each["listed_at"])} for each in said["listed"]]
    return int(said["count"]), tuple(listed.Listed(**each) for each in entries)


def ask_pages(ask: Ask, since: datetime, *, with_raw: bool) -> Iterator[Past]:
    """All that were judged since then, by arrival."""
    after = 0
    while page := ask({"since": since.isoformat(), "after": after, "with_raw": with_raw}):
        yield from map(_read, page)
        after = int(page[-1]["judged"]["arrival"])


def _read(told: dict[str, Any]) -> Past:
    judged = told["judged"]
    raw = told.get("raw")
    return Past(
        judged["arrival"],
        told["sender"],
        told["subject"],
        Kept(told["mailbox"], datetime.fromisoformat(told["received_at"]), told["size"], judged["circumstances"]),
        Decision(judged["decision"]),
        judged["score"],
        tuple(Symbol(**each) for each in judged["symbols"]),
        told["spam"],
        base64.b64decode(raw) if raw is not None else None,
    )
