"""The only place that reads the clock or waits by it; everybody else is told the time."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only ever grow, for deadlines."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Do nothing for so long; not on the loop, and not where an event could be waited for."""
    time.sleep(seconds)
