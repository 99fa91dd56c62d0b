"""When what could not leave is tried again: sooner at first, ever more seldom, and at some time no more."""

from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
LIFE = timedelta(days=5)
SPREAD = 0.25  # so that what failed together does not come back together


def next_attempt(
    attempts: int, first_at: datetime, now: datetime, jitter: float, after: float | None = None
) -> datetime | None:
    """When to try again after `attempts` attempts, the first of them at `first_at`; None: give up (RFC 5321 §4.5.4.1).

    The wait doubles from one minute to four hours and grows by up to a quarter with `jitter` (0 to 1). What the other
    side asked for (`after`, in seconds) wins. The last attempt is made five days after the first.
    """
    doubled = FIRST * 2 ** min(max(attempts - 1, 0), 16)
    asked = min(doubled, LONGEST) if after is None else timedelta(seconds=min(max(after, 1.0), LIFE.total_seconds()))
    due = now + asked * (1 + SPREAD * min(max(jitter, 0.0), 1.0))
    end = first_at + LIFE
    if due <= end:
        return due
    return end if now < end and after is None else None
