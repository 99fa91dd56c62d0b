"""All that must leave because of what happened: a closed union; each becomes an outbox row in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Tell the requester that the ticket exists and who owns the next step."""

    number: int


@dataclass(frozen=True, slots=True)
class AlertAdmins:
    """Tell the admins of something that will not mend itself; `key` keeps the same alert from being sent twice."""

    key: str
    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SendReply:
    """Send an agent's text to the requester and the participants."""

    number: int


@dataclass(frozen=True, slots=True)
class CallIn:
    """Ask somebody of ours for help on a ticket."""

    number: int
    whom: str  # ce, product, team, oncall
    area: str | None = None


Effect = Acknowledge | AlertAdmins | SendReply | CallIn
