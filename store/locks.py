"""One daemon for a store, and one migration at a time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from store.fault import StoreFault

# Keys of advisory locks on PostgreSQL; any two numbers that nobody else in that database uses.
_DAEMON, _MIGRATION = 7_164_601, 7_164_602
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_WAIT = text("SELECT pg_advisory_lock(:key)")
_GIVE = text("SELECT pg_advisory_unlock(:key)")


class FileLock:
    """A lock that the kernel gives back when its holder dies, on a file that stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def try_lock(self) -> bool:
        """Take it if nobody holds it. Raises StoreFault where the file cannot be written."""
        return self._file is not None or self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def lock(self) -> None:
        """Take it, waiting for whoever holds it. Raises StoreFault where the file cannot be written."""
        if self._file is None:
            self._take(fcntl.LOCK_EX)

    def _take(self, how: int) -> bool:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreFault(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def unlock(self) -> None:
        """Give it back; nothing where it is not held."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


class DaemonLock:
    """Held by the one process that may write: a file, and on PostgreSQL the writing connection itself.

    So a writer that lost its connection writes nothing more before it holds the lock again.
    """

    def __init__(self, state: Path) -> None:
        self._file = FileLock(state / "lock")
        self.held = False

    def try_lock(self, connection: Connection) -> bool:
        """Take it if nobody holds it; `connection` must be the writing one."""
        if self.held:
            return True
        if not self._file.try_lock():
            return False
        if not _try_advisory(connection, _DAEMON):
            self._file.unlock()
            return False
        self.held = True
        return True

    def claim_connection(self, connection: Connection) -> None:
        """Take the lock anew for a new writing connection. Raises StoreFault where another process came first."""
        if self.held and not _try_advisory(connection, _DAEMON):
            raise StoreFault("another process holds the lock of this database", 1.0)

    def unlock(self) -> None:
        """Give back the file; the connection gives back its part when it is closed."""
        self.held = False
        self._file.unlock()


@contextlib.contextmanager
def migration_lock(state: Path, connection: Connection) -> Iterator[None]:
    """Wait until nobody else migrates. Raises StoreFault where that takes longer than the connection's lock_timeout."""
    lock = FileLock(state / "migration.lock")
    lock.lock()
    advisory = connection.dialect.name == "postgresql"
    try:
        if advisory:
            connection.execute(_WAIT, {"key": _MIGRATION})
            connection.commit()
        yield
        if advisory:
            connection.execute(_GIVE, {"key": _MIGRATION})
            connection.commit()
    finally:
        lock.unlock()


def daemon_runs(state: Path, connection: Connection) -> bool:
    """Another process holds the daemon's lock at this moment."""
    lock = FileLock(state / "lock")
    if not lock.try_lock():
        return True
    lock.unlock()
    if not _try_advisory(connection, _DAEMON):
        return True
    if connection.dialect.name == "postgresql":
        connection.execute(_GIVE, {"key": _DAEMON})
        connection.commit()
    return False


def _try_advisory(connection: Connection, key: int) -> bool:
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_TRY, {"key": key}).scalar_one())
