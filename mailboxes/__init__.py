"""Where mail comes from. A source hands over raw bytes in batches, and moves on when each is journaled."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel


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

    def settle(self, uidvalidity: int, uids: Sequence[int]) -> None:
        """Move these done mails on the server, where configured; else do nothing. Raises SourceFault.

        UIDs of another epoch than the server's present one name other mails by now and are left alone. Mails that
        are gone or moved already are no fault, so it can be said again after a crash.
        """

    def interrupt(self) -> None:
        """Make a blocked call of the owning thread end with SourceFault at once (from another thread).

        Where none is blocked the next call ends so. One interruption ends one call.
        """

    def close(self) -> None:
        """Log out and forget the connection; never raises."""


@runtime_checkable
class Browsable(Protocol):
    """A source that can show what lies in it, without changing anything there; not every one can."""

    def latest_headers(self, many: int) -> list[bytes]:
        """The header blocks of the latest mails, oldest first. Raises SourceFault."""


class SourceKind(Source, Protocol):
    """What the class of a source offers besides: its name in a configuration, its settings, how it is made."""

    kind: ClassVar[str]
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: Any, password: Callable[[], str] | None) -> None:
        """Take the settings (of class `Settings`) and how to learn the password, asked anew at each login."""


_kinds: dict[str, type[SourceKind]] = {}
_S = TypeVar("_S", bound=SourceKind)


def source(declared: type[_S]) -> type[_S]:
    """Make a class of this room known under its `kind`."""
    _kinds[declared.kind] = declared
    return declared


def sources() -> Mapping[str, type[SourceKind]]:
    """Every kind of source: all modules of this room are looked through, so a new one is one new file."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(_kinds)
