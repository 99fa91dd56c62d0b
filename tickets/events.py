"""All that can happen to a ticket: a closed union, kept for ever in the order in which it happened."""

from dataclasses import dataclass

from mail.model import Level
from tickets.model import MessageKind


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket came to be by a mail."""

    author: int | None
    kind: MessageKind
    proof: Level
    linked: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A mail of the requester or a participant joined the ticket."""

    author: int | None
    proof: Level
    by: str  # token, reference, tag, late-parent


@dataclass(frozen=True, slots=True)
class RepliedElsewhere:
    """An agent or staff wrote to the customer and copied us in: it has left by itself already."""

    author: int | None
    is_agent: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal note was added."""

    author: int | None


@dataclass(frozen=True, slots=True)
class AutomaticArrived:
    """An automatic mail is kept on the ticket; it wakes nobody."""

    author: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A mail of ours did not reach somebody: a bounce with our token, or the server's 5xx."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class CopyArrived:
    """The mail that opened the ticket came to another mailbox, too."""

    mailbox: str
    better: bool  # that mailbox ranks before the ticket's


@dataclass(frozen=True, slots=True)
class PulledIn:
    """A ticket whose parent arrived late gave its messages to this one."""

    number: int


@dataclass(frozen=True, slots=True)
class MovedAway:
    """All messages went to another ticket, which answers for them from now on."""

    target: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgement was put into the outbox."""

    recipient: str


@dataclass(frozen=True, slots=True)
class NotAcknowledged:
    """No acknowledgement is sent, and why."""

    why: str


Event = (
    Opened
    | CustomerWrote
    | RepliedElsewhere
    | Noted
    | AutomaticArrived
    | Undeliverable
    | CopyArrived
    | PulledIn
    | MovedAway
    | Acknowledged
    | NotAcknowledged
)
