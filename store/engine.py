"""A store that is open: its writer, its readers, its lock."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from store.address import Engines, assert_durable, connect, make_engines, read_url
from store.fault import StoreFault, fault_in
from store.locks import DaemonLock
from store.migrate import migrate
from store.numbering import Numbers
from store.writer import Writer
from tickets.schedule import Timetable

__all__ = ["Session", "Store", "StoreFault", "open_store"]

T = TypeVar("T")


def _nothing() -> None:
    """What is called where nobody wants to know."""


class Store:
    """Made by `open_store`. `engine` is the writer's; whoever is not the writer reads."""

    def __init__(
        self,
        engines: Engines,
        state: Path,
        *,
        first_ticket: int,
        before_commit: Callable[[], None],
        after_commit: Callable[[], None],
    ) -> None:
        self.engine: Engine = engines.writing
        self.dialect: str = engines.writing.dialect.name  # sqlite or postgresql
        self._engines = engines
        self._lock = DaemonLock(state)
        self._numbers = Numbers(state / "highest-ticket", first_ticket)
        self._info: dict[str, object] = {"numbers": self._numbers, "timetable": Timetable()}
        self._writer = Writer(
            engines.writing,
            self._info,
            before_commit=before_commit,
            after_commit=after_commit,
            claim_connection=self._claim_connection,
        )

    def write(self, work: Callable[[Session], T]) -> "Future[T]":
        """Have `work` done in the writing thread; the Future is resolved once it is committed.

        `work` must not wait for another write, and may be called again after its transaction was rolled back. The
        Future raises what `work` raised (then nothing of it is kept), or StoreFault (then that is not known).
        """
        return self._writer.write(work)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the store and cannot change it. Raises StoreFault."""
        with connect(self._engines.reading) as connection, Session(connection, autoflush=False) as session:
            try:
                yield session
            except Exception as error:
                if (fault := fault_in(error)) is not None and fault is not error:
                    raise fault from error
                raise

    def keep_time(self, timetable: Timetable) -> None:
        """From now on the next step of each ticket that is saved goes by this timetable; by default by our own."""
        self._info["timetable"] = timetable

    def try_lock(self) -> bool:
        """Become the one process that writes this store, or learn that another is. Raises StoreFault."""
        return self.write(lambda session: self._lock.try_lock(session.connection())).result()

    def close(self, seconds: float) -> bool:
        """Write what waits, for `seconds` at most, and let go of everything; False where the writer is still at it.

        Then the lock stays held until the process ends or this is called again.
        """
        if not self._writer.close(seconds):
            return False
        self._engines.dispose()
        self._numbers.close()
        self._lock.unlock()
        return True

    def _claim_connection(self, connection: Connection) -> None:
        assert_durable(connection)
        self._lock.claim_connection(connection)
        self._numbers.doubt()


def open_store(
    url: str,
    state: Path,
    *,
    first_ticket: int = 1,
    migrating: Callable[[], None] = _nothing,
    before_commit: Callable[[], None] = _nothing,
    after_commit: Callable[[], None] = _nothing,
) -> Store:
    """Open a database, made and migrated where needed; `state` is the folder for locks and the highest ticket number.

    The three callables are called in the middle of a migration and around each commit. Raises StoreFault: permanent
    where the URL, the database's version or its durability is not acceptable.
    """
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFault(f"{state}: {error.strerror}") from error
    engines = make_engines(read_url(url))
    try:
        with connect(engines.writing) as connection:
            assert_durable(connection)
            connection.rollback()
            migrate(connection, state, migrating)
    except Exception as error:
        engines.dispose()
        raise fault_in(error) or error from error
    return Store(engines, state, first_ticket=first_ticket, before_commit=before_commit, after_commit=after_commit)
