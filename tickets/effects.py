"""All that must leave because of what happened: a closed union; each becomes an outbox row in the same transaction."""

from dataclasses import dataclass

from tickets.notices import Occasion


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
    whom: str  # ce, ae, product, team, oncall
    area: str | None = None


@dataclass(frozen=True, slots=True)
class TellAgents:
    """Tell those agents of it whom it concerns. Persons are ids of the store's persons."""

    number: int
    occasion: Occasion
    cause: int | None = None  # who did it, and so knows
    targets: tuple[int, ...] = ()  # at whom it is directed: the new owner, those who are called
    said: str = ""  # what there is to say beside the mail at hand


Effect = Acknowledge | AlertAdmins | TellAgents | SendReply | CallIn
