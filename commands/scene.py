"""All that a command may look at while it is decided what it does; nothing in it changes by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mail.domains import ascii_address
from mail.model import Address
from tickets.directory import Agent, Directory
from tickets.events import Event
from tickets.model import Ticket


class Use(StrEnum):
    """What becomes of the text that came with the commands."""

    REPLY = "reply"  # the requester and the participants get it
    NOTE = "note"  # it stays inside
    CALL = "call"  # those whom the agent calls get it; it stays inside
    FIXED = "fixed"  # the requesters of all tickets that bear the defect get it
    REQUEST = "request"  # what the requester of a new ticket said elsewhere


@dataclass(frozen=True, slots=True)
class On:
    """Something that happens to another ticket than the one at hand."""

    number: int
    event: Event


class Standing(StrEnum):
    """What agents said of a sender."""

    ALLOWED = "allowed"  # their mail passes the filters, where it is proven
    NEITHER = "neither"
    BLOCKED = "blocked"  # their mail goes to quarantine


@dataclass(frozen=True, slots=True)
class Listing:
    """A sender, an address or a domain in its one spelling, is let in or kept out from now on."""

    who: str
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class TakingBack:
    """The mail that opened the ticket is spam: back into quarantine with it, and what has not left stays here."""


Aside = Listing | TakingBack  # what a command does beside all tickets


@dataclass(frozen=True, slots=True)
class Movable:
    """The message that a #split moves out: the one that is answered, else the last of a customer."""

    id: int
    author: Address


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket and the world around it. A ticket without a number is none: the command came without one."""

    ticket: Ticket
    now: datetime
    directory: Directory
    persons: Mapping[str, int] = field(
        default_factory=dict
    )  # ascii_address → person: named, on the ticket, or speaking
    agent: Agent | None = None  # who speaks; None is somebody at the command line who is no agent
    participants: tuple[Address, ...] = ()
    requester: Address | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # of the ticket's account
    others: Mapping[int, Ticket] = field(default_factory=dict)  # tickets that the commands are about, too
    bearing: tuple[int, ...] = ()  # tickets not closed, of `others` or this one, that bear the defect of a #fixed
    movable: Movable | None = None  # None where moving a message would leave nothing
    macros: frozenset[str] = frozenset()
    standings: Mapping[str, Standing] = field(default_factory=dict)  # of those whom #allow and #block name
    use: Use | None = None  # what becomes of the text; None where there is none

    @property
    def author(self) -> int | None:
        """The person who speaks, where that is an agent."""
        return self.person(Address("", self.agent.addresses[0])) if self.agent is not None else None

    def person(self, address: Address) -> int | None:
        """The person behind an address that a command names."""
        return self.persons.get(ascii_address(address.address))

    def address(self, person: int | None) -> str | None:
        """The address of a person, where the scene knows it."""
        return next((address for address, each in self.persons.items() if each == person), None)
