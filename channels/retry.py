"""When what could not leave is tried again: sooner at first, ever more seldom, and at some time no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
SPREAD = 0.25  # so that what failed together does not come back together


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a channel is tried, and how long it is left alone at most in between."""

    longest: timedelta
    life: timedelta


BY_MAIL = Patience(timedelta(hours=4), timedelta(days=5))
BY_POST = Patience(timedelta(minutes=15), timedelta(days=1))  # what was urgent once is stale by then


def next_attempt(  # noqa: PLR0917 all that the answer depends on
    attempts: int,
    first_at: datetime,
    now: datetime,
    jitter: float,
    after: float | None = None,
    patience: Patience = BY_MAIL,
) -> datetime | None:
    """When to try again after `attempts` attempts, the first of them at `first_at`; None: give up (RFC 5321 §4.5.4.1).

    The wait doubles from one minute to the longest (four hours by mail) and grows by up to a quarter with `jitter`
    (0 to 1). What the other side asked for (`after`, in seconds) wins. The last attempt is made at the end of the
    patience (five days after the first by mail).
    """
    wait = min(FIRST * 2 ** min(max(attempts - 1, 0), 16), patience.longest)
    asked = wait if after is None else timedelta(seconds=min(max(after, 1.0), patience.life.total_seconds()))
    due = now + asked * (1 + SPREAD * min(max(jitter, 0.0), 1.0))
    end = first_at + patience.life
    if due <= end:
        return due
    return end if now < end and after is None else None
