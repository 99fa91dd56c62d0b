"""What lay in quarantine long enough: its bytes go, once a day, and what was decided about it stays."""

from datetime import datetime, timedelta

import structlog

from daemon.desk import Desk
from store import quarantine, sites
from store.engine import Session

MAILS = 100  # in one go; the others come with the next
_LET_GO = "spam_let_go"  # when the last day's share was done, as the site remembers it

log = structlog.get_logger("retention")


def let_go(session: Session, desk: Desk, now: datetime) -> None:
    """For as many calls as it takes: what is too old has been seen, or nobody wanted to see it."""
    done = sites.get(session, _LET_GO)
    if done is not None and now - datetime.fromisoformat(done) < timedelta(days=1):
        return
    mails = quarantine.purge(session, now - desk.config.filters.keep, MAILS)
    if mails:
        log.info("let go of the bytes of old spam", mails=mails)
    if mails < MAILS:
        sites.remember(session, _LET_GO, now.isoformat())
