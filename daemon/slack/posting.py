"""Calls for help on Slack."""

from datetime import datetime

from daemon.desk import Desk
from store.engine import Session
from tickets.calls import Asking
from tickets.model import Ticket


def put_call(session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime) -> bool:  # noqa: ARG001 as it is called
    """Whether Slack takes it; False: it is to be mailed."""
    return False
