"""What the world does to a database, told in one class."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

# What SQLite says when the disk, not the statement, is at fault (https://sqlite.org/rescode.html, primary codes).
_WORLD = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
_CONNECTION_LOST, _DATABASE_UNWELL = 1.0, 5.0  # seconds until another attempt makes sense


class StoreFault(Exception):
    """The database failed, not the request: try again after `retry_after` seconds, as nobody knows what was committed.

    `permanent` is set where only a person can mend it (a newer database, one that is not durable).
    """

    def __init__(self, message: str, retry_after: float = _DATABASE_UNWELL, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.permanent = permanent


def fault_in(error: BaseException) -> StoreFault | None:
    """The fault of the world behind an exception; None where the request itself is to blame."""
    if isinstance(error, StoreFault):
        return error
    if isinstance(error, ResourceClosedError):
        return StoreFault("the connection to the database is closed", _CONNECTION_LOST)
    if isinstance(error, NoConnectionFree):
        return StoreFault("all connections to the database are busy", _CONNECTION_LOST)
    return _judge(error) if isinstance(error, DBAPIError) else None


def _judge(error: DBAPIError) -> StoreFault | None:
    text = " ".join(str(error.orig).split())
    if error.connection_invalidated:
        return StoreFault(f"the database went away: {text}", _CONNECTION_LOST)
    if isinstance(error.orig, sqlite3.Error):
        is_world = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _WORLD
    else:
        is_world = isinstance(error, OperationalError | InternalError | InterfaceError)
    return StoreFault(f"the database cannot be used: {text}") if is_world else None
