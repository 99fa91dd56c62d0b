"""How a step of a call reaches those whom it asks: on Slack, else by mail."""

from datetime import datetime

from daemon import alerts
from daemon.agents.notice_facts import News
from daemon.calls import mailing
from daemon.desk import Desk
from daemon.slack import posting
from store.engine import Session
from tickets.calls import Asking
from tickets.effects import AlertAdmins
from tickets.model import Ticket


def deliver(
    session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime, *, news: News | None = None
) -> None:
    """Ask them, in the caller's transaction; `news` is the mail in which an agent called, if it was one."""
    if posting.put_call(session, desk, ticket, asking, now):
        return
    if asking.callees:
        mailing.mail_call(session, desk, ticket, asking, now, news=news)
    else:
        alerts.put(session, desk, _unheard(ticket, asking), now)


def _unheard(ticket: Ticket, asking: Asking) -> AlertAdmins:
    return AlertAdmins(
        f"call:{asking.call}:{asking.rung}",
        f"Nobody can be called for ticket #{ticket.number}",
        (
            f"Wanted: {asking.whom}. Why: {asking.reason}.",
            f"See who is missing with: helpdeskd who {ticket.number}",
        ),
    )
