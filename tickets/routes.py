"""Where a mail goes: a closed union, one of which is the outcome of its arrival."""

from dataclasses import dataclass
from enum import StrEnum

from mail.model import Address
from mail.tokens import Token
from tickets.model import MessageKind, Reason


class By(StrEnum):
    """By what a mail found its ticket."""

    TOKEN = "token"  # noqa: S105 a name, no password
    REFERENCE = "reference"
    TAG = "tag"
    LATE_PARENT = "late-parent"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Open:
    """A ticket of its own."""

    kind: MessageKind
    author: Address | None  # who wrote the first message
    requester: Address | None  # None: nobody can be answered (a notifier without Reply-To)
    participants: tuple[Address, ...] = ()
    others: tuple[Address, ...] = ()  # in To or Cc, shown to the agent only
    linked: int | None = None
    source: str | None = None
    ask_first: bool = False
    account: str | None = None
    silent: str | None = None  # why nobody is acknowledged, whatever else holds
    pulls: tuple[int, ...] = ()  # tickets that come with it, because this mail is their parent
    replaces: int | None = None  # the quarantined arrival whose place this copy takes
    asks: bool = False  # an agent's own mail: it comes back to them with what it would do


@dataclass(frozen=True, slots=True)
class Join:
    """A message on a ticket that exists."""

    number: int
    by: By
    kind: MessageKind
    author: Address | None
    from_customer: bool  # the requester's side wrote it: wakes the owner, may reopen
    pulls: tuple[int, ...] = ()
    replaces: int | None = None
    asks: bool = False  # an agent's own mail: it comes back to them with what it would do


@dataclass(frozen=True, slots=True)
class Copied:
    """The same mail is here already; `better` when this copy's mailbox ranks before the ticket's."""

    of: int
    ticket: int | None
    better: bool


@dataclass(frozen=True, slots=True)
class Keep:
    """Automatic mail without a ticket."""

    why: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A bounce. With a token of ours made for the address it names, that address is marked on that ticket."""

    ticket: int | None
    addresses: tuple[str, ...]  # those that may be marked: hard failures proven by their token
    why: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Put aside for a person. `by_code`: the agent in whose name it came is mailed a code that runs it."""

    reason: Reason
    why: str
    ticket: int | None = None  # that it names, where it comes in an agent's name
    by_code: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """An agent works: what their answer to a notice of ours says is done. `ticket` None: the notice is about none."""

    ticket: int | None
    notice: Token


@dataclass(frozen=True, slots=True)
class Confirm:
    """An agent brings the code of a mail that waits: it is done now."""

    arrival: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The asked requester answers a survey; `ticket` is the one that it asks about, whatever became of that."""

    ticket: int
    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """Whoever was asked by the survey about this ticket wants to be asked no more."""

    ticket: int


Route = Open | Join | Copied | Keep | Returned | Quarantine | Act | Confirm | Rate | OptOut
