"""A service that does not answer is not asked for every mail: it is left alone for a while, then tried once."""

import threading
from collections.abc import Callable

FAILURES = 5  # in a row, each about another subject, after which the service itself is taken for gone
PAUSE = 5.0  # seconds between two trials then


class Breaker:
    """One for each service, used by many threads.

    Failures about one subject count once: who lets questions about their own domain run into the void breaks nothing.
    """

    def __init__(self, monotonic: Callable[[], float], failures: int = FAILURES, pause: float = PAUSE) -> None:
        self._monotonic, self._failures, self._pause = monotonic, failures, pause
        self._lock = threading.Lock()
        self._failed: set[str] = set()
        self._next_trial = 0.0

    def allows(self) -> bool:
        """Whether the service may be asked now. While it is taken for gone only every so often."""
        with self._lock:
            if len(self._failed) < self._failures:
                return True
            now = self._monotonic()
            if now < self._next_trial:
                return False
            self._next_trial = now + self._pause
            return True

    def answered(self) -> None:
        """The service answered, whatever it said."""
        with self._lock:
            self._failed.clear()

    def failed(self, subject: str) -> None:
        """The service said nothing about this subject."""
        with self._lock:
            if len(self._failed) < self._failures:
                self._failed.add(subject)
                self._next_trial = self._monotonic() + self._pause
