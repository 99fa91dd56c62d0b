"""Deadlines for whole operations, and the way in which another thread ends a blocked one.

A socket's own timeout begins anew with every byte, so a server that drips would hold its mailbox for ever. Shutting the
socket down ends the blocked call at once, plain or TLS.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Lifeline:
    """The connection of one mailbox as other threads see it: they may cut it, nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupted = threading.Event()
        self._held: socket.socket | None = None
        self._operation = 0
        self._overdue = False

    def hold(self, connection: socket.socket) -> None:
        """From now on this is the connection that would be cut; where it should be cut already, it is at once.

        A duplicate of the descriptor is held: it stays valid when TLS takes over the socket itself.
        """
        with self._lock:
            self._drop()
            self._held = connection.dup()
            if self._interrupted.is_set() or self._overdue:
                self._cut()

    def release(self) -> None:
        """Forget the connection."""
        with self._lock:
            self._drop()

    def interrupt(self) -> None:
        """End the call that is blocked now, or else the next one (from any thread)."""
        with self._lock:
            self._interrupted.set()
            self._cut()

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until interrupted."""
        self._interrupted.wait(seconds)

    def should_end(self) -> bool:
        """Whether the operation that runs has been interrupted or has taken too long."""
        return self._interrupted.is_set() or self._overdue

    def is_overdue(self) -> bool:
        """Whether the last operation was cut for having taken too long."""
        return self._overdue

    def take_interruption(self) -> bool:
        """Whether an interruption has come; it ends one call only."""
        was = self._interrupted.is_set()
        self._interrupted.clear()
        return was

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the connection when what is done inside takes longer than this."""
        with self._lock:
            self._overdue = False
            self._operation += 1
            timer = threading.Timer(seconds, self._expire, [self._operation])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._operation += 1

    def _expire(self, operation: int) -> None:
        with self._lock:
            if operation == self._operation:  # else it ended in this very moment
                self._overdue = True
                self._cut()

    def _cut(self) -> None:
        if self._held is not None:
            with contextlib.suppress(OSError):  # not connected any more
                self._held.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
