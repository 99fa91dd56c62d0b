"""All that can happen to a ticket: a closed union, kept for ever in the order in which it happened."""

from dataclasses import dataclass
from datetime import datetime

from mail.model import Level
from tickets.model import MessageKind, Priority, Resolution, Status


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
    thanks: bool = False  # a short thank-you: it asks for nothing


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


@dataclass(frozen=True, slots=True)
class Created:
    """An agent made the ticket for somebody else; `kind` is what its first message is, if it has one."""

    author: int | None
    kind: MessageKind | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """An agent answered through us: the requester and participants get it."""

    author: int | None
    keep_open: bool = False  # the next step stays ours


@dataclass(frozen=True, slots=True)
class Recalled:
    """An agent stopped an answer before it left: it is an internal note now."""

    author: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """An agent asks somebody of ours for help; what they wrote is a note beside it."""

    author: int | None
    whom: str  # ce, ae, product, team, oncall, or a step of the ladder
    area: str | None = None  # of the product


@dataclass(frozen=True, slots=True)
class Assigned:
    """The ticket has another owner, or none."""

    author: int | None
    owner: int | None


@dataclass(frozen=True, slots=True)
class StatusSet:
    """An agent says whose the next step is: ours (Open) or the customer's (Pending)."""

    author: int | None
    status: Status


@dataclass(frozen=True, slots=True)
class Held:
    """The ticket waits for engineering to mend a defect."""

    author: int | None
    reference: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The defect that the ticket bears is mended."""

    author: int | None
    reference: str
    told: bool  # the customer gets a text about it


@dataclass(frozen=True, slots=True)
class Closed:
    """The ticket is resolved."""

    author: int | None
    resolution: Resolution
    reference: str | None = None  # the defect that was mended, or where the feature request stands
    docs: str | None = None  # documentation that was changed


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Nobody is reminded of the ticket before that moment; None ends an earlier snooze."""

    author: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Woke:
    """A snooze is over: the owner looks at the ticket again."""


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """The ticket is more or less pressing than it was."""

    author: int | None
    priority: Priority


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tags were put on the ticket and taken off."""

    author: int | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSet:
    """Something was learned of the account; an empty value says that it no longer holds."""

    author: int | None
    account: str
    name: str
    value: str
    before: str


@dataclass(frozen=True, slots=True)
class RequesterChanged:
    """The ticket is somebody else's request."""

    author: int | None
    requester: int
    account: str | None


@dataclass(frozen=True, slots=True)
class ParticipantsChanged:
    """Who gets the public replies beside the requester."""

    author: int | None
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """Every later reply goes to another ticket; the messages stay, so that nobody there is shown them."""

    author: int | None
    target: int


@dataclass(frozen=True, slots=True)
class TookOver:
    """Another ticket was merged into this one."""

    author: int | None
    number: int


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A message was moved out to a new ticket."""

    author: int | None
    message: int
    number: int = 0  # of the new ticket, which has none before it is written down


@dataclass(frozen=True, slots=True)
class SplitFrom:
    """The ticket came to be from a message of another one."""

    author: int | None
    number: int


Written = CustomerWrote | RepliedElsewhere | Noted | Replied | Recalled | Called
Moved = Assigned | StatusSet | Held | Fixed | Closed | Snoozed | Woke
Described = PrioritySet | Tagged | FactSet | RequesterChanged | ParticipantsChanged
Regrouped = PulledIn | MovedAway | Merged | TookOver | SplitOff
Begun = Opened | Created | SplitFrom
Recorded = AutomaticArrived | Undeliverable | Acknowledged | NotAcknowledged
Event = Written | Moved | Described | Regrouped | Begun | Recorded | CopyArrived
