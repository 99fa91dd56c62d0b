"""What people teach the filters, in the transaction of whatever they do; the learner takes it up by itself.

`by` is the cause: `command` (#spam), `release`, `digest` (#ham), `answer` (an agent's public reply), `train`.
"""

from datetime import datetime

from daemon.desk import Desk
from store import lessons, quarantine
from store.engine import Session
from tickets.directory import Role
from tickets.model import Reason


def teach(session: Session, arrival: int, *, spam: bool, by: str, actor: str, now: datetime) -> bool:
    """Note that an arrival is spam, or is not; False where that is known already, or there is no such arrival.

    The same said twice counts once; the other way it counts from then on.
    """
    return lessons.add(session, arrival, spam=spam, by=by, actor=actor, now=now)


def teach_answered(session: Session, desk: Desk, ticket: int, actor: str, now: datetime) -> bool:
    """An agent answered: the mail that opened the ticket is genuine, unless somebody has said what it is.

    Old mail that was imported teaches nothing by itself.
    """
    opening = lessons.opening(session, ticket)
    known = lessons.known(session, opening.arrival) if opening is not None else None
    if opening is None or known is None or known.imported or known.spam is not None or not _teaches(desk, opening):
        return False
    return teach(session, opening.arrival, spam=False, by="answer", actor=actor, now=now)


def teach_spam(session: Session, desk: Desk, ticket: int, actor: str, now: datetime) -> int | None:
    """An agent says that a ticket is spam; the arrival that opened it, None where no mail of a customer's did."""
    opening = lessons.opening(session, ticket)
    if opening is not None and _teaches(desk, opening):
        teach(session, opening.arrival, spam=True, by="command", actor=actor, now=now)
    return opening.arrival if opening is not None else None


def _teaches(desk: Desk, opening: lessons.Opening) -> bool:
    """Whether a stranger sent it: what our own people pass on looks like them."""
    return desk.directory.role_of(opening.sender) in {Role.CUSTOMER, Role.SOURCE}


def release(session: Session, arrival: int, *, by: str, actor: str, now: datetime) -> bool:
    """Let an arrival out of quarantine; where it lay there as spam it teaches that it is none.

    False where it does not lie in quarantine, or its bytes are not kept any more.
    """
    held = quarantine.show(session, arrival)
    if held is None or not quarantine.release(session, arrival, actor, now):
        return False
    if held.reason is Reason.SPAM:
        teach(session, arrival, spam=False, by=by, actor=actor, now=now)
    return True
