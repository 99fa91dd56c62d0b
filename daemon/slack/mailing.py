"""What becomes of a call that Slack does not take."""

from datetime import datetime

from daemon import alerts
from daemon.desk import Desk
from store.engine import Session
from tickets.calls import Asking
from tickets.effects import AlertAdmins
from tickets.model import Ticket


def mail_instead(session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime) -> None:
    """Tell the admins whom Slack did not reach; the same call is never told twice."""
    names = ", ".join(callee.name for callee in asking.callees) or "nobody in particular"
    alert = AlertAdmins(
        f"slack-call:{asking.call}:{asking.rung}",
        f"A call for ticket #{ticket.number} could not be posted on Slack",
        (f"Who is called: {names}.", f"Why: {asking.reason}."),
    )
    alerts.put(session, desk, alert, now)
