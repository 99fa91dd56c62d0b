"""The only place that reads the clock; everybody else is told the time."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only ever grow, for deadlines."""
    return time.monotonic()
