"""What a ticket is: the words of the product as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Who owns the next step."""

    NEW = "new"  # nobody yet
    OPEN = "open"  # the owner
    PENDING = "pending"  # the customer
    ON_HOLD = "on-hold"  # engineering
    CLOSED = "closed"  # nobody


class Resolution(StrEnum):
    """Why a ticket was closed."""

    CONFIRMED = "confirmed"
    NO_RESPONSE = "no-response"
    DEFECT_FIXED = "defect-fixed"
    FEATURE_REQUEST = "feature-request"
    DUPLICATE = "duplicate"
    SPAM = "spam"


class Priority(StrEnum):
    """How soon somebody should look at a ticket; lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Rung(StrEnum):
    """What becomes of a ticket whose customer owns the next step and does not answer, in this order."""

    FORETELL = "foretell"  # the owner is told that the first nudge comes
    FIRST_NUDGE = "first-nudge"
    SECOND_NUDGE = "second-nudge"
    CALL_CE = "call-ce"  # the account's customer engineer gets a heads-up
    FOREWARN = "forewarn"  # the owner is told that the ticket closes
    CLOSE = "close"


class Outcome(StrEnum):
    """In what an arrival ends; exactly one each."""

    TICKETED = "ticketed"
    HANDLED = "handled"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why an arrival lies in quarantine."""

    SPAM = "spam"
    UNREADABLE = "unreadable"
    UNCONFIRMED = "unconfirmed"


class MessageKind(StrEnum):
    """What an entry on a ticket is, and so who may ever see it."""

    CUSTOMER = "customer"  # a customer's mail
    PUBLIC = "public"  # a public reply of ours
    NOTE = "note"  # internal, never leaves
    AUTOMATIC = "automatic"  # kept with the ticket, wakes nobody


@dataclass(frozen=True, slots=True)
class Ticket:
    """One conversation with one requester. Persons are ids of the store's persons."""

    number: int
    status: Status
    subject: str
    mailbox: str  # the address of the mailbox that it lives in
    created_at: datetime
    changed_at: datetime
    requester: int | None = None
    owner: int | None = None
    language: str = "en"
    account: str | None = None
    source: str | None = None  # a listed notifier
    ask_first: bool = False  # ask the source's people before answering
    resolution: Resolution | None = None
    reference: str | None = None  # the defect it waits or waited for, or the feature request it became
    closed_at: datetime | None = None
    linked: int | None = None  # an earlier ticket shown to the agent, never to the customer
    merged_into: int | None = None
    touched: bool = False  # a person of ours has worked on it: it no longer moves by itself
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()  # in order, each once
    snoozed_until: datetime | None = None  # nobody is reminded of it before
    pending_since: datetime | None = None  # from when the days of Pending count; None: they do not
    rung: Rung | None = None  # the last step that was taken since then
    slipped: int = 0  # business days by which steps have come late, and so the next ones come later
    surveyed: bool = False  # its survey's time has come, once and for all


@dataclass(frozen=True, slots=True)
class People:
    """Who may write on a ticket: lower-cased addresses without names."""

    requester: frozenset[str]
    participants: frozenset[str] = frozenset()
