"""After a change of calendars or of the days of Pending: the next step of each ticket is worked out anew, by and by."""

from daemon.desk import Desk
from store import sites, steps, tickets
from store.engine import Session

TOGETHER = 500  # tickets in one transaction
_DONE, _REACHED = "timetable", "timetable_reached"  # what the store remembers: of which timetable, up to which ticket


def go_on(session: Session, desk: Desk) -> bool:
    """Work out some more; whether there is more to do. Only Pending tickets hang on it; others find out when due."""
    fingerprint = desk.config.timetable.fingerprint()
    if sites.get(session, _DONE) == fingerprint:
        return False
    of, _, number = (sites.get(session, _REACHED) or "").partition(" ")
    found = steps.waiting(session, int(number) if of == fingerprint else 0, TOGETHER)
    for ticket in found:
        tickets.save(session, ticket)
    if len(found) < TOGETHER:
        sites.remember(session, _DONE, fingerprint)
        return False
    sites.remember(session, _REACHED, f"{fingerprint} {found[-1].number}")
    return True
