"""What routing must ask the store before it can decide, and what the store answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mail.model import Level
from mail.tokens import Token
from tickets.model import Outcome, People, Ticket


@dataclass(frozen=True, slots=True)
class Questions:
    """What a mail names: unverified tokens, Message-IDs (newest first) and the number of a tag.

    `opt_out`: the unverified token of a survey in a subject that says no more; it leads to no ticket.
    """

    tokens: tuple[Token, ...]
    ids: tuple[str, ...]
    tag: int | None
    message_id: str | None
    fingerprint: str
    opt_out: Token | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail may belong to, and who may write on it, by address. Merged tickets are resolved."""

    ticket: Ticket
    people: People


@dataclass(frozen=True, slots=True)
class Copy:
    """An earlier arrival with the same Message-ID, sender and content (fingerprint)."""

    arrival: int
    mailbox: str
    outcome: Outcome | None  # None: still in work
    ticket: int | None


class Kin(StrEnum):
    """How a message is related to the mail at hand; all of it is what the two of them say."""

    CHILD = "child"  # it names the mail as one that it answers
    SIBLING = "sibling"  # both answer the same mail
    PARENT = "parent"  # the mail names it


@dataclass(frozen=True, slots=True)
class Relative:
    """A ticket with a message that is related to the mail at hand; `author` wrote that message with that proof.

    Mostly it opened the ticket. It may also have come to it later, mails that it answers still missing.
    """

    candidate: Candidate
    author: str
    level: Level
    kin: Kin = Kin.CHILD

    @property
    def is_proven(self) -> bool:
        """Whether that message is really its author's."""
        return self.level in {Level.PROVEN, Level.STRONG}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The store's answer: `by_number` holds each ticket that a token or tag names, `by_id` each known Message-ID's.

    The mail's own Message-ID may be known, too: of another mail that bears the same.
    """

    by_number: dict[int, Candidate]
    by_id: dict[str, Candidate]
    relatives: tuple[Relative, ...] = ()
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbound:
    """The circumstances of a mail: where and when it came in, and what is on record of its arrival."""

    arrival: int
    mailbox: str  # address of the mailbox in the directory
    received_at: datetime  # INTERNALDATE
    released: bool = False  # a person let it out of quarantine
    waiting: tuple[int, ...] = ()  # arrivals that wait for a code of the agent in whose name this one comes
    imported: bool = False  # old mail that a person brought: it runs nothing
    trust_senders: bool = False  # scoring only: every From is proven, every sender of a thread its participant
