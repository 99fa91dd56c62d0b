"""Which mails there are behind a UID, in windows that stay small in a folder of any size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from mailboxes.imap_session import Folder, Session

WINDOW = 50_000  # mails in one SEARCH; its answer is one line
CHUNK = 500  # UIDs in one command: about 5 kB, RFC 7162 §4 asks for less than 8 kB

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail that is there, not fetched yet."""

    uid: int
    size: int  # bytes, as the server says
    received_at: datetime | None  # aware, UTC; None where the server gives no INTERNALDATE


def windows(session: Session, folder: Folder, after: int) -> Iterator[tuple[int, int]]:
    """Ranges of UIDs, (low, high] each, that together hold all mails of the open folder above `after`.

    The borders are UIDs of mails that exist: UIDNEXT is not believed, `n:*` is not asked (it names the last mail even
    where that is below n, RFC 9051 §6.4.8), and what is expunged meanwhile shifts nothing.
    """
    if folder.exists == 0:
        return
    marks = session.search(",".join([str(n) for n in range(WINDOW, folder.exists, WINDOW)] + ["*"]))
    yield from pairwise([after, *(uid for uid in marks if uid > after)])


def listed(session: Session, low: int, high: int, since: datetime) -> Iterator[list[Listed]]:
    """The mails of that range received at `since` or later, ascending, in chunks of one command each."""
    found = session.search(f"UID {low + 1}:{high} SINCE {_day(since)}")
    uids = [uid for uid in found if low < uid <= high]
    for start in range(0, len(uids), CHUNK):
        mails = look_up(session, uids[start : start + CHUNK])
        yield [mail for mail in mails if mail.received_at is None or mail.received_at >= since]


def look_up(session: Session, uids: Sequence[int]) -> list[Listed]:
    """Those of these mails that are still there, ascending."""
    answer = session.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    return [
        Listed(uid, size if isinstance(size := answer[uid].get(b"RFC822.SIZE"), int) else 0, _utc(answer[uid]))
        for uid in sorted(answer)
        if b"RFC822.SIZE" in answer[uid]
    ]


def _utc(answer: object) -> datetime | None:
    date = answer.get(b"INTERNALDATE") if isinstance(answer, dict) else None
    return date.astimezone(UTC) if isinstance(date, datetime) else None


def _day(since: datetime) -> str:
    """A day before: SINCE knows neither time nor zone (RFC 9051 §6.4.4); INTERNALDATE decides afterwards."""
    day = since.astimezone(UTC) - timedelta(days=1)
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"
