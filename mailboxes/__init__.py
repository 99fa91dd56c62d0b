"""Where mail comes from. A source hands over raw bytes in batches and learns that they are journaled by being called again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source has been read: all UIDs up to `uid` in the epoch `uidvalidity` (RFC 9051 §2.3.1.1)."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as it lies on the server, untouched there (BODY.PEEK)."""

    uid: int
    received_at: datetime  # INTERNALDATE, aware, UTC
    raw: bytes
    left_out: str | None = None  # what of a mail over the size limit was not fetched, in words


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails in UID order, and the cursor that holds once they are committed; a batch may be empty and still move it."""

    mails: Sequence[Fetched]
    cursor: Cursor


class SourceFault(Exception):
    """The world failed (network, server, login): back off `retry_after` seconds at least, then go on.

    `permanent` is set where only a person can mend it (wrong password, refused certificate).
    """

    def __init__(self, message: str, retry_after: float = 0.0, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.permanent = permanent


class Source(Protocol):
    """A mailbox that can be read. One thread owns one source; only `interrupt` may be called from another."""

    def read(self, cursor: Cursor | None, since: datetime, record: Callable[[Batch], None]) -> Cursor | None:
        """Hand everything behind `cursor` to `record`, in batches; return the new cursor.

        `record` returns only after the batch is committed; what it raises ends the reading and loses nothing.
        Nothing received before `since` is ever handed over, whatever the cursor says. Raises SourceFault.
        """

    def wait(self, seconds: float) -> None:
        """Return when the server tells of new mail, after `seconds` at the latest. Raises SourceFault."""

    def settle(self, uids: Sequence[int]) -> None:
        """Move these done mails on the server, where configured; else do nothing. Raises SourceFault."""

    def interrupt(self) -> None:
        """Make a blocked call of the owning thread end with SourceFault at once (from another thread)."""

    def close(self) -> None:
        """Log out and forget the connection; never raises."""
