"""The one thread that writes: whoever wants to change something hands it a function and gets a Future.

What waits in the queue shares one commit, each function in its own savepoint, so that a bug in one spoils no other.
A Future is resolved only after the commit: what was acknowledged is on the disk.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from store.address import connect
from store.fault import StoreFault, fault_in

TOGETHER = 64  # functions in one commit at most: more would make the first wait for the last
_SAVEPOINT, _BACK, _KEEP = "SAVEPOINT one", "ROLLBACK TO SAVEPOINT one", "RELEASE SAVEPOINT one"

T = TypeVar("T")


@dataclass(slots=True)
class _Task:
    work: Callable[[Session], Any]
    future: "Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def resolve(self) -> None:
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Owns the only connection that writes. `before_commit` and `after_commit` are called around each commit.

    `claim_connection` is called with every new connection before anything is written through it; it refuses by raising.
    """

    def __init__(
        self,
        engine: Engine,
        info: dict[str, Any],
        *,
        before_commit: Callable[[], None],
        after_commit: Callable[[], None],
        claim_connection: Callable[[Connection], None],
    ) -> None:
        self._engine, self._info = engine, info
        self._before_commit, self._after_commit, self._claim_connection = before_commit, after_commit, claim_connection
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Session], T]) -> "Future[T]":
        """Have `work` done in a transaction; the Future is resolved once that is committed.

        `work` must not wait for another write, and may be called again after its transaction was rolled back. The
        Future raises what `work` raised (then nothing of it is kept), or StoreFault.
        """
        future: Future[T] = Future()
        with self._gate:
            if self._closed:
                future.set_exception(StoreFault("the store is closed"))
            else:
                self._tasks.put(_Task(work, future))
        return future

    def close(self, seconds: float) -> bool:
        """Write what waits, take nothing more, and end; False where that took longer than `seconds`."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._tasks.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while self._round():
            pass
        self._drop_connection()

    def _round(self) -> bool:
        """Wait for work and commit all that waits; False at the end. Nothing done is held while waiting again."""
        first = self._tasks.get()
        if first is None:
            return False
        tasks, last = self._drain(first)
        self._commit_all([task for task in tasks if task.future.set_running_or_notify_cancel()])
        return not last

    def _drain(self, first: _Task) -> tuple[list[_Task], bool]:
        tasks = [first]
        while len(tasks) < TOGETHER:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                break
            if task is None:
                return tasks, True
            tasks.append(task)
        return tasks, False

    def _commit_all(self, tasks: list[_Task]) -> None:
        """One transaction for all; where the database refuses that without going away, one for each."""
        if not tasks:
            return
        try:
            self._transact(tasks)
        except Exception as error:  # noqa: BLE001 a worker's top: whatever it is, the thread lives and the callers are told
            lost = self._roll_back()
            if len(tasks) > 1 and not lost:
                for task in tasks:
                    self._commit_all([task])
                return
            for task in tasks:
                task.error = fault_in(error) or error
        else:
            self._tell(tasks)
        for task in tasks:
            task.resolve()

    def _transact(self, tasks: list[_Task]) -> None:
        connection = self._connected()
        connection.begin()
        session = Session(connection, autoflush=False, expire_on_commit=False)
        session.info.update(self._info)
        with session:
            for task in tasks:
                _perform(session, connection, task, alone=len(tasks) == 1)
        self._before_commit()
        connection.commit()

    def _tell(self, tasks: list[_Task]) -> None:
        try:
            self._after_commit()
        except Exception as error:  # noqa: BLE001 as above; all is committed, but the callers must not rely on it
            for task in tasks:
                task.error = StoreFault(f"committed, but not told in time: {error!r}", 0.0)

    def _roll_back(self) -> bool:
        """Undo what was begun; True where the connection is gone, and with it the knowledge of what was committed."""
        connection = self._connection
        if connection is None:
            return True
        try:
            if not connection.invalidated:
                connection.rollback()
        except Exception:  # noqa: BLE001 a connection that cannot even roll back is not used again
            connection.invalidate()
        if connection.invalidated:
            self._drop_connection()
        return self._connection is None

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = connect(self._engine)
            try:
                self._claim_connection(connection)
                connection.commit()
            except BaseException:
                connection.invalidate()
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
        finally:
            connection.close()


def _perform(session: Session, connection: Connection, task: _Task, *, alone: bool) -> None:
    """Run one function; its own exception stays its own, a fault of the database is everybody's and is raised."""
    task.result, task.error = None, None
    if not alone:
        connection.exec_driver_sql(_SAVEPOINT)
    try:
        task.result = task.work(session)
        session.flush()
    except Exception as error:
        fault = fault_in(error)
        if alone or (fault is not None and fault is not error):
            raise
        task.error = error
        session.expunge_all()
        connection.exec_driver_sql(_BACK)
    if not alone:
        connection.exec_driver_sql(_KEEP)
